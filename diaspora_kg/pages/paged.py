"""In which order entries stand in a panel, and which of them a page shows."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from diaspora_kg.pages.facts import Paging
from diaspora_kg.pages.filling import MOST_SOURCES, Items, Making, name_rank
from diaspora_kg.pages.gather import Row
from diaspora_kg.pages.layout import Sheet
from diaspora_kg.pages.site import Site
from diaspora_kg.queries.cells import Cells, SortKey, natural
from diaspora_kg.queries.panels import PanelQuery
from diaspora_kg.terms import Literal

_KEYS = {
    "facts": ("property",), "names": ("name",), "status": ("content",), "undertakings": ("content",),
    "offices": ("content",), "events": ("content",), "statements": ("claim",), "conflicts": ("claim",),
    "identity": ("decision",), "gaps": ("of", "property"), "network": ("source", "kind", "target"),
}  # fmt: skip
_FACTS = (
    "kind", "when", "starts", "ends", "legalForm", "status", "jurisdiction", "legalBasis", "ofCommunity",
    "operatesIn", "branchOf", "isPartOf", "postIn", "place", "medium", "publisher", "creator", "language",
    "url", "textHash",
)  # fmt: skip


@dataclass(frozen=True)
class Part:
    """The entries of one panel that a page shows: ``first`` counts from 0 among ``total``.

    Of statuses all are held, since what is the latest can be told of all only.
    """

    panel: PanelQuery
    items: Items
    first: int
    total: int
    shown: int


def ordered(view: str, rows: Sequence[Row], cells: Cells) -> Items:
    """The rows by what they are about, in the order in which they are shown."""
    columns = _KEYS.get(view)
    found: dict[str, list[Row]] = {}
    if columns is None:
        ranked = sorted(rows, key=lambda row: [(n, t.value) for n, t in sorted(row.items())])
        return {str(place): [row] for place, row in enumerate(ranked)}
    for row in rows:
        found.setdefault(_words(row) if view == "names" else _same(row, columns), []).append(row)
    for same in found.values():
        if len(same) > 1:
            same.sort(key=lambda row: [(n, t.value) for n, t in sorted(row.items())])
    if view == "network":
        found = dict(_parted(found))
    order = _ORDERS.get(view, _by_key)
    return dict(sorted(found.items(), key=lambda item: (order(item[0], item[1], cells), item[0])))


def _same(row: Row, columns: Sequence[str]) -> str:
    return "\0".join(row[c].value for c in columns if c in row)


def _words(row: Row) -> str:
    """A name that several sources write is one; its node is gone by where a query tells no words."""
    words = row.get("written", row["name"])
    language = words.language if isinstance(words, Literal) else ""
    return "\0".join((words.value, language, row["kind"].value if "kind" in row else ""))


def _parted(found: Mapping[str, list[Row]]) -> Iterator[tuple[str, list[Row]]]:
    """Ties; one of many claims in parts, since each claim may bring one more source to the page."""
    for key, rows in found.items():
        for start in range(0, len(rows), MOST_SOURCES):
            yield f"{key}\0{start}" if start else key, rows[start : start + MOST_SOURCES]


def _by_name(key: str, rows: Sequence[Row], cells: Cells) -> tuple[int, SortKey]:
    kind = cells.iri(rows[0]["kind"].value) if "kind" in rows[0] else ""
    return name_rank(kind), natural(key)


def _by_key(key: str, _: Sequence[Row], cells: Cells) -> tuple[SortKey, ...]:
    return tuple(natural(cells.iri(part)) for part in key.split("\0"))


def _by_voice(key: str, rows: Sequence[Row], cells: Cells) -> tuple[SortKey, ...]:
    return natural(cells.iri(rows[0]["voice"].value)), natural(cells.iri(key))


def _by_rank(key: str, _: Sequence[Row], cells: Cells) -> tuple[int, str]:
    local = cells.iri(key).replace("/", "#").rpartition("#")[2]
    return (_FACTS.index(local) if local in _FACTS else len(_FACTS), local)


_ORDERS: Mapping[str, Callable[[str, Sequence[Row], Cells], tuple[object, ...]]] = {
    "names": _by_name, "statements": _by_voice, "facts": _by_rank,
}  # fmt: skip


def parts_of(panels: Sequence[tuple[PanelQuery, Items]], sheet: Sheet) -> list[Part]:
    """What a page shows; a panel with nothing on it is left out."""
    found = []
    for (panel, items), (start, stop) in zip(panels, sheet.spans, strict=True):
        if stop > start:
            shown = items if panel.view == "status" else _cut(items, start, stop)
            found.append(Part(panel, shown, start, len(items), stop - start))
    return found


def _cut(items: Items, start: int, stop: int) -> Items:
    if start == 0 and stop == len(items):
        return items
    found: Mapping[str, Sequence[Row]] = dict(islice(items.items(), start, stop))
    return found


def sliced(part: Part, number: int, last: int, page: Making, site: Site) -> Paging | None:
    """Where the other entries of a panel are; ``None``: all are here."""
    shown = part.shown
    if shown == part.total:
        return None
    more = part.first + shown < part.total and number < last
    place = f"#{part.panel.panel}"
    return Paging(
        part.first + 1,
        part.first + shown,
        part.total,
        site.further(page.iri, number - 1) + place if part.first else "",
        site.further(page.iri, number + 1) + place if more else "",
    )
