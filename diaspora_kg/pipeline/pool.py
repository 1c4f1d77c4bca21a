"""One function over many items, here or in worker processes, results in the order of the items.

Workers are spawned, never forked: the store has threads. What travels is paths and values of
``diaspora_kg``; the function turns its errors into findings, so that no exception of a script does.
"""

from __future__ import annotations

import gc
import multiprocessing
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from functools import partial
from typing import Any, Protocol, TypeVar

from diaspora_kg.errors import RunStopped

Item = TypeVar("Item")
Shared = TypeVar("Shared")
Outcome = TypeVar("Outcome")

_CHUNK = 16
_AHEAD = 3  # items for each process
_DIED = "A worker process died (out of memory?). Try again with --jobs 1."
_shared: list[object] = []  # in a worker: the value that all its items need


class Progress(Protocol):
    """Is told how far long work has come."""

    def step(self, name: str, total: int | None = None) -> None:
        """A new step begins; ``total`` is its number of items, where it is known."""

    def advance(self, count: int = 1) -> None:
        """So many more items are done."""


class Quiet:
    """A :class:`Progress` that shows nothing."""

    def step(self, name: str, total: int | None = None) -> None:
        """See :class:`Progress`."""

    def advance(self, count: int = 1) -> None:
        """See :class:`Progress`."""


def each(
    function: Callable[[Item, Shared], Outcome],
    items: Sequence[Item],
    shared: Shared,
    jobs: int = 1,
    progress: Progress | None = None,
) -> Iterator[Outcome]:
    """``function(item, shared)`` of every item, in order; raises :class:`RunStopped` if a worker dies."""
    shown = progress or Quiet()
    for outcome in _outcomes(function, items, shared, min(jobs, len(items))):
        shown.advance()
        yield outcome


def _outcomes(
    function: Callable[[Item, Shared], Outcome], items: Sequence[Item], shared: Shared, jobs: int
) -> Iterator[Outcome]:
    if jobs <= 1:
        yield from (function(item, shared) for item in items)
        return
    spawn = multiprocessing.get_context("spawn")
    chunk = max(1, min(_CHUNK, len(items) // (jobs * 4)))
    try:
        with ProcessPoolExecutor(jobs, spawn, _share, (shared,)) as pool:
            yield from pool.map(partial(_call, function), items, chunksize=chunk)
    except BrokenProcessPool as error:
        raise RunStopped(_DIED) from error


class Workers:
    """Worker processes that are kept for several rounds of work, or none with one job."""

    def __init__(self, shared: object, jobs: int) -> None:
        self._shared = shared
        self._jobs = jobs
        self._pool: ProcessPoolExecutor | None = None

    def each(self, function: Callable[[Item, Any], Outcome], items: Sequence[Item]) -> Iterator[Outcome]:
        """``function(item, shared)`` of every item, in order; raises :class:`RunStopped` if a worker dies."""
        if self._jobs <= 1 or len(items) < _CHUNK:
            yield from (function(item, self._shared) for item in items)
            return
        chunk = max(1, min(_CHUNK, len(items) // (self._jobs * 4)))
        try:
            yield from self._started().map(partial(_call, function), items, chunksize=chunk)
        except BrokenProcessPool as error:
            raise RunStopped(_DIED) from error

    def stream(self, function: Callable[[Item, Any], Outcome], items: Iterable[Item]) -> Iterator[Outcome]:
        """The same for long items that come one by one: few of them, and of their outcomes, are under way.

        Raises :class:`RunStopped` if a worker dies.
        """
        if self._jobs <= 1:
            yield from (function(item, self._shared) for item in items)
            return
        pool, waiting = self._started(), deque[Future[Outcome]]()
        try:
            for item in items:
                waiting.append(pool.submit(_call, function, item))
                if len(waiting) > self._jobs * _AHEAD:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        except BrokenProcessPool as error:
            raise RunStopped(_DIED) from error

    def _started(self) -> ProcessPoolExecutor:
        if self._pool is None:
            spawn = multiprocessing.get_context("spawn")
            self._pool = ProcessPoolExecutor(self._jobs, spawn, _share, (self._shared,))
        return self._pool

    def __enter__(self) -> Workers:
        return self

    def __exit__(self, *_: object) -> None:
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)


def _call(function: Callable[[Item, Any], Outcome], item: Item) -> Outcome:
    return function(item, _shared[0])


def _share(value: object) -> None:
    """What a new process begins with; it makes few cycles, and need not look for them often."""
    _shared[:] = [value]
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)
