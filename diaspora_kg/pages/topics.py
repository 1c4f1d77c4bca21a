"""By what a page can be chosen and found in a search besides its words: kind, country, year, outlet, status;
names as keyboards without their letters write them. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from diaspora_kg.index.rows import fold
from diaspora_kg.pages.panel import ThingPage
from diaspora_kg.pages.statusviews import StatusHistory
from diaspora_kg.pages.views import Facts

SILENCES = frozenset(
    {"publisher not stated", "date not stated", "medium not stated", "the register of the project"}
)
"""What stands in place of a name or date of a source, in words of ours."""

_YEAR = re.compile(r"[0-9]{4}")
_COUNTRY = frozenset({"jurisdiction", "operates in", "place", "country"})


def facets(page: ThingPage) -> tuple[tuple[str, str], ...]:
    """Name and value of each facet, each once."""
    return tuple(dict.fromkeys(_facets(page)))


def _facets(page: ThingPage) -> Iterator[tuple[str, str]]:
    yield "kind", page.kind
    for source in page.sources:
        if source.kind == "article":
            if found := _YEAR.match(source.published):
                yield "year", found[0]
            if source.publisher and source.publisher != "publisher not stated":
                yield "outlet", source.publisher
    for panel in page.panels:
        if isinstance(panel.body, Facts):
            rows = (row for row in panel.body.rows if row.label in _COUNTRY)
            yield from (("country", told.value.words) for row in rows for told in row.values)
        elif isinstance(panel.body, StatusHistory):
            for bar in panel.body.bars:
                yield "status", bar.words
                if bar.jurisdiction is not None:
                    yield "country", bar.jurisdiction.words


def plainly(page: ThingPage) -> str:
    """The names of the page in small letters without marks, each word that is written otherwise there."""
    names = " ".join((page.title, *(name.words for name in page.names)))
    written = set(names.casefold().split())
    return " ".join(sorted({word for word in fold(names).split() if word not in written}))
