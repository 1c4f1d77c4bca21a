"""``dkg serve`` as it runs: queries that cost too much, dying workers, and what no query may reach."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import quote

import pytest

from diaspora_kg.endpoint.wire import MOST_CONNECTIONS
from tests.conftest import ROOT
from tests.serving import BASE, Served, children, lines, make_project, publish, serving, until

PEOPLE = 4000
WORKERS = 7  # four quick ones, of which two are spares, one slow, two for saved queries
LIMITS = "seconds = 2\nmemory-mib = 600\nanswer-mib = 2\nrows = 30_000\nstreams = 3"
CHEAP = f"ASK {{ <{BASE}id/person/p3> ?p ?o }}"
PRODUCT = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
BOMB = 'SELECT (GROUP_CONCAT(CONCAT(STR(?a), STR(?d), STR(?f)); separator=",") AS ?n) { ?a ?b ?c . ?d ?e ?f }'
NESTED = f"SELECT * {'{' * 5_000}{'}' * 5_000}"
ENDLESS = "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = make_project(tmp_path_factory.mktemp("serve") / "town", LIMITS)
    publish(made, lines(PEOPLE))
    return made


@pytest.fixture(scope="module")
def served(project: Path) -> Iterator[Served]:
    with serving(project) as server:
        yield server


def head_of(query: str) -> bytes:
    """A request as it goes over the line."""
    return f"GET /sparql?query={quote(query)} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode()


def gone(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(")")[2].split()[0] == "Z"
    except (FileNotFoundError, ProcessLookupError):
        return True


def test_a_query_is_answered_and_health_is_told(served: Served) -> None:
    assert json.loads(served.ask(CHEAP).body)["boolean"] is True
    assert served.get("/healthz").text == "ok\n"
    assert json.loads(served.get("/readyz").body) == {"ready": True, "snapshot": 1, "id": "id-1"}


def test_what_takes_too_long_is_ended_and_others_go_on(served: Served) -> None:
    said = served.ask(PRODUCT)
    assert (said.status, said.text) == (
        504,
        "the query took longer than the 2 seconds that it may take.\n",
    )
    assert served.ask(CHEAP).status == 200
    assert served.metric('dkg_failed_total{reason="time"}') >= 1


def test_a_query_of_the_shape_of_one_that_was_ended_does_not_enter_the_quick_lane(served: Served) -> None:
    served.ask(PRODUCT)
    moved = served.metric('dkg_killed_total{reason="moved"}')
    other = PRODUCT.replace("?a ?b ?c", "?x  <urn:b> ?z")
    assert served.ask(other).status in {200, 504}
    assert served.metric('dkg_killed_total{reason="moved"}') == moved


def test_what_needs_too_much_memory_ends_its_worker_only(served: Served) -> None:
    said = served.ask(BOMB)
    assert said.status in {503, 504}
    assert served.ask(CHEAP).status == 200


def test_nesting_that_overflows_a_stack_ends_its_worker_only(served: Served) -> None:
    said = served.ask(NESTED)
    assert said.status == 400
    assert "nested too deeply" in said.text
    assert served.ask(CHEAP).status == 200


def test_an_endless_answer_is_cut_so_that_nobody_takes_it_for_the_whole(served: Served) -> None:
    said = served.ask(ENDLESS, "text/csv")
    assert said.status == 200
    assert not said.complete
    until(lambda: served.metric('dkg_free{lane="stream"}') == 3)
    assert served.metric('dkg_killed_total{reason="limit"}') >= 1


def test_a_long_answer_within_the_limits_is_whole(served: Served) -> None:
    said = served.ask(f"SELECT ?a ?n {{ ?a <{BASE}ns#name> ?n }}")
    assert said.complete
    assert len(said.body) > 256 * 1024
    assert len(json.loads(said.body)["results"]["bindings"]) == PEOPLE


@pytest.mark.parametrize("silent", ["", "SILENT "])
def test_service_is_refused_by_the_guard(served: Served, silent: str) -> None:
    said = served.ask(f"SELECT * {{ SERVICE {silent}<http://127.0.0.1:9/> {{ ?s ?p ?o }} }}")
    assert said.status in {400, 403}
    assert "SERVICE is refused" in said.text


def test_a_long_query_is_guarded_too(served: Served) -> None:
    values = " ".join(f"<urn:x:{number}>" for number in range(900))
    long = f"SELECT * {{ VALUES ?x {{ {values} }} {{ SERVICE <urn:y> {{}} }} }}"
    assert served.ask(long).status in {400, 403}
    assert served.ask(f"SELECT * {{ VALUES ?x {{ {values} }} }}").status == 200


def test_a_worker_that_is_killed_is_replaced(served: Served) -> None:
    before = served.workers
    os.kill(before[0], signal.SIGKILL)
    until(lambda: before[0] not in served.workers and len(served.workers) == len(before))
    assert served.ask(CHEAP).status == 200


def test_a_client_that_leaves_frees_what_it_used(served: Served) -> None:
    with socket.create_connection((served.host, served.port)) as line:
        line.sendall(head_of("SELECT * { ?a ?b ?c . ?d ?e ?f }"))
        line.recv(100)
    until(lambda: served.metric('dkg_free{lane="stream"}') == 3)


@pytest.mark.parametrize("host", ["evil.example", "a b", "x@y", "[::1", "localhost:99999999"])
def test_a_host_that_is_not_this_machine_gets_no_answer(served: Served, host: str) -> None:
    said = served.get("/healthz", {"Host": host})
    assert said.status in {400, 421}
    assert host not in said.text


def test_one_address_has_so_many_connections_and_others_are_served(served: Served) -> None:
    with ExitStack() as stack:
        lines = [
            stack.enter_context(socket.create_connection((served.host, served.port)))
            for _ in range(MOST_CONNECTIONS + 20)
        ]
        assert served.get("/healthz", source="127.0.0.9").status == 200
        for line in lines:
            line.setblocking(False)
        until(lambda: sum(_ended(line) for line in lines) >= 20)
    until(lambda: served.get("/healthz").status == 200)


def _ended(line: socket.socket) -> bool:
    try:
        return line.recv(1) == b""
    except BlockingIOError:
        return False
    except ConnectionResetError:
        return True


def test_heads_are_bounded(served: Served) -> None:
    assert served.get("/healthz", {"X-Long": "a" * 60_000}).status == 431
    assert served.get("/" + "a" * 300_000).status == 414
    assert served.get("/healthz").status == 200


def test_workers_come_back_when_the_process_that_starts_them_is_killed(served: Served) -> None:
    cradles, before = children(served.process.pid), served.workers
    for cradle in cradles:
        os.kill(cradle, signal.SIGKILL)
    until(lambda: served.ask(CHEAP).status == 200 and len(children(served.process.pid)) == len(cradles))
    until(lambda: not set(before) & set(served.workers) and len(served.workers) >= WORKERS)


def test_no_worker_outlives_a_server_that_is_killed(project: Path) -> None:
    with serving(project) as server:
        workers = [*children(server.process.pid), *server.workers]
        assert len(workers) > 5
        server.process.kill()
        server.process.wait()
        until(lambda: all(gone(pid) for pid in workers))


def test_sigterm_lets_what_runs_end(project: Path) -> None:
    with serving(project) as server, socket.create_connection((server.host, server.port)) as line:
        line.sendall(head_of("SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?c FILTER(STR(?a) > STR(?d)) }"))
        time.sleep(0.05)
        server.process.send_signal(signal.SIGTERM)
        assert line.recv(100).startswith(b"HTTP/1.1 ")
        assert server.process.wait(20) == 0


def test_what_keeps_it_from_starting_is_one_sentence(project: Path, tmp_path: Path, served: Served) -> None:
    empty = make_project(tmp_path / "empty")
    for folder, port, words in ((empty, 0, "Run: dkg build"), (project, served.port, "Choose with --port")):
        command = [
            sys.executable,
            "-m",
            "diaspora_kg",
            "serve",
            "--project",
            str(folder),
            "--port",
            str(port),
        ]
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        ended = subprocess.run(
            command, capture_output=True, text=True, env=environment, timeout=60, check=False
        )
        assert ended.returncode == 2
        assert words in ended.stderr
        assert "Traceback" not in ended.stderr


def test_a_cut_before_the_first_byte_is_told(tmp_path: Path) -> None:
    small = make_project(tmp_path / "small", "rows = 7")
    publish(small, lines(50))
    with serving(small) as server:
        said = server.ask("SELECT * { ?a ?b ?c }")
        assert said.status == 200
        assert len(json.loads(said.body)["results"]["bindings"]) == 7
