"""Search over names in any script: ``/api/search`` for forms and programs, ``/search`` for readers.

It asks the snapshot's index, not the graph; what takes too long stops, and says so.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from diaspora_kg.endpoint.context import Context
from diaspora_kg.endpoint.errors import Problem
from diaspora_kg.endpoint.markup import html, known, tag, unchanged
from diaspora_kg.endpoint.turns import Turns
from diaspora_kg.index import Hit, Index
from diaspora_kg.names import CLASS_OF_KIND
from diaspora_kg.pages import Site
from diaspora_kg.pages import home as pages
from diaspora_kg.pages.models import Thing

_LONGEST = 200  # characters of a search
_MOST = 50
_SECONDS = 0.25
_PAGE_SECONDS = 1.0
_AT_ONCE = 4  # searches that run; further ones wait

_Found = tuple[tuple[Hit, ...], bool]
_PARAMETERS = ("q", "kind", "limit")
_PARTS = {"decision", "mention", "name", "participation", "passage", "run", "when"}
_KINDS = tuple(kind for kind in CLASS_OF_KIND if kind not in _PARTS)
"""Kinds that a reader may choose from."""


@dataclass(frozen=True, slots=True)
class _Wanted:
    query: str
    kinds: tuple[str, ...]
    limit: int


def routes(context: Context) -> list[BaseRoute]:
    """Both routes."""
    turns = Turns(context.settings.limits, _AT_ONCE)

    async def found(
        request: Request, index: Index, wanted: _Wanted, seconds: float, *, names: bool
    ) -> _Found:
        search = partial(index.suggest, wanted.query, wanted.kinds, wanted.limit, seconds, names=names)
        return await turns.run(context.client(request), search)

    async def api(request: Request) -> Response:
        wanted = _wanted(request, 10)
        async with context.asked(request) as asking:
            etag = tag(context, request, asking.snapshot, repr(wanted))
            if known(request, etag):
                return unchanged(etag)
            hits, whole = await found(request, asking.index, wanted, _SECONDS, names=True)
            site = context.site(request, asking.snapshot)
        body = {
            "query": wanted.query,
            "kinds": list(wanted.kinds),
            "snapshot": site.snapshot,
            "complete": whole,
            "results": [_result(hit, site) for hit in hits],
        }
        fresh = {"ETag": etag, "Cache-Control": "no-cache"} if whole else {"Cache-Control": "no-store"}
        return JSONResponse(body, headers=fresh)

    async def page(request: Request) -> Response:
        wanted = _wanted(request, _MOST)
        async with context.asked(request) as asking:
            hits, whole = await found(request, asking.index, wanted, _PAGE_SECONDS, names=False)
            site = context.site(request, asking.snapshot)
        shown = context.pages.render("search.html.j2", _shown(wanted, hits, whole=whole), site)
        return html(shown, headers={"Cache-Control": "no-cache"})

    return [Route("/api/search", api), Route("/search", page)]


def _shown(wanted: _Wanted, hits: Sequence[Hit], *, whole: bool) -> pages.SearchPage:
    return pages.SearchPage(
        query=wanted.query,
        kind=wanted.kinds[0] if len(wanted.kinds) == 1 else "",
        hits=tuple(pages.Hit(_thing(hit), hit.role, hit.language, hit.words) for hit in hits),
        complete=whole,
        limit=wanted.limit,
        kinds=_KINDS,
    )


def _wanted(request: Request, limit: int) -> _Wanted:
    """What is searched for; raises :class:`Problem` 400."""
    given = request.query_params
    if unknown := sorted(set(given) - set(_PARAMETERS)):
        raise Problem(
            400, f"A search has no parameter {unknown[0][:40]!a}. It has: {', '.join(_PARAMETERS)}."
        )
    query = " ".join(given.get("q", "").split())
    if len(query) > _LONGEST:
        raise Problem(400, f"q is longer than {_LONGEST} characters.")
    kinds = tuple(
        sorted({kind for value in given.getlist("kind") for kind in value.replace(",", " ").split()})
    )
    if strange := [kind for kind in kinds if kind not in CLASS_OF_KIND]:
        raise Problem(400, f"{strange[0][:40]!a} is no kind of thing. Kinds are: {', '.join(CLASS_OF_KIND)}.")
    written = given.get("limit", str(limit))
    if not (
        written.isascii() and written.isdecimal() and 1 <= len(written) <= 3 and 1 <= int(written) <= _MOST
    ):
        raise Problem(400, f"limit is a number from 1 to {_MOST}.")
    return _Wanted(query, kinds, int(written))


def _result(hit: Hit, site: Site) -> dict[str, object]:
    node = hit.node
    return {
        "iri": node.iri,
        "key": node.key,
        "kind": node.kind,
        "label": node.label,
        "matched": {"words": hit.words, "language": hit.language, "role": hit.role},
        "page": site.href(node.iri),
    }


def _thing(hit: Hit) -> Thing:
    return Thing(hit.node.iri, hit.node.kind, hit.node.key, hit.node.label)
