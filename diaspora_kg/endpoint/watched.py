"""Ends what is done for a client that has left."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

from diaspora_kg.endpoint.jobs import Job, QueryFailed


@contextmanager
def watched(job: Job) -> Iterator[None]:
    """End what the block waits for when the client leaves; raises :class:`QueryFailed` then."""
    current = asyncio.current_task()
    if job.gone is None or current is None:
        yield
        return
    left = False

    def leave(_: object) -> None:
        nonlocal left
        if not watcher.cancelled():
            left = True
            current.cancel()

    watcher = asyncio.ensure_future(job.gone())
    watcher.add_done_callback(leave)
    try:
        yield
    except asyncio.CancelledError as error:
        if left and current.uncancel() == 0:
            raise QueryFailed(499, "the client has left.") from error
        raise
    finally:
        watcher.remove_done_callback(leave)
        watcher.cancel()
