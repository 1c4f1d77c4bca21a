"""The API for saved queries: /api/queries, /api/queries/NAME in many forms, /api/openapi.json."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from diaspora_kg.endpoint import exports
from diaspora_kg.endpoint.answering import Answered, ask, bound_text, tag
from diaspora_kg.endpoint.context import Asking, Context
from diaspora_kg.endpoint.errors import Problem
from diaspora_kg.endpoint.exports import About, offers
from diaspora_kg.endpoint.negotiation import Media, available, by_name, negotiate
from diaspora_kg.endpoint.openapi import document
from diaspora_kg.endpoint.permalink import Citation, Fixed, citation, compared
from diaspora_kg.endpoint.questions import origin, refusal, root, sought
from diaspora_kg.endpoint.respond import listed
from diaspora_kg.endpoint.snippets import address
from diaspora_kg.endpoint.sorting import last_page
from diaspora_kg.endpoint.turns import Turns
from diaspora_kg.endpoint.wanted import Pairs, Wanted, pairs, read
from diaspora_kg.errors import DkgError
from diaspora_kg.queries.catalog import SavedQuery
from diaspora_kg.store import QueryRefused
from diaspora_kg.store.snapshots import Manifest


def routes(context: Context) -> list[BaseRoute]:
    """The routes of the API."""
    api = _Api(context)
    return [
        Route("/api/queries", api.listed),
        Route("/api/queries/", api.listed),
        Route("/api/openapi.json", api.described),
        Route("/api/queries/{name}", api.answered),
    ]


class _Api:
    def __init__(self, context: Context) -> None:
        self.context = context
        self.turns = Turns(context.settings.limits)

    async def listed(self, request: Request) -> Response:
        """What can be asked."""
        here = f"{root(request)}/api/queries"
        catalog = self.context.catalog.queries.values()
        manifest = self.context.pool.current.manifest
        listed = [entry(query, here) for query in catalog if query.sound]
        return JSONResponse(listed, headers=_fresh(manifest))

    async def described(self, request: Request) -> Response:
        """The OpenAPI description."""
        manifest = self.context.pool.current.manifest
        server = origin(request, self.context.settings)
        return JSONResponse(document(self.context.catalog, manifest, server), headers=_fresh(manifest))

    async def answered(self, request: Request) -> Response:
        """The answer of one query."""
        name, _, extension = str(request.path_params["name"]).partition(".")
        query = sought(self.context.catalog, name)
        try:
            wanted = read(query, pairs(request.scope["query_string"]))
            media = _media(request, query, extension, wanted)
            async with self.context.asked(request) as asking:
                mark = tag(
                    asking.snapshot.manifest,
                    query,
                    request.scope["query_string"],
                    f"{media.type} {asking.lookup.languages[0]}",
                )
                shared = {**_fresh(asking.snapshot.manifest), "ETag": mark, "Vary": "Accept"}
                if listed(mark, request):
                    return Response(status_code=304, headers=shared)
                here = _path(request, query, extension and media.names[0])
                made = _Making(query, wanted, media, origin(request, self.context.settings), here)
                body, headers = await self.turns.run(self.context.client(request), made.body, asking)
        except (DkgError, QueryRefused) as error:
            raise refusal(error) from error
        headers = {**shared, **headers, "Content-Type": media.header}
        return Response(body, headers=headers)


class _Making:
    """Makes the body and headers of one answer, in a thread."""

    def __init__(self, query: SavedQuery, wanted: Wanted, media: Media, site: str, path: str) -> None:
        self.query = query
        self.wanted = wanted
        self.media = media
        self.site = site
        self.path = path

    def body(self, asking: Asking) -> tuple[bytes, dict[str, str]]:
        """The bytes, and the headers that depend on the answer."""
        if self.media == exports.SPARQL:
            text = bound_text(self.query, self.wanted, asking.lookup, asking.index)
            return text.encode(), {}
        labelled = self.media not in exports.WORDLESS
        found = ask(self.query, self.wanted, asking.lookup, asking.index, labelled=labelled)
        manifest = asking.snapshot.manifest
        page = f"{self.site}/queries/{self.query.name}"
        cited = citation(self.query, self.wanted.pairs, found.whole, manifest, page)
        about = About(_about(found, manifest, cited), self._envelope(found, manifest, cited))
        body = exports.written(self.media, self.query, found.page, found.evidence, about)
        return body, self._headers(found, cited)

    def _headers(self, found: Answered, cited: Citation) -> dict[str, str]:
        links = {"cite-as": cited.url, **self._pages(found.chosen.total)}
        headers = {
            "X-Total-Count": str(found.chosen.total),
            "Link": ", ".join(f'<{url}>; rel="{rel}"' for rel, url in links.items()),
        }
        if found.whole.notices:
            headers["X-Notice"] = quote(" ".join(found.whole.notices), safe=" ,.:;")
        if self.media in exports.DOWNLOADED:
            file = f"{self.query.name}.{self.media.names[0]}"
            headers["Content-Disposition"] = f'attachment; filename="{file}"'
        return headers

    def _pages(self, total: int) -> Mapping[str, str]:
        page, last = self.wanted.page, last_page(total, self.wanted.size)
        if page == 0:
            return {}
        near = {"prev": min(page - 1, last), "next": page + 1}
        kept = {rel: number for rel, number in near.items() if 1 <= number <= last}
        return {rel: self._page(number) for rel, number in {"first": 1, **kept, "last": last}.items()}

    def _page(self, number: int) -> str:
        wanted = self.wanted
        own: Pairs = [("page", str(number)), ("page_size", str(wanted.size))]
        told = [("evidence", "true")] * wanted.evidence + [("format", wanted.form)] * bool(wanted.form)
        return address(self.path, [*wanted.pairs, *wanted.arrangement, *told, *own])

    def _envelope(self, found: Answered, manifest: Manifest, cited: Citation) -> dict[str, object]:
        envelope: dict[str, object] = {
            "snapshot": manifest.id,
            "published": manifest.published,
            "licence": manifest.licence,
            "result": cited.result,
            "permalink": cited.url,
            "citation": cited.line,
        }
        if self.wanted.page:
            last = last_page(found.chosen.total, self.wanted.size)
            envelope |= {"page": self.wanted.page, "page_size": self.wanted.size, "pages": last}
        if self.wanted.fixed:
            verdict = compared(_fixed(self.wanted), Fixed.of(self.query, found.whole, manifest))
            envelope["cited"] = {
                "same_snapshot": verdict.same_snapshot,
                "same_query": verdict.same_query,
                "same_result": verdict.same_result,
            }
        return envelope


def entry(query: SavedQuery, here: str) -> dict[str, object]:
    """A query as the list has it; ``here`` is the address of the list."""
    return {
        "name": query.name,
        "summary": query.summary,
        "description": query.header.description,
        "tags": list(query.header.tags),
        "href": f"{here}/{query.name}",
        "page": f"{here.removesuffix('/api/queries')}/queries/{query.name}",
        "formats": [media.names[0] for media in offers(query)],
        "columns": list(query.columns) if query.columns is not None else None,
        "parameters": [
            {
                "name": parameter.name,
                "type": parameter.type,
                "optional": parameter.optional or parameter.default is not None,
                "meaning": parameter.meaning,
                "default": parameter.default,
                "values": list(parameter.values),
                "kinds": list(parameter.choice.kinds) if parameter.choice else [],
            }
            for parameter in query.parameters
        ],
    }


def _media(request: Request, query: SavedQuery, extension: str, wanted: Wanted) -> Media:
    """The form: by the end of the path, then ``format``, then Accept."""
    if extension:
        media = by_name(extension, offers(query))
        if media is None:
            raise Problem(404, f"{query.name} cannot be had in that form. {available(offers(query))}")
        return media
    return negotiate(request.headers.getlist("accept"), wanted.form or None, offers(query))


def _path(request: Request, query: SavedQuery, extension: str) -> str:
    """The path of an answer in our own words: a header carries nothing of the address that was asked."""
    return f"{root(request)}/api/queries/{query.name}{extension and f'.{extension}'}"


def _about(found: Answered, manifest: Manifest, cited: Citation) -> tuple[tuple[str, str], ...]:
    query, wanted = found.query, found.wanted
    return (
        ("query", query.name),
        ("question", query.summary),
        ("how to read it", query.header.description),
        *(("parameter", f"{name}={value}") for name, value in wanted.pairs),
        *((name, value) for name, value in wanted.arrangement),
        ("rows here", str(len(found.page.rows))),
        ("rows that meet the filters", str(found.chosen.total)),
        ("rows in all", str(found.whole.total)),
        ("graph", manifest.title),
        ("snapshot", manifest.id),
        ("published", manifest.published),
        ("licence", manifest.licence),
        ("result (SHA-256 of all rows)", cited.result),
        ("cite as", cited.line),
        ("permalink", cited.url),
        ("SPARQL", found.sparql),
    )


def _fixed(wanted: Wanted) -> Fixed:
    try:
        return Fixed.read(wanted.fixed)
    except ValueError as error:
        raise Problem(400, f"fixed: {error}.") from error


def _fresh(manifest: Manifest) -> dict[str, str]:
    """Whoever keeps an answer asks again whether it is still so."""
    return {"Cache-Control": "no-cache", "X-Snapshot": manifest.id}
