"""Pages as HTTP answers: freshness, and the page for what went wrong."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence

from starlette.requests import Request
from starlette.responses import Response

from diaspora_kg import __version__
from diaspora_kg.endpoint.context import Context
from diaspora_kg.endpoint.errors import Problem
from diaspora_kg.endpoint.respond import listed
from diaspora_kg.index import NodeRow
from diaspora_kg.pages.models import ErrorPage, Thing
from diaspora_kg.store import Snapshot


def html(text: str | bytes, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """A page; what every response has besides is added in :mod:`~diaspora_kg.endpoint.manners`."""
    own = {"Cross-Origin-Opener-Policy": "same-origin"}
    return Response(text, status, {**own, **(headers or {})}, "text/html; charset=utf-8")


def wrong(context: Context, request: Request, problem: Problem, near: Sequence[NodeRow] = ()) -> Response:
    """The page of a problem, with things that may have been meant."""
    site = context.site(request, context.pool.current)
    meant = tuple(Thing(row.iri, row.kind, row.key, row.label) for row in near)
    page = ErrorPage(problem.status, problem.title, problem.sentence, meant)
    headers = {"Cache-Control": "no-store", "Vary": "Accept", **problem.headers}
    return html(context.pages.render("error.html.j2", page, site), problem.status, headers)


def tag(context: Context, request: Request, snapshot: Snapshot, *parts: str) -> str:
    """The ETag of an answer that follows from the snapshot, the program, the path and ``parts`` alone.

    It is weak, since the same answer may go out compressed.
    """
    root = str(request.scope.get("root_path", ""))
    manifest = snapshot.manifest
    program = (__version__, context.pages.digest)
    seen = "\0".join((manifest.id, manifest.published, *program, root, str(request.scope["path"]), *parts))
    return f'W/"{hashlib.sha256(seen.encode("utf-8", "replace")).hexdigest()[:24]}"'


def known(request: Request, etag: str) -> bool:
    """Whether the client has that answer already."""
    return listed(etag, request)


def unchanged(etag: str, vary: str = "") -> Response:
    """304: what the client has is still right."""
    return Response(status_code=304, headers={"ETag": etag, "Cache-Control": "no-cache", **_vary(vary)})


def _vary(names: str) -> dict[str, str]:
    return {"Vary": names} if names else {}
