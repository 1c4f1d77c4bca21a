"""What every route works with: the project, the settings, the pool; and one snapshot for one request."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from starlette.requests import Request

from diaspora_kg.endpoint.health import Health
from diaspora_kg.endpoint.metrics import Metrics
from diaspora_kg.endpoint.pool import Pool
from diaspora_kg.endpoint.pooled import PooledStore
from diaspora_kg.endpoint.settings import Network, Settings
from diaspora_kg.endpoint.tongues import KEY
from diaspora_kg.index import Index
from diaspora_kg.pages import Site, Templates
from diaspora_kg.pages.language import LANGUAGES, best
from diaspora_kg.project import Project
from diaspora_kg.queries.catalog import Catalog
from diaspora_kg.queries.lookup import Lookup
from diaspora_kg.queries.panels import Panels
from diaspora_kg.queries.totals import Totals
from diaspora_kg.store import Snapshot


@dataclass(frozen=True)
class Asking:
    """One snapshot from start to end of a request; ``lookup`` and ``store`` block: use them in a thread."""

    lookup: Lookup
    store: PooledStore
    index: Index
    snapshot: Snapshot


@dataclass(frozen=True)
class Context:
    """What the routes are made with.

    ``catalog`` holds the saved queries and ``panels`` those of pages, both read when the server starts.
    """

    project: Project
    settings: Settings
    pool: Pool
    catalog: Catalog
    metrics: Metrics
    health: Health
    pages: Templates
    panels: Panels

    @asynccontextmanager
    async def asked(self, request: Request) -> AsyncIterator[Asking]:
        """The current snapshot, until the block ends."""
        with self.pool.holding() as generation, generation.index() as index:
            loop = asyncio.get_running_loop()
            store = PooledStore(self.pool, generation, self.client(request), loop)
            read_in = self.language(request)
            languages = tuple(dict.fromkeys((read_in, *self.project.languages)))
            snapshot = generation.snapshot
            totals = Totals(snapshot.path, snapshot.manifest.counts.get("quads", 0))
            lookup = Lookup(store, self.project.names, languages, generation.labels[read_in], index, totals)
            yield Asking(lookup, store, index, snapshot)

    def site(self, request: Request, snapshot: Snapshot) -> Site:
        """What the pages of a snapshot share; links begin where this request's server does."""
        root = str(request.scope.get("root_path", ""))
        code = self.language(request)
        query = f"?{request.url.query}" if request.url.query else ""
        return replace(
            Site.of(snapshot.manifest, root, code),
            languages=self.languages,
            top=root.removesuffix(f"/{code}") if KEY in request.scope else root,
            here=request.url.path.removeprefix(root) + query,
        )

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages in which pages can be read, by code; that of the project comes first."""
        first = best(self.project.languages).code
        return (first, *(code for code in LANGUAGES if code != first))

    def language(self, request: Request) -> str:
        """The code of the language that a request's address names, or the first."""
        return str(request.scope.get(KEY) or self.languages[0])

    def client(self, request: Request) -> str:
        """For whom the request is: the address that limits are counted by."""
        peer = request.client.host if request.client is not None else ""
        forwarded = request.headers.getlist("x-forwarded-for") if self.settings.trusted_proxies else []
        return client_of(peer, forwarded, self.settings.trusted_proxies)


def client_of(peer: str, forwarded: Sequence[str], trusted: Sequence[Network]) -> str:
    """The address of a client; ``forwarded`` are X-Forwarded-For headers, in order.

    They count only when the peer is trusted, and then from the end, as far as each one is trusted: what
    stands before was written by the client itself. An IPv6 client is its /64, which is one household's.

    >>> client_of("10.0.0.1", ["203.0.113.9, 198.51.100.7"], [ip_network("10.0.0.0/8")])
    '198.51.100.7'
    >>> client_of("192.0.2.1", ["203.0.113.9"], [ip_network("10.0.0.0/8")])
    '192.0.2.1'
    """
    address = _address(peer)
    hops = [hop.strip() for header in forwarded for hop in header.split(",")]
    while address is not None and hops and any(address in network for network in trusted):
        before = _address(hops.pop())
        if before is None:
            break
        address = before
    if isinstance(address, IPv6Address):
        return str(ip_network((address, 64), strict=False))
    return str(address) if address is not None else peer


def _address(written: str) -> IPv4Address | IPv6Address | None:
    try:
        address = ip_address(written)
    except ValueError:
        return None
    return (address.ipv4_mapped or address) if isinstance(address, IPv6Address) else address
