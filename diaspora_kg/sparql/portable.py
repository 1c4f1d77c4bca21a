"""What makes a query mean something else, or nothing, on another SPARQL 1.1 server.

A pattern outside ``GRAPH`` sees the default graph, which is empty on one server and the union of all graphs
on the next. A word or function that SPARQL 1.1 does not define is one engine's own.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from diaspora_kg.sparql.tokens import Kind, Token, significant

DEEPEST = 64
"""Braces within braces that a query may have; engines overflow their stacks on thousands of them."""

_CLAUSES = (
    "BASE PREFIX SELECT DISTINCT REDUCED AS CONSTRUCT DESCRIBE ASK FROM NAMED WHERE ORDER BY ASC DESC LIMIT "
    "OFFSET GROUP HAVING VALUES UNDEF GRAPH OPTIONAL UNION MINUS FILTER BIND SERVICE SILENT IN NOT EXISTS "
    "A TRUE FALSE SEPARATOR"
)
_FUNCTIONS = (
    "COUNT SUM MIN MAX AVG SAMPLE GROUP_CONCAT STR LANG LANGMATCHES DATATYPE BOUND IRI URI BNODE RAND "
    "ABS CEIL FLOOR ROUND CONCAT STRLEN UCASE LCASE ENCODE_FOR_URI CONTAINS STRSTARTS STRENDS "
    "STRBEFORE STRAFTER YEAR MONTH DAY HOURS MINUTES SECONDS TIMEZONE TZ NOW UUID STRUUID MD5 SHA1 "
    "SHA256 SHA384 SHA512 COALESCE IF STRLANG STRDT SAMETERM ISIRI ISURI ISBLANK ISLITERAL ISNUMERIC "
    "REGEX SUBSTR REPLACE"
)
_WORDS = frozenset(f"{_CLAUSES} {_FUNCTIONS}".split())
"""Keywords and functions of SPARQL 1.1 Query, section 19.8."""

_CASTS = frozenset({"boolean", "double", "float", "decimal", "integer", "dateTime", "string"})
"""The casts of section 17.5, by their local names in XML Schema."""

_XSD = "http://www.w3.org/2001/XMLSchema#"
_CALLED_AFTER = ("FILTER", "HAVING", "BY", "ASC", "DESC")
_STARTS = frozenset({Kind.VARIABLE, Kind.IRI, Kind.NAME, Kind.BLANK, Kind.STRING, Kind.NUMBER})


@dataclass(frozen=True, slots=True)
class Foreign:
    """A word or function that is not of SPARQL 1.1; ``position`` counts code points from 0."""

    text: str
    position: int


@dataclass(slots=True)
class _Frame:
    kind: str
    inside: bool  # of GRAPH
    told: bool = False


def depth(text: str) -> int:
    """How many braces stand within each other."""
    deepest = here = 0
    for token in significant(text):
        here += token.is_mark("{") - token.is_mark("}")
        deepest = max(deepest, here)
    return deepest


def outside_graph(text: str) -> Iterator[int]:
    """Where triple patterns begin that stand in no ``GRAPH``, the first of each group.

    >>> list(outside_graph("SELECT * { ?s ?p ?o . GRAPH ?g { ?a ?b ?c } }"))
    [11]
    """
    found = significant(text)
    stack = [_Frame("query", inside=False)]
    parens, data = 0, False
    for index, token in enumerate(found):
        here = stack[-1]
        if token.is_mark("{"):
            kind = "data" if data else _kind(found, index)
            stack.append(_Frame(kind, here.inside or _names_graph(found, index)))
            data = False
        elif token.is_mark("}"):
            stack = stack[:-1] or [_Frame("query", inside=False)]
        elif token.is_word("VALUES"):
            data = True
        elif here.kind == "group" and not (here.inside or here.told or data or parens):
            here.told = _begins_triple(token, found[index - 1])
            if here.told:
                yield token.start
        parens += token.is_mark("(") - token.is_mark(")")


def foreign(text: str, xsd: str = "xsd") -> Iterator[Foreign]:
    """Words and functions that SPARQL 1.1 does not define; ``xsd`` is the prefix of XML Schema.

    >>> [one.text for one in foreign("SELECT * { LATERAL { ?s ?p ?o FILTER(xsd:date(?o) > NOW()) } }")]
    ['LATERAL', 'xsd:date']
    """
    found = significant(text)
    parens = 0
    for before, token, after in zip([None, *found], found, [*found[1:], None], strict=False):
        parens += token.is_mark("(") - token.is_mark(")")
        if token.kind is Kind.WORD and token.text.upper() not in _WORDS:
            yield Foreign(token.text, token.start)
        called = after is not None and after.is_mark("(") and token.kind in {Kind.NAME, Kind.IRI}
        expression = parens > 0 or (before is not None and before.is_word(*_CALLED_AFTER))
        if called and expression and not _is_path(before) and not _is_cast(token, xsd):
            yield Foreign(token.text, token.start)


def _is_path(before: Token | None) -> bool:
    return before is not None and any(before.is_mark(mark) for mark in ("/", "^", "|"))


def _is_cast(token: Token, xsd: str) -> bool:
    if token.kind is Kind.IRI:
        return token.text[1:-1].removeprefix(_XSD) in _CASTS
    prefix, _, local = token.text.partition(":")
    return prefix == xsd and local in _CASTS


def _begins_triple(token: Token, before: Token) -> bool:
    at_start = any(before.is_mark(mark) for mark in ("{", "}", ".", ")"))
    return at_start and (token.kind in _STARTS or token.is_mark("[") or token.is_mark("("))


def _kind(found: Sequence[Token], index: int) -> str:
    if index and found[index - 1].is_word("CONSTRUCT"):
        return "template"
    return "query" if index + 1 < len(found) and found[index + 1].is_word("SELECT") else "group"


def _names_graph(found: Sequence[Token], index: int) -> bool:
    return index >= 2 and found[index - 2].is_word("GRAPH")
