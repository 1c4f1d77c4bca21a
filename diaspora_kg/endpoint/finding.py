"""From what a request names to the node that is meant, by the snapshot's index and not by a query.

The rules are those of the command line (:class:`~diaspora_kg.queries.lookup.Lookup`): an IRI, a key, a key of
before, the name of a closed list's value. A key that several kinds of nodes have means the one of a
kind that the parameter takes; one that takes nodes of some kinds takes no value of a closed list.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from diaspora_kg.endpoint.wanted import NothingFound, shortened
from diaspora_kg.index import Index
from diaspora_kg.index.rows import NodeRow
from diaspora_kg.names import camel, expand
from diaspora_kg.queries.lookup import Lookup, ask_part
from diaspora_kg.queries.parameters import written_iri
from diaspora_kg.terms import IRI, Literal, Term

_NEAR = 5
_LONGEST = 200  # characters of a name


@dataclass(frozen=True)
class Finding:
    """Finds nodes of one snapshot; ``kinds`` are those that a parameter takes (empty: any)."""

    lookup: Lookup
    index: Index
    kinds: tuple[str, ...] = ()

    def find(self, written: str) -> IRI:
        """The node or value that is meant; raises :class:`UsageError`."""
        if iri := written_iri(written):
            return self._known(iri)
        name = unicodedata.normalize("NFC", written)
        nodes = self.index.find(name)
        wanted = [node for node in nodes if node.kind in self.kinds] or list(nodes)
        if len(wanted) == 1:
            return IRI(wanted[0].iri)
        if wanted:
            several = ", ".join(node.iri for node in wanted[:_NEAR])
            raise NothingFound(f"{shortened(written)} may mean: {several}. Give the IRI", wanted[:_NEAR])
        if not self.kinds and (value := self._value(name)):
            return value
        near = self.near(name)
        hint = f". Did you mean {' or '.join(node.key for node in near[:3])}?" if near else ""
        raise NothingFound(f"nothing in the graph has the key {shortened(written)}{hint}", near)

    def near(self, words: str) -> tuple[NodeRow, ...]:
        """Nodes whose names hold the words, of the right kinds."""
        tail = words.rpartition(".")[2].replace("-", " ")
        found = {
            hit.node: None
            for text in (words, tail)
            for hit in self.index.suggest(text[:_LONGEST], self.kinds, _NEAR)[0]
        }
        return tuple(found)[:_NEAR]

    def _known(self, iri: IRI) -> IRI:
        """The node that a record was joined with; any other IRI stands for itself."""
        own = self.lookup.names.kind_and_key(iri.value)
        if own is None or self.index.find(iri.value):
            return iri
        joined = [node for node in self.index.find(own[1]) if node.kind == own[0]]
        return IRI(joined[0].iri) if joined else iri

    def _value(self, name: str) -> IRI | None:
        """A value of a closed list by its name, such as ``direct-quote``."""
        if not (name.isascii() and name.replace("-", "").isalnum()):
            return None
        value = IRI(expand("dkgv:") + camel(name))
        asked: Mapping[str, Sequence[Term]] = {"_node_iri": [value], "_key_literal": [Literal(name)]}
        found = ask_part(self.lookup.store, "lookup", asked)
        return value if any(row["node"] == value for row in found) else None
