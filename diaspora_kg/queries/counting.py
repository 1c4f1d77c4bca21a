"""Counts the rows of one query in a process that can be ended; it is read from standard input.

A query that runs cannot be stopped from within; the process that asks ends this one when the time is over.
"""

from __future__ import annotations

import sys
from pathlib import Path

from diaspora_kg.store.embedded import EmbeddedStore


def main() -> None:
    """Print how many rows there are."""
    store = EmbeddedStore(Path(sys.argv[1]), read_only=True)
    print(store.count(sys.stdin.buffer.read().decode()))  # noqa: T201 - this is the answer


if __name__ == "__main__":
    main()
