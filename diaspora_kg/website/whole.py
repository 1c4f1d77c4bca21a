"""What a site has besides pages of nodes and lists: static files, the map of the site, the site's feed,
redirects, and the page for what is gone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import islice
from urllib.parse import quote, urlsplit
from xml.sax.saxutils import escape

from diaspora_kg.pages.feed import Entry, Feed, atom
from diaspora_kg.pages.models import ErrorPage
from diaspora_kg.website.latest import MOST, all_of, read, renewed
from diaspora_kg.website.redirects import files, own_of, ways
from diaspora_kg.website.sources import Ground, News, Unit

_LIVE = ("editor.", "vendor/", "suggest.js")  # static files that only a live server has use for
_URLS = 50_000  # in one map (sitemaps.org)
_UNLISTED = frozenset({"search.html", "gone.html"})


class Static:
    """Source of the stylesheet, the fonts and the pictures."""

    name = "static"

    def __init__(self, ground: Ground) -> None:
        self.ground = ground

    def units(self) -> Iterable[str]:
        """One unit: all of them."""
        return ["/static/"]

    def touched(self, news: News) -> Iterable[str]:  # noqa: ARG002 - they are part of the program
        """None: another file is another program."""
        return ()

    def make(self, addresses: Sequence[str]) -> Iterator[Unit]:
        """The files under the names that hold their hashes, and licences under their own."""
        for address in addresses:
            every = {asset.hashed: asset for asset in self.ground.templates.assets.by_name.values()}
            kept = {name: asset for name, asset in every.items() if not asset.name.startswith(_LIVE)}
            yield Unit(address, {f"static/{name}": asset.content for name, asset in sorted(kept.items())})


class Whole:
    """Source of what depends on the whole graph and on nothing but its newest articles and all keys."""

    name = "whole"

    def __init__(self, ground: Ground) -> None:
        self.ground = ground
        self._ids = f"{ground.project.base}id/"
        self._articles: frozenset[str] | None = None

    def units(self) -> Iterable[str]:
        """Feed, redirects, the page for what is gone."""
        return ["/feed.atom", "/gone", "/redirects/"]

    def touched(self, news: News) -> Iterable[str]:
        """The feed and the page for what is gone for any change, redirects when a node came or went."""
        if not (news.subjects or news.own):
            return ()
        self._articles = news.articles
        return self.units() if news.listed else ["/feed.atom", "/gone"]

    def make(self, addresses: Sequence[str]) -> Iterator[Unit]:
        """Make them."""
        made = {"/feed.atom": self._feed, "/gone": self._gone, "/redirects/": self._redirects}
        for address in addresses:
            yield Unit(address, made[address]() if address in made else {})

    def _feed(self) -> dict[str, bytes]:
        site = self.ground.site.at("/feed.atom")
        entries = []
        for when, article, title in read(self._latest()):
            href = site.absolute(site.href(article)) or article
            entries.append(Entry(article, title or article, when, href))
        here, page = site.absolute(site.path("/feed.atom")), site.absolute(site.path("/"))
        feed = Feed(
            f"{self.ground.project.base}#feed",
            site.title,
            page,
            here,
            site.title,
            site.language,
            site.licence,
            entries,
        )
        body = atom(feed, MOST)
        return {"feed.atom": body} if body else {}

    def _latest(self) -> str:
        ground, known = self.ground, self.ground.ledger.get("latest")
        if self._articles is None or not known:
            known = all_of(ground.store)
        else:
            known = renewed(ground.store, known, self._articles)
        ground.ledger.put(latest=known)
        return known

    @property
    def _top(self) -> str:
        """The address of the site in its language; where none is known, below the graph's own."""
        settings = self.ground.settings
        return settings.address or f"{self.ground.project.base}{settings.below}"

    def _gone(self) -> dict[str, bytes]:
        words = "What had this address is no longer in the graph: it was withdrawn, or its article was."
        page = ErrorPage(410, "This page is gone", words)
        where = urlsplit(self._top)
        site = replace(self.ground.site, root=where.path.rstrip("/"))  # it is shown at any address
        return {"gone.html": self.ground.templates.render("error.html.j2", page, site).encode()}

    def _redirects(self) -> dict[str, bytes]:
        ground, kinds = self.ground, self.ground.site.kinds
        start = len(self._ids)
        own = own_of(
            iri[start:] for kind in sorted(kinds) for iri in ground.index.iris_of(kind, f"{self._ids}{kind}/")
        )
        former = []
        for row in ground.index.formers():
            end = row.iri.removeprefix(self._ids)
            old = ground.project.names.node(end.partition("/")[0], row.key).removeprefix(self._ids)
            if end.partition("/")[0] in kinds and old != end:
                former.append((old, end))
        made = ways(
            ground.project.base,
            self._top,
            kinds=sorted(kinds),
            data=sorted(ground.site.data),
            own=own,
            former=sorted(former),
            gone=sorted(address.removeprefix("/page/") for address in ground.gone()),
        )
        return files(made)


def site_map(address: str, paths: Iterable[str]) -> dict[str, bytes]:
    """Maps of the site for search engines: one, or an index of several.

    >>> sorted(site_map("https://norland.example", ["a.html"]))
    ['sitemap.xml']
    """
    urls = (_url(address, path) for path in sorted(paths) if path.endswith(".html") and path not in _UNLISTED)
    parts = []
    while part := list(islice(urls, _URLS)):
        rows = "".join(f"<url><loc>{escape(url)}</loc></url>\n" for url in part)
        parts.append(_xml("urlset", rows))
    if len(parts) <= 1:
        return dict(zip(["sitemap.xml"], parts, strict=False))
    names = [f"sitemap-{number}.xml" for number in range(1, len(parts) + 1)]
    index = "".join(f"<sitemap><loc>{escape(_url(address, name))}</loc></sitemap>\n" for name in names)
    return {"sitemap.xml": _xml("sitemapindex", index), **dict(zip(names, parts, strict=True))}


def _url(address: str, path: str) -> str:
    return f"{address}/{'' if path == 'index.html' else quote(path, safe='/~')}"


def _xml(name: str, rows: str) -> bytes:
    space = "http://www.sitemaps.org/schemas/sitemap/0.9"
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<{name} xmlns="{space}">\n{rows}</{name}>\n'.encode()
