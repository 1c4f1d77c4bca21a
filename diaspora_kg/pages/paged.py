"""The pages of one node: which entries of which panel each shows, and the ways between them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from diaspora_kg.pages.entries import Entry
from diaspora_kg.pages.facts import Jump, Paging
from diaspora_kg.pages.layout import MAIN, Leaf, Listed, Sheet, cut, sheets
from diaspora_kg.pages.making import Items
from diaspora_kg.pages.reading import Row
from diaspora_kg.pages.site import Site
from diaspora_kg.queries.panels import PanelQuery

_JUMPS = 6  # links from the first page to further pages of one panel


@dataclass(frozen=True)
class Held:
    """A panel with the entries that it has for one node."""

    panel: PanelQuery
    entries: Sequence[Entry]

    @property
    def name(self) -> str:
        """What the panel is called among those of the page."""
        return self.panel.panel

    @property
    def view(self) -> str:
        """How it is shown."""
        return self.panel.view

    def leaves(self, start: int) -> Sequence[Leaf]:
        """The entries from the one of this number, cut into pages."""
        return tuple(cut(self.view, self.entries, start))


@dataclass(frozen=True)
class Part:
    """The entries of one panel that a page shows, of ``total``.

    Of statuses the first page holds all, since what is the latest can be told of all only; ``shown`` are the
    keys of those that it shows.
    """

    panel: PanelQuery
    items: Items
    shown: Sequence[str]
    total: int
    paging: Paging | None


@dataclass
class Pages:
    """One node with all that its panels answer; ``dated`` says whether its entries are ordered by days."""

    iri: str
    kind: str
    key: str
    dated: bool = False
    panels: list[Listed] = field(default_factory=list)
    queries: list[PanelQuery] = field(default_factory=list)

    @cached_property
    def sheets(self) -> list[Sheet]:
        """Which entries each of its pages shows."""
        return sheets(self.panels, MAIN.get(self.kind, ()))

    @property
    def claims(self) -> int:
        """How many claims its panels of statements hold."""
        return sum(len(one.entries) for one in self.panels if one.view == "statements")

    @property
    def spoken(self) -> dict[str, list[Row]]:
        """The rows of all its panels of statements, by claim."""
        found: dict[str, list[Row]] = {}
        for listed in self.panels:
            for entry in listed.entries if listed.view == "statements" else ():
                found.setdefault(entry.key, []).extend(entry.rows)
        return found

    @property
    def voices(self) -> dict[str, Counter[str]]:
        """How many claims each statement has in each panel of statements, by the panel's name."""
        return {
            listed.name: Counter(entry.voice for entry in listed.entries)
            for listed in self.panels
            if listed.view == "statements"
        }

    @cached_property
    def by_name(self) -> Mapping[str, int]:
        """The places of its pages among them."""
        return {sheet.name: number for number, sheet in enumerate(self.sheets)}

    @cached_property
    def _ways(self) -> list[list[int]]:
        """For each panel the places of the pages on which it stands; on the first are all."""
        found: list[list[int]] = [[0] for _ in self.panels]
        for number, sheet in enumerate(self.sheets[1:], 1):
            for panel, (start, stop) in enumerate(sheet.spans):
                if start < stop:
                    found[panel].append(number)
        return found

    def beside(self, number: int) -> tuple[str, str]:
        """The names of the pages before and after a further page of one panel; empty: there is none after."""
        way = next((way for way in self._ways if number in way), [0, number])
        at = way.index(number)
        after = self.sheets[way[at + 1]].name if at + 1 < len(way) else ""
        return self.sheets[way[at - 1]].name, after

    def parts(self, number: int, site: Site) -> list[Part]:
        """What a page shows. Without an entry on it a panel stands on the first page only, if it has any."""
        found = []
        for place, (listed, query, (start, stop)) in enumerate(
            zip(self.panels, self.queries, self.sheets[number].spans, strict=True)
        ):
            if start < stop or (not number and len(listed.entries)):
                entries = listed.entries
                here = [entries[n] for n in range(start, stop)]
                every = entries if listed.view == "status" and not number else here
                items = {one.key: one.rows for one in every}
                paging = self._paging(place, number, site)
                found.append(Part(query, items, [one.key for one in here], len(entries), paging))
        return found

    def _paging(self, panel: int, number: int, site: Site) -> Paging | None:
        """Where the other entries of a panel are; ``None``: all are here.

        A first page that shows none is not what comes before.
        """
        start, stop = self.sheets[number].spans[panel]
        total = len(self.panels[panel].entries)
        if stop - start == total and not number:
            return None
        way, place = self._ways[panel], f"#{self.panels[panel].name}"
        at = way.index(number)
        sheet = self.sheets[number]
        least = 0 if self.sheets[0].spans[panel][1] else 1
        before, after = (
            site.further(self.iri, self.sheets[way[n]].name) + place if least <= n < len(way) else ""
            for n in (at - 1, at + 1)
        )
        if number:
            return Paging(1, stop - start, 0, before, after, sheet.newest, sheet.oldest)
        if not stop:
            return Paging(0, 0, total, later=after)
        jumps = tuple(
            Jump(sheet.newest, site.further(self.iri, sheet.name) + place)
            for sheet in (self.sheets[n] for n in _some(way[1:]))
            if sheet.newest
        )
        return Paging(1, stop, total, before, after, jumps=jumps)


def _some(pages: Sequence[int]) -> Sequence[int]:
    """A few pages, evenly from all behind the first, which has a link of its own."""
    if len(pages) < 3:
        return ()
    step = -(-(len(pages) - 1) // _JUMPS)
    return pages[step::step]
