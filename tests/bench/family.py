"""The processes of a running command, and how much memory they have: looked at again and again."""

from __future__ import annotations

import os
import threading
from pathlib import Path

_EVERY = 0.2  # seconds
_PAGE = os.sysconf("SC_PAGE_SIZE") if hasattr(os, "sysconf") else 4096


class Watch:
    """Looks at a process and all that it started, in a thread, until :meth:`end`."""

    def __init__(self, pid: int) -> None:
        self._pid = pid
        self._worker = self._whole = 0.0
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)
        self._thread.start()

    def end(self) -> tuple[float, float]:
        """MiB: the peak of the largest process that was started, and of all of them at one time."""
        self._over.set()
        self._thread.join()
        return self._worker, self._whole

    def _look(self) -> None:
        while not self._over.wait(_EVERY):
            sizes = {pid: resident(pid) for pid in family(self._pid)}
            self._whole = max(self._whole, sum(sizes.values()))
            self._worker = max([self._worker, *(mib for pid, mib in sizes.items() if pid != self._pid)])


def family(pid: int) -> list[int]:
    """A process and all that it and its children have started, by any of their threads."""
    return [pid, *(one for child in _children(pid) for one in family(child))]


def resident(pid: int) -> float:
    """MiB of resident memory of a process; 0 once it is gone."""
    try:
        return int(Path(f"/proc/{pid}/statm").read_text("ascii").split()[1]) * _PAGE / (1 << 20)
    except (OSError, IndexError):
        return 0.0


def _children(pid: int) -> list[int]:
    try:
        threads = list(Path(f"/proc/{pid}/task").iterdir())
    except OSError:
        return []
    found = []
    for thread in threads:
        try:
            found += [int(child) for child in (thread / "children").read_text("ascii").split()]
        except OSError:
            continue  # it ended meanwhile
    return found
