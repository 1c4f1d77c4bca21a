"""The rows of an answer chosen, sorted and cut into pages, on the server and over the whole answer.

A total is therefore always the true one. Sorting and conditions look at the short form of a cell, as
the table shows it; a column of numbers is compared by them. Empty cells come last in either direction.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from difflib import get_close_matches

from diaspora_kg.errors import UsageError
from diaspora_kg.queries.answer import Answer, Row
from diaspora_kg.queries.cells import SortKey, natural

_DESCENDING = re.compile(r"desc\((.*)\)", re.DOTALL)
_ASCENDING = re.compile(r"asc\((.*)\)", re.DOTALL)
_NUMBER = re.compile(r"[+-]?[0-9]{1,30}(?:\.[0-9]{1,30})?")
_COLUMN = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,60}")


@dataclass(frozen=True, slots=True)
class Order:
    """By which column rows are sorted."""

    column: str
    descending: bool = False

    @classmethod
    def read(cls, written: str) -> Order:
        """``date`` or ``desc(date)``; raises :class:`ValueError`.

        >>> Order.read("desc(date)")
        Order(column='date', descending=True)
        """
        if match := _DESCENDING.fullmatch(written):
            return cls(_column(match[1]), True)
        match = _ASCENDING.fullmatch(written)
        return cls(_column(match[1] if match else written))

    @property
    def text(self) -> str:
        """As it is written in an address."""
        return f"desc({self.column})" if self.descending else self.column


@dataclass(frozen=True, slots=True)
class Condition:
    """What a cell must be: ``sign`` is ``=``, ``<``, ``>`` or empty (the cell holds the words)."""

    column: str
    sign: str
    value: str

    @classmethod
    def read(cls, written: str) -> Condition:
        """``modality:=possible``, ``date:>2031``, ``words:court``; raises :class:`ValueError`.

        >>> Condition.read("date:>2031")
        Condition(column='date', sign='>', value='2031')
        """
        column, colon, rest = written.partition(":")
        if not colon:
            raise ValueError("write COLUMN:WORDS, COLUMN:=VALUE, COLUMN:<VALUE or COLUMN:>VALUE")
        sign = rest[:1] if rest[:1] in {"=", "<", ">"} else ""
        return cls(_column(column), sign, rest[len(sign) :])

    @property
    def text(self) -> str:
        """As it is written in an address."""
        return f"{self.column}:{self.sign}{self.value}"

    def holds(self, cell: str) -> bool:
        """Whether a cell is as it must be; nothing is less or greater than an empty one."""
        if self.sign == "=":
            return cell == self.value
        if not self.sign:
            return self.value.casefold() in cell.casefold()
        key = _number if _NUMBER.fullmatch(cell) and _NUMBER.fullmatch(self.value) else natural
        mine, theirs = key(cell), key(self.value)
        return bool(cell) and (mine < theirs if self.sign == "<" else mine > theirs)  # type: ignore[operator]


def arranged(answer: Answer, conditions: Sequence[Condition], orders: Sequence[Order]) -> Answer:
    """The rows that meet all conditions, sorted by the first order, then the next.

    Raises :class:`UsageError` for a column that the answer has not.
    """
    if not (conditions or orders):
        return answer
    tests = [(_at(answer, condition.column), condition) for condition in conditions]
    keys = [(_at(answer, order.column), order.descending) for order in reversed(orders)]
    rows = [
        (cells, row)
        for cells, row in zip(answer.cells, answer.rows, strict=True)
        if all(condition.holds(cells[at]) for at, condition in tests)
    ]
    for at, descending in keys:
        rows.sort(key=_by(at, rows), reverse=descending)
        rows.sort(key=_empty(at))
    return replace(answer, rows=tuple(row for _, row in rows), total=len(rows))


def page_of(answer: Answer, page: int, size: int) -> Answer:
    """One page, counted from 1; ``total`` stays what it is. Page 0 is the whole answer."""
    if page == 0:
        return answer
    part = slice((page - 1) * size, page * size)
    triples = answer.triples
    return replace(answer, rows=answer.rows[part], triples=None if triples is None else triples[part])


def last_page(total: int, size: int) -> int:
    """The number of the last page; an empty answer has one.

    >>> last_page(0, 50), last_page(50, 50), last_page(51, 50)
    (1, 1, 2)
    """
    return max(1, -(-total // size))


def _column(written: str) -> str:
    if not _COLUMN.fullmatch(written):
        raise ValueError("this names no column")
    return written


def _at(answer: Answer, column: str) -> int:
    if column in answer.columns:
        return answer.columns.index(column)
    near = get_close_matches(column, answer.columns, 1)
    known = f"Did you mean {near[0]}?" if near else f"Columns are: {', '.join(answer.columns) or 'none'}."
    raise UsageError(f"There is no column {column}. {known}")


_Pair = tuple[tuple[str, ...], Row]


def _by(at: int, rows: Sequence[_Pair]) -> Callable[[_Pair], Decimal | SortKey]:
    """A column of numbers is sorted by them; years beside days are no such column."""
    cells = {cells[at] for cells, _ in rows} - {""}
    if cells and all(_NUMBER.fullmatch(cell) for cell in cells):
        return lambda pair: _number(pair[0][at] or "0")
    return lambda pair: natural(pair[0][at])


def _number(cell: str) -> Decimal:
    return Decimal(cell)


def _empty(at: int) -> Callable[[_Pair], bool]:
    return lambda pair: not pair[0][at]
