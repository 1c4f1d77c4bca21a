"""Rows for the index that wait in a file, in a build from nothing, until somebody has time for them.

Nothing asks the index while articles are read and the store is loaded, and both keep every processor busy.
To compact the store afterwards keeps one of them busy: the rows are put in beside that.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from itertools import chain
from pathlib import Path
from typing import Any

from diaspora_kg.build.spool import damaged
from diaspora_kg.index import Filling, FormerRow, Writer
from diaspora_kg.quickjson import encoder
from diaspora_kg.sums import Total

ROWS = "rows.new"
"""The name of the file, beside the other things that are half made."""

_LENGTH = 8  # bytes that say how long what follows is
_DIGEST = 32  # bytes
_JSON = encoder(ensure_ascii=False)


def carried(rows: Filling) -> bytes:
    """Rows as they travel and wait, as JSON; of none, nothing.

    Whoever takes a build up reads what another process left: a form that can hold more than values would let
    a stranger's file do more than that.
    """
    if rows == Filling():
        return b""
    formers = [(one.key, one.iri) for one in rows.formers]
    digests = b"".join(rows.digests).hex()
    cells = (
        *(rows.nodes, rows.words, rows.origins, formers),
        *((rows.total.value, rows.total.count), list(rows.shared), digests, rows.folded),
    )
    return _JSON(cells).encode()


def _filling(cells: Sequence[Any]) -> Filling:
    nodes, words, origins, formers, hashed, shared, digests, folded = cells
    data = bytes.fromhex(digests)
    return Filling(
        *(_rows(nodes, 4), _rows(words, 4), _rows(origins, 5)),
        [FormerRow(*one) for one in _rows(formers, 2)],
        *(Total(*map(int, hashed)), set(shared)),
        [data[place : place + _DIGEST] for place in range(0, len(data), _DIGEST)],
        folded,
    )


def _rows(table: Sequence[Any], width: int) -> list[Any]:
    """The rows of a table, if they have so many cells, which are such as an index has."""
    if not set(map(len, table)) <= {width} or not set(map(type, chain.from_iterable(table))) <= {str, int}:
        raise ValueError(f"a table without {width} cells in each row")
    return list(table)


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
        self._add(_JSON((article, iri)).encode())

    def rest(self) -> int:
        """Let all that was added outlive this process; how many bytes that is."""
        self._file.flush()
        return self._size

    def bring_in(self, index: Writer) -> set[str]:
        """Let an index have it; the nodes of which the rows may not tell all.

        Raises :class:`RunStopped` where the file is not as it was written.
        """
        self._file.flush()
        stale: set[str] = set()
        for one in self._all():
            if isinstance(one, Filling):
                stale |= index.fill(one)
            else:
                index.forget_places(*one)
        return stale

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()

    def _add(self, data: bytes) -> None:
        self._file.write(len(data).to_bytes(_LENGTH, "big") + data)
        self._size += _LENGTH + len(data)

    def _all(self) -> Iterator[Filling | tuple[str, str]]:
        with self._path.open("rb") as file:
            while head := file.read(_LENGTH):
                length = int.from_bytes(head, "big")
                try:
                    if length > self._size:  # what cannot be there would take the memory for it
                        raise ValueError(f"{length} bytes in a file of {self._size}")
                    cells = json.loads(file.read(length))
                    yield _filling(cells) if len(cells) > 2 else (str(cells[0]), str(cells[1]))
                except (ValueError, TypeError, LookupError, OverflowError, RecursionError) as error:
                    raise damaged(self._path, error) from error
