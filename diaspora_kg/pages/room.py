"""How much of each panel one page holds: its bytes are estimated, entry by entry, and some are counted."""

from __future__ import annotations

from collections.abc import Sequence

from diaspora_kg.pages.entries import Entry

CLAIMS = 25
"""Claims on one page at most, in all its panels; more go on to further pages."""

ENTRIES = 100
"""Entries of any other list on one page at most."""

_PICTURED = {"status": 1600, "network": 1900, "statements": 900}  # bytes of a picture
_SOURCE = 320  # bytes of a source
_CARD = 800  # and of what stands above the claims of one statement
_SIZES = {"undertakings": 25, "offices": 25, "events": 25, "conflicts": 10, "status": 25}  # entries

PANEL = 450
"""Bytes of a panel without its entries: its heading, its note, the links to further ones."""


def size(view: str) -> int:
    """How many entries of a list stand on one page at most."""
    return CLAIMS if view == "statements" else _SIZES.get(view, ENTRIES)


def base(view: str, often: int) -> int:
    """What a panel comes to without its entries; a single statement has no picture."""
    return PANEL + (0 if view == "statements" and often < 2 else _PICTURED.get(view, 0))


class Filled:
    """A page that is being filled."""

    def __init__(self, used: int, room: int) -> None:
        self.used = used
        self._room = room
        self._claims = 0
        self._seen: set[str] = set()

    def cost(self, entry: Entry) -> int:
        """What the page would come to weigh more."""
        card = _CARD if entry.voice and entry.voice not in self._seen else 0
        return entry.weight + card + _SOURCE * len(entry.sources - self._seen)

    def fits(self, entry: Entry, cost: int, room: int | None = None) -> bool:
        """Whether there is room for one more entry: all that the page has, or up to so many bytes."""
        end = self._room if room is None else min(room, self._room)
        return self.used + cost <= end and (not entry.voice or self._claims < CLAIMS)

    def take(self, entry: Entry, cost: int) -> None:
        """Put an entry on the page."""
        self.used += cost
        self._claims += bool(entry.voice)
        self._seen.update(entry.sources)
        if entry.voice:
            self._seen.add(entry.voice)

    def takes(
        self, view: str, entries: Sequence[Entry], start: int, stop: int, room: int | None = None
    ) -> bool:
        """Put entries on the page, if there is room for all; else it stays as it is.

        With ``room`` the page must not come to weigh more than that.
        """
        if stop - start > size(view):
            return False
        before = self.used, self._claims, self._seen.copy()
        for number in range(start, stop):
            cost = self.cost(entries[number])
            if not self.fits(entries[number], cost, room):
                self.used, self._claims, self._seen = before
                return False
            self.take(entries[number], cost)
        return True
