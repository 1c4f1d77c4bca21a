"""Who may use the review page: whoever has the token of this start, from that page, on this machine."""

from __future__ import annotations

import hmac
from ipaddress import ip_address
from urllib.parse import urlsplit

from starlette.requests import Request

from diaspora_kg.endpoint.errors import Problem
from diaspora_kg.endpoint.settings import Settings

HEADER = "x-review-token"
"""The header in which a program may send the token instead of a cookie."""

_OWN = frozenset({"localhost", "127.0.0.1", "::1"})


def allowed(settings: Settings) -> bool:
    """Whether there may be a review: a token, for this machine, at an address that no other one reaches."""
    return bool(settings.review) and settings.profile == "local" and is_loopback(settings.host)


def is_loopback(host: str) -> bool:
    """Whether only this machine reaches an address.

    >>> is_loopback("127.0.0.1"), is_loopback("::1"), is_loopback("localhost"), is_loopback("0.0.0.0")
    (True, True, True, False)
    """
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def known(settings: Settings, request: Request) -> None:
    """Refuse a request without the token."""
    check(settings, request.headers.get(HEADER) or request.cookies.get(cookie(request), ""))


def check(settings: Settings, given: str) -> None:
    """Refuse a token that is not the one of this start; how long that takes tells nothing of it."""
    if not hmac.compare_digest(given.encode("utf-8", "surrogateescape"), settings.review.encode()):
        raise Problem(403, "Open the address that dkg serve printed when it started: it has the token.")


def own_page(request: Request) -> None:
    """Refuse what another page sends: a browser says of each form from which origin it comes."""
    site = request.headers.get("sec-fetch-site", "same-origin")
    origins = request.headers.getlist("origin")
    by_program = HEADER in request.headers and not origins
    by_page = len(origins) == 1 and _is_own(request, origins[0])
    if site not in {"same-origin", "none"} or not (by_program or by_page):
        raise Problem(403, "This form does not come from the review page of this server.")


def _is_own(request: Request, origin: str) -> bool:
    """Whether an origin is this server by one of the names of this machine, at the port that is served."""
    server = request.scope.get("server")
    try:
        parts = urlsplit(origin)
        port = parts.port
    except ValueError:
        return False
    plain = parts.scheme == "http" and parts.netloc and not (parts.path or parts.query or parts.username)
    return bool(plain and parts.hostname in _OWN and server and port == server[1])


def cookie(request: Request) -> str:
    """The name of the cookie: two servers of one machine share cookies, but no port."""
    server = request.scope.get("server") or ("", 0)
    return f"dkg-review-{server[1]}"
