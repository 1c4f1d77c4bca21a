"""Loads the store of a build from nothing, in portions, several at once: loading needs no interpreter.

It begins when no article is left to be mapped. Beside worker processes it took half as much processor time
again, and theirs as well: their threads share what a processor has.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from types import TracebackType
from typing import Self

from diaspora_kg.store import EmbeddedStore

PORTION = 48_000_000
"""Bytes of N-Quads of one load: some 1,400 articles of 170 quads. Larger ones are no cheaper."""

_MOST = 4  # loads at once; each takes some 300 MB


def at_once() -> int:
    """How many loads this machine has processors for."""
    able = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, min(able, _MOST))


class Loading:
    """Loads portions of lines, so many at once; with each comes the place in a file where it ends."""

    def __init__(self, store: EmbeddedStore, portions: Iterator[tuple[bytes, int]], threads: int) -> None:
        self._store = store
        self._portions = portions
        self._ahead = threads
        self._threads = ThreadPoolExecutor(threads)
        self._under_way: deque[tuple[Future[None], tuple[bytes, int]]] = deque()
        self._go_on()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Wait for what is under way, and load no more."""
        self._threads.shutdown(cancel_futures=True)

    def done(self) -> Iterator[tuple[bytes, int]]:
        """Each portion, as soon as it and all before it are in the store."""
        while self._under_way:
            future, portion = self._under_way.popleft()
            future.result()
            self._go_on()
            yield portion

    def _go_on(self) -> None:
        while len(self._under_way) <= self._ahead and (portion := next(self._portions, None)):
            self._under_way.append((self._threads.submit(self._store.load_bytes, [portion[0]]), portion))
