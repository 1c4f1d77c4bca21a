"""Worker processes of one kind, kept ready: whoever loses one gets another started."""

from __future__ import annotations

import asyncio
from collections import deque
from pathlib import Path

from diaspora_kg.endpoint.engine import Engine, Kind, StartFailed
from diaspora_kg.endpoint.unreadable import tell

_FIRST_PAUSE, _LONGEST_PAUSE = 0.2, 5.0  # seconds between attempts to start a worker


class Shelf:
    """``count`` workers of a kind that open one store; some are asked, the others wait here."""

    def __init__(self, store: Path, kind: Kind, count: int) -> None:
        self._store = store
        self._kind = kind
        self._count = count
        self._idle: list[Engine] = []
        self._all: set[Engine] = set()
        self._wanted: deque[asyncio.Future[Engine]] = deque()
        self._tasks: set[asyncio.Task[None]] = set()  # asyncio itself keeps weak references only
        self._retired = False
        self.problem = ""

    async def fill(self) -> None:
        """Start all; raises :class:`StartFailed` when one does not get ready."""
        started = await asyncio.gather(
            *(Engine.start(self._store, self._kind) for _ in range(self._count)), return_exceptions=True
        )
        failed = [one for one in started if isinstance(one, BaseException)]
        for one in started:
            if isinstance(one, Engine):
                self._add(one)
        if failed:
            await self.close()
            raise failed[0]

    @property
    def idle(self) -> int:
        """How many wait."""
        return len(self._idle)

    @property
    def pids(self) -> list[int]:
        """The process numbers of all, asked or not."""
        return [engine.pid for engine in self._all]

    @property
    def lost(self) -> bool:
        """Whether there is no worker at all, and the last attempt to start one has failed."""
        return bool(self.problem) and not self._all

    def take_now(self) -> Engine | None:
        """A worker that waits, if there is one."""
        while self._idle:
            engine = self._idle.pop()
            if engine.alive:
                return engine
        return None

    async def take(self) -> Engine:
        """A worker that waits, or the next one that does; raises :class:`StartFailed` where there is none
        and none can be started now.
        """
        if engine := self.take_now():
            return engine
        if self.lost:
            raise StartFailed(self.problem)
        coming: asyncio.Future[Engine] = asyncio.get_running_loop().create_future()
        self._wanted.append(coming)
        try:
            return await coming
        except asyncio.CancelledError:
            if coming.done() and not coming.cancelled() and coming.exception() is None:
                self.give(coming.result())
            raise

    def give(self, engine: Engine) -> None:
        """Put a worker back whose answer is complete."""
        if not engine.alive:
            return  # its replacement is on its way
        while self._wanted:
            coming = self._wanted.popleft()
            if not coming.done():
                coming.set_result(engine)
                return
        if self._retired:
            self.part(engine)
            engine.kill()
        else:
            self._idle.append(engine)

    def part(self, engine: Engine) -> None:
        """Let a worker go its own way; another takes its place. Also called when one is lost."""
        if engine not in self._all:
            return
        self._all.discard(engine)
        if engine in self._idle:
            self._idle.remove(engine)
        if not self._retired or self._wanted:
            task = asyncio.get_running_loop().create_task(self._replace())
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    def retire(self) -> None:
        """Take no more work but what is waited for already."""
        self._retired = True
        for engine in self._idle:
            self._all.discard(engine)
            engine.kill()
        self._idle.clear()

    async def close(self) -> None:
        """End all."""
        self.retire()
        for task in list(self._tasks):
            task.cancel()
        for engine in list(self._all):
            self._all.discard(engine)
            engine.kill()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _add(self, engine: Engine) -> None:
        self._all.add(engine)
        engine.when_lost(self.part)
        self.give(engine)

    def _disappoint(self, error: StartFailed) -> None:
        """Nobody waits for what does not come."""
        while self.lost and self._wanted:
            coming = self._wanted.popleft()
            if not coming.done():
                coming.set_exception(error)

    async def _replace(self) -> None:
        pause = _FIRST_PAUSE
        while not self._retired or self._wanted:
            try:
                engine = await Engine.start(self._store, self._kind)
            except StartFailed as error:
                self.problem = str(error)
                tell(f"no query can be answered: {error}" if self.lost else f"{error}; others still answer")
                self._disappoint(error)
                await asyncio.sleep(pause)
                pause = min(pause * 2, _LONGEST_PAUSE)
            else:
                self.problem = ""
                self._add(engine)
                return
