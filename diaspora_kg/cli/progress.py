"""Progress of long work on stderr: a bar on a terminal, nothing elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    Task,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.text import Text


class _Rate(ProgressColumn):
    """How many articles a second were done lately; from the same rate the time that is left is reckoned."""

    def render(self, task: Task) -> Text:
        """See :class:`ProgressColumn`."""
        speed = task.finished_speed or task.speed
        return Text(f"{speed:,.0f} a second" if speed else "")


class _Count(MofNCompleteColumn):
    """How many are done, of how many; nothing in a step of which that is not known."""

    def render(self, task: Task) -> Text:
        """See :class:`ProgressColumn`."""
        return super().render(task) if task.total is not None else Text()


class _Left(TimeRemainingColumn):
    """How long the step goes on, at the rate of the last half minute; nothing while that is not known."""

    def render(self, task: Task) -> Text:
        """See :class:`ProgressColumn`."""
        known = task.total is not None and task.time_remaining is not None
        return super().render(task) + Text(" left") if known else Text()


class Bar:
    """Shows one step of the work at a time: ``step`` names it, ``advance`` counts its articles."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._task: TaskID | None = None

    def step(self, name: str, total: int | None = None) -> None:
        """A new step begins; ``total`` is its number of articles, where it is known."""
        if self._task is not None:
            self._progress.remove_task(self._task)
        self._task = self._progress.add_task(name, total=total)

    def advance(self, count: int = 1) -> None:
        """So many more articles are done."""
        if self._task is not None:
            self._progress.advance(self._task, count)


@contextmanager
def bar(*, hidden: bool = False) -> Iterator[Bar]:
    """A progress bar for the time of a ``with`` block; gone afterwards."""
    console = Console(stderr=True)
    columns = (
        *(TextColumn("{task.description}"), BarColumn(), _Count(), _Rate()),
        *(TimeElapsedColumn(), _Left()),
    )
    with Progress(
        *columns, console=console, transient=True, disable=hidden or not console.is_terminal
    ) as progress:
        yield Bar(progress)
