"""What every request passes: whose name it calls this server by, and the count of what became of it.

The Host header is a client's own word. It is checked, then replaced by the name that this server knows
itself by, so that no link and no redirect can repeat a stranger's.
"""

from __future__ import annotations

import re
import time
from ipaddress import ip_address
from urllib.parse import urlsplit

from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from diaspora_kg.endpoint.metrics import Metrics
from diaspora_kg.endpoint.quick import Quick
from diaspora_kg.endpoint.settings import Settings
from diaspora_kg.endpoint.streams import Broken

_HOST = re.compile(rb"(?:\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9_.\-]+)(?::[0-9]{1,5})?")
_OWN_NAMES = frozenset({"localhost", "localhost.localdomain"})


class Doors:
    """An application around the application."""

    def __init__(
        self, app: ASGIApp, settings: Settings, metrics: Metrics, quick: Quick | None = None
    ) -> None:
        self._app = app
        self._quick = quick
        self._settings = settings
        self._metrics = metrics
        self._name = _own_name(settings)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Called by uvicorn."""
        began = time.monotonic()
        status = 500
        fields = tuple(scope["headers"])

        async def counted(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                if self._quick is not None and status == 200 and _is_query(scope):
                    self._quick.learn(fields, message["headers"])
            await send(message)

        try:
            if refusal := self._host(scope):
                await refusal(scope, receive, counted)
            else:
                await self._app(scope, receive, counted)
        except Broken:
            status = 599  # the connection is cut: uvicorn closes what has no end
        finally:
            route = getattr(scope.get("route"), "path", "other")
            self._metrics.answered(route, status, time.monotonic() - began)

    def _host(self, scope: Scope) -> PlainTextResponse | None:
        """Replace the Host header; an answer instead when it cannot be ours."""
        hosts = [value for name, value in scope["headers"] if name == b"host"]
        if len(hosts) > 1 or (hosts and not _HOST.fullmatch(hosts[0])):
            return PlainTextResponse("The Host header is not as it must be.\n", 400)
        if hosts and self._settings.profile == "local" and not self._answers_to(hosts[0].decode("ascii")):
            return PlainTextResponse(
                "This server is for its own machine and has another name (see dkg serve --public).\n", 421
            )
        own = self._name or _local(scope)
        kept = [(n, v) for n, v in scope["headers"] if n not in {b"host", b"x-forwarded-host", b"forwarded"}]
        scope["headers"] = [(b"host", own), *kept]
        return None

    def _answers_to(self, written: str) -> bool:
        """Whether a Host is a name of this machine: another one may be a stranger's page that rebinds it."""
        host = urlsplit(f"//{written}").hostname or ""
        if host in _OWN_NAMES or host == self._settings.host or host.endswith(".localhost"):
            return True
        if host == urlsplit(self._settings.public_url).hostname:
            return True
        try:
            ip_address(host)
        except ValueError:
            return False
        return True


def _is_query(scope: Scope) -> bool:
    only_query = scope["query_string"].startswith(b"query=") and b"&" not in scope["query_string"]
    return only_query and scope["method"] == "GET" and scope["path"] == f"{scope['root_path']}/sparql"


def _own_name(settings: Settings) -> bytes:
    return urlsplit(settings.public_url).netloc.encode("ascii")


def _local(scope: Scope) -> bytes:
    host, port = scope.get("server") or ("localhost", None)
    shown = f"[{host}]" if ":" in host else host
    return (f"{shown}:{port}" if port else shown).encode("ascii")
