"""Commands that move the graph to another store and back: store copy, parity, backup, restore."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

import click

from diaspora_kg.build.lock import one_writer
from diaspora_kg.cli.group import Ordered
from diaspora_kg.cli.options import Command, examples, with_project
from diaspora_kg.cli.progress import bar
from diaspora_kg.cli.sending import send
from diaspora_kg.errors import UsageError
from diaspora_kg.index import Index
from diaspora_kg.moving import copying, kept
from diaspora_kg.moving.copying import Difference, Notes
from diaspora_kg.moving.parity import Compared, parity
from diaspora_kg.project import Project
from diaspora_kg.queries.catalog import Catalog
from diaspora_kg.queries.lookup import Lookup
from diaspora_kg.queries.panels import Panels, own_views
from diaspora_kg.reports import counted
from diaspora_kg.settings.keys import LAYOUTS
from diaspora_kg.store import Snapshot, Snapshots, Store
from diaspora_kg.store.marker import Marker
from diaspora_kg.store.server import ServerStore
from diaspora_kg.visible import visible

_ADDRESS = "The address of the server. [default: that of dkg.toml]"


@click.group("store", cls=Ordered, short_help="Move the graph to another store, and back.")
def store_group() -> None:
    """Move the graph to another store, and back."""


def _with_layout(command: Command) -> Command:
    return click.option(
        "--layout",
        type=click.Choice(LAYOUTS),
        show_default=LAYOUTS[0],
        help="The make of that server, which says where it takes queries, updates and graphs.",
    )(command)


@store_group.command(
    "copy",
    short_help="Copy the published graph to a server.",
    epilog=examples(
        "dkg store copy --to http://127.0.0.1:7878",
        "dkg store copy --to https://graph.norland.example --layout virtuoso",
    ),
)
@click.option("--to", "url", metavar="URL", help=_ADDRESS)
@_with_layout
@with_project
def copy_command(project: Project, url: str | None, layout: str | None) -> None:
    """Copy every graph of the published snapshot to a SPARQL server, and read each back.

    The server's graphs below this project's base become those of the snapshot; others are not touched. A
    copy that was ended goes on where it was. A name and password come from DKG_STORE_ORIGIN,
    DKG_STORE_USER and DKG_STORE_PASSWORD.
    """
    with (
        _published(project) as (snapshot, here),
        _server(project, url, layout) as there,
        bar() as progress,
    ):
        notes = Notes(project.derived / "copies", there.places.graphs)
        there.mark(Marker.begin(snapshot.manifest.id, snapshot.manifest.counts.get("graphs", 1)))
        done = copying.copy(here, there, notes, progress)
        if not done.differences:
            there.mark(Marker(snapshot.manifest.id))
    click.echo(
        f"{counted(done.sent, 'graph')} sent, {done.stood} were there, {done.removed} removed; "
        f"{counted(done.quads, 'quad')} there now",
        err=True,
    )
    _differences(done.differences)
    sys.exit(int(bool(done.differences)))


def _differences(found: Iterable[Difference]) -> None:
    for one in found:
        click.echo(visible(f"{one.graph}: {one.here} quads here, {one.there} there"))
        for sign, lines in (("-", one.only_here), ("+", one.only_there)):
            for line in lines:
                click.echo(visible(f"  {sign} {line}"))


@store_group.command(
    "parity",
    short_help="Compare what a server answers with what this project answers.",
    epilog=examples("dkg store parity --with http://127.0.0.1:7878"),
)
@click.option("--with", "url", metavar="URL", help=_ADDRESS)
@_with_layout
@with_project
def parity_command(project: Project, url: str | None, layout: str | None) -> None:
    """Ask every saved query and all facts of every page in both stores; show each row that differs.

    Exit status 1 says that something differs.
    """
    differ = total = 0
    with (
        _published(project) as (snapshot, store),
        _server(project, url, layout) as server,
        Index(snapshot.index) as index,
        bar() as progress,
    ):
        here = Lookup(store, project.names, project.languages)
        there = Lookup(server, project.names, project.languages)
        catalog = Catalog.load(project.folders("queries"))
        panels = Panels.load(project.folders("queries"), own_views(project.own("templates")))
        for one in parity(here, there, catalog, panels, index, progress):
            total += 1
            if not one.same:
                differ += 1
                _unequal(one)
    click.echo(f"{counted(total, 'question')} asked in both, {differ} answered differently", err=True)
    sys.exit(int(differ > 0))


def _unequal(one: Compared) -> None:
    click.echo(visible(f"{one.what}: {one.here} rows here, {one.there} there"))
    if one.error:
        click.echo(visible(f"  {one.error}"))
    for sign, rows in (("-", one.only_here), ("+", one.only_there)):
        for row in rows:
            click.echo(visible(f"  {sign} {row}"))


@store_group.command(
    "backup",
    short_help="Write the published graph into a folder.",
    epilog=examples("dkg store backup ../graph-2031-05-02"),
)
@click.argument("kept_in", metavar="DIR", type=click.Path(path_type=Path))
@with_project
def backup_command(project: Project, kept_in: Path) -> None:
    """Write the published graph, its index and its manifest into the new folder DIR.

    Texts, annotations and decisions are the project's own files: keep those as you keep any others.
    """
    with _published(project) as (snapshot, store), bar() as progress:
        told = kept.backup(snapshot, store, kept_in, progress)
    click.echo(visible(f"wrote snapshot {told.number} to {kept_in}"), err=True)


@store_group.command(
    "restore",
    short_help="Publish a graph that was backed up.",
    epilog=examples("dkg store restore ../graph-2031-05-02"),
)
@click.argument("kept_in", metavar="DIR", type=click.Path(exists=True, file_okay=False, path_type=Path))
@with_project
def restore_command(project: Project, kept_in: Path) -> None:
    """Publish the graph in DIR as a new snapshot. The next build publishes what the articles say again."""
    with one_writer(project.derived):
        snapshot = kept.restore(kept_in, project.derived, project.base)
    click.echo(f"published snapshot {snapshot.manifest.number}, as it was backed up", err=True)
    send(project)


@contextmanager
def _published(project: Project) -> Iterator[tuple[Snapshot, Store]]:
    with ExitStack() as opened:
        snapshot = opened.enter_context(Snapshots(project.derived).reading())
        store = snapshot.store()
        opened.callback(store.close)
        yield snapshot, store


@contextmanager
def _server(project: Project, url: str | None, layout: str | None) -> Iterator[ServerStore]:
    """The server at an address or, without one, that of ``dkg.toml``."""
    if url is None and not project.store:
        raise UsageError("dkg.toml names no store: say which server is meant.")
    settings = {"url": url, "layout": layout or LAYOUTS[0]} if url is not None else None
    with closing(ServerStore.of(project, settings)) as server:
        yield server


COMMANDS = (store_group,)
