"""The graph that a command or a notebook asks: the project's published snapshot, or a remote endpoint."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial

from diaspora_kg.index import Index
from diaspora_kg.names import Names
from diaspora_kg.project import Project
from diaspora_kg.queries.lookup import Lookup
from diaspora_kg.store import Result, Snapshots


@dataclass(frozen=True)
class Opened:
    """What questions need.

    ``ask`` runs a query of the user's own over the union of all graphs. ``origins`` knows files and
    lines, and is absent for an endpoint.
    """

    lookup: Lookup
    ask: Callable[[str], Result]
    origins: Index | None = None


@contextmanager
def opened(
    project: Project, endpoint: str | None = None, languages: Sequence[str] | None = None
) -> Iterator[Opened]:
    """One snapshot from start to end, or the endpoint; ``languages`` of labels are else the project's.

    Raises :class:`~diaspora_kg.errors.UsageError` when nothing was built yet or the address is none.
    """
    wanted = tuple(languages or project.languages)
    if endpoint is not None:
        yield remote(endpoint, project.names, wanted)
        return
    with Snapshots(project.derived).reading() as snapshot, Index(snapshot.index) as index:
        store = snapshot.store()
        try:
            yield Opened(Lookup(store, project.names, wanted), partial(store.query, union=True), index)
        finally:
            store.close()


def remote(endpoint: str, names: Names, languages: tuple[str, ...]) -> Opened:
    """A SPARQL endpoint; raises :class:`~diaspora_kg.errors.UsageError` for what is no address."""
    from diaspora_kg.store.remote import RemoteStore  # noqa: PLC0415 - its libraries take a third of a second

    store = RemoteStore(endpoint)
    return Opened(Lookup(store, names, languages), store.query)
