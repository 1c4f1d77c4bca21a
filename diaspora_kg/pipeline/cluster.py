"""An executor of workers on a Dask cluster: ``dask://HOST:PORT`` is the address of its scheduler.

Dask does again what a worker that died was at; when a piece of work has ended as many workers as the
scheduler allows, ``job.py`` finds out which article it was. Results stay with the workers until it is their
turn. Who can speak to a scheduler can run programs on its workers and on this machine: a cluster is for
people who trust each other, behind a firewall or with Dask's TLS (``dask+tls://``, set up as Dask has it).
"""

from __future__ import annotations

import asyncio
import logging
import re
import time
from collections.abc import Iterator
from concurrent.futures import CancelledError
from contextlib import ExitStack, contextmanager
from itertools import count
from typing import Any, Self
from uuid import uuid4

from diaspora_kg.errors import ClusterNotReachable, UsageError
from diaspora_kg.pipeline.afar import offer, program, work
from diaspora_kg.pipeline.crew import DaskCrew, cannot_load, other_program

_ADDRESS = re.compile(r"dask(\+tls)?://((?:\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9.\-]+):[0-9]{1,5})/?")
_CONNECT = 10  # seconds until a scheduler answers
_MANNED = 30  # seconds until it has a worker
_CONFIG = {
    "distributed.comm.timeouts.connect": f"{_CONNECT}s",
    "distributed.admin.large-graph-warning-threshold": "1TB",  # an article goes with its files, however long
}
_LOOK = 5  # seconds between two looks at the cluster
_PATIENCE = 60  # seconds that a cluster may be without workers
_AHEAD = 3  # pieces of work for each worker
_STAYS = "What was published stays; the next `dkg build` goes on from where this one last came to rest."


async def _answers(distributed: Any, scheduler: str) -> None:
    """Speak to a scheduler first: of some servers that are none a client of Dask's waits for ever."""
    arguments = distributed.Security().get_connection_args("client")
    comm = await distributed.comm.connect(scheduler, timeout=_CONNECT, **arguments)
    await comm.write({"op": "identity", "reply": True})
    await comm.read()
    comm.abort()


@contextmanager
def _quiet() -> Iterator[None]:
    """Dask's own log tells what is told here, with tracebacks."""
    before = {name: logging.getLogger(name).level for name in logging.root.manager.loggerDict
              if name.partition(".")[0] == "distributed"}  # fmt: skip
    for name in before:
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)
    try:
        yield
    finally:
        for name, level in before.items():
            logging.getLogger(name).setLevel(level)


class Dask:
    """The cluster, while a ``with`` block lasts; ``jobs`` are the processes for what is small."""

    def __init__(self, address: str, jobs: int = 1) -> None:
        """Raises :class:`UsageError` for an address of another form, and without the extra ``dask``."""
        match = _ADDRESS.fullmatch(address)
        if match is None:
            raise UsageError(
                f"--executor {address}: write dask://HOST:PORT, the address of a Dask scheduler."
            )
        self.address, self.jobs = address, jobs
        self._scheduler = f"{'tls' if match[1] else 'tcp'}://{match[2]}"
        self._client: Any = None
        self._opened = ExitStack()
        self._workers, self._seen, self._manned = 0, 0.0, 0.0
        self._numbers, self._name = count(), f"dkg-{uuid4().hex}"

    def __enter__(self) -> Self:
        """Connect; raises :class:`ClusterNotReachable`, and :class:`UsageError` without Dask."""
        try:
            import dask  # noqa: PLC0415 - only when it is asked for
            import distributed.comm  # noqa: PLC0415
        except ImportError as error:
            raise UsageError(f"--executor needs Dask: pip install 'diaspora-kg[dask]' ({error})") from error
        self._opened.enter_context(_quiet())
        self._opened.enter_context(dask.config.set(_CONFIG))
        made: Any = distributed  # most of it has no types
        try:
            asyncio.run(asyncio.wait_for(_answers(made, self._scheduler), _CONNECT + 1))
            self._client = made.Client(self._scheduler, timeout=_CONNECT, set_as_default=False)
            self._opened.callback(self._client.close)
            self._client.wait_for_workers(1, timeout=_MANNED)
        except (OSError, RuntimeError, ValueError, TypeError) as error:
            what = "does not answer" if self._client is None else "has no workers"
            self._opened.close()
            why = str(error).rstrip(".") or type(error).__name__
            raise ClusterNotReachable(
                f"The cluster at {self.address} {what} ({why}). Nothing was changed."
            ) from error
        return self

    def __exit__(self, *_: object) -> None:
        self._opened.close()
        self._client = None

    def crew(self, shared: object) -> DaskCrew:
        """See :class:`~diaspora_kg.pipeline.pool.Executor`."""
        return DaskCrew(self, shared)

    @property
    def client(self) -> Any:
        """The connection."""
        if self._client is None:
            raise RuntimeError("the cluster is used outside of its block")
        return self._client

    def submit(self, *what: object) -> Any:
        """Let :func:`~diaspora_kg.pipeline.afar.work` be done somewhere."""
        try:
            key = f"{self._name}-{next(self._numbers)}"
            return self.client.submit(work, program(), *what, key=key, pure=False)
        except (OSError, RuntimeError) as error:
            raise self.lost() from error

    def offer(self, name: str, kit: bytes) -> None:
        """Bring a kit to all workers that are there; raises :class:`UsageError` if one cannot take part."""
        try:
            said = self.client.run(offer, name, kit, program(), on_error="return")
        except (OSError, RuntimeError) as error:
            raise self.lost() from error
        for worker, answer in sorted(said.items()):
            if isinstance(answer, ImportError):
                raise UsageError(cannot_load(f"The worker {worker}", answer))
            if isinstance(answer, str) and answer:
                raise UsageError(other_program(f"The worker {worker}", answer))

    def ahead(self) -> int:
        """How many pieces of work may be under way."""
        self.look()
        return max(1, self._workers) * _AHEAD

    def look(self) -> None:
        """Now and then, see who works; raises :class:`ClusterNotReachable` if nobody does for a minute."""
        now = time.monotonic()
        if self._seen and now - self._seen < _LOOK:
            return
        try:
            self._workers = len(self.client.nthreads())
        except (OSError, RuntimeError, CancelledError) as error:
            raise self.lost() from error
        self._seen = time.monotonic()
        if self._workers or not self._manned:
            self._manned = self._seen
        if self._seen - self._manned > _PATIENCE:
            raise ClusterNotReachable(f"The cluster at {self.address} has no workers left. {_STAYS}")

    def lost(self) -> ClusterNotReachable:
        """What is said when the scheduler is gone."""
        return ClusterNotReachable(f"The cluster at {self.address} was lost during the build. {_STAYS}")
