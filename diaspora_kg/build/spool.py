"""What waits on the disk, so that a build holds little at once.

Values are pickled, which is safe here: their file has no name, is this process's own, and ends with it. Files
that have a name may be found damaged by the build that takes another up.
"""

from __future__ import annotations

import pickle
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Generic, TypeVar, cast

from diaspora_kg.errors import RunStopped

Kept = TypeVar("Kept")

_DAMAGED = "What was read before waits in {}, which is damaged ({}). Run `dkg build` again: it begins anew."


def damaged(file: Path, why: object) -> RunStopped:
    """What is said of a file in which things waited, and which is not as it was written."""
    return RunStopped(_DAMAGED.format(file.name, why))


@contextmanager
def emptied(folder: Path) -> Iterator[Path]:
    """An empty folder, gone afterwards."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


class Spool(Generic[Kept]):
    """Values by the number that :meth:`put` gave them."""

    def __init__(self, folder: Path) -> None:
        self._file = tempfile.TemporaryFile(dir=folder)  # noqa: SIM115 - it is closed with the spool

    def put(self, value: Kept) -> int:
        """Keep a value."""
        return self.put_bytes(pickle.dumps(value, pickle.HIGHEST_PROTOCOL))

    def put_bytes(self, data: bytes) -> int:
        """Keep a value that is pickled already."""
        self._file.seek(0, 2)
        place = self._file.tell()
        self._file.write(len(data).to_bytes(8, "big") + data)
        return place

    def bytes_at(self, place: int) -> bytes:
        """A value that was kept, still pickled."""
        self._file.seek(place)
        return self._file.read(int.from_bytes(self._file.read(8), "big"))

    def get(self, place: int) -> Kept:
        """A value that was kept."""
        return cast("Kept", pickle.loads(self.bytes_at(place)))  # noqa: S301 - written by this build

    def close(self) -> None:
        """Let go of all of them."""
        self._file.close()
