"""Writes files into a site's folder and nowhere else, each at once: a reader sees the old file or the new.

Nothing is written through a symbolic link, and a file that stands there and was not written by this program
is neither written over nor removed.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path, PurePosixPath

from diaspora_kg.errors import UsageError
from diaspora_kg.website.ledger import Written

_MAKE = os.O_WRONLY | os.O_CREAT | os.O_EXCL  # the last refuses a link too


class Folder:
    """The folder of a site; ``state`` names the hidden one in it that holds what is in the making."""

    def __init__(self, root: Path, state: str) -> None:
        self.root = root
        self.state = root / state
        self._known: set[str] = set()
        self._here = str(root)
        self._new = f"{self.state}/new"
        for own in (root, self.state):
            if own.is_symlink():
                raise _linked(own)
        try:
            self.state.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise _unwritable(self.state, error) from error

    def foreign(self, path: str) -> None:
        """Raise :class:`UsageError` if there is something that this program has not written."""
        if os.path.lexists(self.root / path):
            raise UsageError(
                f"{self.root / path} is there and was not written by dkg pages, so it stays as it is. "
                "Move it away, or choose another folder with --out."
            )

    def write(self, path: str, body: bytes) -> Written:
        """Write a file; folders on the way are made. Raises :class:`UsageError`."""
        target = self._inside(path)
        try:
            self._folder(target.rpartition("/")[0])
            self._make(body)
            os.replace(self._new, target)  # noqa: PTH105 - of ten thousand files each is no Path
            told = os.lstat(target)
        except OSError as error:
            raise _unwritable(target, error) from error
        return Written(path, hashlib.sha256(body).digest(), told.st_size, told.st_mtime_ns)

    def _make(self, body: bytes) -> None:
        """Make the next file where no reader looks."""
        try:
            made = os.open(self._new, _MAKE, 0o666)
        except FileExistsError:  # a run that was ended left it, or it is a link
            Path(self._new).unlink()
            made = os.open(self._new, _MAKE, 0o666)
        try:
            rest = memoryview(body)
            while rest:
                rest = rest[os.write(made, rest) :]
        finally:
            os.close(made)

    def looks(self, path: str, sha256: bytes) -> Written:
        """A file as it is now."""
        told = (self.root / path).lstat()
        return Written(path, sha256, told.st_size, told.st_mtime_ns)

    def holds(self, written: Written) -> bool:
        """Whether a file still is as it was written, by its size and time."""
        try:
            told = (self.root / written.path).lstat()
        except OSError:
            return False
        return (told.st_size, told.st_mtime_ns) == (written.size, written.mtime_ns)

    def has(self, path: str, body: bytes) -> bool:
        """Whether a file holds these bytes."""
        target = self.root / path
        try:
            return not target.is_symlink() and target.read_bytes() == body
        except OSError:
            return False

    def look(self, folders: Iterable[str]) -> Mapping[str, tuple[int, int]]:
        """Size and time of every file directly in some folders, by path."""
        found = {}
        for folder in folders:
            try:
                with os.scandir(self.root / folder) as entries:
                    for entry in entries:
                        told = entry.stat(follow_symlinks=False)
                        path = f"{folder}/{entry.name}" if folder else entry.name
                        found[path] = (told.st_size, told.st_mtime_ns)
            except OSError:
                continue
        return found

    def remove(self, path: str) -> None:
        """Remove a file, and the folders that it leaves empty. Raises :class:`UsageError`."""
        target = Path(self._inside(path))
        if any((self.root / folder).is_symlink() for folder in PurePosixPath(path).parents):
            raise _linked(target.parent)
        try:
            target.unlink(missing_ok=True)
        except OSError as error:
            raise _unwritable(target, error) from error
        for folder in target.parents:
            if folder == self.root:
                return
            try:
                folder.rmdir()
            except OSError:
                return
            self._known.discard(str(folder))

    def swap(self, made: Path, name: str) -> None:
        """Put a whole folder in the place of the one before; both are of this program."""
        target, old = self.root / name, self.state / "old"
        shutil.rmtree(old, ignore_errors=True)
        if os.path.lexists(target):
            target.replace(old)
        made.replace(target)
        shutil.rmtree(old, ignore_errors=True)

    def drop(self, name: str) -> None:
        """Remove a whole folder of this program."""
        if not (self.root / name).is_symlink():
            shutil.rmtree(self.root / name, ignore_errors=True)

    def _inside(self, path: str) -> str:
        """A path below the root; the ledger may have been written by somebody else."""
        if path in {"", "."} or path.startswith("/") or ".." in path.split("/"):
            raise UsageError(
                f"{self.state} names {path!r}, which lies outside of the site, so that it is not of this "
                f"program. Remove {self.state}, or choose another folder with --out."
            )
        return f"{self._here}/{path}"

    def _folder(self, folder: str) -> None:
        """Make a folder, step by step, so that no link on the way leads elsewhere."""
        if folder in self._known or folder == self._here:
            return
        self._folder(folder.rpartition("/")[0])
        made = Path(folder)
        made.mkdir(exist_ok=True)
        if made.is_symlink():
            raise _linked(made)
        self._known.add(folder)


def _linked(path: Path) -> UsageError:
    return UsageError(f"{path} is a link; dkg pages writes through none.")


def _unwritable(path: Path | str, error: OSError) -> UsageError:
    return UsageError(f"{path} cannot be written: {error.strerror or error}.")
