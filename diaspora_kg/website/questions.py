"""Which questions pages are made of: a store that remembers what it was asked.

Pages ask saved queries about nodes, which stand in a ``VALUES`` block (:func:`~diaspora_kg.sparql.bind`).
Without the block the query's own text is left: one question, asked of many nodes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache

from diaspora_kg.queries.lookup import Asked, label_texts
from diaspora_kg.sparql.affected import Probe, probes
from diaspora_kg.sparql.patterns import NotTraceable
from diaspora_kg.sparql.tokens import Kind, Token, significant
from diaspora_kg.store.base import Result

LABEL, PLACE, WHOLE = "=", "@", "?"
"""What a page may rest on besides a node of which all was read: before an IRI, that only its label was, or
that on its page something has its place; before an address or the name of a list, the questions about the
whole graph that are asked for it.
"""

_PIECE = re.compile(r"\nLIMIT [0-9]+ OFFSET [0-9]+\Z")
_GIVEN = re.compile(r" VALUES \?(node|\w+_(?:iri|literal)) \{ ([^{}]*) \}")
_IRI = re.compile(r"<([^<>]*)>")


@dataclass(frozen=True, slots=True)
class Asking:
    """A question with the nodes that it was asked of; ``variable`` is theirs (empty: it names no node)."""

    text: str
    variable: str
    nodes: frozenset[str]


def asking(sparql: str) -> Asking:
    """Take a query with its values apart.

    >>> asking("SELECT * { VALUES ?_node_iri { <urn:a> } ?_node_iri ?p ?o }")
    Asking(text='SELECT * { ?_node_iri ?p ?o }', variable='_node_iri', nodes=frozenset({'urn:a'}))

    A parameter that is left open names no node, and a question of two nodes has no one variable:

    >>> asking("SELECT * { VALUES ?_node_iri { UNDEF } ?_node_iri ?p ?o }").variable
    ''
    """
    sparql = _PIECE.sub("", sparql)
    given = {found[1]: _IRI.findall(found[2]) for found in _GIVEN.finditer(sparql)}
    named = {variable: nodes for variable, nodes in given.items() if nodes}
    text = _GIVEN.sub("", sparql)
    if len(named) != 1:
        return Asking(text, "", frozenset())
    [(variable, nodes)] = named.items()
    return Asking(text, variable, frozenset(nodes))


@dataclass
class Recording:
    """A store that notes each question.

    ``about`` are the nodes whose pages are being made; a question that is asked of others too is
    ``further``: its answer shows on the pages of those that lead there. ``asked`` is all that was asked for
    since :meth:`begin`, as pages rest on it. ``whole`` are questions that name no node, by ``place``: the
    part of the site for which they are asked; of a ``loose`` one also those that name nodes in a way that
    nobody can trace.
    """

    store: Asked
    questions: dict[str, str] = field(default_factory=dict)
    further: set[str] = field(default_factory=set)
    whole: dict[str, set[str]] = field(default_factory=dict)
    about: frozenset[str] = frozenset()
    asked: set[str] = field(default_factory=set)
    place: str = ""
    loose: bool = False
    kept: str = ""

    @contextmanager
    def keeping(self, part: str) -> Iterator[None]:
        """What is asked in the block is asked once, for whatever shows this part of what is known."""
        before, self.kept = self.kept, part
        try:
            yield
        finally:
            self.kept = before

    def begin(self, about: Iterable[str] = (), place: str = "") -> None:
        """Pages of these nodes are made next, or pages of this part of the site."""
        self.about = frozenset(about)
        self.place = place
        self.asked = set()

    def query(self, sparql: str) -> Result:
        """Run a query."""
        told = asking(sparql)
        if self.kept or not told.variable or (self.loose and not _traceable(told.text, told.variable)):
            self.whole.setdefault(self.kept or self.place, set()).add(told.text)
            return self.store.query(sparql)
        self._noted(told)
        return self.store.query(sparql)

    def note(self, text: str, variable: str, nodes: Iterable[str]) -> None:
        """A question is asked of nodes, of the store itself and perhaps in other words."""
        self._noted(Asking(text, variable, frozenset(nodes)))

    def _noted(self, told: Asking) -> None:
        self.questions[told.text] = told.variable
        labels = told.text in label_texts()
        self.asked.update(f"{LABEL}{iri}" if labels else iri for iri in told.nodes)
        if told.text not in self.further and not told.nodes <= self.about:
            self.further.add(told.text)


@cache
def _traceable(text: str, variable: str) -> bool:
    try:
        traced(text, variable)
    except NotTraceable:
        return False
    return True


def traced(text: str, variable: str) -> tuple[Probe, ...]:
    """The probes that lead to the nodes of a question; raises :class:`NotTraceable`.

    Another name that a BIND gives to the node is the node too, in the group of that BIND.
    """
    found = significant(text)
    focus = {n for n, token in enumerate(found) if _is(token, variable)}
    for first, last in _groups(found):
        inside = range(first, last)
        for new in (found[n + 4].text[1:] for n in inside if _binds(found, n, variable)):
            focus |= {n for n in inside if _is(found[n], new)}
    parts, done = [], 0
    for n in sorted(focus):
        parts += [text[done : found[n].start], "?focus"]
        done = found[n].end
    return probes("".join([*parts, text[done:]]))


def _is(token: Token, variable: str) -> bool:
    return token.kind is Kind.VARIABLE and token.text[1:] == variable


def _binds(found: Sequence[Token], n: int, variable: str) -> bool:
    """Whether ``BIND(?variable AS ?other)`` begins here."""
    if not found[n].is_word("BIND") or n + 5 >= len(found):
        return False
    named = found[n + 4].kind is Kind.VARIABLE and found[n + 5].is_mark(")")
    return _is(found[n + 2], variable) and found[n + 3].is_word("AS") and named


def _groups(found: Sequence[Token]) -> Iterator[tuple[int, int]]:
    """Where the groups are that hold a BIND themselves: first and last token."""
    waiting: list[tuple[int, bool]] = []
    for n, token in enumerate(found):
        if token.is_mark("{"):
            waiting.append((n, False))
        elif token.is_mark("}") and waiting:
            first, binds = waiting.pop()
            if binds:
                yield first, n
        elif token.is_word("BIND") and waiting:
            waiting[-1] = (waiting[-1][0], True)
