"""What a build starts from: the project as it is now, and what the last build left.

While the store is changed, ``.dkg/writing`` says so. A build that finds it there, or whose snapshot does not
look as it was sealed, does not trust the store: it is made again from the snapshot of which the state
speaks, by links to its tables.
"""

from __future__ import annotations

import json
import shutil
import sqlite3
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from diaspora_kg import loader
from diaspora_kg.build.derived import FOLDER
from diaspora_kg.build.later import ROWS
from diaspora_kg.build.lines import LINES, OUTBOX
from diaspora_kg.build.options import Options
from diaspora_kg.build.outcome import plain
from diaspora_kg.build.packed import REGISTER
from diaspora_kg.build.publish import core, seal
from diaspora_kg.errors import Finding, RunStopped
from diaspora_kg.pipeline.scan import Scan, scan
from diaspora_kg.pipeline.setting import Setting
from diaspora_kg.project import Project
from diaspora_kg.state import LEFT, State
from diaspora_kg.store import Snapshot, Snapshots
from diaspora_kg.store.snapshots import copy_store, replace_text, sync


@dataclass(frozen=True)
class Ground:
    """What a build starts from: ``state`` is ``None`` when it must start from nothing."""

    project: Project
    setting: Setting
    findings: tuple[Finding, ...]
    scan: Scan
    started: int
    state: State | None = None
    base: Snapshot | None = None


def open_state(
    project: Project, options: Options, anew: Callable[[Setting], None] = lambda _: None
) -> Ground:
    """Look at the project, and at what the last build left; raises :class:`DkgError`.

    ``anew`` is called first where it is plain that the build will begin from nothing.
    """
    scripts, untrusted = loader.scripts(project, trusted=options.trusted)
    setting = Setting.of(project, scripts)
    glance = options.glance
    started = glance.begun if glance else time.time_ns()
    if options.full or not (project.derived / "state.sqlite").exists():
        anew(setting)
    ground = Ground(project, setting, untrusted, scan(project, setting.beside, glance), started)
    if glance:
        glance.close()
    for leftover in ("current.new", "writing.new", "pin.new"):
        (project.derived / leftover).unlink(missing_ok=True)
    shutil.rmtree(project.derived / "store.heal", ignore_errors=True)
    Snapshots(project.derived).sweep()  # here, since a build that finds nothing changed makes no snapshot
    found = ground if options.full else with_state(ground)
    if found.state is not None:
        sweep(project.derived)
    return found


def sweep(derived: Path) -> None:
    """Remove what a build from nothing that was ended left half made."""
    for name in ("state.sqlite.new", "index.new"):
        for end in ("", *LEFT):
            (derived / f"{name}{end}").unlink(missing_ok=True)
    for folder in ("store.new", FOLDER, OUTBOX):
        shutil.rmtree(derived / folder, ignore_errors=True)
    for name in (LINES, ROWS, REGISTER):
        (derived / name).unlink(missing_ok=True)


def with_state(ground: Ground) -> Ground:
    """The same ground with the state as the last build left it, and the store made to fit it."""
    project = ground.project
    try:
        state = State(project.derived / "state.sqlite")
    except sqlite3.DatabaseError:
        return replace(ground, state=None, base=None)
    base = _base(project, ground.setting, state)
    if base is None:
        state.close()
        return replace(ground, state=None, base=None)
    return replace(ground, state=state, base=base)


def _base(project: Project, setting: Setting, state: State) -> Snapshot | None:
    """The snapshot of which the state speaks, if it is whole and the state still fits."""
    if state.meta("core") != core(setting):
        return None
    snapshots = Snapshots(project.derived)
    try:
        snapshot = snapshots.get(int(state.meta("snapshot")))
        current = snapshots.current()
    except (RunStopped, ValueError):
        return None
    if current is None or not current.whole or state.meta("seal") != seal(snapshot):
        return None
    store = project.derived / "store"
    if (project.derived / "writing").exists() or not (store / "CURRENT").is_file():
        heal = project.derived / "store.heal"
        copy_store(snapshot.path / "store", heal)
        shutil.rmtree(store, ignore_errors=True)
        heal.replace(store)
        calm_down(project.derived)
    return snapshot


def is_caught_up(ground: Ground, state: State) -> bool:
    """Whether the state speaks of what is published.

    It does not after a snapshot was withdrawn, or published by a build that ended before it noted so. What
    is held back must stay as the published snapshot has it, of which the state knows nothing; only the
    build that ended too early may be done again on the state, since its inputs make the same once more.
    """
    published = Snapshots(ground.project.derived).current()
    return published is not None and state.meta("snapshot") == str(published.manifest.number)


def calm_in(ground: Ground, state: State) -> bool:
    """Whether everything but the files is as the state knows it; notes how it is now."""
    now = {
        "title": json.dumps([ground.project.title, ground.project.licence]),
        "listed": json.dumps([plain(f) for f in (*ground.findings, *ground.scan.findings)]),
    }
    same = all(state.meta(name) == value for name, value in now.items())
    for name, value in now.items():
        state.put(name, value)
    return same and state.meta("stamp") == ground.setting.stamp


def mark(derived: Path) -> None:
    """The store is about to change."""
    replace_text(derived / "writing", "The store is being changed.\n")


def calm_down(derived: Path) -> None:
    """The store is as a snapshot has it."""
    (derived / "writing").unlink(missing_ok=True)
    sync(derived)
