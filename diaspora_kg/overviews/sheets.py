"""What a section of pages is: it knows its addresses, and makes the page at one of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

from diaspora_kg.index import Index
from diaspora_kg.ontology import Ontology
from diaspora_kg.overviews.directory import Directory
from diaspora_kg.pages.listing import Turning
from diaspora_kg.pages.site import Site
from diaspora_kg.project import Project
from diaspora_kg.queries.catalog import Catalog
from diaspora_kg.queries.lookup import Lookup
from diaspora_kg.store.snapshots import Manifest

PER_PAGE = 100
"""Entries on one page; of more there are further pages."""

_T = TypeVar("_T")


@dataclass(frozen=True)
class Ground:
    """What pages are made from: one snapshot, asked through ``lookup`` and ``index``."""

    lookup: Lookup
    index: Index
    directory: Directory
    catalog: Catalog
    ontology: Ontology
    manifest: Manifest
    project: Project


@dataclass(frozen=True, slots=True)
class Sheet:
    """One page: its template, its value, how many pages there are in all, the nodes that it shows."""

    template: str
    page: object
    pages: int = 1
    shown: frozenset[str] = frozenset()


class Section(Protocol):
    """One sort of pages."""

    @property
    def prefixes(self) -> tuple[str, ...]:
        """How their addresses begin, whole segments of a path."""

    def addresses(self, ground: Ground) -> Iterable[str]:
        """The addresses of all its pages, further pages apart."""

    def sheet(self, ground: Ground, address: str, number: int, site: Site) -> Sheet | None:
        """The page there; ``None``: there is none. ``number`` counts from 1."""


def pages_of(total: int, per_page: int = PER_PAGE) -> int:
    """How many pages a list of so many entries has; one of none has one.

    >>> pages_of(0), pages_of(100), pages_of(101)
    (1, 1, 2)
    """
    return max(1, -(-total // per_page))


def turning(address: str, number: int, total: int, site: Site, per_page: int = PER_PAGE) -> Turning:
    """The links from one page of a list to the others."""
    last = pages_of(total, per_page)
    to = {"start": 1, "before": number - 1, "after": number + 1, "end": last}
    links = {name: site.path(address, page=page) if 1 <= page <= last else "" for name, page in to.items()}
    first = (number - 1) * per_page
    return Turning(number, last, min(first + 1, total), min(first + per_page, total), total, **links)


def part(rows: Sequence[_T], number: int, per_page: int = PER_PAGE) -> Sequence[_T]:
    """The rows of one page."""
    return rows[(number - 1) * per_page : number * per_page]
