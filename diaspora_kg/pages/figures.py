"""What the picture of an answer shows, before it is drawn or written for another program.

The header of a query says which column is what (:mod:`diaspora_kg.queries.chart`). Rows that show the
same are one mark with a count. What is not stated is never drawn as if it were: it is counted apart.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from diaspora_kg.names import expand
from diaspora_kg.pages.bounds import Between, between
from diaspora_kg.pages.voices import Voice, voice
from diaspora_kg.queries.answer import Answer, Row
from diaspora_kg.queries.cells import Cells
from diaspora_kg.queries.chart import Chart, ChartKind
from diaspora_kg.queries.table import in_words
from diaspora_kg.queries.wording import words_for
from diaspora_kg.terms import IRI, Term

NOT_STATED = expand("dkgv:notStated")
"""The value of a slot that a source was read for and does not fill."""

_NUMBER = re.compile(r"[+-]?[0-9]{1,15}(?:\.[0-9]{1,15})?")


@dataclass(frozen=True, slots=True)
class Span:
    """A mark on a timeline: ``words`` is its date as it is read; ``ends`` is ``None`` for a moment."""

    label: str
    group: str
    starts: Between
    ends: Between | None
    words: str
    voice: Voice
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
    voice: Voice
    rows: int = 1


@dataclass(frozen=True, slots=True)
class Bars:
    """Bars in the order of the rows, how many rows have no number, and the words of the numbers' column."""

    bars: tuple[Bar, ...]
    without: int
    measure: str


@dataclass(frozen=True, slots=True, order=True)
class Node:
    """Somebody or something in a network; ``name`` sets it apart: an IRI, or the words of a literal."""

    name: str
    key: str
    label: str
    kind: str


@dataclass(frozen=True, slots=True)
class Edge:
    """A line between two nodes, by their names; ``claims`` are the keys of those that its rows rest on.

    ``put`` is how its claims are put, where not plainly, and ``said`` who says them.
    """

    source: str
    target: str
    label: str
    group: str
    weight: float
    rows: int
    claims: tuple[str, ...]
    put: str
    said: tuple[str, ...]


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

    def voice(self, row: Row) -> Voice:
        """Who says what a row shows, and how it is put."""
        return voice(self.answer, row, self.words)

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
    for row, cells in reading.rows():
        span = _span(reading, cells, reading.voice(row))
        if span.starts.known or (span.ends is not None and span.ends.known):
            found[span] += 1
        else:
            undated += 1
    spans = (replace(span, rows=rows) for span, rows in found.items())
    return Timeline(tuple(sorted(spans, key=_when)), undated)


def bars(reading: _Reading) -> Bars:
    """Rows with a number; two of one name are two bars."""
    found: Counter[tuple[Term | None, Bar]] = Counter()
    without = 0
    for row, cells in reading.rows():
        value = _number(cells.get("value"))
        if value is None:
            without += 1
        else:
            names = reading.words(cells.get("label")), reading.words(cells.get("group"))
            one = Bar(*names, value, reading.voice(row))
            found[cells.get("label"), one] += 1
    counted = tuple(replace(bar, rows=rows) for (_, bar), rows in found.items())
    return Bars(counted, without, words_for(reading.chart.columns["value"]))


def network(reading: _Reading) -> Network:
    """Rows as lines between nodes."""
    nodes: dict[str, Node] = {}
    found: dict[tuple[str, str, str, str, str], _Line] = {}
    without = 0
    for row, cells in reading.rows():
        ends = cells.get("source"), cells.get("target")
        if any(term is None or term.value == NOT_STATED for term in ends):
            without += 1
            continue
        source, target = (_node(reading, term, nodes) for term in ends if term is not None)
        if not reading.chart.directed:
            source, target = sorted((source, target))
        by = reading.voice(row)
        key = (source, target, reading.words(cells.get("label")), reading.words(cells.get("group")), by.put)
        line = found.setdefault(key, _Line())
        line.add(
            _number(cells.get("weight")),
            [Cells(reading.answer.names).iri(i) for i in reading.answer.claims(row)],
            by.said,
        )
    edges = tuple(line.edge(*key) for key, line in sorted(found.items()))
    return Network(tuple(sorted(nodes.values())), edges, reading.chart.directed, without)


class _Line:
    """What the rows of one line have together."""

    def __init__(self) -> None:
        self.weight: Decimal = Decimal(0)
        self.rows = 0
        self.claims: set[str] = set()
        self.said: set[str] = set()

    def add(self, weight: float | None, claims: list[str], said: str) -> None:
        self.weight += Decimal(1 if weight is None else weight)
        self.rows += 1
        self.claims.update(claims)
        self.said.update({said} - {""})

    def edge(self, source: str, target: str, label: str, group: str, put: str) -> Edge:
        claims, said = tuple(sorted(self.claims)), tuple(sorted(self.said))
        return Edge(source, target, label, group, float(self.weight), self.rows, claims, put, said)


def _span(reading: _Reading, cells: Mapping[str, Term], by: Voice) -> Span:
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
        by,
    )


def _when(span: Span) -> tuple[date, str, str]:
    ends = span.ends or Between(None, None)
    known = [day for day in (span.starts.first, span.starts.last, ends.first, ends.last) if day is not None]
    return known[0], span.label, f"{span.voice.said} {span.words}"


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
