"""Makes the pages of nodes, many at once: what their panels answer, then what these rows name.

Pages made together and pages made one by one are the same. See :mod:`diaspora_kg.pages.gather` for how the
store is asked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import islice
from typing import Protocol

from diaspora_kg.index.parted import Parted
from diaspora_kg.names import ACTOR_KINDS
from diaspora_kg.pages.endings import with_ends
from diaspora_kg.pages.entries import Ordering
from diaspora_kg.pages.filling import SIMPLE
from diaspora_kg.pages.gather import Gathered
from diaspora_kg.pages.headed import Place, headed
from diaspora_kg.pages.job import Job
from diaspora_kg.pages.leading import MOST_READ, lede
from diaspora_kg.pages.making import Items, Making
from diaspora_kg.pages.paged import Held, Pages, Part
from diaspora_kg.pages.panel import Body, Panel, ThingPage
from diaspora_kg.pages.reading import Row
from diaspora_kg.pages.related import Rows
from diaspora_kg.pages.relating import conflicts, gaps, history, identity, network, table
from diaspora_kg.pages.said import Said
from diaspora_kg.pages.site import Site
from diaspora_kg.pages.sourced import Numbers
from diaspora_kg.pages.statuses import badge, status
from diaspora_kg.pages.statusviews import StatusBadge, StatusHistory
from diaspora_kg.pages.voiced import statements
from diaspora_kg.queries.lookup import Lookup
from diaspora_kg.queries.panels import PanelQuery, Panels
from diaspora_kg.sparql import projection

NEWEST = 20
"""Claims that the feed of a node tells of."""

AT_ONCE = 200
"""Pages that are made together."""

_RELATED: Mapping[str, Callable[[Making, Items], Body]] = {
    "conflicts": conflicts,
    "gaps": gaps,
    "history": history,
}
_HIDDEN = frozenset({"node", "claim", "claims", "graph"})


class Formers(Protocol):
    """Knows the keys that a node had before, and with which it was thought to be one: a snapshot's index."""

    def formers_of(self, iri: str) -> tuple[str, ...]:
        """The keys."""

    def parted_of(self, iri: str) -> tuple[Parted, ...]:
        """The nodes."""


class PageMaker:
    """Makes pages of one snapshot. What it read is kept, up to a bound, for the pages that come next."""

    def __init__(self, lookup: Lookup, index: Formers | None, site: Site, panels: Panels) -> None:
        self._index = index
        self._site = site
        self._panels = panels
        self._names = lookup.names
        self._gathered = Gathered(lookup)
        self._said = Said(self._gathered)
        self.ordering = Ordering(self._gathered.cells, lookup.names.base)

    def pages(self, iris: Sequence[str], part: str | None = None) -> Iterator[ThingPage]:
        """The pages of nodes in their order, each with its further pages; or only those of a name.

        A node of which the graph says nothing, or that has no page of that name, has none.
        """
        for start in range(0, len(iris), AT_ONCE):
            every = self.found(iris[start : start + AT_ONCE])
            yield from self.made((one, name) for one in every for name in one.by_name if part in {None, name})

    def made(self, wanted: Iterable[tuple[Pages, str]]) -> Iterator[ThingPage]:
        """Some pages of nodes, by their names; what a site cannot show has none."""
        waiting = iter(wanted)
        while some := list(islice(waiting, AT_ONCE)):
            yield from self._made([self._job(pages, pages.by_name[name]) for pages, name in some])

    def found(self, iris: Sequence[str]) -> list[Pages]:
        """What the panels of nodes answer."""
        known = {iri: found for iri in iris if (found := self._names.kind_and_key(iri)) is not None}
        asked: dict[str, tuple[PanelQuery, list[str]]] = {}
        for iri, (kind, _) in known.items():
            for panel in self._panels.of(kind):
                asked.setdefault(panel.name, (panel, []))[1].append(iri)
        rows: dict[str, list[tuple[PanelQuery, list[Row]]]] = {iri: [] for iri in known}
        for (panel, _), answer in zip(asked.values(), self._gathered.rows(asked.values()), strict=True):
            for iri, same in answer.items():
                rows[iri].append((panel, same))
        articles = {iri: self._articles(same) for iri, same in rows.items()}
        dated = {iri for iri, several in articles.items() if len(several) > 1}
        days = self._gathered.days({article for iri in dated for article in articles[iri]})
        return [
            self._pages(iri, *both, rows[iri], days if iri in dated else {}) for iri, both in known.items()
        ]

    def _articles(self, rows: Iterable[tuple[PanelQuery, list[Row]]]) -> set[str]:
        return {article for panel, same in rows for article in self.ordering.articles(panel.view, same)}

    def _pages(
        self,
        iri: str,
        kind: str,
        key: str,
        rows: list[tuple[PanelQuery, list[Row]]],
        days: Mapping[str, str],
    ) -> Pages:
        rows.sort(key=lambda one: (one[0].order, one[0].panel))
        every = (Held(panel, self.ordering.entries(panel.view, same, days)) for panel, same in rows)
        held = [one for one in every if one.entries]
        return Pages(iri, kind, key, bool(days), list(held), [one.panel for one in held])

    def days(self, articles: Iterable[str]) -> Mapping[str, str]:
        """The days on which articles were published."""
        return self._gathered.days(articles)

    def _job(self, pages: Pages, number: int) -> Job:
        newest = dict.fromkeys(
            listed.entries[n].key
            for listed in pages.panels
            if listed.view == "statements"
            for n in range(min(NEWEST, len(listed.entries)))
        )
        told = not number and bool(self._site.feed_of(pages.iri))
        return Job(pages, number, pages.parts(number, self._site), tuple(newest) if told else ())

    def _made(self, jobs: Sequence[Job]) -> Iterator[ThingPage]:
        gathered = self._gathered
        self._said.forget()
        gathered.forget()
        gathered.describe(iri for job in jobs for iri in job.read)
        for job in jobs:
            job.reached = gathered.reached(job.read)
        gathered.call({iri for job in jobs for iri in (*job.reached, *job.called)})
        drawn = [
            (job, *self._filled(job)) for job in jobs if job.pages.panels or gathered.told(job.pages.iri)
        ]
        numbers = [page.numbers for _, page, _, _ in drawn]
        articles = {iri for one in numbers for iri in (*one.articles, *one.decisions)}
        gathered.describe(articles)
        gathered.call(articles)
        for job, page, panels, latest in drawn:
            job.reached |= gathered.reached((*page.numbers.articles, *page.numbers.decisions))
            page.shown.update(job.called)
            first = None if job.number else lede(page, panels, job.pages.spoken)
            place = self._place(job)
            made = headed(page, panels, latest, place, self._former(page), job.reached, first)
            newest = tuple(map(self._said.plain, job.newest))
            parted = () if job.number or self._index is None else self._index.parted_of(page.iri)
            yield replace(made, newest=newest, parted=parted)

    def _place(self, job: Job) -> Place:
        pages, sheet = job.pages, job.pages.sheets[job.number]
        dated = frozenset(
            article
            for part in (job.parts if pages.dated else ())
            for key in part.shown
            for article in self.ordering.articles(part.panel.view, part.items[key])
        )
        return Place(sheet, len(pages.sheets) > 1, pages.claims, dated)

    def _former(self, page: Making) -> tuple[str, ...]:
        if self._index is None:
            return ()
        return tuple(key for key in self._index.formers_of(page.iri) if key != page.key)

    def _filled(self, job: Job) -> tuple[Making, tuple[Panel, ...], StatusBadge | None]:
        pages = job.pages
        numbers = Numbers(self._gathered)
        page = Making(pages.iri, pages.kind, pages.key, self._gathered, self._said, numbers, self._site)
        shown: set[str] = set()
        panels: list[Panel] = []
        latest: StatusBadge | None = None
        known = not job.number and pages.claims <= MOST_READ  # of more, no page depends on all
        voices = pages.voices if known else {}
        body: Body
        for part in job.parts:
            if part.panel.view == "status":
                body, found = self._status(page, part)
                latest = latest or (found if pages.kind in ACTOR_KINDS else None)
            elif not part.shown:
                body = Rows((), ())
            else:
                body = self._body(page, part, shown, voices.get(part.panel.panel, {}))
            panels.append(_panel(part, body, further=job.number > 0))
        return page, tuple(panels), latest

    def _status(self, page: Making, part: Part) -> tuple[StatusHistory, StatusBadge | None]:
        """The statuses of one page, and the latest of all of them."""
        if len(part.shown) == len(part.items):
            body = with_ends(page, part.items, status(page, part.items))
            return body, badge(body)
        alone = replace(page, numbers=Numbers(self._gathered))
        whole = with_ends(alone, part.items, status(alone, part.items))
        anchors = {page.said.anchor(iri): iri for iri in part.items}
        latest = badge(whole)
        if latest is not None:
            claims = page.claims(part.items[anchors[latest.anchor]])
            latest = replace(latest, refs=page.numbers.some(claims)[0])
        found = status(page, {iri: part.items[iri] for iri in part.shown})
        return with_ends(page, part.items, found), latest

    def _body(self, page: Making, part: Part, shown: set[str], totals: Mapping[str, int]) -> Body:
        view = part.panel.view
        if view in SIMPLE:
            return SIMPLE[view](page, part.items)
        if view == "statements":
            return statements(page, part.items, part.panel.panel, shown, totals)
        if view == "network":
            return network(page, part.items)
        if view == "identity":
            return identity(page, part.items, self._former(page))
        if view in _RELATED:
            return _RELATED[view](page, part.items)
        columns = [name for name in projection(part.panel.text) or () if name not in _HIDDEN]
        return table(page, part.items, columns)


def _panel(part: Part, body: Body, *, further: bool) -> Panel:
    panel = part.panel
    count = len(part.shown) if further else part.total
    return Panel(
        panel.name, panel.title, panel.panel, panel.view, body, count, f"/panels/{panel.name}", panel.note,
        panel.beside, part.paging,
    )  # fmt: skip
