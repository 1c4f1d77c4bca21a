"""Counts the rows of one query in a process that can be ended; it is read from standard input.

A query that runs cannot be stopped from within; the process that asks ends this one when the time is over,
and where that process is killed, this one ends since nobody reads what it would print.
With ``whole`` the query will read much of the store, in no order of its files. Then these are read beside it
from first to last, which a disk does many times faster, unless they are too large to stay in memory.
"""

from __future__ import annotations

import os
import resource
import select
import sys
from pathlib import Path
from threading import Thread

from diaspora_kg.store.embedded import EmbeddedStore

_SHARE = 4  # what is found on the way may take one part in so many of the machine's memory
_FILES = 2  # and files that are read ahead so many
_PIECE = 1 << 20  # bytes


def main() -> None:
    """Print how many rows there are."""
    folder, whole = Path(sys.argv[1]), "whole" in sys.argv[2:]
    memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    resource.setrlimit(resource.RLIMIT_DATA, (memory // _SHARE,) * 2)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    Thread(target=_end_with_the_reader, daemon=True).start()
    if whole:
        Thread(target=_read, args=(folder, memory // _FILES), daemon=True).start()
    store = EmbeddedStore(folder, read_only=True)
    print(store.count(sys.stdin.buffer.read().decode()))  # noqa: T201 - this is the answer


def _end_with_the_reader() -> None:
    """Wait until nobody can read from this process any more: its pipe has an error then (poll(2))."""
    watch = select.poll()
    watch.register(sys.stdout.fileno(), 0)
    watch.poll()
    os._exit(1)


def _read(folder: Path, most: int) -> None:
    """Let the system keep the files of a store in memory, if they are not larger than so many bytes."""
    files = sorted(folder.glob("*.sst"))
    if sum(file.stat().st_size for file in files) > most:
        return
    piece = bytearray(_PIECE)
    for file in files:
        with file.open("rb", buffering=0) as data:
            while data.readinto(piece):
                pass


if __name__ == "__main__":
    main()
