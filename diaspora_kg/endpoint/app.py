"""The web application: the routes of every module, and what all answers share."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.routing import BaseRoute, Route

from diaspora_kg.endpoint import health
from diaspora_kg.endpoint.context import Context
from diaspora_kg.endpoint.pool import Job, Lane, QueryFailed, Reply
from diaspora_kg.sparql import Refused

Routes = Callable[[Context], list[BaseRoute]]

_MODULES: tuple[Routes, ...] = (health.routes,)


async def _chunks(reply: Reply) -> AsyncIterator[bytes]:
    yield reply.head
    if reply.rest is not None:
        try:
            async for chunk in reply.rest:
                yield chunk
        finally:
            await reply.rest.aclose()


def make_app(context: Context) -> Starlette:
    """The application for one server."""

    async def sparql(request: Request) -> Response:
        query = request.query_params.get("query", "")
        try:
            await context.pool.guard(query, context.client(request))
            media = "application/sparql-results+json"
            reply = await context.pool.run(Job(query, media, Lane.ADHOC, context.client(request)))
        except Refused as error:
            return PlainTextResponse(f"{error}\n", 400)
        except QueryFailed as error:
            return PlainTextResponse(f"{error.sentence}\n", error.status)
        if reply.rest is None:
            return Response(reply.head, media_type=reply.media)
        return StreamingResponse(_chunks(reply), media_type=reply.media)

    mine: list[BaseRoute] = [Route("/sparql", sparql)]
    return Starlette(routes=[*(route for module in _MODULES for route in module(context)), *mine])
