"""The lines of a build from nothing: they wait in one file until all are known, and are loaded then.

The file is plain N-Quads. Before the lines of each article stands a comment that says how long they are and
whose. Lines that do not count any longer stay where they are, and are left out when the file is read.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator, Sequence, Set
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from diaspora_kg.build.spool import damaged
from diaspora_kg.errors import RunStopped
from diaspora_kg.quickjson import encoder

LINES, OUTBOX = "lines.new", "outbox.new"
"""The names of the file, and of a folder in which lines come, beside the other things that are half made."""

_HEAD = b"# "
_LONGEST = 1 << 20  # bytes of a comment; a key is as long as a path may be
_AT_ONCE = 1 << 18  # bytes
_JSON = encoder()


@dataclass
class Extent:
    """How much of the file counts: its first bytes, but for what begins and ends at each of ``gone``."""

    size: int = 0
    gone: list[tuple[int, int]] = field(default_factory=list)

    def stretches(self, begin: int) -> Iterator[tuple[int, int]]:
        """From where to where, behind ``begin``, lines count.

        >>> list(Extent(90, [(40, 50), (10, 20)]).stretches(0))
        [(0, 10), (20, 40), (50, 90)]
        """
        for first, last in sorted(self.gone):
            if begin < first:
                yield begin, first
            begin = max(begin, last)
        if begin < self.size:
            yield begin, self.size


class Lines:
    """The file, as far as it counts."""

    def __init__(self, path: Path, extent: Extent | None = None) -> None:
        """Begin it, or go on with ``extent`` of it, which it must have."""
        self._path = path
        self.extent = extent or Extent()
        self._file = path.open("ab")
        self._file.truncate(self.extent.size)
        self._some = memoryview(bytearray(_AT_ONCE))
        self._gone: Future[None] | None = None

    def add(self, sent: Sent) -> None:
        """The lines of some articles; a file in which they came is removed."""
        if sent.path:
            with Path(sent.path).open("rb", buffering=0) as file:
                while some := file.readinto(self._some):
                    self._file.write(self._some[:some])
            Path(sent.path).unlink()
        else:
            self._file.write(sent.data)
        self.extent.size += sent.size

    def rest(self) -> Extent:
        """Let all that was added outlive this process; how much that is."""
        self._file.flush()
        return Extent(self.extent.size, list(self.extent.gone))

    def withdraw(self, keys: Set[str]) -> Iterator[tuple[str, Sequence[str]]]:
        """Let what was added of some articles not count; each time that one was added, with its lines.

        Raises :class:`~diaspora_kg.errors.RunStopped` where the file is not as it was written.
        """
        self._file.flush()
        for key, first, begin, end in list(self._records()) if keys else ():
            if key in keys:
                self.extent.gone.append((first, end))
                yield key, self._lines(begin, end)

    def damaged(self, why: object) -> RunStopped:
        """What is said of a file that is not as it was written."""
        return damaged(self._path, why)

    def portions(self, begin: int, size: int) -> Iterator[tuple[bytes, int]]:
        """What counts behind a place of the file, in pieces of about so many bytes, and where each ends."""
        self._file.flush()
        for first, last in self.extent.stretches(begin):
            place = first
            while place < last:
                data = self._read(place, min(place + size, last))
                if place + len(data) < last and not data.endswith(b"\n"):
                    data += self._rest_of_line(place + len(data))
                place += len(data)
                yield data, place

    def left(self, begin: int) -> float:
        """Which share of what counts stands behind a place."""
        whole, left = (sum(b - a for a, b in self.extent.stretches(place)) for place in (0, begin))
        return left / whole if whole else 0.0

    def remove(self) -> None:
        """Begin to let go of the room that it takes: for some gigabytes a disk needs seconds."""
        self._file.close()
        thread = ThreadPoolExecutor(1)
        self._gone = thread.submit(self._path.unlink, missing_ok=True)
        thread.shutdown(wait=False)

    def close(self) -> None:
        """Let go of the file; one that is being removed is gone then, or :class:`OSError` is raised."""
        self._file.close()
        if self._gone is not None:
            self._gone.result()

    def _records(self) -> Iterator[tuple[str, int, int, int]]:
        """Each article that has lines, where its comment begins, and where its lines begin and end."""
        with self._path.open("rb") as file:
            for first, last in self.extent.stretches(0):
                place = first
                while place < last:
                    file.seek(place)
                    head = file.readline(_LONGEST)
                    try:
                        length, key = _headed(head, last - place)
                    except (ValueError, RecursionError) as error:
                        raise self.damaged(error) from error
                    begin = place + len(head)
                    end = begin + length
                    yield key, place, begin, end
                    place = end

    def _lines(self, begin: int, end: int) -> Sequence[str]:
        try:
            return self._read(begin, end).decode().split("\n")[:-1]
        except UnicodeDecodeError as error:
            raise self.damaged(error) from error

    def _read(self, begin: int, end: int) -> bytes:
        with self._path.open("rb") as file:
            file.seek(begin)
            return file.read(end - begin)

    def _rest_of_line(self, place: int) -> bytes:
        with self._path.open("rb") as file:
            file.seek(place)
            return file.readline()


def _headed(head: bytes, room: int) -> tuple[int, str]:
    """How long the lines of an article are, and whose, by the comment before them; :class:`ValueError`.

    ``room`` bytes count, the comment with them.
    """
    length, _, written = head.removeprefix(_HEAD).partition(b" ")
    key, size = json.loads(written), int(length)
    if not head.startswith(_HEAD) or not isinstance(key, str) or not 0 <= size <= room - len(head):
        raise ValueError(f"{head[:60]!r} cannot stand before lines")
    return size, key


@dataclass(frozen=True)
class Sent:
    """Lines of some articles on their way, ``size`` bytes: themselves, or in a file at ``path``."""

    size: int
    data: bytes = b""
    path: str = ""

    def part(self, begin: int, end: int) -> bytes:
        """What stands between two places."""
        if not self.path:
            return self.data[begin:end]
        with Path(self.path).open("rb") as file:
            file.seek(begin)
            return file.read(end - begin)


def sent(records: Sequence[bytes], outbox: Path | None = None) -> Sent:
    """What was :func:`recorded` of some articles, in a file of the folder ``outbox`` if there is one.

    A pipe takes so much in small pieces, and keeps busy who reads it.
    """
    size = sum(map(len, records))
    if outbox is None or not size:
        return Sent(size, b"".join(records))
    with tempfile.NamedTemporaryFile(dir=outbox, delete=False) as file:
        file.writelines(records)
    return Sent(size, path=file.name)


def recorded(key: str, lines: bytes) -> bytes:
    """The lines of an article, each with its line break, behind the comment that says whose they are."""
    return f"# {len(lines)} {_JSON(key)}\n".encode() + lines


def articles(portion: bytes) -> int:
    """Of how many articles the lines of a portion begin.

    >>> articles(b"# 0 1" + bytes([10]) + b"# 0 2" + bytes([10]))
    2
    """
    return portion.startswith(_HEAD) + portion.count(b"\n" + _HEAD)
