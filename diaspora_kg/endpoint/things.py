"""The things of the graph over HTTP: ``/id/…`` leads by 303 to ``/page/…`` (HTML) or ``/data/…`` (RDF).

``/id/{kind}/{key}`` is the IRI's own path, so that a server at the base of the graph makes its IRIs
work; elsewhere the same paths lie below the server's root. Keys of records that were merged or renamed
lead on to the node that they are now.
"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import partial
from urllib.parse import quote, urlsplit

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from diaspora_kg.endpoint import addresses, service
from diaspora_kg.endpoint.addresses import Address
from diaspora_kg.endpoint.context import Asking, Context
from diaspora_kg.endpoint.errors import Problem
from diaspora_kg.endpoint.kept import Kept, Made
from diaspora_kg.endpoint.markup import html, known, tag, unchanged, wrong
from diaspora_kg.endpoint.negotiation import GRAPHS, HTML, Media, negotiate, prefers_html
from diaspora_kg.endpoint.records import data_document, owner_of
from diaspora_kg.endpoint.turns import Turns
from diaspora_kg.index import NodeRow
from diaspora_kg.pages.maker import PageMaker
from diaspora_kg.pages.models import Thing
from diaspora_kg.pages.panel import panel_page
from diaspora_kg.pages.said import anchor
from diaspora_kg.queries.record import MOST_CLAIMS
from diaspora_kg.sparql import bind
from diaspora_kg.store.written import NotWritable, Syntax
from diaspora_kg.terms import IRI

_BY_MEDIA = {syntax.media: syntax for syntax in Syntax}
DATA = tuple(media for media in GRAPHS if media.engine in _BY_MEDIA)
"""What a thing's data can be had in, the default first."""

_OFFERS = (*DATA, HTML)
_PARTS = frozenset(
    {"name", "participation", "when", "passage", "mention", "run", "legal-status", "status-change",
     "membership", "relation", "figure"}
)  # fmt: skip
"""Kinds that are shown on the page of what they are a part of."""

_ANCHORED = frozenset({"name", "passage", "legal-status", "status-change", "membership"})
_PART = re.compile("[a-z0-9.-]{1,100}")
_MOVED = 3600  # seconds for which a redirect to another key is believed; a merge can be undone
_AT_ONCE = 4  # pages and documents in the making
_VARY = {"Vary": "Accept"}


def routes(context: Context) -> list[BaseRoute]:
    """The routes of things; ``/id/`` also below the path that the graph's base has."""
    things = _Things(context)
    below = urlsplit(context.project.base).path
    ways = {"/id/{rest:path}", f"{below}id/{{rest:path}}"}
    return [
        *(Route(way, things.identify) for way in sorted(ways)),
        Route("/page/{rest:path}", things.page),
        Route("/panels/{name}", things.panel),
        Route("/data/{rest:path}", things.data),
    ]


class _Things:
    """Answers for the things of one server."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.turns = Turns(context.settings.limits, _AT_ONCE)
        self.kept = Kept(self.turns)

    async def identify(self, request: Request) -> Response:
        """303 to the page or the data, by the ending, ``?format=`` or ``Accept``."""
        asked = addresses.address(request, "id")
        async with self.context.asked(request) as asking:
            node, ending = self._node(asking, asked, request)
        if node is None:
            return await self._nothing(request, asked)
        if node.key not in {asked.key, asked.stem}:
            return _moved(addresses.path(_root(request), "id", node), request)
        ending = ending or self._wanted(request)
        if ending is None:
            return _see(await self._page_path(request, node))
        return _see(addresses.path(_root(request), "data", node, f".{ending}"))

    def _wanted(self, request: Request) -> Syntax | None:
        """The format that the client likes best; ``None`` is HTML."""
        named = request.query_params.get("format")
        return _BY_MEDIA.get(negotiate(request.headers.getlist("accept"), named, _OFFERS).engine)

    async def page(self, request: Request) -> Response:
        """The page of a thing."""
        asked, part = addresses.address(request, "page"), _part(request)
        async with self.context.asked(request) as asking:
            node = addresses.find(asking.index, asking.lookup.names, asked.kind, asked.key)
            if node is None:
                return await self._nothing(request, asked)
            if node.key != asked.key or not asked.canonical:
                return _moved(addresses.path(_root(request), "page", node), request)
            home = service.home(self.context, request)
            etag = tag(self.context, request, asking.snapshot, home, part, self.context.panels.digest)
            if known(request, etag):
                return unchanged(etag)
            made = await self.kept.get(
                etag,
                self.context.client(request),
                partial(self._write, request, asking, node, part),
                asking.snapshot,
            )
        data = addresses.path(_root(request), "data", node)
        links = [f'<{data}.{s}>; rel="describedby"; type="{s.media}"' for s in Syntax]
        headers = {"ETag": etag, "Cache-Control": "no-cache", "Link": ", ".join(links)}
        return html(made.body, headers=headers)

    def _write(self, request: Request, asking: Asking, node: NodeRow, part: str) -> Made:
        address = service.home(self.context, request)
        site = replace(self.context.site(request, asking.snapshot), address=address)
        maker = PageMaker(asking.lookup, asking.index, site, self.context.panels)
        page = next(maker.pages([node.iri], part), None)
        if page is None:
            raise Problem(404, f"There is no page {part!r} of this.")
        return Made(self.context.pages.render("thing.html.j2", page, site).encode())

    async def panel(self, request: Request) -> Response:
        """The query behind a panel; with ``?node=`` as it is asked for one thing."""
        name = request.path_params["name"]
        panel = self.context.panels.by_name.get(name)
        if panel is None or not panel.sound:
            raise Problem(404, f"There is no panel {name[:80]}.")
        thing, editor = None, ""
        async with self.context.asked(request) as asking:
            rows = asking.index.find(request.query_params.get("node", ""))
            site = self.context.site(request, asking.snapshot)
        if len(rows) == 1:
            thing = Thing(rows[0].iri, rows[0].kind, rows[0].key, rows[0].label)
            bound = bind(panel.text, {"node": [IRI(rows[0].iri)]}, projected=False)
            editor = f"{site.path('/sparql')}#query={quote(bound, safe='')}"
        page = panel_page(panel, thing, editor)
        return html(self.context.pages.render("panel.html.j2", page, site))

    async def data(self, request: Request) -> Response:
        """The triples of a thing with the claims about it."""
        asked = addresses.address(request, "data")
        async with self.context.asked(request) as asking:
            node, named = self._node(asking, asked, request)
            if node is None:
                return await self._nothing(request, asked)
            syntax = named or _negotiated(request)
            path = addresses.path(_root(request), "data", node, f".{syntax}")
            if node.key not in {asked.key, asked.stem}:
                return _moved(path, request)
            home = service.home(self.context, request)
            etag = tag(self.context, request, asking.snapshot, home, syntax)
            if known(request, etag):
                return unchanged(etag, "Accept")
            try:
                made = await self.kept.get(
                    etag,
                    self.context.client(request),
                    partial(data_document, node, asking, syntax, home),
                    asking.snapshot,
                )
            except NotWritable as error:
                raise Problem(406, f"{error}") from error
        headers = {
            **_VARY,
            "ETag": etag,
            "Cache-Control": "no-cache",
            "Content-Location": path,
            "Link": f'<{node.iri}>; rel="describes"',
        }
        if made.left_out:
            headers["X-Result-Truncated"] = f"claims; shown={MOST_CLAIMS}; left-out={made.left_out}"
        charset = "; charset=utf-8" if syntax is Syntax.TURTLE else ""
        return Response(made.body, headers=headers, media_type=f"{syntax.media}{charset}")

    def _node(self, asking: Asking, asked: Address, request: Request) -> tuple[NodeRow | None, Syntax | None]:
        """The node, and the format that the path's ending or ``?format=`` names."""
        names, named = asking.lookup.names, None
        if (wanted := request.query_params.get("format")) and wanted.strip().lower() not in HTML.names:
            named = _BY_MEDIA[negotiate((), wanted, DATA).engine]
        whole = addresses.find(asking.index, names, asked.kind, asked.key)
        if whole is not None or asked.syntax is None:
            return whole, named
        return addresses.find(asking.index, names, asked.kind, asked.stem), named or asked.syntax

    async def _page_path(self, request: Request, node: NodeRow) -> str:
        """Where a node is shown: on its own page, or at its place on the page of its owner."""
        root = _root(request)
        if node.kind in _PARTS:
            async with self.context.asked(request) as asking:
                owner = await self.turns.run(self.context.client(request), owner_of, node, asking)
            if owner is not None:
                place = node.key.rpartition(".")[2] if node.kind == "passage" else node.key
                there = f"#{anchor(node.kind, place)}" if node.kind in _ANCHORED else ""
                return addresses.path(root, "page", owner) + there
        return addresses.path(root, "page", node)

    async def _nothing(self, request: Request, asked: Address) -> Response:
        problem = Problem(404, addresses.nothing(asked.kind, asked.key))
        async with self.context.asked(request) as asking:
            close = await self.turns.run(
                self.context.client(request), addresses.near, asking.index, asked.kind, asked.stem
            )
        if prefers_html(request.headers.getlist("accept")):
            return wrong(self.context, request, problem, close)
        if close:
            meant = " or ".join(f"{row.kind}/{row.key}" for row in close[:3])
            problem.sentence += f" Did you mean {meant}?"
        raise problem


def _root(request: Request) -> str:
    return str(request.scope.get("root_path", ""))


def _part(request: Request) -> str:
    """The name of the further page that is wanted; empty: the first."""
    written = request.query_params.get("part", "")
    if written and not _PART.fullmatch(written):
        raise Problem(400, "part is the name of a further page of the same thing, as its first page has it.")
    return written


def _negotiated(request: Request) -> Syntax:
    media: Media = negotiate(request.headers.getlist("accept"), None, DATA)
    return _BY_MEDIA[media.engine]


def _see(path: str) -> Response:
    """303 See Other: the thing itself cannot be sent, what is known of it lies there."""
    return RedirectResponse(path, 303, {**_VARY, "Cache-Control": "max-age=300"})


def _moved(path: str, request: Request) -> Response:
    query = f"?{request.url.query}" if request.url.query else ""
    return RedirectResponse(path + query, 301, {**_VARY, "Cache-Control": f"max-age={_MOVED}"})
