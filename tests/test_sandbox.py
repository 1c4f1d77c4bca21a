"""What a worker cannot do, tried in processes that gave it up."""

from __future__ import annotations

import asyncio
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from diaspora_kg.endpoint import nursery, sandbox
from diaspora_kg.endpoint.engine import Engine, Kind, StartFailed, all_gone
from diaspora_kg.endpoint.frames import FAILED, Failure, Question
from diaspora_kg.endpoint.server import serve
from diaspora_kg.endpoint.settings import Settings
from diaspora_kg.errors import UsageError
from diaspora_kg.project import Project
from tests.conftest import ROOT
from tests.serving import JSON, lines, make_project, publish

TRIED = """\
import errno, os, socket, sys
from diaspora_kg.endpoint.sandbox import without_network
assert without_network()
def tried(name, call):
    try:
        call()
    except OSError as error:
        print(name, errno.errorcode[error.errno])
    else:
        print(name, "done")
tried("inet", lambda: socket.socket(socket.AF_INET))
tried("inet6", lambda: socket.socket(socket.AF_INET6))
tried("netlink", lambda: socket.socket(socket.AF_NETLINK, socket.SOCK_RAW))
tried("unix", lambda: socket.socket(socket.AF_UNIX))
tried("connect", lambda: socket.socket(socket.AF_UNIX).connect("/run/nothing"))
tried("execve", lambda: os.execv("/bin/true", ["true"]))
tried("kill", lambda: os.kill(os.getppid(), 0))
tried("read", lambda: open("/dev/null").close())
"""


def test_sockets_programs_and_signals_are_taken_away() -> None:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    said = subprocess.run(
        [sys.executable, "-c", TRIED], capture_output=True, text=True, env=environment, check=True
    )
    assert dict(line.split() for line in said.stdout.splitlines()) == {
        "inet": "EPERM",
        "inet6": "EPERM",
        "netlink": "EPERM",
        "unix": "done",
        "connect": "EPERM",
        "execve": "EPERM",
        "kill": "EPERM",
        "read": "done",
    }


def test_a_worker_that_asks_another_server_may_connect_and_no_more() -> None:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    tried = TRIED.replace("without_network()", "without_network(but_asks=True)").replace(
        "/run/nothing", "/nothing-there"
    )
    listens = 'tried("listen", lambda: socket.socket(socket.AF_INET).listen())\n'
    said = subprocess.run(
        [sys.executable, "-c", tried + listens], capture_output=True, text=True, env=environment, check=True
    )
    found = dict(line.split() for line in said.stdout.splitlines())
    assert [found[name] for name in ("inet", "connect", "read")] == ["done", "ENOENT", "done"]
    assert [found[name] for name in ("execve", "kill", "listen")] == ["EPERM"] * 3


@contextmanager
def listener() -> Iterator[tuple[int, list[object]]]:
    """A port on the loopback, and who called there."""
    calls: list[object] = []
    with socket.create_server(("127.0.0.1", 0)) as open_port:

        def accept() -> None:
            while True:
                try:
                    line, peer = open_port.accept()
                except OSError:
                    return
                line.close()
                calls.append(peer)

        thread = threading.Thread(target=accept)
        thread.start()
        yield open_port.getsockname()[1], calls
        open_port.shutdown(socket.SHUT_RDWR)
        thread.join()


@pytest.mark.parametrize("sandboxed", [True, False])
def test_service_reaches_nobody_without_the_guard(tmp_path: Path, sandboxed: bool) -> None:
    """The query goes to a worker as if it had passed the guard; without the sandbox it does call."""
    snapshot = publish(make_project(tmp_path / "town"), lines(5))

    async def ask(port: int) -> tuple[bytes, bytes]:
        engine = await Engine.start(snapshot.path / "store", Kind(1024, 0, 900, sandboxed))
        query = f"SELECT * {{ SERVICE <http://127.0.0.1:{port}/> {{ ?s ?p ?o }} }}"
        engine.send(Question(query, JSON, True, None, None, 10, 1000).frame())
        answer = await engine.next()
        await engine.end()
        nursery.close()
        return answer

    with listener() as (port, calls):
        kind, body = asyncio.run(ask(port))
    assert kind == FAILED
    assert Failure.read(body).kind == "engine"
    assert bool(calls) is not sandboxed


def test_a_store_that_is_none_is_told(tmp_path: Path) -> None:
    (tmp_path / "CURRENT").write_text("nonsense")

    async def start() -> None:
        try:
            await Engine.start(tmp_path, Kind(1024, 0, 900, True))
        finally:
            await all_gone()
            nursery.close()

    with pytest.raises(StartFailed, match="Corruption"):
        asyncio.run(start())


def test_public_refuses_to_start_without_the_sandbox(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sandbox, "available", lambda: False)
    project = Project.load(make_project(tmp_path / "town"))
    with pytest.raises(UsageError, match="seccomp"):
        serve(project, Settings(profile="public"), print)
    said: list[str] = []
    with pytest.raises(UsageError, match="Nothing has been built"):
        serve(project, Settings(port=0), said.append)
    assert "no seccomp" in said[0]
