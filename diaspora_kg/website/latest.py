"""The articles of which the feed of a site tells: the newest, by when they were annotated, else by their day.

That is a question about all articles. Its answer is kept, as long as it may be, and only articles of which a
change touches it are asked for again.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator

from diaspora_kg.names import PREFIXES
from diaspora_kg.pipeline.delta import TooMuchError, batches, foci
from diaspora_kg.sparql import bind
from diaspora_kg.sparql.patterns import NotTraceable
from diaspora_kg.store import EmbeddedStore
from diaspora_kg.terms import IRI
from diaspora_kg.website.changes import Change
from diaspora_kg.website.questions import traced

MOST = 50
"""Articles in the feed."""

_SPARE = 200  # that are kept, so that some may go

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
    """The newest articles of all, and some more, as text to be kept."""
    return _written(_asked(store, _ASKED), _SPARE)


def renewed(store: EmbeddedStore, kept: str, touched: Iterable[str]) -> str:
    """What was kept, with these articles asked for again; from nothing, if too few are left."""
    again = sorted(set(touched))
    before: list[Dated] = [(when, article, title) for when, article, title in json.loads(kept or "[]")]
    left = [one for one in before if one[1] not in again]
    if not kept or (len(left) < MOST and len(before) >= MOST):
        return all_of(store)
    fresh = (
        one
        for some in batches(again)
        for one in _asked(store, bind(_ASKED, {"article": [IRI(iri) for iri in some]}, projected=False))
    )
    last = before[-1] if len(before) >= _SPARE else None
    return _written([*left, *(one for one in fresh if last is None or _before(one, last))], _SPARE)


def read(kept: str) -> list[Dated]:
    """The articles of the feed, the newest first."""
    return [(when, article, title) for when, article, title in json.loads(kept)][:MOST]


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
