"""A node as data: its triples, the claims that point to it, and what these rest on.

The graphs of the store are left out: what an article says and what is derived stand side by side, and
each claim names its article.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from diaspora_kg.names import expand
from diaspora_kg.queries.lookup import Asked, Lookup, ask_part
from diaspora_kg.terms import IRI, Term

Row = tuple[IRI, IRI, Term]

MOST_CLAIMS = 5000
"""Claims in one record; one of more says so (``Record.left_out``)."""

_MANY = 200  # nodes in one question
_RESTS_ON = tuple(map(expand, ("dkg:evidence", "dkg:expressedIn", "dkg:reportedIn", "dkg:content")))
_PARTS = tuple(map(expand, ("dkg:name", "dkg:participation", "dkg:when", "dkg:starts", "dkg:ends")))
_LABEL, _TYPE = IRI(expand("rdfs:label")), IRI(expand("rdf:type"))


@dataclass(frozen=True)
class Record:
    """The triples about one node, each once and in order; ``left_out`` counts claims beyond the most."""

    iri: str
    rows: tuple[Row, ...]
    claims: int
    left_out: int = 0


def record_of(iri: IRI, lookup: Lookup) -> Record:
    """Everything about a node that a reader needs to check it; empty ``rows``: there is no such node.

    Nodes that are only pointed to come with their labels and classes.
    """
    reading = _Reading(lookup)
    own = reading.take([iri])
    if not own:
        return Record(iri.value, (), 0)
    claims = sorted({row["claim"] for row in ask_part(lookup.store, "uses", {"_node_iri": [iri]})}, key=_text)
    told = [claim for claim in claims if isinstance(claim, IRI)]
    said = reading.take(told[:MOST_CLAIMS])
    below = reading.take(reading.values([*own, *said], (*_RESTS_ON, *_PARTS)))
    reading.take(reading.values(below, _PARTS))
    reading.names()
    rows = tuple(sorted(reading.rows, key=lambda row: (row[0] != iri, *map(_order, row))))
    return Record(iri.value, rows, len(told), max(0, len(told) - MOST_CLAIMS))


class _Reading:
    """Collects triples; asks for each node once."""

    def __init__(self, lookup: Lookup) -> None:
        self.store: Asked = lookup.store
        self.own = lookup.names
        self.rows: set[Row] = set()
        self.done: set[IRI] = set()

    def take(self, nodes: Iterable[IRI]) -> list[Row]:
        """The triples of nodes that were not asked for before."""
        wanted = sorted(set(nodes) - self.done, key=_text)
        self.done.update(wanted)
        found = list(self.ask(wanted))
        self.rows.update(found)
        return found

    def ask(self, wanted: list[IRI]) -> Iterator[Row]:
        for start in range(0, len(wanted), _MANY):
            part = wanted[start : start + _MANY]
            for row in ask_part(self.store, "triples", {"_node_iri": part}):
                node, name = row["node"], row["property"]
                if isinstance(node, IRI) and isinstance(name, IRI):
                    yield node, name, row["value"]

    def values(self, rows: Iterable[Row], properties: tuple[str, ...]) -> list[IRI]:
        """The project's own nodes that these properties lead to."""
        return [
            value
            for _, name, value in rows
            if name.value in properties and isinstance(value, IRI) and self.own.kind_and_key(value.value)
        ]

    def names(self) -> None:
        """Add the labels and classes of nodes that are pointed to and not described here."""
        pointed = {value for _, _, value in self.rows if isinstance(value, IRI)} - self.done
        own = sorted((iri for iri in pointed if self.own.kind_and_key(iri.value)), key=_text)
        self.rows.update(row for row in self.ask(own) if row[1] in {_LABEL, _TYPE})


def _text(term: Term) -> str:
    return term.value


def _order(term: Term) -> tuple[str, str, str]:
    return (term.value, "", "") if isinstance(term, IRI) else (term.value, term.datatype, term.language)
