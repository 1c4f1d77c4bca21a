"""The graph that a command or a notebook asks: the project's published snapshot, or a remote endpoint.

Where ``dkg.toml`` names a store, that server is asked in place of the copy in the project's folder; names,
search, files and lines come from the folder all the same.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from diaspora_kg.errors import StoreNotReachable
from diaspora_kg.index import Index
from diaspora_kg.names import Names
from diaspora_kg.project import Project
from diaspora_kg.queries.lookup import Lookup
from diaspora_kg.queries.totals import Totals
from diaspora_kg.store import EmbeddedStore, Result, Snapshot, Snapshots

if TYPE_CHECKING:
    from diaspora_kg.store.server import ServerStore


@dataclass(frozen=True)
class Opened:
    """What questions need.

    ``ask`` runs a query of the user's own over the union of all graphs. ``origins`` knows files and
    lines, and is absent for an endpoint. ``notice`` says how what a server holds differs from the snapshot.
    """

    lookup: Lookup
    ask: Callable[[str], Result]
    origins: Index | None = None
    notice: str = ""


@contextmanager
def opened(
    project: Project, endpoint: str | None = None, languages: Sequence[str] | None = None
) -> Iterator[Opened]:
    """One snapshot from start to end, or the endpoint; ``languages`` of labels are else the project's.

    Raises :class:`~diaspora_kg.errors.UsageError` when nothing was built yet or the address is none.
    """
    wanted = tuple(languages or project.languages)
    if endpoint is not None:
        with _words(project) as index:
            found = remote(endpoint, project.names, wanted)
            yield replace(found, lookup=replace(found.lookup, index=index))
        return
    with (
        Snapshots(project.derived).reading() as snapshot,
        Index(snapshot.index) as index,
        asked(project, snapshot) as (store, notice),
    ):
        lookup = Lookup(store, project.names, wanted, index=index)
        if isinstance(store, EmbeddedStore):
            totals = Totals(snapshot.path, snapshot.manifest.counts.get("quads", 0))
            lookup = replace(lookup, totals=totals, at_once=os.cpu_count() or 1)
        yield Opened(lookup, partial(store.query, union=True), index, notice)


@contextmanager
def asked(project: Project, snapshot: Snapshot) -> Iterator[tuple[EmbeddedStore | ServerStore, str]]:
    """What answers questions about a snapshot: its own store, or the server that holds the project's graph.

    The words say how that differs from the snapshot (empty: not at all). Raises :class:`StoreNotReachable`.
    """
    if not project.store:
        with closing(snapshot.store()) as store:
            yield store, ""
        return
    from diaspora_kg.store.marker import unlike  # noqa: PLC0415 - as below
    from diaspora_kg.store.server import ServerStore  # noqa: PLC0415 - its libraries take a third of a second

    with closing(ServerStore.of(project)) as server:
        try:
            marker = server.marker()
        except StoreNotReachable as error:
            why = str(error).rstrip(".")
            raise type(error)(f"{why}. {_AWAY}") from error
        yield server, unlike(marker, snapshot.manifest, project.store["url"])


_AWAY = (
    "It is the store of dkg.toml. Ask again when it answers, or ask another server with --endpoint URL; "
    "without `store` in dkg.toml the copy in this folder answers."
)


@contextmanager
def _words(project: Project) -> Iterator[Index | None]:
    """The index in which a question's words are searched for, whichever copy of the graph is asked."""
    if Snapshots(project.derived).current() is None:
        yield None
        return
    with Snapshots(project.derived).reading() as snapshot, Index(snapshot.index) as index:
        yield index


def remote(endpoint: str, names: Names, languages: tuple[str, ...]) -> Opened:
    """A SPARQL endpoint; raises :class:`~diaspora_kg.errors.UsageError` for what is no address."""
    from diaspora_kg.store.remote import RemoteStore  # noqa: PLC0415 - its libraries take a third of a second

    store = RemoteStore(endpoint)
    return Opened(Lookup(store, names, languages), store.query)
