"""Commands about tag sets and annotators: labels agreement."""

from __future__ import annotations

from pathlib import Path

import click

from diaspora_kg.agreement import agreement, as_json, as_text
from diaspora_kg.check import asked_for
from diaspora_kg.cli.group import Ordered
from diaspora_kg.cli.log import steps, verbose
from diaspora_kg.cli.options import examples, with_format, with_jobs, with_project, with_trust
from diaspora_kg.cli.progress import bar
from diaspora_kg.project import Project
from diaspora_kg.trust import Trusted

_FORMATS = {"text": as_text, "json": as_json}


@click.group("labels", cls=Ordered, short_help="Compare annotators, and see to the labels of tools.")
def labels_group() -> None:
    """Compare annotators, and see to the labels of annotation tools."""


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


COMMANDS = (labels_group,)
