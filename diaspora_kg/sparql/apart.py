"""A query that is asked for everything reads each of its patterns as a whole, and joins what it found.

An engine that seeks the next pattern for each answer of the last is quick while these are few, as with the
first rows or one node. All rows of a large graph rest on a large part of it: there each pattern is read once,
in the order in which it is stored, and found again by its values. A subquery for each pattern brings that
about. The answers are the same, if not their order: GRAPH around a group is GRAPH around each of its
patterns, joined by the graph (SPARQL 1.1, sections 18.2 and 18.5). Where that would not be so, a group stays
as it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from diaspora_kg.sparql.guard import form
from diaspora_kg.sparql.tokens import Kind, Token, braces, significant

_TERMS = frozenset({Kind.VARIABLE, Kind.IRI, Kind.NAME})
_OTHER = frozenset("!*+?")  # in a path: by a property that is not named, or by no step at all


class _AsItIs(Exception):
    """A group cannot be taken apart, or not so that it surely answers the same."""


@dataclass(frozen=True, slots=True)
class _Part:
    """Something in a group, up to the token ``after`` it; ``sure``: all its answers have their graph."""

    text: str
    after: int
    sure: bool = False


@dataclass(frozen=True, slots=True)
class _Around:
    """The graph in which something stands, ``""`` for none, and the variables with values beside it."""

    graph: str
    valued: frozenset[str]


@lru_cache(maxsize=256)
def apart(text: str) -> str:
    """The query with a subquery for each pattern of its ``GRAPH`` groups; its answers are the same.

    A query that takes some of its rows stays as it is, and so does what is not understood.

    >>> apart("SELECT * { GRAPH ?g { ?a <urn:p> ?b OPTIONAL { ?b a ?c } } }")
    'SELECT * { { { SELECT ?g ?a ?b WHERE { GRAPH ?g { ?a <urn:p> ?b } } } \
OPTIONAL { { SELECT ?g ?b ?c WHERE { GRAPH ?g { ?b a ?c } } } } } }'
    """
    found = significant(text)
    if form(text) != "SELECT" or any(map(_foreign, found)):
        return text
    reading = _Reading(text, found, braces(found))
    try:
        return reading.query(0, len(found))
    except _AsItIs:
        return text


def _foreign(token: Token) -> bool:
    """What some rows of all are taken by, or a variable that may be written in two ways."""
    return token.is_word("LIMIT", "OFFSET") or (token.kind is Kind.VARIABLE and token.text[0] == "$")


@dataclass(frozen=True, slots=True)
class _Reading:
    text: str
    found: Sequence[Token]
    closed: dict[int, int]

    def query(self, first: int, last: int) -> str:
        """A query or subquery, from one token to before another one."""
        opening, depth = first, 0
        while depth or not self._at(opening, last).is_mark("{"):
            token = self.found[opening]
            depth += token.is_mark("(") - token.is_mark(")")
            opening += 1
        end = self._end(opening)
        inside = self._group(opening + 1, end, "").text
        before = self.text[self.found[first].start if first else 0 : self.found[opening].end]
        after = self.text[self.found[end].start : self.found[last].start if last < len(self.found) else None]
        return f"{before} {inside} {after}"

    def _group(self, first: int, last: int, graph: str) -> _Part:
        """What stands from one token to before another one, in a graph or (``""``) in none."""
        parts: list[str] = []
        sure = False
        around = _Around(graph, self._valued(first, last))
        while first < last:
            if self.found[first].is_mark("."):
                first += 1
                continue
            if graph and not sure and self.found[first].is_word("OPTIONAL"):
                raise _AsItIs  # what does not match in one graph matches in another
            part = self._part(first, last, around)
            parts.append(part.text)
            first, sure = part.after, sure or part.sure
        if graph and not sure:
            raise _AsItIs  # a group without a pattern has an answer in every graph
        return _Part(" ".join(parts), last, sure)

    def _part(self, first: int, last: int, around: _Around) -> _Part:
        token, graph = self.found[first], around.graph
        if token.is_mark("{"):
            return self._branches(first, last, graph)
        if token.is_word("GRAPH") and not graph:
            return self._graph(first, last)
        if token.is_word("OPTIONAL") or (token.is_word("MINUS") and not graph):
            end = self._end(first + 1)
            return _Part(f"{token.text} {{ {self._inside(first + 1, graph)} }}", end + 1)
        if token.is_word("FILTER", "BIND"):
            return self._constraint(first, last, graph)
        if token.is_word("VALUES"):
            while not self._at(first, last).is_mark("{"):
                first += 1
            end = self._end(first)
            return _Part(self.text[token.start : self.found[end].end], end + 1)
        if not graph:
            raise _AsItIs
        return self._patterns(first, last, around)

    def _inside(self, opening: int, graph: str) -> str:
        """What stands in these braces, a subquery too."""
        if self._at(opening + 1).is_word("SELECT"):
            if graph:
                raise _AsItIs
            return self.query(opening + 1, self._end(opening))
        return self._group(opening + 1, self._end(opening), graph).text

    def _branches(self, first: int, last: int, graph: str) -> _Part:
        """A group in braces, or some with UNION between them."""
        branches: list[str] = []
        while True:
            branches.append(f"{{ {self._inside(first, graph)} }}")
            first = self._end(first) + 1
            if first >= last or not self.found[first].is_word("UNION"):
                return _Part(" UNION ".join(branches), first, sure=True)
            first += 1

    def _graph(self, first: int, last: int) -> _Part:
        opening = first + 2
        end = self._end(opening)
        name = self._at(first + 1, last)
        inside = self.found[opening + 1 : end]
        try:
            if name.kind is not Kind.VARIABLE or any(token.text == name.text for token in inside):
                raise _AsItIs
            text = f"{{ {self._group(opening + 1, end, name.text).text} }}"
        except _AsItIs:
            text = self._source(first, end + 1)
        return _Part(text, end + 1)

    def _constraint(self, first: int, last: int, graph: str) -> _Part:
        """A filter, or a value for a variable."""
        at = first + 1 + self._at(first + 1, last).is_word("NOT")
        if self._at(at, last).is_word("EXISTS"):
            end = self._end(at + 1)
            inside = self._source(at + 2, end)
            inside = f"GRAPH {graph} {{ {inside} }}" if graph else inside
            return _Part(f"{self._source(first, at + 1)} {{ {inside} }}", end + 1)
        after = self._brackets(at, last)
        if any(token.is_word("EXISTS") for token in self.found[first:after]):
            raise _AsItIs
        return _Part(self._source(first, after), after)

    def _valued(self, first: int, last: int) -> frozenset[str]:
        """The variables to which the group itself gives values."""
        names = set()
        while first < last:
            if self.found[first].is_word("VALUES"):
                while not self._at(first, last).is_mark("{"):
                    names.add(self.found[first].text)
                    first += 1
            first = self.closed.get(first, first) + 1
        return frozenset(names)

    def _patterns(self, first: int, last: int, around: _Around) -> _Part:
        """The patterns of one subject."""
        subject = self.found[first]
        if subject.kind not in _TERMS:
            raise _AsItIs
        parts: list[str] = []
        at = first + 1
        while True:
            value = self._path(at, last)
            path = self.found[at:value]
            at = value - 1
            while at == value - 1 or (at < last and self.found[at].is_mark(",")):
                parts.append(self._alone(around, subject, path, self._at(at + 1, last)))
                at += 2
            if at >= last or not self.found[at].is_mark(";"):
                return _Part(" ".join(parts), at, sure=True)
            at += 1
            if at >= last or self.found[at].is_mark("."):
                return _Part(" ".join(parts), at, sure=True)

    def _path(self, first: int, last: int) -> int:
        """The number of the token behind a property path (SPARQL 1.1, section 9.1)."""
        while True:
            first += self._at(first, last).is_mark("^")
            first = self._brackets(first, last) if self._at(first, last).is_mark("(") else first + 1
            if self._at(first, last).text not in {"/", "|"}:
                return first
            first += 1

    def _alone(self, around: _Around, subject: Token, path: Sequence[Token], value: Token) -> str:
        if value.kind not in _TERMS or any(token.text in _OTHER for token in path):
            raise _AsItIs
        words = "".join(token.text for token in path)
        written = f"GRAPH {around.graph} {{ {subject.text} {words} {value.text} }}"
        if path[0].kind is Kind.VARIABLE:
            if words not in around.valued:
                raise _AsItIs  # the whole store would be read
            return written
        names = dict.fromkeys(t for t in (around.graph, subject.text, value.text) if t[0] == "?")
        return f"{{ SELECT {' '.join(names)} WHERE {{ {written} }} }}"

    def _brackets(self, first: int, last: int) -> int:
        """The number of the token behind the brackets that open next."""
        while not self._at(first, last).is_mark("("):
            first += 1
        depth = 0
        while True:
            token = self._at(first, last)
            depth += token.is_mark("(") - token.is_mark(")")
            first += 1
            if depth == 0:
                return first

    def _at(self, number: int, last: int | None = None) -> Token:
        if number >= (len(self.found) if last is None else last):
            raise _AsItIs
        return self.found[number]

    def _end(self, opening: int) -> int:
        if opening not in self.closed:
            raise _AsItIs
        return self.closed[opening]

    def _source(self, first: int, last: int) -> str:
        return self.text[self.found[first].start : self.found[last - 1].end] if last > first else ""
