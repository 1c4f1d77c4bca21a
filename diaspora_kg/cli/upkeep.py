"""Commands that look after a project: trust, doctor."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import click

from diaspora_kg.cli.options import examples, said, with_folder, with_output, with_project
from diaspora_kg.doctor import Level, Line, as_json, as_text, examine, libraries
from diaspora_kg.errors import UsageError
from diaspora_kg.project import Project
from diaspora_kg.trust import STORE, OwnScript, may_run, own_scripts, store_stamp
from diaspora_kg.visible import visible


@click.command(
    "trust",
    short_help="Let the project's own reader scripts run, and its server be asked.",
    epilog=examples("dkg trust", "dkg trust --withdraw"),
)
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option("--withdraw", is_flag=True, help="Trust neither scripts nor server of this project any longer.")
@with_project
def trust_command(project: Project, yes: bool, withdraw: bool) -> None:
    """Let the project's own reader scripts (ingest/*.py) run, and the store of dkg.toml be asked.

    A script is a program: it may do whatever you may. Read it first. What you say holds for
    scripts and store as they are now, and is kept in your own
    configuration folder, not in the project; a script that changes, or a file beside it that it may import,
    is asked about again. To the store goes the whole graph, and it answers what you ask.
    """
    scripts = own_scripts(project)
    if withdraw:
        said().give(project, ())
        click.echo("No script of this project is trusted.")
        return
    if not scripts and not project.store:
        click.echo("This project has no reader scripts of its own; there is nothing to trust.")
        return
    states = [_told(project, script) for script in scripts]
    if project.store:
        states.append(_told_store(project))
    if all(states):
        return
    if not yes:
        _ask(scripts)
    said().give(project, scripts, store=True)
    names = [*(script.file for script in scripts), *([project.store["url"]] if project.store else [])]
    click.echo(f"Trusted: {visible(', '.join(names))}")


def _told_store(project: Project) -> bool:
    """Show the server that holds the graph; whether it is trusted as it is."""
    former = said().known(project).get(STORE)
    trusted = former == store_stamp(project)
    state = "trusted" if trusted else "changed since you trusted it" if former else "not trusted"
    written = ("url", "query", "update", "graphs")
    places = ", ".join(project.store[key] for key in written if key in project.store)
    click.echo(visible(f"store {places}: {state}"))
    return trusted


def _told(project: Project, script: OwnScript) -> bool:
    """Show one script; whether it is trusted as it is."""
    former = said().known(project).get(script.file)
    state = (
        "trusted" if former == script.stamp else "changed since you trusted it" if former else "not trusted"
    )
    lines = len(script.path.read_bytes().splitlines())
    click.echo(visible(f"{script.file}  {lines} lines, SHA-256 {script.sha256[:12]}: {state}"))
    return former == script.stamp


def _ask(scripts: Sequence[OwnScript]) -> None:
    if not sys.stdin.isatty():
        what = "Read the scripts" if scripts else "Look at the address"
        raise UsageError(f"There is nobody to ask. {what}, then: dkg trust --yes")
    programs = "They are programs, and may do whatever you may. Have you read them, and trust them?"
    server = "The whole graph goes there. Is that the server that is meant?"
    if not click.confirm(programs if scripts else server):
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
