"""A Dask cluster on this machine, as a researcher starts one: a scheduler, and workers with their nannies."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]


@dataclass
class Cluster:
    """One that runs: ``processes`` begins with the scheduler."""

    address: str
    processes: list[subprocess.Popen[bytes]]

    def ask(self, question: Callable[[Any], Any]) -> Any:
        """Ask a client something."""
        from distributed import Client  # noqa: PLC0415 - an optional part

        made: Any = Client  # which has no types of its own
        client = made(self.address.replace("dask", "tcp"), set_as_default=False)
        try:
            return question(client)
        finally:
            client.close()

    def pids(self) -> list[int]:
        """The process ids of the workers."""
        return sorted(self.ask(lambda client: client.run(os.getpid)).values())

    def cpu(self) -> float:
        """Seconds of processor time that the workers have taken so far."""
        return float(sum(self.ask(lambda client: client.run(time.process_time)).values()))


@contextmanager
def cluster_in(folder: Path, workers: int = 2) -> Iterator[Cluster]:
    """A cluster that runs while the block lasts; what it says goes to a file ``log`` in the folder."""
    told = folder / "scheduler.json"
    where = ["--no-dashboard", "--scheduler-file", str(told), "--host", "127.0.0.1"]
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    processes = [_start(folder, env, "scheduler", "--port", "0", *where)]
    try:
        for number in range(workers):
            own = ["--nthreads", "1", "--local-directory", str(folder / f"worker{number}")]
            processes.append(_start(folder, env, "worker", *own, *where))
        wait_until(told.exists)
        address = json.loads(told.read_text("utf-8"))["address"].replace("tcp", "dask")
        made = Cluster(address, processes)
        made.ask(lambda client: client.wait_for_workers(workers, timeout=120))
        yield made
    finally:
        for process in reversed(processes):
            process.terminate()
        for process in processes:
            try:
                process.wait(60)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def wait_until(so: Callable[[], bool], seconds: float = 120) -> None:
    """Wait for something that must come to be so."""
    end = time.monotonic() + seconds
    while not so():
        assert time.monotonic() < end
        time.sleep(0.1)


def _start(folder: Path, env: Mapping[str, str], *command: str) -> subprocess.Popen[bytes]:
    with (folder / "log").open("ab") as log:
        dask = [sys.executable, "-m", "dask", *command]
        return subprocess.Popen(dask, cwd=folder, env=env, stdout=log, stderr=log)
