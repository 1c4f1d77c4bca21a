"""What ``dkg build`` does and says: it loads nearly everything, so the command begins without it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace

import click

from diaspora_kg import __version__
from diaspora_kg.build import BuildReport, Options, Status, build, rollback
from diaspora_kg.cli.log import LOG, steps, verbose
from diaspora_kg.cli.progress import bar
from diaspora_kg.cli.sending import send
from diaspora_kg.errors import Finding
from diaspora_kg.pipeline import Words
from diaspora_kg.pipeline.pool import Executor
from diaspora_kg.project import Project
from diaspora_kg.reports import counted, tally
from diaspora_kg.visible import visible

_SHOWN = 20  # articles of one status that a build names; its log names all


def built(
    project: Project, options: Options, executor: str | None, form: Callable[[Sequence[Finding]], str]
) -> BuildReport:
    """Build, say what came of it, and send it to the project's server; raises :class:`DkgError`."""
    with _cluster(executor, options.jobs) as cluster, bar(hidden=verbose()) as shown, \
         steps(project, shown, kept=True) as progress:  # fmt: skip
        LOG.info("dkg %s: build with %s", __version__, executor or f"{options.jobs} jobs")
        report = build(project, replace(options, executor=cluster), progress)
        progress.end()
        for line in _told(report):
            LOG.info("%s", line)
    findings = form(report.findings)
    click.echo(findings, nl=bool(findings))
    for line in _told(report, _SHOWN):
        click.echo(visible(line), err=True)
    send(project)
    return report


def withdrawn(project: Project) -> None:
    """Withdraw what is published, and say what is published again; raises :class:`DkgError`."""
    report = rollback(project)
    if report.snapshot is not None:
        name = report.snapshot.path.name
        click.echo(f"published again is snapshot {name}, until something that is read changes", err=True)
    send(project)


def _cluster(address: str | None, jobs: int) -> AbstractContextManager[Executor | None]:
    if address is None:
        return nullcontext()
    from diaspora_kg.pipeline.cluster import Dask  # noqa: PLC0415 - asyncio, which nothing else here wants

    return Dask(address, jobs)


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
