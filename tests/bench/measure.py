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
_PATHS = (str(ROOT), os.environ.get("PYTHONPATH", ""))
HERE = {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in _PATHS if path)}
"""The environment in which the program of this checkout is found from any folder."""


class CommandFailed(Exception):
    """A command that was to be measured did not end well; the message has the end of what it said."""


@dataclass(frozen=True, slots=True)
class Measure:
    """Seconds by the clock, and the peak of resident memory in MiB (of the largest process, if several)."""

    seconds: float
    mib: float


def measured(arguments: Sequence[str], folder: Path) -> Measure:
    """Run Python with these arguments in a folder; raises :class:`CommandFailed`."""
    log = folder / "bench.log"
    with log.open("wb") as out:
        begun = time.perf_counter()
        process = subprocess.Popen([sys.executable, *arguments], cwd=folder, env=HERE, stdout=out, stderr=out)
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - begun
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        said = log.read_text("utf-8", "replace")[-2000:]
        raise CommandFailed(f"{' '.join(arguments)}: exit {process.returncode}\n{said}")
    unit = 1024 * 1024 if sys.platform == "darwin" else 1024
    return Measure(seconds, usage.ru_maxrss / unit)
