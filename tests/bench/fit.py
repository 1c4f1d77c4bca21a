"""A straight line through measured points by least squares, with intervals that Student's t gives.

Plain Python, for the few points of a soak or of a model of costs. The intervals hold if what is left over is
random; where few points are, they are wide, and with two points there is none.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

_T = (
    *(12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228),
    *(2.201, 2.179, 2.160, 2.145, 2.131, 2.120, 2.110, 2.101, 2.093, 2.086),
    *(2.080, 2.074, 2.069, 2.064, 2.060, 2.056, 2.052, 2.048, 2.045, 2.042),
)
_NORMAL = 1.96


def student(freedom: int) -> float:
    """The two-sided 95 % point of Student's t; infinite where there is no degree of freedom.

    >>> student(3), student(0), student(1000)
    (3.182, inf, 1.96)
    """
    if freedom < 1:
        return math.inf
    return _T[freedom - 1] if freedom <= len(_T) else _NORMAL


@dataclass(frozen=True, slots=True)
class Line:
    """``y = level + slope * x``, fitted to ``count`` points.

    ``spread`` is the standard deviation of what is left over (infinite for two points), ``middle`` the mean
    of x and ``width`` the sum of its squared distances from there.
    """

    level: float
    slope: float
    spread: float
    count: int
    middle: float
    width: float

    def at(self, x: float) -> float:
        """The line's value."""
        return self.level + self.slope * x

    @property
    def slope_half(self) -> float:
        """Half of the 95 % interval of the slope."""
        return student(self.count - 2) * self.spread / math.sqrt(self.width)

    def half(self, x: float) -> float:
        """Half of the interval in which 95 of 100 single further measurements at ``x`` would lie."""
        apart = (x - self.middle) ** 2 / self.width
        return student(self.count - 2) * self.spread * math.sqrt(1 + 1 / self.count + apart)


def line(xs: Sequence[float], ys: Sequence[float]) -> Line:
    """The line of least squares; raises :class:`ValueError` for less than two different x.

    >>> found = line([1, 2, 3, 4], [2.1, 3.9, 6.1, 7.9])
    >>> round(found.slope, 2), round(found.level, 2), round(found.slope_half, 2)
    (1.96, 0.1, 0.24)
    """
    count = len(xs)
    middle, height = sum(xs) / max(1, count), sum(ys) / max(1, count)
    width = sum((x - middle) ** 2 for x in xs)
    if count < 2 or width == 0:
        raise ValueError("a line needs two points apart from each other")
    slope = sum((x - middle) * (y - height) for x, y in zip(xs, ys, strict=True)) / width
    level = height - slope * middle
    left = sum((y - level - slope * x) ** 2 for x, y in zip(xs, ys, strict=True))
    spread = math.sqrt(left / (count - 2)) if count > 2 else math.inf
    return Line(level, slope, spread, count, middle, width)
