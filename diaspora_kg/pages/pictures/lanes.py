"""What happened and what was said, as diamonds on the days below a picture of statuses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from diaspora_kg.light import light
from diaspora_kg.pages.bounds import Between
from diaspora_kg.pages.pictures.ink import breadth, fitting, ink, number, wrapped
from diaspora_kg.pages.pictures.manner import Manner, Tone
from diaspora_kg.pages.pictures.scale import Scale

LEFT, RIGHT = 126.0, 750.0
"""Where the days of the picture begin and end; words of lanes stand left of it."""

LETTERS = 12.5
"""The size of the letters of names."""

_LANE = 30.0


@light
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


def linked(marked: str, href: str) -> str:
    """What was written with :func:`ink` as a link, where there is an address."""
    return f'<a href="{ink(href)}">{marked}</a>' if href else marked


def _whole(one: Mark) -> str:
    return f"{one.words} ({one.voice})" if one.words and one.voice else one.words or one.voice


def lanes(marks: Sequence[Mark], scale: Scale, top: float) -> tuple[str, float]:
    """The diamonds, each lane under the one before; marks whose words would meet go a line lower."""
    parts: list[str] = []
    for lane in dict.fromkeys(mark.lane for mark in marks):
        parts.append(f'<path class="row" d="M0 {number(top)}H{number(RIGHT)}"/>')
        for number_, line in enumerate(wrapped(lane, 9.0, 2)):
            parts.append(f'<text class="lane" y="{number(top + 21 + 14 * number_)}">{ink(line)}</text>')
        taken: list[float] = []
        own = sorted((one for one in marks if one.lane == lane), key=lambda one: _point(one.when))
        for mark in own:
            x, span = scale.x(_point(mark.when)), _uncertain(mark.when, scale)
            words, left, right = _placed(mark, span, x)
            if not mark.words:  # days too many for words stand in one line
                parts.append(_mark(mark, scale, "", top + 17, leftward=False))
                continue
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
    wide = breadth(mark.words) * LETTERS + more + 14
    if max(x, span[1]) + wide <= RIGHT:
        return mark.words, span[0] - 8, max(x, span[1]) + wide
    words = fitting(mark.words, (span[0] - LEFT - 16 - more) / LETTERS)
    return words, span[0] - 14 - more - breadth(words) * LETTERS, x + 8


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
        drawn.append(f'<text {side} y="{number(y + 4.5)}">{linked(ink(words), mark.href)}{links}</text>')
    return (
        f'<g class="mark {mark.tone.value} {mark.manner.value}"><title>{ink(_whole(mark))}</title>'
        f"{''.join(drawn)}</g>"
    )


def _uncertain(when: Between, scale: Scale) -> tuple[float, float]:
    """The line of days on which it may have been; a short one where one side is open."""
    x = scale.x(_point(when))
    if when.first is None:
        return max(LEFT, x - 40), x
    if when.last is None:
        return x, min(RIGHT, x + 40)
    return (scale.x(when.first), x) if when.last - when.first > timedelta(days=2) else (x, x)
