"""A real server for tests: the demo project, built, served by ``dkg serve`` on a free port."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from diaspora_kg.init import init

ROOT = Path(__file__).parents[1]


@dataclass(frozen=True)
class Served:
    """Where the server answers, without a slash at the end, and the project that it serves."""

    url: str
    project: Path

    @property
    def base(self) -> str:
        """Where the IRIs of the graph begin; not where the server is."""
        return "https://example.org/demo/"


@contextmanager
def serving(project: Path, *options: str) -> Iterator[Served]:
    """Make the demo at ``project``, build it, serve it until the block ends."""
    init(project, demo=True)
    env = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"}
    dkg = [sys.executable, "-m", "diaspora_kg"]
    subprocess.run([*dkg, "build"], cwd=project, env=env, check=True, capture_output=True)
    log = project.parent / "serve.log"
    with (
        log.open("wb") as out,
        subprocess.Popen(
            [*dkg, "serve", "--port", "0", *options],
            cwd=project,
            env=env,
            stdout=out,
            stderr=subprocess.STDOUT,
        ) as server,
    ):
        try:
            yield Served(_address(server, log), project)
        finally:
            server.send_signal(signal.SIGINT)
            server.wait(timeout=30)


def _address(server: subprocess.Popen[bytes], log: Path) -> str:
    """What the server prints when it listens; a server that ends or stays silent fails with its words."""
    end = time.monotonic() + 60
    while time.monotonic() < end and server.poll() is None:
        if found := re.search(r"http://[\w.]+:\d+", log.read_text("utf-8")):
            return found[0]
        time.sleep(0.05)
    server.kill()
    raise AssertionError(f"dkg serve did not begin: {log.read_text('utf-8')}")
