"""Files are fetched before workers ask for them, and whatever lies there keeps nobody waiting."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from diaspora_kg.pipeline.ahead import Ahead
from diaspora_kg.pipeline.job import Afar, Job
from diaspora_kg.pipeline.pool import Workers

pytestmark = pytest.mark.skipif(not hasattr(os, "posix_fadvise"), reason="this system cannot be told")


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The inodes of the files that the system is told of, while it is told of them."""
    inodes: list[int] = []
    really = os.posix_fadvise

    def noted(file: int, offset: int, length: int, advice: int) -> None:
        inodes.append(os.fstat(file).st_ino)
        assert advice == os.POSIX_FADV_WILLNEED
        really(file, offset, length, advice)

    monkeypatch.setattr(os, "posix_fadvise", noted)
    return inodes


def test_only_files_that_are_there_are_told(tmp_path: Path, told: list[int]) -> None:
    (tmp_path / "a.yaml").write_text("a", "utf-8")
    (tmp_path / "b.txt").write_text("b", "utf-8")
    (tmp_path / "link.txt").symlink_to(tmp_path / "b.txt")
    os.mkfifo(tmp_path / "pipe.txt")
    listening = socket.socket(socket.AF_UNIX)
    listening.bind(str(tmp_path / "s"))
    ahead = Ahead()
    names = ("none.txt", "pipe.txt", "s", "link.txt", "a.yaml", "b.txt")
    ahead.fetch(str(tmp_path / name) for name in names)
    ahead.close()
    listening.close()
    wanted = [(tmp_path / name).stat().st_ino for name in ("a.yaml", "b.txt")]
    assert [inode for inode in told if inode in wanted] == wanted
    assert len(told) <= 3  # a pipe may be told of; it is not read


def kept(item: int, shared: Path) -> int:
    return item


def files(item: int, shared: Path) -> Iterator[str]:
    yield str(shared / f"{item}.txt")


def none(item: int) -> Sequence[int]:
    return ()


AFAR: Afar[int, Path, int] = Afar(lambda item, _: (item, ()), kept, lambda shared: shared)


def test_workers_find_the_files_of_their_items_at_hand(tmp_path: Path, told: list[int]) -> None:
    for number in range(30):
        (tmp_path / f"{number}.txt").write_text("words", "utf-8")
    with Workers(tmp_path, 2) as crew:
        assert list(crew.stream(Job(kept, none, kept, AFAR, files), range(30))) == list(range(30))
    assert told
    assert set(told) <= {(tmp_path / f"{number}.txt").stat().st_ino for number in range(30)}
