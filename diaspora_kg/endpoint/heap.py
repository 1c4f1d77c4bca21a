"""Keeps the C library from holding on to memory that is free, where it is glibc.

The server makes answers in many threads. By default each gets a heap of its own, and what is freed in one is
of no use to the others: over hours, resident memory creeps up though no object stays.
"""

from __future__ import annotations

import ctypes
from contextlib import suppress

_ARENA_MAX = -8  # M_ARENA_MAX in malloc.h
_HEAPS = 2


def few_heaps() -> None:
    """Let all threads share a few heaps; to be called before there are threads."""
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).mallopt(_ARENA_MAX, _HEAPS)


def give_back() -> None:
    """Give the system what is free. It takes some milliseconds: call it in a thread."""
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).malloc_trim(0)
