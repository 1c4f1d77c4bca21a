"""Dates as researchers write them: a form, the printed words, a basis.

``date``, ``by``, ``after``, ``between`` and ``about`` take years, months or days of the proleptic
Gregorian calendar, 1000 to 2100, with ``~`` (about) or ``?`` (uncertain) after them: level 0 of EDTF
(Library of Congress, 2019) and the few signs of levels 1 and 2 that are named here. Bounds are
computed here and not by a library; a date that is only about right or uncertain has none.
"""

from __future__ import annotations

import calendar
import re
import unicodedata
from dataclasses import dataclass
from datetime import date

from diaspora_kg.article import When
from diaspora_kg.light import light
from diaspora_kg.reading.desk import Desk, is_not_stated, many
from diaspora_kg.yamlnodes import Leaf, View

FORMS = ("date", "by", "after", "between", "about")
"""The keys of which a date has one, or none beside ``words``."""

_POINT = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?([~?]?)")
_MONTHS = calendar.month_name
_DOTTED = re.compile(r"(\d{1,2})[./](\d{1,2})[./](\d{4})")
_HINT = "Write YYYY, YYYY-MM or YYYY-MM-DD, with ~ (about) or ? (uncertain) after it if need be."


@light
@dataclass(frozen=True, slots=True)
class Point:
    """One date of a precision: its text without sign, its sign, its first and last day."""

    text: str
    sign: str
    first: date
    last: date


@light
@dataclass(frozen=True, slots=True)
class _Span:
    """What one form says: EDTF, bounds, and the year that printed words may name."""

    edtf: str
    first: str | None
    last: str | None
    year: str


def read_when(view: View, desk: Desk) -> When | None:
    """A date with its words and basis; ``None`` where it cannot be read (then there is a finding)."""
    fields = desk.fields(view, "a date", _whole_hint(view))
    if fields is None:
        return None
    written = [(form, value) for form in FORMS if (value := fields.take(form)) is not None]
    words_view, basis_view = fields.take("words"), fields.take("basis")
    words = desk.text(words_view, "`words`") if words_view else ""
    fields.audit()
    if not written and not words and set(fields.table.keys()) - {*FORMS, "words", "basis"}:
        return None  # the key that is none was the date, and is a finding by now
    if not _usable(view, written, words, desk):
        return None
    form, value = written[0] if written else ("words", view)
    span = _span(form, value, desk) if written else None
    if written and span is None:
        return None
    basis = _basis(form, span, words, basis_view, desk)
    if span is None:
        return When(view.line, basis, words=words)
    return When(view.line, basis, span.edtf, span.first, span.last, words or None)


def _usable(view: View, written: list[tuple[str, View]], words: str, desk: Desk) -> bool:
    """Whether the date has one form, or words alone."""
    if any(is_not_stated(value) for _, value in written):
        hint = "Write `not-stated` alone, in place of the whole date."
        desk.refuse(view, "beside-not-stated", "A form of a date cannot be not-stated.", hint)
    elif len(written) > 1:
        message = f"A date has one form; here are {' and '.join(form for form, _ in written)}."
        desk.refuse(view, "date-forms", message, "Keep one; two bounds are `between: [a, b]`.")
    elif not written and not words:
        hint = f"Write one of {', '.join(FORMS)} or words, or `not-stated` in place of the whole date."
        desk.refuse(view, "date-forms", "This date says no date.", hint)
    else:
        return True
    return False


def _span(form: str, value: View, desk: Desk) -> _Span | None:
    if form == "between":
        return _between(value, desk)
    point = read_point(value, desk)
    if point is None:
        return None
    first, last, edtf = point.first.isoformat(), point.last.isoformat(), point.text + point.sign
    if form == "about":
        if point.sign == "?":
            desk.refuse(value, "date-forms", "`about` already says `~`.", "Write `date` with ? instead.")
        return _Span(point.text + "~", None, None, point.text[:4])
    bounds = {"date": (first, last), "by": (None, last), "after": (first, None)}[form]
    edtf = {"date": edtf, "by": f"[..{edtf}]", "after": f"[{edtf}..]"}[form]
    return _Span(edtf, *(bounds if not point.sign else (None, None)), point.text[:4])


def _between(value: View, desk: Desk) -> _Span | None:
    ends = many(value)
    if len(ends) != 2:
        desk.refuse(
            value, "date-forms", "`between` takes two dates.", 'Write between: ["2018-01", "2018-04"].'
        )
        return None
    low, high = (read_point(end, desk) for end in ends)
    if low is None or high is None:
        return None
    if low.first > high.last:
        desk.refuse(ends[0], "date-order", f"{low.text} is later than {high.text}.", "Exchange the two.")
        return None
    first = None if low.sign else low.first.isoformat()
    last = None if high.sign else high.last.isoformat()
    return _Span(f"[{_consecutive(low, high)}]", first, last, low.text[:4])


def _consecutive(low: Point, high: Point) -> str:
    """From one to the other as EDTF writes it: of one precision, the finer one."""
    if low.sign or high.sign:
        return f"{low.text}{low.sign}..{high.text}{high.sign}"
    size = max(len(low.text), len(high.text))
    return f"{low.first.isoformat()[:size]}..{high.last.isoformat()[:size]}"


def read_point(view: View, desk: Desk) -> Point | None:
    """One year, month or day; an impossible one is a finding."""
    text = desk.text(view, "A date")
    if not text:
        return None
    match = _POINT.fullmatch(text) if text.isascii() else None
    if match is None:
        desk.refuse(view, "date-form", "This date cannot be read.", _form_hint(text))
        return None
    year, month, day = int(match[1]), int(match[2] or 1), int(match[3] or 1)
    plain = text.removesuffix(match[4])
    if not 1000 <= year <= 2100:
        desk.refuse(view, "impossible-date", f"The year {year} is outside of 1000 to 2100.", _HINT)
    elif not 1 <= month <= 12:
        desk.refuse(view, "impossible-date", f"There is no month {match[2]}.", _HINT)
    elif not 1 <= day <= calendar.monthrange(year, month)[1]:
        message = f"{day} {_MONTHS[month]} {year} does not exist."
        desk.refuse(view, "impossible-date", message, "Mend it; a date that is misprinted goes into `words`.")
    else:
        return Point(plain, match[4], date(year, month, day), _last(year, match))
    return None


def _whole_hint(view: View) -> str:
    """How to write a date that was written without its braces."""
    text = view.text if isinstance(view, Leaf) else ""
    if not text or (text.isascii() and _POINT.fullmatch(text)):
        return f'Write {{date: "{text or "2018-04-25"}"}}, or `not-stated`.'
    return f'Write {{date: "YYYY-MM-DD", words: "{text}"}}, or `not-stated`.'


def _form_hint(text: str) -> str:
    """How to write what was written with the day first; which number is the month is not guessed."""
    match = _DOTTED.fullmatch(text)
    if match is None:
        return _HINT
    first, second, year = (int(part) for part in match.groups())
    pairs = [(month, day) for month, day in ((second, first), (first, second)) if month <= 12 and day <= 31]
    days = list(dict.fromkeys(f"{year:04}-{month:02}-{day:02}" for month, day in pairs))
    return f"Write {' or '.join(days)}." if days else _HINT


def _last(year: int, match: re.Match[str]) -> date:
    if not match[2]:
        return date(year, 12, 31)
    month = int(match[2])
    return date(year, month, int(match[3]) if match[3] else calendar.monthrange(year, month)[1])


def _names_year(words: str, year: str) -> bool:
    """Whether the words hold the year, in any script's digits."""
    digits = "".join(str(unicodedata.digit(char, char)) for char in words)
    return re.search(rf"(?<!\d){year}(?!\d)", digits) is not None


def _default_basis(form: str, span: _Span | None, words: str, desk: Desk) -> str:
    if span is None:
        return "relativeUnresolved"
    if form == "date" and words:
        return "stated" if _names_year(words, span.year) else "relativeResolved"
    if words:
        return "stated"
    if form == "by" and desk.published and span.edtf == f"[..{desk.published}]":
        return "boundedByPublication"
    return "annotatorEstimate"


def _basis(form: str, span: _Span | None, words: str, view: View | None, desk: Desk) -> str:
    default = _default_basis(form, span, words, desk)
    if view is None:
        return default
    if is_not_stated(view):
        hint = "Delete the basis, or write `not-stated` in place of the whole date."
        desk.refuse(view, "beside-not-stated", "A date stands beside a basis that is not stated.", hint)
        return default
    concept = desk.concept(view, "DateBasis")
    if concept is None:
        return default
    if reason := _contradiction(concept.name, form):
        desk.refuse(view, "date-basis", reason, "Change the basis or the form of the date.")
        return default
    return concept.name


def _contradiction(basis: str, form: str) -> str:
    if basis == "relativeUnresolved" and form != "words":
        return "A date that is given cannot be unresolved."
    if form == "words" and basis not in {"relativeUnresolved", "stated"}:
        return "Words alone give no date, so this basis has nothing to rest on."
    if basis == "boundedByPublication" and form != "by":
        return "The day of publication only says that something was so `by` then."
    return ""
