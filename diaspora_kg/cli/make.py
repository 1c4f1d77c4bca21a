"""Commands that make: init, new, check, build, export."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from diaspora_kg.build import BuildReport, Options, Status, build
from diaspora_kg.check import CheckReport, check
from diaspora_kg.cli.options import (
    with_format,
    with_jobs,
    with_output,
    with_project,
    with_strict,
    with_trust,
    with_verbose,
)
from diaspora_kg.cli.progress import bar
from diaspora_kg.draft import draft
from diaspora_kg.export import FORMATS as GRAPH_FORMATS
from diaspora_kg.export import export
from diaspora_kg.init import init
from diaspora_kg.pipeline import Words
from diaspora_kg.project import Project
from diaspora_kg.reports import FORMATS, tally
from diaspora_kg.store import Snapshots
from diaspora_kg.visible import visible


@click.command("init")
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--demo", is_flag=True, help="With fictional articles, annotated, to look around in.")
@with_verbose
def init_command(folder: Path, demo: bool) -> None:
    """Make a project in FOLDER that builds at once."""
    made = init(folder, demo=demo)
    click.echo(f"Made {made}. Next: dkg build --project {made}")


@click.command("new")
@click.argument("text", type=click.Path(path_type=Path))
@with_project
def new_command(project: Project, text: Path) -> None:
    """Write a YAML skeleton for TEXT, an article's .txt file, beside it."""
    written = draft(project, text)
    click.echo(f"Wrote {written}. Fill it in, then: dkg check {written}")


@click.command("check")
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@click.option("--explain", is_flag=True, help="Show every default that was taken, and why.")
@click.option("--lock", is_flag=True, help="Write x.lock beside each annotation whose text is at hand.")
@with_format(FORMATS)
@with_strict
@with_trust
@with_jobs
@with_project
def check_command(
    project: Project,
    paths: tuple[Path, ...],
    explain: bool,
    lock: bool,
    form: str,
    strict: bool,
    trusted: bool,
    jobs: int,
) -> None:
    """Say what is wrong with the annotations (all, or those at PATHS); nothing is changed."""
    with bar() as progress:
        report = check(project, paths, lock=lock, trusted=trusted, jobs=jobs, progress=progress)
    click.echo(FORMATS[form](report.findings), nl=bool(report.findings) or form != "text")
    if explain:
        _explain(report, to_stderr=form != "text")
    for file in report.locks:
        click.echo(f"wrote {visible(file)}", err=True)
    click.echo(f"checked: {tally(report.findings)}", err=True)
    sys.exit(report.exit_code(strict=strict))


def _explain(report: CheckReport, *, to_stderr: bool) -> None:
    for article in report.explained:
        for default in article.defaults:
            taken = f"{default.node}: {default.slot} = {default.value} ({default.why})"
            click.echo(visible(f"{article.file}:{default.line}: {taken}"), err=to_stderr)


@click.command("build")
@click.option("--full", is_flag=True, help="Build everything again (as yet every build does).")
@click.option("--allow-deletions", is_flag=True, help="Let more than a tenth of the articles leave.")
@with_format(FORMATS)
@with_strict
@with_trust
@with_jobs
@with_project
def build_command(
    project: Project, full: bool, allow_deletions: bool, form: str, strict: bool, trusted: bool, jobs: int
) -> None:
    """Make the validated graph and publish it: all of it at once, or nothing."""
    del full  # every build is a full one as yet
    options = Options(jobs=jobs, allow_deletions=allow_deletions, trusted=trusted)
    with bar() as progress:
        report = build(project, options, progress)
    click.echo(FORMATS[form](report.findings), nl=bool(report.findings) or form != "text")
    _tell(report)
    sys.exit(report.exit_code(strict=strict))


def _tell(report: BuildReport) -> None:
    for article in report.articles:
        if article.status in {Status.HELD_BACK, Status.REFUSED, Status.REMOVED}:
            click.echo(visible(f"{article.status}: {article.key} ({article.file}) {article.why}"), err=True)
    absent = [article.key for article in report.articles if article.words is Words.LOCK]
    if absent:
        click.echo(f"built from locks, the texts not being at hand: {visible(', '.join(absent))}", err=True)
    states = ", ".join(f"{report.count(s)} {s}" for s in Status if report.count(s))
    click.echo(f"{len(report.articles)} articles: {states or 'none'}; {tally(report.findings)}", err=True)
    if report.stopped:
        click.echo(f"nothing was published: {visible(report.stopped)}", err=True)
    elif report.snapshot:
        shown = (("articles", "articles"), ("nodes.claim", "claims"), ("quads", "quads"))
        counted = ", ".join(f"{report.counts.get(name, 0)} {word}" for name, word in shown)
        verb = "published" if report.published else "nothing new: still published is"
        click.echo(f"{verb} snapshot {report.snapshot.path.name} ({counted})", err=True)


@click.group("export")
def export_group() -> None:
    """Take things out of a project."""


@export_group.command("graph")
@with_output(GRAPH_FORMATS, "nquads")
@with_project
def export_graph(project: Project, form: str) -> None:
    """Write the published graph to standard output; nquads is sorted by bytes."""
    with Snapshots(project.derived).reading() as snapshot:
        store = snapshot.store()
        try:
            export(store, form, sys.stdout.buffer)
        finally:
            store.close()


COMMANDS = (init_command, new_command, check_command, build_command, export_group)
