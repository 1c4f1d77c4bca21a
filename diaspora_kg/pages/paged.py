"""In which order entries stand in a panel, and which of them a page shows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from diaspora_kg.pages.facts import Paging
from diaspora_kg.pages.filling import Items, Making
from diaspora_kg.pages.gather import Row
from diaspora_kg.pages.site import Site
from diaspora_kg.queries.cells import Cells, SortKey, natural
from diaspora_kg.queries.panels import PanelQuery

CLAIMS = 25
"""Claims on one page, in all its panels; more go on to further pages."""

ENTRIES = 100
"""Entries of any other list on one page."""

TIES = 200
"""Relations, memberships and claims of which a picture of related actors is made."""

_KEYS = {
    "facts": ("property",), "names": ("name",), "status": ("content",), "undertakings": ("content",),
    "offices": ("content",), "events": ("content",), "statements": ("claim",), "conflicts": ("claim",),
    "identity": ("decision",), "gaps": ("of", "property"), "network": ("content",),
}  # fmt: skip
_WHOLE = frozenset({"facts", "names", "status", "network", "identity"})
"""Views that are shown on the first page only, all of them."""

_FACTS = (
    "kind", "when", "starts", "ends", "legalForm", "status", "jurisdiction", "legalBasis", "ofCommunity",
    "operatesIn", "branchOf", "isPartOf", "postIn", "place", "medium", "publisher", "creator", "language",
    "url", "textHash",
)  # fmt: skip


@dataclass(frozen=True)
class Part:
    """The entries of one panel that a page shows: ``first`` counts from 0 among ``total``."""

    panel: PanelQuery
    items: Items
    first: int
    total: int


def ordered(view: str, rows: Sequence[Row], cells: Cells) -> Items:
    """The rows by what they are about, in the order in which they are shown."""
    columns = _KEYS.get(view)
    found: dict[str, list[Row]] = {}
    if columns is None:
        ranked = sorted(rows, key=lambda row: [(n, t.value) for n, t in sorted(row.items())])
        return {str(place): [row] for place, row in enumerate(ranked)}
    for row in rows:
        found.setdefault("\0".join(row[c].value for c in columns if c in row), []).append(row)
    for same in found.values():
        if len(same) > 1:
            same.sort(key=lambda row: [(n, t.value) for n, t in sorted(row.items())])
    order = _by_voice if view == "statements" else _by_rank if view == "facts" else _by_key
    return dict(sorted(found.items(), key=lambda item: order(item[0], item[1], cells)))


def _by_key(key: str, _: Sequence[Row], cells: Cells) -> tuple[SortKey, ...]:
    return tuple(natural(cells.iri(part)) for part in key.split("\0"))


def _by_voice(key: str, rows: Sequence[Row], cells: Cells) -> tuple[SortKey, ...]:
    return natural(cells.iri(rows[0]["voice"].value)), natural(cells.iri(key))


def _by_rank(key: str, _: Sequence[Row], cells: Cells) -> tuple[int, str]:
    local = cells.iri(key).replace("/", "#").rpartition("#")[2]
    return (_FACTS.index(local) if local in _FACTS else len(_FACTS), local)


def budget(panels: Sequence[tuple[str, int]]) -> int:
    """How many pages panels need, given their views and how many entries they have.

    >>> budget([("statements", 40), ("statements", 20), ("offices", 50), ("status", 500)])
    3
    """
    claims = sum(count for view, count in panels if view == "statements")
    lists = [count for view, count in panels if view != "statements" and view not in _WHOLE]
    return max(1, -(-claims // CLAIMS), *(-(-count // ENTRIES) for count in lists))


def parts_of(panels: Sequence[tuple[PanelQuery, Items]], number: int) -> list[Part]:
    """What the page of that number shows; a panel with nothing on it is left out."""
    return list(_parts(panels, number))


def _parts(panels: Sequence[tuple[PanelQuery, Items]], number: int) -> Iterator[Part]:
    before = 0
    for panel, items in panels:
        total = len(items)
        if panel.view in _WHOLE:
            whole = min(total, TIES) if panel.view == "network" else total
            start, stop = (0, whole) if number == 1 else (0, 0)
        elif panel.view == "statements":
            start = max(0, (number - 1) * CLAIMS - before)
            stop = min(total, number * CLAIMS - before)
            before += total
        else:
            start, stop = (number - 1) * ENTRIES, min(total, number * ENTRIES)
        if stop > start:
            yield Part(panel, _cut(items, start, stop), start, total)


def _cut(items: Items, start: int, stop: int) -> Items:
    if start == 0 and stop == len(items):
        return items
    found: Mapping[str, Sequence[Row]] = dict(islice(items.items(), start, stop))
    return found


def sliced(part: Part, number: int, last: int, page: Making, site: Site) -> Paging | None:
    """Where the other entries of a panel are; ``None``: all are here."""
    shown = len(part.items)
    if shown == part.total:
        return None
    more = part.first + shown < part.total and number < last and part.panel.view not in _WHOLE
    place = f"#{part.panel.panel}"
    return Paging(
        part.first + 1,
        part.first + shown,
        part.total,
        site.further(page.iri, number - 1) + place if part.first else "",
        site.further(page.iri, number + 1) + place if more else "",
    )
