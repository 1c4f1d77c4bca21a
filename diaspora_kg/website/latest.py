"""The articles of which the feed of a site tells: the newest, by when they were annotated, else by their day.

Of all articles only those are looked at that have one of the last days or times which there are. The answer
is kept, as long as it may be, and only articles of which a change touches it are asked for again.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from diaspora_kg.names import PREFIXES
from diaspora_kg.pipeline.delta import TooMuchError, batches, foci
from diaspora_kg.sparql import bind
from diaspora_kg.sparql.patterns import NotTraceable
from diaspora_kg.store import EmbeddedStore, cells
from diaspora_kg.terms import IRI
from diaspora_kg.website.changes import Change
from diaspora_kg.website.questions import traced

MOST = 50
"""Articles in the feed."""

_SPARE = 200  # that are kept, so that some may go
_FEW, _MANY = 2 * _SPARE, 20_000  # days and times looked at first, and at most before it is all of them

_PREFIXES = f"""PREFIX dct: <{PREFIXES["dct"]}>
PREFIX dkg: <{PREFIXES["dkg"]}>
PREFIX prov: <{PREFIXES["prov"]}>
"""
_WHERE = """{
  { GRAPH ?about { ?graph prov:generatedAtTime ?time ; prov:wasDerivedFrom ?article } }
  UNION {
    GRAPH ?said { ?article a dkg:Article ; dkg:when/dkg:notBefore ?day . BIND(STR(?day) AS ?time) }
  }
  OPTIONAL { GRAPH ?named { ?article dct:title ?words } }
}"""
_TRACED = f"""{_PREFIXES}SELECT ?article WHERE {{
  {{ GRAPH ?about {{ ?graph prov:generatedAtTime ?time . ?graph prov:wasDerivedFrom ?article }} }}
  UNION {{ GRAPH ?said {{ ?article a dkg:Article . ?article dkg:when ?when . ?when dkg:notBefore ?day }} }}
  UNION {{ GRAPH ?named {{ ?article dct:title ?words }} }}
}}"""
_NEWEST = "SELECT ?article (MAX(?time) AS ?when) (SAMPLE(?words) AS ?title)"
_ASKED = f"{_PREFIXES}{_NEWEST} {_WHERE} GROUP BY ?article"
_COUNTED = (
    f"{_PREFIXES}SELECT ?time (COUNT(*) AS ?often) WHERE {{"
    " GRAPH ?graph { ?dated prov:generatedAtTime|dkg:notBefore ?time } } GROUP BY ?time"
)
_OF = f"""{_PREFIXES}SELECT DISTINCT ?article WHERE {{
  {{ GRAPH ?about {{ ?graph prov:generatedAtTime ?time . ?graph prov:wasDerivedFrom ?article }} }}
  UNION {{ GRAPH ?said {{ ?when dkg:notBefore ?time . ?article dkg:when ?when . ?article a dkg:Article }} }}
}}"""

Dated = tuple[str, str, str]
"""When, which article, its title (empty: it has none)."""


def articles_of(change: Change) -> frozenset[str] | None:
    """The articles of which something else is to be told after a change; ``None``: that cannot be said."""
    try:
        ways = traced(_TRACED, "article")
        return frozenset(foci(change.old, change.removed, ways) | foci(change.new, change.added, ways))
    except (NotTraceable, TooMuchError):
        return None


def all_of(store: EmbeddedStore) -> str:
    """The newest articles of all, and some more, as text to be kept.

    An article that is among the newest has one of the last days or times. So the articles that have one of
    these are enough, as soon as so many as are wanted are told to be of them.
    """
    times = _times(store)
    wanted = _FEW
    while some := _last(times, wanted):
        found = list(_of(store, _with(store, [cell for told in some for cell in times[told]])))
        if sum(when >= min(some) for when, _, _ in found) >= _SPARE:
            return _written(found, _SPARE)
        wanted *= 8
    return _written(_asked(store, _ASKED), _SPARE)


def _times(store: EmbeddedStore) -> Mapping[str, Counter[str]]:
    """All days and times, by what they are as text: their cells, and how many things have them."""
    found: dict[str, Counter[str]] = {}
    for line in store.lines(_COUNTED):
        cell, often = line.split("\t")
        found.setdefault(cells.text(cell), Counter())[cell] += int(often)
    return found


def _last(times: Mapping[str, Counter[str]], wanted: int) -> list[str]:
    """The last of them that so many things have; none, where it is better to look at all."""
    some, have = list[str](), 0
    for told in sorted(times, reverse=True):
        some.append(told)
        have += times[told].total()
        if have >= wanted:
            plain = not any("\\" in told for told in some)  # else they cannot be put into a question
            return some if plain and have <= _MANY else []
    return []


def _with(store: EmbeddedStore, times: Sequence[str]) -> list[str]:
    """The articles of which one of some days and times is told."""
    given = {"time": [cells.term(cell) for cell in times]}
    return [cells.iri(line) for line in store.lines(bind(_OF, given, projected=False))]


def renewed(store: EmbeddedStore, kept: str, touched: Iterable[str]) -> str:
    """What was kept, with these articles asked for again; from nothing, if too few are left."""
    again = sorted(set(touched))
    before: list[Dated] = [(when, article, title) for when, article, title in json.loads(kept or "[]")]
    left = [one for one in before if one[1] not in again]
    if not kept or (len(left) < MOST and len(before) >= MOST):
        return all_of(store)
    fresh = _of(store, again)
    last = before[-1] if len(before) >= _SPARE else None
    return _written([*left, *(one for one in fresh if last is None or _before(one, last))], _SPARE)


def read(kept: str) -> list[Dated]:
    """The articles of the feed, the newest first."""
    return [(when, article, title) for when, article, title in json.loads(kept)][:MOST]


def _of(store: EmbeddedStore, articles: Iterable[str]) -> Iterator[Dated]:
    """What is told of some articles."""
    for some in batches(sorted(articles)):
        yield from _asked(store, bind(_ASKED, {"article": [IRI(iri) for iri in some]}, projected=False))


def _asked(store: EmbeddedStore, sparql: str) -> Iterator[Dated]:
    for article, when, title in store.stream(sparql):
        if article is not None and when is not None:
            yield when.value, article.value, title.value if title is not None else ""


def _before(one: Dated, other: Dated) -> bool:
    """Whether it is newer, or of the same time and first by its address."""
    return one[0] > other[0] or (one[0] == other[0] and one[1] <= other[1])


def _written(found: Iterable[Dated], most: int) -> str:
    ordered = sorted(found, key=lambda one: one[1])
    ordered.sort(key=lambda one: one[0], reverse=True)
    return json.dumps(ordered[:most])
