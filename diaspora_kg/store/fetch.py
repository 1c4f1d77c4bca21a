"""Asks a service on the web that somebody named for one JSON document: within bounds, and nowhere else.

Only http and https addresses without a password are opened. A redirect to another origin is refused, since a
name that is looked up goes only where its owner said. No credentials and no cookies are sent.
"""

from __future__ import annotations

import http.client
import json
import urllib.error
import urllib.request
from concurrent.futures import Future
from threading import Thread
from typing import IO, Any
from urllib.parse import urlencode, urljoin, urlsplit

from diaspora_kg import __version__
from diaspora_kg.errors import StoreNotReachable, UsageError

SECONDS = 30
"""How long the next part of an answer is waited for."""
ALTOGETHER = 120
"""How long a whole answer may take, in seconds: one that trickles would never end."""
LARGEST = 8 << 20
"""The longest answer that is read, in bytes."""

_AGENT = f"diaspora-kg/{__version__}"


class _SameOrigin(urllib.request.HTTPRedirectHandler):
    """Follows a redirect within the origin that was named."""

    def redirect_request(
        self, req: urllib.request.Request, fp: IO[bytes], code: int, msg: str, headers: Any, newurl: str
    ) -> urllib.request.Request | None:
        """Called for each redirect."""
        if origin(urljoin(req.full_url, newurl)) != origin(req.full_url):
            there = origin(urljoin(req.full_url, newurl))
            fp.close()
            said = f"{origin(req.full_url)} leads on to {there}, which was not named."
            raise StoreNotReachable(f"{said} If that is right, give that address.")
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def origin(url: str) -> str:
    """Scheme, host and port of an address.

    >>> origin("https://Norland.example/a"), origin("http://norland.example:81/")
    ('https://norland.example:443', 'http://norland.example:81')
    """
    parts = urlsplit(url)
    port = parts.port or {"http": 80, "https": 443}.get(parts.scheme, 0)
    return f"{parts.scheme}://{(parts.hostname or '').lower()}:{port}"


def checked(url: str) -> str:
    """The address of a service; raises :class:`UsageError` for what is none."""
    try:
        parts = urlsplit(url)
        sound = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        sound = False
    if not sound or not url.isascii() or any(char <= " " for char in url):
        raise UsageError(f"{url!r} is no address of a service: it begins with http:// or https://")
    if parts.username is not None or parts.password is not None:
        raise UsageError("a password does not belong in the address of a service.")
    return url


def get_json(url: str) -> Any:
    """The JSON at an address; raises :class:`UsageError` and :class:`StoreNotReachable`."""
    return _asked(urllib.request.Request(checked(url), headers=_headers()))  # noqa: S310 - checked


def post_form(url: str, fields: dict[str, str]) -> Any:
    """The JSON that a form gets; raises as :func:`get_json` does."""
    body = urlencode(fields).encode()
    return _asked(urllib.request.Request(checked(url), body, _headers()))  # noqa: S310 - checked


def _headers() -> dict[str, str]:
    return {"Accept": "application/json", "User-Agent": _AGENT}


def _asked(request: urllib.request.Request) -> Any:
    where = origin(request.full_url)
    answered: Future[bytes] = Future()
    # A thread of its own: neither a socket nor a header knows of a time for the whole.
    Thread(target=_answer, args=(request, answered), daemon=True).start()
    try:
        body = answered.result(ALTOGETHER)
    except urllib.error.HTTPError as error:
        raise StoreNotReachable(f"{where} answered with {error.code} {error.reason}.") from error
    except (OSError, http.client.HTTPException, ValueError) as error:
        told = " ".join(str(getattr(error, "reason", error)).split())[:200]
        raise StoreNotReachable(f"{where} does not answer: {told or type(error).__name__}.") from error
    if len(body) > LARGEST:
        raise StoreNotReachable(f"{where} answered with more than {LARGEST >> 20} MB.")
    try:
        return json.loads(body)
    except (ValueError, RecursionError) as error:
        raise StoreNotReachable(f"{where} answered with something else than JSON.") from error


def _answer(request: urllib.request.Request, answered: Future[bytes]) -> None:
    try:
        with urllib.request.build_opener(_SameOrigin()).open(request, timeout=SECONDS) as answer:
            answered.set_result(answer.read(LARGEST + 1))
    except (StoreNotReachable, OSError, http.client.HTTPException, ValueError) as error:
        if isinstance(error, urllib.error.HTTPError):
            error.close()
        answered.set_exception(error)
