"""Draws measured points, a fitted line and its interval into one SVG, on logarithmic scales."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape

_WIDTH, _HEIGHT, _LEFT, _TOP, _BELOW = 430, 300, 62, 34, 44
_STYLE = """\
<style>
text { font: 12px sans-serif; fill: #333 }
.grid { stroke: #ddd } .band { fill: #1f5f8b; opacity: .18 }
.fit { fill: none; stroke: #1f5f8b; stroke-width: 2 } .beyond { fill: #f4efe3 } .point { fill: #8b2f1f }
</style>
"""


@dataclass(frozen=True)
class Curve:
    """One figure over the number of articles: what was measured, the fitted line, and (n, least, most)."""

    title: str
    points: Sequence[tuple[float, float]]
    line: Sequence[tuple[float, float]]
    band: Sequence[tuple[float, float, float]]


@dataclass(frozen=True)
class _Scale:
    """Where a value lies: decades from ``first`` to ``last`` between two places."""

    first: int
    last: int
    start: float
    end: float

    def __call__(self, value: float) -> float:
        share = (math.log10(max(value, 10.0**self.first)) - self.first) / (self.last - self.first)
        return self.start + min(1.0, share) * (self.end - self.start)


def plot(curves: Sequence[Curve]) -> str:
    """The picture: one panel beside the other."""
    width = (_WIDTH + _LEFT + 20) * len(curves)
    height = _HEIGHT + _TOP + _BELOW
    told = "; ".join(curve.title for curve in curves)
    panels = "".join(
        f'<g transform="translate({number * (_WIDTH + _LEFT + 20)} 0)">\n{"".join(_panel(curve))}</g>\n'
        for number, curve in enumerate(curves)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img">\n'
        f"<title>Over the number of articles: {escape(told)}. Dots were measured, lines and bands are "
        f"extrapolated beyond them.</title>\n{_STYLE}{panels}</svg>\n"
    )


def _panel(curve: Curve) -> Iterator[str]:
    values = [value for _, value in (*curve.points, *curve.line)] + [most for _, _, most in curve.band]
    low, high = math.floor(math.log10(min(v for v in values if v > 0))), math.ceil(math.log10(max(values)))
    x = _Scale(2, 8, _LEFT, _LEFT + _WIDTH)
    y = _Scale(low, high, _TOP + _HEIGHT, _TOP)
    last = x(max(n for n, _ in curve.points))
    yield f'<text x="{_LEFT}" y="{_TOP - 14}">{escape(curve.title)}</text>\n'
    wide = _LEFT + _WIDTH - last
    yield f'<rect class="beyond" x="{last:.0f}" y="{_TOP}" width="{wide:.0f}" height="{_HEIGHT}"/>\n'
    for decade in range(x.first, x.last + 1):
        at = x(10.0**decade)
        yield f'<path class="grid" d="M{at:.0f} {_TOP}V{_TOP + _HEIGHT}"/>\n'
        yield f'<text x="{at:.0f}" y="{_TOP + _HEIGHT + 18}" text-anchor="middle">{_power(decade)}</text>\n'
    for decade in range(low, high + 1):
        at = y(10.0**decade)
        yield f'<path class="grid" d="M{_LEFT} {at:.0f}H{_LEFT + _WIDTH}"/>\n'
        yield f'<text x="{_LEFT - 6}" y="{at + 4:.0f}" text-anchor="end">{_power(decade)}</text>\n'
    yield f'<text x="{_LEFT + _WIDTH}" y="{_TOP + _HEIGHT + 36}" text-anchor="end">articles</text>\n'
    edge = [(n, most) for n, _, most in curve.band] + [(n, least) for n, least, _ in reversed(curve.band)]
    yield f'<polygon class="band" points="{_places(edge, x, y)}"/>\n'
    yield f'<polyline class="fit" points="{_places(curve.line, x, y)}"/>\n'
    for n, value in curve.points:
        yield f'<circle class="point" cx="{x(n):.1f}" cy="{y(value):.1f}" r="4"/>\n'


def _places(points: Sequence[tuple[float, float]], x: _Scale, y: _Scale) -> str:
    return " ".join(f"{x(n):.1f},{y(value):.1f}" for n, value in points)


def _power(decade: int) -> str:
    if -3 <= decade <= 3:
        return f"{10.0**decade:g}"
    return f"10<tspan dy='-5' font-size='9'>{decade}</tspan>"
