"""Commands for annotation tools: tools."""

from __future__ import annotations

from pathlib import Path

import click

from diaspora_kg.cli.group import Ordered
from diaspora_kg.cli.options import examples, with_project
from diaspora_kg.project import Project
from diaspora_kg.returned.tools import inception_files, write_files
from diaspora_kg.visible import visible


@click.group("tools", cls=Ordered, short_help="Make ready an annotation tool for our model.")
def tools_group() -> None:
    """Make ready an annotation tool for our model."""


@tools_group.command(
    "inception",
    short_help="Write a project for INCEpTION: layers, tag sets, guidelines, the register.",
    epilog=examples("dkg tools inception for-inception"),
)
@click.argument("out", type=click.Path(file_okay=False, path_type=Path), metavar="DIR")
@with_project
def inception_command(project: Project, out: Path) -> None:
    """Write into DIR what INCEpTION needs to annotate with our model, with steps in README.txt.

    project.zip is a whole project; layers/ and tagsets/ hold the same in parts, register.ttl the register as
    a knowledge base, guidelines.html what to mark and how, from the ontology.
    """
    files = inception_files(project)
    write_files(files, out)
    click.echo(visible(f"wrote {len(files)} files to {out}"), err=True)


COMMANDS = (tools_group,)
