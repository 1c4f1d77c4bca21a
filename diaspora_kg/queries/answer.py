"""Asking a saved query: bind its parameters, run it, put its rows in a stable order.

The same code serves the embedded store and a remote one; what differs between servers (order of
rows, order inside a group) is settled here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from diaspora_kg.errors import UsageError
from diaspora_kg.names import Names
from diaspora_kg.queries.catalog import SavedQuery
from diaspora_kg.queries.cells import CLAIM_COLUMNS, Cells, in_order, iris_in, natural
from diaspora_kg.queries.first import first_rows
from diaspora_kg.queries.lookup import Lookup
from diaspora_kg.queries.parameters import fill
from diaspora_kg.queries.searched import searched
from diaspora_kg.queries.totals import SECONDS
from diaspora_kg.sparql import Unbindable, bind, guard, path_ends
from diaspora_kg.store.base import Result, Solutions, Triples
from diaspora_kg.terms import IRI, Term
from diaspora_kg.terms import boolean as boolean_term

Row = tuple[Term | None, ...]


@dataclass(frozen=True)
class Answer:
    """What a query answered.

    ``rows`` are cut to the limit, ``total`` counts them before; where they are not ``counted``, there are at
    least so many. ``labels`` holds the words for IRIs of the rows; ``triples`` is set for a query that makes
    a graph (then there are no rows). ``sparql`` is the query as it was sent. ``notices`` say what a
    reader must know of how the answer was found.
    """

    query: str
    names: Names
    parameters: Mapping[str, tuple[str, ...]]
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    total: int
    labels: Mapping[str, str] = field(default_factory=dict)
    triples: tuple[tuple[IRI, IRI, Term], ...] | None = None
    counted: bool = True
    sparql: str = ""
    notices: tuple[str, ...] = ()

    @property
    def cut(self) -> bool:
        """Whether rows were left out because of the limit: such an answer is not the whole one."""
        return len(self.rows if self.triples is None else self.triples) < self.total

    @property
    def cells(self) -> tuple[tuple[str, ...], ...]:
        """The rows in their short form (:mod:`diaspora_kg.queries.cells`)."""
        writer = Cells(self.names)
        return tuple(
            tuple(writer.cell(column, term) for column, term in zip(self.columns, row, strict=True))
            for row in self.rows
        )

    def claims(self, row: Row) -> tuple[str, ...]:
        """The IRIs of the claims that a row rests on, in order of their keys."""
        named = {
            iri
            for column, term in zip(self.columns, row, strict=True)
            if column in CLAIM_COLUMNS
            for iri in iris_in(column, term)
        }
        writer = Cells(self.names)
        return tuple(sorted(named, key=lambda iri: natural(writer.iri(iri))))

    def article(self, row: Row) -> str | None:
        """The IRI of the article that a row comes from: the evidence of a row without claims."""
        named = dict(zip(self.columns, row, strict=True)).get("article")
        return named.value if isinstance(named, IRI) else None


def run(
    query: SavedQuery,
    given: Mapping[str, Sequence[str]],
    lookup: Lookup,
    *,
    limit: int | None = None,
    label: bool = True,
) -> Answer:
    """Ask a saved query with parameters as the user wrote them; several values are alternatives.

    Of a large graph a ``limit`` takes the first rows that are found, and asks for no others: then the answer
    is not ``counted``, see :func:`counted`. Raises :class:`UsageError` for a parameter that does not fit, and
    what the store raises.
    """
    values, notices = searched(query, fill(query.parameters, given, lookup.find), lookup)
    text = bound(query, values)
    answer = None if limit is None else begun(query, given, values, text, limit, lookup)
    if answer is None:
        answer = answered(query, given, lookup.store.query(text), lookup.names, limit=limit)
        if lookup.totals is not None and not lookup.totals.small:
            lookup.totals.keep(text, answer.total)
    answer = replace(answer, sparql=text, notices=notices)
    return replace(answer, labels=labels(answer, lookup)) if label else answer


def counted(answer: Answer, lookup: Lookup, seconds: float = SECONDS) -> Answer:
    """The answer with its true total, kept from before or counted now; as it is if the time is not enough."""
    if answer.counted or lookup.totals is None:
        return answer
    total = lookup.totals.count(answer.sparql, seconds)
    return answer if total is None else replace(answer, total=total, counted=True)


def begun(
    query: SavedQuery,
    given: Mapping[str, Sequence[str]],
    values: Mapping[str, Sequence[Term | None]],
    text: str,
    limit: int,
    lookup: Lookup,
) -> Answer | None:
    """The first rows of a large graph's answer, without labels; ``None``: all have to be asked for.

    ``values`` are those of the variables of ``text``.
    """
    if lookup.totals is None or lookup.totals.small:
        return None
    valued = {name: terms for name, terms in values.items() if any(term is not None for term in terms)}
    parameters = {name: tuple(written) for name, written in given.items()}
    kept = lookup.totals.get(text)
    if kept == 0 and query.columns:
        return Answer(query.name, lookup.names, parameters, query.columns, (), 0)
    found = first_rows(query, text, valued, limit, lookup)
    if found is None:
        return None
    total = len(found.rows)
    answer = Answer(query.name, lookup.names, parameters, found.variables, found.rows[:limit], total)
    if kept is not None:
        return replace(answer, total=kept)
    return replace(answer, counted=total <= limit)


def prepared(query: SavedQuery, given: Mapping[str, Sequence[str]], lookup: Lookup) -> str:
    """The query's text with its parameters bound, as it is sent."""
    return bound(query, searched(query, fill(query.parameters, given, lookup.find), lookup)[0])


def bound(query: SavedQuery, values: Mapping[str, Sequence[Term | None]]) -> str:
    """The query's text with these terms for its variables, see :func:`~.parameters.fill`."""
    try:
        text = path_ends(bind(query.text, values))
    except Unbindable as error:
        raise UsageError(str(error)) from error
    guard(text)
    return text


def answered(
    query: SavedQuery,
    given: Mapping[str, Sequence[str]],
    found: Result,
    names: Names,
    *,
    limit: int | None = None,
) -> Answer:
    """What a store found for a query, its rows in a stable order; without labels."""
    parameters = {name: tuple(values) for name, values in given.items()}
    blank = Answer(query.name, names, parameters, (), (), 0)
    if isinstance(found, Triples):
        return replace(blank, total=len(found.rows), triples=found.rows[:limit])
    if isinstance(found, bool):
        return replace(blank, columns=("answer",), rows=((boolean_term(found),),), total=1)
    return _table(blank, found, ordered=query.ordered, limit=limit)


def labels(answer: Answer, lookup: Lookup) -> dict[str, str]:
    """The words for every IRI of an answer."""
    return lookup.labels(iris_of(answer))


def iris_of(answer: Answer) -> frozenset[str]:
    """Every IRI that the rows of an answer name."""
    named = (iris_in(c, t) for row in answer.rows for c, t in zip(answer.columns, row, strict=True))
    return frozenset(iri for iris in named for iri in iris)


def _table(blank: Answer, found: Solutions, *, ordered: bool, limit: int | None) -> Answer:
    whole = replace(blank, columns=found.variables, total=len(found.rows))
    rows = found.rows if ordered else in_order(found.variables, found.rows, Cells(blank.names))
    return replace(whole, rows=tuple(rows[:limit]))
