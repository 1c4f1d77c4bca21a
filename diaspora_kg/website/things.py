"""The pages of nodes: each with its feed and, where they are wanted, its data files."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from diaspora_kg.pages.feed import Entry, Feed, atom
from diaspora_kg.pages.files import file_of
from diaspora_kg.pages.maker import AT_ONCE, NEWEST, PageMaker
from diaspora_kg.pages.paged import Pages
from diaspora_kg.pages.panel import ThingPage
from diaspora_kg.queries.record import record_of
from diaspora_kg.store.written import Syntax, write_triples
from diaspora_kg.terms import IRI
from diaspora_kg.website.hubs import Hubs
from diaspora_kg.website.questions import LABEL
from diaspora_kg.website.sources import Ground, News, Unit

PREFIX = "/page/"
_NO_FEED = frozenset({"claim", "statement", "article"})
_HERE = f"{PREFIX}kind/key"  # all pages of nodes lie as deep as this one
_PART = "?"  # in the address of a further page, before its name; it is in none of a node


class Things:
    """Source of the pages of all nodes of the kinds that have pages."""

    name = "things"

    def __init__(self, ground: Ground) -> None:
        self.ground = ground
        self._ids = f"{ground.project.base}id/"
        self._places = ground.places
        self._site = replace(ground.site.at(_HERE), places=ground.places)
        self._maker = PageMaker(ground.lookup, ground.index, self._site, ground.panels)
        self._hubs = Hubs(ground, self._maker, self.name, self._address)

    def units(self) -> Iterable[str]:
        """Every node of these kinds."""
        own = len(self._ids)
        for kind in sorted(self.ground.site.kinds):
            yield from [PREFIX + iri[own:] for iri in self.ground.index.iris_of(kind, f"{self._ids}{kind}/")]

    def touched(self, news: News) -> Iterable[str]:
        """Nodes whose own pages are touched, those that came and those that went."""
        self._hubs.news = news
        for iri in news.own | news.subjects:
            if iri.startswith(self._ids) and self._kind(iri) in self.ground.site.kinds:
                yield self._address(iri)

    def make(self, addresses: Sequence[str]) -> Iterator[Unit]:
        """The files of nodes; of a node or a further page that is no more, none.

        All pages of a node are made, if any of these addresses is of one; but of a node with many only those
        that are touched.
        """
        parts: dict[str, set[str]] = {}
        for address in addresses:
            node, _, part = address.partition(_PART)
            parts.setdefault(self._ids + node.removeprefix(PREFIX), set()).add(part)
        there = {row.iri for row in self.ground.index.rows(list(parts))}
        self.ground.recording.begin(there)
        plain, wanted = list[str](), list[tuple[Pages, str]]()
        for iri, asked in parts.items():
            again = self._hubs.again(iri, asked) if iri in there else None
            if again is not None:
                wanted += [(again.pages, name) for name in again.wanted]
                yield from (Unit(self._address(iri, name)) for name in again.gone)
            elif iri in there:
                plain.append(iri)
            else:
                self.ground.ledger.forget_panels(self._address(iri))
                yield from map(Unit, self.ground.ledger.parts(self._address(iri)))
        for pages in self._maker.found(plain):
            self._hubs.note(pages)
            wanted += [(pages, name) for name in pages.by_name]
            before = self.ground.ledger.parts(self._address(pages.iri))
            now = {self._address(pages.iri, name) for name in pages.by_name}
            yield from (Unit(old) for old in before if old not in now)
        for start in range(0, len(wanted), AT_ONCE):
            yield from self._made(wanted[start : start + AT_ONCE])

    def _made(self, wanted: Iterable[tuple[Pages, str]]) -> Iterator[Unit]:
        pages = list(self._maker.made(wanted))
        if not self.ground.settings.kinds:
            self._places.find({iri for page in pages for iri in (*page.shown, *page.read)})
        yield from map(self._unit, pages)

    def _unit(self, page: ThingPage) -> Unit:
        iri, site = page.thing.iri, self._site
        file = file_of(self._address(iri), part=page.part)
        feed = b"" if page.part or self._kind(iri) in _NO_FEED else self._feed(page)
        site = site if feed else replace(site, feeds=frozenset())
        here = replace(site, here=file) if len(site.languages) > 1 else site
        files = {file: self.ground.templates.render("thing.html.j2", page, here).encode()}
        shown = set(self._depends(page))
        if feed:
            files[file_of(f"/feeds/{iri.removeprefix(self._ids)}.atom")] = feed
        if site.data and not page.part:
            self.ground.recording.begin([iri])
            files |= self._data(iri)
            shown |= self.ground.recording.asked
        return Unit(self._address(iri, page.part), files, frozenset(shown))

    def _depends(self, page: ThingPage) -> Iterator[str]:
        """What a page rests on: see :mod:`~diaspora_kg.website.touched`, point 2."""
        yield from page.read
        yield from page.dated
        every = page.shown | page.read
        for iri in every - page.settled:
            yield LABEL + iri
        for iri in self._places.keys() & every:  # mostly none
            yield from self._places.rests(iri)

    def _feed(self, page: ThingPage) -> bytes:
        """The newest claims about a node, by the dates of their articles."""
        site = self._site
        here, first = site.feed_of(page.thing.iri), site.href(page.thing.iri)
        if not here:
            return b""
        entries = []
        for claim in page.newest:
            words = claim.gloss or claim.key
            speakers = tuple(speaker.who.words for speaker in claim.speakers)
            href = site.absolute(site.href(claim.iri)) or claim.iri
            entries.append(Entry(claim.iri, words, claim.published, href, speakers))
        told = Feed(
            f"{page.thing.iri}#feed",
            page.title,
            site.absolute(first),
            site.absolute(here),
            site.title,
            site.language,
            site.licence,
            tuple(entries),
        )
        return atom(told, NEWEST)

    def _data(self, iri: str) -> dict[str, bytes]:
        """The node's data in the formats that are wanted."""
        rows = record_of(IRI(iri), self.ground.lookup).rows
        local = iri.removeprefix(self._ids)
        return {
            file_of(f"/data/{local}.{syntax}"): write_triples(rows, syntax)
            for syntax in Syntax
            if str(syntax) in self._site.data
        }

    def _kind(self, iri: str) -> str:
        return iri.removeprefix(self._ids).partition("/")[0]

    def _address(self, iri: str, part: str = "") -> str:
        return PREFIX + iri.removeprefix(self._ids) + (f"{_PART}{part}" if part else "")
