"""Stylesheet, fonts and scripts at ``/static/…``; under the name with the hash they may be kept for ever."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from diaspora_kg.endpoint.context import Context
from diaspora_kg.endpoint.errors import Problem
from diaspora_kg.endpoint.markup import known, unchanged


def routes(context: Context) -> list[BaseRoute]:
    """The static files, which were read when the server started; no path reaches the file system."""
    assets = context.pages.assets

    async def static(request: Request) -> Response:
        name = request.path_params["name"]
        found = assets.get(name)
        if found is None:
            raise Problem(404, "There is no such static file.")
        etag = f'"{found.digest[:24]}"'
        if known(request, etag):
            return unchanged(etag)
        fresh = "public, max-age=31536000, immutable" if name == found.hashed else "no-cache"
        headers = {
            "ETag": etag,
            "Cache-Control": fresh,
            "X-Content-Type-Options": "nosniff",
            "Cross-Origin-Resource-Policy": "same-origin",
        }
        return Response(found.content, headers=headers, media_type=found.media)

    async def favicon(request: Request) -> Response:
        root = str(request.scope.get("root_path", ""))
        return RedirectResponse(f"{root}/static/{assets.hashed('favicon.svg')}", 302)

    return [Route("/static/{name:path}", static), Route("/favicon.ico", favicon)]
