"""Notices that another snapshot was published, and switches to it once its workers are ready.

Where another server holds the graph, it also has to say that it has all of that snapshot: until then the
last one is served, whose pages and tags nobody takes for those of the next.
"""

from __future__ import annotations

import asyncio
import logging
import math
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from diaspora_kg.endpoint.engine import StartFailed
from diaspora_kg.endpoint.generation import Generation, place
from diaspora_kg.endpoint.health import Health
from diaspora_kg.endpoint.pool import Pool
from diaspora_kg.endpoint.settings import Limits
from diaspora_kg.errors import AnsweredWrong, DkgError, StoreNotReachable
from diaspora_kg.store import Manifest, Snapshots
from diaspora_kg.store.marker import unlike

if TYPE_CHECKING:
    from diaspora_kg.store.server import ServerStore

_EVERY = 0.5  # seconds
_AGAIN = 20  # rounds after which what could not be opened is tried again
_ASK, _ASK_SOON = 10, 2  # rounds after which the server that holds the graph is asked how it is
_LOG = logging.getLogger(__name__)


@dataclass(frozen=True)
class Watch:
    """Runs beside the server until it is cancelled."""

    snapshots: Snapshots
    pool: Pool
    limits: Limits
    health: Health
    sandboxed: bool
    server: ServerStore | None = None

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
            if now == seen and rounds < self._patience():
                continue
            seen, rounds = now, 0
            await self._follow()

    def _patience(self) -> float:
        """After how many rounds to look again, though nothing was published."""
        if self.server is not None:
            return _ASK_SOON if self.health.problem else _ASK
        return _AGAIN if self.health.problem else math.inf

    async def ask(self, manifest: Manifest) -> str:
        """How the server that holds the graph, if one does, differs from a snapshot; empty: not at all."""
        if self.server is None:
            return ""
        try:
            marker = await asyncio.to_thread(self.server.marker)
        except StoreNotReachable as error:
            self.health.away = not isinstance(error, AnsweredWrong)
            return str(error)
        self.health.away = False
        return unlike(marker, manifest, self.server.places.query)

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
                self.tell("no snapshot is published any more")
                return
            same = (current.manifest.number, current.manifest.id) == (before.number, before.id)
            if same and self.pool.whole:
                self.tell(await self.ask(before))
                return
            if why := await self.ask(current.manifest):
                self.tell(f"snapshot {current.manifest.number} is not served yet: {why}")
                return
            away = told_to_worker(self.server) if self.server is not None else None
            generation = await Generation.start(
                self.snapshots, self.limits, sandboxed=self.sandboxed, away=away
            )
        except (DkgError, StartFailed, OSError) as error:
            self.tell(f"the published snapshot cannot be opened: {error}")
            return
        self.tell("")
        self.pool.switch(generation)
        _LOG.info("now serving snapshot %d", generation.snapshot.manifest.number)

    def tell(self, problem: str) -> None:
        """Note what is not as it should be, and tell the log once."""
        if problem and problem != self.health.problem:
            number = self.pool.current.manifest.number
            _LOG.warning("%s; snapshot %d is served as far as it is open", problem.rstrip("."), number)
        if not problem and self.health.problem:
            _LOG.info("what is published is served again")
        self.health.problem = problem


def told_to_worker(server: ServerStore) -> dict[str, str]:
    """What a worker process must know of the server that it asks (see ``away.py``)."""
    given = server.credentials
    told = {
        "query": server.places.query,
        "layout": str(server.places.layout),
        "seconds": str(server.seconds),
    }
    if given is not None:
        told |= {"origin": given.origin, "user": given.user, "password": given.password}
    return told


def _stamp(path: Path) -> tuple[int, int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return (found.st_mtime_ns, found.st_ino, found.st_size)
