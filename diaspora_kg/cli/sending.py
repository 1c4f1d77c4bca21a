"""Sends what is published here to the server that ``store`` in ``dkg.toml`` names."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

import click

from diaspora_kg.build.lock import one_writer
from diaspora_kg.cli.progress import bar
from diaspora_kg.errors import RunStopped, StoreNotReachable
from diaspora_kg.project import Project
from diaspora_kg.reports import counted
from diaspora_kg.store import Snapshots
from diaspora_kg.visible import visible

if TYPE_CHECKING:
    from diaspora_kg.moving.pushing import Pushed


def send(project: Project) -> None:
    """Bring the published snapshot to the project's server, if it has one and there is anything published.

    Raises :class:`StoreNotReachable` and :class:`RunStopped`, which say that the snapshot stands here.
    """
    if not project.store:
        return
    snapshots = Snapshots(project.derived)
    if (snapshot := snapshots.current()) is None:
        return
    from diaspora_kg.moving.pushing import push  # noqa: PLC0415 - its libraries take a third of a second
    from diaspora_kg.store.server import ServerStore  # noqa: PLC0415 - as above

    with closing(ServerStore.of(project)) as server, one_writer(project.derived), bar() as progress:
        try:
            done = push(snapshots, server, progress)
        except (StoreNotReachable, RunStopped) as error:
            stands = f"Snapshot {snapshot.manifest.number} is published here, but the server lacks some."
            why = str(error).rstrip(".")
            raise type(error)(f"{stands} {why}. The next dkg build goes on where this one was.") from error
    click.echo(visible(f"{project.store['url']}: {_told(done)}"), err=True)
    if done.mixed:
        click.echo(
            "It holds articles of another project as well, and whatever is asked there sees them.", err=True
        )


def _told(done: Pushed) -> str:
    if not (done.sent or done.stood or done.removed):
        return "it holds this snapshot already"
    stood = f", {done.stood} stood there" if done.stood else ""
    return f"{counted(done.sent, 'graph')} sent{stood}, {done.removed} removed"
