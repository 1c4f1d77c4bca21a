"""The register as workers have it: a file in which each entry is found by its key and read when it is wanted.

As Python's own values the entries of a large register would be the largest part of each worker, the same in
all of them. So the process that leads packs them once, for one build: first how many there are, then the
checksums of their keys in order, then where the text of each begins, then the texts. A worker keeps two
numbers for each entry, and those entries that were asked for lately.
"""

from __future__ import annotations

import json
import sys
from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Set
from dataclasses import dataclass, replace
from io import BytesIO
from itertools import pairwise
from pathlib import Path
from typing import BinaryIO, TypeAlias
from zlib import crc32

from diaspora_kg.build.keyed import Keyed
from diaspora_kg.identity import Directory, Entry
from diaspora_kg.identity.directory import same
from diaspora_kg.state import codec

REGISTER = "register.new"
"""The name of the file in a project's ``.dkg``; each build from nothing makes it anew."""

_Head: TypeAlias = tuple[int, str, str, str, int]  # number in the register, key, kind, file, line

_CACHED = 1_000  # entries, and as many that were asked for before those
_AT_ONCE = 256  # entries that are read together where all are wanted


@dataclass(frozen=True)
class Packed:
    """A packed register as it travels: its file, and for who does not see that, what is in it."""

    path: Path
    data: bytes = b""

    def carried(self) -> Packed:
        """The same for another machine."""
        return replace(self, data=self.path.read_bytes())

    def open(self) -> Entries:
        """Its entries; the file stays open until they are closed."""
        return Entries(BytesIO(self.data) if self.data else self.path.open("rb", buffering=0))


def pack(register: Iterable[Entry], path: Path) -> Packed:
    """Write the entries of a register, of which no two have one key, into a file."""
    texts = []
    for number, entry in enumerate(register):
        head = json.dumps([number, entry.key, entry.kind, entry.file, entry.line])
        texts.append((_sum(same(entry.key)), f"{head}\n{codec.write(entry.record)}".encode()))
    texts.sort()
    places = [0]
    for _, text in texts:
        places.append(places[-1] + len(text))
    with path.open("wb") as file:
        file.write(len(texts).to_bytes(8, "little"))
        file.write(_ordered(array("I", (mark for mark, _ in texts))).tobytes())
        file.write(_ordered(array("Q", places)).tobytes())
        file.writelines(text for _, text in texts)
    return Packed(path)


class Entries(Keyed):
    """The entries of a packed register by their keys, in normal form; those asked for lately are kept."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        count = int.from_bytes(file.read(8), "little")
        self._marks = _numbers("I", file, count)
        self._places = _numbers("Q", file, count + 1)
        self._begin = file.tell()
        self._late: dict[str, Entry] = {}
        self._before: dict[str, Entry] = {}

    def __iter__(self) -> Iterator[str]:
        return (same(key) for _, key, *_ in sorted(head for head, _ in self._all()))

    def __len__(self) -> int:
        return len(self._marks)

    def in_order(self) -> list[Entry]:
        """All entries as they follow each other in the register."""
        return [_entry(head, record) for head, record in sorted(self._all(), key=_number)]

    def keys_of(self, kinds: Set[str] | None) -> Iterator[str]:
        """The keys of all entries of these kinds, as they are written; in no order."""
        return (key for (_, key, kind, *_), _ in self._all() if kinds is None or kind in kinds)

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()

    def find(self, key: str) -> Entry | None:
        """As :meth:`Keyed.find`."""
        if (found := self._late.get(key)) is not None:
            return found
        if (found := self._before.get(key)) is None:
            mark, marks = _sum(key), self._marks
            number = bisect_left(marks, mark)
            while number < len(marks) and marks[number] == mark and found is None:
                found = self._read(number, key)
                number += 1
            if found is None:
                return None
        if len(self._late) >= _CACHED:
            self._before, self._late = self._late, {}
        self._late[key] = found
        return found

    def _read(self, number: int, key: str) -> Entry | None:
        """The entry with this number, if the key is its own: keys of one checksum lie side by side."""
        [(head, record)] = self._texts(number, number + 1)
        return _entry(head, record) if same(head[1]) == key else None

    def _all(self) -> Iterator[tuple[_Head, str]]:
        for first in range(0, len(self), _AT_ONCE):
            yield from self._texts(first, min(first + _AT_ONCE, len(self)))

    def _texts(self, first: int, last: int) -> Iterator[tuple[_Head, str]]:
        """Heads and records of the entries with these numbers."""
        places = self._places[first : last + 1]
        self._file.seek(self._begin + places[0])
        data = self._file.read(places[-1] - places[0])
        for begin, end in pairwise(place - places[0] for place in places):
            head, _, record = data[begin:end].decode().partition("\n")
            yield json.loads(head), record


class RegisterDirectory(Directory):
    """The directory of a packed register, which has no articles."""

    def __init__(self, entries: Entries) -> None:
        super().__init__(())
        self._nodes = self._entries = entries

    def _declared_in(self, *articles: str | None) -> list[Entry]:
        return self._entries.in_order() if None in articles else []

    def _keys_in(self, article: str | None, kinds: frozenset[str] | None) -> Iterable[str]:
        return self._entries.keys_of(kinds) if article is None else ()


def _entry(head: _Head, record: str) -> Entry:
    _, key, kind, file, line = head
    return Entry(key, kind, key, codec.read(record), None, file, line)


def _number(text: tuple[_Head, str]) -> int:
    return text[0][0]


def _sum(key: str) -> int:
    return crc32(key.encode("utf-8", "surrogatepass"))


def _numbers(kind: str, file: BinaryIO, count: int) -> array[int]:
    found = array(kind)
    found.frombytes(file.read(count * found.itemsize))
    return _ordered(found)


def _ordered(numbers: array[int]) -> array[int]:
    """The same in the order of bytes that the file has, or back from there."""
    if sys.byteorder == "big":
        numbers.byteswap()
    return numbers
