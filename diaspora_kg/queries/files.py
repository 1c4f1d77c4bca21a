"""An answer for programs: CSV, TSV, JSON, and Turtle for a query that makes a graph.

CSV and TSV hold the short form of cells; with evidence, a row is repeated for each passage of each
claim that it rests on. TSV is also the form of expected tables.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict

import pyoxigraph as ox

from diaspora_kg.errors import UsageError
from diaspora_kg.names import PREFIXES
from diaspora_kg.queries.answer import Answer, Row
from diaspora_kg.queries.cells import Cells, iris_in
from diaspora_kg.queries.evidence import Evidence, Words
from diaspora_kg.terms import IRI, Term, write

Evidences = Mapping[str, Evidence]

EVIDENCE = (
    "evidence_claim", "paraphrase", "evidence_article", "title", "publisher", "published",
    "statement", "said_by", "capacity", "on_behalf_of", "acting_basis", "claimant_basis", "medium",
    "evidence_attribution", "evidence_givenness", "evidence_modality", "evidence_polarity",
    "evidence_illocution", "begin", "end", "region", "quote", "file", "line",
)  # fmt: skip
"""The columns that evidence adds; several values in one cell are joined by a semicolon."""

_NUMBER = re.compile(r"[+-]?[0-9]+(?:\.[0-9]+)?")


def as_csv(answer: Answer, evidence: Evidences | None = None) -> str:
    """Rows as RFC 4180 says, in UTF-8; no cell begins a formula in a spreadsheet."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerows([_harmless(cell) for cell in row] for row in table(answer, evidence))
    return buffer.getvalue()


def as_tsv(answer: Answer, evidence: Evidences | None = None) -> str:
    """Rows parted by tabs, one a line: white space inside a cell is one blank."""
    return "".join(
        "\t".join(" ".join(cell.split()) for cell in row) + "\n" for row in table(answer, evidence)
    )


def as_json(answer: Answer, evidence: Evidences | None = None) -> str:
    """The answer with IRIs, keys and words (schema: docs/reference/answer.schema.json)."""
    return json.dumps(as_object(answer, evidence), ensure_ascii=False, indent=2)


def as_object(answer: Answer, evidence: Evidences | None = None) -> dict[str, object]:
    """What :func:`as_json` writes."""
    nodes = _Nodes(answer)
    body: dict[str, object] = {
        "query": answer.query,
        "parameters": {name: list(values) for name, values in answer.parameters.items()},
        "columns": list(answer.columns),
        "rows": [_object(answer, row, nodes) for row in answer.rows],
        "total": answer.total if answer.counted else None,
        "cut": answer.cut,
    }
    if answer.notices:
        body["notices"] = list(answer.notices)
    if answer.triples is not None:
        body["triples"] = [[write(term) for term in triple] for triple in answer.triples]
    if evidence is not None:
        body["evidence"] = {
            Cells(answer.names).iri(iri): asdict(found) for iri, found in sorted(evidence.items())
        }
    return body


def as_turtle(answer: Answer, evidence: Evidences | None = None) -> str:  # noqa: ARG001 - one form for all
    """The graph that a CONSTRUCT or DESCRIBE made; raises :class:`UsageError` for rows."""
    if answer.triples is None:
        raise UsageError("this query answers with rows; ttl is for a query that makes a graph (CONSTRUCT).")
    return turtle(answer.triples)


def turtle(triples: Sequence[tuple[IRI, IRI, Term]]) -> str:
    """Triples as Turtle with the prefixes that they use."""
    lines = "".join(f"{write(s)} {write(p)} {write(o)} .\n" for s, p, o in triples)
    used = {prefix: iri for prefix, iri in PREFIXES.items() if f"<{iri}" in lines}
    parsed = ox.parse(lines, format=ox.RdfFormat.N_TRIPLES)
    return (ox.serialize(parsed, format=ox.RdfFormat.TURTLE, prefixes=used) or b"").decode()


FORMATS: dict[str, Callable[[Answer, Evidences | None], str]] = {
    "csv": as_csv,
    "tsv": as_tsv,
    "json": as_json,
    "ttl": as_turtle,
}
"""The forms for programs by the name that ``--output`` takes."""


def table(answer: Answer, evidence: Evidences | None = None) -> Iterator[tuple[str, ...]]:
    """The columns, then the rows in short form; raises :class:`UsageError` for a query that makes a graph."""
    if answer.triples is not None:
        raise UsageError("this query makes a graph (CONSTRUCT): ask for ttl or json.")
    yield (*answer.columns, *(EVIDENCE if evidence is not None else ()))
    for row, cells in zip(answer.rows, answer.cells, strict=True):
        if evidence is None:
            yield cells
            continue
        found = [evidence[claim] for claim in answer.claims(row) if claim in evidence]
        passages = [(one, words) for one in found for words in one.words or (None,)]
        yield from ((*cells, *evidence_cells(one, words)) for one, words in passages)
        if not passages:
            yield (*cells, *("" for _ in EVIDENCE))


def evidence_cells(evidence: Evidence, words: Words | None) -> tuple[str, ...]:
    """The cells of :data:`EVIDENCE` for one passage of a claim; ``None``: the claim has none."""
    speakers = evidence.claimants
    return (
        evidence.claim.key,
        evidence.claim.label,
        evidence.article.key,
        evidence.article.label,
        evidence.publisher.key if evidence.publisher else "",
        evidence.published,
        evidence.statement.key if evidence.statement else "",
        _joined(one.actor.key for one in speakers),
        _joined(one.capacity.key if one.capacity else "" for one in speakers),
        _joined(one.on_behalf_of.key if one.on_behalf_of else "" for one in speakers),
        _joined(one.basis for one in speakers),
        evidence.basis,
        _joined(medium.key for medium in evidence.media),
        evidence.attribution,
        evidence.givenness,
        evidence.modality,
        evidence.polarity,
        evidence.illocution or _joined(evidence.readings),
        str(words.begin) if words else "",
        str(words.end) if words else "",
        words.region if words else "",
        words.shown if words else "",
        f"{evidence.file}, {evidence.where}" if evidence.where else evidence.file,
        str(evidence.line) if evidence.line else "",
    )


def _joined(parts: Iterator[str] | Sequence[str]) -> str:
    found = list(parts)
    return "; ".join(found) if any(found) else ""


def _harmless(cell: str) -> str:
    return (
        "'" + cell if cell[:1] in {"=", "+", "-", "@", "\t", "\r"} and not _NUMBER.fullmatch(cell) else cell
    )


class _Nodes(dict[str, dict[str, str]]):
    """What is told of each node of an answer, put together once for all rows that name it."""

    def __init__(self, answer: Answer) -> None:
        super().__init__()
        self.cells = Cells(answer.names)
        self._labels = answer.labels

    def __missing__(self, iri: str) -> dict[str, str]:
        node = self[iri] = {"iri": iri, "key": self.cells.iri(iri), "label": self._labels.get(iri, "")}
        return node


def _object(answer: Answer, row: Row, nodes: _Nodes) -> dict[str, object]:
    return {column: _value(column, term, nodes) for column, term in zip(answer.columns, row, strict=True)}


def _value(column: str, term: Term | None, nodes: _Nodes) -> object:
    """A node as an object, a list of claims as a list of them, a literal as its words."""
    if term is None:
        return None
    if isinstance(term, IRI):
        return nodes[term.value]
    if column == "claims":
        return [nodes[iri] for iri in iris_in(column, term)]
    return nodes.cells.cell(column, term)
