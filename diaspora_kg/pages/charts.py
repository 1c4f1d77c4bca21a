"""Pictures of answers as SVG, drawn on the server: a timeline, bars; :mod:`.networks` draws networks.

Each has a title and a description, colours only beside words, and says no more than the table under it.
The elements are built as a tree and then written, so that no words of a source can become markup.
Looks come from the stylesheet ``queries.css``, since the policy of pages allows no style in attributes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from markupsafe import Markup

from diaspora_kg.pages.bounds import Between
from diaspora_kg.pages.figures import Bar, Bars, Figure, Network, Span, Timeline
from diaspora_kg.pages.networks import network
from diaspora_kg.pages.pictures.scale import Scale
from diaspora_kg.pages.svg import Drawing, Element, cut, groups_of
from diaspora_kg.pages.voices import Voice, marked
from diaspora_kg.queries.wording import count

_WIDTH = 900
_LABELS = 290  # left of the plot
_RIGHT = 20
_ROW = 28
_UNDER = 16  # more, where a second line says whose words it is
_MOST = 60  # marks in one picture
_NAME = 31  # characters of a name
_FADE = 26  # how far an open side reaches


@dataclass(frozen=True, slots=True)
class Picture:
    """A drawn figure: ``notes`` say what it does not show, ``legend`` which colour is what."""

    kind: str
    svg: Markup
    notes: tuple[str, ...]
    legend: tuple[tuple[int, str], ...]


def draw(figure: Figure, title: str) -> Picture | None:
    """The picture; ``None`` where there is nothing to draw."""
    if isinstance(figure, Timeline):
        return _timeline(figure, title) if figure.spans else None
    if isinstance(figure, Bars):
        return _bars(figure, title) if figure.bars else None
    return _network(figure, title) if figure.edges else None


def _network(figure: Network, title: str) -> Picture:
    svg, left_out, groups = network(figure, title)
    notes = []
    if any(edge.said for edge in figure.edges):
        notes.append("Each line is what somebody says: point at it, or see the table, for who.")
    notes += marked({edge.put for edge in figure.edges}, "Dashed lines")
    if left_out:
        notes.append(f"{count(left_out, 'node')} with fewer lines left out; the exports have all.")
    if figure.without:
        notes.append(f"{count(figure.without, 'row')} with an end that is not stated: see the table.")
    return Picture("network", svg, tuple(notes), groups)


def _notes(shown: int, all_marks: int, missing: int, what: str) -> tuple[str, ...]:
    notes = []
    if shown < all_marks:
        notes.append(f"The first {shown} of {all_marks} marks; the table has all.")
    if missing:
        notes.append(f"{count(missing, 'row')} with no {what}: see the table.")
    return tuple(notes)


def _second(marks: Iterable[Span | Bar]) -> int:
    """The height of a row: with a second line where any mark needs one."""
    return _ROW + (_UNDER if any(mark.voice.under(mark.label, mark.group) for mark in marks) else 0)


def _name(drawing: Drawing, group: Element, mark: Span | Bar, y: float) -> None:
    """The name of a mark, whose middle is at ``y``, and under it whose words it is."""
    under = mark.voice.under(mark.label, mark.group)
    drawing.add("text", group, x=0, y=y - 3 if under else y + 4, class_="name").text = cut(mark.label, 38)
    if under:
        drawing.add("text", group, x=0, y=y + 13, class_="by").text = cut(under, 42)


def _told(mark: Span | Bar, words: str) -> str:
    """What is said when one points at a mark."""
    times = f", in {count(mark.rows, 'row')}" if mark.rows > 1 else ""
    under = mark.voice.under(mark.label, mark.group)
    return f"{mark.label}{f' ({under})' if under else ''}: {words}{times}"


def _class(voice: Voice, colour: int) -> str:
    return f"mark c{colour} put" if voice.put else f"mark c{colour}"


def _legend(groups: Mapping[str, int]) -> tuple[tuple[int, str], ...]:
    return tuple((colour, name) for name, colour in groups.items())


# A timeline


def _timeline(figure: Timeline, title: str) -> Picture:
    spans = figure.spans[:_MOST]
    groups = groups_of(span.group for span in spans)
    scale = Scale.over(_days(spans), _LABELS, _WIDTH - _RIGHT)
    row = _second(spans)
    height = 34 + row * len(spans)
    told = f"{count(len(spans), 'mark')} from {scale.first.isoformat()} to {scale.last.isoformat()}."
    drawing = Drawing("timeline", title, told, _WIDTH, height)
    _axis(drawing, scale, height)
    for number, span in enumerate(spans):
        _mark(drawing, scale, span, 34 + row * number + row / 2, groups)
    notes = _notes(len(spans), len(figure.spans), figure.undated, "date")
    hollow = marked({span.voice.put for span in spans}, "Hollow marks")
    return Picture("timeline", drawing.markup, (*hollow, *notes), _legend(groups))


def _days(spans: Iterable[Span]) -> list[date]:
    both = [side for span in spans for side in (span.starts, span.ends) if side is not None]
    return [day for side in both for day in (side.first, side.last) if day is not None]


def _axis(drawing: Drawing, scale: Scale, height: float) -> None:
    for day, words in scale.ticks():
        x = scale.x(day)
        drawing.add("line", x1=x, y1=24, x2=x, y2=height, class_="rule")
        drawing.add("text", x=x, y=16, class_="tick", text_anchor="middle").text = words


def _mark(drawing: Drawing, scale: Scale, span: Span, y: float, groups: Mapping[str, int]) -> None:
    group = drawing.add("g", class_=_class(span.voice, groups.get(span.group, 1)))
    drawing.title(group, _told(span, span.words or "date not stated"))
    _name(drawing, group, span, y)
    if span.ends is None:
        _side(drawing, group, scale, span.starts, y)
        return
    begun = span.starts.last or span.starts.first
    ended = span.ends.first or span.ends.last
    if begun and ended and begun < ended:
        x, end = scale.x(begun), scale.x(ended)
        drawing.add("rect", group, x=x, y=y - 7, width=max(2, round(end - x, 1)), height=14, class_="sure")
    elif begun and not ended:
        _open(drawing, group, scale.x(begun), y, 1)
    _side(drawing, group, scale, span.starts, y)
    _side(drawing, group, scale, span.ends, y)


def _side(drawing: Drawing, group: Element, scale: Scale, when: Between, y: float) -> None:
    """One end: a dot for a day, a dashed box for "some day between", a thinning line for an open side."""
    if when.first is None and when.last is None:
        return
    if when.first is None or when.last is None:
        known, way = (when.last, -1) if when.last else (when.first, 1)
        if known is not None:
            x = scale.x(known)
            drawing.add("line", group, x1=x, y1=y - 7, x2=x, y2=y + 7, class_="bound")
            _open(drawing, group, x, y, way)
        return
    first, last = scale.x(when.first), scale.x(when.last)
    if last - first < 6:
        drawing.add("circle", group, cx=round((first + last) / 2, 1), cy=y, r=5.5, class_="point")
    else:
        drawing.add("rect", group, x=first, y=y - 7, width=round(last - first, 1), height=14, class_="unsure")


def _open(drawing: Drawing, group: Element, x: float, y: float, way: int) -> None:
    edge = _LABELS if way < 0 else _WIDTH - _RIGHT
    reach = max(_FADE, abs(edge - x))
    end = max(_LABELS, min(_WIDTH, x + way * reach))
    drawing.add("line", group, x1=x, y1=y, x2=round(end, 1), y2=y, class_="open")


# Bars


def _bars(figure: Bars, title: str) -> Picture:
    bars = figure.bars[:_MOST]
    groups = groups_of(bar.group for bar in bars)
    low, high = min(0.0, *(b.value for b in bars)), max(0.0, *(b.value for b in bars))
    room = _WIDTH - _LABELS - 80
    told = f"{count(len(bars), 'bar')} from {plain(min(b.value for b in bars))} to {plain(high)}."
    row = _second(bars)
    drawing = Drawing("bars", title, told, _WIDTH, 10 + row * len(bars))
    zero = _LABELS + room * (0 - low) / ((high - low) or 1)
    for number, bar in enumerate(bars):
        y = 5 + row * number + row / 2
        size = room * abs(bar.value) / ((high - low) or 1)
        group = drawing.add("g", class_=_class(bar.voice, groups.get(bar.group, 1)))
        drawing.title(group, _told(bar, plain(bar.value)))
        _name(drawing, group, bar, y)
        x = zero if bar.value >= 0 else zero - size
        drawing.add(
            "rect", group, x=round(x, 1), y=y - 9, width=round(max(1, size), 1), height=18, class_="sure"
        )
        drawing.add("text", group, x=round(x + size + 6, 1), y=y + 4, class_="value").text = plain(bar.value)
    notes = _notes(len(bars), len(figure.bars), figure.without, f"“{figure.measure}”")
    hollow = marked({bar.voice.put for bar in bars}, "Hollow bars")
    shown = f"A bar shows the column “{figure.measure}”."
    return Picture("bars", drawing.markup, (shown, *hollow, *notes), _legend(groups))


def plain(value: float) -> str:
    r"""A number as it is read, with thin spaces between thousands.

    >>> plain(1200.0), plain(0.5)
    ('1\u202f200', '0.5')
    """
    return f"{value:,.0f}".replace(",", "\u202f") if value == int(value) else f"{value:.4g}"
