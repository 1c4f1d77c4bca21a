"""The entries of nodes with many pages, as they are noted between runs, so that nobody asks for all again.

Of each panel a node like the busiest organization has thousands. When some come or go, only these are asked
for: a row belongs to one value of the panel's *handle* (the claim, the content), and the change of the graph
says of which values the rows may be others (see :mod:`~diaspora_kg.website.hubs`).
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import blake2b
from typing import overload

from diaspora_kg.light import light
from diaspora_kg.pages.entries import Entry
from diaspora_kg.pages.layout import Leaf, Listed, cut
from diaspora_kg.pages.paged import Pages
from diaspora_kg.pages.reading import Row
from diaspora_kg.queries.panels import PanelQuery
from diaspora_kg.terms import IRI, XSD_STRING, Literal, Term

MANY = 8
"""Pages of a node; of one with more it is noted what its panels answered."""

_HEAD = 101  # entries that lie apart: more of a panel never count for the first page
_QUICK = 1  # how hard zlib tries

_Cells = list[list[str]]


@light
@dataclass(frozen=True, slots=True)
class Noted:
    """What is noted of one panel: how many entries, how many on the first page, the others cut into pages."""

    panel: str
    total: int
    start: int
    leaves: tuple[Leaf, ...]
    head: bytes
    tail: bytes

    @classmethod
    def of(cls, panel: str, total: int, start: int, leaves: str, head: bytes, tail: bytes) -> Noted:
        """From a line of the ledger."""
        return cls(panel, total, start, tuple(Leaf(*one) for one in json.loads(leaves)), head, tail)

    @property
    def line(self) -> tuple[str, int, int, str, bytes, bytes]:
        """As the ledger holds it."""
        leaves = json.dumps([[one.name, one.start, one.stop, one.newest, one.oldest] for one in self.leaves])
        return self.panel, self.total, self.start, leaves, self.head, self.tail


@dataclass
class _Rows(Sequence[Row]):
    """Rows that become terms when somebody wants them; ``line`` is the entry as it was read."""

    written: list[_Cells]
    line: str

    @cached_property
    def _read(self) -> list[Row]:
        return [{one[0]: _term(one) for one in cells} for cells in self.written]

    @overload
    def __getitem__(self, at: int) -> Row: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[Row]: ...
    def __getitem__(self, at: int | slice) -> Row | Sequence[Row]:
        return self._read[at]

    def __len__(self) -> int:
        return len(self.written)


@dataclass
class Remembered(Sequence[Entry]):
    """The entries of a panel; most of them are read only if they are wanted."""

    noted: Noted

    @cached_property
    def _head(self) -> list[Entry]:
        return list(_entries(self.noted.head))

    @cached_property
    def _all(self) -> list[Entry]:
        return [*self._head, *_entries(self.noted.tail)]

    @overload
    def __getitem__(self, at: int) -> Entry: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[Entry]: ...
    def __getitem__(self, at: int | slice) -> Entry | Sequence[Entry]:
        if isinstance(at, int) and 0 <= at < _HEAD:
            return self._head[at]
        return self._all[at]

    def __len__(self) -> int:
        return self.noted.total


@dataclass
class Kept:
    """A panel of which nothing changed: a :class:`~diaspora_kg.pages.layout.Listed`."""

    panel: PanelQuery
    noted: Noted
    entries: Sequence[Entry] = field(init=False)

    def __post_init__(self) -> None:
        self.entries = Remembered(self.noted)

    @property
    def name(self) -> str:
        """What the panel is called among those of the page."""
        return self.panel.panel

    @property
    def view(self) -> str:
        """How it is shown."""
        return self.panel.view

    def leaves(self, start: int) -> Sequence[Leaf]:
        """As they are noted, as long as the first page has as many entries as before."""
        if start == self.noted.start:
            return self.noted.leaves
        return tuple(cut(self.view, self.entries, start))


def noted(pages: Pages, written: Texts) -> Iterator[Noted]:
    """What is to be noted of a node's panels."""
    for number, listed in enumerate(pages.panels):
        start = pages.sheets[0].spans[number][1]
        leaves = tuple(
            Leaf(sheet.name.partition(".")[2], *sheet.spans[number], sheet.newest, sheet.oldest)
            for sheet in pages.sheets[1:]
            if sheet.spans[number][0] < sheet.spans[number][1]
        )
        if isinstance(listed, Kept):
            head, tail = listed.noted.head, listed.noted.tail
        else:
            told = written.all(listed)
            head, tail = _packed(told[:_HEAD]), _packed(told[_HEAD:])
        yield Noted(listed.name, len(listed.entries), start, leaves, head, tail)


class Texts:
    """Entries as they are noted, each written once."""

    def __init__(self) -> None:
        self._of: dict[str, list[str]] = {}

    def all(self, listed: Listed) -> list[str]:
        """Those of a panel of one node."""
        found = self._of.get(listed.name)
        if found is None:
            found = self._of[listed.name] = list(map(_written, listed.entries))
        return found

    def some(self, listed: Listed, start: int, stop: int) -> list[str]:
        """Some of them; of a panel of which nothing changed only these are written."""
        if isinstance(listed, Kept):
            return [_written(listed.entries[number]) for number in range(start, stop)]
        return self.all(listed)[start:stop]


def digests(pages: Pages, before: Mapping[str, str], written: Texts) -> dict[str, str]:
    """What tells that another page must be made of a node, by the names of its pages.

    That of the first holds how many entries there are, and where the others are. Those ``before`` still hold
    for the pages of a panel of which nothing changed.
    """
    found = {}
    same = [
        isinstance(listed, Kept) and listed.noted.start == pages.sheets[0].spans[number][1]
        for number, listed in enumerate(pages.panels)
    ]
    for number, sheet in enumerate(pages.sheets):
        shown = [n for n, (start, stop) in enumerate(sheet.spans) if start < stop]
        if sheet.name in before and len(shown) == 1 and same[shown[0]]:
            found[sheet.name] = before[sheet.name]
            continue
        told = []
        for panel in shown:
            told += [pages.panels[panel].name, *written.some(pages.panels[panel], *sheet.spans[panel])]
        if number:
            told += pages.beside(number)
        else:
            told += [*(str(len(one.entries)) for one in pages.panels), *(one.name for one in pages.sheets)]
        found[sheet.name] = blake2b("\n".join(told).encode(), digest_size=12).hexdigest()
    return found


def without(listed: Listed, handle: str, values: Container[str]) -> tuple[list[Entry], list[Row]]:
    """The entries of which no row has one of these values of a handle; of the others the rows without."""
    left, rows = list[Entry](), list[Row]()
    for entry in listed.entries:
        if any(handle in row and row[handle].value in values for row in _quick(entry.rows, handle)):
            rows += [row for row in entry.rows if handle not in row or row[handle].value not in values]
        else:
            left.append(entry)
    return left, rows


def _quick(rows: Sequence[Row], handle: str) -> Iterable[Row]:
    """Rows with one column only, where the others need not be read."""
    if not isinstance(rows, _Rows):
        return rows
    return ({cell[0]: _term(cell)} for cells in rows.written for cell in cells if cell[0] == handle)


def _packed(lines: Iterable[str]) -> bytes:
    return zlib.compress("\n".join(lines).encode(), _QUICK)


def _written(one: Entry) -> str:
    if isinstance(one.rows, _Rows):
        return one.rows.line
    rows = list(map(_cells, one.rows))
    return json.dumps([one.key, one.code.hex(), rows, one.weight, one.voice, sorted(one.sources), one.day])


def _entries(packed: bytes) -> Iterator[Entry]:
    for line in zlib.decompress(packed).decode().splitlines():
        key, code, rows, weight, voice, sources, day = json.loads(line)
        yield Entry(key, bytes.fromhex(code), _Rows(rows, line), weight, voice, frozenset(sources), day)


def _cells(row: Row) -> _Cells:
    found = []
    for name, term in sorted(row.items()):
        if isinstance(term, IRI):
            found.append([name, term.value])
        else:
            found.append([name, term.value, term.datatype, term.language])
    return found


def _term(cell: Sequence[str]) -> Term:
    if len(cell) > 2:
        return Literal(cell[1], cell[2] or XSD_STRING, cell[3])
    return IRI(cell[1])
