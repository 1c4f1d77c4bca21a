"""An answer for people: a table in a terminal, with the evidence of each row below it.

Where the columns do not fit, each row becomes a block of its own with a line for each cell. Nothing
that a source wrote can move the cursor or recolour the terminal.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from textwrap import wrap

from diaspora_kg.queries.answer import Answer, Row
from diaspora_kg.queries.cells import CLAIM_COLUMNS, Cells
from diaspora_kg.queries.evidence import Evidence, Named
from diaspora_kg.queries.wording import count, lines, sources
from diaspora_kg.terms import IRI, Term
from diaspora_kg.visible import visible, width

_GAP = 2
_WIDEST_WITH_EVIDENCE = 120  # columns; beyond it the lines below a row lose sight of their row
_TOLD_BELOW = {"attribution", "article", "claims", "notBefore", "notAfter"}
_PLAIN = {"givenness": "stated", "modality": "asserted", "polarity": "affirmed", "illocution": "assertive"}
_DAY = r"\d{4}(?:-\d{2}){0,2}"
_EDTF = re.compile(rf"\[(?!\.\.\])({_DAY})?\.\.({_DAY})?\]|({_DAY})([~?])")
Evidences = Mapping[str, Evidence]


def as_table(answer: Answer, evidence: Evidences | None = None, room: int | None = None) -> str:
    """The answer as text; ``room`` is the terminal's width (``None``: as wide as it needs)."""
    if evidence is not None:
        room = min(room or _WIDEST_WITH_EVIDENCE, _WIDEST_WITH_EVIDENCE)
    rows = [_shown(answer, row) for row in answer.rows]
    if evidence is not None and all(_told_below(answer, row, evidence) for row in answer.rows):
        rows = [_brief(answer, row) for row in rows]
    used = [n for n, _ in enumerate(answer.columns) if any(row[n] for row in rows)]
    columns = [answer.columns[n] for n in used]
    cells = [[row[n] for n in used] for row in rows]
    below = [folded(_evidence(answer, row, evidence), room) for row in answer.rows]
    fits = room is None or sum(_widths(columns, cells)) + _GAP * (len(columns) - 1) <= room
    parts = _grid(columns, cells, below) if fits and rows else _blocks(columns, cells, below)
    cited = [visible(line) for line in sources((evidence or {}).values())]
    gap = [""] if cited and fits and rows else []
    told = [visible(notice) for notice in answer.notices]
    return "\n".join([*parts, *gap, *folded(cited, room), *folded(told, room), _foot(answer)])


def folded(lines: Iterable[str], room: int | None) -> list[str]:
    """Lines that fit into ``room`` columns (``None``: as they are); what goes on is indented further."""
    if room is None:
        return list(lines)
    fitting = []
    for line in lines:
        margin = " " * (len(line) - len(line.lstrip()) + 4)
        fitting += wrap(line, max(room, 40), subsequent_indent=margin, break_long_words=False) or [line]
    return fitting


def _shown(answer: Answer, row: Row) -> list[str]:
    writer = Cells(answer.names)
    return [
        visible(" ".join(_cell(answer, writer, column, term).split()))
        for column, term in zip(answer.columns, row, strict=True)
    ]


def _cell(answer: Answer, writer: Cells, column: str, term: Term | None) -> str:
    short = writer.cell(column, term)
    if not isinstance(term, IRI) or column in CLAIM_COLUMNS:
        return in_words(short)
    return Named(term.value, short, answer.labels.get(term.value, "")).shown


def in_words(edtf: str) -> str:
    """A bounded or uncertain date in words; anything else as it is.

    >>> in_words("[..2031-03-06]"), in_words("2031~"), in_words("2031-03"), in_words("[sic]")
    ('on or before 2031-03-06', 'about 2031', '2031-03', '[sic]')
    """
    match = _EDTF.fullmatch(edtf)
    if match is None:
        return edtf
    first, last, alone, sign = match.groups()
    if alone:
        return f"{'about' if sign == '~' else 'perhaps'} {alone}"
    if first and last:
        return f"between {first} and {last}"
    return f"on or after {first}" if first else f"on or before {last}"


def _told_below(answer: Answer, row: Row, evidence: Evidences) -> bool:
    """Whether the evidence under a row says how its claims are put, and where they stand."""
    claims = answer.claims(row)
    return bool(claims) and all(claim in evidence for claim in claims)


def _brief(answer: Answer, row: Sequence[str]) -> list[str]:
    """A row without what its evidence says; what sets it apart from a plain assertion stays."""
    return [
        "" if name in _TOLD_BELOW or cell == _PLAIN.get(name) else cell
        for name, cell in zip(answer.columns, row, strict=True)
    ]


def _widths(columns: Sequence[str], cells: Sequence[Sequence[str]]) -> list[int]:
    return [max([width(name), *(width(row[n]) for row in cells)]) for n, name in enumerate(columns)]


def _grid(
    columns: Sequence[str], cells: Sequence[Sequence[str]], below: Sequence[list[str]]
) -> Iterator[str]:
    widths = _widths(columns, cells)
    yield _line(columns, widths)
    yield _line(["-" * size for size in widths], widths)
    for row, notes in zip(cells, below, strict=True):
        yield _line(row, widths)
        yield from notes


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    padded = (cell + " " * (size - width(cell)) for cell, size in zip(cells, widths, strict=True))
    return (" " * _GAP).join(padded).rstrip()


def _blocks(
    columns: Sequence[str], cells: Sequence[Sequence[str]], below: Sequence[list[str]]
) -> Iterator[str]:
    size = max(map(width, columns), default=0)
    for number, (row, notes) in enumerate(zip(cells, below, strict=True), 1):
        yield f"[{number}]"
        for name, cell in zip(columns, row, strict=True):
            if cell:
                yield f"  {name}{' ' * (size - width(name))}  {cell}"
        yield from notes
        yield ""


def _evidence(answer: Answer, row: Row, evidence: Evidences | None) -> Iterator[str]:
    if evidence is None:
        return
    for claim in answer.claims(row):
        if claim in evidence:
            yield from (f"    {visible(line)}" for line in lines(evidence[claim]))
    article = answer.article(row)
    if not answer.claims(row) and article:
        named = Named(article, Cells(answer.names).iri(article), answer.labels.get(article, ""))
        yield f"    {visible(named.shown)} was read for this and does not say it"


def _foot(answer: Answer) -> str:
    if not answer.counted:
        return f"The first {count(len(answer.rows), 'row')}; there are more."
    if answer.cut:
        return f"{len(answer.rows)} of {count(answer.total, 'row')}: cut by the limit."
    return f"{count(answer.total, 'row')}."
