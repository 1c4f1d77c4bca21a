"""A WebAnno TSV file as one document of the common form."""

from __future__ import annotations

from collections.abc import Iterator

from diaspora_kg.errors import Report
from diaspora_kg.marked.model import (
    Argument,
    Attribute,
    Document,
    Equivalence,
    Frame,
    Identity,
    Relation,
    Span,
)
from diaspora_kg.uima.given import NOTE, Given
from diaspora_kg.uima.guard import few
from diaspora_kg.uima.tsvheader import Holds
from diaspora_kg.uima.tsvlinks import Chain, read_chains, read_relations
from diaspora_kg.uima.tsvmarks import Board, Mark, read_spans
from diaspora_kg.uima.tsvsheet import read_sheet
from diaspora_kg.uima.tsvtext import place


def read_tsv(content: str, given: Given, report: Report) -> Document | None:
    """The document of a file, or ``None`` where it cannot be read; the report says why."""
    document = _document(content, given, report)
    few(report)
    return document


def _document(content: str, given: Given, report: Report) -> Document | None:
    sheet = read_sheet(content, report)
    placed = place(sheet, report) if sheet else None
    if sheet is None or placed is None:
        return None
    board = Board(sheet, placed, report)
    read_spans(board)
    chains = read_chains(board)
    arcs = read_relations(board)
    hosts = {layer.type for layer in sheet.layers if any(each.holds is Holds.ROLES for each in layer.columns)}
    relations = [
        Relation(
            f"r{number}", arc.layer, "", arc.source, arc.target, _attributes(arc.features), line=arc.line
        )
        for number, arc in enumerate(arcs, 1)
    ]
    return Document(
        text=placed.text,
        key=given.key,
        annotator=given.annotator,
        curated=given.curated,
        spans=tuple(_span(mark, given, plain=mark.layer not in hosts) for mark in board.marks.values()),
        relations=(*relations, *_arrows(chains, board)),
        frames=tuple(_frame(mark, given, board) for mark in board.marks.values() if mark.layer in hosts),
        equivalences=tuple(_equivalence(chain, board) for chain in chains),
        inside=True,
        offsets=placed.unit,
    )


def _span(mark: Mark, given: Given, *, plain: bool) -> Span:
    concepts = [name for name in mark.features if given.is_concept(mark.layer, name)]
    identities = tuple(Identity("", mark.features[name], line=mark.line) for name in concepts)
    attributes = _values(mark, given) if plain else ()
    fragments = ((mark.begin, mark.end),)
    note = mark.features.get(NOTE, "") if plain else ""
    return Span(mark.name, mark.layer, "", fragments, attributes, identities, note, mark.line)


def _frame(mark: Mark, given: Given, board: Board) -> Frame:
    arguments = []
    for feature, role, end in mark.slots:
        target = board.reach(end)
        if target is None:
            message = f"The slot {feature} points to {end.unit}, where no single annotation is meant."
            board.wrong(mark.line, "tsv-slot", message, end.unit)
        else:
            arguments.append(Argument(role or feature, target))
    values, note = _values(mark, given), mark.features.get(NOTE, "")
    return Frame(mark.name, mark.layer, "", mark.name, tuple(arguments), values, note, mark.line)


def _values(mark: Mark, given: Given) -> tuple[Attribute, ...]:
    said = mark.features.items()
    return _attributes(
        tuple(pair for pair in said if pair[0] != NOTE and not given.is_concept(mark.layer, pair[0]))
    )


def _attributes(features: tuple[tuple[str, str], ...]) -> tuple[Attribute, ...]:
    return tuple(Attribute(name, value) for name, value in features)


def _equivalence(chain: Chain, board: Board) -> Equivalence:
    return Equivalence(chain.links, chain.layer, board.marks[chain.links[0]].line)


def _arrows(chains: list[Chain], board: Board) -> Iterator[Relation]:
    for number, chain in enumerate(chains, 1):
        for at, label in enumerate(chain.arrows):
            if label:
                ends = chain.links[at], chain.links[at + 1]
                yield Relation(f"c{number}.{at}", chain.layer, label, *ends, line=board.marks[ends[0]].line)
