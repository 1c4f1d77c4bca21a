"""Which units show a node: the ledger's other way round, for what a change of the graph touches.

Of each unit the ledger holds the numbers of the nodes that it shows. The way back is kept in some thousand
blobs: a row of a table for each node of each page took as much time as all that is asked for the page.
It is noted in one go at the end of a run. A run that was ended leaves it behind what the units hold; it is
then made of these again before anybody asks it.
"""

from __future__ import annotations

import sqlite3
from array import array
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from itertools import chain
from typing import TypeAlias

TABLE = "CREATE TABLE showing (part INTEGER PRIMARY KEY, pairs BLOB NOT NULL);"

_PARTS = 1 << 12
_MOST = 2_000_000  # numbers that wait to be noted
_KEY, _WHOLE = "showing", "whole"

Pairs: TypeAlias = "array[int]"
"""Node, unit, node, unit and so on."""


class Showing:
    """The units by the numbers of the nodes that they show."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db
        self._waiting: dict[int, tuple[bytes, bytes]] = {}
        self._often = 0
        [(known,)] = db.execute("SELECT count(*) FROM meta WHERE key = ? AND value = ?", (_KEY, _WHOLE))
        [(units,)] = db.execute("SELECT EXISTS (SELECT 1 FROM unit)")
        self._whole = bool(known) or not units

    def change(self, unit: int, before: bytes, now: bytes) -> None:
        """A unit shows other nodes than before; both are arrays of numbers."""
        if not self._waiting:
            self._db.execute("DELETE FROM meta WHERE key = ?", (_KEY,))
        first = self._waiting.get(unit)
        self._waiting[unit] = (first[0] if first else before, now)
        self._often += len(now) // 8
        if self._often > _MOST:
            self._note()

    def units(self, nodes: Collection[int]) -> Iterator[int]:
        """The units that show one of these nodes, some of them several times."""
        self.settle()
        parts: dict[int, set[int]] = defaultdict(set)
        for node in nodes:
            parts[node % _PARTS].add(node)
        for part, wanted in sorted(parts.items()):
            pairs = self._part(part)
            yield from (unit for node, unit in zip(pairs[::2], pairs[1::2], strict=True) if node in wanted)

    def settle(self) -> None:
        """Note what waits; make all of it again if a run was ended before it did."""
        if not self._whole:
            self._db.execute("DELETE FROM showing")
            self._waiting = {unit: (b"", now) for unit, now in self._db.execute("SELECT id, shown FROM unit")}
            self._whole = True
        self._note()
        self._db.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (_KEY, _WHOLE))

    def _note(self) -> None:
        gone: dict[int, set[tuple[int, int]]] = defaultdict(set)
        new: dict[int, list[int]] = defaultdict(list)
        for unit, (before, now) in self._waiting.items() if self._whole else ():
            old, shown = frozenset(array("q", before)), array("q", now)
            for node in shown if not old else [one for one in shown if one not in old]:
                new[node % _PARTS].extend((node, unit))
            for node in old.difference(shown):
                gone[node % _PARTS].add((node, unit))
        for part in gone.keys() | new.keys():
            self._put(part, gone[part], new[part])
        self._waiting, self._often = {}, 0

    def _put(self, part: int, gone: Collection[tuple[int, int]], new: Iterable[int]) -> None:
        """Note one part anew; most of what was noted of it stays."""
        pairs = self._part(part)
        if gone:
            every = zip(pairs[::2], pairs[1::2], strict=True)
            pairs = array("q", chain.from_iterable(pair for pair in every if pair not in gone))
        pairs.extend(new)
        self._db.execute("INSERT OR REPLACE INTO showing VALUES (?, ?)", (part, pairs.tobytes()))

    def _part(self, part: int) -> Pairs:
        row = self._db.execute("SELECT pairs FROM showing WHERE part = ?", (part,)).fetchone()
        return array("q", row[0] if row else b"")
