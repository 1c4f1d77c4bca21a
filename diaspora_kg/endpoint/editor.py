"""The editor at ``/sparql`` for browsers, and what it loads: terms to complete, saved queries as text.

The page has a Content-Security-Policy of its own: scripts from here only, none inline and no ``eval``;
styles from here, but for ``style`` attributes, and one ``<style>`` of the bundled table, known by its hash.
"""

from __future__ import annotations

import hashlib

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from diaspora_kg.endpoint.context import Context
from diaspora_kg.endpoint.errors import Problem
from diaspora_kg.endpoint.markup import html, tag, unchanged
from diaspora_kg.endpoint.respond import listed
from diaspora_kg.endpoint.terms import terms_json
from diaspora_kg.ontology import Ontology
from diaspora_kg.pages.editor import editor_page

_COLUMN_RESIZER = "sha256-zCK2EVMoPc04mRF/g5CotUvxbJPWS+8V0b+s9ptqQIk="  # the <style> of Yasgui's table

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        f"style-src 'self' '{_COLUMN_RESIZER}'",
        "style-src-attr 'unsafe-inline'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
"""The Content-Security-Policy of the editor page."""


def editor(context: Context, request: Request, query: str = "") -> Response:
    """The page, with a query to begin with if one was given."""
    snapshot = context.pool.current
    page = editor_page(context.catalog.queries.values(), query)
    etag = tag(context, request, snapshot, "editor", repr(page))
    if listed(etag, request):
        return unchanged(etag, "Accept")
    headers = {
        "Content-Security-Policy": POLICY,
        "Cache-Control": "no-cache",
        "ETag": etag,
        "Vary": "Accept",
    }
    return html(
        context.pages.render("sparql.html.j2", page, context.site(request, snapshot)), headers=headers
    )


def routes(context: Context) -> list[BaseRoute]:
    """``/api/terms.json``, and ``/sparql/saved/NAME.rq``: the text of a saved query."""
    ontology = Ontology.load(context.project.folders("ontology"))
    terms = _Kept(terms_json(ontology), "application/json")
    texts = {
        name: _Kept(query.text.encode(), "application/sparql-query; charset=utf-8")
        for name, query in context.catalog.queries.items()
        if query.sound
    }

    async def completions(request: Request) -> Response:
        return terms.response(request)

    async def saved(request: Request) -> Response:
        name = request.path_params["name"]
        if name not in texts:
            raise Problem(404, "There is no saved query of this name. They are listed at /queries.")
        return texts[name].response(request)

    return [Route("/api/terms.json", completions), Route("/sparql/saved/{name}.rq", saved)]


class _Kept:
    """A file that stays the same while the server runs, with its ETag."""

    def __init__(self, content: bytes, media: str) -> None:
        self._content = content
        self._etag = f'W/"{hashlib.sha256(content).hexdigest()[:24]}"'
        self._headers = {
            "ETag": self._etag,
            "Cache-Control": "no-cache",
            "Content-Type": media,
            "X-Content-Type-Options": "nosniff",
        }

    def response(self, request: Request) -> Response:
        """The file, or 304 for whoever has it already."""
        if listed(self._etag, request):
            return unchanged(self._etag)
        return Response(self._content, headers=self._headers)
