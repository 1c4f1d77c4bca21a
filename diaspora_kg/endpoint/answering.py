"""Asking a saved query for a request: find what is meant, bind, run, choose and sort, name, quote.

All of it blocks and runs in a thread, on one snapshot from start to end.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import islice

from diaspora_kg.endpoint.finding import Finding
from diaspora_kg.endpoint.sorting import arranged, page_of
from diaspora_kg.endpoint.wanted import Wanted, terms
from diaspora_kg.index import Index
from diaspora_kg.pages.answers import claims_of
from diaspora_kg.queries.answer import Answer, answered, begun, bound, iris_of
from diaspora_kg.queries.catalog import SavedQuery
from diaspora_kg.queries.evidence import Evidence, evidence_of
from diaspora_kg.queries.lookup import Lookup
from diaspora_kg.queries.parameters import Parameter
from diaspora_kg.queries.searched import Values, searched
from diaspora_kg.store.snapshots import Manifest
from diaspora_kg.terms import IRI

_MOST_PICTURED = 2_000


@dataclass(frozen=True)
class Answered:
    """An answer in its stages.

    ``sparql`` is the query as it was sent; ``whole`` are all rows, ``chosen`` those that meet the
    conditions, sorted; ``page`` are those of one page, with labels, ``evidence`` the words behind them.
    ``labels`` are those of the page, and of the picture where one is to be drawn. Where rows are only
    ``begun``, all of these have the first rows that were found in a large graph, and no others.
    """

    query: SavedQuery
    wanted: Wanted
    sparql: str
    whole: Answer
    chosen: Answer
    page: Answer
    labels: Mapping[str, str]
    evidence: Mapping[str, Evidence] | None
    begun: bool = False


def bound_text(query: SavedQuery, wanted: Wanted, lookup: Lookup, index: Index) -> str:
    """The query with its parameters bound; raises :class:`~.wanted.BadRequest`."""
    return bound(query, _sent(query, wanted, lookup, index)[0])


def _sent(query: SavedQuery, wanted: Wanted, lookup: Lookup, index: Index) -> tuple[Values, tuple[str, ...]]:
    """The values of its variables, and what is to be told of a search for words."""
    filled = terms(query, wanted, lambda parameter: finding(parameter, lookup, index).find)
    return searched(query, filled, lookup)


def finding(parameter: Parameter, lookup: Lookup, index: Index) -> Finding:
    """What finds the nodes that a parameter can mean."""
    return Finding(lookup, index, parameter.choice.kinds if parameter.choice else ())


def ask(
    query: SavedQuery,
    wanted: Wanted,
    lookup: Lookup,
    index: Index,
    *,
    labelled: bool = True,
    quoted: bool = False,
) -> Answered:
    """Ask; raises :class:`~diaspora_kg.errors.UsageError` for what is wrong with the request.

    With ``quoted`` the words behind the first claims of each row come along, as a page shows them; and a
    first page of a large graph's answer, of which nothing else is asked, has the rows that are found first.
    """
    values, notices = _sent(query, wanted, lookup, index)
    text = bound(query, values)
    first = _first(query, wanted, values, text, lookup) if quoted else None
    whole = replace(first or _whole(query, wanted, text, lookup), notices=notices)
    chosen = arranged(whole, wanted.conditions, wanted.orders)
    page = page_of(chosen, wanted.page, wanted.size)
    pictured = _pictured(query, chosen) if quoted and first is None else ()
    named = lookup.labels({*iris_of(page), *pictured}) if labelled else {}
    page = replace(page, labels={iri: named[iri] for iri in iris_of(page) if iri in named})
    claims = claims_of(page) if quoted else {claim for row in page.rows for claim in page.claims(row)}
    found = evidence_of(claims, lookup, index) if quoted or wanted.evidence else None
    return Answered(query, wanted, text, whole, chosen, page, named, found, first is not None)


def _whole(query: SavedQuery, wanted: Wanted, text: str, lookup: Lookup) -> Answer:
    whole = answered(query, wanted.given, lookup.store.query(text), lookup.names)
    if lookup.totals is not None and not lookup.totals.small and whole.triples is None:
        lookup.totals.keep(text, whole.total)
    return whole


def _first(query: SavedQuery, wanted: Wanted, values: Values, text: str, lookup: Lookup) -> Answer | None:
    """The first rows that are found; ``None``: all are asked for, or there are no others."""
    if wanted.page != 1 or wanted.arrangement or wanted.fixed:
        return None
    first = begun(query, wanted.given, values, text, wanted.size, lookup)
    return first if first is not None and (first.cut or not first.counted) else None


def _pictured(query: SavedQuery, answer: Answer) -> Iterator[str]:
    """The nodes that the picture of an answer names, on whatever page they are."""
    chart = query.header.chart
    columns = set(chart.columns.values()) if chart is not None else set()
    at = [number for number, name in enumerate(answer.columns) if name in columns]
    terms = (row[number] for row in answer.rows for number in at)
    yield from islice(dict.fromkeys(term.value for term in terms if isinstance(term, IRI)), _MOST_PICTURED)


def tag(manifest: Manifest, query: SavedQuery, query_string: bytes, form: str) -> str:
    """The weak entity tag of an answer, known before anything is asked (RFC 9110, section 8.8.3)."""
    program = manifest.versions.get("program", "")
    asked = (query.text, query_string.decode("latin-1"), form)
    # The same graph may be published again later, and answers tell when.
    parts = (manifest.id, manifest.index, manifest.published, *asked, program)
    digest = hashlib.sha256()
    for part in parts:
        digest.update(hashlib.sha256(part.encode("utf-8", "surrogatepass")).digest())
    return f'W/"{digest.hexdigest()[:32]}"'
