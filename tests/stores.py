"""Real stores behind HTTP, started on the loopback: ``oxigraph serve`` and Virtuoso 7."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from diaspora_kg.credentials import Credentials
from diaspora_kg.store.places import Layout, Places
from tests.tools import need

VIRTUOSO = """\
[Database]
DatabaseFile = {folder}/v.db
ErrorLogFile = {folder}/v.log
LockFile = {folder}/v.lck
TransactionFile = {folder}/v.trx
xa_persistent_file = {folder}/v.pxa
FileExtend = 200
[TempDatabase]
DatabaseFile = {folder}/t.db
TransactionFile = {folder}/t.trx
[Parameters]
ServerPort = 127.0.0.1:{own}
DisableUnixSocket = 1
NumberOfBuffers = 10000
MaxDirtyBuffers = 6000
DirsAllowed = {folder}
ServerThreads = 20
[HTTPServer]
ServerPort = 127.0.0.1:{port}
ServerRoot = {folder}
ServerThreads = 8
[SPARQL]
ResultSetMaxRows = 1000000
MaxQueryCostEstimationTime = 0
"""
DBA = ("dba", "dba")


def free() -> int:
    """A port that nobody listens at."""
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        return int(door.getsockname()[1])


@contextmanager
def _running(command: list[str], url: str, folder: Path, seconds: int = 60) -> Iterator[None]:
    log = folder / "server.log"
    with log.open("wb") as out:
        process = subprocess.Popen(command, stdout=out, stderr=out, cwd=folder)
    try:
        for _ in range(seconds * 20):
            if process.poll() is not None:
                raise AssertionError(f"the store did not start: {log.read_text('utf-8', 'replace')}")
            if _answers(url):
                break
            time.sleep(0.05)
        else:
            raise AssertionError(f"the store does not answer: {log.read_text('utf-8', 'replace')}")
        yield
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(f"{url}?query=ASK%20%7B%7D", timeout=2):
            return True
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False


@contextmanager
def oxigraph_server(folder: Path, port: int = 0) -> Iterator[Places]:
    """``oxigraph serve`` with its data in ``folder``."""
    program = str(Path(sys.executable).with_name("oxigraph"))
    port = port or free()
    places = Places.of(f"http://127.0.0.1:{port}", Layout.OXIGRAPH)
    command = [program, "serve", "--location", str(folder / "data"), "--bind", f"127.0.0.1:{port}"]
    with _running(command, places.query, folder):
        yield places


@contextmanager
def virtuoso_server(folder: Path, port: int = 0) -> Iterator[Places]:
    """Virtuoso with its data in ``folder``, whose administrator may write (:func:`virtuoso_login`)."""
    program = need("virtuoso-t")
    port = port or free()
    config = folder / "virtuoso.ini"
    config.write_text(VIRTUOSO.format(folder=folder, own=free(), port=port), "utf-8")
    places = Places.of(f"http://127.0.0.1:{port}", Layout.VIRTUOSO)
    with _running([program, "-f", "-c", str(config)], places.query, folder):
        yield places


def virtuoso_login(places: Places) -> Credentials:
    """The name and password that a new Virtuoso has."""
    found = Credentials.given(places.query.removesuffix("/sparql"), *DBA)
    assert found is not None
    return found
