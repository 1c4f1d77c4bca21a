"""Looks at files in a process of its own, while this one still loads what it needs.

To look at two hundred thousand files takes most of a second. The other process goes from the last to the
first, this one later from the first to the last, and where they meet all is seen. What the other one saw is
in a file without a name: neither ever waits. Nothing depends on it; what it has not seen is looked at here.
"""

from __future__ import annotations

import os
import stat
import struct
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import BinaryIO

from diaspora_kg.looks import NOTHING, plain

_PART = 512  # files of a folder that are told together
_HEAD = struct.Struct("<3I")  # how long the folder's path is, the names, the looks
_READ = 1 << 20  # bytes
_RUN = "import sys; sys.path.append(sys.argv[1]); from diaspora_kg.glance import tell; tell(sys.argv[2])"
_ALONE = ("-I", "-S", "-B", "-c")  # nothing of the user's or of the folder it runs in is loaded


class Seen:
    """What the other process has written so far, by folder and names; what came of it may end anywhere."""

    def __init__(self) -> None:
        self._looks: dict[tuple[bytes, bytes], bytes] = {}
        self._rest = b""

    def add(self, data: bytes) -> None:
        """More was written."""
        rest, at = self._rest + data, 0
        while len(rest) >= at + _HEAD.size:
            lengths = _HEAD.unpack_from(rest, at)
            names = at + _HEAD.size + lengths[0]
            looks, end = names + lengths[1], names + lengths[1] + lengths[2]
            if len(rest) < end:
                break
            self._looks[rest[at + _HEAD.size : names], rest[names:looks]] = rest[looks:end]
            at = end
        self._rest = rest[at:]

    def of(self, folder: str, names: Sequence[str]) -> list[bytes] | None:
        """See :meth:`Glance.of`; told once."""
        looks = self._looks.pop((os.fsencode(folder), _joined(names)), b"")
        if len(looks) != len(names) * len(NOTHING):
            return None
        return [looks[at : at + len(NOTHING)] for at in range(0, len(looks), len(NOTHING))]


def written(folder: str, names: Sequence[str], looks: Sequence[bytes]) -> bytes:
    """How it is written that files of a folder look so (packed)."""
    fields = os.fsencode(folder), _joined(names), b"".join(looks)
    return _HEAD.pack(*map(len, fields)) + b"".join(fields)


class Glance:
    """The other process, until it is closed; ``begun`` (ns) is before it saw anything."""

    def __init__(self, folder: Path) -> None:
        self.begun = time.time_ns()
        self._seen, self._read = Seen(), 0
        self._file: BinaryIO | None = None
        self._process: subprocess.Popen[bytes] | None = None
        try:
            self._file = tempfile.TemporaryFile()  # noqa: SIM115 - it is open as long as this is
            self._process = _begun(folder, self._file)
        except OSError:  # no process, no folder for files: then there is none
            self.close()

    def of(self, folder: str, names: Sequence[str]) -> list[bytes] | None:
        """How the files of a part of a folder look (see :func:`parts`), packed, if all of them were seen."""
        if self._file is not None:
            while data := os.pread(self._file.fileno(), _READ, self._read):
                self._read += len(data)
                self._seen.add(data)
        return self._seen.of(folder, names)

    def close(self) -> None:
        """No more is looked at, and what was seen is forgotten: it grows old. May be called again."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
        if self._file is not None:
            self._file.close()
        self._process = self._file = None
        self._seen = Seen()


def parts(names: Sequence[str]) -> Iterator[Sequence[str]]:
    """The names of a folder, which are in order, in parts."""
    return (names[at : at + _PART] for at in range(0, len(names), _PART))


def tell(folder: str) -> None:
    """Say on stdout how files look in and below a folder, the last first; this the other process runs.

    No link is followed, the folder itself included: it may lead out of the project.
    """
    waiting = [folder]
    while waiting:
        path = waiting.pop()
        try:
            opened = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
        except OSError:
            continue
        try:
            waiting += _told(path, opened)
        finally:
            os.close(opened)


def _told(path: str, opened: int) -> list[str]:
    """Say how the files of a folder look; its own folders."""
    folders = []
    for names in reversed([*parts(sorted(os.listdir(opened)))]):
        looks = plain(names, opened)
        others = [name for name, one in zip(names, looks, strict=True) if one is None]
        if not others:
            sys.stdout.buffer.write(written(path, names, [one for one in looks if one]))
            sys.stdout.buffer.flush()
        folders += [f"{path}/{name}" for name in others if _is_folder(name, opened)]
    return sorted(folders)


def _is_folder(name: str, opened: int) -> bool:
    try:
        about = os.stat(name, dir_fd=opened, follow_symlinks=False)
    except OSError:
        return False
    return stat.S_ISDIR(about.st_mode) and not name.startswith(".")


def _joined(names: Sequence[str]) -> bytes:
    return os.fsencode("\0".join(names))


def _begun(folder: Path, out: BinaryIO) -> subprocess.Popen[bytes]:
    words = [sys.executable or "", *_ALONE, _RUN, str(Path(__file__).parents[1]), str(folder)]
    quiet = subprocess.DEVNULL
    return subprocess.Popen(words, stdin=quiet, stdout=out, stderr=quiet)  # noqa: S603 - our own words
