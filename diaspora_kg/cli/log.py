"""What happens during a command, a line a step: on stderr with ``--verbose``; a build also in ``.dkg/log``.

The file holds times in UTC and paths relative to the project; it is turned over at a megabyte, and three
old ones are kept. That it cannot be written is no reason to stop a build.
"""

from __future__ import annotations

import logging
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from logging.handlers import RotatingFileHandler
from pathlib import Path

import click

from diaspora_kg.cli.progress import Bar
from diaspora_kg.pipeline import Progress
from diaspora_kg.project import Project
from diaspora_kg.visible import visible

LOG = logging.getLogger("diaspora_kg")
SIZE = 1_000_000
"""Bytes of a log file before it is turned over."""

KEPT = 3
"""How many turned-over files are kept."""


class _Line(logging.Formatter):
    """One event, one line: control characters are written out, the project's folder is a dot."""

    converter = staticmethod(time.gmtime)

    def __init__(self, root: Path, form: str) -> None:
        super().__init__(form, "%Y-%m-%dT%H:%M:%SZ")
        self._root = str(root)

    def format(self, record: logging.LogRecord) -> str:
        home = str(Path.home())
        written = super().format(record).replace(self._root, ".")
        return visible(written.replace(home, "~") if len(home) > 1 else written)


class _File(RotatingFileHandler):
    """A log that gives up in silence: the work matters more."""

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: ARG002, N802 - logging's own name
        LOG.removeHandler(self)


class Steps:
    """A :class:`Progress` that also notes each step with the time that the one before it took."""

    def __init__(self, shown: Progress) -> None:
        self._shown = shown
        self._step = ""
        self._begun = time.monotonic()

    def step(self, name: str, total: int | None = None) -> None:
        """A new step begins."""
        self.end()
        self._step, self._begun = name, time.monotonic()
        LOG.info("%s%s", name, "" if total is None else f": {total}")
        self._shown.step(name, total)

    def advance(self, count: int = 1) -> None:
        """So many more articles are done."""
        self._shown.advance(count)

    def end(self) -> None:
        """The last step is over."""
        if self._step:
            LOG.info("%s: done in %.2f s", self._step, time.monotonic() - self._begun)
        self._step = ""


def verbose() -> bool:
    """Whether ``--verbose`` was given."""
    return bool(click.get_current_context().find_root().meta.get("diaspora_kg.verbose"))


@contextmanager
def steps(project: Project, shown: Bar, *, kept: bool = False) -> Iterator[Steps]:
    """Note the steps of a command; with ``kept`` also in the project's log."""
    handlers = [*_to_stderr(project), *(_to_file(project) if kept else ())]
    for handler in handlers:
        LOG.addHandler(handler)
    LOG.setLevel(logging.INFO if handlers else logging.WARNING)
    noted = Steps(shown)
    try:
        yield noted
        noted.end()
    except BaseException as error:
        LOG.error("ended by %s: %s", type(error).__name__, error)
        raise
    finally:
        for handler in handlers:
            LOG.removeHandler(handler)
            handler.close()


def _to_stderr(project: Project) -> Iterator[logging.Handler]:
    if verbose():
        handler = logging.StreamHandler(sys.stderr)
        handler.setFormatter(_Line(project.root, "%(asctime)s %(message)s"))
        yield handler


def _to_file(project: Project) -> Iterator[logging.Handler]:
    path = project.derived / "log"
    # A link would let a project that was cloned have any file of its user's written to.
    if project.derived.is_symlink() or any(p.is_symlink() for p in project.derived.glob("log*")):
        return
    try:
        project.derived.mkdir(exist_ok=True)
        handler = _File(path, maxBytes=SIZE, backupCount=KEPT, encoding="utf-8", errors="backslashreplace")
    except OSError:
        return
    handler.setFormatter(_Line(project.root, "%(asctime)s %(process)d %(levelname)s %(message)s"))
    yield handler
