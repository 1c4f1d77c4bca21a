"""What the state knows of a folder as a whole, so that one in which nothing changed costs one comparison.

A hundred thousand articles are two hundred thousand files: to look at them costs half a second, to compare
each with its own row four times that. A folder's row is made of the rows of its files, so it says as much as
they do; whoever changes one of these names the folder, and its row is made again before the state is left.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import chain
from operator import itemgetter

from diaspora_kg.light import light
from diaspora_kg.looks import NOTHING, Looks
from diaspora_kg.sums import Total

_MTIME, _CTIME = itemgetter(1), itemgetter(2)


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


def mark_of(names: Sequence[str], looks: Sequence[bytes]) -> str:
    """A hash of how the files of a folder look; empty, and so like no other, where one cannot be told.

    ``names`` are in order, ``looks`` :func:`~diaspora_kg.looks.packed`.
    """
    if NOTHING in looks:
        return ""
    digest = hashlib.sha256("\0".join(names).encode("utf-8", "surrogateescape"))
    digest.update(b"".join(looks))
    return digest.hexdigest()


def newest_of(looks: Sequence[Looks]) -> int:
    """The latest time that any of some files shows, in nanoseconds."""
    return max(chain(map(_MTIME, looks), map(_CTIME, looks)), default=0)
