"""Published snapshots: what was true at one build, never changed afterwards.

``.dkg/snapshots/N/`` holds ``store/``, ``index.sqlite`` and ``manifest.json``. It is written under
another name, brought to the disk and renamed; then ``.dkg/current`` is replaced, which is the moment
of publishing. A reader holds a shared lock on the manifest, so that pruning leaves its snapshot alone.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import BinaryIO

from diaspora_kg.errors import RunStopped, UsageError
from diaspora_kg.store.embedded import EmbeddedStore
from diaspora_kg.store.turned import Turned

if sys.platform != "win32":
    import fcntl

FORMAT = 2
"""The version of the layout of a snapshot, and of what its hashes are made of.

In format 1 each quad and each row was hashed by itself.
"""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a snapshot is: ``id`` is the hash of the graph's content, ``index`` that of the index.

    ``published`` is the time of publishing (UTC, ISO 8601 with Z). ``versions`` names the program, the
    ontology and the mapping; ``counts`` has quads, graphs, articles and nodes by kind. ``inputs`` is a
    hash over all that the snapshot was made from, ``parted`` one over the decisions that were withdrawn.
    """

    id: str
    index: str
    number: int
    published: str
    base: str
    title: str
    licence: str
    versions: Mapping[str, str] = field(default_factory=dict)
    counts: Mapping[str, int] = field(default_factory=dict)
    format: int = FORMAT
    inputs: str = ""
    parted: str = ""

    def write(self) -> str:
        """The manifest as JSON."""
        return json.dumps(asdict(self), indent=2, sort_keys=True, ensure_ascii=False) + "\n"

    @classmethod
    def read(cls, text: str) -> Manifest:
        """A manifest from its JSON; raises :class:`ValueError` or :class:`TypeError`."""
        found = cls(**json.loads(text))
        for name, kind in _KINDS.items():
            if not isinstance(getattr(found, name), kind):
                raise TypeError(f"{name} is not as it was written")
        return found


_KINDS = {
    **dict.fromkeys(("id", "index", "published", "base", "title", "licence", "inputs", "parted"), str),
    **dict.fromkeys(("number", "format"), int),
    **dict.fromkeys(("versions", "counts"), dict),
}


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One published state of the graph in its folder."""

    path: Path
    manifest: Manifest

    @property
    def index(self) -> Path:
        """The search index, an SQLite file; what was changed since it was made lies beside it."""
        return self.path / "index.sqlite"

    def turned(self) -> Turned | None:
        """What its build changed; ``None`` where it began from nothing, or changed too much to tell."""
        return Turned.read(self.path)

    @property
    def whole(self) -> bool:
        """Whether its parts are there."""
        return (self.path / "store" / "CURRENT").is_file() and self.index.is_file()

    def store(self) -> EmbeddedStore:
        """Open the graph for reading."""
        return EmbeddedStore(self.path / "store", read_only=True)


class Snapshots:
    """The snapshots below one ``.dkg`` folder."""

    def __init__(self, derived: Path) -> None:
        self.folder = derived / "snapshots"
        self.pointer = derived / "current"

    def current(self) -> Snapshot | None:
        """The published snapshot, ``None`` before the first build."""
        try:
            number = int(self.pointer.read_text("ascii"))
        except FileNotFoundError:
            return None
        except ValueError as error:
            raise RunStopped(f"{self.pointer} does not name a snapshot. Run: dkg build") from error
        except OSError as error:
            raise RunStopped(f"{self.pointer} cannot be read: {error.strerror or error}.") from error
        return self.get(number)

    def get(self, number: int) -> Snapshot:
        """A snapshot by its number; raises :class:`RunStopped` when it is not whole."""
        path = self.folder / str(number)
        try:
            manifest = Manifest.read((path / "manifest.json").read_text("utf-8"))
        except (OSError, ValueError, TypeError, RecursionError) as error:
            raise RunStopped(f"snapshot {number} cannot be read ({error}). Run: dkg build") from error
        return Snapshot(path, manifest)

    @contextmanager
    def reading(self) -> Iterator[Snapshot]:
        """The published snapshot, kept from pruning until the block ends.

        Raises :class:`UsageError` when nothing was published yet.
        """
        while (snapshot := self.current()) is not None:
            try:
                held = (snapshot.path / "manifest.json").open("rb")
            except FileNotFoundError:  # pruned since its name was read: there is a newer one
                continue
            with held:
                if _lock(held, shared=True) and (snapshot.path / "manifest.json").exists():
                    yield snapshot
                    return
        raise UsageError("Nothing has been built here yet. Run: dkg build")

    @contextmanager
    def holding(self, number: int) -> Iterator[Snapshot | None]:
        """A snapshot by its number, kept from pruning until the block ends; ``None``: it is gone."""
        try:
            held = (self.folder / str(number) / "manifest.json").open("rb")
        except OSError:
            yield None
            return
        with held:
            there = _lock(held, shared=True) and (self.folder / str(number) / "manifest.json").exists()
            yield self.get(number) if there else None

    def numbers(self) -> tuple[int, ...]:
        """The numbers of the snapshots that are kept, oldest first."""
        if not self.folder.is_dir():
            return ()
        return tuple(sorted(int(path.name) for path in self.folder.iterdir() if path.name.isdecimal()))

    def sweep(self) -> None:
        """Remove what a build that was ended left half made."""
        for leftover in self.folder.glob("*.new"):
            shutil.rmtree(leftover)

    def prepare(self) -> tuple[int, Path]:
        """The next number, and an empty folder in which its snapshot is put together."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self.sweep()
        number = max((*self.numbers(), 0)) + 1
        path = self.folder / f"{number}.new"
        path.mkdir()
        return number, path

    def publish(self, path: Path, manifest: Manifest) -> Snapshot:
        """Complete the folder that :meth:`prepare` gave and make it the current snapshot."""
        (path / "manifest.json").write_text(manifest.write(), "utf-8")
        for part in sorted(path.rglob("*")):
            sync(part)
        sync(path)
        final = self.folder / str(manifest.number)
        path.replace(final)
        sync(self.folder)
        replace_text(self.pointer, f"{manifest.number}\n")
        return Snapshot(final, manifest)

    def back(self) -> Snapshot | None:
        """Make the snapshot before the current one the current one; ``None``: there is none to go to."""
        current = self.current()
        earlier = [n for n in self.numbers() if current is not None and n < current.manifest.number]
        if not earlier:
            return None
        snapshot = self.get(earlier[-1])
        replace_text(self.pointer, f"{earlier[-1]}\n")
        return snapshot

    def prune(self, keep: int, *spare: int) -> tuple[int, ...]:
        """Remove all but the newest ``keep``, the current, ``spare`` and those in use; says which went."""
        current = self.current()
        spared = {*self.numbers()[-keep:], *spare, current.manifest.number if current else 0}
        return tuple(n for n in self.numbers() if n not in spared and self._remove(self.folder / str(n)))

    def _remove(self, path: Path) -> bool:
        try:
            with (path / "manifest.json").open("rb") as held:
                if not _lock(held, shared=False):
                    return False
                doomed = path.with_name(f"{path.name}.new")  # swept by the next build if we stop here
                path.replace(doomed)
        except OSError:  # Windows does not rename what is open; the next build tries again
            return False
        shutil.rmtree(doomed, ignore_errors=True)
        return True


def copy_store(source: Path, target: Path) -> None:
    """A store that may be written, made of one that must not change: tables are linked, the rest copied.

    A table of RocksDB is never written again once it is there. Where links are not possible it is copied.
    """
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    for path in source.iterdir():
        if path.name == "LOCK":
            continue
        if path.suffix == ".sst":
            link(path, target / path.name)
        else:
            shutil.copyfile(path, target / path.name)


def link(source: Path, target: Path) -> None:
    """A second name for a file that is never changed, or a copy of it where the disk has no such names."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)


def replace_text(path: Path, text: str) -> None:
    """Replace a small file at once and for good: readers see the old text or the new."""
    new = path.with_name(path.name + ".new")
    new.write_text(text, "utf-8")
    sync(new)
    new.replace(path)
    sync(path.parent)


def sync(path: Path) -> None:
    """Bring a file, or a folder's list of names, to the disk."""
    if sys.platform == "win32" and path.is_dir():
        return
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _lock(held: BinaryIO, *, shared: bool) -> bool:
    if sys.platform == "win32":
        return True  # an open file cannot be removed there
    kind = fcntl.LOCK_SH if shared else fcntl.LOCK_EX
    try:
        fcntl.flock(held, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
