"""Rows for the index that wait in a file, in a build from nothing, until somebody has time for them.

Nothing asks the index while articles are read and the store is loaded, and both keep every processor busy.
To compact the store afterwards keeps one of them busy: the rows are put in beside that.
"""

from __future__ import annotations

import marshal
import pickle
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from diaspora_kg.index import Filling, FormerRow, Writer
from diaspora_kg.sums import Total

ROWS = "rows.new"
"""The name of the file, beside the other things that are half made."""

_LENGTH = 8  # bytes that say how long what follows is
_PLAIN, _ODD = b"m", b"p"  # how it is written
_MARSHAL = 4  # the version of the format; Python 3.4 and all later ones read it


def carried(rows: Filling) -> bytes:
    """Rows as they travel and wait; of none, nothing. Only processes of one build read what others wrote."""
    if rows == Filling():
        return b""
    formers = [(one.key, one.iri) for one in rows.formers]
    return _written(
        (
            *(rows.nodes, rows.words, rows.origins, formers),
            *((rows.total.value, rows.total.count), rows.shared, rows.digests, rows.folded),
        )
    )


def _written(cells: tuple[Any, ...]) -> bytes:
    try:
        return _PLAIN + marshal.dumps(cells, _MARSHAL)  # takes half as long as pickle
    except ValueError:  # a reader script has a kind of string of its own
        return _ODD + pickle.dumps(cells, pickle.HIGHEST_PROTOCOL)


def _read(data: bytes) -> tuple[Any, ...]:
    load: Any = marshal.loads if data.startswith(_PLAIN) else pickle.loads
    cells: tuple[Any, ...] = load(memoryview(data)[1:])
    return cells


def _filling(cells: tuple[Any, ...]) -> Filling:
    nodes, words, origins, formers, hashed, *rest = cells
    return Filling(nodes, words, origins, [FormerRow(*one) for one in formers], Total(*hashed), *rest)


class Later:
    """The file; what was added to it is done to an index in the same order."""

    def __init__(self, path: Path, size: int = 0) -> None:
        """Begin it, or go on with the first bytes of it, which it must have."""
        self._path = path
        self._size = size
        self._file = path.open("ab")
        self._file.truncate(size)

    def fill(self, rows: bytes) -> None:
        """Rows that were :func:`carried`."""
        if rows:
            self._add(rows)

    def forget(self, article: str, iri: str) -> None:
        """Nothing of what was added so far is said of an article, whose node is ``iri``."""
        self._add(_written((article, iri)))

    def rest(self) -> int:
        """Let all that was added outlive this process; how many bytes that is."""
        self._file.flush()
        return self._size

    def bring_in(self, index: Writer) -> set[str]:
        """Let an index have it; the nodes of which the rows may not tell all."""
        self._file.flush()
        stale: set[str] = set()
        for cells in self._all():
            if len(cells) == 2:
                index.forget_places(*cells)
            else:
                stale |= index.fill(_filling(cells))
        return stale

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()

    def remove(self) -> None:
        """Remove the file."""
        self.close()
        self._path.unlink(missing_ok=True)

    def _add(self, data: bytes) -> None:
        self._file.write(len(data).to_bytes(_LENGTH, "big") + data)
        self._size += _LENGTH + len(data)

    def _all(self) -> Iterator[tuple[Any, ...]]:
        with self._path.open("rb") as file:
            while length := file.read(_LENGTH):
                yield _read(file.read(int.from_bytes(length, "big")))
