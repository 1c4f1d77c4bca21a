"""When what is published cannot be read: one sentence for clients, the reason for the log, once.

Somebody deleted a snapshot, a disk is full or broken, the store of another machine is away. It may all be
well again in a moment, or after the next build, so a client is told when to come again.
"""

from __future__ import annotations

import logging
import time

from diaspora_kg.endpoint.errors import Problem

AGAIN = 10
"""Seconds after which a client may come again."""
SENTENCE = (
    "what is published cannot be read at the moment. Come again soon; the server's log tells the reason "
    "to whoever runs it."
)
_LOG = logging.getLogger("diaspora_kg.endpoint")
_SILENT = 60.0  # seconds in which the log is not told the same again
_MANY = 100
_told: dict[str, float] = {}


def tell(reason: str) -> None:
    """Write a reason into the log, unless it was told within the last minute."""
    now = time.monotonic()
    if now - _told.get(reason, -_SILENT) < _SILENT:
        return
    if len(_told) >= _MANY:
        _told.clear()
    _told[reason] = now
    _LOG.warning("%s", reason.rstrip("."))


def unreadable(error: Exception) -> Problem:
    """A 503 that says so; the reason goes to the log."""
    tell(f"a request cannot be answered: {error}")
    return Problem(503, SENTENCE, {"Retry-After": str(AGAIN)})
