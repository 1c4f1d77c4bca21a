"""The pages over the whole graph: lists, gaps, disagreements and whatever else has a section of its own.

A page of a section rests on the nodes that it shows, as a page of a node does; on questions that name no
node, of which it is known by which properties an answer can change; and on lists that pages share, such as
all persons by their names, each made of such questions or of the index.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cached_property

from diaspora_kg.names import Names
from diaspora_kg.overviews.directory import Directory
from diaspora_kg.overviews.sections import STATIC, section_of
from diaspora_kg.overviews.sheets import Ground as Over
from diaspora_kg.overviews.sheets import Sheet
from diaspora_kg.pages.files import file_of
from diaspora_kg.pages.site import Site
from diaspora_kg.pipeline.delta import Quads
from diaspora_kg.queries.lookup import Lookup
from diaspora_kg.sparql.patterns import Aside, Graph, NotTraceable, Part, Reading, Triple, Union
from diaspora_kg.website.questions import LABEL, WHOLE, Recording
from diaspora_kg.website.sources import Ground, News, Unit

COUNTS = "counts"
"""How many nodes of each kind there are, as the snapshot itself says."""

_COUNTING = frozenset({"/vocabulary"})
_ALL = "/browse"  # counts too; the lists below it do not
_HOME = "/"


class _Noted(Directory):
    """Lists of a snapshot that note which pages use them, and which questions they are made of.

    They are made when the first page wants them, and kept for others.
    """

    def __init__(self, names: Names, recording: Recording) -> None:
        super().__init__(names)
        self._recording = recording

    def _is_done(self, part: str) -> bool:
        self._recording.asked.add(WHOLE + part)
        return super()._is_done(part)

    def _fill(self, sql: str, found: Iterable[tuple[str, ...]], part: str) -> None:
        with self._recording.keeping(part):
            super()._fill(sql, found, part)


class Lists:
    """Source of the pages of all sections."""

    name = "lists"

    def __init__(self, ground: Ground) -> None:
        self.ground = ground
        self._same = False  # whether there are the same lists as before
        self._over = Over(
            lookup=Lookup(ground.overall, ground.project.names, ground.project.languages),
            index=ground.index,
            directory=_Noted(ground.project.names, ground.overall),
            catalog=ground.catalog,
            ontology=ground.ontology,
            manifest=ground.snapshot.manifest,
            project=ground.project,
        )

    def units(self) -> Iterable[str]:
        """Every address of every section; none where only some kinds of pages are wanted."""
        if self.ground.settings.kinds:
            return []
        return sorted(self._every)

    @cached_property
    def _every(self) -> frozenset[str]:
        self.ground.overall.begin()
        every = (address for section in STATIC for address in section.addresses(self._over))
        return frozenset(address for address in every if self._is_here(address))

    def _is_here(self, address: str) -> bool:
        """Whether it is no list of nodes that have no pages in this site."""
        first, kind = (*address.split("/")[1:], "")[:2]
        return first != "browse" or not kind or kind in self.ground.site.kinds

    def touched(self, news: News) -> Iterable[str]:
        """What came or went; what shows something else says so itself."""
        if self.ground.settings.kinds or not (news.subjects or news.own):
            return ()
        self._same = not any(one.startswith(WHOLE) for one in news.shown)
        return [_HOME] if self._same else {_HOME} | (self._every ^ set(self.ground.known(self.name)))

    def make(self, addresses: Sequence[str]) -> Iterator[Unit]:
        """The pages at some addresses."""
        for address in addresses:
            if not (self._same or address in self._every):
                yield Unit(address)
                continue
            self.ground.overall.begin(place=whole(address))
            yield self._unit(address)

    def _unit(self, address: str) -> Unit:
        files: dict[str, bytes] = {}
        counting = whole(address) in _COUNTING or address == _ALL
        shown = {WHOLE + whole(address), *({WHOLE + COUNTS} if counting else ())}
        number = 1
        while (sheet := self._sheet(address, number)) is not None:
            site = self._site(address, number)
            body = self.ground.templates.render(sheet.template, sheet.page, site)
            files[file_of(address, number)] = body.encode()
            shown |= {LABEL + iri for iri in sheet.shown} | sheet.shown
            for iri in sheet.shown:
                shown |= set(self.ground.places.rests(iri))
            number += 1
            if number > sheet.pages:
                break
        return Unit(address, files, frozenset(shown | self.ground.overall.asked) if files else frozenset())

    def _sheet(self, address: str, number: int) -> Sheet | None:
        """The page; made again once it is known where the nodes are that it shows."""
        section = section_of(address)
        if section is None:
            return None
        site = self._site(address, number)
        sheet = section.sheet(self._over, address, number, site)
        if sheet is not None and self.ground.places.find(sheet.shown):
            sheet = section.sheet(self._over, address, number, site)
        return sheet

    def _site(self, address: str, number: int) -> Site:
        site = self.ground.dated if address == _HOME else self.ground.site
        return replace(site.at(address, number), places=self.ground.places)


def whole(address: str) -> str:
    """What pages have in common whose questions are known together: a section, or a saved query.

    >>> whole("/browse/person/country/x"), whole("/queries/relations"), whole("/")
    ('/browse', '/queries/relations', '/')
    """
    parts = address.split("/")
    return "/".join(parts[: 3 if parts[1] == "queries" else 2])


def can_differ(text: str, changed: Quads) -> bool:
    """Whether a question can have another answer after these quads went or came."""
    try:
        used = list(_triples(Reading(text).query()))
    except NotTraceable:
        return True
    return any(_meets(triple, changed) for triple in used)


def _meets(triple: Triple, changed: Quads) -> bool:
    if triple.predicates is None:
        return bool(changed.count)
    return any(predicate in changed.subjects for predicate in triple.predicates)


def _triples(parts: Iterable[Part]) -> Iterator[Triple]:
    for part in parts:
        if isinstance(part, Triple):
            yield part
        elif isinstance(part, (Graph, Aside)):
            yield from _triples(part.inside)
        elif isinstance(part, Union):
            for branch in part.branches:
                yield from _triples(branch)
