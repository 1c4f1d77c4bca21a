"""Runs a command as a process of its own, and says how long it took and how much memory it had."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.bench.family import Watch

ROOT = Path(__file__).parents[2]
_BLOCK = 512  # bytes


class CommandFailed(Exception):
    """A command that was to be measured did not end well; the message has the end of what it said."""


@dataclass(frozen=True, slots=True)
class Measure:
    """One run.

    ``seconds`` by the clock, ``cpu`` seconds of all its processes together, ``mib``: the peak of resident
    memory in MiB (of the largest process, if several). Where they were watched: ``worker`` is the peak of
    the largest process that it started, ``whole`` that of all of them together (what they share counts
    in each). ``disk`` are the MB that had to be read from the disk, since the system did not have them in
    memory (0 where it does not say).
    """

    seconds: float
    cpu: float
    mib: float
    worker: float = 0.0
    whole: float = 0.0
    disk: float = 0.0

    @property
    def told(self) -> str:
        """Both times in words."""
        return f"{self.seconds:.2f} s ({self.cpu:.2f} CPU)"


def surroundings(program: Path = ROOT) -> dict[str, str]:
    """The environment in which the program of a checkout is found from any folder.

    Its compiled modules are kept, as those of an installed program are.
    """
    paths = (str(program), os.environ.get("PYTHONPATH", ""))
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return {**kept, "PYTHONPATH": os.pathsep.join(path for path in paths if path)}


def measured(arguments: Sequence[str], folder: Path, program: Path = ROOT, *, watch: bool = False) -> Measure:
    """Run Python with these arguments in a folder; raises :class:`CommandFailed`."""
    return command([sys.executable, *arguments], folder, program, watch=watch)


def command(
    words: Sequence[str],
    folder: Path,
    program: Path = ROOT,
    *,
    watch: bool = False,
    fine: Sequence[int] = (0,),
) -> Measure:
    """Run any command in a folder; raises :class:`CommandFailed` where its exit code is not ``fine``."""
    log = folder / "bench.log"
    with log.open("wb") as out:
        begun = time.perf_counter()
        process = subprocess.Popen(words, cwd=folder, env=surroundings(program), stdout=out, stderr=out)
        watched = Watch(process.pid) if watch else None
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - begun
    process.returncode = os.waitstatus_to_exitcode(status)
    worker, whole = watched.end() if watched else (0.0, 0.0)
    if process.returncode not in fine:
        said = log.read_text("utf-8", "replace")[-2000:]
        raise CommandFailed(f"{' '.join(words)}: exit {process.returncode}\n{said}")
    unit = 1024 * 1024 if sys.platform == "darwin" else 1024
    cpu = usage.ru_utime + usage.ru_stime
    disk = usage.ru_inblock * _BLOCK / 1_000_000 if sys.platform == "linux" else 0.0
    return Measure(seconds, cpu, usage.ru_maxrss / unit, worker, whole, disk)
