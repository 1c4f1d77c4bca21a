"""From the rows of a WebAnno TSV file to its spans, with their features and slots.

The annotations of one layer at one unit stand in the same order in each of its columns; those with an
id (``[3]``) are the same annotation wherever the id returns in the layer, so that they can go over many
tokens.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from diaspora_kg.errors import Report
from diaspora_kg.uima.tsvcells import NO_VALUE, NOTHING, Value, divided, unescaped, values
from diaspora_kg.uima.tsvheader import Column, Holds, Kind, Layer
from diaspora_kg.uima.tsvsheet import Sheet, Unit
from diaspora_kg.uima.tsvtext import Placed

_END = re.compile(r"([0-9]+-[0-9]+(?:\.[0-9]+)?)(?:\[([0-9]{1,9})\])?")
ANYTHING = "uima.tcas.Annotation"
"""The type of every annotation: an end of this type may lie in any layer."""


@dataclass(frozen=True, slots=True)
class End:
    """Where a slot or relation points: a unit, and the id of the annotation there (0: its only one)."""

    unit: str
    id: int
    type: str


@dataclass(slots=True)
class Mark:
    """One span; positions are code points. ``slots`` are (feature, role, where it points)."""

    name: str
    layer: str
    line: int
    begin: int
    end: int
    features: dict[str, str] = field(default_factory=dict)
    slots: list[tuple[str, str, End]] = field(default_factory=list)


Cells = list[tuple[Column, str]]


class Board:
    """The marks of one file, and how they are found again."""

    def __init__(self, sheet: Sheet, placed: Placed, report: Report) -> None:
        self.sheet, self.report = sheet, report
        self.units = {unit.id: unit for unit in sheet.units()}
        self.places = dict(zip((unit.id for unit in sheet.units()), placed.spans, strict=True))
        self.marks: dict[str, Mark] = {}
        self._at: dict[str, dict[str, None]] = {}

    def cells(self, kind: Kind) -> Iterator[tuple[Unit, Layer, Cells]]:
        """The cells of each layer of a kind, for the units where it has any."""
        start = 0
        for layer in self.sheet.layers:
            width = len(layer.columns)
            if layer.kind is kind:
                for unit in self.units.values():
                    found = unit.cells[start : start + width]
                    if any(cell not in {NOTHING, ""} for cell in found):
                        yield unit, layer, list(zip(layer.columns, found, strict=True))
            start += width

    def mark(self, unit: Unit, layer: str, number: int, at: int, chain: str = "") -> Mark:
        """The mark of a layer at a unit by its id, or by its place among those without one."""
        name = f"{layer}{chain}[{number}]" if number else f"{layer}@{unit.id}" + (f"#{at}" if at else "")
        begin, end = self.places[unit.id]
        mark = self.marks.get(name)
        if mark is None:
            mark = self.marks[name] = Mark(name, layer, unit.line, begin, end)
        mark.begin, mark.end = min(mark.begin, begin), max(mark.end, end)
        self._at.setdefault(unit.id, {})[name] = None
        return mark

    def reach(self, end: End) -> str | None:
        """The name of the mark at an end; ``None`` where there is none, or more than one."""
        tail = f"[{end.id}]"
        here = [
            name
            for name in self._at.get(end.unit, ())
            if end.type in {ANYTHING, self.marks[name].layer}
            and (name.endswith(tail) if end.id else not name.endswith("]"))
        ]
        return here[0] if len(here) == 1 else None

    def token(self, end: End) -> str:
        """A mark made of a unit itself, for relations between tokens."""
        return self.mark(self.units[end.unit], end.type, 0, 0).name

    def wrong(self, line: int, code: str, message: str, words: str = "") -> None:
        """Note a fault; nothing that it touches is published."""
        self.report.violation(line, code, message, "Export the document as UIMA CAS JSON.", words)


def read_spans(board: Board) -> None:
    """Put every span on the board."""
    if len(board.units) != sum(1 for _ in board.sheet.units()):
        board.wrong(0, "tsv-unit", "Two rows have the same id.")
    for unit, layer, columns in board.cells(Kind.SPAN):
        hosts: list[tuple[Value, Mark]] = []
        for column, cell in columns:
            if column.holds is Holds.ROLES:
                found = enumerate(values(cell))
                hosts = [(value, board.mark(unit, layer.type, value.id, at)) for at, value in found]
            elif column.holds is Holds.TARGETS:
                _slots(board, unit, (layer, column), hosts, cell)
            else:
                for at, value in enumerate(values(cell)):
                    _feature(board, unit, board.mark(unit, layer.type, value.id, at), column.name, value)


def _feature(board: Board, unit: Unit, mark: Mark, name: str, value: Value) -> None:
    said = value.text
    if not name or said is None:
        return
    if mark.features.setdefault(name, said) != said:
        message = f"One annotation has two values of {name}: {mark.features[name]!r} and {said!r}."
        board.wrong(unit.line, "tsv-value", message, said)


def _slots(
    board: Board, unit: Unit, where: tuple[Layer, Column], hosts: list[tuple[Value, Mark]], cell: str
) -> None:
    layer, column = where
    if not hosts and cell == NO_VALUE:
        board.mark(unit, layer.type, 0, 0)
        return
    lists = [] if cell == NOTHING else divided(cell, "|")
    if len(hosts) != len(lists):
        message = f"{len(hosts)} annotations have {len(lists)} lists of what their {column.name} points to."
        board.wrong(unit.line, "tsv-slot", message, cell[:80])
        return
    for (role, host), listed in zip(hosts, lists, strict=True):
        if listed not in {NO_VALUE, NOTHING} and host.line == unit.line:
            _fill(board, unit, column, (role.written, listed), host)


def _fill(board: Board, unit: Unit, column: Column, written: tuple[str, str], host: Mark) -> None:
    roles, ends = (divided(each, ";") for each in written)
    found = [end(each, column.type) for each in ends]
    if len(roles) != len(ends) or None in found:
        message = (
            f"The roles {written[0]!r} and the targets {written[1]!r} of {column.name} do not go together."
        )
        board.wrong(unit.line, "tsv-slot", message, written[1][:80])
        return
    for role, reached in zip(roles, found, strict=True):
        if reached:
            said = "" if role in {NO_VALUE, NOTHING} else unescaped(role)
            host.slots.append((column.name, said, reached))


def end(written: str, layer: str) -> End | None:
    """Where a slot points, as written in a cell (``2-3[4]``).

    >>> end("2-3[4]", "a.Span")
    End(unit='2-3', id=4, type='a.Span')
    """
    found = _END.fullmatch(written)
    return End(found[1], int(found[2] or 0), layer) if found else None
