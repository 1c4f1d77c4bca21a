"""Pages over the whole graph in a static site: lists, gaps, disagreements, the vocabulary, the start page.

Each page of a list is a unit of its own (``/browse/person?page=3``), so that a run writes what differs and
keeps no long list in memory. They are made from the whole graph, and one record more moves all that come
after it in a list. So in a graph of more than :data:`SMALL` articles a run that only follows a change makes
the start page and the texts of the changed articles again, and leaves lists to the next full run
(``dkg pages --full``).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from diaspora_kg.ontology import Ontology
from diaspora_kg.overviews.articles import PREFIX
from diaspora_kg.overviews.directory import Directory
from diaspora_kg.overviews.sections import STATIC, section_of
from diaspora_kg.overviews.sheets import Ground as Sections
from diaspora_kg.pages.files import file_of
from diaspora_kg.queries.lookup import Lookup
from diaspora_kg.website.sources import Ground, News, Unit

SMALL = 500
"""Articles up to which all of these pages follow each change."""

_PAGE = "?page="


class Overviews:
    """Source of the pages that :mod:`diaspora_kg.overviews` makes."""

    name = "overviews"

    def __init__(self, ground: Ground) -> None:
        self.ground = ground
        project = ground.project
        # not through the recording: what these pages rest on is the whole graph, and no query tells of it
        lookup = Lookup(ground.store, project.names, project.languages, {})
        ontology = Ontology.load(project.folders("ontology"))
        manifest = ground.snapshot.manifest
        self._sections = Sections(
            lookup, ground.index, Directory(project.names), ground.catalog, ontology, manifest, project
        )

    def units(self) -> Iterable[str]:
        """Every page; how many pages a list has is known when its first one is made."""
        for section in STATIC:
            for address in section.addresses(self._sections):
                if self._without(address):
                    continue
                yield address
                sheet = section.sheet(self._sections, address, 1, self.ground.site.at(address))
                yield from (f"{address}{_PAGE}{n}" for n in range(2, (sheet.pages if sheet else 1) + 1))

    def _without(self, address: str) -> bool:
        """Whether it is a list of nodes that have no pages in this site."""
        _, first, *rest = address.split("/")
        return first == "browse" and bool(rest) and rest[0] not in self.ground.site.kinds

    def touched(self, news: News) -> Iterator[str]:
        """All of them for any change of a small graph; of a large one those that cost little."""
        if not (news.subjects or news.own):
            return
        if self._sections.manifest.counts.get("articles", 0) <= SMALL:
            yield from {*self.units(), *self.ground.before(self.name)}  # those that are no more are found so
            return
        yield "/"
        begin = f"{self.ground.project.base}id/article/"
        touched = {iri for iri in news.subjects | news.own if iri.startswith(begin)}
        yield from (f"{PREFIX}/{iri.removeprefix(begin)}" for iri in sorted(touched))

    def make(self, addresses: Sequence[str]) -> Iterator[Unit]:
        """The file of each page; of one that is no more, none."""
        for unit in addresses:
            address, _, number = unit.partition(_PAGE)
            yield Unit(unit, self._files(address, int(number or 1)))

    def _files(self, address: str, number: int) -> dict[str, bytes]:
        section = section_of(address)
        site = (self.ground.dated if address == "/" else self.ground.site).at(address, number)
        sheet = section.sheet(self._sections, address, number, site) if section else None
        if sheet is None:
            return {}
        page = self.ground.templates.render(sheet.template, sheet.page, site)
        return {file_of(address, number): page.encode()}
