"""One page in the making, and the nodes of which something must be known for it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice

from diaspora_kg.pages.leading import MOST_READ
from diaspora_kg.pages.making import MOST_SOURCES
from diaspora_kg.pages.paged import Pages, Part
from diaspora_kg.pages.reading import Row
from diaspora_kg.pages.said import WHOSE
from diaspora_kg.terms import IRI, Term

# Kinds without a name: what is said of them is their title.
_TITLED = frozenset({"claim", "statement"}) | WHOSE
_OWN_VIEWS = frozenset({"facts"})  # they show dates of the node itself

_READ = frozenset({"content", "claim", "other", "decision", "name", "of", "about"})
"""Columns whose nodes must be read; of others the label is enough."""

_ASIDE = frozenset({"node", "graph", "property", "link"})

_SOME = frozenset({"facts", "network"})
"""Views that show of each entry, or of each of its values, the first few claims only."""


@dataclass
class Job:
    """One page in the making; ``newest`` are the claims that the feed of its node may tell of."""

    pages: Pages
    number: int
    parts: list[Part]
    newest: tuple[str, ...] = ()
    reached: set[str] = field(default_factory=set)

    @cached_property
    def read(self) -> tuple[str, ...]:
        """The nodes that must be read for it."""
        return tuple(dict.fromkeys(_named(self)))

    @cached_property
    def called(self) -> tuple[str, ...]:
        """The nodes of which it shows at least the label."""
        return tuple(dict.fromkeys(_named(self, called=True)))

    @property
    def own(self) -> bool:
        """Whether what is said of the node itself is shown, besides what it is called."""
        views = {part.panel.view for part in self.parts}
        return not self.number or self.pages.kind in _TITLED or not views.isdisjoint(_OWN_VIEWS)


def _named(job: Job, *, called: bool = False) -> Iterator[str]:
    """The nodes that must be read for a page, or (``called``) those that only need a label."""
    if called or job.own:
        yield job.pages.iri
    if not job.number and len(job.pages.sheets) > 1 and job.pages.claims <= MOST_READ:
        yield from job.pages.spoken  # the first sentences tell who speaks on all pages
    yield from job.newest
    for part in job.parts:
        view = part.panel.view
        columns = _READ - {"content"} if view == "network" else _READ
        for rows in part.items.values():
            for row in _told(view, rows) if view in _SOME else rows:
                for column, term in row.items():
                    if isinstance(term, IRI) and column not in _ASIDE and (called or column in columns):
                        yield term.value


def _told(view: str, rows: Sequence[Row]) -> Iterator[Row]:
    """The rows of an entry of which claims are shown; a hub has entries of thousands."""
    values: dict[Term | None, list[Row]] = {}
    for row in rows:
        if view != "facts" or "value" in row:
            values.setdefault(row["value"] if view == "facts" else None, []).append(row)
    for same in islice(values.values(), MOST_SOURCES):
        claims = sorted({row["claim"].value for row in same if "claim" in row})[:MOST_SOURCES]
        yield from (row for row in same if "claim" not in row or row["claim"].value in claims)
