"""Starts a part of the bench as a process, and gives its rows as they come."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator

from tests.bench import rows as table
from tests.bench.measure import ROOT, surroundings
from tests.bench.plan import Plan
from tests.bench.rows import Row


class PartFailed(Exception):
    """A part did not end well; the message is the last thing that it said."""


def rows(name: str, plan: Plan, seconds: float) -> Iterator[Row]:
    """The rows of a part; raises :class:`PartFailed` when it fails or takes longer than that."""
    with tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as said:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.bench.part", name],
            cwd=ROOT,
            env=surroundings(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=said,
            text=True,
            start_new_session=True,
        )
        late = threading.Timer(seconds, _stop, [process])
        late.start()
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            process.stdin.write(plan.told() + "\n")
            process.stdin.close()
            for line in process.stdout:
                yield table.read(line)
            code = process.wait()
        finally:
            late.cancel()
            _stop(process)
            process.stdout.close()
        if code:
            said.seek(0)
            why = [line for line in said.read().splitlines() if line.strip()]
            raise PartFailed(" ".join(why[-_LAST:])[-1000:] or f"exit {code}")


_LAST = 3  # lines of what it said


def _stop(process: subprocess.Popen[str]) -> None:
    """End it and all that it started, which are a session of their own."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
