"""Snapshots come and go while the server answers."""

from __future__ import annotations

import json
import threading
import time
from pathlib import Path

from diaspora_kg.store import Snapshots
from tests.serving import BASE, Served, lines, make_project, publish, serving, until

QUERY = f"SELECT ?n {{ <{BASE}id/person/p1> <{BASE}ns#name> ?n }}"


def number(served: Served) -> int:
    return int(json.loads(served.get("/readyz").body)["snapshot"])


def name(served: Served) -> str:
    rows = json.loads(served.ask(QUERY).body)["results"]["bindings"]
    return str(rows[0]["n"]["value"])


class Load(threading.Thread):
    """Asks until it is told to stop; ``seen`` are the names that were answered, ``wrong`` the rest."""

    def __init__(self, served: Served) -> None:
        super().__init__()
        self._served = served
        self.seen: list[str] = []
        self.wrong: list[str] = []
        self.ended = threading.Event()

    def run(self) -> None:
        while not self.ended.is_set():
            try:
                self.seen.append(name(self._served))
            except (OSError, ValueError, LookupError) as error:
                self.wrong.append(repr(error))


def test_no_request_fails_while_snapshots_are_switched_and_pruned(tmp_path: Path) -> None:
    project = make_project(tmp_path / "town", "workers = 1\nsaved-workers = 1")
    publish(project, lines(5, " 1"))
    with serving(project) as served:
        load = [Load(served) for _ in range(3)]
        for one in load:
            one.start()
        try:
            for next_one in range(2, 5):
                publish(project, lines(5, f" {next_one}"))
                until(lambda: number(served) == next_one)  # noqa: B023 - called at once
                Snapshots(project / ".dkg").prune(1)
        finally:
            for one in load:
                one.ended.set()
            for one in load:
                one.join()
        assert [one.wrong for one in load] == [[], [], []]
        assert {name for one in load for name in one.seen} >= {
            "Person 1 of Vesmark 1",
            "Person 1 of Vesmark 4",
        }
        for one in load:
            assert one.seen == sorted(one.seen)  # never back to an older one
        until(lambda: served.metric("dkg_draining_snapshots") == 0)
        Snapshots(project / ".dkg").prune(1)
        assert Snapshots(project / ".dkg").numbers() == (4,)


def test_a_snapshot_that_cannot_be_opened_leaves_the_old_one_in_service(tmp_path: Path) -> None:
    project = make_project(tmp_path / "town", "workers = 1\nsaved-workers = 1")
    publish(project, lines(5, " 1"))
    whole = publish(project, lines(5, " 2"))
    Snapshots(project / ".dkg").back()
    for file in (whole.path / "store").iterdir():
        if file.name.startswith("MANIFEST"):
            file.unlink()
            file.write_bytes(b"nonsense")
    with serving(project) as served:
        Snapshots(project / ".dkg").pointer.write_text("2\n")
        until(lambda: "problem" in served.get("/readyz").text)
        assert served.metric("dkg_snapshot_problem") == 1
        assert (number(served), name(served)) == (1, "Person 1 of Vesmark 1")
        publish(project, lines(5, " 3"))
        until(lambda: number(served) == 3)
        assert "problem" not in served.get("/readyz").text
        assert name(served) == "Person 1 of Vesmark 3"


def test_a_long_answer_takes_no_memory_and_ends_on_the_snapshot_it_began_with(tmp_path: Path) -> None:
    project = make_project(tmp_path / "town", "workers = 1\nsaved-workers = 1\nrows = 10_000_000")
    publish(project, lines(2500))
    query = "SELECT ?a ?d ?n { ?a ?b ?c . ?d ?e ?n } LIMIT 300000"
    with serving(project) as served:
        before = served.metric("dkg_resident_bytes")
        peaks, sums = [], []

        def read() -> None:
            said = served.ask(query)
            assert said.complete
            sums.append((len(said.body), said.body.count(b'"a":')))

        reader = threading.Thread(target=read)
        reader.start()
        publish(project, lines(10))
        while reader.is_alive():
            peaks.append(served.metric("dkg_resident_bytes"))
            time.sleep(0.1)
        reader.join()
        [(length, rows)] = sums
        assert rows == 300_000
        assert length > 40 << 20
        assert max(peaks) - before < 20 << 20
