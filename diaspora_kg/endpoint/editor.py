"""The editor at ``/sparql`` for browsers, and what it loads: terms to complete, saved queries as text.

The page has a Content-Security-Policy of its own: scripts from here only, none inline and no ``eval``;
styles from here, but for ``style`` attributes, and one ``<style>`` of the bundled table, known by its hash.
"""

from __future__ import annotations

import hashlib

from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from diaspora_kg.endpoint.context import Context
from diaspora_kg.endpoint.terms import terms_json
from diaspora_kg.ontology import Ontology
from diaspora_kg.pages.editor import editor_page
from diaspora_kg.pages.site import Site
from diaspora_kg.pages.templates import Templates

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


class Editor:
    """The page at ``/sparql`` for browsers, made anew for each request: it names the current snapshot."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._templates = Templates.load(context.project.own("templates"))

    def page(self, request: Request, query: str = "") -> Response:
        """The editor with a query to begin with, if one was given."""
        root = str(request.scope.get("root_path", ""))
        with self._context.pool.holding() as generation:
            site = Site.of(generation.snapshot.manifest, root, self._context.project.gloss_language)
        model = editor_page(self._context.catalog.queries.values(), query)
        return HTMLResponse(
            self._templates.render("sparql.html.j2", model, site),
            headers={
                "content-security-policy": POLICY,
                "cache-control": "no-cache",
                "vary": "Accept",
                "x-content-type-options": "nosniff",
                "referrer-policy": "same-origin",
            },
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

    async def known(request: Request) -> Response:
        return terms.response(request)

    async def saved(request: Request) -> Response:
        name = request.path_params["name"]
        if name not in texts:
            return PlainTextResponse("There is no saved query of this name; /queries lists them.\n", 404)
        return texts[name].response(request)

    return [Route("/api/terms.json", known), Route("/sparql/saved/{name}.rq", saved)]


class _Kept:
    """A file that stays the same while the server runs, with its ETag."""

    def __init__(self, content: bytes, media: str) -> None:
        self._content = content
        self._headers = {
            "etag": f'"{hashlib.sha256(content).hexdigest()[:24]}"',
            "cache-control": "no-cache",
            "access-control-allow-origin": "*",
            "x-content-type-options": "nosniff",
            "content-type": media,
        }

    def response(self, request: Request) -> Response:
        """The file, or 304 for whoever has it already (RFC 9110, section 13.1.2)."""
        asked = (
            tag.strip().removeprefix("W/") for tag in request.headers.get("if-none-match", "").split(",")
        )
        if self._headers["etag"] in asked:
            kept = {name: value for name, value in self._headers.items() if name != "content-type"}
            return Response(status_code=304, headers=kept)
        return Response(self._content, headers=self._headers)
