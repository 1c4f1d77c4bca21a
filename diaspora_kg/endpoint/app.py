"""The web application: the routes of every module, and what all answers share."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.routing import BaseRoute, Route

from diaspora_kg.endpoint import api, assets, health, home, saved, search, things
from diaspora_kg.endpoint.context import Context
from diaspora_kg.endpoint.errors import Problem
from diaspora_kg.endpoint.pool import Job, Lane, QueryFailed, Reply
from diaspora_kg.sparql import Refused

Routes = Callable[[Context], list[BaseRoute]]

_MODULES: tuple[Routes, ...] = (health.routes, home.routes, things.routes, search.routes, assets.routes, saved.routes, api.routes)


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
    async def problem(_: Request, error: Exception) -> Response:
        assert isinstance(error, Problem)  # noqa: S101
        return PlainTextResponse(error.as_text(), error.status, error.headers)

    return Starlette(exception_handlers={Problem: problem}, routes=[*(route for module in _MODULES for route in module(context)), *mine])
