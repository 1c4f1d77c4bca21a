"""What a worker that died was at is done again; workers end with the process that leads."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TypeVar

import pytest

from diaspora_kg.build import Options, build
from diaspora_kg.errors import RunStopped
from diaspora_kg.pipeline.job import Losses, WorkerLost, alone, in_order
from diaspora_kg.project import Project
from tests.conftest import ROOT
from tests.small import PLAIN_TEXT, project, write
from tests.test_loader import SCRIPT

DEADLY = SCRIPT.replace("import dataclass", "import dataclass\nimport os, signal").replace(
    "    claims = tuple(",
    "    if any('deadly' in row.words for row in rows):\n"
    "        os.kill(os.getpid(), signal.SIGKILL)\n"
    "    claims = tuple(",
)
Words = tuple[str, ...]
Found = TypeVar("Found")


class Yard:
    """Workers that die of some words: of ``deadly`` ever, of others as often as is said."""

    def __init__(self, weak: dict[str, int] | None = None) -> None:
        self.weak = weak or {}
        self.under_way, self.most = 0, 0
        self.sent: list[Words] = []

    def submit(self, item: Words) -> Errand:
        self.under_way += 1
        self.most = max(self.most, self.under_way)
        self.sent.append(item)
        return Errand(self, item)

    def run(self, items: Iterable[Words], ahead: int = 3) -> list[str]:
        losses = Losses()

        def again(item: Words) -> Iterator[str]:
            return alone(item, self.submit, one_by_one, lambda one: f"-{one[0]}", losses)

        return list(in_order(self.submit, items, lambda: ahead, again, losses))


def one_by_one(words: Words) -> list[Words]:
    return [(word,) for word in words]


class Errand:
    def __init__(self, yard: Yard, item: Words) -> None:
        self.yard, self.item = yard, item

    def result(self) -> str:
        self.yard.under_way -= 1
        for word in self.item:
            if word == "deadly":
                raise WorkerLost
            if self.yard.weak.get(word, 0):
                self.yard.weak[word] -= 1
                raise WorkerLost
        return "+".join(self.item)


ITEMS = [("a", "b"), ("c", "deadly", "d"), ("e",), ("f", "g"), ("h",)]


def test_the_one_that_ends_its_workers_is_found() -> None:
    yard = Yard({"f": 1})
    assert yard.run(ITEMS) == ["a+b", "c", "-deadly", "d", "e", "f+g", "h"]
    assert yard.sent.count(("e",)) == 1  # done once


def test_a_worker_that_died_by_chance_costs_nothing() -> None:
    assert Yard({"a": 1, "h": 1, "e": 1}).run([item for item in ITEMS if "deadly" not in item]) == [
        *("a+b", "e", "f+g", "h")
    ]


def test_workers_that_die_of_everything_stop_the_run() -> None:
    with pytest.raises(RunStopped, match="10 articles in a row"):
        Yard().run([("deadly",)] * 30)
    assert len(Yard().run([*[("deadly",)] * 9, ("a",), *[("deadly",)] * 9])) == 19


def test_few_are_under_way() -> None:
    drawn: list[int] = []

    def items() -> Iterator[Words]:
        for number in range(100):
            drawn.append(number)
            yield (str(number),)

    yard = Yard()
    assert yard.run(items(), ahead=4) == [str(number) for number in range(100)]
    assert yard.most == 5
    assert drawn == list(range(100))


def rainy(root: Path, articles: int) -> Path:
    write(project(root), "ingest/lines.py", DEADLY)
    for number in range(articles):
        write(root, f"articles/rain{number}.txt", PLAIN_TEXT)
        write(root, f"articles/rain{number}.lines", "lines\nRain\nIt rained in Vesmark\n")
    return root


def test_an_article_that_ends_its_processes_is_a_finding(tmp_path: Path) -> None:
    root = rainy(tmp_path / "p", 3)
    write(root, "articles/deadly.lines", "lines\ndeadly\n")
    report = build(Project.load(root), Options(trusted=True, jobs=2))
    [finding] = report.findings
    assert (finding.file, finding.code) == ("articles/deadly.lines", "worker-died")
    assert report.counts["articles"] == 5
    assert build(Project.load(root), Options(trusted=True)).identical  # it is not tried again by chance


@pytest.fixture
def busy(tmp_path: Path) -> Iterator[tuple[subprocess.Popen[str], list[int]]]:
    """A build of which the workers read a file for ever, in a process group of its own; and its workers."""
    root = rainy(tmp_path / "p", 2)
    waits = "import time\n\ntime.sleep(600) if __name__.startswith('dkg_ingest') and __import__("
    waits += "'multiprocessing').parent_process() else None\n"
    write(root, "ingest/lines.py", DEADLY + waits)
    command = [sys.executable, "-m", "diaspora_kg", "build", "--jobs", "2", "--trust", "--project", str(root)]
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    if (
        signal.getsignal(signal.SIGINT) is signal.SIG_IGN
    ):  # as a shell leaves it for what runs in its background
        signal.signal(signal.SIGINT, signal.default_int_handler)
    leader = subprocess.Popen(
        command, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True
    )
    yield leader, until(lambda: found if len(found := children(leader.pid)) > 1 else [])
    if leader.poll() is None:
        os.killpg(leader.pid, signal.SIGKILL)
    leader.communicate()


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="/proc is not installed here")
def test_workers_end_when_the_process_that_leads_is_killed(
    busy: tuple[subprocess.Popen[str], list[int]],
) -> None:
    leader, workers = busy
    leader.send_signal(signal.SIGKILL)
    leader.wait(60)
    until(lambda: not any(map(alive, workers)))


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="/proc is not installed here")
@pytest.mark.parametrize("after", [0.0, 1.0])
def test_an_interrupt_ends_workers_without_a_word(
    busy: tuple[subprocess.Popen[str], list[int]], after: float
) -> None:
    """Also while workers still load the program."""
    leader, workers = busy
    time.sleep(after)
    os.killpg(leader.pid, signal.SIGINT)
    told, _ = leader.communicate(timeout=60)
    assert leader.returncode == 1
    assert "Aborted!" in told
    assert "spawn_main" not in told, told  # with which a traceback of a worker begins
    until(lambda: not any(map(alive, workers)))


def children(parent: int) -> list[int]:
    """The processes that one has started, its tracker of resources among them."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            cells = stat.read_text("ascii").rpartition(")")[2].split()
        except (OSError, UnicodeDecodeError):
            continue
        if int(cells[1]) == parent and cells[0] != "Z":
            found.append(int(stat.parent.name))
    return found


def alive(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text("ascii").rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def until(so: Callable[[], Found], seconds: float = 60) -> Found:
    end = time.monotonic() + seconds
    while not (found := so()):
        assert time.monotonic() < end
        time.sleep(0.1)
    return found
