"""What the state knows of a folder as a whole, so that one in which nothing changed costs one comparison.

A hundred thousand articles are two hundred thousand files: to look at them costs half a second, to compare
each with its own row four times that. A folder's row is made of the rows of its files, so it says as much as
they do; whoever changes one of these names the folder, and its row is made again before the state is left.
"""

from __future__ import annotations

import hashlib
import json
import os
import struct
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import chain
from operator import itemgetter

from diaspora_kg.light import light
from diaspora_kg.sums import Total

Looks = tuple[int, int, int, int]
"""How a file looks from outside: size, time of content, of change (ns), inode; zeros: it cannot be told."""

UNKNOWN: Looks = (0, 0, 0, 0)
_MTIME, _CTIME = itemgetter(1), itemgetter(2)
_PACKED = struct.Struct("<4q")
_NOTHING = _PACKED.pack(*UNKNOWN)
_HALF = 2**63


@light
@dataclass(frozen=True, slots=True)
class FolderState:
    """One folder, its folders apart.

    ``mark`` is that of :func:`mark_of`, ``newest`` the latest time (ns) that any of its files shows,
    ``inputs`` what they add to the hash of everything that a build is made from, ``loose`` the texts and
    locks that belong to no annotation.
    """

    name: str
    mark: str
    newest: int
    inputs: Total = field(default_factory=Total)
    loose: tuple[str, ...] = ()

    def cells(self) -> tuple[object, ...]:
        """The cells of its table."""
        return self.name, self.mark, self.newest, self.inputs.write(), json.dumps(self.loose)

    @classmethod
    def read(cls, row: Sequence[str | int]) -> FolderState:
        """A folder from its cells."""
        name, mark, newest, inputs, loose = row
        return cls(str(name), str(mark), int(newest), Total.read(str(inputs)), tuple(json.loads(str(loose))))


def folder_of(path: str) -> str:
    """The folder in which a file of the project lies; empty for the project's own."""
    return path.rpartition("/")[0]


def looks_of(about: os.stat_result) -> Looks:
    """What of a file's description is compared.

    A number that does not fit into 64 bits with a sign, as SQLite has them, goes round: inodes of some file
    systems do not, nor do times after the year 2262.
    """
    found = about.st_size, about.st_mtime_ns, about.st_ctime_ns, about.st_ino
    if max(found) < _HALF and min(found) >= -_HALF:
        return found
    size, mtime, ctime, inode = ((number + _HALF) % (2 * _HALF) - _HALF for number in found)
    return size, mtime, ctime, inode


def packed_of(about: os.stat_result) -> bytes:
    """The same in 32 bytes, for many files at once."""
    try:
        return _PACKED.pack(about.st_size, about.st_mtime_ns, about.st_ctime_ns, about.st_ino)
    except struct.error:
        return packed(looks_of(about))


def packed(looks: Looks) -> bytes:
    """How a file looks in 32 bytes."""
    return _PACKED.pack(*looks)


def unpacked(data: bytes) -> Looks:
    """How a file looks, from :func:`packed`."""
    size, mtime, ctime, inode = _PACKED.unpack(data)
    return size, mtime, ctime, inode


def mark_of(names: Sequence[str], looks: Sequence[bytes]) -> str:
    """A hash of how the files of a folder look; empty, and so like no other, where one cannot be told.

    ``names`` are in order, ``looks`` :func:`packed`.
    """
    if _NOTHING in looks:
        return ""
    digest = hashlib.sha256("\0".join(names).encode("utf-8", "surrogateescape"))
    digest.update(b"".join(looks))
    return digest.hexdigest()


def newest_of(looks: Sequence[Looks]) -> int:
    """The latest time that any of some files shows, in nanoseconds."""
    return max(chain(map(_MTIME, looks), map(_CTIME, looks)), default=0)
