"""The picture of related actors: the page's own in the middle, the others on both sides in bands by kind.

Every other actor has a row of its own, so that no words ever meet, with twelve actors and with sixty; what
ties it to the middle stands at its line. Ties among the others run outside, in the margins. A drawing by
forces costs 50 ms for sixty actors, twenty times the rest of a page, and its words cover one another.
With more than sixty, those of one kind with the same tie become one box with their number.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from diaspora_kg.light import light
from diaspora_kg.pages.pictures.crowd import MOST, Actor, Tie, grouped
from diaspora_kg.pages.pictures.ink import fitting, ink, number, opening, told, wrapped

_WIDTH, _CARD, _MARGIN, _MIDDLE = 760.0, 168.0, 42.0, 140.0
_FEW = 13  # so many actors have boxes of two lines
_HEADING = 22.0
_LETTERS, _SMALL = 12.5, 11.0


@light
@dataclass(frozen=True, slots=True)
class Caption:
    """The words of the picture itself, in the reader's language."""

    title: str
    described: str


@light
@dataclass(frozen=True, slots=True)
class _Place:
    left: float
    middle: float  # of its height
    side: int  # -1 left, 0 the middle, 1 right


def actors(
    found: Sequence[Actor], ties: Sequence[Tie], words: Caption, name: str = "actors"
) -> Markup | None:
    """The picture; ``None`` without a tie. ``name`` begins its ids."""
    if not ties:
        return None
    if len(found) > MOST:
        found, ties = grouped(found, ties)
    focus = next((one for one in found if one.focus), found[0])
    others = [one for one in found if one is not focus]
    row = 50.0 if len(found) <= _FEW else 26.0
    sides = _beside(_sides(_near(others, focus, ties), ties), others, ties)
    outer = any(focus.id not in (tie.source, tie.target) for tie in ties)
    margin = _MARGIN if outer else 1.0
    places, bands, height = _rows(sides, row, margin)
    places[focus.id] = _Place((_WIDTH - _MIDDLE) / 2, height / 2, 0)
    parts = [
        opening("actors", name, _WIDTH, height, links=any(one.href for one in found)),
        told(words.title, words.described, name),
        _arrows(ties),
        bands,
        _lines(ties, focus, places, row, height),
        *(_box(one, places[one.id], row) for one in others),
        _focus(focus, height),
        "</svg>",
    ]
    return Markup("".join(parts))  # noqa: S704 - every word in it went through ink()


def _sides(others: Sequence[Actor], ties: Sequence[Tie]) -> tuple[list[Actor], list[Actor]]:
    """Who stands left and right: bands stay whole where they can, and both sides are about as long."""
    near = {one for tie in ties for one in (tie.source, tie.target)}
    bands: dict[str, list[Actor]] = defaultdict(list)
    for one in others:
        if one.id in near:
            bands[one.band].append(one)
    half = -(-sum(map(len, bands.values())) // 2)
    left: list[Actor] = []
    right: list[Actor] = []
    for band in sorted(bands.values(), key=len, reverse=True):
        room = half - len(left)
        if len(band) > max(room, half - len(right)) and room > 0:
            left, right = left + band[:room], right + band[room:]
        elif len(left) <= len(right):
            left += band
        else:
            right += band
    return left, right


def _near(others: Sequence[Actor], focus: Actor, ties: Sequence[Tie]) -> list[Actor]:
    """Those that are tied to the middle; all, where nobody is."""
    tied = {_other(tie, focus) for tie in ties}
    return [one for one in others if one.id in tied] or list(others)


def _beside(
    sides: tuple[list[Actor], list[Actor]], others: Sequence[Actor], ties: Sequence[Tie]
) -> tuple[list[Actor], list[Actor]]:
    """Who is tied to others only stands on the side of the first of them, so that no line runs across."""
    left, right = sides
    on_right = {one.id for one in right}
    known = on_right | {one.id for one in left}
    for one in others:
        near = {end for tie in ties for end in (tie.source, tie.target) if one.id in (tie.source, tie.target)}
        if one.id not in known and near:
            (right if near & on_right else left).append(one)
    return left, right


def _rows(
    sides: tuple[list[Actor], list[Actor]], row: float, margin: float
) -> tuple[dict[str, _Place], str, float]:
    """The place of each box, the grounds of the bands with their headings, and the height of it all."""
    tall = [len(side) * row + len({one.band for one in side}) * _HEADING for side in sides]
    height = max(*tall, 120.0) + 8
    places, drawn = {}, []
    for side, members, own in zip((-1, 1), sides, tall, strict=True):
        left = margin if side < 0 else _WIDTH - margin - _CARD
        y = (height - own) / 2
        for band in dict.fromkeys(one.band for one in members):
            same = [one for one in members if one.band == band]
            drawn.append(_ground(band, left, y, _HEADING + row * len(same)))
            y += _HEADING
            for one in same:
                places[one.id] = _Place(left, y + row / 2 - 2, side)
                y += row
    return places, "".join(drawn), height


def _ground(band: str, left: float, y: float, height: float) -> str:
    return (
        f'<rect class="band" x="{number(left - 6)}" y="{number(y)}" width="{number(_CARD + 12)}"'
        f' height="{number(height - 3)}" rx="6"/><text class="by" x="{number(left)}" y="{number(y + 14)}">'
        f"{ink(fitting(band, _CARD / _SMALL))}</text>"
    )


def _arrows(ties: Sequence[Tie]) -> str:
    """The heads of arrows, one for each colour in use."""
    heads = "".join(
        f'<marker id="to-{tone}" class="{tone}" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7"'
        ' markerHeight="7" markerUnits="userSpaceOnUse" orient="auto">'
        '<path class="tip" d="M0 0L8 4L0 8z"/></marker>'
        for tone in dict.fromkeys(tie.tone for tie in ties)
    )
    return f"<defs>{heads}</defs>"


def _lines(ties: Sequence[Tie], focus: Actor, places: Mapping[str, _Place], row: float, height: float) -> str:
    """Each tie as a line; those of one box beside one another, with the words of the first at its end."""
    total = Counter(_other(tie, focus) for tie in ties)
    seen: Counter[str] = Counter()
    drawn: dict[tuple[str, str], list[str]] = defaultdict(list)
    for tie in ties:
        other = _other(tie, focus)
        if tie.source not in places or tie.target not in places:
            continue
        if not other:
            path, text = _outside(places[tie.source], places[tie.target]), ""
        else:
            place, nth = places[other], seen[other]
            seen[other] += 1
            path = _inside(place, nth - (total[other] - 1) / 2, height, inward=tie.source == other)
            text = "" if nth else _label(tie, place, total[other], row)
        drawn[(tie.tone, tie.manner.value)].append(
            f'<g><title>{ink(_told(tie))}</title><path d="{path}"/>{text}</g>'
        )
    return "".join(
        f'<g class="edge {tone} {manner}" marker-end="url(#to-{tone})">{"".join(lines)}</g>'
        for (tone, manner), lines in drawn.items()
    )


def _told(tie: Tie) -> str:
    """What is shown when one points at a line."""
    words = f"{tie.words} ({tie.voice})" if tie.voice else tie.words
    return f"{tie.number} × {words}" if tie.number > 1 else words


def _other(tie: Tie, focus: Actor) -> str:
    """The end of a tie that is not the middle; nothing for one between two others."""
    if tie.source == focus.id:
        return tie.target
    return tie.source if tie.target == focus.id else ""


def _inside(place: _Place, offset: float, height: float, *, inward: bool) -> str:
    """From a box to the middle; what is above comes in above, and lines keep their order."""
    x = place.left + (_CARD if place.side < 0 else 0) - place.side * 2
    y = place.middle + 6 * offset
    edge = (_WIDTH + place.side * _MIDDLE) / 2
    at = height / 2 + (place.middle - height / 2) * min(1.0, 60 / height) + 4 * offset
    way = -place.side * 0.62 * abs(edge - x)
    start, end, first, second = _xy(x, y), _xy(edge, at), _xy(x + way, y), _xy(edge - way, at)
    return f"M{start}C{first} {second} {end}" if inward else f"M{end}C{second} {first} {start}"


def _outside(a: _Place, b: _Place) -> str:
    """Between two others: in the margin of their side, or across behind the middle."""
    if a.side != b.side or not a.side:
        start = a.left + (_CARD if a.side < 0 else 0)
        end = b.left + (_CARD if b.side < 0 else 0)
        return f"M{_xy(start, a.middle)}L{_xy(end, b.middle)}"
    x = a.left + (_CARD if a.side > 0 else 0)
    reach = x + a.side * min(_MARGIN * 1.25, 20 + abs(a.middle - b.middle) / 6)
    return f"M{_xy(x, a.middle)}C{_xy(reach, a.middle)} {_xy(reach, b.middle)} {_xy(x, b.middle)}"


def _xy(x: float, y: float) -> str:
    return f"{round(x)} {round(y)}"


def _label(tie: Tie, place: _Place, total: int, row: float) -> str:
    """The words of a line, over its level part beside the box."""
    words = f"{tie.words} +{total - 1}" if total > 1 else tie.words
    room = (
        (_WIDTH - _MIDDLE) / 2 - _CARD - (place.left if place.side < 0 else _WIDTH - _CARD - place.left) - 14
    )
    x = place.left + (_CARD + 7 if place.side < 0 else -7)
    anchor = "" if place.side < 0 else ' text-anchor="end"'
    lift = (5 if row > 30 else 4) + 3 * (total > 1)
    shown = ink(fitting(words, room / _SMALL))
    return f'<text x="{round(x)}" y="{round(place.middle - lift)}"{anchor}>{shown}</text>'


def _box(one: Actor, place: _Place, row: float) -> str:
    high, left = round(row - 5), round(place.left)
    top = round(place.middle - high / 2)
    if row > 30:
        box = f'<rect class="box" x="{left}" y="{top}" width="{_CARD:g}" height="{high}" rx="5"/>'
    else:
        box = f'<path class="box" d="M{left} {top}h{_CARD:g}v{high}h-{_CARD:g}z"/>'
    lines = wrapped(_named(one), (_CARD - 20) / _LETTERS, 2 if row > 30 else 1)
    base = round(place.middle + 4.5 - 7.5 * (len(lines) - 1))
    text = "".join(
        f'<text x="{left + 11}" y="{base + 15 * n}">{ink(line)}</text>' for n, line in enumerate(lines)
    )
    stripe = f'<path class="stripe" d="M{left + 2} {top + 3}v{high - 6}"/>'
    return _drawn(one, f"{box}{stripe}{text}", whole=lines[-1].endswith("…"))


def _focus(one: Actor, height: float) -> str:
    lines = wrapped(one.words, (_MIDDLE - 18) / 13, 4)
    high = max(64.0, 22.0 + 16 * len(lines))
    x, y = (_WIDTH - _MIDDLE) / 2, (height - high) / 2
    base = height / 2 + 4.5 - 8 * (len(lines) - 1)
    text = "".join(
        f'<tspan x="{number(_WIDTH / 2)}" y="{number(base + 16 * n)}">{ink(line)}</tspan>'
        for n, line in enumerate(lines)
    )
    return (
        f'<g class="focus"><rect class="box" x="{number(x)}" y="{number(y)}" width="{number(_MIDDLE)}"'
        f' height="{number(high)}" rx="6"/><text text-anchor="middle">{text}</text></g>'
    )


def _named(one: Actor) -> str:
    return f"{one.number} × {one.band}" if one.number > 1 else one.words


def _drawn(one: Actor, inner: str, *, whole: bool) -> str:
    kind = f"{one.kind} unknown" if one.unknown else one.kind
    title = f"<title>{ink(one.words)}</title>" if whole else ""
    if one.href:
        return f'<a class="{kind}" href="{ink(one.href)}">{title}{inner}</a>'
    return f'<g class="{kind}">{title}{inner}</g>'
