"""Pages over the whole graph, live: the start page, lists, gaps, disagreements, the vocabulary.

They are made by :mod:`diaspora_kg.overviews` from the snapshot, when first asked for; what takes long, such
as sorting all names, is done once for each snapshot.
"""

from __future__ import annotations

import threading
from dataclasses import replace
from functools import cached_property, partial

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from diaspora_kg.endpoint import service
from diaspora_kg.endpoint.context import Asking, Context
from diaspora_kg.endpoint.errors import Problem
from diaspora_kg.endpoint.kept import Kept, Made
from diaspora_kg.endpoint.markup import html, known, tag, unchanged, wrong
from diaspora_kg.endpoint.turns import Turns
from diaspora_kg.ontology import Ontology
from diaspora_kg.overviews.articles import PREFIX
from diaspora_kg.overviews.directory import Directory
from diaspora_kg.overviews.sections import SECTIONS
from diaspora_kg.overviews.sheets import Ground, Section

_AT_ONCE = 3
_FRESH = frozenset({PREFIX})  # whether a text may be shown can change between two builds
_SNAPSHOTS = 2  # whose lists are kept: the current one and the one that requests may still be asking


def routes(context: Context) -> list[BaseRoute]:
    """The addresses of every section."""
    pages = _Overviews(context)
    made: list[BaseRoute] = []
    for section in SECTIONS:
        for prefix in section.prefixes:
            page = partial(pages.page, section, prefix)
            made.append(Route(prefix, page))
            if prefix != "/":
                made.append(Route(f"{prefix}/{{rest:path}}", page))
    return made


class _Overviews:
    """Answers for one server."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.turns = Turns(context.settings.limits, _AT_ONCE)
        self.kept = Kept(self.turns)
        self._lock = threading.Lock()
        self._directories: dict[str, Directory] = {}

    @cached_property
    def ontology(self) -> Ontology:
        """Definitions and closed lists; read when first needed."""
        return Ontology.load(self.context.project.folders("ontology"))

    def directory(self, snapshot: str) -> Directory:
        """The lists of a snapshot; those of earlier ones are forgotten, and end with their last reader."""
        with self._lock:
            if snapshot not in self._directories:
                for old in list(self._directories)[: 1 - _SNAPSHOTS]:
                    del self._directories[old]
                self._directories[snapshot] = Directory(self.context.project.names)
            return self._directories[snapshot]

    async def page(self, section: Section, prefix: str, request: Request) -> Response:
        """One page."""
        address, number = _address(prefix, request), _number(request)
        async with self.context.asked(request) as asking:
            home = service.home(self.context, request)
            etag = tag(
                self.context, request, asking.snapshot, home, str(number), *self.context.catalog.queries
            )
            if known(request, etag) and prefix not in _FRESH:
                return unchanged(etag)
            write = partial(self._write, section, address, number, request, asking)
            client = self.context.client(request)
            try:
                made = await (
                    self.turns.run(client, write)
                    if prefix in _FRESH
                    else self.kept.get(etag, client, write, asking.snapshot)
                )
            except Problem as problem:
                return wrong(self.context, request, problem)
        fresh = {"Cache-Control": "no-store"} if prefix in _FRESH else None
        return html(made.body, headers=fresh or {"ETag": etag, "Cache-Control": "no-cache"})

    def _write(self, section: Section, address: str, number: int, request: Request, asking: Asking) -> Made:
        context = self.context
        ground = Ground(
            asking.lookup,
            asking.index,
            self.directory(asking.snapshot.manifest.id),
            context.catalog,
            self.ontology,
            asking.snapshot.manifest,
            context.project,
        )
        site = replace(context.site(request, asking.snapshot), address=service.home(context, request))
        sheet = section.sheet(ground, address, number, site)
        if sheet is None:
            page = f" with a page {number}" if number > 1 else ""
            raise Problem(404, f"The graph has nothing of which a list{page} could stand at this address.")
        return Made(context.pages.render(sheet.template, sheet.page, site).encode())


def _address(prefix: str, request: Request) -> str:
    """The address below the server's root, as it was sent: a key may hold ``%2F``."""
    raw: bytes = request.scope.get("raw_path") or request.scope["path"].encode()
    if prefix == "/":
        return prefix
    path = raw.split(b"?", 1)[0].decode("ascii", "replace")
    return prefix + path[path.index(prefix) + len(prefix) :].rstrip("/") if prefix in path else prefix


def _number(request: Request) -> int:
    """Which page of a list; raises :class:`Problem` 400."""
    written = request.query_params.get("page", "1")
    if not (written.isascii() and written.isdecimal() and len(written) <= 6 and int(written)):
        raise Problem(400, "page is a number from 1.")
    return int(written)
