"""A process of a pool, from within: it begins, is told what its items share, works, and ends without a word.

It ends when the process that leads is gone, and at once at Ctrl-C: the other one says what is to be said.
"""

from __future__ import annotations

import gc
import multiprocessing
import os
import pickle
import signal
from collections.abc import Callable
from multiprocessing.connection import wait
from multiprocessing.queues import Queue
from threading import Thread
from typing import Any, TypeAlias, TypeVar

Item = TypeVar("Item")
Outcome = TypeVar("Outcome")

Letter: TypeAlias = tuple[bool, bytes]
"""To a process: what it shall do first, or, in the last one, what its items share."""

_NICER = 10  # than the process that leads, for which all others wait
_shared: list[object] = []  # the value that all items of this process need


def called(function: Callable[[Item, Any], Outcome], item: Item) -> Outcome:
    """The outcome of one item."""
    return function(item, _shared[0])


def nothing() -> None:
    """Work that makes a pool start a process."""


def begin_waiting(mail: Queue[Letter]) -> None:
    """A new process begins, and waits for what it shares; one may do twice what it shall do first."""
    _settle()
    if hasattr(os, "nice"):
        os.nice(_NICER)
    last, packed = mail.get()
    while not last:
        pickle.loads(packed)()  # noqa: S301 - of the process that leads
        last, packed = mail.get()
    begin_with(pickle.loads(packed))  # noqa: S301


def begin_with(value: object) -> None:
    """A new process begins, and has what its items share."""
    _settle()
    _shared[:] = [value]
    gc.freeze()


def _settle() -> None:
    """What a new process begins with; it makes few cycles, and need not look for them often."""
    if _shared:
        return
    if signal.getsignal(signal.SIGINT) is not signal.SIG_IGN:  # as in a shell's background
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
    Thread(target=_end_with_the_leader, daemon=True).start()
    gc.set_threshold(50_000, 20, 100)
    _shared[:] = [None]


def _end_with_the_leader() -> None:
    """A pool's process waits for work for ever when the process that leads is killed."""
    leader = multiprocessing.parent_process()
    if leader is not None:
        wait([leader.sentinel])
        os._exit(1)
