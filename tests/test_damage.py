"""What is damaged in ``.dkg`` is told in one line, and the next build makes the same graph again."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from diaspora_kg.build import build
from diaspora_kg.errors import RunStopped
from diaspora_kg.export import sorted_lines
from diaspora_kg.index import Index
from diaspora_kg.moving.journal import Journal, Lacking
from diaspora_kg.project import Project
from diaspora_kg.store import Snapshots, StoreDamaged
from diaspora_kg.store.turned import Turned
from tests.small import project


def current(root: Path) -> Path:
    return root / ".dkg/snapshots" / (root / ".dkg/current").read_text("ascii").strip()


def rewritten(path: Path, data: bytes) -> None:
    """Snapshots share files by hard links: this one alone is changed."""
    path.unlink()
    path.write_bytes(data)


def flipped(path: Path, step: int = 97) -> None:
    data = bytearray(path.read_bytes())
    for place in range(0, len(data), step):
        data[place] ^= 0x5A
    rewritten(path, bytes(data))


def flip_store(root: Path) -> None:
    for path in (current(root) / "store").glob("*.sst"):
        flipped(path)


def flip_one_byte_of_each_table(root: Path) -> None:
    """Opening the store does not see this; reading what stands there does."""
    for path in (current(root) / "store").glob("*.sst"):
        data = bytearray(path.read_bytes())
        data[len(data) // 20] ^= 0xFF
        rewritten(path, bytes(data))


def edit_manifest(root: Path, **changed: object) -> None:
    path = current(root) / "manifest.json"
    path.write_text(json.dumps(json.loads(path.read_text("utf-8")) | changed), "utf-8")


DAMAGES: dict[str, Callable[[Path], object]] = {
    "store flipped": flip_store,
    "one byte of each table": flip_one_byte_of_each_table,
    "store gone": lambda root: shutil.rmtree(current(root) / "store"),
    "store without pointer": lambda root: (current(root) / "store/CURRENT").unlink(),
    "index gone": lambda root: (current(root) / "index.sqlite").unlink(),
    "index cut": lambda root: rewritten(
        current(root) / "index.sqlite", (current(root) / "index.sqlite").read_bytes()[:3000]
    ),
    "index flipped": lambda root: flipped(current(root) / "index.sqlite"),
    "manifest of another graph": lambda root: edit_manifest(root, id="0" * 64),
    "manifest of other types": lambda root: edit_manifest(root, versions=[1]),
    "manifest nested": lambda root: (current(root) / "manifest.json").write_text("[" * 100_000, "ascii"),
    "pointer empty": lambda root: (root / ".dkg/current").write_text("", "ascii"),
    "pointer to nothing": lambda root: (root / ".dkg/current").write_text("99\n", "ascii"),
    "state": lambda root: (root / ".dkg/state.sqlite").write_bytes(b"x" * 5000),
    "lock's note": lambda root: (root / ".dkg/lock.json").write_bytes(b"\xff"),
    "leftover": lambda root: (root / ".dkg/snapshots/7.new").mkdir(),
}


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = project(tmp_path_factory.mktemp("damage") / "p")
    build(Project.load(root))
    return root


def lines(root: Path) -> list[str]:
    with Snapshots(root / ".dkg").reading() as snapshot, Index(snapshot.index) as index:
        index.check()
        store = snapshot.store()
        try:
            return sorted_lines(store)
        finally:
            store.close()


@pytest.mark.parametrize("name", list(DAMAGES))
def test_the_next_build_heals(built: Path, tmp_path: Path, name: str) -> None:
    root = tmp_path / "p"
    shutil.copytree(built, root)
    DAMAGES[name](root)
    report = build(Project.load(root))
    assert report.snapshot is not None
    assert report.published == (name not in {"state", "lock's note", "leftover"})
    assert {finding.code for finding in report.findings} == (
        {"snapshot-damaged"} if report.published else set()
    )
    assert lines(root) == lines(built)


@pytest.mark.parametrize("name", ["store flipped", "store gone", "one byte of each table"])
def test_a_damaged_store_is_told(built: Path, tmp_path: Path, name: str) -> None:
    root = tmp_path / "p"
    shutil.copytree(built, root)
    DAMAGES[name](root)
    with pytest.raises(StoreDamaged, match="dkg build"):
        lines(root)


@pytest.mark.parametrize("name", ["index gone", "index cut", "index flipped"])
def test_a_damaged_index_is_told(built: Path, tmp_path: Path, name: str) -> None:
    root = tmp_path / "p"
    shutil.copytree(built, root)
    DAMAGES[name](root)
    with pytest.raises(RunStopped, match=r"index .* Run: dkg build"):
        lines(root)


@pytest.mark.parametrize("number", ["1e400", "NaN", "null", "[]"])
def test_notes_that_somebody_else_wrote_are_none(number: str, tmp_path: Path) -> None:
    (tmp_path / "turned.json").write_text(f'{{"since": {number}, "id": "x", "subjects": [], "graphs": []}}')
    assert Turned.read(tmp_path) is None
    journal = Journal.of(tmp_path, "http://127.0.0.1/")
    journal.path.parent.mkdir()
    head = '{"snapshot": [%s, "a"], "graphs": null, "subjects": null, "markers": []}\n'
    journal.path.write_text(head % number)
    assert journal.read() is None
    journal.path.write_text(head % 1 + "[" * 100_000)
    assert journal.read() == Lacking((1, "a"), None)
