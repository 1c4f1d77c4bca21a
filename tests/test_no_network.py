"""No command opens a connection, and none loads what it does not need."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from diaspora_kg.init import init
from tests.conftest import ROOT

_REFUSING = """\
import socket

def refuse(*wanted, **_):
    raise SystemExit(f"a socket was asked for: {wanted}")

class Refused(socket.socket):
    __init__ = refuse

socket.socket = Refused
socket.create_connection = socket.getaddrinfo = socket.gethostbyname = refuse
"""

HEAVY = ("rdflib", "pyshacl", "SPARQLWrapper", "urllib.request", "multiprocessing", "diaspora_kg.build")
COMMANDS = (
    ["check"],
    ["build"],
    ["build", "--jobs", "2"],
    ["query", "list"],
    ["query", "run", "own-voice", "--evidence"],
    ["query", "test"],
    ["why", "court-ruling"],
    ["sparql", "SELECT * { ?s ?p ?o } LIMIT 1"],
    ["export", "graph"],
)


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return init(tmp_path_factory.mktemp("net") / "demo", demo=True)


def run(demo: Path, *command: str, **env: str) -> subprocess.CompletedProcess[str]:
    where = {**os.environ, "PYTHONPATH": os.pathsep.join([*env.pop("first", "").split(), str(ROOT)])}
    dkg = [sys.executable, "-m", "diaspora_kg", *command]
    return subprocess.run(dkg, cwd=demo, env=where, capture_output=True, text=True, check=False, timeout=120)


def test_the_refusal_refuses(demo: Path, tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text(_REFUSING, "ascii")
    asked = run(demo, "sparql", "ASK {}", "--endpoint", "http://127.0.0.1:9/", first=str(tmp_path))
    assert "a socket was asked for" in asked.stderr


def test_no_command_asks_for_a_socket(demo: Path, tmp_path: Path) -> None:
    """Each process, the workers of ``--jobs`` too, starts with sockets that refuse."""
    (tmp_path / "sitecustomize.py").write_text(_REFUSING, "ascii")
    for command in COMMANDS:
        done = run(demo, *command, first=str(tmp_path))
        assert "socket" not in done.stderr, command
        assert done.returncode == 0, (command, done.stderr)


@pytest.mark.parametrize(
    "command",
    [
        ["--version"],
        ["query", "list"],
        ["query", "run", "own-voice"],
        ["why", "x"],
        ["sparql", "ASK {}"],
        ["export", "graph"],
        ["new", "x.txt"],
    ],
    ids=lambda command: command[0],
)
def test_a_question_does_not_wait_for_the_libraries_of_a_build(demo: Path, command: list[str]) -> None:
    code = (
        "import sys\n"
        "from diaspora_kg.cli import main\n"
        "try:\n    main(sys.argv[1:])\n"
        "finally:\n"
        f"    sys.stderr.write('LOADED ' + ' '.join(m for m in {HEAVY!r} if m in sys.modules))\n"
    )
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-c", code, *command], cwd=demo, env=env, capture_output=True, text=True, check=False
    )
    assert done.stderr.rpartition("LOADED ")[2].split() == []
