"""Lets the system fetch files before a worker asks for them.

A worker that reads one small file after another waits for the disk each time. A system that was told of many
(``posix_fadvise``, POSIX.1-2001) fetches them together, while the workers are at others.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

_MOST = 1 << 20  # bytes of a file: few articles have more
_AS_THEY_ARE = (
    "O_NONBLOCK",
    "O_NOFOLLOW",
    "O_NOCTTY",
    "O_CLOEXEC",
)  # a pipe is not waited for, no link followed
_FLAGS = os.O_RDONLY | sum(getattr(os, name, 0) for name in _AS_THEY_ARE)


class Ahead:
    """A thread that tells the system which files will be read; where it cannot be told, nothing happens."""

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(1) if hasattr(os, "posix_fadvise") else None

    def fetch(self, paths: Iterable[str]) -> None:
        """These will be read soon; some may not be there."""
        if self._thread is not None:
            self._thread.submit(_tell, list(paths))

    def close(self) -> None:
        """Nothing more is read."""
        if self._thread is not None:
            self._thread.shutdown(cancel_futures=True)


def _tell(paths: Iterable[str]) -> None:
    for path in paths:
        with suppress(OSError):
            file = os.open(path, _FLAGS)
            try:
                os.posix_fadvise(file, 0, _MOST, os.POSIX_FADV_WILLNEED)
            finally:
                os.close(file)
