"""The answer of a saved query in every form that it can be had in over HTTP.

CSV, TSV, JSON and Turtle are those of ``dkg query run``. A workbook (XLSX) holds the rows as strings and
numbers, never as formulas or links, and beside them where they come from. A query whose header asks for
a network can be had as GEXF and GraphML, for Gephi and its like.
"""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from diaspora_kg.endpoint.negotiation import Media
from diaspora_kg.errors import UsageError
from diaspora_kg.pages.figures import Network, figure
from diaspora_kg.pages.svg import xml_data
from diaspora_kg.queries import files
from diaspora_kg.queries.answer import Answer
from diaspora_kg.queries.catalog import SavedQuery
from diaspora_kg.queries.cells import Cells
from diaspora_kg.queries.chart import ChartKind
from diaspora_kg.queries.evidence import Evidence
from diaspora_kg.sparql import form
from diaspora_kg.terms import XSD_DECIMAL, XSD_INTEGER, Literal

JSON = Media(("json",), "application/json")
CSV = Media(("csv",), "text/csv", text=True)
TSV = Media(("tsv",), "text/tab-separated-values", text=True)
TURTLE = Media(("ttl", "turtle"), "text/turtle", text=True)
XLSX = Media(("xlsx",), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
GEXF = Media(("gexf",), "application/gexf+xml")
GRAPHML = Media(("graphml",), "application/graphml+xml")
SPARQL = Media(("rq", "sparql"), "application/sparql-query", text=True)

DOWNLOADED = frozenset({XLSX, GEXF, GRAPHML})
"""Forms that a browser keeps as a file."""

WORDLESS = frozenset({CSV, TSV, TURTLE})
"""Forms that name nodes by their keys or IRIs only."""

_LONGEST_CELL = 32_767  # characters; a workbook holds no more in one cell
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]{0,14})(?:\.[0-9]{1,15})?")  # a workbook keeps 15 digits
_PLACES = ("begin", "end", "line")  # numbers among the columns of evidence
_NUMERIC = frozenset({XSD_INTEGER, XSD_DECIMAL})
_CUT = " … [cut: a workbook holds 32767 characters in a cell]"


@dataclass(frozen=True)
class About:
    """Where an answer comes from, as lines of name and value; they go into a workbook's second sheet."""

    lines: tuple[tuple[str, str], ...] = ()
    envelope: Mapping[str, object] | None = None


def offers(query: SavedQuery) -> tuple[Media, ...]:
    """The forms in which a query can be had, the default first."""
    if form(query.text) in {"CONSTRUCT", "DESCRIBE"}:
        return (TURTLE, JSON, SPARQL)
    chart = query.header.chart
    network = (GEXF, GRAPHML) if chart is not None and chart.kind is ChartKind.NETWORK else ()
    return (JSON, CSV, TSV, XLSX, *network, SPARQL)


def written(
    media: Media, query: SavedQuery, answer: Answer, evidence: Mapping[str, Evidence] | None, about: About
) -> bytes:
    """The answer in one form; raises :class:`UsageError` where it cannot be had in it."""
    if media in {GEXF, GRAPHML}:
        return _network(media, query, answer)
    if media == XLSX:
        return as_xlsx(answer, evidence, about)
    if media == JSON:
        body = {**files.as_object(answer, evidence), **(about.envelope or {})}
        return (json.dumps(body, ensure_ascii=False) + "\n").encode()
    return _TEXTS[media](answer, evidence).encode()


_TEXTS: Mapping[Media, Callable[[Answer, Mapping[str, Evidence] | None], str]] = {
    CSV: files.as_csv,
    TSV: files.as_tsv,
    TURTLE: files.as_turtle,
}


def as_xlsx(answer: Answer, evidence: Mapping[str, Evidence] | None, about: About) -> bytes:
    """A workbook: the rows, the nodes that they name with their words, and where all this comes from."""
    from xlsxwriter import Workbook  # noqa: PLC0415 - only who asks for a workbook waits for its library

    buffer = io.BytesIO()
    safe = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = Workbook(buffer, {"constant_memory": True, "in_memory": False, **safe})
    bold = book.add_format({"bold": True})
    sheets = {
        "answer": files.table(answer, evidence),
        "nodes": _nodes(answer),
        "about": [("what", "value"), *about.lines],
    }
    numbers = _numbers(answer)
    for name, rows in sheets.items():
        sheet = book.add_worksheet(name)
        sheet.freeze_panes(1, 0)
        for number, row in enumerate(rows):
            for column, cell in enumerate(row):
                if number and name == "answer" and column in numbers and _NUMBER.fullmatch(cell):
                    sheet.write_number(number, column, float(cell))
                else:
                    sheet.write_string(number, column, _cell(cell), bold if number == 0 else None)
    book.close()
    return buffer.getvalue()


def _numbers(answer: Answer) -> frozenset[int]:
    """Which columns hold numbers: all their terms are of a numeric type (a year is a string here)."""
    columns = [
        number
        for number, _ in enumerate(answer.columns)
        if (terms := [row[number] for row in answer.rows if row[number] is not None])
        and all(isinstance(term, Literal) and term.datatype in _NUMERIC for term in terms)
    ]
    places = [len(answer.columns) + files.EVIDENCE.index(name) for name in _PLACES]
    return frozenset([*columns, *places])


def _nodes(answer: Answer) -> Sequence[tuple[str, str, str]]:
    named = sorted((key(answer, iri), label, iri) for iri, label in answer.labels.items())
    return [("key", "label", "iri"), *named]


def key(answer: Answer, iri: str) -> str:
    """The short form of a node of an answer."""
    return Cells(answer.names).iri(iri)


def _cell(text: str) -> str:
    text = xml_data(text)
    return text if len(text) <= _LONGEST_CELL else text[: _LONGEST_CELL - len(_CUT)] + _CUT


def network_of(query: SavedQuery, answer: Answer) -> Network | None:
    """The network of an answer, where the query's header asks for one."""
    chart = query.header.chart
    found = figure(answer, chart) if chart is not None else None
    return found if isinstance(found, Network) else None


def _network(media: Media, query: SavedQuery, answer: Answer) -> bytes:
    """GEXF 1.2 or GraphML; nodes are named by their IRIs, lines carry weight, rows and claims."""
    import networkx as nx  # noqa: PLC0415 - only who asks for a network waits for its library

    found = network_of(query, answer)
    if found is None:
        raise UsageError(f"{query.name} makes no network.")
    graph: nx.MultiGraph[str] = nx.MultiDiGraph() if found.directed else nx.MultiGraph()
    for node in found.nodes:
        told = {"label": node.label, "key": node.key, "kind": node.kind}
        graph.add_node(xml_data(node.name), **{name: xml_data(value) for name, value in told.items()})
    for number, edge in enumerate(found.edges):
        told = {
            "label": edge.label,
            "group": edge.group,
            "put": edge.put,
            "saidBy": "; ".join(edge.said),
            "claims": " ".join(edge.claims),
        }
        words = {name: xml_data(value) for name, value in told.items()}
        graph.add_edge(
            xml_data(edge.source),
            xml_data(edge.target),
            key=number,
            weight=edge.weight,
            rows=edge.rows,
            **words,
        )
    buffer = io.BytesIO()
    writer = nx.write_gexf if media == GEXF else nx.write_graphml_xml
    writer(graph, buffer)
    return buffer.getvalue()
