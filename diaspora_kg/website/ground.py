"""Opens what the pages of a site are made from, for one run."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from diaspora_kg.errors import RunStopped
from diaspora_kg.index import Index
from diaspora_kg.names import ACTOR_KINDS
from diaspora_kg.ontology import Ontology
from diaspora_kg.pages import Site, Templates
from diaspora_kg.pages.maker import PageMaker
from diaspora_kg.project import Project
from diaspora_kg.queries.catalog import Catalog
from diaspora_kg.queries.lookup import Asked, Lookup
from diaspora_kg.queries.opened import asked
from diaspora_kg.queries.panels import Panels
from diaspora_kg.store import Snapshot
from diaspora_kg.store.written import Syntax
from diaspora_kg.website.ledger import Ledger
from diaspora_kg.website.places import Places
from diaspora_kg.website.questions import Recording
from diaspora_kg.website.settings import Settings
from diaspora_kg.website.sources import Ground


@contextmanager
def grounded(project: Project, settings: Settings, snapshot: Snapshot, ledger: Ledger) -> Iterator[Ground]:
    """The ground of a run, closed at the end of the block."""
    store = snapshot.store()
    try:
        with Index(snapshot.index) as index, _settled(project, snapshot) as asks:
            recording = Recording(asks)
            dated = _site(settings, snapshot)
            panels = Panels.load(project.folders("queries"))
            apart = PageMaker(Lookup(asks, project.names, project.languages), None, dated, panels)
            yield Ground(
                project=project,
                settings=settings,
                snapshot=snapshot,
                store=store,
                recording=recording,
                index=index,
                lookup=Lookup(recording, project.names, project.languages),
                templates=Templates.load(project.own("templates")),
                catalog=Catalog.later(project.folders("queries")),
                panels=panels,
                site=replace(dated, snapshot="", number=0, published=""),
                dated=dated,
                overall=Recording(asks, loose=True),
                places=Places(recording, project.names, dated.kinds, apart, index),
                ontology=Ontology.load(project.folders("ontology")),
                ledger=ledger,
            )
    finally:
        store.close()


@contextmanager
def _settled(project: Project, snapshot: Snapshot) -> Iterator[Asked]:
    """What pages are asked of: it must hold the snapshot, since what is new is told from that."""
    with asked(project, snapshot) as (store, notice):
        if notice:
            raise RunStopped(notice)
        yield store


def _site(settings: Settings, snapshot: Snapshot) -> Site:
    articles = snapshot.manifest.counts.get("articles", 0)
    kinds = settings.kinds_with_pages(articles)
    return replace(
        Site.of(snapshot.manifest, ".", settings.language),
        static=True,
        languages=settings.languages,
        address=settings.address,
        server=settings.server,
        kinds=kinds,
        feeds=kinds & {*ACTOR_KINDS, "post", "event", "undertaking", "place"},
        data=frozenset(map(str, Syntax)) if articles <= settings.data else frozenset(),
    )
