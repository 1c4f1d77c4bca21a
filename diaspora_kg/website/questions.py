"""Which questions pages are made of: a store that remembers what it was asked.

Pages ask saved queries about nodes, which stand in a ``VALUES`` block (:func:`~diaspora_kg.sparql.bind`).
Without the block the query's own text is left: one question, asked of many nodes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from diaspora_kg.queries.lookup import Asked, part_text
from diaspora_kg.store.base import Result

LABEL, PLACE, WHOLE = "=", "@", "?"
"""What a page may rest on besides a node of which all was read: before an IRI, that only its label was, or
that on its page something has its place; before an address, the questions about the whole graph there.
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
    """
    sparql = _PIECE.sub("", sparql)
    found = _GIVEN.search(sparql)
    if found is None:
        return Asking(sparql, "", frozenset())
    return Asking(_GIVEN.sub("", sparql), found[1], frozenset(_IRI.findall(found[2])))


@dataclass
class Recording:
    """A store that notes each question.

    ``about`` are the nodes whose pages are being made; a question that is asked of others too is
    ``further``: its answer shows on the pages of those that lead there. ``asked`` is all that was asked for
    since :meth:`begin`, as pages rest on it. ``whole`` are questions that name no node, by ``place``: the
    part of the site for which they are asked.
    """

    store: Asked
    questions: dict[str, str] = field(default_factory=dict)
    further: set[str] = field(default_factory=set)
    whole: dict[str, set[str]] = field(default_factory=dict)
    about: frozenset[str] = frozenset()
    asked: set[str] = field(default_factory=set)
    place: str = ""

    def begin(self, about: Iterable[str] = (), place: str = "") -> None:
        """Pages of these nodes are made next, or pages of this part of the site."""
        self.about = frozenset(about)
        self.place = place
        self.asked = set()

    def query(self, sparql: str) -> Result:
        """Run a query."""
        told = asking(sparql)
        if not told.variable:
            self.whole.setdefault(self.place, set()).add(told.text)
            return self.store.query(sparql)
        self.questions[told.text] = told.variable
        labels = told.text == part_text("labels")
        self.asked.update(f"{LABEL}{iri}" if labels else iri for iri in told.nodes)
        if told.text not in self.further and not told.nodes <= self.about:
            self.further.add(told.text)
        return self.store.query(sparql)
