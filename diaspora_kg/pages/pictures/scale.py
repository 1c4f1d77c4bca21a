"""Days as places on a line, and the days to mark on it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from diaspora_kg.light import light


@light
@dataclass(frozen=True, slots=True)
class Scale:
    """Days from ``first`` to ``last`` between the places ``left`` and ``right``."""

    first: date
    last: date
    left: float
    right: float

    @classmethod
    def over(cls, days: Sequence[date], left: float, right: float, room: int = 2) -> Scale:
        """A scale with a twentieth of room at both ends, and ``room`` days at least."""
        first, last = min(days), max(days)
        more = timedelta(days=max(room, (last - first).days // 20))
        first = max(date.min + more, first) - more
        return cls(first, min(date.max - more, last) + more, left, right)

    def x(self, day: date) -> float:
        """Where a day is."""
        part = (day - self.first).days / max(1, (self.last - self.first).days)
        return round(self.left + part * (self.right - self.left), 1)

    def ticks(self) -> Iterable[tuple[date, str]]:
        """Days to mark on the axis with their words: years, months or days."""
        days = (self.last - self.first).days
        if days > 3 * 366:
            return self._years(max(1, -(-days // 366 // 9)))
        if days > 60:
            return self._months(max(1, -(-days // 31 // 9)))
        step = max(1, -(-days // 8))
        marked = (self.first + timedelta(days=n) for n in range(step, days, step))
        return [(day, day.isoformat()) for day in marked]

    def _years(self, step: int) -> list[tuple[date, str]]:
        years = range(-(-(self.first.year + 1) // step) * step, self.last.year + 1, step)
        return [(date(year, 1, 1), str(year)) for year in years]

    def _months(self, step: int) -> list[tuple[date, str]]:
        first, last = (day.year * 12 + day.month for day in (self.first, self.last))
        months = ((m // 12, m % 12 + 1) for m in range(first, last, step))
        return [(date(year, month, 1), f"{year}-{month:02}") for year, month in months]
