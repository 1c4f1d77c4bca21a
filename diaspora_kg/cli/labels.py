"""Commands about tag sets and annotators: labels draft, agreement, to-link."""

from __future__ import annotations

from pathlib import Path

import click

from diaspora_kg.agreement import agreement, as_json, as_text
from diaspora_kg.check import asked_for
from diaspora_kg.cli.group import Ordered
from diaspora_kg.cli.log import steps, verbose
from diaspora_kg.cli.options import examples, with_format, with_jobs, with_project, with_trust, with_verbose
from diaspora_kg.cli.progress import bar
from diaspora_kg.project import Project
from diaspora_kg.tagsets import draft_labels
from diaspora_kg.tolink import as_tsv, to_link
from diaspora_kg.trust import Trusted
from diaspora_kg.visible import visible

_FORMATS = {"text": as_text, "json": as_json}


@click.group("labels", cls=Ordered, short_help="Say what labels mean, and compare annotators.")
def labels_group() -> None:
    """Say what the labels of an annotation tool mean, and compare annotators."""


@labels_group.command(
    "draft",
    short_help="Draft a label map from the labels in files.",
    epilog=examples("dkg labels draft articles/*.ann > ingest/labels/mine.toml"),
)
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--reader", default="", metavar="NAME", help="The reader of these files, where it is not clear."
)
@with_verbose
def draft_command(files: tuple[Path, ...], reader: str) -> None:
    """Print a first label map for FILES: every label, role, attribute and register that they hold.

    Each stands with its number and an example. What looks like something in the model is proposed, the
    rest is left to you as a comment. Save it in ingest/labels/ of the project, and name it in dkg.toml.
    """
    written, findings = draft_labels(files, reader)
    click.echo(written, nl=False)
    for finding in findings[:20]:
        place = f"{finding.file}, line {finding.line}" if finding.line else finding.file
        click.echo(visible(f"{place}: {finding.message}"), err=True)


@labels_group.command(
    "agreement",
    short_help="How far several annotators of one text agree.",
    epilog=examples("dkg labels agreement", "dkg labels agreement articles/first.ann --format json"),
)
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@with_format(_FORMATS)
@with_jobs
@with_project
@with_trust
def agreement_command(
    project: Project, paths: tuple[Path, ...], form: str, trusted: Trusted, jobs: int
) -> None:
    """How far the annotators of each article agree: counts and Krippendorff's alpha, layer by layer.

    Compared are articles that have several runs (files of one stem, or annotators inside one file); with
    PATHS only those. What the units are is said in the reference of annotation tools.
    """
    wanted = asked_for(project, paths)
    with bar(hidden=verbose()) as shown, steps(project, shown) as progress:
        report = agreement(project, wanted, trusted=trusted, jobs=jobs, progress=progress)
    click.echo(_FORMATS[form](report))


@labels_group.command(
    "to-link",
    short_help="List what is marked and not linked to any register.",
    epilog=examples("dkg labels to-link > to-link.tsv", "dkg labels to-link articles/first.ann"),
)
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@with_jobs
@with_project
@with_trust
def to_link_command(project: Project, paths: tuple[Path, ...], trusted: Trusted, jobs: int) -> None:
    """List, as a table with tabs, what annotation tools marked and nobody linked: for whoever looks it up.

    On it are actors and places with neither an entry in the register nor an id of a register that is
    allowed, and ids that are not allowed. With PATHS only those of these files.
    """
    wanted = asked_for(project, paths)
    with bar(hidden=verbose()) as shown, steps(project, shown) as progress:
        rows = to_link(project, wanted, trusted=trusted, jobs=jobs, progress=progress)
    click.echo(as_tsv(rows), nl=False)


COMMANDS = (labels_group,)
