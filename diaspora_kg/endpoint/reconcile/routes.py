"""The routes of the Reconciliation API 0.2: ``/reconcile`` and what its manifest names.

Clients match rows of a table (OpenRefine) with the project's entities. Every answer allows what all answers
of the server allow to other web pages: any page on a public server, pages of this machine on a local one.
There is no JSONP: it would hand a local graph to any page that asks for it as a script.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from functools import partial

from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from diaspora_kg.endpoint import addresses
from diaspora_kg.endpoint.context import Asking, Context
from diaspora_kg.endpoint.errors import Problem
from diaspora_kg.endpoint.markup import html, known, tag, unchanged
from diaspora_kg.endpoint.negotiation import content_type
from diaspora_kg.endpoint.pool import QueryFailed
from diaspora_kg.endpoint.protocol import FORM, body, decoded
from diaspora_kg.endpoint.reconcile.asked import LONGEST, read_batch, read_extension
from diaspora_kg.endpoint.reconcile.blocks import Blocking
from diaspora_kg.endpoint.reconcile.features import about
from diaspora_kg.endpoint.reconcile.kinds import Types
from diaspora_kg.endpoint.reconcile.manifest import manifest
from diaspora_kg.endpoint.reconcile.properties import property_of
from diaspora_kg.endpoint.reconcile.service import Work, properties_like, proposed, types_like
from diaspora_kg.endpoint.service import home
from diaspora_kg.endpoint.turns import Turns
from diaspora_kg.index import NodeRow
from diaspora_kg.ontology import Ontology
from diaspora_kg.pages.previews import Preview
from diaspora_kg.pages.site import Site

_BODY = 1 << 20  # bytes of a batch
_AT_ONCE = 2  # batches that are worked on; further ones wait
_MOST_SKIPPED = 1000
_LONGEST_ID = 2000
_NO_JSONP = "JSONP is not served (version 0.2 leaves it open): ask with CORS, without the parameter callback."
_LOCAL = "'self' http://localhost:* http://127.0.0.1:*"
_FIELDS = ("queries", "extend")

_Fields = dict[str, str]


def routes(context: Context) -> list[BaseRoute]:
    """All routes of the service."""
    service = _Service(context)
    return [
        *(Route(path, service.entry, methods=["GET", "POST"]) for path in ("/reconcile", "/reconcile/")),
        Route("/reconcile/suggest/{what}", service.suggest),
        Route("/reconcile/flyout/{what}", service.flyout),
        Route("/reconcile/properties", service.properties),
        Route("/reconcile/preview", service.preview),
        Route("/reconcile/view", service.view),
        Route("/reconcile/features", service.feature),
    ]


def framed(*, public: bool) -> str:
    """The policy of a preview: it runs nothing, and pages of this machine, or any, may have it in a frame.

    Without ``allow-same-origin`` its own stylesheet would be one of strangers; scripts stay forbidden.
    """
    return (
        "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; "
        "sandbox allow-same-origin allow-popups allow-popups-to-escape-sandbox; "
        f"frame-ancestors {'*' if public else _LOCAL}"
    )


class _Service:
    """Answers for one server."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._ontology = Ontology.load(context.project.folders("ontology"))
        self._types = Types(self._ontology)
        self._blocking = Blocking()
        self._turns = Turns(context.settings.limits, _AT_ONCE)
        self._framed = framed(public=context.settings.profile == "public")

    async def entry(self, request: Request) -> Response:
        """The manifest, a batch of queries or a data extension."""
        fields = await _fields(request)
        if "callback" in fields:
            raise Problem(400, _NO_JSONP)
        given = [name for name in _FIELDS if name in fields]
        if not given:
            return await self._manifest(request, fields)
        if len(given) > 1:
            raise Problem(400, "queries and extend come in requests of their own.")
        written = fields[given[0]]
        if given[0] == "queries":
            batch = read_batch(written)
            return await self._worked(request, lambda work, _: work.batch(batch))
        extension = read_extension(written)
        return await self._worked(request, lambda work, site: work.extension(extension, site))

    async def _manifest(self, request: Request, fields: _Fields) -> Response:
        if request.method == "POST":
            raise Problem(400, "the form has neither the field queries nor extend.")
        if "query" in fields:
            raise Problem(400, 'version 0.2 knows batches only: send queries={"q0": {"query": "…"}}.')
        async with self._context.asked(request) as asking:
            told = manifest(asking.snapshot.manifest, self._types, home(self._context, request))
            etag = tag(self._context, request, asking.snapshot, home(self._context, request))
        if known(request, etag):
            return unchanged(etag)
        warm = BackgroundTask(self._warm, request)  # who asks for the manifest sends queries next
        return JSONResponse(told, headers={"ETag": etag, "Cache-Control": "no-cache"}, background=warm)

    async def _warm(self, request: Request) -> None:
        """Work out the keys of names before the first query needs them."""
        async with self._context.asked(request) as asking:
            work = self._work(asking)
            if not self._blocking.knows(work.snapshot):
                with suppress(QueryFailed):
                    await self._turns.run(self._context.client(request), lambda: work.blocks)

    async def _worked(self, request: Request, work: Callable[[Work, Site], dict[str, object]]) -> Response:
        async with self._context.asked(request) as asking:
            site = self._site(request, asking)
            found = await self._turns.run(self._context.client(request), work, self._work(asking), site)
            headers = {"Cache-Control": "no-store", "X-Snapshot": asking.snapshot.manifest.id}
        return JSONResponse(found, headers=headers)

    def _work(self, asking: Asking) -> Work:
        return Work(asking, self._ontology, self._types, self._blocking)

    def _site(self, request: Request, asking: Asking) -> Site:
        site = self._context.site(request, asking.snapshot)
        return replace(site, address=home(self._context, request))

    async def suggest(self, request: Request) -> Response:
        """Suggestions of entities, types or properties for what was typed."""
        what, prefix, skip = request.path_params["what"], _prefix(request), _number(request, "cursor") or 0
        if what == "type":
            return _suggested(types_like(self._types, prefix, skip))
        if what == "property":
            return _suggested(properties_like(prefix, skip))
        if what != "entity":
            raise Problem(404, "suggestions are of: entity, type, property.")
        types = [one for one in request.query_params.getlist("type") if one][:20]
        async with self._context.asked(request) as asking:
            found = await self._turns.run(
                self._context.client(request), self._work(asking).entities, prefix, skip, types
            )
        return _suggested(found)

    async def flyout(self, request: Request) -> Response:
        """A few words on an entity, type or property, as HTML in JSON."""
        what, identifier = request.path_params["what"], _identifier(request)
        if what == "entity":
            shown, site = await self._shown(request, identifier)
        else:
            shown, site = await self._term(request, what, identifier)
        made = self._context.pages.render("reconcile-flyout.html.j2", shown, site)
        return JSONResponse({"id": identifier, "html": made}, headers={"Cache-Control": "no-cache"})

    async def _term(self, request: Request, what: str, identifier: str) -> tuple[Preview, Site]:
        if what == "type" and (kind := self._types.meant(identifier)):
            shown = Preview(kind.name, "type", kind.id, about=kind.about)
        elif what == "property" and (prop := property_of(identifier)):
            shown = Preview(prop.name, "property", prop.id, about=prop.about)
        else:
            raise Problem(404, f"there is no {what[:20]} {identifier[:80]!a}.")
        async with self._context.asked(request) as asking:
            return shown, self._site(request, asking)

    async def preview(self, request: Request) -> Response:
        """A small page of an entity, to be shown in a frame."""
        shown, site = await self._shown(request, _identifier(request))
        made = self._context.pages.render("reconcile-preview.html.j2", shown, site)
        policy = {"Content-Security-Policy": self._framed, "Cache-Control": "no-cache"}
        return html(made, headers=policy)

    async def _shown(self, request: Request, identifier: str) -> tuple[Preview, Site]:
        async with self._context.asked(request) as asking:
            site, work = self._site(request, asking), self._work(asking)
            client = self._context.client(request)
            row = await self._turns.run(client, work.node, identifier)
            return await self._turns.run(client, work.preview, _there(row, identifier), site), site

    async def view(self, request: Request) -> Response:
        """303 to the thing of an identifier."""
        identifier = _identifier(request)
        async with self._context.asked(request) as asking:
            row = _there(self._work(asking).node(identifier), identifier)
        root = str(request.scope.get("root_path", ""))
        return RedirectResponse(addresses.path(root, "id", row), 303, {"Cache-Control": "max-age=300"})

    async def feature(self, request: Request) -> Response:
        """One sentence on a feature of scores."""
        identifier = _identifier(request)
        if not (told := about(identifier)):
            raise Problem(404, f"there is no feature {identifier[:80]!a}.")
        return PlainTextResponse(f"{told}\n", headers={"Cache-Control": "max-age=3600"})

    async def properties(self, request: Request) -> Response:
        """The properties that can be fetched for entities of a type."""
        told = partial(proposed, self._types, request.query_params.get("type", "")[:LONGEST])
        languages = self._context.project.languages
        return JSONResponse(told(_number(request, "limit"), languages), headers={"Cache-Control": "no-cache"})


async def _fields(request: Request) -> _Fields:
    """The fields of the URL and the form, each once; raises :class:`Problem`."""
    pairs = decoded(request.scope.get("query_string", b""), "the URL")
    if request.method == "POST":
        media, _ = content_type(request.headers.get("content-type", ""))
        if media != FORM:
            raise Problem(415, f"send {FORM} with the field queries or extend.", {"Accept": FORM})
        pairs = [*pairs, *decoded(await body(request, _BODY), "the form")]
    names = [name for name, _ in pairs]
    if twice := next((name for name in (*_FIELDS, "callback") if names.count(name) > 1), ""):
        raise Problem(400, f"the field {twice} is given more than once.")
    return dict(pairs)


def _prefix(request: Request) -> str:
    prefix = " ".join(request.query_params.get("prefix", "").replace("\0", " ").split())
    if len(prefix) > LONGEST:
        raise Problem(400, f"prefix is longer than {LONGEST} characters.")
    return prefix


def _identifier(request: Request) -> str:
    identifier = request.query_params.get("id", "")
    if not identifier or len(identifier) > _LONGEST_ID:
        raise Problem(400, "the parameter id names what is meant.")
    return identifier


def _number(request: Request, name: str) -> int | None:
    written = request.query_params.get(name)
    if written is None:
        return None
    if not (
        written.isascii() and written.isdecimal() and len(written) <= 4 and int(written) <= _MOST_SKIPPED
    ):
        raise Problem(400, f"{name} is a number from 0 to {_MOST_SKIPPED}.")
    return int(written)


def _there(row: NodeRow | None, identifier: str) -> NodeRow:
    if row is None:
        raise Problem(404, f"the graph has no entity {identifier[:80]!a}.")
    return row


def _suggested(found: list[dict[str, object]]) -> Response:
    return JSONResponse({"result": found}, headers={"Cache-Control": "no-cache"})
