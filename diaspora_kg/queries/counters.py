"""Counts rows in two ways at once, in processes of their own: the one that is done first tells.

Which way is quicker nobody knows before: to seek each pattern by what the last one found, when that is
little, or to read each as a whole, when it is much (:mod:`diaspora_kg.sparql.apart`). So a question that is
not answered soon is asked in the other way too.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import ExitStack, contextmanager
from pathlib import Path

from diaspora_kg.sparql import apart

SOON = 0.5
"""Seconds after which the second way is tried."""


def count(store: Path, text: str, seconds: float) -> int | None:
    """How many rows a query has in a store; ``None``: the time is over, or it cannot be counted."""
    end = time.monotonic() + seconds
    ways = dict.fromkeys((text, apart(text)))
    with ThreadPoolExecutor(len(ways)) as pool, ExitStack() as running:
        waiting: set[Future[int | None]] = set()
        for number, way in enumerate(ways, start=1):
            process = running.enter_context(_counting(store, whole=number > 1))
            waiting.add(pool.submit(_told, process, way))
            pause = min(SOON, seconds) if number < len(ways) else seconds
            total, waiting = _first(waiting, min(time.monotonic() + pause, end))
            if total is not None:
                return total
    return None


def _first(waiting: set[Future[int | None]], end: float) -> tuple[int | None, set[Future[int | None]]]:
    """What the first of them tells that can, and which of them may still tell something."""
    while waiting and (left := end - time.monotonic()) > 0:
        done, waiting = wait(waiting, left, FIRST_COMPLETED)
        for one in done:
            if (total := one.result()) is not None:
                return total, waiting
    return None, waiting


@contextmanager
def _counting(store: Path, *, whole: bool) -> Iterator[subprocess.Popen[bytes]]:
    command = [sys.executable, "-P", "-m", "diaspora_kg.queries.counting", str(store)]
    command += ["whole"] if whole else []
    process = subprocess.Popen(  # noqa: S603 - this program itself
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    try:
        yield process
    finally:
        process.kill()


def _told(process: subprocess.Popen[bytes], text: str) -> int | None:
    """What a process prints of a query; ``None``: it was ended, or ended itself."""
    said, _ = process.communicate(text.encode())
    return int(said) if process.returncode == 0 else None
