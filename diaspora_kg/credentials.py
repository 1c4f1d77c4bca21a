"""The name and password of a store, and the one origin to which they may go."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from urllib.parse import urlsplit

from diaspora_kg.errors import UsageError


@dataclass(frozen=True, slots=True)
class Credentials:
    """Name and password for one origin, to which alone they are ever sent."""

    origin: str
    user: str
    password: str

    def __repr__(self) -> str:
        """Without the password, which must not get into a log."""
        return f"Credentials({self.origin!r}, {self.user!r})"

    @classmethod
    def given(cls, where: str | None, user: str | None, password: str | None) -> Credentials | None:
        """From ``DKG_STORE_ORIGIN``, ``DKG_STORE_USER`` and ``DKG_STORE_PASSWORD``; all three or none.

        Raises :class:`UsageError` when one lacks, and for a password that would travel in clear.
        """
        if not where and not user and not password:
            return None
        if not where or not user or not password:
            raise UsageError(
                "DKG_STORE_ORIGIN, DKG_STORE_USER and DKG_STORE_PASSWORD belong together: "
                "the password is sent to that origin alone."
            )
        parts = urlsplit(where)
        if parts.path.strip("/") or parts.query or parts.fragment:
            raise UsageError(
                f"DKG_STORE_ORIGIN is {where!r}: write the origin alone, such as https://graph.example.org"
            )
        if parts.scheme == "http" and not _loopback(parts.hostname or ""):
            raise UsageError(f"{where} is not encrypted: the password would travel in clear. Use https.")
        return cls(origin(where), user, password)

    def fits(self, url: str) -> bool:
        """Whether they are for this address."""
        return origin(url) == self.origin


def origin(url: str) -> str:
    """The origin of an address (RFC 6454), with its port.

    Raises :class:`UsageError` for what is no http or https address, and for one that holds a password.

    >>> origin("https://Graph.example.org/sparql?x")
    'https://graph.example.org:443'
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise UsageError(f"{url!r} is no address of a store.") from None
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise UsageError(f"{url!r} is no endpoint: write an address that begins with http:// or https://")
    if parts.username is not None:
        raise UsageError("a password does not belong in the address of an endpoint.")
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    return f"{parts.scheme}://{host}:{port or (443 if parts.scheme == 'https' else 80)}"


def _loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
