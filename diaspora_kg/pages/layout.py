"""Which entries of each panel stand on which page of a node, so that every page stays light.

A page is told to weigh less than 60 KB with its stylesheet (:data:`LIGHT`). What an entry comes to is not
known before it is read, and a hub of the corpus has thousands; it is estimated from the rows that name it:
a few bytes for each view, more for each claim, each card and each source that is new on the page.

All panels begin on the first page, which has the first entries of each. Where it cannot hold all, its room
goes to what a reader looks for first: names, facts, statuses, statements, ties. Of the panels of the other
views (:data:`LATER`) those that are short stand there whole; the rest get what is left, and of those that get
nothing it has the heading, the number of entries and the link. What does not fit goes on to one further page,
if that holds it; else every panel has further pages of its own, which are cut by time: where the entries of
some years do not fit, they are cut in halves of these years, then in years, half-years, quarters, months,
days. A cut never depends on how many entries there are elsewhere. So an entry that comes or goes changes the
first page and the page of its time, and no other: no page has a number that could move.

It depends on the rows only: made together or alone, live or static, the pages are the same.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from hashlib import blake2b
from heapq import heapify, heappop, heappush
from itertools import zip_longest
from typing import Protocol

from diaspora_kg.light import light
from diaspora_kg.pages.entries import DATED, DAY_BITS, LIGHTEST, UNDATED, Entry, begin_of
from diaspora_kg.pages.room import PANEL, Filled, base, size

LIGHT = 60_000
"""Bytes of HTML and stylesheet that a page stays below."""

ROOM = 28_500
"""Bytes that the panels and the sources of the first page may come to, as they are estimated."""

MORE_ROOM = 31_000
"""The same of a further page, which has neither the status nor the data of the thing."""

FURTHER = "more"
"""The one further page, where one holds all that the first does not. No other has a name without a dot."""

_SOME = 3  # entries of such a panel that are worth its room
_SHORT = 1700  # bytes of such a panel, with its sources, that are no reason to send a reader elsewhere
_SHORT_ONES = 4000  # the same of all of them together
_FIRST = {
    "names": 6000, "facts": 7000, "status": 8000, "statements": 5000, "network": 6000, "offices": 1500,
}  # fmt: skip
"""Bytes that a panel may take before the others get more: what a thing is called is on its first page."""

LATER = frozenset({"conflicts", "undertakings", "offices", "events", "gaps", "history", "identity"})
"""Views whose panels may have no entry on the first page: it has how many there are, and a link to them."""

MAIN: Mapping[str, frozenset[str]] = {
    "claim": frozenset({"conflicts"}), "event": frozenset({"events"}), "person": frozenset({"offices"}),
    "place": frozenset({"events"}), "post": frozenset({"offices"}),
    "undertaking": frozenset({"undertakings"}),
}  # fmt: skip
"""Of which kinds of things such a view tells the main thing, so that the first page has some of it."""


@light
@dataclass(frozen=True, slots=True)
class Leaf:
    """Entries of one panel that stand together, from the first to before the last, and their days."""

    name: str
    start: int
    stop: int
    newest: str = ""
    oldest: str = ""


@light
@dataclass(frozen=True, slots=True)
class Sheet:
    """What one page shows: of each panel, in their order, the entries from the first to before the last.

    ``name`` is empty for the first page.
    """

    name: str
    spans: tuple[tuple[int, int], ...]
    newest: str = ""
    oldest: str = ""


class Listed(Protocol):
    """A panel of a node with its entries in their order."""

    @property
    def name(self) -> str:
        """What the panel is called among those of the page."""

    @property
    def view(self) -> str:
        """How it is shown."""

    @property
    def entries(self) -> Sequence[Entry]:
        """All of them."""

    def leaves(self, start: int) -> Sequence[Leaf]:
        """Those that do not stand on the first page, from the one of this number, cut into pages."""


def sheets(panels: Sequence[Listed], main: Collection[str] = ()) -> list[Sheet]:
    """All pages of a node; there is at least one. Views in ``main`` never wait for others."""
    stops = _first(panels, LATER.difference(main))
    found = [Sheet("", tuple((0, stop) for stop in stops))]
    rest = [(start, len(one.entries)) for start, one in zip(stops, panels, strict=True)]
    if all(start == stop for start, stop in rest):
        return found
    if _together(panels, rest):
        return [*found, Sheet(FURTHER, tuple(rest))]
    for number, panel in enumerate(panels):
        if rest[number][0] < rest[number][1]:
            for leaf in panel.leaves(rest[number][0]):
                spans = [(stop, stop) for _, stop in rest]
                spans[number] = (leaf.start, leaf.stop)
                found.append(Sheet(f"{panel.name}.{leaf.name}", tuple(spans), leaf.newest, leaf.oldest))
    return found


def _together(panels: Sequence[Listed], rest: Sequence[tuple[int, int]]) -> bool:
    """Whether one page holds all that the first does not."""
    if sum(stop - start for start, stop in rest) > MORE_ROOM // LIGHTEST:
        return False
    left = [(one, *span) for one, span in zip(panels, rest, strict=True) if span[0] < span[1]]
    page = Filled(sum(base(one.view, stop - start) for one, start, stop in left), MORE_ROOM)
    return all(page.takes(one.view, one.entries, start, stop) for one, start, stop in left)


def _first(panels: Sequence[Listed], later: Collection[str]) -> list[int]:
    """How far the first page goes in each panel.

    Every panel has an entry on it, besides those of views that come ``later``: these have all if they are
    short; else conflicts have one if there is room, others some, if these are enough to tell something.
    """
    held = [panel.entries for panel in panels]
    open_ = [n for n, entries in enumerate(held) if len(entries)]
    waiting = [n for n in open_ if panels[n].view in later]
    stop = [int(bool(len(entries)) and n not in waiting) for n, entries in enumerate(held)]
    page = Filled(sum(PANEL if n in waiting else base(panels[n].view, len(held[n])) for n in open_), ROOM)
    for n in open_:
        if stop[n]:
            page.take(held[n][0], page.cost(held[n][0]))
    waiting = _beside(page, panels, stop, waiting)
    disputed = {n for n in waiting if panels[n].view == "conflicts"}
    _fill(page, panels, stop, {n for n in open_ if stop[n]}, disputed)
    for n in waiting:
        least = min(len(held[n]), _SOME)
        if not stop[n] and page.takes(panels[n].view, held[n], 0, least):
            stop[n] = least
        if stop[n]:
            _fill(page, panels, stop, {n})
    return stop


def _beside(page: Filled, panels: Sequence[Listed], stop: list[int], waiting: Sequence[int]) -> list[int]:
    """Put the short ones of the panels that wait on the first page, whole; the others wait on."""
    left, most = [], page.used + _SHORT_ONES
    for n in waiting:
        entries, before = panels[n].entries, page.used
        room = min(_SHORT, most - before)
        if page.takes(panels[n].view, entries, 0, len(entries), before + room):
            stop[n] = len(entries)
        else:
            left.append(n)
    return left


def _fill(
    page: Filled, panels: Sequence[Listed], stop: list[int], many: Set[int], one: Set[int] = frozenset()
) -> None:
    """Put entries on the first page as long as they fit: of some panels ``many``, of others ``one``.

    The panel with least room so far gets its next entry.
    """
    queue = [
        (0 if n in one else panels[n].entries[0].weight - _FIRST.get(panels[n].view, 0), n)
        for n in many | one
    ]
    heapify(queue)
    while queue:
        taken, n = heappop(queue)
        entries, view = panels[n].entries, panels[n].view
        if stop[n] >= min(len(entries), size(view)):
            continue
        entry = entries[stop[n]]
        cost = page.cost(entry)
        if page.fits(entry, cost):
            page.take(entry, cost)
            stop[n] += 1
            if n in many:
                heappush(queue, (taken + cost, n))


def cut(view: str, entries: Sequence[Entry], start: int) -> Iterator[Leaf]:
    """The entries from the one of this number on, cut into pages between the bits of their codes.

    Entries of one day that are too many are cut between the bits of what they are about.
    """
    waiting = [(start, len(entries), 0)]
    while waiting:
        first, stop, bits = waiting.pop()
        bit = _parting(entries[first].code, entries[stop - 1].code) if stop - first > 1 else None
        if bit is None or Filled(base(view, stop - first), MORE_ROOM).takes(view, entries, first, stop):
            days = entries[first].day, entries[stop - 1].day
            yield Leaf(_called(entries[first].code, bits), first, stop, *days)
            continue
        edge = _edge(entries[stop - 1].code, bit)
        middle = bisect_left(entries, edge, first, stop, key=lambda one: one.code)
        waiting += [(middle, stop, bit + 1), (first, middle, bit + 1)]


def _parting(one: bytes, other: bytes) -> int | None:
    """The first bit in which two codes differ."""
    for number, (left, right) in enumerate(zip_longest(one, other, fillvalue=0)):
        if left != right:
            return 8 * number + 8 - (left ^ right).bit_length()
    return None


def _edge(code: bytes, bit: int) -> bytes:
    """The least code that has the same bits up to and with this one."""
    whole, more = divmod(bit, 8)
    return code[:whole] + bytes([code[whole] >> (7 - more) << (7 - more)])


def _called(code: bytes, bits: int) -> str:
    """What the page of codes is called that share their first bits: by the time in which it begins."""
    if not bits:
        return "all"
    begin = begin_of(code, bits) if code[:1] == DATED and bits > 8 else ""
    if bits <= 8 + DAY_BITS and code[:1] == DATED:
        return "early" if begin in {"", "0000"} else begin
    if bits <= 8 and code[:1] == UNDATED:
        return "undated"
    number = int.from_bytes(code + bytes(8), "big") >> (8 * len(code) + 64 - bits)
    told = blake2b(f"{bits} {number}".encode(), digest_size=5).hexdigest()
    return f"{begin}.{told}" if begin else told
