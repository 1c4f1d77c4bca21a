"""Runs a command as a process of its own, and says how long it took and how much memory it had."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]


class CommandFailed(Exception):
    """A command that was to be measured did not end well; the message has the end of what it said."""


@dataclass(frozen=True, slots=True)
class Measure:
    """One run.

    ``seconds`` by the clock, ``cpu`` seconds of all its processes together, ``mib``: the peak of resident
    memory in MiB (of the largest process, if several).
    """

    seconds: float
    cpu: float
    mib: float


def surroundings(program: Path = ROOT) -> dict[str, str]:
    """The environment in which the program of a checkout is found from any folder."""
    paths = (str(program), os.environ.get("PYTHONPATH", ""))
    return {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in paths if path)}


def measured(arguments: Sequence[str], folder: Path, program: Path = ROOT) -> Measure:
    """Run Python with these arguments in a folder; raises :class:`CommandFailed`."""
    log = folder / "bench.log"
    with log.open("wb") as out:
        begun = time.perf_counter()
        process = subprocess.Popen(
            [sys.executable, *arguments], cwd=folder, env=surroundings(program), stdout=out, stderr=out
        )
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - begun
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        said = log.read_text("utf-8", "replace")[-2000:]
        raise CommandFailed(f"{' '.join(arguments)}: exit {process.returncode}\n{said}")
    unit = 1024 * 1024 if sys.platform == "darwin" else 1024
    return Measure(seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / unit)
