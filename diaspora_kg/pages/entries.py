"""The entries of a panel: what each is about, where it stands in the order, how much room it takes.

Entries stand in the order of their codes. A code holds, for what articles tell, the day of the newest of
them, turned round, so that the newest comes first; then what the entry is about. It depends on the entry
alone: that another comes or goes moves none (see :mod:`~diaspora_kg.pages.layout`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b

from diaspora_kg.light import light
from diaspora_kg.pages.filling import name_rank
from diaspora_kg.pages.making import MOST_SOURCES
from diaspora_kg.pages.reading import Row
from diaspora_kg.pages.tied import ends
from diaspora_kg.queries.cells import Cells
from diaspora_kg.terms import Literal

DATED, UNDATED, RANKED = b"\x01", b"\x02", b"\x03"
"""How a code begins: a day comes next, none is known, or days do not count."""

DAY_BITS = 21
"""Bits of a day in a code, behind its first byte: 12 of the year, 1 of its half, 1 of the quarter in it, 2 of
the month in that, 5 of the day. So a cut between bits falls between years, halves, quarters and so on."""

_DAY_BYTES = 4
_DATED_VIEWS = frozenset(
    {"statements", "status", "undertakings", "offices", "events", "network", "conflicts", "gaps"}
)
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
_ENTRY: Mapping[str, tuple[int, int]] = {
    "facts": (130, 95), "names": (170, 15), "status": (850, 230), "statements": (660, 0),
    "undertakings": (950, 100), "offices": (340, 120), "events": (650, 70), "network": (700, 40),
    "conflicts": (150, 0), "identity": (550, 0), "gaps": (115, 0), "history": (170, 0),
}  # fmt: skip
"""Bytes of an entry, and of each further claim that it rests on, by view."""

_SIDES = 1050  # bytes of two claims that are set against each other
_CELL = 70  # bytes of a cell of a table, besides its words
_DAY = re.compile(r"([0-9]{4})(?:-([0-9]{2}))?(?:-([0-9]{2}))?")
_NUMBER = re.compile(r"0*([0-9]+)")
_LONG = [chr(48 + digits) for digits in range(71)]

LIGHTEST = 70
"""No entry comes to less, in bytes."""


@light
@dataclass(frozen=True, slots=True)
class Entry:
    """One entry with its rows; ``weight`` is what it comes to in bytes, as it is estimated.

    ``voice`` and ``sources`` are what a page has to show with it, once for all entries that have the same.
    """

    key: str
    code: bytes
    rows: Sequence[Row]
    weight: int
    voice: str
    sources: frozenset[str]
    day: str = ""


@dataclass(frozen=True)
class Ordering:
    """Makes entries of rows; ``base`` is where the IRIs of the project begin."""

    cells: Cells
    base: str

    def articles(self, view: str, rows: Iterable[Row]) -> set[str]:
        """The articles by whose days the entries of a view are ordered; none, if they are not."""
        return set(filter(None, map(self._article, self._names(rows)))) if view in _DATED_VIEWS else set()

    def entries(self, view: str, rows: Sequence[Row], days: Mapping[str, str]) -> list[Entry]:
        """The rows by what they are about, in their order; ``days`` are those of articles."""
        made = [self._entry(view, key, same, days) for key, same in self.grouped(view, rows).items()]
        made.sort(key=lambda one: (one.code, one.key))
        return made

    def grouped(self, view: str, rows: Sequence[Row]) -> dict[str, list[Row]]:
        """The rows by what they are about; those of which nothing is shown are left out."""
        columns, found = _KEYS.get(view), dict[str, list[Row]]()
        for row in rows:
            if view == "network" and ends(row, self.cells.names) is None:
                continue
            if view == "names":
                key = _words(row)
            elif columns is None:
                key = "\0".join(f"{name} {term.value}" for name, term in sorted(row.items()))
            else:
                key = "\0".join(row[c].value for c in columns if c in row)
            found.setdefault(key, []).append(row)
        for same in found.values():
            if len(same) > 1:
                same.sort(key=lambda row: [(n, t.value) for n, t in sorted(row.items())])
        return found

    def _entry(self, view: str, key: str, rows: list[Row], days: Mapping[str, str]) -> Entry:
        day = ""
        if view in _DATED_VIEWS:
            day = max((days.get(one, "") for one in self.articles(view, rows)), default="")
        elif view == "history" and "day" in rows[0]:
            day = rows[0]["day"].value[:10]
        code = self._begin(view, key, rows, day) + blake2b(key.encode(), digest_size=4).digest()
        weight, voice, sources = _weighed(view, rows)
        return Entry(key, code, rows, weight, voice, sources, day)

    def _begin(self, view: str, key: str, rows: Sequence[Row], day: str) -> bytes:
        short = self.cells.iri
        if view == "names":
            kind = short(rows[0]["kind"].value) if "kind" in rows[0] else ""
            return RANKED + bytes([name_rank(kind)]) + _natural(key)
        if view == "facts":
            local = short(key).replace("/", "#").rpartition("#")[2]
            return RANKED + bytes([_FACTS.index(local) if local in _FACTS else len(_FACTS)]) + _natural(local)
        words = _natural("\0".join(map(short, key.split("\0"))))
        if view == "statements":
            words = _natural(short(rows[0]["voice"].value)) + b"\0" + words
        if view in _DATED_VIEWS or view == "history":
            when = _turned(day)
            return (DATED + when if when else UNDATED) + words
        return RANKED + words

    def _names(self, rows: Iterable[Row]) -> Iterator[str]:
        for row in rows:
            for column in ("claim", "graph"):
                if column in row:
                    yield row[column].value

    def _article(self, name: str) -> str:
        """The article of a claim, by its key, or of a graph."""
        kind, _, key = name.removeprefix(self.base).rpartition("/")
        if kind == "id/claim":
            return f"{self.base}id/article/{key.rpartition('.')[0]}"
        return f"{self.base}id/article/{key}" if kind in {"graph/article", "graph/about"} else ""


@lru_cache(maxsize=1 << 14)
def _natural(text: str) -> bytes:
    """A text so that A-2 comes before A-12: each number begins with how long it is."""
    parts = _NUMBER.split(text)
    parts[1::2] = [_LONG[min(len(number), 70)] + number for number in parts[1::2]]
    return "".join(parts).encode()


def _words(row: Row) -> str:
    """A name that several sources write is one; its node is gone by where a query tells no words."""
    words = row.get("written", row["name"])
    language = words.language if isinstance(words, Literal) else ""
    return "\0".join((words.value, language, row["kind"].value if "kind" in row else ""))


def _turned(day: str) -> bytes:
    """A day, turned round; empty: it is none."""
    found = _DAY.match(day)
    if found is None:
        return b""
    year, month, of_month = (int(part or 0) for part in found.groups())
    month = max(month, 1) - 1
    number = (year << 9) | (month // 6 << 8) | (month % 6 // 3 << 7) | (month % 3 << 5) | (of_month & 31)
    turned = ~number & ((1 << DAY_BITS) - 1)
    return (turned << (8 * _DAY_BYTES - DAY_BITS)).to_bytes(_DAY_BYTES, "big")


def begin_of(code: bytes, bits: int) -> str:
    """The first day of the time of all codes that share their first bits, which must be more than 8.

    >>> begin_of(DATED + _turned("2031-08-20"), 8 + 12), begin_of(DATED + _turned("2031-08-20"), 8 + 14)
    ('2031', '2031-07')
    >>> begin_of(DATED + _turned("2031-08-20"), 8 + DAY_BITS)
    '2031-08-20'
    """
    known = min(bits - 8, DAY_BITS)
    turned = int.from_bytes(code[1 : 1 + _DAY_BYTES], "big") >> (8 * _DAY_BYTES - DAY_BITS)
    number = ~turned & (((1 << known) - 1) << (DAY_BITS - known))
    year, half, quarter = number >> 9, number >> 8 & 1, number >> 7 & 1
    month, day = 6 * half + 3 * quarter + (number >> 5 & 3) + 1, number & 31
    if day:
        return f"{year:04}-{month:02}-{day:02}"
    return f"{year:04}-{month:02}" if month > 1 else f"{year:04}"


def _weighed(view: str, rows: Sequence[Row]) -> tuple[int, str, frozenset[str]]:
    """What an entry comes to, in bytes; its voice, its sources."""
    claims = {row["claim"].value for row in rows if "claim" in row}
    sources = {name.rpartition("/")[2].rpartition(".")[0] for name in claims}
    sources.update(row["graph"].value.rpartition("/")[2] for row in rows if "graph" in row)
    voice = rows[0]["voice"].value if view == "statements" and rows else ""
    known = _ENTRY.get(view)
    if known is None:
        cells = sum(_CELL + len(term.value) for row in rows for term in row.values())
        return cells, "", frozenset(sources)
    base, more = known
    if view == "facts":
        values = len({row["value"] for row in rows if "value" in row})
        base += 20 * min(values, MOST_SOURCES)
    if view == "conflicts":
        base += _SIDES * len(rows)
    often = min(len(claims), MOST_SOURCES)
    most = MOST_SOURCES**2 if view == "facts" else MOST_SOURCES  # so many values, each with so many
    return base + more * often, voice, frozenset(sorted(sources)[:most])
