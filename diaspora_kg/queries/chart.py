"""What the header of a query says of its picture: a timeline, bars or a network, and which column is what."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from enum import StrEnum
from types import MappingProxyType

from diaspora_kg.errors import Report
from diaspora_kg.queries.fault import HeaderFault
from diaspora_kg.yamlnodes import Leaf, Table, View

FORM = "`{kind: timeline, label: COLUMN, starts: COLUMN}`, bars (label, value) or network (source, target)"
"""How a chart is written, for messages."""

_YES_NO = {"yes": True, "true": True, "no": False, "false": False}


class ChartKind(StrEnum):
    """The kinds of picture."""

    TIMELINE = "timeline"
    BARS = "bars"
    NETWORK = "network"


@dataclass(frozen=True, slots=True)
class Roles:
    """What the columns of one kind of picture are called in the header."""

    required: tuple[str, ...]
    optional: tuple[str, ...]


ROLES: Mapping[ChartKind, Roles] = MappingProxyType(
    {
        ChartKind.TIMELINE: Roles(("label", "starts"), ("ends", "earliest", "latest", "group")),
        ChartKind.BARS: Roles(("label", "value"), ("group",)),
        ChartKind.NETWORK: Roles(("source", "target"), ("label", "weight", "group")),
    }
)
"""What each kind needs and may have.

A timeline's ``starts`` and ``ends`` are days, months, years or EDTF, ``earliest`` and ``latest`` the bounds
of what is not exact; the ``label`` of a network is shown when one points at a line, its ``weight`` is how
thick it is.
"""


@dataclass(frozen=True)
class Chart:
    """A picture of an answer: ``columns`` gives the column of each role, see :data:`ROLES`.

    ``directed`` is of a network: whether its lines are arrows.
    """

    kind: ChartKind
    columns: Mapping[str, str] = field(default_factory=dict)
    directed: bool = True
    line: int = 0

    def column(self, role: str) -> str | None:
        """The column that plays a role, ``None`` where the header names none."""
        return self.columns.get(role)


def read_chart(view: View, report: Report) -> Chart:
    """The value of the key ``chart``; raises :class:`HeaderFault`."""
    if not isinstance(view, Table):
        raise HeaderFault(view.line, "`chart` has another form.", f"It is {FORM}.")
    written = {leaf.text: value for leaf, value in view.pairs}
    named = written.get("kind")
    kind = named.text if isinstance(named, Leaf) else ""
    if kind not in {*ChartKind}:
        message = f"There is no chart of the kind `{kind}`." if kind else "The chart has no kind."
        raise HeaderFault(view.line, message, f"Write {FORM}.")
    roles = ROLES[ChartKind(kind)]
    _audit(view, ChartKind(kind), report)
    columns = {}
    for role in (*roles.required, *roles.optional):
        value = written.get(role)
        if isinstance(value, Leaf) and not value.empty:
            columns[role] = value.text.removeprefix("?")
        elif value is not None or role in roles.required:
            line = value.line if value is not None else view.line
            raise HeaderFault(line, f"The {kind} does not say its {role}.", f"Write `{role}: COLUMN`.")
    directed = written.get("directed")
    said = directed.text.lower() if isinstance(directed, Leaf) else "yes"
    if said not in _YES_NO:
        raise HeaderFault(view.line, "`directed` is yes or no.", "Write `directed: no`.")
    return Chart(ChartKind(kind), columns, _YES_NO[said], view.line)


def check_columns(chart: Chart, columns: Sequence[str], report: Report) -> None:
    """A chart may only show what the query answers with; ``columns`` are those of its SELECT."""
    for role, column in chart.columns.items():
        if column not in columns:
            near = get_close_matches(column, columns, 1)
            hint = f"Did you mean {near[0]}?" if near else f"Columns are: {', '.join(columns) or 'none'}."
            message = f"The chart's {role} is `{column}`, which the query does not answer with."
            report.violation(chart.line, "query-chart", message, hint, column)


def _audit(view: Table, kind: ChartKind, report: Report) -> None:
    roles = ROLES[kind]
    known = ["kind", *roles.required, *roles.optional, *(["directed"] if kind is ChartKind.NETWORK else [])]
    for leaf, _ in view.pairs:
        if leaf.text not in known:
            near = get_close_matches(leaf.text, known, 1)
            hint = f"Did you mean {near[0]}?" if near else f"A {kind} has: {', '.join(known)}."
            message = f"`{leaf.text}` says nothing of a {kind}."
            report.warning(leaf.line, "query-chart", message, hint, leaf.text)
