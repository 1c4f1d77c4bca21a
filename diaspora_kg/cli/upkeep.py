"""Commands that look after a project: trust, doctor."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from diaspora_kg.cli.options import examples, said, with_folder, with_output, with_project
from diaspora_kg.doctor import Level, Line, as_json, as_text, examine, libraries
from diaspora_kg.errors import UsageError
from diaspora_kg.project import Project
from diaspora_kg.trust import OwnScript, may_run, own_scripts
from diaspora_kg.visible import visible


@click.command(
    "trust",
    short_help="Let the project's own reader scripts run.",
    epilog=examples("dkg trust", "dkg trust --withdraw"),
)
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


@click.command(
    "doctor",
    short_help="Say whether the project is in order, and what to do if not.",
    epilog=examples("dkg doctor", "dkg doctor --output json"),
)
@with_output(["text", "json"], "text")
@with_folder
def doctor_command(folder: Path, form: str) -> None:
    """Look at versions, settings, scripts, locks and what was built; nothing is changed.

    Exit codes: 0 in order (notes are only worth knowing), 1 something is wrong, 2 dkg.toml cannot be read.
    What the articles say is for dkg check.
    """
    lines = list(libraries())
    code = 0
    try:
        project = Project.load(folder)
        lines += examine(project, _waiting(project))
        code = int(any(line.level is Level.WRONG for line in lines))
    except UsageError as error:
        lines.append(Line(Level.WRONG, "settings", str(error)))
        code = error.exit_code
    click.echo(as_json(lines) if form == "json" else "\n".join(map(visible, as_text(lines))))
    sys.exit(code)


def _waiting(project: Project) -> tuple[OwnScript, ...]:
    trusted = said().stamps(project)
    return tuple(script for script in own_scripts(project) if not may_run(script, trusted))


COMMANDS = (trust_command, doctor_command)
