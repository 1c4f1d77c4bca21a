"""/healthz, /readyz and /metrics."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

if TYPE_CHECKING:
    from diaspora_kg.endpoint.context import Context


_TOLD_TO_STRANGERS = "what is published is not what is served; the server's log says why"
"""The reason itself may hold paths of this machine."""


@dataclass(slots=True)
class Health:
    """What is not as it should be; ``problem`` says why what is published is not what is served.

    ``away``: another server holds the graph, and does not answer.
    """

    problem: str = ""
    leaving: bool = False
    away: bool = False


def routes(context: Context) -> list[BaseRoute]:
    """The three routes."""

    async def healthz(_: Request) -> Response:
        return PlainTextResponse("ok\n", headers={"Cache-Control": "no-store"})

    async def readyz(_: Request) -> Response:
        manifest = context.pool.current.manifest
        ready = not (context.health.leaving or context.health.away or context.pool.lost)
        body = {"ready": ready, "snapshot": manifest.number, "id": manifest.id}
        if context.health.problem:
            local = context.settings.profile == "local"
            body["problem"] = context.health.problem if local else _TOLD_TO_STRANGERS
        return JSONResponse(body, 200 if ready else 503, headers={"Cache-Control": "no-store"})

    async def metrics(_: Request) -> Response:
        manifest = context.pool.current.manifest
        gauges = {
            **context.pool.stats(),
            f'dkg_snapshot_info{{id="{manifest.id}"}}': 1,
            "dkg_snapshot_problem": int(bool(context.health.problem)),
            "dkg_store_away": int(context.health.away),
            "dkg_worker_resident_bytes": _resident(context.pool.pids),
            "dkg_resident_bytes": _resident([os.getpid()]),
        }
        text = context.metrics.text(gauges)
        return Response(text, media_type="text/plain; version=0.0.4", headers={"Cache-Control": "no-store"})

    return [Route("/healthz", healthz), Route("/readyz", readyz), Route("/metrics", metrics)]


def _resident(pids: Iterable[int]) -> int:
    """Bytes in memory; 0 where the system does not tell."""
    return sum(_pages(pid) for pid in pids) * os.sysconf("SC_PAGE_SIZE")


def _pages(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/statm").read_text("ascii").split()[1])
    except (OSError, IndexError, ValueError):
        return 0
