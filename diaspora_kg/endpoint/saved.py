"""The pages of saved queries: /queries, and /queries/NAME with its form, its answer and how to cite it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from diaspora_kg.endpoint.answering import ask, tag
from diaspora_kg.endpoint.catalogue import catalogue
from diaspora_kg.endpoint.context import Asking, Context
from diaspora_kg.endpoint.errors import Problem
from diaspora_kg.endpoint.fields import Form
from diaspora_kg.endpoint.markup import html, unchanged, wrong
from diaspora_kg.endpoint.questions import origin, refusal, sought
from diaspora_kg.endpoint.respond import listed
from diaspora_kg.endpoint.shown import PAGE_ROWS, Showing
from diaspora_kg.endpoint.turns import Turns
from diaspora_kg.endpoint.wanted import BadRequest, Pairs, Wanted, incomplete, pairs, read
from diaspora_kg.errors import DkgError, UsageError
from diaspora_kg.ontology import Ontology
from diaspora_kg.pages.asked import subject_of, title_of
from diaspora_kg.pages.forms import QueryPage, Shown
from diaspora_kg.pages.site import Site
from diaspora_kg.queries.catalog import SavedQuery
from diaspora_kg.store import QueryRefused

_FRESH = {"Cache-Control": "no-cache"}


def routes(context: Context) -> list[BaseRoute]:
    """The routes of the pages."""
    pages = _Pages(context)
    return [
        Route("/queries", pages.listed),
        Route("/queries/", pages.listed),
        Route("/queries/{name}", pages.asked),
    ]


class _Pages:
    def __init__(self, context: Context) -> None:
        self.context = context
        self.turns = Turns(context.settings.limits)

    @cached_property
    def ontology(self) -> Ontology:
        """The closed lists from which forms let one choose; read when the first form needs them."""
        return Ontology.load(self.context.project.folders("ontology"))

    async def listed(self, request: Request) -> Response:
        """The catalogue."""
        site = self.context.site(request, self.context.pool.current)
        try:
            chosen = dict(pairs(request.scope["query_string"])).get("tag", "")
        except BadRequest as error:
            return wrong(self.context, request, refusal(error))
        page = catalogue(self.context.catalog, chosen, f"{site.root}/queries", site)
        if chosen and not page.tag:
            return wrong(self.context, request, Problem(404, "There are no questions on this subject."))
        return html(self.context.pages.render("queries.html.j2", page, site), headers=_FRESH)

    async def asked(self, request: Request) -> Response:
        """One query: its form, and its answer where nothing more is needed."""
        string: bytes = request.scope["query_string"]
        try:
            query = sought(self.context.catalog, str(request.path_params["name"]))
            async with self.context.asked(request) as asking:
                site = self.context.site(request, asking.snapshot)
                mark = tag(
                    asking.snapshot.manifest, query, string, f"html {site.root} {self.context.pages.digest}"
                )
                if listed(mark, request):
                    return unchanged(mark)
                made = _Making(self, query, asking, site, origin(request, self.context.settings))
                status, page = await self.turns.run(self.context.client(request), made.page, string)
        except (DkgError, QueryRefused) as error:
            return wrong(self.context, request, refusal(error))
        return html(page, status, _FRESH | ({"ETag": mark} if status == 200 else {}))


@dataclass(frozen=True)
class _Making:
    """Makes one page, in a thread."""

    pages: _Pages
    query: SavedQuery
    asking: Asking
    site: Site
    origin: str

    @property
    def action(self) -> str:
        """The page's own address."""
        return f"{self.site.root}/queries/{self.query.name}"

    def page(self, string: bytes) -> tuple[int, str]:
        """The status and the page."""
        try:
            written = pairs(string)
        except BadRequest as error:
            return 400, self._rendered([], error, None)
        if incomplete(self.query, written) and not any(value for _, value in written):
            return 200, self._rendered(written, None, None)
        try:
            wanted = _paged(read(self.query, written))
            shown = self._shown(wanted)
        except BadRequest as error:
            return 400, self._rendered(written, error, None)
        except UsageError as error:
            return 400, self._rendered(written, BadRequest({"": refusal(error).sentence}), None)
        return 200, self._rendered(written, None, shown)

    def _shown(self, wanted: Wanted) -> Shown:
        asking = self.asking
        found = ask(self.query, wanted, asking.lookup, asking.index, quoted=True)
        return Showing(found, self.site, self.origin, self.action, asking.snapshot.manifest).shown()

    def _rendered(self, written: Pairs, error: BadRequest | None, shown: Shown | None) -> str:
        faults, near = (error.faults, error.near) if error else ({}, {})
        pages, header = self.pages, self.query.header
        asking = self.asking
        form = Form(
            self.query, written, self.action, self.site, asking.lookup, asking.index,
            pages.context.catalog, pages.ontology,
        )  # fmt: skip
        names = {parameter.name for parameter in self.query.parameters}
        page = QueryPage(
            self.query.name,
            title_of(self.query, self.site),
            header.description,
            tuple(subject_of(tag, self.site) for tag in header.tags),
            self.action,
            form.fields(faults, near),
            tuple((name, value) for name, value in written if name in {"sort", "page_size"} and not faults),
            tuple(fault for name, fault in faults.items() if name not in names),
            shown,
            self.query.text,
        )
        return pages.context.pages.render("query.html.j2", page, self.site)


def _paged(wanted: Wanted) -> Wanted:
    """A page of rows, where nothing else was asked for."""
    return wanted if wanted.page else replace(wanted, page=1, size=PAGE_ROWS)
