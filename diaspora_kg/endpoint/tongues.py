"""Pages in other languages: ``/ru/page/…`` is ``/page/…`` read in Russian.

The language's code goes to the root path of the request, so that every link of the page stays in that
language, and every route answers below it too.
"""

from __future__ import annotations

from starlette.responses import RedirectResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from diaspora_kg.pages.language import LANGUAGES

KEY = "dkg.language"
"""Where the request's scope has the language that its address names."""


class Tongues:
    """Reads the language off the address; ``first`` is the one that needs none."""

    def __init__(self, app: ASGIApp, first: str) -> None:
        self._app, self._first = app, first

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Called for each request."""
        if scope["type"] == "http" and (code := _code(scope)):
            if code == self._first:
                await _without(scope, code)(scope, receive, send)
                return
            scope = {**scope, KEY: code, "root_path": f"{_root(scope)}/{code}"}
        await self._app(scope, receive, send)


def _root(scope: Scope) -> str:
    return str(scope.get("root_path", ""))


def _code(scope: Scope) -> str:
    """The language that the first part of the path names, if it names one."""
    code = scope["path"][len(_root(scope)) :].partition("/")[2].partition("/")[0]
    return code if code in LANGUAGES else ""


def _without(scope: Scope, code: str) -> RedirectResponse:
    root = _root(scope)
    raw: str = scope.get("raw_path", scope["path"].encode()).decode("latin-1")
    rest = raw.partition(f"/{code}")[2].lstrip("/")
    query = scope.get("query_string", b"").decode("latin-1")
    return RedirectResponse(f"{root}/{rest}{'?' + query if query else ''}", 301)
