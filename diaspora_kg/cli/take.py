"""Commands that take something out of a project: export."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from diaspora_kg.cli.options import examples, with_output, with_project, with_trust
from diaspora_kg.errors import UsageError
from diaspora_kg.export import FORMATS as GRAPH_FORMATS
from diaspora_kg.export import export
from diaspora_kg.index import Index
from diaspora_kg.project import Project
from diaspora_kg.queries.catalog import Catalog
from diaspora_kg.queries.examples import Examples
from diaspora_kg.reports import as_text
from diaspora_kg.store import Snapshots
from diaspora_kg.terms import is_iri
from diaspora_kg.trust import Trusted
from diaspora_kg.visible import visible

REGISTER = ("ftm", "popolo")
"""The formats of registers that can be written."""
ANNOTATIONS = ("brat", "cas-json")
"""The formats of annotation tools that can be written."""


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


@export_group.command(
    "queries",
    short_help="Write the saved queries as examples for SPARQL editors.",
    epilog=examples(
        "dkg export queries --out examples",
        "dkg export queries --out examples --endpoint https://norland.example/sparql",
    ),
)
@with_output(["sib"], "sib")
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    required=True,
    metavar="DIR",
    help="The folder to write to; files of the same names are written over.",
)
@click.option(
    "--endpoint",
    metavar="URL",
    show_default="BASE/sparql",
    help="Where the queries are asked: their own addresses begin with it.",
)
@with_project
def export_queries(project: Project, form: str, out: Path, endpoint: str | None) -> None:  # noqa: ARG001
    """Write the saved queries into DIR, the bundled ones and the project's own: one Turtle file for each.

    The form is that of the SIB's sparql-examples (SHACL), which SPARQL editors read. A query with a
    violation is left out.
    """
    catalog = Catalog.load(project.folders("queries"))
    address = endpoint or f"{project.base}sparql"
    if not address.startswith(("http://", "https://")) or not is_iri(address):
        raise UsageError(f"--endpoint {address}: write the address of a SPARQL endpoint, https://…/sparql.")
    files = Examples(catalog, address).files()
    try:
        out.mkdir(parents=True, exist_ok=True)
        for name, text in files.items():
            (out / name).write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        raise UsageError(f"{out} cannot be written to: {error.strerror}.") from error
    if catalog.findings:
        click.echo(as_text(catalog.findings), err=True)
    click.echo(visible(f"wrote {len(files)} files to {out}"), err=True)
    sys.exit(int(any(not query.sound for query in catalog.queries.values())))


@export_group.command(
    "annotations",
    short_help="Write articles for an annotation tool, annotated with what is known.",
    epilog=examples(
        "dkg export annotations --format brat --out for-brat",
        "dkg export annotations articles/first.yaml --format cas-json",
    ),
)
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@click.option("--format", "form", type=click.Choice(ANNOTATIONS), required=True, help="The tool's format.")
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    default="annotations",
    show_default=True,
    metavar="DIR",
    help="The folder to write to; files of the same names are written over.",
)
@with_project
@with_trust
def export_annotated(
    project: Project, paths: tuple[Path, ...], trusted: Trusted, form: str, out: Path
) -> None:
    """Write every article into DIR with its annotations, for an annotation tool to show and change.

    Or those of PATHS only. Read again, the files give the same graph. Beside each stands a header in YAML.
    An article whose text is withheld is written only where its text is at hand, into a folder whose name
    says so. Of several runs it is the published one.
    """
    # A question, and the graph's export, need not wait for what a build loads.
    from diaspora_kg.check import asked_for  # noqa: PLC0415
    from diaspora_kg.returned.export import export_annotations  # noqa: PLC0415

    done = export_annotations(project, form, out, asked_for(project, paths), trusted=trusted)
    for key, why in done.left:
        click.echo(visible(f"{key} was left out: {why}"), err=True)
    click.echo(visible(f"wrote {len(done.files)} files to {out}"), err=True)
    sys.exit(int(bool(done.left)))


@export_group.command(
    "register",
    short_help="Write the register for other tools.",
    epilog=examples(
        "dkg export register --format ftm > register.ftm.json",
        "dkg export register --format popolo --records > all.popolo.json",
    ),
)
@click.option("--format", "form", type=click.Choice(REGISTER), required=True, help="The format.")
@click.option("--records", is_flag=True, help="The actors and offices of articles too.")
@with_project
def export_register(project: Project, form: str, records: bool) -> None:
    """Write the register, as the published graph has it, to standard output.

    With the memberships that claims put plainly, each with who says so. What the format has no place for is
    told on stderr.
    """
    from diaspora_kg.interchange.leaving import ftm, popolo, unsaid  # noqa: PLC0415
    from diaspora_kg.interchange.published import published  # noqa: PLC0415
    from diaspora_kg.interchange.registered import slug  # noqa: PLC0415

    with Snapshots(project.derived).reading() as snapshot, Index(snapshot.index) as index:
        store = snapshot.store()
        try:
            found = published(index, store, every=records)
        finally:
            store.close()
    if form == "ftm":
        for line in ftm(found, slug(project.title) or "dkg"):
            click.echo(line)
    else:
        click.echo(popolo(found), nl=False)
    for what, count in {**found.left, **unsaid(found, form)}.items():
        click.echo(visible(f"left out: {what} ({count})"), err=True)


COMMANDS = (export_group,)
