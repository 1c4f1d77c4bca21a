"""The picture of a legal status over time: bars for statuses, diamonds for what changed them.

A bar is as dark as it is certain that the status held: it fades in between the earliest and the latest
day on which it may have begun, and out likewise. What is known by somebody's report only is hatched;
what is taken for granted, possible or denied is hollow and dashed, with the words for it below.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from markupsafe import Markup

from diaspora_kg.pages.bounds import Between
from diaspora_kg.pages.pictures.ink import breadth, fitting, ink, number, opening, told, wrapped
from diaspora_kg.pages.pictures.manner import Manner, Tone
from diaspora_kg.pages.pictures.scale import Scale

MOST = 24
"""Bars, and marks of each lane, in one picture; the table beside has all."""

_WIDTH, _LEFT, _RIGHT = 760.0, 126.0, 750.0
_BAR, _ROW, _LANE, _LETTERS, _SMALL = 24.0, 50.0, 30.0, 12.5, 11.5
_FADE = 90.0
_NOTHING = Between(None, None)


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


@dataclass(frozen=True, slots=True)
class Mark:
    """Something that happened or was said on a day, in the lane of that name."""

    words: str
    lane: str
    when: Between
    tone: Tone = Tone.OTHER
    manner: Manner = Manner.OWN
    voice: str = ""
    sources: tuple[int, ...] = ()
    href: str = ""


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
    eras, marks = sorted(eras[:MOST], key=_order), [one for one in marks if one.when.known][:MOST]
    scale = Scale.over(days, _LEFT, _RIGHT, room=200 if len(eras) else 20)
    bars = "".join(_era(era, scale, 10 + _ROW * row, row) for row, era in enumerate(eras))
    lanes, bottom = _lanes(marks, scale, 14 + _ROW * len(eras))
    linked = any(one.href or one.sources for one in (*eras, *marks))
    parts = [
        opening("history", _WIDTH, bottom + 24, links=linked),
        told(words.title, words.described or words.title, "history"),
        '<defs><pattern id="hatch" width="6" height="6" patternUnits="userSpaceOnUse"'
        ' patternTransform="rotate(45)"><rect width="2" height="6"/></pattern></defs>',
        _axis(scale, bottom),
        *_places(eras, words),
        bars,
        lanes,
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
        texts.append(f'<text x="{x}" y="{number(bottom + 16)}">{words}</text>')
    return f'<path class="rule" d="{"".join(lines)}"/><g class="tick">{"".join(texts)}</g>'


def _places(eras: Sequence[Era], words: Words) -> Iterator[str]:
    """The heading of each jurisdiction beside its first bar."""
    before = None
    for row, era in enumerate(eras):
        if era.place == before:
            continue
        before, y = era.place, 26 + _ROW * row
        if row:
            yield f'<path class="row" d="M0 {number(y - 19)}H{number(_RIGHT)}"/>'
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
    return (
        f'<g class="era {era.tone.value} {era.manner.value}"><title>{ink(_whole(era))}</title>{rest}'
        f"{_labels(era, begun, gone, y)}</g>"
    )


def _edges(era: Era, scale: Scale) -> tuple[float, float, float, float]:
    """Where a bar begins at the earliest, surely holds from, surely holds until, is gone at the latest.

    Where one of two bounds is open, the bar fades over a short way only: a long one would look known.
    """
    starts, ends, held = era.starts, era.ends, era.ends.first or era.seen
    sure = scale.x(starts.last or starts.first) if (starts.last or starts.first) else None
    unsure = scale.x(held) if held else None
    gone = scale.x(ends.last) if ends.last else min(_RIGHT, scale.x(ends.first) + _FADE) if ends.first else _RIGHT
    begun = scale.x(starts.first) if starts.first else max(_LEFT, sure - _FADE) if sure else _LEFT
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
        (0.0, 0 if sure > begun else 1), ((sure - begun) / span, 1),
        ((unsure - begun) / span, 1), (1.0, 0 if gone > unsure else 1),
    )  # fmt: skip
    drawn = "".join(
        f'<stop offset="{at:.3g}" stop-color="#fff" stop-opacity="{clear}"/>' for at, clear in stops
    )
    place = f'x="{number(begun - 2)}" y="{number(y - 2)}" width="{number(span + 4)}" height="{number(_BAR + 4)}"'
    return (
        f'<linearGradient id="f{row}" gradientUnits="userSpaceOnUse" x1="{number(begun)}" x2="{number(gone)}">'
        f'{drawn}</linearGradient><mask id="m{row}" maskUnits="userSpaceOnUse" {place}>'
        f'<rect {place} fill="url(#f{row})"/></mask>'
    )


def _labels(era: Era, begun: float, gone: float, y: float) -> str:
    """The name in the bar where it fits, else beside it; below it how the status is put, and the sources."""
    wide = breadth(era.words) * _LETTERS + 16
    if wide <= gone - begun:
        x, room = begun + (gone - begun - wide) / 2 + 8, gone - begun
    elif _RIGHT - gone >= wide:
        x, room = gone + 8, _RIGHT - gone
    elif begun - _LEFT >= wide:
        x, room = begun - wide + 8, begun - _LEFT
    else:
        x, room = _LEFT + 8, _RIGHT - _LEFT
    name = _linked(ink(fitting(era.words, (room - 12) / _LETTERS)), era.href)
    main = f'<text class="name" x="{number(x)}" y="{number(y + 16.5)}">{name}</text>'
    return main + _under(era.voice, era.sources, x, y + _BAR + 14)


def _under(voice: str, sources: Sequence[int], x: float, y: float) -> str:
    """The small line under a mark, shifted to the left where it would run out of the picture."""
    if not (voice or sources):
        return ""
    numbers = "".join(f"[{one}]" for one in sources[:4])
    voice = fitting(voice, (_RIGHT - _LEFT - 60) / _SMALL)
    x = max(_LEFT, min(x, _RIGHT - (breadth(voice) + breadth(numbers) + 1) * _SMALL))
    links = "".join(f'<a href="#source-{one}">[{one}]</a>' for one in sources[:4])
    gap = " " if voice and links else ""
    return f'<text class="by" x="{number(x)}" y="{number(y)}">{ink(voice)}{gap}{links}</text>'


def _linked(marked: str, href: str) -> str:
    return f'<a href="{ink(href)}">{marked}</a>' if href else marked


def _whole(one: Era | Mark) -> str:
    return f"{one.words} ({one.voice})" if one.words and one.voice else one.words or one.voice


def _lanes(marks: Sequence[Mark], scale: Scale, top: float) -> tuple[str, float]:
    """The diamonds, each lane under the one before; marks whose words would meet go a line lower."""
    parts: list[str] = []
    for lane in dict.fromkeys(mark.lane for mark in marks):
        parts.append(f'<path class="row" d="M0 {number(top)}H{number(_RIGHT)}"/>')
        for number_, line in enumerate(wrapped(lane, 9.0, 2)):
            parts.append(f'<text class="lane" y="{number(top + 21 + 14 * number_)}">{ink(line)}</text>')
        taken: list[float] = []
        own = sorted((one for one in marks if one.lane == lane), key=lambda one: _point(one.when))
        for mark in own:
            x, span = scale.x(_point(mark.when)), _uncertain(mark.when, scale)
            words, left, right = _placed(mark, span, x)
            line_ = next((n for n, end in enumerate(taken) if left > end), len(taken))
            taken[line_ : line_ + 1] = [right + 10]
            leftward = left < span[0] - 8
            parts.append(_mark(mark, scale, words, top + 17 + _LANE * line_, leftward=leftward))
        top += max(_LANE * len(taken), 34) + 4
    return "".join(parts), top


def _point(when: Between) -> date:
    return when.last or when.first or date.min


def _placed(mark: Mark, span: tuple[float, float], x: float) -> tuple[str, float, float]:
    """The words beside a diamond and the room that both take: to the right of it, or to the left."""
    more = 21 * min(4, len(mark.sources))
    wide = breadth(mark.words) * _LETTERS + more + 14
    if max(x, span[1]) + wide <= _RIGHT:
        return mark.words, span[0] - 8, max(x, span[1]) + wide
    words = fitting(mark.words, (span[0] - _LEFT - 16 - more) / _LETTERS)
    return words, span[0] - 14 - more - breadth(words) * _LETTERS, x + 8


def _mark(mark: Mark, scale: Scale, words: str, y: float, *, leftward: bool) -> str:
    x, span = scale.x(_point(mark.when)), _uncertain(mark.when, scale)
    drawn = []
    if span[0] < span[1]:
        drawn.append(f'<path class="maybe" d="M{number(span[0])} {number(y)}H{number(span[1])}"/>')
    drawn.append(f'<path class="pt" d="M{number(x)} {number(y - 7)}l7 7l-7 7l-7-7z"/>')
    links = "".join(f' <a href="#source-{one}">[{one}]</a>' for one in mark.sources[:4])
    if words or links:
        side = (
            f'x="{number(span[0] - 11)}" text-anchor="end"'
            if leftward
            else f'x="{number(max(x, span[1]) + 11)}"'
        )
        drawn.append(f'<text {side} y="{number(y + 4.5)}">{_linked(ink(words), mark.href)}{links}</text>')
    return (
        f'<g class="mark {mark.tone.value} {mark.manner.value}"><title>{ink(_whole(mark))}</title>'
        f"{''.join(drawn)}</g>"
    )


def _uncertain(when: Between, scale: Scale) -> tuple[float, float]:
    """The line of days on which it may have been; a short one where one side is open."""
    x = scale.x(_point(when))
    if when.first is None:
        return max(_LEFT, x - 40), x
    if when.last is None:
        return x, min(_RIGHT, x + 40)
    return (scale.x(when.first), x) if when.last - when.first > timedelta(days=2) else (x, x)
