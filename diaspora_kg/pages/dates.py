"""Dates in words: as exact as they are known, and no more."""

from __future__ import annotations

import re
from datetime import date

from diaspora_kg.pages.bounds import Between
from diaspora_kg.pages.facts import Dated

_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
    "November", "December",
)  # fmt: skip
_WHOLE = re.compile(r"(\d{4})(?:-(\d{2}))?")


def day(written: str) -> str:
    """An ISO date, month or year in words; anything else as it is.

    >>> day("2018-04-25"), day("2018-04"), day("2018"), day("Friday")
    ('25 April 2018', 'April 2018', '2018', 'Friday')
    """
    parts = written.split("-")
    if not (1 <= len(parts) <= 3 and all(part.isascii() and part.isdigit() for part in parts)):
        return written
    if len(parts) > 1 and not 1 <= int(parts[1]) <= 12:
        return written
    month = _MONTHS[int(parts[1]) - 1] if len(parts) > 1 else ""
    number = str(int(parts[2])) if len(parts) > 2 else ""
    return " ".join(part for part in (number, month, parts[0]) if part)


def period(dated: Dated) -> str:
    """The month or year (ISO) that is known as such, and not as two bounds; else nothing.

    >>> period(Dated("between", "2018-04-01", "2018-04-30", edtf="2018-04"))
    '2018-04'
    """
    return dated.edtf if _WHOLE.fullmatch(dated.edtf) else ""


def bounds(dated: Dated) -> Between:
    """The days between which it lies."""
    return Between(_date(dated.not_before), _date(dated.not_after))


def _date(written: str) -> date | None:
    try:
        return date.fromisoformat(written[:10]) if written else None
    except ValueError:
        return None
