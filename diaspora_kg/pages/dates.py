"""What is known of a date: between which days, and whether it is a month or a year."""

from __future__ import annotations

import re
from datetime import date

from diaspora_kg.pages.bounds import Between
from diaspora_kg.pages.facts import Dated

_WHOLE = re.compile(r"(\d{4})(?:-(\d{2}))?")


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
