"""What a server says while something is taken from it, and how it recovers without a restart.

One server runs all the time; each test takes something away and gives it back. Meanwhile every answer is
right or a 503 that says when to come again; afterwards all is as before. ``DKG_FAULT_TABLE`` names a file to
which a line is added for each fault: ``python docs/faults.py`` makes the page of it.
"""

from __future__ import annotations

import os
import resource
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, suppress
from dataclasses import dataclass, field
from http.client import HTTPException
from itertools import count
from pathlib import Path
from urllib.parse import quote, urlencode

import pytest

from diaspora_kg.build import Options, build
from diaspora_kg.project import Project
from docs import faults
from tests import small
from tests.serving import JSON, Answer, Served, children, lines, make_project, publish, serving, until
from tests.stores import free, oxigraph_server

HOG = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
_SALT = count()


@dataclass
class Scene:
    """The server, and what it has said since the scene began."""

    root: Path
    served: Served
    said: Counter[str] = field(default_factory=Counter)
    log: int = 0

    @property
    def derived(self) -> Path:
        return self.root / ".dkg"

    @property
    def folder(self) -> Path:
        """The published snapshot."""
        return self.derived / "snapshots" / (self.derived / "current").read_text("ascii").strip()

    @property
    def written(self) -> list[str]:
        """The lines of the log since the scene began."""
        return (self.root / "serve.log").read_text("utf-8")[self.log :].splitlines()

    def everything(self) -> list[Answer]:
        """One answer of each kind; none is one that was kept from before."""
        salt = next(_SALT)
        marked = f"SELECT (COUNT(*) AS ?n) {{ GRAPH ?g {{ ?s ?p ?o }} }} # {salt}"
        search = {"q": f"Norland {'League'[: 3 + salt % 4]}", "limit": 1 + salt % 50}
        paths = {
            "/healthz": ("*/*", "ok"),
            "/page/organization/library.league": ("text/html", "Norland League"),
            "/id/organization/library.league": ("text/html", ""),
            f"/api/search?{urlencode(search)}": ("application/json", "organization/library.league"),
            f"/api/queries/statements.json?page_size={10 + salt}": ("application/json", "library.remark"),
            f"/sparql?query={quote(marked)}": (JSON, '"n":{"type":"literal","value":"'),
        }
        found = []
        for path, (accept, words) in paths.items():
            found.append(self.served.get(path, {"Accept": accept}))
            assert found[-1].status != 200 or words in found[-1].text, (path, found[-1].text)
        return found

    def ask(self) -> set[int]:
        """Ask for everything: each answer is right or a 503 with Retry-After. Which statuses there were."""
        found = self.everything()
        for one in found:
            assert one.status in {200, 303, 503}, (one.status, one.text)
            assert one.complete
            if one.status == 503:
                assert int(one.headers["retry-after"]) >= 1
                assert "Traceback" not in one.text
                assert str(self.root) not in one.text
            self.said[str(one.status) if one.status == 503 else "as always"] += 1
        return {one.status for one in found}

    def well(self) -> bool:
        """Whether all is as it should be."""
        ready = self.served.get("/readyz")
        fine = all(one.status in {200, 303} for one in self.everything())
        return ready.status == 200 and "problem" not in ready.text and fine

    def recovers(self) -> float:
        """The seconds until all is well, which is soon."""
        began = time.monotonic()
        until(self.well)
        return time.monotonic() - began

    def note(self, done: str, left: str, recovered: str) -> None:
        """Add a line to the record, if one is wanted."""
        assert not [line for line in self.written if "Traceback" in line]
        meanwhile = ", ".join(f"{number} x {what}" for what, number in sorted(self.said.items()))
        told = sum("GET /" not in line for line in self.written)
        row = faults.Fault(done, meanwhile, f"{left}; lines in the log: {told}", recovered)
        if where := os.environ.get("DKG_FAULT_TABLE"):
            with Path(where).open("a", encoding="utf-8") as record:
                record.write("\t".join(row) + "\n")


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, Served]]:
    root = small.project(tmp_path_factory.mktemp("faults") / "p")
    settings = (root / "dkg.toml").read_text("utf-8")
    (root / "dkg.toml").write_text(f"{settings}\n[serve]\nworkers = 1\nsaved-workers = 1\n", "utf-8")
    build(Project.load(root))
    with serving(root) as served:
        yield root, served


@pytest.fixture
def scene(running: tuple[Path, Served]) -> Iterator[Scene]:
    root, served = running
    made = Scene(root, served, log=len((root / "serve.log").read_text("utf-8")))
    until(made.well)
    yield made
    until(made.well)
    assert served.process.poll() is None


def kill_workers(served: Served) -> None:
    for pid in served.workers:
        with suppress(ProcessLookupError):  # one may end by itself meanwhile
            os.kill(pid, signal.SIGKILL)


def ask_at_once(scene: Scene) -> None:
    """More than there are open indexes, so that others are opened."""
    with ThreadPoolExecutor(6) as several:
        for done in [several.submit(scene.ask) for _ in range(6)]:
            done.result()


def healed(scene: Scene) -> None:
    report = build(Project.load(scene.root), Options(allow_deletions=True))
    assert report.snapshot is not None


def test_the_snapshot_is_moved_away_and_back(scene: Scene, tmp_path: Path) -> None:
    folder = scene.folder
    shutil.move(folder, tmp_path / "away")
    until(lambda: "problem" in scene.served.get("/readyz").text)
    assert scene.ask() == {200, 303}
    kill_workers(scene.served)
    until(lambda: scene.served.get("/readyz").status == 503)
    assert 503 in scene.ask()
    shutil.move(tmp_path / "away", folder)
    scene.recovers()
    scene.note(
        "the published snapshot moved away, then all workers killed, then the snapshot put back",
        "nothing",
        "with the snapshot, within seconds",
    )


def test_all_snapshots_are_deleted_and_built_again(scene: Scene) -> None:
    shutil.rmtree(scene.derived / "snapshots")
    until(lambda: "problem" in scene.served.get("/readyz").text)
    scene.ask()
    kill_workers(scene.served)
    scene.ask()
    healed(scene)
    scene.recovers()
    scene.note("all snapshots deleted, all workers killed", "a pointer to nothing", "by the next dkg build")


def test_the_folder_of_all_that_is_derived_is_deleted(scene: Scene) -> None:
    shutil.rmtree(scene.derived)
    until(lambda: "problem" in scene.served.get("/readyz").text)
    assert scene.ask() == {200, 303}
    healed(scene)
    scene.recovers()
    until(lambda: any("now serving snapshot" in line for line in scene.written))
    scene.note(".dkg deleted", "nothing", "by the next dkg build, though it has the same number and id")


@pytest.mark.parametrize("written", ["", "seven\n", "99\n", "-1\n", None])
def test_the_pointer_is_nonsense(scene: Scene, written: str | None) -> None:
    pointer = scene.derived / "current"
    before = pointer.read_text("ascii")
    pointer.unlink()
    if written is None:
        pointer.mkdir()
    else:
        pointer.write_text(written, "ascii")
    until(lambda: "problem" in scene.served.get("/readyz").text)
    assert scene.ask() == {200, 303}
    if written is None:
        pointer.rmdir()
    pointer.write_text(before, "ascii")
    scene.recovers()
    shown = "a folder" if written is None else repr(written)
    scene.note(f"`current` replaced by {shown}", "what was open is served on", "with the pointer")


def test_the_search_index_is_cut_and_overwritten(scene: Scene) -> None:
    index = scene.folder / "index.sqlite"
    whole = index.read_bytes()
    os.truncate(index, len(whole) // 3)
    ask_at_once(scene)
    index.write_bytes(os.urandom(len(whole)))
    ask_at_once(scene)
    assert scene.said["503"]
    healed(scene)
    scene.recovers()
    done = "`index.sqlite` cut to a third, then overwritten"
    scene.note(done, "the damaged snapshot", "by the next dkg build")


def test_the_tables_of_the_store_are_overwritten(scene: Scene) -> None:
    for table in (scene.folder / "store").glob("*.sst"):
        size = table.stat().st_size
        table.unlink()  # earlier snapshots share it
        table.write_bytes(os.urandom(size))
    kill_workers(scene.served)
    scene.ask()
    healed(scene)
    scene.recovers()
    done = "the store's tables overwritten, all workers killed"
    scene.note(done, "the damaged snapshot", "by the next dkg build")


def test_workers_are_killed_again_and_again(scene: Scene) -> None:
    for _ in range(5):
        kill_workers(scene.served)
        assert scene.ask() <= {200, 303, 503}
    scene.recovers()
    scene.note("all idle workers killed, five times", "nothing", "at once: others are started")


def test_a_worker_is_killed_while_it_answers(scene: Scene) -> None:
    found: list[Answer] = []
    asking = threading.Thread(target=lambda: found.append(scene.served.ask(HOG)))
    asking.start()
    while asking.is_alive():  # whichever worker has it by now
        time.sleep(0.3)
        kill_workers(scene.served)
    assert found[0].status == 503
    assert found[0].headers["retry-after"] in {"1", "10"}
    scene.said["503"] += 1
    scene.recovers()
    scene.note("a worker killed in the middle of a query", "nothing", "at once; that query's client gets 503")


def test_what_starts_workers_is_killed(scene: Scene) -> None:
    for pid in children(scene.served.process.pid):
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    scene.ask()
    scene.recovers()
    scene.note("the processes that start workers killed, and all workers with them", "nothing", "at once")


def test_no_more_files_can_be_opened(scene: Scene) -> None:
    pid = scene.served.process.pid
    usual = resource.prlimit(pid, resource.RLIMIT_NOFILE)
    used = sum(1 for _ in Path(f"/proc/{pid}/fd").iterdir())
    resource.prlimit(pid, resource.RLIMIT_NOFILE, (used + 2, usual[1]))
    try:
        held = [socket.create_connection((scene.served.host, scene.served.port)) for _ in range(8)]
        kill_workers(scene.served)
        time.sleep(0.5)
        for one in held:
            one.close()
        try:
            scene.ask()
        except (OSError, HTTPException):  # workers that start again may be quicker to take what is free
            scene.said["no connection"] += 1
    finally:
        resource.prlimit(pid, resource.RLIMIT_NOFILE, usual)
    scene.recovers()
    scene.note(
        "no more files may be opened: connections take them all, workers are killed",
        "connections beyond the limit are refused",
        "within seconds after connections are closed or the limit is lifted",
    )


def test_the_disk_is_full_while_it_serves(scene: Scene) -> None:
    """No file of this process may grow: not its log, nor what it puts aside for a client of HTTP/1.0."""
    pid = scene.served.process.pid
    usual = resource.prlimit(pid, resource.RLIMIT_FSIZE)
    resource.prlimit(pid, resource.RLIMIT_FSIZE, (0, usual[1]))
    try:
        assert scene.ask() == {200, 303}
        assert scene.served.get("/nothing/here").status == 404  # which would be told to the log
        assert old_client(scene.served, "SELECT * { GRAPH ?g { ?s ?p ?o } }").startswith(b"HTTP/1.1 503 ")
        scene.said["503"] += 1
    finally:
        resource.prlimit(pid, resource.RLIMIT_FSIZE, usual)
    assert old_client(scene.served, "SELECT * { GRAPH ?g { ?s ?p ?o } }").startswith(b"HTTP/1.1 200 ")
    scene.note(
        "the disk full while it serves",
        "nothing; only long answers to clients of HTTP/1.0 need room",
        "not needed: it answers on, without its log",
    )


def old_client(served: Served, query: str) -> bytes:
    """What a client of HTTP/1.0 gets."""
    with closing(socket.create_connection((served.host, served.port))) as line:
        line.sendall(f"GET /sparql?query={quote(query)} HTTP/1.0\r\nHost: localhost\r\n\r\n".encode())
        return b"".join(iter(lambda: line.recv(1 << 16), b""))


_NO_ROOM = """\
import resource, sys
from diaspora_kg.cli import main
resource.setrlimit(resource.RLIMIT_FSIZE, (30_000, 30_000))
sys.exit(main())
"""


def test_the_disk_is_full_while_a_build_publishes(scene: Scene) -> None:
    small.article(scene.root, "rain", annotation=small.plain(next(_SALT)))
    before = scene.served.get("/readyz").text
    command = [sys.executable, "-c", _NO_ROOM, "build"]
    ended = subprocess.run(command, cwd=scene.root, capture_output=True, text=True, check=False)
    assert ended.returncode == 1
    assert "Traceback" not in ended.stderr
    assert scene.ask() == {200, 303}
    assert scene.served.get("/readyz").text == before
    healed(scene)
    until(lambda: scene.served.get("/readyz").text != before)
    left = "what was published before; the build says what is wrong and ends with 1"
    scene.note("the disk full while a build publishes", left, "by the next dkg build with room")


def test_the_clock_is_set_back(scene: Scene) -> None:
    """What is published next is taken up, though it seems older than what there is."""
    before = scene.served.get("/readyz").text
    pointer = scene.derived / "current"
    shutil.copytree(scene.folder, scene.derived / "snapshots/900")
    manifest = scene.derived / "snapshots/900/manifest.json"
    number = pointer.read_text("ascii").strip()
    manifest.write_text(manifest.read_text("utf-8").replace(f'"number": {number}', '"number": 900'), "utf-8")
    new = pointer.with_suffix(".later")
    new.write_text("900\n", "ascii")
    os.utime(new, (0, 0))
    new.replace(pointer)
    until(lambda: '"snapshot":900' in scene.served.get("/readyz").text)
    assert before != scene.served.get("/readyz").text
    scene.ask()
    scene.note("the clock set back by decades, then a snapshot published", "nothing", "not needed")


@pytest.mark.parametrize("by", [signal.SIGTERM, signal.SIGHUP])
def test_what_was_begun_is_answered_before_the_end(tmp_path: Path, by: signal.Signals) -> None:
    if signal.getsignal(by) is signal.SIG_IGN:  # as nohup leaves it, for all that is started from here
        signal.signal(by, signal.SIG_DFL)
    root = make_project(tmp_path / "town", "workers = 1\nsaved-workers = 1")
    publish(root, lines(4000))
    query = quote("SELECT * { ?a ?b ?c } LIMIT 8000")
    request = f"GET /sparql?query={query} HTTP/1.1\r\nHost: localhost\r\nAccept: text/csv\r\n\r\n".encode()
    with serving(root) as served, closing(socket.create_connection((served.host, served.port))) as line:
        line.sendall(request)
        begun = line.recv(1000)
        served.process.send_signal(by)
        until(lambda: refused(served))
        rest = b"".join(iter(lambda: line.recv(1 << 16), b""))
        assert served.process.wait(20) == 0
        assert (begun + rest).endswith(b"0\r\n\r\n")
        assert (begun + rest).count(b"/id/person/p") > 8000
    Scene(root, served, Counter({"as always": 1})).note(
        f"{by.name} in the middle of a long download",
        "nothing: exit status 0, the download is complete",
        "not needed",
    )


def refused(served: Served) -> bool:
    try:
        socket.create_connection((served.host, served.port), timeout=1).close()
    except OSError:
        return True
    return False


def test_the_server_that_holds_the_graph_goes_and_comes_back(tmp_path: Path) -> None:
    """For a second; ``DKG_AWAY_SECONDS`` makes it longer."""
    seconds, port = float(os.environ.get("DKG_AWAY_SECONDS", "1")), free()
    root, data = small.project(tmp_path / "p"), tmp_path / "data"
    data.mkdir()
    settings = (root / "dkg.toml").read_text("utf-8")
    (root / "dkg.toml").write_text(f'store = "http://127.0.0.1:{port}"\n{settings}', "utf-8")
    with ExitStack() as stack:
        with oxigraph_server(data, port):
            run(root, "trust", "--yes")
            run(root, "build")
            served = stack.enter_context(serving(root))
            scene = Scene(root, served)
            until(scene.well)
        until(lambda: served.get("/readyz").status == 503)
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            assert 503 in scene.ask()
            time.sleep(0.5)
        with oxigraph_server(data, port):
            scene.recovers()
            done = f"the server that holds the graph (`store` in dkg.toml) ended for {seconds:g} seconds"
            scene.note(done, "nothing", "when it is back, within seconds")


def run(root: Path, *arguments: str) -> None:
    command = [sys.executable, "-m", "diaspora_kg", *arguments]
    subprocess.run(command, cwd=root, check=True, capture_output=True)


def test_a_port_that_is_taken_is_told(scene: Scene) -> None:
    command = [sys.executable, "-m", "diaspora_kg", "serve", "--port", str(scene.served.port)]
    ended = subprocess.run(command, cwd=scene.root, capture_output=True, text=True, check=False)
    assert ended.returncode == 2
    assert f"port {scene.served.port} cannot be had" in ended.stderr
    assert "--port" in ended.stderr
    assert len(ended.stderr.splitlines()) == 1
    scene.note("a second server on a port that is taken", "one line on stderr, exit status 2", "not needed")


def test_the_page_is_of_the_form_that_is_made() -> None:
    text = faults.PAGE.read_text("utf-8")
    told = list(faults.faults_on(text))
    assert faults.page(told) == text, "run: python docs/faults.py RECORD"
    assert len(told) >= 15
