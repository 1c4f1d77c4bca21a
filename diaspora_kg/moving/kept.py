"""`dkg store backup` and `restore`: a published graph as a folder of three files.

``graph.nq.gz`` is the graph in N-Quads, sorted by bytes within each graph, the graphs in order; it has the
same bytes for the same graph. ``index.sqlite`` is what search and ``dkg why`` need, ``manifest.json`` the
snapshot's own, and ``sums.json`` the SHA-256 of each.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import shutil
import stat
import zlib
from collections.abc import Iterator
from pathlib import Path

from diaspora_kg.errors import RunStopped, UsageError
from diaspora_kg.index import compact, delta_path, foreign
from diaspora_kg.names import Names
from diaspora_kg.pipeline.pool import Progress, Quiet
from diaspora_kg.store import EmbeddedStore, Manifest, Snapshot, Snapshots, Store
from diaspora_kg.store.hashed import Hashing
from diaspora_kg.sums import Total

GRAPH, INDEX, MANIFEST, SUMS = "graph.nq.gz", "index.sqlite", "manifest.json", "sums.json"
_SMALL = 1 << 20  # bytes of the manifest or the sums
_LINE = 16 << 20  # characters of a line of the graph


def backup(snapshot: Snapshot, store: Store, folder: Path, progress: Progress | None = None) -> Manifest:
    """Write a published graph into a new folder; ``store`` holds it, here or on a server.

    Raises :class:`UsageError` when the folder is there already, and :class:`RunStopped` when the store
    holds something else than the snapshot's manifest says: then nothing is left.
    """
    if folder.exists():
        raise UsageError(f"{folder} is there already. A backup goes into a folder of its own.")
    new = folder.with_name(folder.name + ".new")
    try:
        new.mkdir(parents=True)
    except FileExistsError as error:  # it may be anybody's: nothing that stood before is removed
        raise UsageError(f"{new} is there already. If a backup that was ended left it, remove it.") from error
    except OSError as error:
        raise RunStopped(f"{new} cannot be written: {error.strerror or error}.") from error
    try:
        found = _write_graph(store, _hashing(snapshot.manifest), new / GRAPH, progress or Quiet())
        if found.hex != snapshot.manifest.id:
            raise RunStopped(
                "The store holds another graph than the one that was published here. Run: dkg build"
            )
        _copy_index(snapshot, new / INDEX)
        (new / MANIFEST).write_text(snapshot.manifest.write(), "utf-8")
        (new / SUMS).write_text(json.dumps(_sums(new), indent=2, sort_keys=True) + "\n", "utf-8")
        new.replace(folder)
    except OSError as error:
        raise RunStopped(f"{folder} cannot be written: {error.strerror or error}.") from error
    finally:
        shutil.rmtree(new, ignore_errors=True)
    return snapshot.manifest


def _hashing(manifest: Manifest) -> Hashing:
    """What makes the hash that a manifest, also an old one, has as its id."""
    return Hashing(Names(manifest.base), manifest.format)


def _write_graph(store: Store, hashing: Hashing, path: Path, shown: Progress) -> Total:
    graphs = store.graphs()
    shown.step("Writing", len(graphs))
    # Neither a name nor a time in the file: the same graph gives the same bytes.
    with path.open("wb") as raw, gzip.GzipFile("", "wb", 6, raw, mtime=0) as file:
        for graph in graphs:
            for line in store.graph_lines(graph):
                hashing.add(line)
                file.write(f"{line}\n".encode())
            shown.advance()
    return hashing.total


def _copy_index(snapshot: Snapshot, path: Path) -> None:
    shutil.copyfile(snapshot.index, path)
    late = delta_path(snapshot.index)
    if late.exists():
        shutil.copyfile(late, delta_path(path))
        compact(path)


def _sums(folder: Path) -> dict[str, str]:
    found = {}
    for name in (GRAPH, INDEX, MANIFEST):
        with (folder / name).open("rb") as file:
            found[name] = hashlib.file_digest(file, "sha256").hexdigest()
    return found


def read_manifest(folder: Path, base: str) -> Manifest:
    """The manifest of a backup, after its files were compared with their sums.

    Raises :class:`UsageError` for what is no whole backup, or one of a project with another base.
    """
    try:
        _ordinary(folder)
        told = json.loads((folder / SUMS).read_text("utf-8"))
        manifest = Manifest.read((folder / MANIFEST).read_text("utf-8"))
        manifest.write().encode()
        sums = _sums(folder)
    except (OSError, ValueError, TypeError, RecursionError) as error:
        raise UsageError(f"{folder} is no backup that is whole: {error}") from error
    if changed := [name for name in sums if not isinstance(told, dict) or told.get(name) != sums[name]]:
        raise UsageError(f"{folder} is damaged: {', '.join(changed)} changed since it was written.")
    if manifest.base != base:
        raise UsageError(f"{folder} is of a project whose base is {manifest.base}; here it is {base}.")
    return manifest


def _ordinary(folder: Path) -> None:
    """Refuse links, pipes and devices, which lead elsewhere or never end, and texts that are too long."""
    for name in (GRAPH, INDEX, MANIFEST, SUMS):
        found = (folder / name).lstat()
        if not stat.S_ISREG(found.st_mode):
            raise ValueError(f"{name} is no ordinary file.")
        if name in {MANIFEST, SUMS} and found.st_size > _SMALL:
            raise ValueError(f"{name} is larger than 1 MiB.")


def lines(folder: Path) -> Iterator[str]:
    """The N-Quads lines of a backup; raises :class:`ValueError` for one that is too long to be any."""
    with gzip.open(folder / GRAPH, "rt", encoding="utf-8", newline="\n") as file:
        while line := file.readline(_LINE):
            if len(line) == _LINE:
                raise ValueError(f"a line of {GRAPH} has more than {_LINE >> 20} million characters")
            yield line.removesuffix("\n")


def restore(folder: Path, derived: Path, base: str) -> Snapshot:
    """Publish a backup as a new snapshot of a project; a caller holds the lock of the one writer.

    Raises as :func:`read_manifest`, and :class:`RunStopped` when the graph is not what its manifest says.
    """
    manifest = read_manifest(folder, base)
    snapshots = Snapshots(derived)
    number, path = snapshots.prepare()
    try:
        _fill(folder, path, manifest)
    except (ValueError, OSError, EOFError, zlib.error) as error:
        raise RunStopped(f"{folder} cannot be restored: {error}") from error
    finally:
        if not (path / "index.sqlite").exists():
            shutil.rmtree(path, ignore_errors=True)
    told = json.loads(manifest.write()) | {"number": number}
    return snapshots.publish(path, Manifest.read(json.dumps(told)))


def _fill(folder: Path, path: Path, manifest: Manifest) -> None:
    """Put the graph and the index of a backup into the folder of a snapshot, the index at the very end."""
    if odd := foreign(folder / INDEX):
        raise ValueError(f"{INDEX} is not as this program makes it ({odd}). Nothing was restored.")
    store = EmbeddedStore(path / "work")
    hashing = _hashing(manifest)
    try:
        store.load(_counted(lines(folder), hashing))
        if hashing.total.hex != manifest.id:
            raise RunStopped(f"{folder} holds another graph than its manifest says. Nothing was restored.")
        store.optimize()
        store.backup(path / "store")
    finally:
        store.close()
    shutil.rmtree(path / "work")
    shutil.copyfile(folder / INDEX, path / "index.new")
    (path / "index.new").rename(path / "index.sqlite")


def _counted(found: Iterator[str], hashing: Hashing) -> Iterator[str]:
    for line in found:
        hashing.add(line)
        yield line
