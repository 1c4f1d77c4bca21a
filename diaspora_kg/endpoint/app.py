"""The web application: the routes of every module, and what all answers share."""

from __future__ import annotations

from collections.abc import Callable

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from diaspora_kg.endpoint import api, assets, health, home, saved, search, things
from diaspora_kg.endpoint.context import Context
from diaspora_kg.endpoint.errors import Problem
from diaspora_kg.endpoint.pool import Job, Lane, QueryFailed
from diaspora_kg.sparql import Refused, guard

Routes = Callable[[Context], list[BaseRoute]]

_MODULES: tuple[Routes, ...] = (health.routes, home.routes, things.routes, search.routes, assets.routes, saved.routes, api.routes)


def make_app(context: Context) -> Starlette:
    """The application for one server."""

    async def sparql(request: Request) -> Response:
        query = request.query_params.get("query", "")
        try:
            guard(query)
            media = "application/sparql-results+json"
            reply = await context.pool.run(Job(query, media, Lane.ADHOC, context.client(request)))
        except Refused as error:
            return PlainTextResponse(f"{error}\n", 400)
        except QueryFailed as error:
            return PlainTextResponse(f"{error.sentence}\n", error.status)
        body = await reply.whole(context.settings.limits.bytes)
        return Response(body, media_type=reply.media)

    mine: list[BaseRoute] = [Route("/sparql", sparql)]
    async def problem(_: Request, error: Exception) -> Response:
        assert isinstance(error, Problem)  # noqa: S101
        return PlainTextResponse(error.as_text(), error.status, error.headers)

    return Starlette(exception_handlers={Problem: problem}, routes=[*(route for module in _MODULES for route in module(context)), *mine])
