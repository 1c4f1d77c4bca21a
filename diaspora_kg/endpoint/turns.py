"""How many answers of saved queries, pages of things and searches are put together at once.

The pool bounds what runs in workers. Parsing, sorting and writing an answer happens in this process, in
threads, and takes memory here: so few do it at once, and whoever has used least goes first.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import ParamSpec, TypeVar

from starlette.concurrency import run_in_threadpool

from diaspora_kg.endpoint.lanes import Busy, Penalties, Slots
from diaspora_kg.endpoint.pool import QueryFailed
from diaspora_kg.endpoint.settings import Limits

AT_ONCE = 6
_AGAIN = 5  # seconds after which a client that was sent away may come again

_P = ParamSpec("_P")
_T = TypeVar("_T")


class Turns:
    """Runs blocking work in threads, a bounded number at once; the rest wait, or are sent away."""

    def __init__(self, limits: Limits, at_once: int = AT_ONCE) -> None:
        self._penalties = Penalties()
        self._slots = Slots(at_once, limits.queue, self._penalties)
        self._patience = limits.saved_seconds

    async def run(self, client: str, work: Callable[_P, _T], *args: _P.args, **named: _P.kwargs) -> _T:
        """Do the work when it is its turn; raises :class:`QueryFailed` 503 where too many wait."""
        try:
            await self._slots.take(client, self._patience)
        except Busy as error:
            raise QueryFailed(503, "the server has too much to do.", _AGAIN) from error
        began = time.monotonic()
        try:
            return await run_in_threadpool(work, *args, **named)
        finally:
            self._penalties.add(client, time.monotonic() - began)
            self._slots.give()
