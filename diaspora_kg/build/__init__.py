"""`dkg build`: read all, prepare all, put the graph together, publish it.

An article with a violation is not published; its last valid version stays. Every other one is. What was
published before goes on answering until something valid replaces it.
"""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from diaspora_kg.build.assemble import Assembly, assemble
from diaspora_kg.build.content import index_content
from diaspora_kg.build.lock import one_writer
from diaspora_kg.build.pieces import Piece, Previous, outdated, previous
from diaspora_kg.build.plan import Plan, plan, told
from diaspora_kg.build.publish import keep_store, manifest, publish, remember, same
from diaspora_kg.build.report import ArticleReport, BuildReport, Status
from diaspora_kg.build.weight import weigh
from diaspora_kg.errors import Finding, RunStopped
from diaspora_kg.pipeline import Progress, Quiet, Run, run
from diaspora_kg.pipeline.setting import MAPPING
from diaspora_kg.project import Project
from diaspora_kg.store import EmbeddedStore, Snapshots
from diaspora_kg.trust import Trusted

__all__ = ["ArticleReport", "BuildReport", "Options", "Status", "build"]


@dataclass(frozen=True, slots=True)
class Options:
    """What the command line says about one build."""

    jobs: int = 1
    allow_deletions: bool = False
    trusted: Trusted = False


def build(project: Project, options: Options = Options(), progress: Progress | None = None) -> BuildReport:
    """Build the whole graph and publish it if it differs from what is published.

    Raises :class:`RunStopped` when another build runs, when too many articles would leave, and when the
    disk refuses; what was published stays.
    """
    shown = progress or Quiet()
    with _disk(), one_writer(project.derived), previous(project, MAPPING) as before:
        hold: frozenset[str] = frozenset()
        told: set[Finding] = set()
        while True:
            try:
                report = _attempt(project, options, before, hold, shown)
            except _DecisionsWaitError as wait:
                hold |= wait.keys
                told.update(wait.findings)
            else:
                return replace(report, findings=tuple(sorted({*report.findings, *told})))


class _DecisionsWaitError(Exception):
    """Old pieces go into the graph and speak of these records as published: decisions must wait.

    ``findings`` are those of the whole graph for which articles went back to their old pieces.
    """

    def __init__(self, keys: frozenset[str], findings: Iterable[Finding]) -> None:
        super().__init__(", ".join(sorted(keys)))
        self.keys = keys
        self.findings = tuple(findings)


def _attempt(
    project: Project, options: Options, before: Previous, hold: frozenset[str], shown: Progress
) -> BuildReport:
    published = before.identity(project.names)
    done = run(
        project, jobs=options.jobs, trusted=options.trusted, progress=shown, published=published, hold=hold
    )
    planned = plan(done, before, allow_deletions=options.allow_deletions)

    def settle(pieces: Mapping[str, Piece], old: Iterable[str], why: Iterable[Finding] = ()) -> None:
        """Raise :class:`_DecisionsWaitError` if one of these old pieces is out of date."""
        stale = [pieces[key] for key in old if key in pieces]
        waits = outdated(stale, published.canonical, done.identity.canonical, project.names)
        if not waits <= hold:
            raise _DecisionsWaitError(waits, why)

    settle(planned.pieces, planned.kept)
    return _built(done, planned, before, shown, settle)


def _built(
    done: Run,
    planned: Plan,
    before: Previous,
    shown: Progress,
    settle: Callable[[Mapping[str, Piece], Iterable[str], Iterable[Finding]], None],
) -> BuildReport:
    findings = (*done.all_findings(), *planned.findings)
    report = BuildReport(findings=findings, snapshot=before.snapshot)
    if not done.register.valid:
        return replace(report, stopped="register.yaml has a violation, and every article may depend on it.")
    if not done.identity.readable:
        return replace(report, stopped="decisions.tsv cannot be read, and every record may depend on it.")
    work = Assembly(dict(planned.pieces), dict(planned.changed))
    with _new_store(done.setting.project.derived) as store:
        shown.step("Deriving and checking the whole graph")
        assemble(store, done, work)
        settle(work.pieces, work.held, work.findings)
        report = replace(report, findings=tuple(sorted({*findings, *work.findings})))
        if work.stopped:
            return replace(report, stopped=work.stopped, articles=told(done, planned, work))
        shown.step("Publishing")
        return _published(store, done, work, replace(report, articles=told(done, planned, work)))


def _published(store: EmbeddedStore, done: Run, work: Assembly, report: BuildReport) -> BuildReport:
    project = done.setting.project
    weights = weigh(store)
    others = (done.register.mapped, done.identity.mapped)
    content = index_content(store, project.names, work.pieces.values(), others, done.identity.canonical)
    number, path = Snapshots(project.derived).prepare()
    made = manifest(done, number, weights, content)
    identical = report.snapshot is not None and same(report.snapshot.manifest, made)
    if report.snapshot is None or not identical:
        snapshot = publish(project, store, content, made, path)
    else:
        snapshot = report.snapshot
        path.rmdir()
    store.close()
    keep_store(project.derived)
    remember(done, report.articles, report.findings, weights, snapshot)
    return replace(
        report, snapshot=snapshot, counts=made.counts, published=not identical, identical=identical
    )


@contextmanager
def _new_store(derived: Path) -> Iterator[EmbeddedStore]:
    path = derived / "store.new"
    shutil.rmtree(path, ignore_errors=True)
    store = EmbeddedStore(path)
    try:
        yield store
    finally:
        store.close()
        shutil.rmtree(path, ignore_errors=True)


@contextmanager
def _disk() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        where = f" ({error.filename})" if error.filename else ""
        raise RunStopped(f"{_REFUSED}: {error.strerror or error}{where}. {_STAYS}") from error
    except sqlite3.Error as error:
        raise RunStopped(f"{_REFUSED}: {error}. {_STAYS}") from error


_REFUSED = "The disk refused"
_STAYS = "What was published before stays."
