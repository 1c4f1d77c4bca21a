"""The first rows of an answer from the graphs of a few articles, one handful after another.

In the graphs of forty articles every pattern is found at once, whatever the engine thinks of it, while the
same question over all of them takes seconds. What that gives is right for a query whose header says
``articles: alone``: all that a row is made of lies in the graph of one article. Where the header names a
column instead, the few graphs only tell which nodes of that column have rows, and these are then asked about
in the whole graph: the name of the column must mean the same in every group of the query.
A query that begins with a subquery for that column finds the nodes by it; the articles themselves are those
of a column that is called ``article``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from diaspora_kg.queries.catalog import SavedQuery
from diaspora_kg.queries.header import ALONE
from diaspora_kg.queries.lookup import Lookup, part_text
from diaspora_kg.queries.pace import ARTICLES, NODES, Slowly, batches
from diaspora_kg.queries.portions import portion, table
from diaspora_kg.sparql import among, bind, leading, must_name
from diaspora_kg.store.base import Solutions
from diaspora_kg.terms import IRI, Literal, Term

Values = Mapping[str, Sequence[Term | None]]

_ARTICLE = "article"  # the column of the article that a row comes from, in every query


@dataclass(frozen=True)
class Begun:
    """Rows of a few articles or nodes after others; ``ends`` tells whether there are no others after them."""

    portions: Iterator[Solutions]
    ends: Callable[[], bool]


def begun(query: SavedQuery, text: str, values: Values, sizes: Iterable[int], lookup: Lookup) -> Begun:
    """The rows of a query (``text`` has its parameters) in portions; no row comes twice.

    So many articles, or nodes, are taken at a time as ``sizes`` says: those articles that name one of the
    nodes among the ``values`` of variables, or else the first by their keys.
    """
    column = query.header.articles
    if column != ALONE and (headed := leading(text, column)):
        asked, text = headed
        told = Slowly(lambda most: _first_column(f"{asked}\nLIMIT {most}", lookup))
        found = batches(_nodes_once(told), sizes)
        return Begun(
            _of_nodes(text, column, found, lookup),
            lambda: told.every and all(isinstance(term, IRI) for term in told),
        )
    named = [term for terms in values.values() for term in terms if term is not None]
    graphs = Slowly(lambda most: few(named, most, lookup))
    parts = batches(graphs, sizes)
    if column == _ARTICLE:
        articles = ([IRI(lookup.names.article_of(graph)) for graph in part] for part in parts)
        return Begun(_of_nodes(text, column, articles, lookup), lambda: False)
    some = (portion(part, partial(among, text), lookup) for part in parts)
    if column == ALONE:
        return Begun(some, lambda: _all_name(query, values, lookup) and graphs.every)
    return Begun(_of_nodes(text, column, _new(some, column), lookup), lambda: False)


def largest(query: SavedQuery, text: str) -> int:
    """How many nodes or, where their graphs are named, articles should be taken at a time at most."""
    column = query.header.articles
    return NODES if column == _ARTICLE or (column != ALONE and leading(text, column)) else ARTICLES


def _first_column(text: str, lookup: Lookup) -> list[Term | None]:
    return [row[0] for row in table(text, lookup).rows]


def _nodes_once(terms: Iterable[Term | None]) -> Iterator[IRI]:
    known = set[Term]()
    for term in terms:
        if isinstance(term, IRI) and term not in known:
            known.add(term)
            yield term


def few(nodes: Sequence[Term], most: int, lookup: Lookup) -> tuple[str, ...]:
    """At most so many graphs of articles: those that name one of the project's nodes, if there are any."""
    if lookup.index is None:
        return ()
    names = lookup.names
    iris = _own(nodes, lookup)
    if not iris:
        found = (names.kind_and_key(iri) for iri in lookup.index.beneath(names.node("article", ""), most))
        return tuple(names.article_graph(one[1]) for one in found if one)
    values: dict[str, list[IRI | Literal | None]] = {
        "_node_iri": [*iris],
        "_start_literal": [Literal(names.article_graph(""))],
    }
    graphs: dict[str, None] = {}
    for part in ("naming-graphs", "describing-graphs"):  # an engine may begin a UNION with either
        if len(graphs) < most:
            asked = f"{bind(part_text(part), values)}\nLIMIT {most + len(graphs)}"
            graphs |= {row["graph"].value: None for row in table(asked, lookup)}
    return tuple(graphs)[:most]


def _own(terms: Iterable[Term | None], lookup: Lookup) -> list[IRI]:
    """The nodes among some terms that articles describe or mention."""
    return [term for term in terms if isinstance(term, IRI) and lookup.names.kind_and_key(term.value)]


def _all_name(query: SavedQuery, values: Values, lookup: Lookup) -> bool:
    """Whether all rows come from the graphs of :func:`few`: those of one node, which every row must name."""
    of = [name for name, terms in values.items() if _own(terms, lookup)]
    if lookup.index is None or len(of) != 1 or any(len(terms) > 1 for terms in values.values()):
        return False
    return must_name(query.text, of[0])


def _new(found: Iterable[Solutions], column: str) -> Iterator[list[IRI]]:
    """The nodes of a column that no answer before had."""
    known = set[Term]()
    for one in found:
        told = {term for row in one if isinstance(term := row.get(column), IRI)} - known
        known |= told
        yield sorted(told, key=str)


def _of_nodes(text: str, column: str, found: Iterable[Sequence[IRI]], lookup: Lookup) -> Iterator[Solutions]:
    for nodes in found:
        if nodes:
            yield portion(nodes, lambda some: bind(text, {column: some}), lookup)
