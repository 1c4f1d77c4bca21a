"""The first rows of an answer without all the others, so that a large graph answers at once.

A query that neither groups nor sorts gives its rows as it finds them, and stops when there are enough. One
that groups must see everything that a row is made of: where its header names the column that parts its rows
(``pieces``), it is asked for some nodes of that column after others. The header says of which kinds these
are, or that the pattern of the query finds them itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial

from diaspora_kg.queries.articles import begun, largest
from diaspora_kg.queries.catalog import SavedQuery
from diaspora_kg.queries.cells import Cells, in_order
from diaspora_kg.queries.header import OF_PATTERN
from diaspora_kg.queries.lookup import Lookup
from diaspora_kg.queries.pace import MOST, Pace, Slowly, batches
from diaspora_kg.queries.portions import portion, table
from diaspora_kg.sparql import Kind, beginnings, form, names_dataset, significant, within
from diaspora_kg.store.base import Solutions
from diaspora_kg.terms import IRI, Term

Row = tuple[Term | None, ...]

_NOTHING = IRI("urn:dkg:nothing-found")


def first_rows(
    query: SavedQuery, text: str, bound: Mapping[str, Sequence[Term | None]], count: int, lookup: Lookup
) -> Solutions | None:
    """The first rows of a query, perhaps more than ``count``; ``None``: they cannot be had alone.

    ``text`` is the query with its parameters, ``bound`` are the values of variables. Fewer rows than
    ``count`` are all there are. More rows of the same query begin with these.
    """
    if form(query.text) != "SELECT":
        return None
    if query.header.articles and not _takes_some(query.text) and not names_dataset(text):
        found = _of_articles(query, text, bound, count, lookup)
        if found is not None:
            return found
    variable = _parting(query, set(bound))
    if variable is not None:
        found = _of_pieces(query, text, variable, count, lookup)
        if found is not None:
            return found
    return table(f"{text}\nLIMIT {count + 1}", lookup) if streams(query.text) else None


def _of_pieces(query: SavedQuery, text: str, variable: str, count: int, lookup: Lookup) -> Solutions | None:
    nodes, ends = _nodes_of(query, text, variable, lookup)
    rows: list[Row] = []
    found = None
    pace = Pace()
    for some in batches(nodes, pace.sizes()):
        found = portion(some, partial(within, text, variable), lookup)
        rows += _sorted(found, lookup)
        pace.rows = len(rows)
        if len(rows) > count:
            return Solutions(found.variables, tuple(rows))
        if pace.vain(count) and not ends():
            return None
    if found is None and ends():  # the engine sees at once that there is nothing
        found = table(within(text, variable, [_NOTHING]), lookup)
    if found is None or not ends():
        return None
    whole = Solutions(found.variables, tuple(rows))
    return replace(whole, rows=tuple(_sorted(whole, lookup)))


def _nodes_of(
    query: SavedQuery, text: str, variable: str, lookup: Lookup
) -> tuple[Iterable[Term], Callable[[], bool]]:
    """Nodes to begin with, and what tells whether there are no others."""
    kinds = query.header.pieces[1]
    if kinds != (OF_PATTERN,):
        return (IRI(iri) for iri in dict.fromkeys(_nodes(kinds, lookup))), lambda: False
    # With FROM it is not seen without their names which nodes these graphs have.
    if names_dataset(text) or beginnings(text, variable, 1) is None:
        return (), lambda: False

    def ask(most: int) -> list[Term]:
        rows = table(beginnings(text, variable, most) or "", lookup).rows
        return [term for row in rows for term in row if term is not None]

    found = Slowly(ask)
    return found, lambda: found.every


def _of_articles(
    query: SavedQuery, text: str, bound: Mapping[str, Sequence[Term | None]], count: int, lookup: Lookup
) -> Solutions | None:
    rows: list[Row] = []
    columns = query.columns
    pace = Pace(largest(query, text))
    few = begun(query, text, bound, pace.sizes(), lookup)
    for found in few.portions:
        rows += _sorted(found, lookup)
        pace.rows = len(rows)
        columns = found.variables
        if len(rows) > count:
            return Solutions(columns, tuple(rows))
        if pace.vain(count) and not few.ends():
            return None
    return Solutions(columns, tuple(rows)) if columns is not None and few.ends() else None


def streams(text: str) -> bool:
    """Whether a query gives rows as it finds them: no grouping, no order, no limit of its own.

    >>> streams("SELECT ?a { { SELECT ?a (COUNT(?b) AS ?n) { ?a ?p ?b } GROUP BY ?a } }")
    True
    >>> streams("SELECT (COUNT(?b) AS ?n) { ?a ?p ?b }"), streams("SELECT ?a { ?a ?p ?b } ORDER BY ?a")
    (False, False)
    """
    depth = 0
    for token in significant(text):
        if depth == 0 and (
            token.is_mark("(") or token.is_word("GROUP", "ORDER", "LIMIT", "OFFSET", "VALUES")
        ):
            return False
        depth += token.is_mark("{") - token.is_mark("}")
    return True


def _parting(query: SavedQuery, bound: set[str]) -> str | None:
    """The variable of the column that parts the rows, as the pattern names it; ``None``: it has values."""
    column, kinds = query.header.pieces
    names = {column, *(one.variable for one in query.parameters if one.name == column)}
    if not kinds or names & bound or _ends_otherwise(query.text):
        return None
    opened = False
    for token in significant(query.text):
        opened = opened or token.is_mark("{")
        if opened and token.kind is Kind.VARIABLE and token.text[1:] in names:
            return token.text[1:]
    return None


def _ends_otherwise(text: str) -> bool:
    """Whether the query itself sorts its rows or takes some of them: in pieces it answers otherwise."""
    depth = 0
    for token in significant(text):
        if depth == 0 and token.is_word("ORDER", "LIMIT", "OFFSET"):
            return True
        depth += token.is_mark("{") - token.is_mark("}")
    return False


def _takes_some(text: str) -> bool:
    """Whether the query sorts its rows, or it or a subquery takes some: of a few graphs these are others."""
    return _ends_otherwise(text) or any(token.is_word("LIMIT", "OFFSET") for token in significant(text))


def _nodes(kinds: Sequence[str], lookup: Lookup) -> Iterator[str]:
    if lookup.index is not None:
        for registered in (True, False):
            for kind in kinds:
                start = f"{lookup.names.base}id/{kind}/"
                yield from lookup.index.beneath(start, MOST, registered=registered)


def _sorted(found: Solutions, lookup: Lookup) -> list[Row]:
    return in_order(found.variables, found.rows, Cells(lookup.names))
