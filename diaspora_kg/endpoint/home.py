"""The start page: what is in the graph, what can be asked, where the data are."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from diaspora_kg.endpoint import service
from diaspora_kg.endpoint.context import Context
from diaspora_kg.endpoint.markup import html, known, tag, unchanged
from diaspora_kg.pages.home import Question, home_page
from diaspora_kg.pages.models import Link

_DATA = (
    ("/void.ttl", "Description of the data set (VoID)"),
    ("/sparql?format=ttl", "Description of the endpoint"),
    ("/api/queries", "The questions as JSON"),
    ("/api/openapi.json", "The questions as an API (OpenAPI)"),
)


def routes(context: Context) -> list[BaseRoute]:
    """``/``."""
    questions = tuple(
        Question(query.name, query.summary, next(iter(query.header.tags), ""))
        for query in context.catalog.queries.values()
    )

    async def home(request: Request) -> Response:
        snapshot = context.pool.current
        address = service.home(context, request)
        etag = tag(context, request, snapshot, address, *(q.name for q in questions))
        if known(request, etag):
            return unchanged(etag)
        site = context.site(request, snapshot)
        data = tuple(Link(site.root + path, words) for path, words in _DATA)
        page = home_page(snapshot.manifest.counts, questions, site, data, address)
        return html(
            context.pages.render("home.html.j2", page, site),
            headers={"ETag": etag, "Cache-Control": "no-cache"},
        )

    return [Route("/", home)]
