"""The seam between the program and whatever keeps the graph.

No back-end type crosses it: queries go in as text, terms come out as :mod:`diaspora_kg.terms`,
graphs go in and out as N-Quads lines. A store holds named graphs only.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol

from diaspora_kg.errors import RunStopped
from diaspora_kg.terms import IRI, Term

SKOLEM = "urn:dkg:blank:"
"""Where IRIs begin that stand for the blank nodes of an answer (RDF 1.1 Concepts, section 3.5)."""


@dataclass(frozen=True, slots=True)
class Solutions:
    """The answer of a SELECT: a cell of a row is ``None`` where its variable is unbound."""

    variables: tuple[str, ...]
    rows: tuple[tuple[Term | None, ...], ...]

    def __iter__(self) -> Iterator[dict[str, Term]]:
        """Each row as a mapping of its bound variables."""
        for row in self.rows:
            yield {name: term for name, term in zip(self.variables, row, strict=True) if term is not None}

    def __len__(self) -> int:
        return len(self.rows)


@dataclass(frozen=True, slots=True)
class Triples:
    """The answer of a CONSTRUCT or DESCRIBE, each triple once, in order of its terms."""

    rows: tuple[tuple[IRI, IRI, Term], ...]

    def __iter__(self) -> Iterator[tuple[IRI, IRI, Term]]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)


Result = Solutions | bool | Triples


class QueryRefused(ValueError):
    """The store does not understand the query; the text is the parser's."""


class StoreDamaged(RunStopped):
    """The files of a store are not what was written to them."""


class Store(Protocol):
    """Named graphs that answer SPARQL 1.1."""

    def query(self, sparql: str, *, union: bool = False) -> Result:
        """Run a query; raises :class:`QueryRefused` for a syntax error, and
        :class:`~diaspora_kg.sparql.Refused` for what is no query or calls another server.

        With ``union`` the default graph is the union of all named graphs, unless the query names
        its dataset by FROM; without it the default graph is empty. ``GRAPH`` sees every named
        graph either way.
        """

    def replace(self, graphs: Mapping[str, Iterable[str]]) -> None:
        """Give each graph exactly these N-Quads lines; none: drop it.

        All graphs in one transaction where the store has such; a server replaces one after the other.
        Raises :class:`ValueError` before anything is done when a line is not of its graph.
        """

    def load(self, lines: Iterable[str]) -> None:
        """Add N-Quads lines in bulk: all of them or, when one is not N-Quads, none."""

    def change(self, remove: Iterable[str], add: Iterable[str]) -> None:
        """Take N-Quads lines out and put others in; a graph without quads may stay or go."""

    def graphs(self) -> tuple[str, ...]:
        """The IRIs of the named graphs, sorted."""

    def graph_lines(self, graph: str) -> list[str]:
        """What one graph holds as N-Quads lines, sorted by bytes."""

    def close(self) -> None:
        """Let go of the store's files."""
