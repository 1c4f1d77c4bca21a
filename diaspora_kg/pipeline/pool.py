"""One function over many items, here or in worker processes, results in the order of the items.

An :class:`Executor` says where: :class:`Processes` of this machine, or a cluster (``cluster.py``). Both keep
this contract. What travels is paths, bytes and values of ``diaspora_kg``; the function turns its errors into
findings, so that no exception of a script does. ``stream`` has few items under way, so that a corpus never
passes through the memory of one process; outcomes come in the order of the items, each once. What a worker
that died was at is done again (``job.py``). Leaving the ``with`` block ends what is under way.

Workers are spawned, never forked: the store has threads. They end when the process that leads is gone.
Starting one takes most of a second, so a crew may be told to begin before it is known what its workers share.
"""

from __future__ import annotations

import multiprocessing
import pickle
import signal
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import partial
from multiprocessing.queues import Queue
from types import TracebackType
from typing import Any, Generic, Protocol, Self, TypeVar

from diaspora_kg.errors import RunStopped
from diaspora_kg.pipeline.ahead import Ahead
from diaspora_kg.pipeline.hand import Letter, begin_waiting, begin_with, called, nothing
from diaspora_kg.pipeline.job import Job, Losses, WorkerLost, alone, in_order

Item = TypeVar("Item")
Shared = TypeVar("Shared")
Outcome = TypeVar("Outcome")

_CHUNK = 16
_AHEAD = 3  # items for each process
_SPARE = 10  # more items: so many may be done while the process that leads does something else
_DIED = "A worker process died (out of memory?). Try again with --jobs 1."


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
        with ProcessPoolExecutor(jobs, spawn, begin_with, (shared,)) as pool:
            with _no_interrupt():
                found = pool.map(partial(called, function), items, chunksize=chunk)
            yield from found
    except BrokenProcessPool as error:
        raise RunStopped(_DIED) from error


class Crew(Protocol):
    """Workers that share one value, for several rounds of work; a context manager."""

    def each(self, function: Callable[[Item, Any], Outcome], items: Sequence[Item]) -> Iterator[Outcome]:
        """``function(item, shared)`` of every item, in order; raises :class:`RunStopped` if a worker dies."""

    def stream(self, job: Job[Item, Any, Outcome], items: Iterable[Item]) -> Iterator[Outcome]:
        """The same for long items that come one by one; of an item that was split, several outcomes."""

    def begin(self, first: Callable[[], None], items: int) -> None:
        """Let workers start, and do this first, before it is known what they share; where that helps.

        No more of them start than there are ``items``.
        """

    def share(self, shared: Any) -> None:
        """Say what workers that have not begun, or were only told to begin, share."""

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...


class Executor(Protocol):
    """Where work is done."""

    def crew(self, shared: object) -> Crew:
        """Workers that have ``shared``; they start when there is work."""


@dataclass(frozen=True, slots=True)
class Processes:
    """An :class:`Executor` of so many processes of this machine; one job is done in this process."""

    jobs: int = 1

    def crew(self, shared: object) -> Workers:
        """See :class:`Executor`."""
        return Workers(shared, self.jobs)


class Workers:
    """A :class:`Crew` of processes of this machine, or none with one job."""

    def __init__(self, shared: object, jobs: int) -> None:
        self._shared = shared
        self._jobs = jobs
        self._pool: ProcessPoolExecutor | None = None
        self._mail: Queue[Letter] | None = None  # for workers that wait for what they share

    def each(self, function: Callable[[Item, Any], Outcome], items: Sequence[Item]) -> Iterator[Outcome]:
        """See :class:`Crew`."""
        if self._jobs <= 1 or len(items) < _CHUNK:
            yield from (function(item, self._shared) for item in items)
            return
        chunk = max(1, min(_CHUNK, len(items) // (self._jobs * 4)))
        try:
            pool = self._started()
            with _no_interrupt():
                found = pool.map(partial(called, function), items, chunksize=chunk)
            yield from found
        except BrokenProcessPool as error:
            raise RunStopped(_DIED) from error

    def stream(self, job: Job[Item, Any, Outcome], items: Iterable[Item]) -> Iterator[Outcome]:
        """See :class:`Crew`."""
        if self._jobs <= 1:
            yield from (job.function(item, self._shared) for item in items)
            return

        files, ahead, losses = job.files, Ahead(), Losses()

        def submit(item: Item) -> _Submitted[Outcome]:
            if files is not None:
                ahead.fetch(files(item, self._shared))
            return _Submitted(self._submit(partial(called, job.function), item))

        def again(item: Item) -> Iterator[Outcome]:
            return alone(item, submit, job.parts, lambda part: job.lost(part, self._shared), losses)

        with closing(ahead):
            yield from in_order(submit, items, lambda: self._jobs * _AHEAD + _SPARE, again, losses)

    def begin(self, first: Callable[[], None], items: int) -> None:
        """See :class:`Crew`."""
        if self._jobs <= 1 or self._pool is not None:
            return
        pool, self._mail = self._opened()
        self._send(self._mail, first, last=False)
        with _no_interrupt():
            for _ in range(min(self._jobs, items)):  # each starts a process, since none has done anything yet
                pool.submit(nothing)

    def share(self, shared: Any) -> None:
        """See :class:`Crew`."""
        self._shared = shared

    def _submit(self, function: Callable[[Item], Outcome], item: Item) -> Future[Outcome]:
        try:
            return _submitted(self._started(), function, item)
        except BrokenProcessPool:
            self._end()
            return _submitted(self._started(), function, item)

    def _started(self) -> ProcessPoolExecutor:
        pool = self._pool
        if pool is None:
            pool, self._mail = self._opened()
        if self._mail is not None:
            self._send(self._mail, self._shared, last=True)
            self._mail = None
        return pool

    def _opened(self) -> tuple[ProcessPoolExecutor, Queue[Letter]]:
        spawn = multiprocessing.get_context("spawn")
        mail: Queue[Letter] = spawn.Queue()
        mail.cancel_join_thread()  # a worker that never started leaves its letter
        self._pool = ProcessPoolExecutor(self._jobs, spawn, begin_waiting, (mail,))
        return self._pool, mail

    def _send(self, mail: Queue[Letter], value: object, *, last: bool) -> None:
        """A letter for each worker; a thread writes them, since a pipe takes little before it is read."""
        letter = last, pickle.dumps(value)
        for _ in range(self._jobs):
            mail.put(letter)

    def _end(self) -> None:
        if self._mail is not None:
            self._send(self._mail, None, last=True)
            self._mail = None
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)
            self._pool = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._end()


class _Submitted(Generic[Outcome]):
    """A future whose worker may have died."""

    def __init__(self, future: Future[Outcome]) -> None:
        self._future = future

    def result(self) -> Outcome:
        try:
            return self._future.result()
        except BrokenProcessPool as error:
            raise WorkerLost from error


def _submitted(pool: ProcessPoolExecutor, function: Callable[[Item], Outcome], item: Item) -> Future[Outcome]:
    with _no_interrupt():
        return pool.submit(function, item)


@contextmanager
def _no_interrupt() -> Iterator[None]:
    """Ctrl-C waits meanwhile; processes that start here hear of it when they can end without a word.

    What :mod:`multiprocessing` starts beside the first queue must be there before: it lets Ctrl-C in.
    """
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
