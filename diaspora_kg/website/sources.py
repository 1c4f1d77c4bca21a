"""Where pages come from: each source knows its units, makes them, and says which of them a change touches.

A unit has an address (``/page/person/ada``, ``/browse/person``) and everything that is made with it: further
pages, data files, a feed. Sources are listed in :mod:`diaspora_kg.website.run`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from diaspora_kg.index import Index
from diaspora_kg.ontology import Ontology
from diaspora_kg.pages import Site, Templates
from diaspora_kg.project import Project
from diaspora_kg.queries.catalog import Catalog
from diaspora_kg.queries.lookup import Lookup
from diaspora_kg.queries.panels import Panels
from diaspora_kg.store import EmbeddedStore, Snapshot
from diaspora_kg.website.ledger import Ledger
from diaspora_kg.website.places import Places
from diaspora_kg.website.questions import Recording
from diaspora_kg.website.settings import Settings


@dataclass(frozen=True)
class Ground:
    """What pages are made from: one snapshot, opened from start to end.

    ``recording`` notes what is asked for pages of nodes, ``overall`` what for others. ``site`` is that of
    pages which say nothing of the snapshot, so that they stay as they are while what they show does;
    ``dated`` is that of pages that do. ``gone`` tells addresses of pages that there were once, ``known``
    those of the units of a source that there are. ``ledger`` is what was noted of the site.
    """

    project: Project
    settings: Settings
    snapshot: Snapshot
    store: EmbeddedStore
    recording: Recording
    index: Index
    lookup: Lookup
    templates: Templates
    catalog: Catalog
    panels: Panels
    site: Site
    dated: Site
    overall: Recording
    places: Places
    ontology: Ontology
    ledger: Ledger
    gone: Callable[[], Iterable[str]] = tuple
    known: Callable[[str], Iterable[str]] = tuple


@dataclass(frozen=True, slots=True)
class Unit:
    """Everything that was made of a unit; no ``files``: there is no such unit (any more).

    ``files`` are contents by path, ``shown`` what they rest on: IRIs of nodes that were read, and with
    a mark before them (see :mod:`~diaspora_kg.website.questions`) those of which less was.
    """

    address: str
    files: Mapping[str, bytes] = field(default_factory=dict)
    shown: frozenset[str] = frozenset()


@dataclass(frozen=True)
class News:
    """What is new since the site was written: nodes whose own pages are touched, what touches the pages
    that rest on it (as in ``Unit.shown``), and the subjects of all quads that went or came.

    ``asked`` are by the text of each question the nodes for which its answer may be another, ``parts`` by
    the text of a panel the values of its handle for which it may be (``None``: that cannot be told; see
    :mod:`~diaspora_kg.website.hubs`), ``dated`` the articles whose day may be another. ``listed`` says
    whether a node or a key came or went, ``articles`` are those of which the feed of the site may tell
    something else (``None``: that cannot be told).
    """

    own: frozenset[str]
    shown: frozenset[str]
    subjects: frozenset[str]
    asked: Mapping[str, frozenset[str]]
    parts: Mapping[str, frozenset[str] | None]
    dated: frozenset[str]
    listed: bool
    articles: frozenset[str] | None


class Source(Protocol):
    """One sort of pages."""

    name: str

    def units(self) -> Iterable[str]:
        """The addresses of all units that there are."""

    def touched(self, news: News) -> Iterable[str]:
        """The addresses of units that must be made again besides those that show a node of ``news.shown``."""

    def make(self, addresses: Sequence[str]) -> Iterator[Unit]:
        """Make units, in any order."""
