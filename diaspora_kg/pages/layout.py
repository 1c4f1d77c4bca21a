"""Which entries of each panel stand on which page of a node, so that every page stays light.

A page is told to weigh less than 60 KB with its stylesheet (:data:`LIGHT`). What an entry comes to is not
known before it is read, and a hub of the corpus has thousands; it is estimated from the rows that name it:
a few bytes for each view, more for each claim, each card and each source that is new on the page. All panels
begin on the first page. Where they do not fit, each is given about the same room, and its further entries
go on to further pages. It depends on the rows only: made together or alone, live or static, the pages are
the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from heapq import heapify, heappop, heappush

from diaspora_kg.pages.filling import MOST_SOURCES, Items
from diaspora_kg.pages.gather import Row

LIGHT = 60_000
"""Bytes of HTML and stylesheet that a page stays below."""

CLAIMS = 25
"""Claims on one page at most, in all its panels; more go on to further pages."""

ENTRIES = 100
"""Entries of any other list on one page at most."""

ROOM = 26_500
"""Bytes that the panels and the sources of one page may come to, as they are estimated."""

_SIZES = {"undertakings": 25, "offices": 25, "events": 25, "conflicts": 10, "status": 25}
_PANEL = 550  # its heading, its note, the heads of its columns, the links to further entries
_PICTURED = 900  # more for a panel with a picture
_SOURCE = 450
_CARD = 760
_ENTRY: Mapping[str, tuple[int, int]] = {
    "facts": (120, 140), "names": (210, 20), "status": (620, 230), "statements": (640, 0),
    "undertakings": (700, 230), "offices": (340, 120), "events": (520, 120), "network": (620, 120),
    "conflicts": (980, 0), "identity": (360, 0), "gaps": (150, 0), "history": (220, 0),
}  # fmt: skip
"""Bytes of an entry, and of each further claim that it rests on, by view."""
_FIRST = {"names": 6000, "facts": 6000, "status": 2000, "network": 2000}
"""Bytes that a panel may take before the others get more: what a thing is called is on its first page."""

_CELL = 70  # bytes of a cell of a table, besides its words


@dataclass(frozen=True, slots=True)
class Sheet:
    """What one page shows: of each panel, in their order, the entries from the first to before the last."""

    spans: tuple[tuple[int, int], ...]


def size(view: str) -> int:
    """How many entries of a list stand on one page at most."""
    return CLAIMS if view == "statements" else _SIZES.get(view, ENTRIES)


@dataclass(frozen=True, slots=True)
class _Entry:
    """What one entry comes to, and which voice and sources a page has to show with it."""

    weight: int
    voice: str
    sources: frozenset[str]


class _Page:
    """A page that is being filled."""

    def __init__(self) -> None:
        self.used = 0
        self._claims = 0
        self._seen: set[str] = set()

    def cost(self, entry: _Entry) -> int:
        """What the page would come to weigh more."""
        card = _CARD if entry.voice and entry.voice not in self._seen else 0
        return entry.weight + card + _SOURCE * len(entry.sources - self._seen)

    def fits(self, entry: _Entry, cost: int) -> bool:
        """Whether there is room for one more entry."""
        return self.used + cost <= ROOM and (not entry.voice or self._claims < CLAIMS)

    def take(self, entry: _Entry, cost: int) -> None:
        """Put an entry on the page."""
        self.used += cost
        self._claims += bool(entry.voice)
        self._seen.update(entry.sources)
        if entry.voice:
            self._seen.add(entry.voice)


def sheets(panels: Sequence[tuple[str, Items]]) -> list[Sheet]:
    """All pages of a node, given the views of its panels and what they hold; there is at least one.

    >>> sheets([("gaps", {}), ("gaps", {str(n): [] for n in range(130)})])
    [Sheet(spans=((0, 0), (0, 100))), Sheet(spans=((0, 0), (100, 130)))]
    """
    entries = [list(_entries(view, items)) for view, items in panels]
    sizes = [size(view) for view, _ in panels]
    first = [_FIRST.get(view, 0) for view, _ in panels]
    bases = [_PANEL + _PICTURED * (view in {"status", "network"}) for view, _ in panels]
    start = [0] * len(panels)
    found: list[Sheet] = []
    while not found or any(len(held) > at for held, at in zip(entries, start, strict=True)):
        stop = _filled(entries, start, sizes, bases, first)
        found.append(Sheet(tuple(zip(start, stop, strict=True))))
        start = stop
    return found


def _filled(
    entries: Sequence[Sequence[_Entry]],
    start: Sequence[int],
    sizes: Sequence[int],
    bases: Sequence[int],
    first: Sequence[int],
) -> list[int]:
    """How far one page goes in each panel: the one that has taken least room is asked for its next entry.

    Every panel that is not at its end has an entry on the page, so that its pages follow on each other.
    """
    page, stop = _Page(), list(start)
    open_ = [(0, n) for n, held in enumerate(entries) if start[n] < len(held)]
    page.used = sum(bases[n] for _, n in open_)
    for _, n in open_:
        page.take(entries[n][start[n]], page.cost(entries[n][start[n]]))
        stop[n] += 1
    queue = [(entries[n][start[n]].weight - first[n], n) for _, n in open_]
    heapify(queue)
    while queue:
        taken, n = heappop(queue)
        if stop[n] >= min(len(entries[n]), start[n] + sizes[n]):
            continue
        entry = entries[n][stop[n]]
        cost = page.cost(entry)
        if page.fits(entry, cost):
            page.take(entry, cost)
            stop[n] += 1
            heappush(queue, (taken + cost, n))
    return stop


def _entries(view: str, items: Items) -> Iterator[_Entry]:
    found = [_entry(view, rows) for rows in items.values()]
    if view != "status":
        yield from found
        return
    mean = sum(one.weight for one in found) // max(1, len(found))  # they stand in the order of time
    yield from (_Entry(mean, "", one.sources) for one in found)


def _entry(view: str, rows: Sequence[Row]) -> _Entry:
    claims = {row["claim"].value for row in rows if "claim" in row}
    sources = {name.rpartition("/")[2].rpartition(".")[0] for name in claims}
    sources.update(row["graph"].value.rpartition("/")[2] for row in rows if "graph" in row)
    voice = rows[0]["voice"].value if view == "statements" and rows else ""
    known = _ENTRY.get(view)
    if known is None:
        cells = sum(_CELL + len(term.value) for row in rows for term in row.values())
        return _Entry(cells, "", frozenset(sources))
    base, more = known
    if view == "facts":
        values = len({row["value"] for row in rows if "value" in row})
        base += 130 * min(values, MOST_SOURCES)
    often = min(len(claims), MOST_SOURCES)
    most = MOST_SOURCES**2 if view == "facts" else MOST_SOURCES  # so many values, each with so many
    return _Entry(base + more * often, voice, frozenset(sorted(sources)[:most]))
