"""The pages of nodes: each with its further pages, its feed and, where they are wanted, its data files."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import groupby

from diaspora_kg.pages.feed import Entry, Feed, atom
from diaspora_kg.pages.files import file_of
from diaspora_kg.pages.maker import PageMaker
from diaspora_kg.pages.panel import ThingPage
from diaspora_kg.pages.views import Statements
from diaspora_kg.queries.record import record_of
from diaspora_kg.store.written import Syntax, write_triples
from diaspora_kg.terms import IRI
from diaspora_kg.website.questions import LABEL
from diaspora_kg.website.sources import Ground, News, Unit

PREFIX = "/page/"
_NO_FEED = frozenset({"claim", "statement", "article"})
_HERE = f"{PREFIX}kind/key"  # all pages of nodes lie as deep as this one
_NEWEST = 20  # claims in the feed of a node


class Things:
    """Source of the pages of all nodes of the kinds that have pages."""

    name = "things"

    def __init__(self, ground: Ground) -> None:
        self.ground = ground
        self._ids = f"{ground.project.base}id/"
        self._places = ground.places
        self._site = replace(ground.site.at(_HERE), places=ground.places)
        self._maker = PageMaker(ground.lookup, ground.index, self._site, ground.panels)

    def units(self) -> Iterable[str]:
        """Every node of these kinds."""
        for kind in sorted(self.ground.site.kinds):
            yield from (self._address(row.iri) for row in self.ground.index.of_kind(kind))

    def touched(self, news: News) -> Iterable[str]:
        """Nodes whose own pages are touched, those that came and those that went."""
        for iri in news.own | news.subjects:
            if iri.startswith(self._ids) and self._kind(iri) in self.ground.site.kinds:
                yield self._address(iri)

    def make(self, addresses: Sequence[str]) -> Iterator[Unit]:
        """The files of nodes; of a node that is no more, none."""
        iris = [self._ids + address.removeprefix(PREFIX) for address in addresses]
        there = {row.iri for row in self.ground.index.rows(iris)}
        self.ground.recording.begin(there)
        pages = list(self._maker.pages([iri for iri in iris if iri in there]))
        if not self.ground.settings.kinds:
            self._places.find({iri for page in pages for iri in (*page.shown, *page.read)})
        for iri, group in groupby(pages, key=lambda page: page.thing.iri):
            yield self._unit(iri, list(group))

    def _unit(self, iri: str, pages: Sequence[ThingPage]) -> Unit:
        address, site = self._address(iri), self._site
        feed = self._feed(pages) if self._kind(iri) not in _NO_FEED else b""
        site = site if feed else replace(site, feeds=frozenset())
        files = {}
        for page in pages:
            file = file_of(address, page.number)
            here = replace(site, here=file) if len(site.languages) > 1 else site
            files[file] = self.ground.templates.render("thing.html.j2", page, here).encode()
        if feed:
            files[file_of(f"/feeds/{iri.removeprefix(self._ids)}.atom")] = feed
        shown = set().union(*(self._depends(page) for page in pages))
        if site.data:
            self.ground.recording.begin([iri])
            files |= self._data(iri)
            shown |= self.ground.recording.asked
        return Unit(address, files, frozenset(shown))

    def _depends(self, page: ThingPage) -> Iterator[str]:
        """What a page rests on: see :mod:`~diaspora_kg.website.touched`, point 2."""
        yield from page.read
        for iri in page.shown | page.read:
            yield LABEL + iri
            yield from self._places.rests(iri)

    def _feed(self, pages: Sequence[ThingPage]) -> bytes:
        """The newest claims of all pages of a node, by the dates of their articles."""
        site, first = self._site, pages[0]
        here, page = site.feed_of(first.thing.iri), site.href(first.thing.iri)
        if not here:
            return b""
        entries = {}
        for body in (panel.body for one in pages for panel in one.panels):
            for claim in (
                (c for card in body.cards for c in card.claims) if isinstance(body, Statements) else ()
            ):
                words = claim.gloss or claim.key
                speakers = tuple(speaker.who.words for speaker in claim.speakers)
                href = site.absolute(site.href(claim.iri)) or claim.iri
                entries[claim.iri] = Entry(claim.iri, words, claim.published, href, speakers)
        told = Feed(
            f"{first.thing.iri}#feed",
            first.title,
            site.absolute(page),
            site.absolute(here),
            site.title,
            site.language,
            site.licence,
            tuple(entries.values()),
        )
        return atom(told, _NEWEST)

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

    def _address(self, iri: str) -> str:
        return PREFIX + iri.removeprefix(self._ids)
