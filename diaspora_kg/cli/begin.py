"""Commands that begin: init, new."""

from __future__ import annotations

import shlex
from pathlib import Path

import click

from diaspora_kg.cli.options import examples, with_project, with_verbose
from diaspora_kg.draft import draft
from diaspora_kg.init import init
from diaspora_kg.project import Project
from diaspora_kg.visible import visible


@click.command(
    "init",
    short_help="Make a project that builds at once.",
    epilog=examples("dkg init mygraph", "dkg init look-around --demo"),
)
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--demo", is_flag=True, help="With fictional articles, annotated, to look around in.")
@with_verbose
def init_command(folder: Path, demo: bool) -> None:
    """Make a project in FOLDER that builds at once.

    FOLDER must not exist yet, or be empty. It gets settings, an empty register, the folder articles/,
    the annotation format in docs/ and the schemas for editors in .schema/.
    """
    made = init(folder, demo=demo)
    begin = "dkg build" if demo else "put a text into articles/NAME.txt, then: dkg new articles/NAME.txt"
    click.echo(f"Made {visible(str(made))}. Next: cd {shlex.quote(str(made))}, and {begin}")


@click.command(
    "new",
    short_help="Begin the annotation of a text.",
    epilog=examples("dkg new articles/first.txt"),
)
@click.argument("text", type=click.Path(path_type=Path))
@with_project
def new_command(project: Project, text: Path) -> None:
    """Write a YAML skeleton for TEXT, an article's .txt file, beside it.

    Title and language are guessed, and entries of the register whose names occur are suggested.
    docs/native-format.md in the project explains every key.
    """
    written = draft(project, text)
    click.echo(f"Wrote {written}. Fill it in, then: dkg check {written}")


COMMANDS = (init_command, new_command)
