"""What the picture of an answer shows, before it is drawn or written for another program.

The header of a query says which column is what (:mod:`diaspora_kg.queries.chart`). Rows that show the
same are one mark with a count. What is not stated is never drawn as if it were: it is counted apart.
"""

from __future__ import annotations

import calendar
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from diaspora_kg.names import expand
from diaspora_kg.queries.answer import Answer, Row
from diaspora_kg.queries.cells import Cells
from diaspora_kg.queries.chart import Chart, ChartKind
from diaspora_kg.queries.table import in_words
from diaspora_kg.queries.wording import words_for
from diaspora_kg.terms import IRI, Term

NOT_STATED = expand("dkgv:notStated")
"""The value of a slot that a source was read for and does not fill."""

_NUMBER = re.compile(r"[+-]?[0-9]{1,15}(?:\.[0-9]{1,15})?")
_POINT = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?[~?]?")
_INTERVAL = re.compile(r"\[([^\[\]]*)\.\.([^\[\]]*)\]")


@dataclass(frozen=True, slots=True)
class Between:
    """Some day from ``first`` to ``last``; ``None``: no bound is known on that side."""

    first: date | None
    last: date | None

    @property
    def known(self) -> bool:
        """Whether anything is known of it."""
        return self.first is not None or self.last is not None


@dataclass(frozen=True, slots=True)
class Span:
    """A mark on a timeline: ``words`` is its date as it is read; ``ends`` is ``None`` for a moment."""

    label: str
    group: str
    starts: Between
    ends: Between | None
    words: str
    rows: int = 1


@dataclass(frozen=True, slots=True)
class Timeline:
    """Marks in order of time, and how many rows have no date."""

    spans: tuple[Span, ...]
    undated: int


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar."""

    label: str
    group: str
    value: float
    rows: int = 1


@dataclass(frozen=True, slots=True)
class Bars:
    """Bars in the order of the rows, and how many rows have no number."""

    bars: tuple[Bar, ...]
    without: int


@dataclass(frozen=True, slots=True, order=True)
class Node:
    """Somebody or something in a network; ``name`` sets it apart: an IRI, or the words of a literal."""

    name: str
    key: str
    label: str
    kind: str


@dataclass(frozen=True, slots=True)
class Edge:
    """A line between two nodes, by their names; ``claims`` are the keys of those that its rows rest on."""

    source: str
    target: str
    label: str
    group: str
    weight: float
    rows: int
    claims: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Network:
    """Nodes and lines, and how many rows have an end that is not stated."""

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    directed: bool
    without: int


Figure = Timeline | Bars | Network


def figure(answer: Answer, chart: Chart) -> Figure | None:
    """The picture of an answer; ``None`` where a column that it needs is missing."""
    if answer.triples is not None or not set(chart.columns.values()) <= set(answer.columns):
        return None
    reading = _Reading(answer, chart)
    if chart.kind is ChartKind.TIMELINE:
        return timeline(reading)
    return bars(reading) if chart.kind is ChartKind.BARS else network(reading)


def between(written: str) -> Between:
    """The bounds of a date, month, year or EDTF interval; none for what is only about right.

    >>> between("2031-02"), between("[..2031-03-06]").last
    (Between(first=datetime.date(2031, 2, 1), last=datetime.date(2031, 2, 28)), datetime.date(2031, 3, 6))
    """
    if match := _INTERVAL.fullmatch(written):
        return Between(_bounds(match[1])[0], _bounds(match[2])[1])
    return Between(*_bounds(written))


def _bounds(written: str) -> tuple[date | None, date | None]:
    match = _POINT.fullmatch(written)
    if match is None:
        return None, None
    year, month, day = (int(part) if part else 0 for part in match.groups())
    try:
        first = date(year, month or 1, day or 1)
        end = date(year, month or 12, day or calendar.monthrange(year, month or 12)[1])
    except (ValueError, calendar.IllegalMonthError):
        return None, None
    return first, end


@dataclass(frozen=True)
class _Reading:
    """The rows of an answer by what their columns are in the picture."""

    answer: Answer
    chart: Chart

    def rows(self) -> Iterator[tuple[Row, dict[str, Term]]]:
        """Each row, with the bound term of each role."""
        at = {role: self.answer.columns.index(column) for role, column in self.chart.columns.items()}
        for row in self.answer.rows:
            yield row, {role: term for role, n in at.items() if (term := row[n]) is not None}

    def words(self, term: Term | None) -> str:
        """The words by which a term is shown."""
        if term is None:
            return ""
        key = Cells(self.answer.names).cell("", term)
        if not isinstance(term, IRI):
            return in_words(key)
        if self.answer.names.kind_and_key(term.value) or self.answer.labels.get(term.value):
            return self.answer.labels.get(term.value) or key
        return words_for(key) if key != term.value else key


def timeline(reading: _Reading) -> Timeline:
    """Rows on a line of time."""
    found: Counter[Span] = Counter()
    undated = 0
    for _, cells in reading.rows():
        span = _span(reading, cells)
        if span.starts.known or (span.ends is not None and span.ends.known):
            found[span] += 1
        else:
            undated += 1
    spans = (_counted(span, rows) for span, rows in found.items())
    return Timeline(tuple(sorted(spans, key=_when)), undated)


def bars(reading: _Reading) -> Bars:
    """Rows with a number; two of one name are two bars."""
    found: Counter[tuple[Term | None, Bar]] = Counter()
    without = 0
    for _, cells in reading.rows():
        value = _number(cells.get("value"))
        if value is None:
            without += 1
        else:
            one = Bar(reading.words(cells.get("label")), reading.words(cells.get("group")), value)
            found[cells.get("label"), one] += 1
    return Bars(tuple(Bar(b.label, b.group, b.value, rows) for (_, b), rows in found.items()), without)


def network(reading: _Reading) -> Network:
    """Rows as lines between nodes."""
    nodes: dict[str, Node] = {}
    found: dict[tuple[str, str, str, str], _Line] = {}
    without = 0
    for row, cells in reading.rows():
        ends = cells.get("source"), cells.get("target")
        if any(term is None or term.value == NOT_STATED for term in ends):
            without += 1
            continue
        source, target = (_node(reading, term, nodes) for term in ends if term is not None)
        if not reading.chart.directed:
            source, target = sorted((source, target))
        key = (source, target, reading.words(cells.get("label")), reading.words(cells.get("group")))
        line = found.setdefault(key, _Line())
        line.add(
            _number(cells.get("weight")),
            [Cells(reading.answer.names).iri(i) for i in reading.answer.claims(row)],
        )
    edges = tuple(line.edge(*key) for key, line in sorted(found.items()))
    return Network(tuple(sorted(nodes.values())), edges, reading.chart.directed, without)


class _Line:
    """What the rows of one line have together."""

    def __init__(self) -> None:
        self.weight: Decimal = Decimal(0)
        self.rows = 0
        self.claims: set[str] = set()

    def add(self, weight: float | None, claims: list[str]) -> None:
        self.weight += Decimal(1 if weight is None else weight)
        self.rows += 1
        self.claims.update(claims)

    def edge(self, source: str, target: str, label: str, group: str) -> Edge:
        return Edge(source, target, label, group, float(self.weight), self.rows, tuple(sorted(self.claims)))


def _span(reading: _Reading, cells: Mapping[str, Term]) -> Span:
    starts, ends = cells.get("starts"), cells.get("ends")
    begun = between(starts.value) if starts else Between(None, None)
    bounds = [between(cells[role].value) if role in cells else None for role in ("earliest", "latest")]
    if begun.first is None and bounds[0]:
        begun = Between(bounds[0].first, begun.last)
    if begun.last is None and bounds[1]:
        begun = Between(begun.first, bounds[1].last)
    words = " to ".join(reading.words(term) for term in (starts, ends) if term is not None)
    return Span(
        reading.words(cells.get("label")),
        reading.words(cells.get("group")),
        begun,
        between(ends.value) if ends is not None else None,
        words,
    )


def _counted(span: Span, rows: int) -> Span:
    return Span(span.label, span.group, span.starts, span.ends, span.words, rows)


def _when(span: Span) -> tuple[date, str, str]:
    ends = span.ends or Between(None, None)
    known = [day for day in (span.starts.first, span.starts.last, ends.first, ends.last) if day is not None]
    return known[0], span.label, span.words


def _number(term: Term | None) -> float | None:
    return float(term.value) if term is not None and _NUMBER.fullmatch(term.value) else None


def _node(reading: _Reading, term: Term, nodes: dict[str, Node]) -> str:
    known = reading.answer.names.kind_and_key(term.value)
    node = Node(
        term.value,
        Cells(reading.answer.names).cell("", term),
        reading.words(term),
        known[0] if known else "",
    )
    nodes[term.value] = node
    return term.value
