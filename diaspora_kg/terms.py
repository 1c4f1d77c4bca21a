"""RDF terms and the one writer of their text, used for N-Quads lines and for SPARQL alike.

The form is canonical N-Quads (RDF 1.2 N-Quads, section 4): what an embedded store dumps, byte for
byte, and what every parser of N-Quads and SPARQL 1.1 reads back as the same term. There are no
blank nodes. Literals are minted through the small constructors below, so that no store has a
reason to normalise one: ``05`` never enters as an integer, a time zone is always ``Z``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache, lru_cache
from string import ascii_letters, digits

from diaspora_kg.characters import among
from diaspora_kg.light import light
from diaspora_kg.names import expand

XSD_STRING = expand("xsd:string")
XSD_INTEGER = expand("xsd:integer")
XSD_DECIMAL = expand("xsd:decimal")
XSD_DATE = expand("xsd:date")
XSD_DATE_TIME = expand("xsd:dateTime")
XSD_BOOLEAN = expand("xsd:boolean")


@light
@dataclass(frozen=True, slots=True, order=True)
class IRI:
    """An absolute IRI."""

    value: str


@light
@dataclass(frozen=True, slots=True, order=True)
class Literal:
    """A literal; with a ``language`` its datatype is that of language-tagged strings."""

    value: str
    datatype: str = XSD_STRING
    language: str = ""


Term = IRI | Literal

# RFC 3987, section 2.2, without private-use characters (RFC 3987 allows them in a query only): beside ASCII
# all but these.
_NO_UCS = (
    "\x80-\x9f\ud800-\uf8ff\ufdd0-\ufdef\ufff0-\uffff"
    + "".join(f"{chr((plane << 16) + 0xFFFE)}-{chr((plane << 16) + 0xFFFF)}" for plane in range(1, 14))
    + "\U000e0000-\U000e0fff\U000efffe-\U0010ffff"
)
_NAMING = f"{ascii_letters}{digits}-._~!$&'()*+,;="
_CHAR = rf"{among(f'{_NAMING}:@', _NO_UCS)}|%[0-9A-Fa-f]{{2}}"
_HOST = rf"(?:{among(_NAMING, _NO_UCS)}|%[0-9A-Fa-f]{{2}})*"
_AUTHORITY = rf"(?:(?:{_CHAR})*@)?{_HOST}(?::[0-9]*)?"
_IRI = (
    rf"[A-Za-z][A-Za-z0-9+.\-]*:(?://{_AUTHORITY}(?:/(?:{_CHAR}|/)*)?|(?!//)(?:{_CHAR}|/)*)"
    rf"(?:\?(?:{_CHAR}|[/?])*)?(?:#(?:{_CHAR}|[/?])*)?"
)

# Most IRIs, which need no long look.
_PLAIN = re.compile(r"https?://[A-Za-z0-9]++(?:[A-Za-z0-9._~/-]++|%[0-9A-Fa-f]{2})*+")
# RFC 3987, section 4.1: marks of direction would show another address than is meant.
_DIRECTION = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069]")

# RFC 5646, section 2.1: language, script, region, variants, extensions, private use.
_LANGUAGE = re.compile(
    r"(?:[a-z]{2,3}(?:-[a-z]{3}){0,3}|[a-z]{4,8})(?:-[a-z]{4})?(?:-(?:[a-z]{2}|[0-9]{3}))?"
    r"(?:-(?:[a-z0-9]{5,8}|[0-9][a-z0-9]{3}))*(?:-[a-wyz0-9](?:-[a-z0-9]{2,8})+)*"
    r"(?:-x(?:-[a-z0-9]{1,8})+)?|x(?:-[a-z0-9]{1,8})+"
)

_ECHAR = {"\b": r"\b", "\t": r"\t", "\n": r"\n", "\f": r"\f", "\r": r"\r", '"': r"\"", "\\": r"\\"}
_ESCAPED = re.compile(r'[\x01-\x1f"\\\x7f\ufffe\uffff]')
_SHORT = 500  # characters of an IRI that is kept at hand
_LONGEST = 1_000_000  # characters of a term; a parser of N-Quads gives up at 16 MB
_NEVER = re.compile(r"[\0\ud800-\udfff]")
_UNUSUAL = re.compile(r'[\x00-\x1f"\\\x7f\ud800-\udfff\ufffe\uffff]')


def write(term: Term) -> str:
    r"""A term as N-Quads and SPARQL write it.

    Raises :class:`ValueError` for an IRI that RFC 3987 does not allow, for a language tag that is
    none, for NUL and lone surrogates, which no store keeps, and for a million characters.

    >>> write(Literal('a "b"', language="en"))
    '"a \\"b\\""@en'
    """
    if len(term.value) > _LONGEST:
        raise ValueError(f"{len(term.value)} characters are too many")
    if isinstance(term, IRI):
        return write_iri(term.value)
    if term.language or term.datatype == XSD_STRING:
        return write_text(term.value, term.language)
    return f'"{_escape(term.value)}"^^{write_iri(term.datatype)}'


def write_text(value: str, language: str = "") -> str:
    r"""A string as :func:`write` writes the literal that :func:`text` makes of it; raises as that does.

    >>> write_text('a "b"', "EN")
    '"a \\"b\\""@en'
    """
    if len(value) > _LONGEST:
        raise ValueError(f"{len(value)} characters are too many")
    written = f'"{_escape(value)}"'
    return f"{written}@{_language(language)}" if language else written


def nquad(s: IRI, p: IRI, o: Term, g: IRI) -> str:
    """One line of N-Quads, without the line break; raises as :func:`write` does."""
    return f"{write(s)} {write(p)} {write(o)} {write(g)} ."


@cache
def _unusual_iri() -> re.Pattern[str]:
    """What an IRI may be beyond the plain ones; made when one is met, since that takes a while."""
    return re.compile(_IRI)


def is_iri(value: str) -> bool:
    """Whether RFC 3987 allows this as an absolute IRI.

    >>> is_iri("https://example.org/a"), is_iri("https://example.org/a b"), is_iri("a/b")
    (True, False, False)
    """
    if _PLAIN.fullmatch(value):
        return True
    return _unusual_iri().fullmatch(value) is not None and not _DIRECTION.search(value)


def text(value: str, language: str = "") -> Literal:
    """A string, with its language tag in lower case; empty: a plain string."""
    return Literal(value, language=language.lower())


def number(value: int | Decimal) -> Literal:
    """An ``xsd:integer``, or an ``xsd:decimal`` without an exponent or trailing zeros.

    >>> number(Decimal("1.50")).value, number(Decimal("5E+1")).value
    ('1.5', '50')
    """
    if isinstance(value, int):
        return Literal(str(value), XSD_INTEGER)
    if not value.is_finite():
        raise ValueError(f"{value} is not a number that can be written down")
    plain = f"{value:f}"
    plain = plain.rstrip("0").rstrip(".") if "." in plain else plain
    return Literal("0" if plain == "-0" else plain, XSD_DECIMAL)


def day(value: str) -> Literal:
    """An ``xsd:date`` without zone, from YYYY-MM-DD; :class:`ValueError` if there is no such day."""
    if not re.fullmatch(r"\d{4}-\d\d-\d\d", value, re.ASCII):
        raise ValueError(f"{value} is not a date of the form YYYY-MM-DD")
    return Literal(date.fromisoformat(value).isoformat(), XSD_DATE)


def instant(value: str) -> Literal:
    """An ``xsd:dateTime`` in ``Z`` without fraction, from an ISO 8601 time with its zone.

    >>> instant("2026-03-01T12:00:00+02:00").value
    '2026-03-01T10:00:00Z'
    """
    moment = datetime.fromisoformat(value)
    if moment.tzinfo is None:
        raise ValueError(f"{value} does not say its time zone")
    moment = moment.astimezone(UTC).replace(microsecond=0, tzinfo=None)
    return Literal(moment.isoformat() + "Z", XSD_DATE_TIME)


def boolean(value: bool) -> Literal:
    """``true`` or ``false``."""
    return Literal("true" if value else "false", XSD_BOOLEAN)


def write_iri(value: str) -> str:
    """An IRI as N-Quads and SPARQL write it; raises as :func:`write` does."""
    if len(value) > _LONGEST:
        raise ValueError(f"{len(value)} characters are too many")
    return _write_short_iri(value) if len(value) <= _SHORT else _checked_iri(value)


@lru_cache(maxsize=1 << 11)
def _write_short_iri(value: str) -> str:
    """The same few IRIs are written again and again, and looking at each character takes time."""
    return _checked_iri(value)


def _checked_iri(value: str) -> str:
    if not is_iri(value):
        raise ValueError(f"{value!a} is not an absolute IRI")
    return f"<{value}>"


@lru_cache(maxsize=256)
def _language(tag: str) -> str:
    lower = tag.lower()
    if not _LANGUAGE.fullmatch(lower):
        raise ValueError(f"{tag!a} is not a language tag")
    return lower


def _escape(value: str) -> str:
    if not _UNUSUAL.search(value):
        return value
    if bad := _NEVER.search(value):
        raise ValueError(f"the character U+{ord(bad[0]):04X} cannot be kept in a graph")
    return _ESCAPED.sub(lambda found: _ECHAR.get(found[0]) or f"\\u{ord(found[0]):04X}", value)
