"""What is known of a day: between which days it lies, for drawing it on a line of time."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date

_POINT = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?[~?]?")
_INTERVAL = re.compile(r"\[([^\[\]]*)\.\.([^\[\]]*)\]")


@dataclass(frozen=True, slots=True)
class Between:
    """Some day from ``first`` to ``last``; ``None``: no bound is known on that side."""

    first: date | None
    last: date | None

    @property
    def known(self) -> bool:
        """Whether anything is known of it."""
        return self.first is not None or self.last is not None


def between(written: str) -> Between:
    """The bounds of a date, month, year or EDTF interval; none for what is only about right.

    >>> between("2031-02"), between("[..2031-03-06]").last
    (Between(first=datetime.date(2031, 2, 1), last=datetime.date(2031, 2, 28)), datetime.date(2031, 3, 6))
    """
    if match := _INTERVAL.fullmatch(written):
        return Between(_bounds(match[1])[0], _bounds(match[2])[1])
    return Between(*_bounds(written))


def _bounds(written: str) -> tuple[date | None, date | None]:
    match = _POINT.fullmatch(written)
    if match is None:
        return None, None
    year, month, day = (int(part) if part else 0 for part in match.groups())
    try:
        first = date(year, month or 1, day or 1)
        end = date(year, month or 12, day or calendar.monthrange(year, month or 12)[1])
    except (ValueError, calendar.IllegalMonthError):
        return None, None
    return first, end
