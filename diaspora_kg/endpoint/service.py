"""The SPARQL endpoint as a resource: what a request to ``/sparql`` gets, and where it is described."""

from __future__ import annotations

from collections.abc import Callable

from starlette.datastructures import URL
from starlette.requests import ClientDisconnect, Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route
from starlette.types import Receive, Scope, Send

from diaspora_kg.endpoint.context import Context
from diaspora_kg.endpoint.description import Descriptions
from diaspora_kg.endpoint.errors import Problem
from diaspora_kg.endpoint.negotiation import GRAPHS, Media, negotiate, prefers_html
from diaspora_kg.endpoint.protocol import METHODS, decoded, read, wanted
from diaspora_kg.endpoint.respond import VARY, answer, listed
from diaspora_kg.endpoint.tongues import KEY

PATHS = ("/sparql", "/sparql/", "/query", "/query/")

Page = Callable[[Request, str], Response]
"""The page for people at ``/sparql``, with a query to begin with or the empty string."""

_ALLOW = {"Allow": ", ".join(METHODS)}
_TURTLE = GRAPHS[0]


def routes(context: Context, page: Page | None = None) -> list[BaseRoute]:
    """The endpoint under its names, and the description of the dataset."""
    service = Service(context, page)
    return [
        *(Route(path, service) for path in PATHS),
        Route("/void.ttl", service.void),
        Route("/.well-known/void", service.well_known),
    ]


class Service:
    """Answers requests to the endpoint."""

    def __init__(self, context: Context, page: Page | None = None) -> None:
        self._context = context
        self._page = page
        self._descriptions = Descriptions(context)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Called for each request."""
        try:
            response = await self._response(Request(scope, receive))
        except ClientDisconnect:
            return
        await response(scope, receive, send)

    async def _response(self, request: Request) -> Response:
        if request.method == "OPTIONS":
            return Response(status_code=204, headers=_ALLOW)
        if request.method not in METHODS:
            raise Problem(405, f"{request.method} is not for this address. Use GET or POST.", _ALLOW)
        operation = await read(request, self._context.settings.limits)
        for_people = request.method != "POST" and prefers_html(request.headers.getlist("accept"))
        if self._page is not None and for_people and (operation is None or operation.form is None):
            return self._page(request, operation.query if operation else "")
        if operation is None:
            return await self._described(request)
        return await answer(self._context, request, operation)

    async def _described(self, request: Request) -> Response:
        """The description of the service (SPARQL 1.1 Service Description, section 2)."""
        form = wanted(decoded(request.scope["query_string"], "the URL"))
        try:
            media = negotiate(request.headers.getlist("accept"), form, GRAPHS)
        except Problem as problem:
            sentence = f"{problem.sentence} (No query is given, so this is the description of the service.)"
            raise Problem(problem.status, sentence) from problem
        made = await self._descriptions.service(home(self._context, request), media)
        return _graph(request, media, *made)

    async def void(self, request: Request) -> Response:
        """What the dataset holds, as VoID, in Turtle."""
        made = await self._descriptions.void(home(self._context, request), _TURTLE)
        return _graph(request, _TURTLE, *made)

    async def well_known(self, request: Request) -> Response:
        """Where the VoID is (VoID, section 7.2)."""
        root = str(request.scope.get("root_path", ""))
        return RedirectResponse(f"{root}/void.ttl", 302, {"Cache-Control": "no-cache"})


def _graph(request: Request, media: Media, body: bytes, tag: str) -> Response:
    headers = {"Vary": VARY, "ETag": tag, "Cache-Control": "public, no-cache"}
    if listed(tag, request):
        return Response(status_code=304, headers=headers)
    return Response(body, headers={**headers, "Content-Type": media.header})


def home(context: Context, request: Request) -> str:
    """Where this server is, without a slash at its end; the Host header was checked before it got here."""
    if context.settings.public_url:
        prefix = f"/{request.scope[KEY]}" if KEY in request.scope else ""
        return context.settings.public_url.rstrip("/") + prefix
    return f"{URL(scope=request.scope).replace(path='', query='')}".rstrip("/") + str(
        request.scope.get("root_path", "")
    )
