"""Candidates for people and programs: text, JSON (schema: docs/reference/candidates.schema.json), and CSV.

The CSV is for a colleague who fills in the columns ``decision`` and ``why``: same, different, unsure, or
nothing.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict

from diaspora_kg.candidates.values import Candidate, Feature, Quote, Side
from diaspora_kg.visible import visible

COLUMNS = (
    *("left", "left_name", "left_evidence", "right", "right_name", "right_evidence"),
    *("score", "features", "decision", "why"),
)
"""The columns of the CSV."""

_RUNS = frozenset("=+-@\t\r")  # what begins a formula in a spreadsheet


def as_json(candidates: Iterable[Candidate]) -> str:
    """A list of objects with ``left``, ``right``, ``score`` and ``features``."""
    return json.dumps([as_object(one) for one in candidates], ensure_ascii=False, indent=2)


def as_object(candidate: Candidate) -> dict[str, object]:
    """One candidate as :func:`as_json` writes it; each feature with its ``effect`` on the score."""
    return {**asdict(candidate), "features": [_object(one) for one in candidate.features]}


def _object(feature: Feature) -> dict[str, object]:
    parts = [_object(part) for part in feature.parts]
    return {**asdict(feature), "effect": feature.effect, "parts": parts}


def as_csv(candidates: Iterable[Candidate]) -> str:
    """Rows as RFC 4180 says; no cell begins a formula: a quotation mark stands before one that would."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for one in candidates:
        left, right = one.left_record, one.right_record
        cells = [one.left, left.name, _evidence(left), one.right, right.name, _evidence(right)]
        told = "; ".join(_short(feature) for feature in one.features if feature.told)
        cells += [f"{one.score:.4f}", told, "", ""]
        writer.writerow([guarded(visible(cell)) for cell in cells])
    return buffer.getvalue()


def guarded(cell: str) -> str:
    """A cell that no spreadsheet runs as a formula.

    >>> guarded("=1+1"), guarded("club")
    ("'=1+1", 'club')
    """
    return "'" + cell if cell[:1] in _RUNS else cell


def _evidence(side: Side) -> str:
    return " | ".join(map(_quoted, side.quotes))


def _quoted(quote: Quote) -> str:
    return f"“{quote.words}” ({quote.article}, {quote.source})"


def _short(feature: Feature) -> str:
    return f"{feature.name} {feature.value:.2f} ({feature.effect:+.2f})"


def as_text(candidates: Sequence[Candidate]) -> Iterator[str]:
    """Lines for a person, a block for each pair; nothing in them can move a terminal's cursor."""
    for number, one in enumerate(candidates):
        if number:
            yield ""
        yield from map(visible, _block(one))


def _block(one: Candidate) -> Iterator[str]:
    yield f"{one.score:.2f}  {one.hint}  {one.kind.replace('-', ' ')}"
    for side in (one.left_record, one.right_record):
        yield f"  {side.key}: {' · '.join(dict.fromkeys((side.name, *side.names)))}"
        yield f"    {_place(side)}"
        yield from (f"    {_quoted(quote)}" for quote in side.quotes)
    yield from (f"  {_reason(feature)}" for feature in one.features if feature.told)
    if one.left_record.registered and one.right_record.registered:
        yield "  both are entries of the register: if they are one, keep one of them there"


def _place(side: Side) -> str:
    where = f"{side.file}:{side.line}, " if side.line else f"{side.file}, " if side.file else ""
    return f"{where}{_many(side.articles, 'article')}, {_many(side.claims, 'claim')}"


def _many(number: int, what: str) -> str:
    return f"{number} {what}" + ("s" if number != 1 else "")


def _reason(feature: Feature) -> str:
    told = " / ".join(dict.fromkeys(part for part in (feature.left, feature.right) if part))
    detail = ", ".join(part for part in (told, feature.note) if part)
    return f"{feature.effect:+.2f} {feature.name}" + (f" {feature.value:.2f}: {detail}" if detail else "")
