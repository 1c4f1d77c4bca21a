"""Makes the pages of nodes, many at once: what their panels answer, then what these rows name.

Pages made together and pages made one by one are the same. See :mod:`diaspora_kg.pages.gather` for how the
store is asked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Protocol

from diaspora_kg.index.parted import Parted
from diaspora_kg.names import ACTOR_KINDS
from diaspora_kg.pages.endings import with_ends
from diaspora_kg.pages.filling import SIMPLE, Items, Making, badge, status
from diaspora_kg.pages.gather import Gathered, Row
from diaspora_kg.pages.headed import Place, headed
from diaspora_kg.pages.layout import Sheet, sheets
from diaspora_kg.pages.leading import MOST_READ, lede
from diaspora_kg.pages.paged import Part, ordered, parts_of, sliced
from diaspora_kg.pages.panel import Body, Panel, ThingPage
from diaspora_kg.pages.relating import conflicts, gaps, history, identity, network, table
from diaspora_kg.pages.said import Said
from diaspora_kg.pages.site import Site
from diaspora_kg.pages.sourced import Numbers
from diaspora_kg.pages.views import StatusBadge, StatusHistory
from diaspora_kg.pages.voiced import statements
from diaspora_kg.queries.lookup import Lookup
from diaspora_kg.queries.panels import PanelQuery, Panels
from diaspora_kg.sparql import projection
from diaspora_kg.terms import IRI

_AT_ONCE = 200  # pages
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


@dataclass
class _Plan:
    """One node with all that its panels answer."""

    iri: str
    kind: str
    key: str
    panels: list[tuple[PanelQuery, Items]] = field(default_factory=list)

    @property
    def claims(self) -> int:
        """How many claims its panels of statements hold."""
        return sum(len(items) for panel, items in self.panels if panel.view == "statements")

    @property
    def spoken(self) -> dict[str, list[Row]]:
        """The rows of all its panels of statements, by claim."""
        found: dict[str, list[Row]] = {}
        for panel, items in self.panels:
            if panel.view == "statements":
                for claim, rows in items.items():
                    found.setdefault(claim, []).extend(rows)
        return found

    @property
    def last(self) -> int:
        """How many pages the node has."""
        return len(self.sheets)

    @cached_property
    def sheets(self) -> list[Sheet]:
        """Which entries each of its pages shows."""
        return sheets([(panel.view, items) for panel, items in self.panels])

    def before(self, number: int) -> int:
        """How many claims stand on the pages before that number."""
        spans = zip(self.panels, self.sheets[number - 1].spans, strict=True)
        return sum(start for (panel, _), (start, _) in spans if panel.view == "statements")


@dataclass
class _Job:
    """One page in the making: which entries of each panel it shows."""

    plan: _Plan
    number: int
    parts: list[Part]
    reached: set[str] = field(default_factory=set)


class PageMaker:
    """Makes pages of one snapshot. What it read is kept, up to a bound, for the pages that come next."""

    def __init__(self, lookup: Lookup, index: Formers | None, site: Site, panels: Panels) -> None:
        self._index = index
        self._site = site
        self._panels = panels
        self._names = lookup.names
        self._gathered = Gathered(lookup)
        self._said = Said(self._gathered)

    def pages(self, iris: Sequence[str], number: int | None = None) -> Iterator[ThingPage]:
        """The pages of nodes in their order, each with its further pages; or only those of a number.

        A node of which the graph says nothing, or that has no page of that number, has none.
        """
        for start in range(0, len(iris), _AT_ONCE):
            jobs: list[_Job] = []
            for plan in self._plans(iris[start : start + _AT_ONCE]):
                wanted = range(1, plan.last + 1) if number is None else [number]
                jobs += [
                    _Job(plan, n, parts_of(plan.panels, plan.sheets[n - 1])) for n in wanted if n <= plan.last
                ]
            for first in range(0, len(jobs), _AT_ONCE):
                yield from self._made(jobs[first : first + _AT_ONCE])

    def last(self, iri: str) -> int:
        """How many pages a node has."""
        return max((plan.last for plan in self._plans([iri])), default=0)

    def _plans(self, iris: Sequence[str]) -> list[_Plan]:
        known = {iri: found for iri in iris if (found := self._names.kind_and_key(iri)) is not None}
        plans = {iri: _Plan(iri, kind, key) for iri, (kind, key) in known.items()}
        asked: dict[str, tuple[PanelQuery, list[str]]] = {}
        for iri, plan in plans.items():
            for panel in self._panels.of(plan.kind):
                asked.setdefault(panel.name, (panel, []))[1].append(iri)
        for panel, nodes in asked.values():
            answers = self._gathered.rows(panel, nodes)
            for iri in nodes:
                if rows := answers.get(iri):
                    plans[iri].panels.append((panel, ordered(panel.view, rows, self._gathered.cells)))
        for plan in plans.values():
            plan.panels.sort(key=lambda one: (one[0].order, one[0].panel))
        return list(plans.values())

    def _made(self, jobs: Sequence[_Job]) -> Iterator[ThingPage]:
        gathered = self._gathered
        self._said.forget()
        gathered.describe(iri for job in jobs for iri in _named(job))
        for job in jobs:
            job.reached = gathered.reached(_named(job))
        gathered.call({iri for job in jobs for iri in (*job.reached, *_named(job, called=True))})
        drawn = [(job, *self._filled(job)) for job in jobs if job.plan.panels or gathered.told(job.plan.iri)]
        numbers = [page.numbers for _, page, _, _ in drawn]
        articles = {iri for one in numbers for iri in (*one.articles, *one.decisions)}
        gathered.describe(articles)
        gathered.call(articles)
        for job, page, panels, latest in drawn:
            job.reached |= gathered.reached((*page.numbers.articles, *page.numbers.decisions))
            page.shown.update(_named(job, called=True))
            place = Place(job.number, job.plan.last, job.plan.claims, job.plan.before(job.number))
            first = lede(page, panels, job.plan.spoken) if job.number == 1 else None
            parted = () if self._index is None else self._index.parted_of(page.iri)
            made = headed(page, panels, latest, place, self._former(page), job.reached, first)
            yield replace(made, parted=parted) if parted else made

    def _former(self, page: Making) -> tuple[str, ...]:
        if self._index is None:
            return ()
        return tuple(key for key in self._index.formers_of(page.iri) if key != page.key)

    def _filled(self, job: _Job) -> tuple[Making, tuple[Panel, ...], StatusBadge | None]:
        plan = job.plan
        numbers = Numbers(self._gathered)
        page = Making(plan.iri, plan.kind, plan.key, self._gathered, self._said, numbers, self._site)
        shown: set[str] = set()
        panels: list[Panel] = []
        latest: StatusBadge | None = None
        body: Body
        for part in job.parts:
            if part.panel.view == "status":
                body, found = self._status(page, part)
                latest = latest or (found if plan.kind in ACTOR_KINDS else None)
            else:
                body = self._body(page, part, shown)
            panels.append(self._panel(page, part, body, job))
        return page, tuple(panels), latest

    def _status(self, page: Making, part: Part) -> tuple[StatusHistory, StatusBadge | None]:
        """The statuses of one page, and the latest of all of them."""
        if part.shown == part.total:
            body = with_ends(page, part.items, status(page, part.items))
            return body, badge(body)
        alone = replace(page, numbers=Numbers(self._gathered))
        whole = with_ends(alone, part.items, status(alone, part.items))
        order = [bar.iri for bar in whole.bars] + [mark.iri for mark in whole.marks]
        anchors = {page.said.anchor(iri): iri for iri in order}
        order = order[part.first : part.first + part.shown]
        latest = badge(whole)
        if latest is not None:
            claims = page.claims(part.items[anchors[latest.anchor]])
            latest = replace(latest, refs=page.numbers.some(claims)[0])
        found = status(page, {iri: part.items[iri] for iri in order})
        return with_ends(page, part.items, found), latest

    def _body(self, page: Making, part: Part, shown: set[str]) -> Body:
        view = part.panel.view
        if view in SIMPLE:
            return SIMPLE[view](page, part.items)
        if view == "statements":
            return statements(page, part.items, part.panel.panel, shown)
        if view == "network":
            return network(page, part.items)
        if view == "identity":
            return identity(page, part.items, self._former(page))
        if view in _RELATED:
            return _RELATED[view](page, part.items)
        columns = [name for name in projection(part.panel.text) or () if name not in _HIDDEN]
        return table(page, part.items, columns)

    def _panel(self, page: Making, part: Part, body: Body, job: _Job) -> Panel:
        panel = part.panel
        return Panel(
            panel.name, panel.title, panel.panel, panel.view, body, part.total,
            f"/panels/{panel.name}", panel.note, panel.beside,
            sliced(part, job.number, job.plan.last, page, self._site),
        )  # fmt: skip


_READ = frozenset({"content", "claim", "other", "decision", "name", "of"})
"""Columns whose nodes must be read; of others the label is enough."""

_ASIDE = frozenset({"node", "graph", "property", "link"})


def _named(job: _Job, *, called: bool = False) -> Iterator[str]:
    """The nodes that must be read for a page, or (``called``) those that only need a label."""
    yield job.plan.iri
    if job.number == 1 and job.plan.last > 1 and job.plan.claims <= MOST_READ:
        yield from job.plan.spoken  # the first sentences tell who speaks on all pages
    for part in job.parts:
        columns = _READ - {"content"} if part.panel.view == "network" else _READ
        for rows in part.items.values():
            for row in rows:
                for column, term in row.items():
                    if isinstance(term, IRI) and column not in _ASIDE and (called or column in columns):
                        yield term.value
