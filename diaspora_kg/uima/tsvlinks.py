"""Relations and chains of a WebAnno TSV file.

A relation stands at its target and names the unit of its source, with both ids where one is needed
(``1-1[2_3]``). A link of a chain is ``label->chain-number``; the label is that of the arrow to the next.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from diaspora_kg.uima.tsvcells import NO_VALUE, divided, unescaped, values
from diaspora_kg.uima.tsvheader import Holds, Kind, Layer
from diaspora_kg.uima.tsvmarks import Board, Cells, End, Mark
from diaspora_kg.uima.tsvsheet import Unit

TOKEN = "de.tudarmstadt.ukp.dkpro.core.api.segmentation.type.Token"  # noqa: S105 - a layer's name
_SOURCE = re.compile(r"([0-9]+-[0-9]+(?:\.[0-9]+)?)(?:\[([0-9]{1,9})_([0-9]{1,9})\])?")
_LINK = re.compile(r"(?s)(.*)->([0-9]{1,9})-([0-9]{1,9})")


@dataclass(frozen=True, slots=True)
class Arc:
    """One relation between two marks, by their names."""

    layer: str
    line: int
    source: str
    target: str
    features: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Chain:
    """The links of one chain in order, and the labels of the arrows between them."""

    layer: str
    links: tuple[str, ...]
    arrows: tuple[str, ...]


def read_relations(board: Board) -> list[Arc]:
    """Every relation whose ends are there; an end that is not is a finding."""
    arcs = []
    for unit, layer, columns in board.cells(Kind.RELATION):
        *features, (last, cell) = columns
        said = [(column.name, values(each)) for column, each in features]
        for at, written in enumerate(divided(cell, "|")):
            ends = _ends(board, unit, written, last.type)
            if ends is None:
                message = f"The {layer.type} from {written!r} has no single annotation at one of its ends."
                board.wrong(unit.line, "tsv-relation", message, written[:80])
                continue
            found = [(name, stacked[at].text) for name, stacked in said if at < len(stacked)]
            given = tuple((name, text) for name, text in found if text is not None)
            arcs.append(Arc(layer.type, unit.line, *ends, given))
    return arcs


def _ends(board: Board, unit: Unit, written: str, base: str) -> tuple[str, str] | None:
    found = _SOURCE.fullmatch(written)
    if found is None or found[1] not in board.units:
        return None
    ends = End(found[1], int(found[2] or 0), base), End(unit.id, int(found[3] or 0), base)
    if base == TOKEN:
        return board.token(ends[0]), board.token(ends[1])
    source, target = board.reach(ends[0]), board.reach(ends[1])
    return (source, target) if source and target else None


def read_chains(board: Board) -> list[Chain]:
    """Every chain; its links are put on the board as marks of the chain's layer."""
    links: dict[tuple[str, int], dict[int, tuple[Mark, str]]] = {}
    for unit, layer, columns in board.cells(Kind.CHAIN):
        _links(board, unit, layer, columns, links)
    return [_chain(layer, found) for (layer, _), found in links.items()]


def _links(
    board: Board,
    unit: Unit,
    layer: Layer,
    columns: Cells,
    links: dict[tuple[str, int], dict[int, tuple[Mark, str]]],
) -> None:
    arrow = next(cell for column, cell in columns if column.holds is Holds.ARROW)
    others = [(column.name, values(cell)) for column, cell in columns if column.holds is Holds.VALUE]
    for at, written in enumerate(divided(arrow, "|")):
        found = _LINK.fullmatch(written)
        if found is None:
            message = f"{written!r} is no link of a chain: it would be label->chain-number."
            board.wrong(unit.line, "tsv-chain", message, written[:80])
            continue
        chain, number = int(found[2]), int(found[3])
        mark = board.mark(unit, layer.type, number, 0, f"/{chain}")
        for name, stacked in others:
            said = stacked[at].text if at < len(stacked) else None
            if said is not None:
                mark.features[name] = said
        label = "" if found[1] in {NO_VALUE, ""} else unescaped(found[1])
        links.setdefault((layer.type, chain), {})[number] = (mark, label)


def _chain(layer: str, found: dict[int, tuple[Mark, str]]) -> Chain:
    ordered = [found[number] for number in sorted(found)]
    return Chain(layer, tuple(mark.name for mark, _ in ordered), tuple(label for _, label in ordered[:-1]))
