"""The command that makes the graph: build."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace

import click

from diaspora_kg import __version__
from diaspora_kg.build import BuildReport, Options, Status, build, rollback
from diaspora_kg.cli.log import LOG, steps, verbose
from diaspora_kg.cli.options import (
    examples,
    with_executor,
    with_format,
    with_jobs,
    with_project,
    with_strict,
    with_trust,
)
from diaspora_kg.cli.progress import bar
from diaspora_kg.cli.sending import send
from diaspora_kg.errors import UsageError
from diaspora_kg.pipeline import Words
from diaspora_kg.pipeline.pool import Executor
from diaspora_kg.project import Project
from diaspora_kg.reports import FORMATS, counted, tally
from diaspora_kg.trust import Trusted
from diaspora_kg.visible import visible

_SHOWN = 20  # articles of one status that a build names; its log names all


@click.command(
    "build",
    short_help="Make the validated graph and publish it.",
    epilog=examples("dkg build", "dkg build --strict --jobs 4"),
)
@click.option("--full", is_flag=True, help="Read and build everything again, from nothing.")
@click.option("--rollback", "back", is_flag=True, help="Withdraw what is published: the one before answers.")
@click.option("--allow-deletions", is_flag=True, help="Let more than a tenth of the articles leave.")
@with_format(FORMATS)
@with_strict
@with_jobs
@with_executor
@with_project
@with_trust
def build_command(
    project: Project,
    full: bool,
    back: bool,
    allow_deletions: bool,
    form: str,
    strict: bool,
    trusted: Trusted,
    jobs: int,
    executor: str | None,
) -> None:
    """Make the validated graph and publish it: all of it at once, or nothing.

    An article with a violation is held back and every other one is built; of it, what was published
    before stays until it is mended. Then ask: dkg query list.

    Where dkg.toml names a store, what changed is sent there as soon as it is published here.
    """
    if back and (full or allow_deletions or executor is not None):
        raise UsageError("--rollback builds nothing: use it alone.")
    project.may_ask()
    if back:
        _tell_rollback(rollback(project))
        send(project)
        return
    options = Options(jobs=jobs, allow_deletions=allow_deletions, trusted=trusted, full=full, every=False)
    with _cluster(executor, jobs) as cluster, bar(hidden=verbose()) as shown, \
         steps(project, shown, kept=True) as progress:  # fmt: skip
        LOG.info("dkg %s: build with %s", __version__, executor or f"{jobs} jobs")
        report = build(project, replace(options, executor=cluster), progress)
        progress.end()
        for line in _told(report):
            LOG.info("%s", line)
    click.echo(FORMATS[form](report.findings), nl=bool(report.findings) or form != "text")
    for line in _told(report, _SHOWN):
        click.echo(visible(line), err=True)
    send(project)
    sys.exit(report.exit_code(strict=strict))


def _cluster(address: str | None, jobs: int) -> AbstractContextManager[Executor | None]:
    if address is None:
        return nullcontext()
    from diaspora_kg.pipeline.cluster import Dask  # noqa: PLC0415 - asyncio, which nothing else here wants

    return Dask(address, jobs)


def _tell_rollback(report: BuildReport) -> None:
    if report.snapshot is not None:
        name = report.snapshot.path.name
        click.echo(f"published again is snapshot {name}, until something that is read changes", err=True)


def _told(report: BuildReport, most: int | None = None) -> Iterator[str]:
    """What became of the articles; of each status that keeps one out, ``most`` of them by name."""
    for status in (Status.HELD_BACK, Status.REFUSED, Status.REMOVED):
        out = [article for article in report.articles if article.status is status]
        for article in out[:most]:
            yield f"{status}: {article.key} ({article.file}) {article.why}"
        if most is not None and len(out) > most:
            yield f"{status}: {counted(len(out) - most, 'more article')}; all of them stand in .dkg/log"
    absent = [article.key for article in report.articles if article.words is Words.LOCK]
    if absent:
        yield f"built from locks, the texts not being at hand: {', '.join(absent)}"
    states = ", ".join(f"{report.count(s)} {s}" for s in Status if report.count(s))
    many = counted(len(report.articles) + report.unlisted, "article")
    yield f"{many}: {states or 'none'}; {tally(report.findings)}"
    if report.pinned and report.snapshot:
        name = report.snapshot.path.name
        yield f"nothing was published: this was withdrawn. Snapshot {name} answers until an input changes"
    elif report.stopped:
        yield f"nothing was published: {report.stopped}"
    elif report.snapshot:
        shown = (("articles", "article"), ("nodes.claim", "claim"), ("quads", "quad"))
        size = ", ".join(counted(report.counts.get(name, 0), noun) for name, noun in shown)
        verb = "published" if report.published else "nothing new: still published is"
        yield f"{verb} snapshot {report.snapshot.path.name} ({size})"


COMMANDS = (build_command,)
