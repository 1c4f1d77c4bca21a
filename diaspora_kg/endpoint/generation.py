"""One snapshot while it is served: kept from pruning, with workers of its own, until its last use ends."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from diaspora_kg.endpoint.engine import Kind, all_gone
from diaspora_kg.endpoint.heap import give_back
from diaspora_kg.endpoint.settings import Limits
from diaspora_kg.endpoint.shelf import Shelf
from diaspora_kg.index import Index
from diaspora_kg.pages.language import LANGUAGES
from diaspora_kg.store import Snapshot, Snapshots

YIELDS = 19
"""How much slow queries and long answers yield to others (nice)."""
_QUICK = 10
_SPARES = 2  # quick workers that wait for one to be killed
_IDLE_INDEXES = 8


@dataclass(frozen=True, slots=True)
class Shelves:
    """The workers of one snapshot, by what they are for."""

    quick: Shelf
    slow: Shelf
    saved: Shelf

    def __iter__(self) -> Iterator[Shelf]:
        return iter((self.quick, self.slow, self.saved))


class Generation:
    """A snapshot that is served. Made by :meth:`start`."""

    def __init__(
        self,
        held: ExitStack,
        snapshot: Snapshot,
        limits: Limits,
        *,
        sandboxed: bool,
        away: dict[str, str] | None = None,
    ) -> None:
        self.snapshot = snapshot
        self.labels: dict[str, dict[str, str]] = {code: {} for code in LANGUAGES}
        """Labels of nodes for readers of each language, as far as they were asked for."""
        self._held = held
        self.place = place(snapshot.path)
        self._uses = 0
        self._retired = False
        self._indexes: list[Index] = []
        self._closing: asyncio.Task[None] | None = None
        store = snapshot.path / "store"

        def shelf(niceness: int, first_to_go: int, count: int) -> Shelf:
            kind = Kind(limits.memory_mib, niceness, first_to_go, sandboxed, limits.rows, away)
            return Shelf(store, kind, count)

        self.shelves = Shelves(
            quick=shelf(_QUICK, 900, limits.workers + _SPARES),
            slow=shelf(YIELDS, 900, limits.slow_workers),
            saved=shelf(0, 400, limits.saved_workers),
        )

    @classmethod
    async def start(
        cls, snapshots: Snapshots, limits: Limits, *, sandboxed: bool, away: dict[str, str] | None = None
    ) -> Generation:
        """The published snapshot with its workers ready; ``away`` says which server holds its graph.

        Raises :class:`~diaspora_kg.endpoint.engine.StartFailed`, and
        :class:`~diaspora_kg.errors.DkgError` when there is no snapshot that can be read.
        """
        with ExitStack() as stack:
            snapshot = stack.enter_context(snapshots.reading())
            generation = cls(stack.pop_all(), snapshot, limits, sandboxed=sandboxed, away=away)
        try:
            with generation.index() as index:
                index.find("")
            await asyncio.gather(*(shelf.fill() for shelf in generation.shelves))
        except BaseException:
            await generation.close()
            await all_gone()
            raise
        return generation

    @property
    def there(self) -> bool:
        """Whether its folder is still the one that it was made from."""
        return self.place is not None and place(self.snapshot.path) == self.place

    @contextmanager
    def index(self) -> Iterator[Index]:
        """The snapshot's index, for one user at a time."""
        index = self._indexes.pop() if self._indexes else Index(self.snapshot.index)
        try:
            yield index
        finally:
            if self._retired or len(self._indexes) >= _IDLE_INDEXES:
                index.close()
            else:
                self._indexes.append(index)

    def enter(self) -> None:
        """One more use begins."""
        self._uses += 1

    def leave(self) -> None:
        """A use ends; the last one of a snapshot that is no longer current closes it."""
        self._uses -= 1
        self._perhaps_close()

    def retire(self) -> None:
        """It is no longer current: what runs goes on, then it closes."""
        self._retired = True
        if self._uses == 0:
            self._perhaps_close()

    @property
    def closed(self) -> bool:
        """Whether its last use has ended."""
        return self._closing is not None and self._closing.done()

    def _perhaps_close(self) -> None:
        if self._retired and self._uses == 0 and self._closing is None:
            self._closing = asyncio.get_running_loop().create_task(self.close())

    async def close(self) -> None:
        """End its workers and let the snapshot go."""
        self._retired = True
        for shelf in self.shelves:
            await shelf.close()
        for index in self._indexes:
            index.close()
        self._indexes.clear()
        self._held.close()
        await asyncio.to_thread(give_back)


def place(folder: Path) -> tuple[int, int] | None:
    """What tells the folder of a snapshot from another one of the same name; ``None``: there is none."""
    try:
        found = (folder / "manifest.json").stat()
    except OSError:
        return None
    return (found.st_dev, found.st_ino)
