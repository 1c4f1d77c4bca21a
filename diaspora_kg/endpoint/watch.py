"""Notices that another snapshot was published, and switches to it once its workers are ready."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass
from pathlib import Path

from diaspora_kg.endpoint.engine import StartFailed
from diaspora_kg.endpoint.generation import Generation, place
from diaspora_kg.endpoint.health import Health
from diaspora_kg.endpoint.pool import Pool
from diaspora_kg.endpoint.settings import Limits
from diaspora_kg.errors import DkgError
from diaspora_kg.store import Snapshots

_EVERY = 0.5  # seconds
_AGAIN = 20  # rounds after which what could not be opened is tried again
_LOG = logging.getLogger(__name__)


@dataclass(frozen=True)
class Watch:
    """Runs beside the server until it is cancelled."""

    snapshots: Snapshots
    pool: Pool
    limits: Limits
    health: Health
    sandboxed: bool

    async def run(self) -> None:
        """Look twice a second."""
        seen: tuple[object, ...] | None = self._seen()
        rounds = 0
        if self._number() != self.pool.current.manifest.number:
            seen = None  # it changed while the server started
        while True:
            await asyncio.sleep(_EVERY)
            rounds += 1
            now = self._seen()
            if now == seen and not (self.health.problem and rounds >= _AGAIN):
                continue
            seen, rounds = now, 0
            await self._follow()

    def _seen(self) -> tuple[object, ...]:
        """What changes when another snapshot is published, or the one that is served goes, or comes back."""
        return (_stamp(self.snapshots.pointer), place(self.pool.current.path), self.pool.lost)

    def _number(self) -> int:
        try:
            current = self.snapshots.current()
        except DkgError:
            return -1
        return current.manifest.number if current is not None else -1

    async def _follow(self) -> None:
        before = self.pool.current.manifest
        try:
            current = self.snapshots.current()
            if current is None:
                self._tell("no snapshot is published any more")
                return
            same = (current.manifest.number, current.manifest.id) == (before.number, before.id)
            if same and self.pool.whole:
                self.health.problem = ""
                return
            generation = await Generation.start(self.snapshots, self.limits, sandboxed=self.sandboxed)
        except (DkgError, StartFailed, OSError) as error:
            self._tell(f"the published snapshot cannot be opened: {error}")
            return
        self.health.problem = ""
        self.pool.switch(generation)
        _LOG.info("now serving snapshot %d", generation.snapshot.manifest.number)

    def _tell(self, problem: str) -> None:
        """Note a problem, and tell the log once."""
        if problem != self.health.problem:
            number = self.pool.current.manifest.number
            _LOG.warning("%s; snapshot %d is served as far as it is open", problem.rstrip("."), number)
        self.health.problem = problem


def _stamp(path: Path) -> tuple[int, int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return (found.st_mtime_ns, found.st_ino, found.st_size)
