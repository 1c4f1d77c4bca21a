"""`dkg build`: look at all files, read what changed, take over what depends on it, publish.

An article with a violation is not published; its last valid version stays. Every other one is. What was
published before goes on answering until something valid replaces it. A build from nothing (the first one,
``--full``, another ontology or base, a state that is lost) goes the same way with an empty store.
"""

from __future__ import annotations

import gc
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from diaspora_kg.build.ground import Ground, open_state, with_state
from diaspora_kg.build.joined import DecisionsWaitError, Held, StartOverError
from diaspora_kg.build.lock import one_writer
from diaspora_kg.build.options import Options
from diaspora_kg.build.pins import roll_back
from diaspora_kg.build.report import ArticleReport, BuildReport, Status
from diaspora_kg.build.run import build_anew, build_on
from diaspora_kg.build.team import Team
from diaspora_kg.errors import RunStopped
from diaspora_kg.pipeline import Progress, Quiet
from diaspora_kg.pipeline.pool import Executor, Processes
from diaspora_kg.project import Project
from diaspora_kg.state import State

__all__ = ["ArticleReport", "BuildReport", "Options", "Status", "build", "rollback"]


_PLAIN = Options()


def build(project: Project, options: Options = _PLAIN, progress: Progress | None = None) -> BuildReport:
    """Build the graph and publish it if it differs from what is published.

    Raises :class:`RunStopped` when another build runs, when too many articles would leave, and when the
    disk refuses; what was published stays.
    """
    shown = progress or Quiet()
    executor = options.executor or Processes(options.jobs)
    with _disk(), _few_collections(), one_writer(project.derived), Team(executor) as team:
        ground = open_state(project, options, anew=team.begin)
        held = Held()
        while True:
            try:
                if ground.state is None:
                    return build_anew(ground, executor, team, shown, held, options)
                return _on(ground, ground.state, executor, shown, held, options)
            except StartOverError:
                ground = replace(ground, state=None, base=None)
            except DecisionsWaitError as wait:
                held = held.more(wait)
                if ground.state is not None:
                    ground = with_state(ground)


def _on(
    ground: Ground, state: State, executor: Executor, shown: Progress, held: Held, options: Options
) -> BuildReport:
    try:
        return build_on(ground, state, executor, shown, held, options)
    finally:
        state.close()


def rollback(project: Project) -> BuildReport:
    """Withdraw the published snapshot: the one before it answers again, until an input changes.

    Raises :class:`~diaspora_kg.errors.UsageError` when there is none to go back to.
    """
    with _disk(), one_writer(project.derived):
        snapshot = roll_back(project.derived)
        return replace(BuildReport(), snapshot=snapshot, counts=snapshot.manifest.counts, pinned=True)


@contextmanager
def _few_collections() -> Iterator[None]:
    """A build makes millions of values and few cycles, for which Python need not look so often."""
    before = gc.get_threshold()
    gc.set_threshold(50_000, 20, 100)
    try:
        yield
    finally:
        gc.set_threshold(*before)


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
