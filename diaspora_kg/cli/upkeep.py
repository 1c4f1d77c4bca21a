"""Commands that look after a project: trust, doctor."""

from __future__ import annotations

import sys

import click

from diaspora_kg.cli.options import said, with_project
from diaspora_kg.errors import UsageError
from diaspora_kg.project import Project
from diaspora_kg.trust import OwnScript, own_scripts
from diaspora_kg.visible import visible


@click.command("trust")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option("--withdraw", is_flag=True, help="Trust none of this project's scripts any longer.")
@with_project
def trust_command(project: Project, yes: bool, withdraw: bool) -> None:
    """Let the project's own reader scripts (ingest/*.py) run, as they are now.

    A script is a program: it may do whatever you may. Read it first. What you say is kept in your own
    configuration folder, not in the project; a script that changes, or a file beside it that it may import,
    is asked about again.
    """
    scripts = own_scripts(project)
    if withdraw:
        said().give(project, ())
        click.echo("No script of this project is trusted.")
        return
    if not scripts:
        click.echo("This project has no reader scripts of its own; there is nothing to trust.")
        return
    states = [_told(project, script) for script in scripts]
    if all(states):
        return
    if not yes:
        _ask()
    said().give(project, scripts)
    click.echo(f"Trusted: {visible(', '.join(script.file for script in scripts))}")


def _told(project: Project, script: OwnScript) -> bool:
    """Show one script; whether it is trusted as it is."""
    former = said().known(project).get(script.file)
    state = (
        "trusted" if former == script.stamp else "changed since you trusted it" if former else "not trusted"
    )
    lines = len(script.path.read_bytes().splitlines())
    click.echo(visible(f"{script.file}  {lines} lines, SHA-256 {script.sha256[:12]}: {state}"))
    return former == script.stamp


def _ask() -> None:
    if not sys.stdin.isatty():
        raise UsageError("There is nobody to ask. Read the scripts, then: dkg trust --yes")
    if not click.confirm(
        "They are programs, and may do whatever you may. Have you read them, and trust them?"
    ):
        raise UsageError("Nothing was trusted.")


COMMANDS = (trust_command,)
