"""How a file looks from outside: what a build compares to see whether it may have changed.

Nothing but the standard library is loaded for it, since a process that starts for a moment needs it, too.
"""

from __future__ import annotations

import os
import stat
import struct
from collections.abc import Iterable

Looks = tuple[int, int, int, int]
"""Size, time of content, of change (ns), inode; zeros: it cannot be told."""

UNKNOWN: Looks = (0, 0, 0, 0)
_PACKED = struct.Struct("<4q")
_HALF = 2**63


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


NOTHING = packed(UNKNOWN)
"""How a file looks of which it cannot be told."""


def plain(names: Iterable[str], folder: int) -> list[bytes | None]:
    """How files of an open folder look, packed; ``None`` for what is no plain file with a plain name."""
    looks: list[bytes | None] = []
    for name in names:
        try:
            about = os.stat(name, dir_fd=folder, follow_symlinks=False)
        except OSError:
            looks.append(None)
        else:
            looks.append(packed_of(about) if stat.S_ISREG(about.st_mode) and name.isascii() else None)
    return looks
