"""How one cell of an answer is written: keys and local names for people, terms for machines.

An own node is shown by its key (``a.vak``), a value or property of the model by its local name
(``presupposed``), any other IRI in full, a literal by its words. A cell of ``?claims`` holds the IRIs
of the claims that a row rests on, joined by one blank.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from diaspora_kg.names import PREFIXES, Names, expand
from diaspora_kg.terms import IRI, Literal, Term

CLAIM_COLUMNS = ("claim", "claims")
"""Columns that name the claims on which a row rests."""

_OURS = (PREFIXES["dkg"], PREFIXES["dkgv"])
_BOOLEAN = expand("xsd:boolean")
_DIGITS = re.compile(r"(\d+)")
_LONG = 4000  # digits; some more are too many for an integer of Python

SortKey = tuple[tuple[int, int | Decimal, str], ...]
Row = tuple[Term | None, ...]


@dataclass(frozen=True)
class Cells:
    """Writes terms for one project, and keeps the short forms of the IRIs that it met."""

    names: Names
    _short: dict[str, str] = field(default_factory=dict, repr=False, compare=False)

    def iri(self, value: str) -> str:
        """An IRI in its short form."""
        if (known := self._short.get(value)) is None:
            known = self._short[value] = self._shortened(value)
        return known

    def _shortened(self, value: str) -> str:
        if known := self.names.kind_and_key(value):
            return known[1]
        for namespace in _OURS:
            if value.startswith(namespace) and len(value) > len(namespace):
                return value[len(namespace) :]
        return value

    def cell(self, column: str, term: Term | None) -> str:
        """One cell in its short form; an unbound one is empty."""
        if term is None:
            return ""
        if isinstance(term, IRI):
            return self.iri(term.value)
        if column == "claims":
            return " ".join(sorted(self.iri(part) for part in term.value.split()))
        if term.datatype == _BOOLEAN:
            return {"1": "true", "0": "false"}.get(term.value, term.value)
        return term.value


def iris_in(column: str, term: Term | None) -> tuple[str, ...]:
    """The IRIs that a cell names; those of claims in order, since a store joins them in any."""
    if isinstance(term, IRI):
        return (term.value,)
    return tuple(sorted(term.value.split())) if column == "claims" and isinstance(term, Literal) else ()


def natural(text: str) -> SortKey:
    """A sort key by which ``A-2`` comes before ``A-12``, whatever the store's order.

    >>> sorted(["A-12a", "A-2", "", "A-12"], key=natural)
    ['', 'A-2', 'A-12', 'A-12a']
    """
    parts = [
        (1, _number(part), part) if part.isdecimal() else (2, 0, part) for part in _DIGITS.split(text) if part
    ]
    return (*parts, (0, 0, text))


def _number(digits: str) -> int | Decimal:
    return int(digits) if len(digits) < _LONG else Decimal(digits)


def in_order(columns: Sequence[str], rows: Iterable[Row], cells: Cells) -> list[Row]:
    """Rows in the order of their short forms, by one column after another.

    A further column is looked at only for rows that are the same in those before: most are told apart by few.
    """
    return _by(0, columns, list(rows), cells)


def _by(place: int, columns: Sequence[str], rows: list[Row], cells: Cells) -> list[Row]:
    if len(rows) < 2 or place == len(columns):
        return rows
    column = columns[place]
    alike: dict[str, list[Row]] = {}
    for row in rows:
        alike.setdefault(cells.cell(column, row[place]), []).append(row)
    ordered = sorted(alike, key=natural)
    return [row for cell in ordered for row in _by(place + 1, columns, alike[cell], cells)]
