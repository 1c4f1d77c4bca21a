"""What every page knows besides its own content: the graph's name, its snapshot, where other pages are.

Models and templates never write an address: they ask a :class:`Site`. It is one of a live server, whose
addresses are paths (``/page/person/ada``), or one of files (``static``), whose addresses lead from the file
that is written to another file, so that they work from a folder and below any base path.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from urllib.parse import unquote, urlencode

from diaspora_kg.pages.files import depth_root, file_name, file_of
from diaspora_kg.pages.language import LANGUAGES
from diaspora_kg.store.snapshots import Manifest

PAGE_KINDS = (
    "organization",
    "collective",
    "polity",
    "person",
    "post",
    "statement",
    "claim",
    "event",
    "undertaking",
    "place",
    "article",
)
"""The kinds of nodes with pages of their own in a static site; any other node is shown on one of these."""

# SPDX's names of the Creative Commons licences.
_COMMONS = re.compile(r"CC-(BY(?:-NC)?(?:-ND|-SA)?)-([1-4]\.[0-9])")
_SERVED = ("/sparql", "/api/", "/void.ttl", "/id/")  # what only a server answers


@dataclass(frozen=True, slots=True)
class Place:
    """Where a node without a page of its own is shown: the page (and which part of it), the anchor."""

    page: str
    anchor: str
    part: str = ""


@dataclass(frozen=True, slots=True)
class Site:
    """One site made from one snapshot.

    ``root`` goes before every path of a link: empty at the root of a server, ``/graph`` behind a proxy
    that adds it, ``../..`` in files that are read from a folder. ``base`` is where the IRIs of nodes
    begin. ``published`` is the snapshot's time (UTC, ISO 8601). ``address`` is where the world finds the
    site, without a slash at its end (empty: not known).

    Of a ``static`` site, ``kinds`` have pages of their own, ``data`` are the endings of data files that
    are written too, ``feeds`` are kinds of nodes of which each has a feed, ``server`` is a live server of
    the same graph (empty: none), and ``places`` say where nodes of other kinds are shown.

    ``languages`` are the codes of those in which the pages can be read, the first that of addresses without
    a language; ``top`` is the root without the language, ``here`` the page's own place below the root.
    """

    title: str
    base: str
    root: str = ""
    language: str = "en"
    snapshot: str = ""
    number: int = 0
    published: str = ""
    licence: str = ""
    address: str = ""
    static: bool = False
    kinds: frozenset[str] = frozenset(PAGE_KINDS)
    data: frozenset[str] = frozenset()
    feeds: frozenset[str] = frozenset()
    server: str = ""
    places: Mapping[str, Place] = field(default_factory=dict)
    languages: tuple[str, ...] = ()
    top: str = ""
    here: str = ""

    @classmethod
    def of(cls, manifest: Manifest, root: str = "", language: str = "en") -> Site:
        """The site of a snapshot."""
        return cls(
            title=manifest.title,
            base=manifest.base,
            root=root.rstrip("/"),
            language=language,
            snapshot=manifest.id,
            number=manifest.number,
            published=manifest.published,
            licence=manifest.licence,
        )

    @property
    def day(self) -> str:
        """The day on which the snapshot was published."""
        return self.published[:10]

    @property
    def licence_link(self) -> str:
        """The licence's address, empty when it is known by its name only.

        >>> Site("", "", licence="CC-BY-SA-4.0").licence_link
        'https://creativecommons.org/licenses/by-sa/4.0/'
        """
        if found := _COMMONS.fullmatch(self.licence):
            return f"https://creativecommons.org/licenses/{found[1].lower()}/{found[2]}/"
        if self.licence == "CC0-1.0":
            return "https://creativecommons.org/publicdomain/zero/1.0/"
        return self.licence if self.licence.startswith(("https://", "http://")) else ""

    def at(self, path: str, number: int = 1) -> Site:
        """The same site as its page at ``path`` sees it; a live one is the same from everywhere.

        >>> Site("Demo", "https://example.org/", static=True).at("/page/person/ada").path("/gaps")
        '../../gaps.html'
        """
        if not self.static:
            return self
        file = file_of(path, number)
        return replace(self, root=depth_root(file), here=file)

    @property
    def tongues(self) -> tuple[tuple[str, str, str], ...]:
        """The languages in which this page can be read, if there are several: code, name, address.

        >>> Site("Demo", "", language="ru", languages=("en", "ru"), here="/gaps").tongues
        (('en', 'English', '/gaps'), ('ru', 'Русский', '/ru/gaps'))
        >>> site = Site("Demo", "", language="en", languages=("en", "ru"), static=True)
        >>> site.at("/browse/person").tongues[1]
        ('ru', 'Русский', '../../ru/browse/person.html')
        """
        if len(self.languages) < 2 or not self.here:
            return ()
        return tuple((code, LANGUAGES[code], self._in(code)) for code in self.languages)

    def _in(self, code: str) -> str:
        if self.static:
            return f"{self.root}/../{code}/{self.here}".removeprefix("./")
        return f"{self.top}{'' if code == self.languages[0] else f'/{code}'}{self.here}"

    def href(self, iri: str) -> str:
        """Where a node is shown; an IRI of another site is its own address. Empty: it has no place.

        >>> site = Site("Demo", "https://example.org/", root="/graph")
        >>> site.href("https://example.org/id/person/ada"), site.href("https://w3id.org/x")
        ('/graph/page/person/ada', 'https://w3id.org/x')
        >>> site = Site("Demo", "https://example.org/", root="..", static=True)
        >>> site.href("https://example.org/id/person/Ada"), site.href("https://example.org/id/when/x")
        ('../page/person/ada~99a563ab2f6e21e96998.html', '')
        """
        local = self._local(iri)
        if local is None:
            return iri if iri.startswith(("https://", "http://")) else ""
        if not self.static:
            return f"{self.root}/page/{local}"
        kind, _, key = local.partition("/")
        if kind in self.kinds:
            return f"{self.root}/page/{kind}/{file_name(unquote(key))}.html"
        if place := self.places.get(iri):
            return f"{self.further(place.page, place.part)}#{place.anchor}"
        return f"{self.server}/page/{local}" if self.server else ""

    def further(self, iri: str, part: str) -> str:
        """A further page of a node by its name; without one the node's page itself.

        >>> Site("Demo", "https://example.org/").further("https://example.org/id/person/ada", "says.2031")
        '/page/person/ada?part=says.2031'
        """
        first = self.href(iri)
        if not part or self._local(iri) is None or not first:
            return first
        return f"{first.removesuffix('.html')}~{part}.html" if self.static else f"{first}?part={part}"

    def path(self, path: str, **query: object) -> str:
        """The address of one of the site's own paths: ``site.path("/search", q=words)``.

        ``page=N`` names a further page. Of a static site it is empty for what only a server answers and
        none is known. A fragment at the path's end stays.

        >>> Site("Demo", "https://example.org/", root="/graph").path("/browse/person", page=2)
        '/graph/browse/person?page=2'
        >>> site = Site("Demo", "https://example.org/", root=".", static=True)
        >>> site.path("/browse/person", page=2), site.path("/#data"), site.path("/search", q="Ada")
        ('./browse/person~2.html', './index.html#data', './search.html?q=Ada')
        """
        given = {key: value for key, value in query.items() if value not in (None, "")}
        path, hash_, fragment = path.partition("#")
        end = f"{hash_}{fragment}"
        if given.get("page") == 1:
            del given["page"]
        if not self.static:
            return f"{self.root}{path}{_query(given)}{end}"
        if path.startswith(_SERVED):
            return f"{self.server}{path}{_query(given)}{end}" if self.server else ""
        number = given.pop("page", 1)
        file = file_of(path, number if isinstance(number, int) else int(str(number)))
        return f"{self.root}/{file}{_query(given)}{end}"

    def data_of(self, iri: str, ending: str) -> str:
        """The address of a node's data in a format (``ttl``); empty where there are none.

        >>> Site("Demo", "https://example.org/").data_of("https://example.org/id/person/ada", "ttl")
        '/data/person/ada.ttl'
        """
        local = self._local(iri)
        if local is None:
            return ""
        if not self.static:
            return f"{self.root}/data/{local}.{ending}"
        if ending in self.data and local.partition("/")[0] in self.kinds:
            return f"{self.root}/{file_of(f'/data/{local}.{ending}')}"
        return f"{self.server}/data/{local}.{ending}" if self.server else ""

    def feed_of(self, iri: str) -> str:
        """The address of the feed of what is new about a node; empty where there is none.

        >>> site = Site("Demo", "https://example.org/", root="..", static=True, feeds=frozenset({"person"}))
        >>> site.feed_of("https://example.org/id/person/ada")
        '../feeds/person/ada.atom'
        """
        local = self._local(iri)
        if local is None or local.partition("/")[0] not in self.feeds:
            return ""
        return self.path(f"/feeds/{local}.atom")

    def absolute(self, href: str) -> str:
        """An address of this site as the world writes it; as it is, where the site's address is not known.

        >>> Site("Demo", "", root="/g", address="https://example.org/g").absolute("/g/gaps")
        'https://example.org/g/gaps'
        """
        if not self.address or not href.startswith(f"{self.root}/"):
            return href
        return f"{self.address}/{href[len(self.root) + 1 :]}"

    def _local(self, iri: str) -> str | None:
        """Kind and key of an own node, as they stand in its IRI."""
        own = f"{self.base}id/"
        return iri[len(own) :] if iri.startswith(own) else None


def _query(given: Mapping[str, object]) -> str:
    return f"?{urlencode(given, doseq=True)}" if given else ""
