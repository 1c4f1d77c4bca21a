"""Rows are counted in two ways at once, and the first that is done tells."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from diaspora_kg.queries import counters, counting
from diaspora_kg.queries.counters import count
from diaspora_kg.sparql import apart
from diaspora_kg.store import EmbeddedStore
from tests.serving import children, until

TEXT = "SELECT ?a (MIN(?b) AS ?least) { GRAPH ?g { ?a <urn:p> ?b ; <urn:q> ?c } } GROUP BY ?a"
ENDLESS = "SELECT * { " + " ".join(f"GRAPH ?g{n} {{ ?a{n} ?p{n} ?b{n} }}" for n in range(5)) + " }"


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("counted") / "store"
    writing = EmbeddedStore(folder)
    writing.load(f"<urn:a{n % 40}> <urn:{p}> <urn:b{n}> <urn:g> ." for n in range(200) for p in "pq")
    writing.close()
    return folder


@pytest.fixture
def begun(monkeypatch: pytest.MonkeyPatch) -> list[subprocess.Popen[bytes]]:
    """The processes that count, those for whole patterns second."""
    found: list[subprocess.Popen[bytes]] = []
    original = counters._counting

    @contextmanager
    def noted(store: Path, *, whole: bool) -> Iterator[subprocess.Popen[bytes]]:
        with original(store, whole=whole) as process:
            found.append(process)
            yield process

    monkeypatch.setattr(counters, "_counting", noted)
    return found


def test_what_is_counted_soon_is_counted_in_one_way(
    store: Path, begun: list[subprocess.Popen[bytes]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(counters, "SOON", 60.0)
    assert count(store, TEXT, 60) == 40
    assert len(begun) == 1


def test_another_way_is_tried_when_it_takes_long(
    store: Path, begun: list[subprocess.Popen[bytes]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(counters, "SOON", 0.0)
    assert count(store, TEXT, 60) == 40
    assert ["whole" in str(process.args) for process in begun] == [False, True]
    assert apart(TEXT) != TEXT


@pytest.mark.parametrize("slow", [0, 1])
def test_the_first_that_is_done_tells(
    slow: int, store: Path, begun: list[subprocess.Popen[bytes]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(counters, "SOON", 0.1)
    ways = [TEXT, TEXT + " "]
    ways[slow] = ENDLESS
    monkeypatch.setattr(counters, "apart", lambda _: ways[1])
    assert count(store, ways[0], 60) == 40
    assert all(process.poll() is not None for process in begun)


@pytest.mark.parametrize("wrong", [0, 1])
def test_one_that_fails_is_not_waited_for(wrong: int, store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counters, "SOON", 0.0)
    ways = [TEXT, TEXT + " "]
    ways[wrong] = "SELECT"
    monkeypatch.setattr(counters, "apart", lambda _: ways[1])
    assert count(store, ways[0], 60) == 40


def test_a_query_that_nobody_can_count_has_no_number(store: Path, tmp_path: Path) -> None:
    assert count(store, "SELECT", 60) is None
    assert count(tmp_path / "none", TEXT, 60) is None


def test_when_the_time_is_over_none_goes_on(store: Path, begun: list[subprocess.Popen[bytes]]) -> None:
    assert count(store, ENDLESS, 1.5) is None
    assert len(begun) == 1
    assert all(process.poll() is not None for process in begun)


@pytest.mark.parametrize("most", [0, 1 << 30])
def test_files_are_read_ahead_where_there_is_room_for_them(most: int, store: Path, tmp_path: Path) -> None:
    written = sum(file.stat().st_size for file in store.glob("*.sst"))
    assert written
    before = _read_so_far()
    counting._read(store, most)
    assert (_read_so_far() - before >= written) is bool(most)


def _read_so_far() -> int:
    """The bytes that this process has asked files for."""
    lines = Path("/proc/self/io").read_text("ascii").splitlines()
    return next(int(line.removeprefix("rchar: ")) for line in lines if line.startswith("rchar: "))


def test_none_goes_on_when_the_one_that_asks_is_killed(store: Path) -> None:
    asking = (
        "import sys; from pathlib import Path; from diaspora_kg.queries import counters; "
        "counters.SOON, counters.apart = 0.0, '{} '.format; "
        "counters.count(Path(sys.argv[1]), sys.argv[2], 60)"
    )
    leader = subprocess.Popen([sys.executable, "-c", asking, str(store), ENDLESS])
    until(lambda: len(children(leader.pid)) == 2)
    begun = children(leader.pid)
    leader.kill()
    leader.wait()
    until(lambda: not any(Path("/proc", str(pid)).exists() for pid in begun))
