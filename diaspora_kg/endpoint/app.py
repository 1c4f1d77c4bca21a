"""The web application: the routes of every module, and what all answers share."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import Any

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from diaspora_kg.endpoint import (
    api,
    assets,
    editor,
    health,
    overviews,
    review,
    saved,
    search,
    service,
    things,
)
from diaspora_kg.endpoint.context import Context
from diaspora_kg.endpoint.errors import PROBLEM_JSON, Problem
from diaspora_kg.endpoint.manners import DATA_HEADERS, Gzip, Manners
from diaspora_kg.endpoint.markup import wrong
from diaspora_kg.endpoint.negotiation import HTML, Media, choose
from diaspora_kg.endpoint.pool import QueryFailed
from diaspora_kg.endpoint.reconcile import routes as reconcile
from diaspora_kg.endpoint.respond import failed
from diaspora_kg.endpoint.tongues import Tongues
from diaspora_kg.endpoint.unreadable import unreadable
from diaspora_kg.errors import DkgError, UsageError

Routes = Callable[[Context], list[BaseRoute]]
ProblemPage = Callable[[Request, Problem], Response]
"""Shows a problem to a browser."""

_MODULES: tuple[Routes, ...] = (
    health.routes,
    editor.routes,
    things.routes,
    search.routes,
    reconcile.routes,
    overviews.routes,
    assets.routes,
    saved.routes,
    review.routes,
    api.routes,
)

_TEXT = Media(("text",), "text/plain", text=True)
_JSON = Media(("json",), PROBLEM_JSON)
_SAID = {
    404: "there is nothing at this address.",
    405: "this method is not for this address.",
}
_FAULT = "the server met a fault of its own; it is written down under this number."


def make_app(
    context: Context, page: service.Page | None = None, problem_page: ProblemPage | None = None
) -> Starlette:
    """The application for one server; the two pages are for browsers."""
    made = [
        *(route for module in _MODULES for route in module(context)),
        *service.routes(context, page or partial(editor.editor, context)),
    ]
    app = Starlette(
        routes=made,
        middleware=[
            Middleware(Manners, public=context.settings.profile == "public"),
            Middleware(Gzip),
            Middleware(Tongues, first=context.languages[0]),
        ],
        exception_handlers=_handlers(problem_page or partial(wrong, context)),
    )
    app.router.redirect_slashes = False  # each path says itself what a slash at its end means
    return app


def problem_response(request: Request, problem: Problem, page: ProblemPage | None = None) -> Response:
    """A problem in the form that the client reads: plain text unless it asks for JSON or is a browser."""
    offers: Sequence[Media] = (_TEXT, _JSON, Media((), "application/json"), *((HTML,) if page else ()))
    media = choose(request.headers.getlist("accept"), offers) or _TEXT
    if media is HTML and page is not None:
        return page(request, problem)
    body = problem.as_text() if media is _TEXT else problem.as_json()
    headers = {"Cache-Control": "no-store", "Vary": "Accept", **DATA_HEADERS, **problem.headers}
    return Response(body, problem.status, {**headers, "Content-Type": media.header})


def _handlers(page: ProblemPage | None) -> dict[Any, Callable[[Request, Exception], Awaitable[Response]]]:
    async def told(request: Request, error: Exception) -> Response:
        return problem_response(request, _problem(request, error), page)

    async def gone(_: Request, error: Exception) -> Response:
        del error
        return Response(status_code=400)  # nobody reads it

    kinds = (DkgError, HTTPException, Exception)
    return {**dict.fromkeys(kinds, told), ClientDisconnect: gone}


def _problem(request: Request, error: Exception) -> Problem:
    if isinstance(error, Problem):
        return error
    if isinstance(error, QueryFailed):
        return failed(error)
    if isinstance(error, UsageError):
        return Problem(400, str(error))
    if isinstance(error, DkgError):
        return unreadable(error)
    if isinstance(error, HTTPException):
        sentence = _SAID.get(error.status_code, f"{error.detail}.")
        return Problem(error.status_code, sentence, error.headers)
    number = request.scope.get("request_id", "")
    return Problem(500, f"{_FAULT} ({number})" if number else _FAULT)
