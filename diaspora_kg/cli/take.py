"""Commands that take something out of a project: export."""

from __future__ import annotations

import sys

import click

from diaspora_kg.cli.options import examples, with_output, with_project
from diaspora_kg.export import FORMATS as GRAPH_FORMATS
from diaspora_kg.export import export
from diaspora_kg.project import Project
from diaspora_kg.store import Snapshots


@click.group("export")
def export_group() -> None:
    """Take things out of a project."""


@export_group.command(
    "graph",
    short_help="Write the published graph to standard output.",
    epilog=examples("dkg export graph > graph.nq", "dkg export graph --output trig > graph.trig"),
)
@with_output(GRAPH_FORMATS, "nquads")
@with_project
def export_graph(project: Project, form: str) -> None:
    """Write the published graph to standard output.

    nquads and trig keep the graphs (one for each article), nquads sorted by bytes; turtle and jsonld are
    for tools that read no named graphs or prefer JSON.
    """
    with Snapshots(project.derived).reading() as snapshot:
        store = snapshot.store()
        try:
            export(store, form, sys.stdout.buffer)
        finally:
            store.close()


COMMANDS = (export_group,)
