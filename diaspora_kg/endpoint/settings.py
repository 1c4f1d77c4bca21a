"""What the server may spend and whom it believes: the ``[serve]`` table of ``dkg.toml`` as one value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import Literal

from diaspora_kg.errors import UsageError

MEBI = 1 << 20
_LEAST_MIB = 400

Network = IPv4Network | IPv6Network


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of what queries may cost; all hold unless ``dkg.toml`` says otherwise.

    ``seconds`` are for a query of anybody's, ``saved_seconds`` for a saved one, ``stream_seconds`` for
    sending a long answer once it has begun. ``memory_mib`` is the address space of one worker process.
    ``rows`` and ``answer_mib`` bound an answer, ``query_kib`` a query. ``queue`` bounds how many wait, for
    each lane. ``workers``, ``slow_workers`` and ``saved_workers`` are how many queries run at once: quick
    ones, those that turned out to be slow, and saved ones; ``streams`` how many long answers.
    """

    seconds: int = 10
    saved_seconds: int = 20
    stream_seconds: int = 60
    memory_mib: int = 2048
    rows: int = 100_000
    answer_mib: int = 64
    query_kib: int = 64
    queue: int = 64
    workers: int = 2
    slow_workers: int = 1
    saved_workers: int = 2
    streams: int = 8

    @property
    def bytes(self) -> int:
        """The longest answer, in bytes."""
        return self.answer_mib * MEBI

    @property
    def query_bytes(self) -> int:
        """The longest query, in bytes."""
        return self.query_kib * 1024


@dataclass(frozen=True, slots=True)
class Settings:
    """How the server runs.

    ``public`` is for strangers, ``local`` for the own machine. An address in ``trusted_proxies`` may say by
    X-Forwarded-For for whom it asks. ``public_url`` is where the world finds this server, without a slash at
    its end, where links must be absolute; ``root_path`` the path below which a proxy serves it.
    ``review`` is the token of the review page (empty: there is none), ``reviewer`` who reviews by default.
    """

    profile: Literal["public", "local"] = "local"
    host: str = "127.0.0.1"
    port: int = 8000
    limits: Limits = field(default_factory=Limits)
    trusted_proxies: tuple[Network, ...] = ()
    public_url: str = ""
    root_path: str = ""
    review: str = field(default="", repr=False)
    reviewer: str = ""

    @classmethod
    def of(cls, table: Mapping[str, object], **given: object) -> Settings:
        """The settings that a project's ``[serve]`` table and the command line give; the latter wins.

        The table was checked when ``dkg.toml`` was read, but for addresses: raises :class:`UsageError`.
        """
        names = {one.name for one in fields(Limits)}
        written = {key.replace("-", "_"): value for key, value in table.items()}
        limits = Limits(**{key: value for key, value in written.items() if key in names})  # type: ignore[arg-type]
        if limits.memory_mib < _LEAST_MIB:
            raise UsageError(
                f"[serve] memory-mib must be {_LEAST_MIB} or more: a worker needs that to start."
            )
        rest = {key: value for key, value in written.items() if key not in names}
        rest["trusted_proxies"] = networks(rest.get("trusted_proxies", ()))  # type: ignore[arg-type]
        chosen = {key: value for key, value in given.items() if value is not None}
        return cls(limits=limits, **{**rest, **chosen})  # type: ignore[arg-type]


def networks(written: tuple[str, ...]) -> tuple[Network, ...]:
    """Addresses and networks such as 10.0.0.0/8; raises :class:`UsageError`."""
    try:
        return tuple(ip_network(one, strict=False) for one in written)
    except ValueError as error:
        raise UsageError(f"[serve] trusted-proxies: {error}.") from error
