"""`dkg store parity`: every saved query and every page's facts in two stores, differences shown by row.

Both stores answer the same texts. Of a saved query with parameters that must be given nothing is asked here:
it has no answer of its own. What a page shows is what its panels answer and the words behind claims, so these
are asked for every node, many at once, and compared row by row.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from diaspora_kg.errors import AnsweredWrong, UsageError
from diaspora_kg.index import Index
from diaspora_kg.moving.plain import plain_term
from diaspora_kg.names import CLASS_OF_KIND
from diaspora_kg.pipeline.pool import Progress, Quiet
from diaspora_kg.queries.answer import prepared
from diaspora_kg.queries.catalog import Catalog
from diaspora_kg.queries.cells import Cells
from diaspora_kg.queries.lookup import Lookup, part_text
from diaspora_kg.queries.panels import Panels
from diaspora_kg.sparql import bind
from diaspora_kg.store.base import QueryRefused, Result, Solutions, Triples
from diaspora_kg.terms import IRI, write

_AT_ONCE = 200  # nodes in one question
_WORDS = "words behind each claim"
_SHOWN = 10  # rows of one question that are told of each side


@dataclass(frozen=True, slots=True)
class Compared:
    """One question in two stores: rows here, rows there, and the first of those that one of them has alone.

    ``what`` names the question; ``error`` says why one of them did not answer.
    """

    what: str
    here: int
    there: int
    only_here: tuple[str, ...] = ()
    only_there: tuple[str, ...] = ()
    error: str = ""

    @property
    def same(self) -> bool:
        """Whether both say the same."""
        return not (self.error or self.only_here or self.only_there or self.here != self.there)


def parity(
    here: Lookup,
    there: Lookup,
    catalog: Catalog,
    panels: Panels,
    index: Index,
    progress: Progress | None = None,
) -> Iterator[Compared]:
    """Every saved query that needs no parameter, then every panel over all nodes of its kinds."""
    shown = progress or Quiet()
    sound = [query for query in catalog.queries.values() if query.sound]
    shown.step("Saved queries", len(sound))
    for query in sound:
        shown.advance()
        try:
            text = prepared(query, {}, here)
        except UsageError:
            continue  # a parameter must be given
        yield _compared(f"query {query.name}", text, here, there)
    yield from _pages(here, there, panels, index, shown)


def _pages(here: Lookup, there: Lookup, panels: Panels, index: Index, shown: Progress) -> Iterator[Compared]:
    """What panels answer, and what is said of each node that they name."""
    nodes = {kind: [node.iri for node in index.of_kind(kind)] for kind in sorted(CLASS_OF_KIND)}
    questions = [
        *((f"panel {panel.name}", panel.text, nodes[kind]) for kind in nodes for panel in panels.of(kind)),
        *((f"facts of each {kind}", part_text("described"), nodes[kind]) for kind in nodes),
        *((f"labels of each {kind}", part_text("labels"), nodes[kind]) for kind in nodes),
        (_WORDS, part_text("evidence"), nodes["claim"]),
    ]
    shown.step("Pages", sum(len(found) for *_, found in questions))
    for what, text, found in questions:
        parts, name = [], "_claim_iri" if what == _WORDS else "node"
        for start in range(0, len(found), _AT_ONCE):
            part = [IRI(iri) for iri in found[start : start + _AT_ONCE]]
            bound = bind(text, {name: part}, projected=name != "node")
            parts.append(_compared(what, bound, here, there))
            shown.advance(len(part))
        if parts:
            yield _joined(parts)


def _joined(parts: Sequence[Compared]) -> Compared:
    return Compared(
        parts[0].what,
        sum(part.here for part in parts),
        sum(part.there for part in parts),
        tuple(row for part in parts for row in part.only_here)[:_SHOWN],
        tuple(row for part in parts for row in part.only_there)[:_SHOWN],
        next((part.error for part in parts if part.error), ""),
    )


def _compared(what: str, text: str, here: Lookup, there: Lookup) -> Compared:
    try:
        ours = Counter(_rows(here.store.query(text), here))
    except QueryRefused as error:
        return Compared(what, 0, 0, error=f"here: {error}")
    try:
        theirs = Counter(_rows(there.store.query(text), there))
    except (QueryRefused, AnsweredWrong) as error:
        return Compared(what, ours.total(), 0, error=f"there: {error}")
    return Compared(what, ours.total(), theirs.total(), _first(ours - theirs), _first(theirs - ours))


def _first(rows: Mapping[str, int]) -> tuple[str, ...]:
    return tuple(sorted(rows)[:_SHOWN])


def _rows(found: Result, lookup: Lookup) -> Iterable[str]:
    """Rows as text, as answers show them: the order in which a server groups says nothing."""
    if isinstance(found, bool):
        return [str(found).lower()]
    if isinstance(found, Triples):
        return [" ".join(write(plain_term(term)) for term in row) for row in found]
    return _told(found, Cells(lookup.names))


def _told(found: Solutions, cells: Cells) -> Iterator[str]:
    for row in found.rows:
        pairs = zip(found.variables, row, strict=True)
        yield "  ".join(
            f"{name}={cells.cell(name, plain_term(term))}" for name, term in pairs if term is not None
        )
