"""Loads the store of a build from nothing in portions, in a thread: loading does not need the interpreter."""

from __future__ import annotations

from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor

from diaspora_kg.store import EmbeddedStore

_AHEAD = 2  # portions that are loaded or wait for it


class Loading:
    """Loads lines in portions of so many bytes, one after the other, while more of them come in."""

    def __init__(self, store: EmbeddedStore, portion: int) -> None:
        self._store = store
        self._portion = portion
        self._thread = ThreadPoolExecutor(1)
        self._parts: list[bytes] = []
        self._size = 0
        self._under_way: deque[Future[None]] = deque()

    def add(self, lines: bytes) -> None:
        """More lines, each with its line break."""
        self._parts.append(lines)
        self._size += len(lines)
        if self._size >= self._portion:
            self.begin()

    def begin(self) -> None:
        """Let what came in so far be loaded; waits only if too much is under way."""
        if not self._parts:
            return
        while len(self._under_way) >= _AHEAD:
            self._under_way.popleft().result()
        parts, self._parts, self._size = self._parts, [], 0
        self._under_way.append(self._thread.submit(self._store.load_bytes, parts))

    @property
    def idle(self) -> bool:
        """Whether all that came in is in the store."""
        while self._under_way and self._under_way[0].done():
            self._under_way.popleft().result()
        return not self._under_way and not self._parts

    def finish(self) -> None:
        """Wait until all of it is in the store."""
        self.begin()
        while self._under_way:
            self._under_way.popleft().result()

    def close(self) -> None:
        """Let go of the thread."""
        self._thread.shutdown()
