"""Brings the pages of nodes with many pages up to date without asking for all that is known of them.

The argument. What a panel answers for a node falls into parts, one for each value of the panel's *handle*: a
row says which claim, or which content, it is about. A part is another than before only if a pattern of the
query matches, for this value, a quad that went or came. The probes of the query, led to the handle instead of
the node, find all such values (:mod:`diaspora_kg.sparql.affected`). So the rows that are noted, without those
of these values, and the rows that the graph now has for them are what the panel would answer now. Which entry
stands on which page follows from the rows and the days of articles, as for any node; pages for which that is
not the same are made again, besides those that rest on something else that changed.

Panels whose handle nobody knows are asked as a whole, and so is everything when a day may have changed.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Sequence
from dataclasses import dataclass

from diaspora_kg.pages.entries import Entry
from diaspora_kg.pages.layout import Listed
from diaspora_kg.pages.maker import PageMaker
from diaspora_kg.pages.paged import Held, Pages
from diaspora_kg.pages.reading import Row
from diaspora_kg.pipeline.delta import TooMuchError, batches, foci
from diaspora_kg.queries.panels import PanelQuery
from diaspora_kg.sparql import bind, projection
from diaspora_kg.sparql.patterns import NotTraceable
from diaspora_kg.store.base import Solutions
from diaspora_kg.terms import IRI
from diaspora_kg.website.changes import Change
from diaspora_kg.website.handed import handed
from diaspora_kg.website.kept import MANY, Kept, Noted, Texts, digests, noted, without
from diaspora_kg.website.questions import traced
from diaspora_kg.website.sources import Ground, News

HANDLES = {
    "statements": "claim", "conflicts": "claim", "network": "claim", "status": "content",
    "undertakings": "content", "offices": "content", "events": "content",
}  # fmt: skip
"""The column of a view whose values part the rows; every row has one."""


def values_of(panel: PanelQuery, change: Change) -> frozenset[str] | None:
    """The values of a panel's handle whose rows a change may touch; ``None``: they cannot be told."""
    handle = HANDLES.get(panel.view, "")
    if handle not in (projection(panel.text) or ()):
        return None
    try:
        ways = traced(panel.text, handle)
        found = foci(change.old, change.removed, ways) | foci(change.new, change.added, ways)
    except (NotTraceable, TooMuchError):
        return None
    return frozenset(found)


@dataclass(frozen=True)
class Again:
    """A node's pages, the names of those to make, and those that are no more."""

    pages: Pages
    wanted: Sequence[str]
    gone: Sequence[str]


@dataclass
class Hubs:
    """Knows what the panels of nodes with many pages answered last."""

    ground: Ground
    maker: PageMaker
    source: str
    address: Callable[[str], str]
    news: News | None = None
    _redated: set[str] | None = None

    def note(self, pages: Pages) -> None:
        """Note what the panels of a node answer, if it has many pages."""
        address = self.address(pages.iri)
        if len(pages.sheets) > MANY and pages.dated:
            texts = Texts()
            self.ground.ledger.keep(address, noted(pages, texts), digests(pages, {}, texts))
        else:
            self.ground.ledger.forget_panels(address)

    def again(self, iri: str, parts: Container[str]) -> Again | None:
        """The pages of a node that must be made, these among them; ``None``: it must be asked for all."""
        news, ledger, address = self.news, self.ground.ledger, self.address(iri)
        known = {one.panel: one for one in ledger.panels(address)} if news is not None else {}
        found = self.ground.project.names.kind_and_key(iri)
        if news is None or not known or found is None or address in self._with_other_days(news):
            return None
        held: list[Listed] = []
        queries = []
        for panel in self.ground.panels.of(found[0]):
            before = known.get(panel.panel)
            listed: Listed | None = Kept(panel, before) if before else None
            if iri in news.asked.get(panel.text, ()):
                listed = self._renewed(iri, panel, before, news)
            if listed is not None and len(listed.entries):
                held.append(listed)
                queries.append(panel)
        pages = Pages(iri, *found, dated=True, panels=held, queries=queries)
        if not self._of_several(pages):
            return None
        told = ledger.sheets(address)
        texts = Texts()
        now = digests(pages, told, texts)
        ledger.keep(address, noted(pages, texts), now)
        wanted = [name for name in pages.by_name if name in parts or told.get(name) != now[name]]
        return Again(pages, wanted, sorted(told.keys() - now.keys()))

    def _with_other_days(self, news: News) -> set[str]:
        """The nodes with an entry of an article whose day is another than before."""
        if self._redated is None:
            showing = self.ground.ledger.showing(news.dated, self.source)
            self._redated = {address.partition("?")[0] for address in showing}
        return self._redated

    def _of_several(self, pages: Pages) -> bool:
        """Whether more than one article tells of a node, so that its entries are ordered by days."""
        articles = set[str]()
        for listed, (_, stop) in zip(pages.panels, pages.sheets[0].spans, strict=True):
            for number in range(stop):
                articles |= self.maker.ordering.articles(listed.view, listed.entries[number].rows)
                if len(articles) > 1:
                    return True
        return False

    def _renewed(self, iri: str, panel: PanelQuery, before: Noted | None, news: News) -> Listed:
        """The entries of a panel as the graph has them now."""
        handle, values = HANDLES.get(panel.view, ""), news.parts.get(panel.text)
        if values is None:
            rows = self._ask(panel, iri, "", [])
            return Held(panel, self._made(panel, rows))
        kept = Kept(panel, before) if before else None
        left, rows = without(kept, handle, values) if kept else ([], [])
        for some in batches(sorted(values)):
            rows += self._ask(panel, iri, handle, some)
        if kept and not rows and len(left) == len(kept.entries):
            return kept
        about = self.maker.ordering.grouped(panel.view, rows).keys()
        rows += [row for one in left if one.key in about for row in one.rows]
        entries = [one for one in left if one.key not in about] + self._made(panel, rows)
        entries.sort(key=lambda one: (one.code, one.key))
        return Held(panel, entries)

    def _made(self, panel: PanelQuery, rows: Sequence[Row]) -> list[Entry]:
        ordering = self.maker.ordering
        days = self.maker.days(ordering.articles(panel.view, rows))
        return ordering.entries(panel.view, rows, days)

    def _ask(self, panel: PanelQuery, iri: str, handle: str, values: Sequence[str]) -> list[Row]:
        """What a panel answers for a node, for some values of its handle or for all.

        It is asked of the store itself: the question is known, these values are none of its text. A store
        that is given the node too begins with it, which is slow just for the nodes that are meant here. In
        queries with as many ways as those of ties it is the other way round, unless it is told what the
        claims lead to (:func:`~diaspora_kg.website.handed.handed`).
        """
        given = {handle: [IRI(one) for one in values]} if handle else {}
        store, text = self.ground.store, panel.text
        ties = panel.view == "network"
        if ties and handle:
            text = handed(store, text, values)
        if not handle or (ties and text == panel.text):
            given["node"] = [IRI(iri)]
        answer = store.query(bind(text, given, projected=False))
        rows = answer if isinstance(answer, Solutions) else ()
        return [row for row in rows if "node" in row and row["node"].value == iri]
