"""The command that says what is wrong: check. A build needs fewer modules, and is quicker without."""

from __future__ import annotations

import sys
from itertools import groupby
from pathlib import Path

import click

from diaspora_kg.check import CheckReport, check
from diaspora_kg.cli.log import steps, verbose
from diaspora_kg.cli.options import examples, with_format, with_jobs, with_project, with_strict, with_trust
from diaspora_kg.cli.progress import bar
from diaspora_kg.project import Project
from diaspora_kg.reports import FORMATS, tally
from diaspora_kg.trust import Trusted
from diaspora_kg.visible import visible


@click.command(
    "check",
    short_help="Say what is wrong, on which line, and how to mend it.",
    epilog=examples(
        "dkg check",
        "dkg check articles/first.yaml --explain",
        "dkg check --lock",
        "dkg check --format junit > findings.xml",
    ),
)
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@click.option("--explain", is_flag=True, help="Show every default that was taken, and why.")
@click.option("--lock", is_flag=True, help="Write x.lock beside each annotation whose text is at hand.")
@with_format(FORMATS)
@with_strict
@with_jobs
@with_project
@with_trust
def check_command(
    project: Project,
    paths: tuple[Path, ...],
    explain: bool,
    lock: bool,
    form: str,
    strict: bool,
    trusted: Trusted,
    jobs: int,
) -> None:
    """Say what is wrong with the annotations: all of them, or those at PATHS (files or folders).

    Each finding has file, line, the words written there and how to mend it. A violation keeps its
    article out of the graph, a warning or info does not. Nothing is changed, and no graph is needed.
    With PATHS, rules that look at several articles at once are left out.
    """
    with bar(hidden=verbose()) as shown, steps(project, shown) as progress:
        report = check(project, paths, lock=lock, trusted=trusted, jobs=jobs, progress=progress)
    click.echo(FORMATS[form](report.findings), nl=bool(report.findings) or form != "text")
    if explain:
        _explain(report, to_stderr=form != "text")
    for file in report.locks:
        click.echo(f"wrote {visible(file)}", err=True)
    click.echo(f"checked: {tally(report.findings)}", err=True)
    if paths:
        click.echo("rules that look at several articles at once were left out: dkg check", err=True)
    sys.exit(report.exit_code(strict=strict))


def _explain(report: CheckReport, *, to_stderr: bool) -> None:
    for article in report.explained:
        for (line, node), defaults in groupby(article.defaults, key=lambda d: (d.line, d.node)):
            click.echo(visible(f"{article.file}:{line}: {node}"), err=to_stderr)
            for default in defaults:
                click.echo(visible(f"    {default.slot} = {default.value} ({default.why})"), err=to_stderr)


COMMANDS = (check_command,)
