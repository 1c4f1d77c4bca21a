"""The pages of nodes: each with its further pages, its feed and, where they are wanted, its data files."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from diaspora_kg.pages.files import file_of
from diaspora_kg.pages.thing import PER_PAGE, Found, thing_page
from diaspora_kg.queries.record import record_of
from diaspora_kg.queries.why import why_part
from diaspora_kg.store.written import Syntax, write_triples
from diaspora_kg.terms import IRI
from diaspora_kg.website.sources import Ground, News, Unit

PREFIX = "/page/"


class Things:
    """Source of the pages of all nodes of the kinds that have pages."""

    name = "things"

    def __init__(self, ground: Ground) -> None:
        self.ground = ground
        self._ids = f"{ground.project.base}id/"

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
        there = self.ground.index.there(iris)
        yield from (Unit(address) for address, iri in zip(addresses, iris, strict=True) if iri not in there)
        for iri in (iri for iri in iris if iri in there):
            self.ground.recording.begin([iri])
            yield self._unit(iri)

    def _unit(self, iri: str) -> Unit:
        address, site = self._address(iri), self.ground.site.at(self._address(iri))
        files: dict[str, bytes] = {}
        number = 1
        while True:
            first = (number - 1) * PER_PAGE
            why, total = why_part(iri, self.ground.lookup, slice(first, first + PER_PAGE))
            page = thing_page(Found(why, first=first, total=total), site)
            files[file_of(address, number)] = self.ground.templates.render("thing.html.j2", page, site).encode()
            number += 1
            if first + PER_PAGE >= total:
                break
        files |= self._data(iri)
        return Unit(address, files, frozenset(self.ground.recording.asked))

    def _data(self, iri: str) -> dict[str, bytes]:
        """The node's data in the formats that are wanted."""
        site = self.ground.site
        if not site.data:
            return {}
        rows = record_of(IRI(iri), self.ground.lookup).rows
        local = iri.removeprefix(self._ids)
        return {
            file_of(f"/data/{local}.{syntax}"): write_triples(rows, syntax)
            for syntax in Syntax
            if str(syntax) in site.data
        }

    def _kind(self, iri: str) -> str:
        return iri.removeprefix(self._ids).partition("/")[0]

    def _address(self, iri: str) -> str:
        return PREFIX + iri.removeprefix(self._ids)
