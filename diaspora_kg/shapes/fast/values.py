"""Terms of an index, as the text that canonical N-Quads have for them, and what is asked of their values.

Two terms are one if and only if rdflib, on which pyshacl rests, holds them for one: it normalises typed
literals, compares language tags without case, and tells a plain string from nothing else here, since the
writer of an index leaves ``xsd:string`` away.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from functools import lru_cache

from rdflib import BNode, Literal, URIRef
from rdflib.term import Node as Term

from diaspora_kg.names import expand
from diaspora_kg.terms import XSD_DATE, XSD_DATE_TIME, XSD_INTEGER, XSD_STRING

LANG_STRING = expand("rdf:langString")
_INTEGER = f'"^^<{XSD_INTEGER}>'
_DATE = f'"^^<{XSD_DATE}>'
_DATE_TIME = f'"^^<{XSD_DATE_TIME}>'
_CANONICAL_INTEGER = re.compile(r"0|-?[1-9][0-9]{0,17}", re.ASCII)
_CANONICAL_DATE = re.compile(r"(?!0000)\d{4}-\d\d-\d\d", re.ASCII)
_CANONICAL_TIME = re.compile(r"((?!0000)\d{4}-\d\d-\d\d)T([01]\d|2[0-3]):[0-5]\d:[0-5]\dZ", re.ASCII)
_ESCAPES = {"t": "\t", "b": "\b", "n": "\n", "r": "\r", "f": "\f", '"': '"', "'": "'", "\\": "\\"}
_ESCAPE = re.compile(r"\\(u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8}|.)", re.DOTALL)
_KINDS = {
    "<": frozenset(map(expand, ("sh:IRI", "sh:IRIOrLiteral", "sh:BlankNodeOrIRI"))),
    '"': frozenset(map(expand, ("sh:Literal", "sh:BlankNodeOrLiteral", "sh:IRIOrLiteral"))),
}


class Undecided(Exception):
    """What a shape asks of an article can be answered by pyshacl alone; the text says what it is."""


def is_literal(term: str) -> bool:
    """Whether a term is a literal."""
    return term[0] == '"'


def iri(name: str) -> str:
    """A name such as ``dkg:Claim``, or an IRI, as an index has it."""
    return f"<{expand(name)}>"


def canonical(literal: str) -> str:
    """The one text of a literal that is written as N-Quads in any way; an IRI has no other."""
    if literal[0] != '"':
        return literal
    suffix = literal[literal.rindex('"') :]
    if suffix == '"' or (suffix[1] == "@" and suffix.islower()):
        return literal
    if suffix == _INTEGER and _integer(literal) is not None:
        return literal
    if suffix in {_DATE, _DATE_TIME} and moment(literal) is not None:
        return literal
    return text_of(to_rdflib(literal))


@lru_cache(maxsize=4096)
def _integer(literal: str) -> int | None:
    """The value of a canonical integer; ``None`` of another term."""
    if not literal.endswith(_INTEGER):
        return None
    lexical = literal[1 : -len(_INTEGER)]
    return int(lexical) if _CANONICAL_INTEGER.fullmatch(lexical) else None


@lru_cache(maxsize=4096)
def moment(literal: str) -> str | None:
    """The text by which a valid date, or a time in UTC, is compared to others; ``None`` of another term."""
    lexical, _, datatype = literal[1:].rpartition('"')
    found = _CANONICAL_DATE.fullmatch(lexical) if datatype == _DATE[1:] else None
    if datatype == _DATE_TIME[1:]:
        found = _CANONICAL_TIME.fullmatch(lexical)
    if found is None:
        return None
    try:
        date.fromisoformat(lexical[:10])
    except ValueError:
        return None
    return lexical


@lru_cache(maxsize=4096)
def to_rdflib(term: str) -> Term:
    """A term as rdflib has it."""
    if term[0] == "<":
        return URIRef(_plain(term[1:-1]))
    lexical, _, suffix = term[1:].rpartition('"')
    value = _plain(lexical)
    if suffix.startswith("@"):
        return Literal(value, lang=suffix[1:])
    datatype = suffix[3:-1]
    return Literal(value, datatype=URIRef(datatype) if datatype not in {"", XSD_STRING} else None)


def text_of(term: Term) -> str:
    """A term of rdflib as an index has it; raises :class:`Undecided` for a blank node."""
    if isinstance(term, BNode):
        raise Undecided("a blank node")
    if not isinstance(term, Literal):
        return f"<{term}>"
    text = f'"{_escape(str(term))}"'
    if term.language:
        return f"{text}@{term.language.lower()}"
    plain = term.datatype is None or str(term.datatype) == XSD_STRING
    # rdflib writes UTC as an offset
    return text if plain else f"{text}^^<{term.datatype}>".replace(f"+00:00{_DATE_TIME}", f"Z{_DATE_TIME}")


def is_kind(term: str, kind: str) -> bool:
    """Whether a term is of a kind of nodes (``sh:nodeKind``)."""
    return kind in _KINDS[term[0]]


def string_of(term: str) -> str:
    """The characters that ``sh:minLength``, ``sh:maxLength`` and ``sh:pattern`` look at."""
    if term[0] == "<":
        return _plain(term[1:-1])
    return _plain(term[1 : term.rindex('"')])


def language_of(term: str) -> str:
    """The language tag of a literal, in lower case; empty without one."""
    _, _, suffix = term.rpartition('"')
    return suffix[1:] if term[0] == '"' and suffix.startswith("@") else ""


def has_datatype(term: str, datatype: str) -> bool:
    """Whether a literal is of a datatype, and well-formed where pyshacl knows to tell."""
    if term[0] != '"':
        return False
    if datatype == LANG_STRING:
        return bool(language_of(term))
    if datatype == XSD_INTEGER and _integer(term) is not None:
        return True
    return _well_formed(term, datatype)


@lru_cache(maxsize=1024)
def _well_formed(term: str, datatype: str) -> bool:
    literal = to_rdflib(term)
    if not isinstance(literal, Literal):
        return False
    if datatype == XSD_STRING:
        return literal.datatype is None and not literal.language
    if str(literal.datatype or "") != datatype:
        return datatype == expand("rdfs:Literal") or (
            datatype == expand("rdfs:Datatype") and literal.datatype is not None
        )
    python = {"integer": int, "float": float, "decimal": Decimal, "boolean": bool, "date": date}
    known = python.get(datatype.removeprefix(expand("xsd:")))
    if datatype in {XSD_DATE_TIME, expand("xsd:time")} and moment(term) is None:
        raise Undecided(f"whether {term} is well-formed")
    return literal.ill_typed is not True and (known is None or isinstance(literal.value, known))


def below(one: str, other: str, *, equal: bool) -> bool:
    """Whether a value is less than another (or equal to it).

    Raises :class:`Undecided` unless both are whole numbers, dates, or times in UTC.
    """
    left, right = _integer(one), _integer(other)
    if left is not None and right is not None:
        return left <= right if equal else left < right
    first, second = moment(one), moment(other)
    if first is None or second is None or len(first) != len(second):
        raise Undecided(f"which of {one} and {other} is less")
    return first <= second if equal else first < second


def matcher(pattern: str, flags: str) -> Callable[[str], bool]:
    """A test for ``sh:pattern``; raises :class:`re.error` for a pattern that is none."""
    # pyshacl heeds these two flags alone
    compiled = re.compile(
        pattern, (re.IGNORECASE if "i" in flags else 0) | (re.MULTILINE if "m" in flags else 0)
    )
    return lambda term: compiled.search(string_of(term)) is not None


def _plain(text: str) -> str:
    return _ESCAPE.sub(_unescaped, text) if "\\" in text else text


def _unescaped(match: re.Match[str]) -> str:
    code = match[1]
    return _ESCAPES[code] if len(code) == 1 else chr(int(code[1:], 16))


_TO_ESCAPE = re.compile(r'[\x00-\x1f"\\\x7f\ufffe\uffff]')
_SHORT = {"\b": r"\b", "\t": r"\t", "\n": r"\n", "\f": r"\f", "\r": r"\r", '"': r"\"", "\\": r"\\"}


def _escape(text: str) -> str:
    return _TO_ESCAPE.sub(lambda m: _SHORT.get(m[0]) or f"\\u{ord(m[0]):04X}", text)
