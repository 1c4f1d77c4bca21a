"""The pool behind the seam of a store, for code that runs in a thread: lookups, labels, evidence, why."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from dataclasses import dataclass
from typing import Any

from diaspora_kg.endpoint.generation import Generation
from diaspora_kg.endpoint.pool import Broken, Job, Lane, Pool, QueryFailed
from diaspora_kg.sparql import form
from diaspora_kg.store import QueryRefused, Result
from diaspora_kg.store.wire import read_graph, read_results

_JSON = "application/sparql-results+json"
_TRIPLES = "application/n-triples"
_MOST = 16 << 20
"""Bytes of an answer that is read into this process."""


@dataclass(frozen=True)
class PooledStore:
    """One snapshot, asked through the pool for one client. Never call it in the event loop's own thread."""

    pool: Pool
    generation: Generation
    client: str
    loop: asyncio.AbstractEventLoop
    lane: Lane = Lane.SAVED

    def query(self, sparql: str, *, union: bool = False) -> Result:
        """See :meth:`Store.query <diaspora_kg.store.base.Store.query>`.

        Raises :class:`~diaspora_kg.endpoint.pool.QueryFailed` too, with the status that a response needs.
        """
        makes_graph = form(sparql) in {"CONSTRUCT", "DESCRIBE"}
        media = _TRIPLES if makes_graph else _JSON
        job = Job(sparql, media, self.lane, self.client, union=union, size=_MOST, checked=False)
        body = self._wait(self._body(job))
        return read_graph(media, body) if makes_graph else read_results(media, body)

    async def _body(self, job: Job) -> bytes:
        try:
            reply = await self.pool.run(job, self.generation)
            body = await reply.whole(_MOST)
        except Broken as error:
            raise QueryFailed(503, f"{error}.", 1) from error
        except QueryFailed as error:
            if error.status == 400:
                raise QueryRefused(error.sentence) from error
            raise
        if reply.truncated:
            raise QueryFailed(400, "the answer has more rows than this server gives: ask for less.")
        return body

    def _wait(self, coming: Coroutine[Any, Any, bytes]) -> bytes:
        return asyncio.run_coroutine_threadsafe(coming, self.loop).result()
