"""The picture of a legal status over time: bars for statuses, diamonds for what changed them.

A bar is as dark as it is certain that the status held: it fades in between the earliest and the latest
day on which it may have begun, and out likewise. What is known by somebody's report only is hatched;
what is taken for granted, possible or denied is hollow and dashed, with the words for it below.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import accumulate

from markupsafe import Markup

from diaspora_kg.light import light
from diaspora_kg.pages.bounds import Between
from diaspora_kg.pages.pictures.ink import breadth, fitting, ink, number, opening, told, wrapped
from diaspora_kg.pages.pictures.lanes import LEFT, LETTERS, RIGHT, Mark, lanes, linked
from diaspora_kg.pages.pictures.manner import Manner, Tone
from diaspora_kg.pages.pictures.scale import Scale

MOST_BARS, MOST_MARKS = 24, 60
"""What one picture shows; the table under it has all."""

_WIDTH = 760.0
_BAR, _ROW, _LOW, _SMALL = 24.0, 50.0, 34.0, 11.5
_BOLD = 1.07 * LETTERS
_FADE, _NUMBERS = 90.0, 4
_CLEAR = ' stop-opacity="0"'
_NOTHING = Between(None, None)


@light
@dataclass(frozen=True, slots=True)
class Era:
    """A status over time; ``place`` is the jurisdiction.

    ``seen``: the last day of which a source says that it held. ``voice``: how it is put and by whom.
    """

    words: str
    place: str = ""
    starts: Between = _NOTHING
    ends: Between = _NOTHING
    seen: date | None = None
    tone: Tone = Tone.OTHER
    manner: Manner = Manner.OWN
    voice: str = ""
    sources: tuple[int, ...] = ()
    href: str = ""


@light
@dataclass(frozen=True, slots=True)
class Words:
    """The words of the picture itself, in the reader's language."""

    title: str
    described: str = ""
    status: str = "Legal status"
    unplaced: str = "country not stated"
    undated: str = "date not stated"


def history(eras: Sequence[Era], marks: Sequence[Mark], words: Words) -> Markup | None:
    """The picture; ``None`` where nothing in it has a date."""
    days = sorted(_days(eras, marks))
    if not days:
        return None
    eras = sorted(eras[:MOST_BARS], key=_order)
    marks = [one for one in marks if one.when.known][:MOST_MARKS]
    scale = Scale.over(days, LEFT, RIGHT, room=200 if eras else 20)
    tops = list(accumulate((_ROW if era.voice else _LOW for era in eras), initial=10.0))
    bars = "".join(_era(era, scale, tops[row], row) for row, era in enumerate(eras))
    below, bottom = lanes(marks, scale, tops[-1] + 4)
    links = any(one.href or one.sources for one in eras) or any(one.href or one.sources for one in marks)
    parts = [
        opening("history", "history", _WIDTH, bottom + 24, links=links),
        told(words.title, words.described or words.title, "history"),
        '<defs><pattern id="hatch" width="6" height="6" patternUnits="userSpaceOnUse"'
        ' patternTransform="rotate(45)"><rect width="2" height="6"/></pattern></defs>',
        _axis(scale, bottom),
        *_places(eras, tops, words),
        bars,
        below,
        "</svg>",
    ]
    return Markup("".join(parts))  # noqa: S704 - every word in it went through ink()


def _days(eras: Iterable[Era], marks: Iterable[Mark]) -> Iterator[date]:
    for era in eras:
        yield from (day for side in (era.starts, era.ends) for day in (side.first, side.last) if day)
        if era.seen:
            yield era.seen
    for mark in marks:
        yield from (day for day in (mark.when.first, mark.when.last) if day)


def _order(era: Era) -> tuple[str, date, date]:
    return (
        era.place or "\U0010ffff",
        era.starts.first or era.starts.last or date.min,
        era.ends.last or era.ends.first or date.max,
    )


def _axis(scale: Scale, bottom: float) -> str:
    lines, texts = [], []
    for day, words in scale.ticks():
        x = number(scale.x(day))
        lines.append(f"M{x} 4V{number(bottom)}")
        if scale.x(day) < _WIDTH - 24:
            texts.append(f'<text x="{x}" y="{number(bottom + 16)}">{words}</text>')
    return f'<path class="rule" d="{"".join(lines)}"/><g class="tick">{"".join(texts)}</g>'


def _places(eras: Sequence[Era], tops: Sequence[float], words: Words) -> Iterator[str]:
    """The heading of each jurisdiction beside its first bar."""
    before = None
    for row, era in enumerate(eras):
        if era.place == before:
            continue
        before, y = era.place, tops[row] + 16
        if row:
            yield f'<path class="row" d="M0 {number(y - 19)}H{number(RIGHT)}"/>'
        else:
            yield f'<text class="lane" y="{number(y)}">{ink(words.status)}</text>'
        below = y + (15 if not row else 0)
        for number_, line in enumerate(wrapped(era.place or words.unplaced, 9.6, 2)):
            kind = "by" if era.place else "by none"
            yield f'<text class="{kind}" y="{number(below + 14 * number_)}">{ink(line)}</text>'


def _era(era: Era, scale: Scale, y: float, row: int) -> str:
    begun, sure, unsure, gone = _edges(era, scale)
    box = f'x="{number(begun)}" y="{number(y)}" width="{number(gone - begun)}" height="{number(_BAR)}"'
    faded = sure > begun or gone > unsure
    rest = f'<rect class="bar" {box} rx="3"/>'
    if era.manner is Manner.SAID:
        rest += f'<rect class="hatch" {box} fill="url(#hatch)"/>'
    if era.manner is Manner.DENIED:
        rest += f'<path class="struck" d="M{number(begun)} {number(y + _BAR)}L{number(gone)} {number(y)}"/>'
    if faded:
        rest = f'{_mask(row, begun, sure, unsure, gone, y)}<g mask="url(#m{row})">{rest}</g>'
    return f'<g class="era {era.tone.value} {era.manner.value}">{rest}{_labels(era, begun, gone, y)}</g>'


def _edges(era: Era, scale: Scale) -> tuple[float, float, float, float]:
    """Where a bar begins at the earliest, surely holds from, surely holds until, is gone at the latest.

    Where one of two bounds is open, the bar fades over a short way only: a long one would look known.
    """
    starts, ends, held = era.starts, era.ends, era.ends.first or era.seen
    known = starts.last or starts.first
    sure = scale.x(known) if known else None
    unsure = scale.x(held) if held else None
    gone = (
        scale.x(ends.last) if ends.last else min(RIGHT, scale.x(ends.first) + _FADE) if ends.first else RIGHT
    )
    begun = scale.x(starts.first) if starts.first else max(LEFT, sure - _FADE) if sure else LEFT
    if unsure is None:
        unsure = max(gone - _FADE, sure or begun) if ends.last else sure if sure else (begun + gone) / 2
    if sure is None:
        sure = min(begun + _FADE, unsure)
    if unsure < sure:
        sure = unsure = max(begun, min(gone, (sure + unsure) / 2))
    return begun, sure, min(unsure, gone), max(gone, begun + 6, unsure)


def _mask(row: int, begun: float, sure: float, unsure: float, gone: float, y: float) -> str:
    span = gone - begun
    stops = (
        (0.0, sure > begun), ((sure - begun) / span, False),
        ((unsure - begun) / span, False), (1.0, gone > unsure),
    )  # fmt: skip
    drawn = "".join(f'<stop offset="{at:.3g}"{_CLEAR if hidden else ""}/>' for at, hidden in stops)
    place = (
        f'x="{number(begun - 1)}" y="{number(y - 1)}" width="{number(span + 2)}" height="{number(_BAR + 2)}"'
    )
    return (
        f'<linearGradient id="f{row}">{drawn}</linearGradient>'
        f'<mask id="m{row}"><rect {place} fill="url(#f{row})"/></mask>'
    )


def _labels(era: Era, begun: float, gone: float, y: float) -> str:
    """The name in the bar where it fits, else beside it; below it how the status is put, and the sources."""
    extra = 0.0 if era.voice else 21 * min(_NUMBERS, len(era.sources))
    wide = breadth(era.words) * _BOLD + 16 + extra
    if wide <= gone - begun:
        x, room = begun + (gone - begun - wide) / 2 + 8, gone - begun
    elif RIGHT - gone >= wide:
        x, room = gone + 8, RIGHT - gone
    elif begun - LEFT >= wide:
        x, room = begun - wide + 8, begun - LEFT
    else:
        x, room = LEFT + 8, RIGHT - LEFT
    name = linked(ink(fitting(era.words, (room - 12 - extra) / _BOLD)), era.href)
    numbers = "" if era.voice else _numbers(era.sources)
    main = f'<text class="name" x="{number(x)}" y="{number(y + 16.5)}">{name}{numbers}</text>'
    return main + (_under(era, x, y + _BAR + 14) if era.voice else "")


def _numbers(sources: Sequence[int]) -> str:
    return "".join(f' <a class="ref" href="#source-{one}">[{one}]</a>' for one in sources[:_NUMBERS])


def _under(era: Era, x: float, y: float) -> str:
    """The small line under a bar, shifted to the left where it would run out of the picture."""
    voice = fitting(era.voice, (RIGHT - LEFT - 90) / _SMALL)
    x = max(LEFT, min(x, RIGHT - breadth(voice) * _SMALL - 20 * min(_NUMBERS, len(era.sources))))
    return f'<text class="by" x="{number(x)}" y="{number(y)}">{ink(voice)}{_numbers(era.sources)}</text>'
