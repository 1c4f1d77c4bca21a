"""From what a researcher writes to nodes, and from nodes to the words by which they are shown.

Both go through saved queries, so that they work on any server. The index of the snapshot that is asked tells
most labels first: one look in a table instead of several in the store.
"""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import cache
from typing import Protocol

from diaspora_kg.content import content
from diaspora_kg.errors import UsageError
from diaspora_kg.index import Index
from diaspora_kg.names import CLASS_OF_KIND, Names, camel, expand
from diaspora_kg.queries.parameters import written_iri
from diaspora_kg.queries.totals import Totals
from diaspora_kg.sparql import bind
from diaspora_kg.store.base import Result, Solutions
from diaspora_kg.terms import IRI, Literal, Term

_MANY = 200  # nodes in one question: long queries are refused by some servers
_KNOWN = 20_000  # labels that are kept
_LABELS = [
    expand(p) for p in ("rdfs:label", "skos:prefLabel", "dct:title", "dkg:gloss", "dkg:name", "dkg:kind")
]
"""Where labels come from, the best first; what sort of thing it is must do where nothing else is said."""

_INDEXED = {
    role: _LABELS.index(expand(p))
    for p, role in (("rdfs:label", "label"), ("dct:title", "title"), ("dkg:gloss", "paraphrase"))
}
"""What the index calls some of these, and their ranks. Nodes of ours have no skos:prefLabel."""

_BRIEF = frozenset(
    {
        *("article", "claim", "event", "figure", "legal-status", "membership", "passage", "relation"),
        *("statement", "status-change", "undertaking", "when"),
    }
)
"""Kinds of nodes of which no more is said than a few articles say."""

LABEL_PARTS = ("brief", "labelled", "titled", "called", "labels")
"""What is asked for labels; the last asks for all sorts of them at once.

Each way to a label costs a look at every node, so a node is asked about again only where nothing was found,
and all that is said of a node is looked through only where that is little.
"""


class Asked(Protocol):
    """What answers questions: the own store or a remote endpoint."""

    def query(self, sparql: str) -> Result:
        """Run a query."""


def ask_part(
    store: Asked, part: str, values: Mapping[str, Sequence[Term | None]], *, projected: bool = True
) -> Solutions:
    """The answer of one of the queries that commands are made of (``queries/parts``).

    See :func:`~diaspora_kg.sparql.bind` for ``projected``.
    """
    found = store.query(bind(part_text(part), values, projected=projected))
    if not isinstance(found, Solutions):
        raise TypeError(f"{part} is no SELECT")
    return found


def ask_pieces(
    store: Asked, part: str, size: int, values: Mapping[str, Sequence[Term | None]] | None = None
) -> Iterator[Mapping[str, Term]]:
    """All rows of a query over the whole graph, asked for in pieces, so that no answer grows with the graph.

    The graph must not change meanwhile: a snapshot answers the same question in the same order each time.
    """
    text, first = bind(part_text(part), values or {}), 0
    while True:
        found = store.query(f"{text}\nLIMIT {size} OFFSET {first}")
        if not isinstance(found, Solutions):
            raise TypeError(f"{part} is no SELECT")
        yield from found
        if len(found) < size:
            return
        first += size


@cache
def part_text(part: str) -> str:
    """One of these queries, as its file has it."""
    return content("queries", "parts", f"{part}.rq").read_text("utf-8")


@cache
def label_texts() -> frozenset[str]:
    """The queries that are asked for labels, as their files have them."""
    return frozenset(map(part_text, LABEL_PARTS))


@dataclass(frozen=True)
class Lookup:
    """Finds nodes of one store; ``languages`` are those of labels, the best first.

    ``known`` keeps labels for whoever looks up next, where the store never changes (empty: has none).
    ``index`` is that of the snapshot which is asked; ``totals`` holds how many rows answers have. So many
    questions are asked ``at_once`` of the store, where that is quicker.
    """

    store: Asked
    names: Names
    languages: tuple[str, ...] = ("en",)
    known: dict[str, str] | None = field(default=None, repr=False, compare=False)
    index: Index | None = field(default=None, repr=False, compare=False)
    totals: Totals | None = field(default=None, repr=False, compare=False)
    at_once: int = field(default=1, repr=False, compare=False)

    def find(self, written: str) -> IRI:
        """The node, or value of a closed list, that is meant; raises :class:`UsageError`.

        The key or IRI of a record that decisions joined with others means the node that they are now.
        """
        if iri := written_iri(written):
            return self._joined(iri)
        written = unicodedata.normalize("NFC", written)
        candidates = [IRI(self.names.node(kind, written)) for kind in CLASS_OF_KIND]
        value = IRI(expand("dkgv:") + camel(written))
        values = [value] if written.replace("-", "").isalnum() and written.isascii() else []
        found = ask_part(
            self.store, "lookup", {"_node_iri": [*candidates, *values], "_key_literal": [Literal(written)]}
        )
        nodes = sorted({row["node"] for row in found}, key=lambda node: node.value)
        own = [node for node in nodes if node in candidates] or nodes
        if len(own) == 1 and isinstance(own[0], IRI):
            return own[0]
        raise UsageError(self._several(written, own) if own else self._none(written))

    def _joined(self, iri: IRI) -> IRI:
        kind_key = self.names.kind_and_key(iri.value)
        if kind_key is None:
            return iri
        kind, key = kind_key
        found = ask_part(self.store, "lookup", {"_node_iri": [iri], "_key_literal": [Literal(key)]})
        nodes = [node for row in found if isinstance(node := row["node"], IRI)]
        other = (n for n in nodes if (known := self.names.kind_and_key(n.value)) and known[0] == kind)
        return iri if iri in nodes else next(other, iri)

    def _several(self, written: str, nodes: Iterable[Term]) -> str:
        return f"{written!r} may mean: {', '.join(node.value for node in nodes)}. Give the IRI."

    def _none(self, written: str) -> str:
        keys = [row["key"].value for row in ask_part(self.store, "keys", {})]
        by_end = {key.rpartition(".")[2]: key for key in reversed(keys)}
        near = get_close_matches(written, keys, 3)
        near = near or [by_end[end] for end in get_close_matches(written, by_end, 3)]
        return f"nothing in the graph has the key {written!r}." + (
            f" Did you mean {' or '.join(near)}?" if near else ""
        )

    def labels(self, iris: Iterable[str]) -> dict[str, str]:
        """The best label of each node that has one."""
        wanted = sorted(set(iris))
        if self.known is None:
            return self._labels(wanted)
        at_hand = {iri: self.known[iri] for iri in wanted if iri in self.known}
        asked = [iri for iri in wanted if iri not in at_hand]
        found = self._labels(asked)
        if len(self.known) + len(asked) > _KNOWN:
            self.known.clear()
        self.known.update((iri, found.get(iri, "")) for iri in asked[:_KNOWN])
        every = {**at_hand, **found}
        return {iri: every[iri] for iri in wanted if every.get(iri)}

    def _labels(self, wanted: Sequence[str]) -> dict[str, str]:
        found: dict[str, list[tuple[int, int, str]]] = defaultdict(list)
        if self.index is not None and self.totals is not None:  # it is the snapshot's own store that is asked
            for iri, role, language, words in self.index.labels(wanted):
                found[iri].append((_INDEXED[role], self._distance(language), words))
        asked = [iri for iri in wanted if iri not in found]
        brief = {iri for iri in asked if (one := self.names.kind_and_key(iri)) and one[0] in _BRIEF}
        self._asked("brief", [iri for iri in asked if iri in brief], found)
        for part in ("labelled", "titled"):
            self._asked(part, [iri for iri in asked if iri not in brief and iri not in found], found)
        self._asked("called", [iri for iri in wanted if iri not in found], found)
        return {iri: min(labels)[2] for iri, labels in sorted(found.items())}

    def _asked(self, part: str, nodes: Sequence[str], found: dict[str, list[tuple[int, int, str]]]) -> None:
        for start in range(0, len(nodes), _MANY):
            some = [IRI(iri) for iri in nodes[start : start + _MANY]]
            for row in ask_part(self.store, part, {"node": some}, projected=False):
                found[row["node"].value].append(self._rank(row["property"].value, row["value"]))

    def best(self, found: Iterable[tuple[str, Term]]) -> str:
        """The best of several labels, each with the property that it comes from."""
        return min(self._rank(name, term) for name, term in found)[2]

    def _rank(self, name: str, term: Term) -> tuple[int, int, str]:
        language = term.language if isinstance(term, Literal) else ""
        return _LABELS.index(name), self._distance(language), term.value

    def _distance(self, language: str) -> int:
        return self.languages.index(language) if language in self.languages else len(self.languages)
