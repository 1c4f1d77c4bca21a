"""One writer at a time: an OS lock on ``.dkg/lock``, which a process that dies gives back."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import NoReturn

from filelock import FileLock, Timeout

from diaspora_kg.errors import RunStopped


@contextmanager
def one_writer(derived: Path) -> Iterator[None]:
    """Hold the lock for the time of a ``with`` block.

    Raises :class:`RunStopped`, naming the process, when another build holds it; also when the folder
    cannot be written, or holds a link through which something else would be.
    """
    try:
        derived.mkdir(exist_ok=True)
        _no_links(derived)
        lock = FileLock(derived / "lock", timeout=0)
        with lock:
            _sign(derived / "lock.json")
            yield
    except Timeout:
        raise RunStopped(f"Another build is running here{_holder(derived / 'lock.json')}.") from None


def _no_links(derived: Path) -> None:
    """Refuse links at any depth: what writes a store cuts off a file of its own name, wherever that leads."""
    if derived.is_symlink():
        _refuse(Path(derived.name))
    waiting = [derived]
    while waiting:
        with os.scandir(waiting.pop()) as listed:
            for one in listed:
                if one.is_symlink():
                    _refuse(Path(one.path).relative_to(derived))
                if one.is_dir(follow_symlinks=False):
                    waiting.append(Path(one.path))


def _refuse(path: Path) -> NoReturn:
    raise RunStopped(f".dkg holds a link ({path}), which is not followed. Remove .dkg and build.")


def _sign(path: Path) -> None:
    signed = {"pid": os.getpid(), "started": datetime.now(UTC).isoformat(timespec="seconds")}
    path.write_text(json.dumps(signed), "ascii")


def _holder(path: Path) -> str:
    try:
        signed = json.loads(path.read_text("ascii"))
        return f" (process {int(signed['pid'])}, since {signed['started']})"
    except (OSError, ValueError, KeyError, TypeError):
        return ""
