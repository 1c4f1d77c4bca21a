"""The two ways of a build: on what the last one left, and from nothing.

The state changes in one transaction, after the snapshot was published.
"""

from __future__ import annotations

import json
import shutil
from collections import Counter
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

from diaspora_kg.build.assemble import Assembly
from diaspora_kg.build.derived import index_nodes
from diaspora_kg.build.folders import settle
from diaspora_kg.build.ground import Ground, calm_down, calm_in, is_caught_up, mark
from diaspora_kg.build.inflow import Inflow, begin_inflow
from diaspora_kg.build.joined import Held, StartOverError, join_records, joined_keys, wait_for
from diaspora_kg.build.options import Options
from diaspora_kg.build.outcome import all_findings, read_findings, tell, told
from diaspora_kg.build.pieces import Previous, previous
from diaspora_kg.build.pins import pinned, unpin
from diaspora_kg.build.plan import decide, prepare_all
from diaspora_kg.build.publish import begin_index, core, manifest, publish, same, seal
from diaspora_kg.build.questions import put_queries, stamp
from diaspora_kg.build.report import BuildReport
from diaspora_kg.build.sources import Sources
from diaspora_kg.build.spool import Spool
from diaspora_kg.build.taken_up import (
    INDEX,
    STORE,
    HalfMade,
    begin,
    forget,
    new_store,
    new_writer,
)
from diaspora_kg.build.team import Team
from diaspora_kg.build.work import Work
from diaspora_kg.errors import Finding, RunStopped
from diaspora_kg.index import Index, Writer
from diaspora_kg.pipeline import Progress
from diaspora_kg.pipeline.decided import decided_keys
from diaspora_kg.pipeline.pool import Executor
from diaspora_kg.pipeline.scan import Scan
from diaspora_kg.pipeline.setting import MAPPING
from diaspora_kg.state import LEFT, State
from diaspora_kg.store import EmbeddedStore, Snapshot, Snapshots
from diaspora_kg.store.snapshots import sync
from diaspora_kg.sums import Total

_NO_ARTICLE = "SELECT key FROM piece WHERE key NOT IN (SELECT key FROM article)"
_SLACK = 2_000_000_000  # ns; the coarsest clock of a file system still in use ticks every two seconds


def build_on(
    ground: Ground, state: State, executor: Executor, shown: Progress, held: Held, options: Options
) -> BuildReport:
    """A build on what the last one left; raises :class:`StartOverError` where that will not do."""
    if ground.base is None:
        raise StartOverError
    with ExitStack() as opened:
        sources = _sources(ground, state, executor, shown, opened)
        changed = sources.changed_files(int(state.meta("scanned")) - _SLACK)
        pins = pinned(ground.project.derived)
        caught_up = is_caught_up(ground, state)
        if pins and not caught_up:
            changed = sources.looked.rewritten(changed)
        calm = calm_in(ground, state) and state.meta("queries") == stamp(ground.project)
        if calm and not changed and (caught_up or pins):
            return _unchanged(ground, state, pinned_now=bool(pins), every=options.every)
        if pins and not caught_up:
            raise StartOverError
        changed |= sources.pending()
        waiting = "SELECT key FROM pending UNION SELECT key FROM alone"
        sources.touched |= {key for (key,) in state.rows(waiting)}
        sources.read(changed)
        number, path = Snapshots(ground.project.derived).prepare()
        begin_index(ground.base, path)
        index = opened.enter_context(Index(ground.base.index))
        kinds = Counter[str](json.loads(state.meta("kinds")))
        writer = Writer(path / "index.sqlite", index, Total.read(state.meta("index")), kinds)
        opened.callback(writer.abandon)
        store = EmbeddedStore(ground.project.derived / "store")
        opened.callback(store.close)
        content = Total.read(state.meta("content"))
        before = Previous(ground.base, store=store, index=index)
        work = Work(ground.setting, state, store, writer, before, _spool(ground, opened), False, content)
        return _finish(ground, sources, work, number, path, held, options=options)


def build_anew(
    ground: Ground, executor: Executor, team: Team, shown: Progress, held: Held, options: Options
) -> BuildReport:
    """A build from nothing; articles that are not valid stay as the last snapshot has them."""
    derived = ground.project.derived
    with ExitStack() as opened:
        crew = opened.enter_context(team.crew(ground.setting))
        before = opened.enter_context(previous(ground.project, MAPPING))
        sources, todo, rest = begin(
            ground, before, held, lambda state: _sources(ground, state, executor, shown, opened), opened
        )
        state = sources.state
        number, path = Snapshots(derived).prepare()
        writer = new_writer(derived / INDEX)
        opened.callback(writer.abandon)
        store = new_store(derived / STORE, kept=bool(state.meta("loaded")))
        opened.push(HalfMade(derived))
        opened.callback(store.close)
        work = Work(ground.setting, state, store, writer, before, _spool(ground, opened), True, Total())
        vocabulary = ground.project.names.graph("vocabulary")
        work.loose(vocabulary, sorted(set(ground.setting.ontology.quads(vocabulary))))
        register, decided = sources.register, decided_keys(ground.setting)
        if register is None or not register.seems_valid or decided is None:
            sources.note_all()
            sources.follow(todo)  # then it stops, and says what was found of files
            return _finish(ground, sources, work, number, path, held, options=options)
        inflow = begin_inflow(sources, work, crew, register.entries, decided, rest, opened)
        if not inflow.first(sources.groups(todo), sources.note_all):
            inflow.close()
            sources.follow(todo)
            return _finish(ground, sources, work, number, path, held, options=options)
        return _finish(ground, sources, work, number, path, held, options=options, inflow=inflow)


def _sources(ground: Ground, state: State, executor: Executor, shown: Progress, opened: ExitStack) -> Sources:
    workers = opened.enter_context(executor.crew(ground.setting))
    return Sources(ground.setting, state, ground.scan, _spool(ground, opened), workers, shown)


def _spool(ground: Ground, opened: ExitStack) -> Spool:  # type: ignore[type-arg]
    spool: Spool[object] = Spool(ground.project.derived)
    opened.callback(spool.close)
    return spool


def _finish(
    ground: Ground,
    sources: Sources,
    work: Work,
    number: int,
    path: Path,
    held: Held,
    *,
    options: Options,
    inflow: Inflow | None = None,
) -> BuildReport:
    state, derived = work.state, ground.project.derived
    put_queries(work)
    if why := _join(sources, work, held):
        return _stopped(work, why, path, read_findings(state), every=options.every)
    if inflow is None:
        prepare_all(sources, work)
    else:
        inflow.second()
    gone = decide(sources, work, allow_deletions=options.allow_deletions)
    wait_for(work, held)
    mark(derived)
    sources.shown.step("Deriving and checking the whole graph")
    assembly = Assembly(work, options.jobs, lambda: _tidy(work, ground.scan))
    stopped = assembly.settle()
    wait_for(work, held, assembly.met)
    registered = () if sources.register is None else ("",)
    assembly.refresh({*sources.touched, *gone, *work.held, *registered})
    _note_held(sources, work)
    if not work.fresh:
        settle(state, ground.scan, anew=False)
    tell(ground.scan, ground.findings, work)
    if stopped:
        return _stopped(work, stopped, path, all_findings(state), every=options.every)
    assembly.remember()
    if inflow is not None:
        inflow.end()
    sources.shown.step("Publishing")
    return _published(ground, work, gone, number, path, every=options.every)


def _note_held(sources: Sources, work: Work) -> None:
    """Note which articles wait, and no longer those that were looked at and do not."""
    work.state.fill("pending", work.held.items())
    for key in sources.touched - work.held.keys():
        work.state.do("DELETE FROM pending WHERE key = ?", key)


def _tidy(work: Work, scan: Scan) -> None:
    """Do what does not wait for derived quads, in a build from nothing."""
    work.index.tidy()  # it gets what waited for it
    work.state.index()
    settle(work.state, scan, anew=True)
    work.state.commit()


def _join(sources: Sources, work: Work, held: Held) -> str:
    """Put in what all articles share; why the build cannot go on, if it cannot."""
    if not join_records(sources, work, held):
        return "decisions.tsv cannot be read, and every record may depend on it."
    register = sources.register
    if register is not None:
        if not register.valid:
            return "register.yaml has a violation, and every article may depend on it."
        work.register(register.mapped)
    return ""


def _index(work: Work) -> None:
    """Bring the rows of nodes up to date."""
    index_nodes(work)
    joined_keys(work)


def _published(
    ground: Ground, work: Work, gone: dict[str, str], number: int, path: Path, *, every: bool
) -> BuildReport:
    state, derived = work.state, ground.project.derived
    _index(work)
    work.save_totals()
    articles, unlisted = told(state, set(work.changed), gone, every=every)
    findings = all_findings(state)
    made = manifest(work, number)
    now = None if work.before.damaged else Snapshots(derived).current()
    behind = not work.fresh and not is_caught_up(ground, state)
    if behind and now is not None and made.inputs != now.manifest.inputs:
        raise StartOverError
    report = BuildReport(articles, findings, made.counts, now, unlisted=unlisted)
    if made.inputs in pinned(derived):
        shutil.rmtree(path, ignore_errors=True)
        return replace(report, pinned=True, counts=now.manifest.counts if now else {})
    identical = now is not None and same(now.manifest, made)
    if now is None or not identical:
        snapshot = publish(work, made, path)
    else:
        snapshot = now
        shutil.rmtree(path, ignore_errors=True)
    if work.fresh:
        work.store.close()
        shutil.rmtree(derived / "store", ignore_errors=True)
        (derived / "store.new").replace(derived / "store")
    _note(ground, state, snapshot, made.inputs)
    if work.fresh:
        state.close()
        for end in (*LEFT, ""):
            (derived / f"state.sqlite{end}").unlink(missing_ok=True)
        sync(state.path)
        state.path.replace(derived / "state.sqlite")
        sync(derived)
    calm_down(derived)
    unpin(derived)
    Snapshots(derived).prune(ground.project.keep, snapshot.manifest.number)
    return replace(report, snapshot=snapshot, published=not identical, identical=identical)


def _note(ground: Ground, state: State, snapshot: Snapshot, inputs: str) -> None:
    """What the next build must know of this one."""
    state.put("snapshot", str(snapshot.manifest.number))
    state.put("inputs", inputs)
    state.put("seal", seal(snapshot))
    state.put("core", core(ground.setting))
    state.put("stamp", ground.setting.stamp)
    state.put("scanned", str(ground.started))
    forget(state)
    calm_in(ground, state)
    state.commit()


def _unchanged(ground: Ground, state: State, *, pinned_now: bool, every: bool) -> BuildReport:
    """Nothing was read; only the time of the look is noted, so that young files grow old."""
    snapshot = Snapshots(ground.project.derived).current()
    state.put("scanned", str(ground.started))
    state.commit()
    counts = snapshot.manifest.counts if snapshot else {}
    articles, unlisted = told(state, set(), {}, every=every)
    report = BuildReport(articles, all_findings(state), counts, snapshot, unlisted=unlisted)
    return replace(report, identical=not pinned_now, pinned=pinned_now)


def _stopped(work: Work, why: str, path: Path, findings: tuple[Finding, ...], *, every: bool) -> BuildReport:
    shutil.rmtree(path, ignore_errors=True)
    state = work.state
    try:
        now = Snapshots(work.setting.project.derived).current()
    except RunStopped:
        now = None
    state.do(f"INSERT OR IGNORE INTO alone {_NO_ARTICLE}")  # as it would be noted at the end
    articles, unlisted = told(state, set(work.changed), {}, every=every)
    return BuildReport(articles, findings, snapshot=now, stopped=why, unlisted=unlisted)
