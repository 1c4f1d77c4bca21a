"""Quads in the one form that every engine keeps, and the hash of a graph in it.

Engines may store a number, a truth value or a language tag in another spelling of the same value (SPARQL 1.1
Query, section 17.1; XML Schema 1.1 Datatypes, section 3.3). So
values are compared, not spellings.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal

from diaspora_kg.sums import Total
from diaspora_kg.terms import IRI, Literal, Term

_XSD = "http://www.w3.org/2001/XMLSchema#"
_LITERAL = re.compile(
    r'^(<[^>]*> <[^>]*> )"((?:[^"\\]|\\.)*)"(?:\^\^<' + re.escape(_XSD) + r"([A-Za-z]+)>)( <[^>]*> \.)$"
)
_INTEGERS = frozenset({
    "integer", "nonPositiveInteger", "negativeInteger", "long", "int", "short", "byte", "nonNegativeInteger",
    "unsignedLong", "unsignedInt", "unsignedShort", "unsignedByte", "positiveInteger",
})  # fmt: skip
_LONGEST = 1000  # digits; no engine of ours keeps so many, and Python reads no more than 4300
_TRUTH = {"1": "true", "0": "false"}


def plain(line: str) -> str:
    """An N-Quads line with its number or truth value in one spelling; any other line as it is.

    >>> plain('<urn:s> <urn:p> "007"^^<http://www.w3.org/2001/XMLSchema#unsignedInt> <urn:g> .')
    '<urn:s> <urn:p> "7"^^<http://www.w3.org/2001/XMLSchema#integer> <urn:g> .'
    """
    found = _LITERAL.match(line)
    if found is None:
        return line
    start, value, kind, end = found.groups()
    value, kind = _value(value, kind)
    return f'{start}"{value}"^^<{_XSD}{kind}>{end}'


def plain_term(term: Term) -> Term:
    """A term in the form of :func:`plain`."""
    if isinstance(term, IRI) or not term.datatype.startswith(_XSD):
        return term
    value, kind = _value(term.value, term.datatype.removeprefix(_XSD))
    return term if kind == "string" else Literal(value, _XSD + kind)


def _value(value: str, kind: str) -> tuple[str, str]:
    """A value and the local name of its datatype, in one spelling."""
    if len(value) > _LONGEST:
        return value, kind
    if kind in _INTEGERS and re.fullmatch(r"[+-]?\d+", value, re.ASCII):
        return str(int(value)), "integer"
    if kind == "decimal":
        return _decimal(value), kind
    if kind == "boolean":
        return _TRUTH.get(value, value), kind
    return value, kind


def _decimal(value: str) -> str:
    if not re.fullmatch(r"[+-]?(\d+(\.\d*)?|\.\d+)", value, re.ASCII):  # 1e999999999 would fill the memory
        return value
    number = Decimal(value)
    written = f"{number:f}"
    written = written.rstrip("0").rstrip(".") if "." in written else written
    return "0" if written in {"-0", ""} else written


def total(lines: Iterable[str]) -> Total:
    """The hash of a graph's lines, whatever their order and the spelling of their values."""
    found = Total()
    for line in lines:
        found.add(plain(line))
    return found
