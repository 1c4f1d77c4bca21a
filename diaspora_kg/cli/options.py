"""Options that every command takes, and the project that they name."""

from __future__ import annotations

import functools
import os
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from diaspora_kg.credentials import Credentials
from diaspora_kg.project import Project
from diaspora_kg.trust import Said, may_ask
from diaspora_kg.visible import visible

if TYPE_CHECKING:
    from diaspora_kg.queries.opened import Opened

Command = Callable[..., Any]


def examples(*commands: str) -> str:
    """What ``--help`` shows below the options."""
    return "\b\nExamples:\n" + "\n".join(f"  {command}" for command in commands)


def with_verbose(command: Command) -> Command:
    """``--verbose``: more about what happens, a traceback when something ends the run."""

    def remember(ctx: click.Context, _parameter: click.Parameter, value: bool) -> None:
        ctx.find_root().meta["diaspora_kg.verbose"] = value

    return click.option(
        "--verbose", is_flag=True, expose_value=False, is_eager=True, callback=remember, help="Say more."
    )(command)


def with_folder(command: Command) -> Command:
    """``--project DIR`` as a path: for a command that also works where ``dkg.toml`` cannot be read."""
    option = click.option(
        "--project",
        "folder",
        type=click.Path(file_okay=False, path_type=Path),
        default=".",
        show_default="this folder",
        help="The project's folder, where dkg.toml lies.",
    )
    return with_verbose(option(command))


def with_project(command: Command) -> Command:
    """``--project DIR``: the command gets the project that is read from it."""

    @functools.wraps(command)
    def wired(folder: Path, **values: object) -> object:
        project = replace(Project.load(folder), credentials=credentials())
        if project.store:
            project = replace(project, asks=may_ask(project, said().stamps(project)))
        return command(project=project, **values)

    return with_folder(wired)


def credentials() -> Credentials | None:
    """The store's name and password, which only the environment says; raises as ``Credentials.given``."""
    return Credentials.given(*(os.environ.get(f"DKG_STORE_{end}") for end in ("ORIGIN", "USER", "PASSWORD")))


def with_output(names: Iterable[str], default: str) -> Callable[[Command], Command]:
    """``--output``: the form of an answer."""
    choice = click.Choice(list(names))
    return click.option("--output", "form", type=choice, default=default, show_default=True, help="The form.")


def with_format(names: Iterable[str]) -> Callable[[Command], Command]:
    """``--format``: the form of findings."""
    choice = click.Choice(list(names))
    return click.option(
        "--format", "form", type=choice, default="text", show_default=True, help="The form of the findings."
    )


def with_strict(command: Command) -> Command:
    """``--strict``: warnings count."""
    return click.option("--strict", is_flag=True, help="Count warnings as violations.")(command)


def said() -> Said:
    """What this user has said of whose scripts may run: in ``$XDG_CONFIG_HOME/diaspora-kg`` on Linux."""
    return Said(Path(click.get_app_dir("diaspora-kg")).absolute())


def with_trust(command: Command) -> Command:
    """``--trust``: run all of the project's own reader scripts; else those that ``dkg trust`` knows.

    Stands below :func:`with_project`, whose project it needs.
    """
    text = (
        "Run the project's own ingest/*.py (they are programs: read them first), and ask the store of "
        "dkg.toml. See dkg trust."
    )

    @click.option("--trust", "every", is_flag=True, help=text)
    @functools.wraps(command)
    def wired(project: Project, every: bool, **values: object) -> object:
        if every and project.store:
            project = replace(project, asks=True)
        return command(project=project, trusted=every or said().stamps(project), **values)

    return wired


def with_jobs(command: Command) -> Command:
    """``--jobs N``: worker processes."""
    return click.option(
        "--jobs", type=click.IntRange(1), default=1, show_default=True, help="Worker processes."
    )(command)


def with_executor(command: Command) -> Command:
    """``--executor dask://HOST:PORT``: a cluster in place of processes here."""
    text = "Read and prepare articles on the Dask cluster of this scheduler: dask://HOST:PORT."
    return click.option("--executor", metavar="URL", help=text)(command)


def with_endpoint(command: Command) -> Command:
    """``--endpoint URL``: ask a remote store."""
    return click.option(
        "--endpoint", metavar="URL", help="Ask this SPARQL endpoint instead of the project's own graph."
    )(command)


def tell_notice(graph: Opened) -> None:
    """Say how the server that is asked differs from what is published here."""
    if graph.notice:
        click.echo(visible(graph.notice), err=True)
