"""An answer as plain Python values, for notebooks: numbers are numbers, nodes are keys, dates stay text."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import TypeAlias

from diaspora_kg.names import expand
from diaspora_kg.queries.answer import Answer
from diaspora_kg.queries.cells import CLAIM_COLUMNS, Cells
from diaspora_kg.terms import IRI, XSD_BOOLEAN, XSD_DECIMAL, XSD_INTEGER, Literal, Term

Cell: TypeAlias = str | int | float | bool | None
Row: TypeAlias = dict[str, Cell]

LABEL = "_label"
"""The end of the name of a column that holds the words for the nodes beside it."""

_NUMBERS = frozenset({XSD_DECIMAL, expand("xsd:double"), expand("xsd:float")})


class Type(StrEnum):
    """What a column holds: one sort of values, or text where there are several."""

    NODES = "nodes"
    WHOLE = "whole"
    NUMBER = "number"
    TRUTH = "truth"
    TEXT = "text"


def types(answer: Answer, *, labelled: bool) -> dict[str, Type]:
    """What stands in each column; with ``labelled``, a column of words follows each of nodes.

    A column with a node in it is one of nodes, whatever else there is: "not stated" beside numbers is a
    value of the model, and the numbers are then text.
    """
    found = {}
    for column, kind in _types(answer).items():
        found[column] = kind
        if labelled and kind is Type.NODES:
            found[column + LABEL] = Type.TEXT
    return found


def rows(answer: Answer, words: Mapping[str, str] | None = None) -> list[Row]:
    """The rows; with ``words`` (by IRI), the label of each node beside it."""
    cells = Cells(answer.names)
    kinds = _types(answer)
    made = []
    for terms in answer.rows:
        row: Row = {}
        for column, term in zip(answer.columns, terms, strict=True):
            row[column] = _cell(cells, column, term, kinds[column])
            if words is not None and kinds[column] is Type.NODES:
                row[column + LABEL] = words.get(term.value) if isinstance(term, IRI) else None
        made.append(row)
    return made


def _types(answer: Answer) -> dict[str, Type]:
    kinds = {}
    for place, column in enumerate(answer.columns):
        found = {_type(column, row[place]) for row in answer.rows if row[place] is not None}
        if found == {Type.WHOLE, Type.NUMBER}:
            found = {Type.NUMBER}
        kinds[column] = Type.NODES if Type.NODES in found else found.pop() if len(found) == 1 else Type.TEXT
    return kinds


def _type(column: str, term: Term | None) -> Type:
    if isinstance(term, IRI):
        return Type.NODES
    if not isinstance(term, Literal) or column in CLAIM_COLUMNS:
        return Type.TEXT
    if term.datatype in _NUMBERS:
        return Type.NUMBER
    return {XSD_INTEGER: Type.WHOLE, XSD_BOOLEAN: Type.TRUTH}.get(term.datatype, Type.TEXT)


def _cell(cells: Cells, column: str, term: Term | None, kind: Type) -> Cell:
    if term is None:
        return None
    if kind is Type.WHOLE:
        return int(term.value)
    if kind is Type.NUMBER:
        return float(term.value)
    if kind is Type.TRUTH:
        return term.value in {"true", "1"}
    return cells.cell(column, term)
