"""A line of the table of `make bench`: what was measured beside what, the goal, and whether it was met."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from statistics import median
from typing import Any

HEAD = "| what | goal | value (range) | ours | peer | |", "|---|---:|---:|---:|---:|---|"


@dataclass(frozen=True, slots=True)
class Goal:
    """What the value must reach: ``least`` says that more is better."""

    bound: float
    least: bool = False

    def met(self, value: float) -> bool:
        """Whether a value reaches it."""
        return value >= self.bound if self.least else value <= self.bound

    def written(self, unit: str) -> str:
        """As the table has it."""
        return f"{'at least' if self.least else 'at most'} {number(self.bound)}{_unit(unit)}"


@dataclass(frozen=True, slots=True)
class Row:
    """One figure.

    ``value`` is what the goal is about (``None``: it could not be measured, ``note`` says why), ``low`` and
    ``high`` its range over ``runs`` of them. ``ours`` and ``peer`` say in words what it was made of.
    ``figures`` are the measurements themselves, for the JSON.
    """

    what: str
    value: float | None
    unit: str = ""
    goal: Goal | None = None
    low: float | None = None
    high: float | None = None
    runs: int = 1
    ours: str = ""
    peer: str = ""
    note: str = ""
    figures: Mapping[str, Any] = field(default_factory=dict)

    @property
    def met(self) -> bool | None:
        """Whether the goal is met; ``None`` without a goal or a value."""
        return None if self.goal is None or self.value is None else self.goal.met(self.value)

    @property
    def verdict(self) -> str:
        """The last cell."""
        if self.value is None:
            return "not measured"
        return "" if self.met is None else "met" if self.met else "**missed**"

    def line(self) -> str:
        """As a row of the Markdown table."""
        goal = self.goal.written(self.unit) if self.goal else ""
        cells = (self.what, goal, self._value(), self.ours, self.peer, self.verdict)
        return f"| {' | '.join(cell.replace('|', '/') for cell in cells)} |"

    def told(self) -> str:
        """As a line of JSON."""
        return json.dumps({**asdict(self), "met": self.met})

    def _value(self) -> str:
        if self.value is None:
            return ""
        said = f"{number(self.value)}{_unit(self.unit)}"
        if self.low is None or self.high is None or self.runs < 2:
            return said
        return f"{said} ({number(self.low)} to {number(self.high)}, {self.runs} runs)"


def of_runs(what: str, values: Sequence[float], unit: str = "", goal: Goal | None = None, **more: Any) -> Row:
    """A row of several runs: their median, with the range."""
    low, high = (min(values), max(values)) if values else (None, None)
    return Row(what, median(values) if values else None, unit, goal, low, high, len(values), **more)


def read(line: str) -> Row:
    """The row that :meth:`Row.told` wrote."""
    told = json.loads(line)
    told.pop("met", None)
    goal = told.pop("goal", None)
    return Row(**told, goal=Goal(**goal) if goal else None)


def table(rows: Iterable[Row]) -> Iterator[str]:
    """The rows as Markdown, their notes below."""
    notes = []
    yield from HEAD
    for row in rows:
        yield row.line()
        if row.note:
            notes.append(f"- {row.what}: {row.note}")
    if notes:
        yield ""
        yield from notes


def number(value: float) -> str:
    """A number with as many places as mean something."""
    size = abs(value)
    if size >= 1000:
        return f"{value:,.0f}"
    places = 0 if size >= 100 or value == int(value) else 1 if size >= 10 else 2
    return f"{value:.{places}f}"


def _unit(unit: str) -> str:
    return "" if not unit else unit if unit in {"%", "x"} else f" {unit}"
