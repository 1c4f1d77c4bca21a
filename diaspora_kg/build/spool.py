"""Values that wait on the disk, so that a build holds few of them at once.

They are pickled, which is safe here: the file has no name, is this process's own, and ends with it.
"""

from __future__ import annotations

import pickle
import tempfile
from pathlib import Path
from typing import Generic, TypeVar, cast

Kept = TypeVar("Kept")


class Spool(Generic[Kept]):
    """Values by the number that :meth:`put` gave them."""

    def __init__(self, folder: Path) -> None:
        self._file = tempfile.TemporaryFile(dir=folder)  # noqa: SIM115 - it is closed with the spool

    def put(self, value: Kept) -> int:
        """Keep a value."""
        self._file.seek(0, 2)
        place = self._file.tell()
        pickle.dump(value, self._file, pickle.HIGHEST_PROTOCOL)
        return place

    def get(self, place: int) -> Kept:
        """A value that was kept."""
        self._file.seek(place)
        return cast("Kept", pickle.load(self._file))  # noqa: S301 - written by this process

    def close(self) -> None:
        """Let go of all of them."""
        self._file.close()
