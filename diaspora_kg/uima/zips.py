"""A zip in memory, and nothing of it on disk: names are checked, sizes counted while unpacking."""

from __future__ import annotations

import io
import stat
import struct
import zipfile
import zlib
from dataclasses import dataclass
from functools import cached_property
from pathlib import PurePosixPath

from diaspora_kg.uima.guard import MOST_BYTES, RefusedError

MOST_MEMBERS = 20_000
MOST_UNPACKED = 2 * MOST_BYTES
"""How many bytes are unpacked of one zip and the zips in it; members that are never read do not count."""
MOST_RATIO = 200
_SMALL = 1024 * 1024
_HINT = "Make the export again; if it is right as it is, unpack it and put its documents into articles/."
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, struct.error, NotImplementedError, OSError, ValueError)


def is_jsonl(head: bytes) -> bool:
    """Whether the first member of a zip is a file of JSON lines, by the zip's first bytes."""
    length = int.from_bytes(head[26:28], "little")  # a local file header: APPNOTE.TXT, 4.3.7
    return head[30 : 30 + length].endswith(b".jsonl")


@dataclass(slots=True)
class _Budget:
    """How many bytes may still be unpacked."""

    left: int


class Zip:
    """The members of a zip by name; raises :class:`RefusedError` where it is broken or a trap.

    A zip ``within`` another one shares what may be unpacked.
    """

    def __init__(self, data: bytes, within: Zip | None = None) -> None:
        self.budget: _Budget = within.budget if within else _Budget(MOST_UNPACKED)
        try:
            self._file = zipfile.ZipFile(io.BytesIO(data))
            members = self._file.infolist()
        except _BROKEN as error:
            raise RefusedError("zip-broken", f"The zip cannot be opened: {error}.", _HINT) from None
        if len(members) > MOST_MEMBERS:
            raise RefusedError("zip-too-large", f"The zip has more than {MOST_MEMBERS} members.", _HINT)
        self._members: dict[str, zipfile.ZipInfo] = {}
        for member in members:
            self._add(member)
        self.names = tuple(name for name in self._members if not name.endswith("/"))

    def _add(self, member: zipfile.ZipInfo) -> None:
        name = member.filename
        if fault := _fault(member):
            raise RefusedError("zip-name", f"The zip has a member {name[:120]!r}: {fault}.", _HINT)
        if name in self._members:
            raise RefusedError("zip-name", f"The zip has two members {name[:120]!r}.", _HINT)
        self._members[name] = member

    def read(self, name: str) -> bytes:
        """The bytes of one member."""
        member = self._members[name]
        if member.flag_bits & 1:
            raise RefusedError("zip-encrypted", f"{name} is encrypted.", "Export it without a password.")
        most = min(MOST_BYTES, self.budget.left)
        if member.compress_size * MOST_RATIO < member.file_size and member.file_size > _SMALL:
            raise RefusedError("zip-bomb", f"{name} would unpack to {MOST_RATIO} times its size.", _HINT)
        try:
            with self._file.open(member) as opened:
                data = opened.read(most + 1)
        except (*_BROKEN, RuntimeError) as error:
            raise RefusedError("zip-broken", f"{name} cannot be unpacked: {error}.", _HINT) from None
        if len(data) > most:
            message = f"{name} unpacks to more than the {most // 1_000_000} MB that are left to it."
            raise RefusedError("zip-too-large", message, _HINT)
        self.budget.left -= len(data)
        return data

    @cached_property
    def types(self) -> bytes | None:
        """The type system that lies in it, if one does."""
        found = [name for name in self.names if name.lower().endswith("typesystem.xml")]
        return self.read(found[0]) if found else None


def _fault(member: zipfile.ZipInfo) -> str:
    name = member.filename
    parts = PurePosixPath(name).parts
    if not name or name.startswith("/") or ".." in parts or "\\" in name or ":" in name.partition("/")[0]:
        return "a name that leads out of the zip"
    if any(ord(letter) < 32 or letter == "\x7f" or "\ud800" <= letter <= "\udfff" for letter in name):
        return "a name with control characters"
    if len(name) > 1000:
        return "a name that is far too long"
    mode = member.external_attr >> 16
    if stat.S_ISLNK(mode):
        return "a link, which is not followed"
    return ""
