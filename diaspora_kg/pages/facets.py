"""By what a page can be chosen in a search: kind, country, year, outlet, status. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator

from diaspora_kg.pages.panel import ThingPage

_YEAR = re.compile(r"[0-9]{4}")
_COUNTRY = frozenset({"jurisdiction", "place", "country"})


def facets(page: ThingPage) -> tuple[tuple[str, str], ...]:
    """Name and value of each facet, each once."""
    return tuple(dict.fromkeys(_facets(page)))


def _facets(page: ThingPage) -> Iterator[tuple[str, str]]:
    yield "kind", page.kind
    for source in page.sources:
        if found := _YEAR.match(source.published):
            yield "year", found[0]
        if source.publisher and source.publisher != "publisher not stated":
            yield "outlet", source.publisher
    for line in page.facts:
        for value in line.values:
            if line.label in _COUNTRY:
                yield "country", value.words
            elif line.label == "status":
                yield "status", value.words
