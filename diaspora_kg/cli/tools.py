"""Commands that set up annotation tools: tools brat, tools inception."""

from __future__ import annotations

from pathlib import Path

import click

from diaspora_kg.article import Node
from diaspora_kg.cli.group import Ordered
from diaspora_kg.cli.options import examples, with_project
from diaspora_kg.errors import UsageError
from diaspora_kg.pipeline.run import register_of
from diaspora_kg.pipeline.setting import Setting
from diaspora_kg.project import Project
from diaspora_kg.returned.brattools import brat_tools, write
from diaspora_kg.returned.tools import inception_files
from diaspora_kg.visible import visible


@click.group("tools", cls=Ordered, short_help="Set up annotation tools with our model.")
def tools_group() -> None:
    """Set up annotation tools, so that a team can begin to annotate with our model."""


@tools_group.command(
    "brat",
    short_help="Write a folder for brat: labels, rules, guidelines, register.",
    epilog=examples("dkg tools brat /srv/brat/data/norland"),
)
@click.argument("out", metavar="DIR", type=click.Path(file_okay=False, path_type=Path))
@with_project
def brat_command(project: Project, out: Path) -> None:
    """Write a folder DIR for brat: our tag set with its rules, guidelines, an example and the register.

    Put texts into it, and brat shows them with our labels. `dkg export annotations --format brat` writes
    the articles of a project as brat shows them.
    """
    setting, nodes = _known(project)
    files = brat_tools(project, setting.ontology, nodes)
    write(out, files)
    click.echo(visible(f"wrote {len(files)} files to {out}"), err=True)


@tools_group.command(
    "inception",
    short_help="Write a project for INCEpTION: layers, tag sets, guidelines, register.",
    epilog=examples("dkg tools inception for-inception"),
)
@click.argument("out", metavar="DIR", type=click.Path(file_okay=False, path_type=Path))
@with_project
def inception_command(project: Project, out: Path) -> None:
    """Write into DIR what INCEpTION needs to annotate with our model, with steps in README.txt.

    project.zip is a whole project; layers/ and tagsets/ hold the same in parts, register.ttl the register as
    a knowledge base, guidelines.html what to mark and how, from the ontology.
    """
    setting, nodes = _known(project)
    files = inception_files(project, setting.ontology, nodes)
    write(out, files)
    click.echo(visible(f"wrote {len(files)} files to {out}"), err=True)


def _known(project: Project) -> tuple[Setting, list[Node]]:
    """The setting and the register of a project; raises :class:`UsageError` for one with violations."""
    setting = Setting.of(project, ())
    register = register_of(setting)
    if not register.valid:
        raise UsageError("register.yaml has violations, so it is no register for annotators: dkg check")
    return setting, [entry.record for entry in register.entries if isinstance(entry.record, Node)]


COMMANDS = (tools_group,)
