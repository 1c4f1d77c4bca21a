"""The text of a WebAnno TSV file, put together again, and where its rows lie in it.

The file holds each sentence and the positions of its tokens; what stood between two sentences is lost,
and is filled up with line breaks so that the positions hold. Positions count UTF-16 code units in what
INCEpTION and WebAnno write; files of other makers count code points. Every token tells which: the one
under which all of them match is taken, and none is a finding with both strings.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from diaspora_kg.errors import Report
from diaspora_kg.uima.tsvsheet import Sentence, Sheet, Unit

_GAP = 100_000
_HINT = "Export the document once more as UIMA CAS JSON, which holds the text whole."


@dataclass(frozen=True, slots=True)
class Placed:
    """The text; ``spans`` are code points of each row, in the order of the rows; ``unit`` is the counting."""

    text: str
    spans: tuple[tuple[int, int], ...]
    unit: str


class _WrongError(Exception):
    def __init__(self, line: int, message: str, words: str = "") -> None:
        super().__init__(message)
        self.line, self.words = line, words


def place(sheet: Sheet, report: Report) -> Placed | None:
    """The text with its rows; ``None`` where no way of counting fits, which is a finding."""
    wrong: _WrongError | None = None
    for unit in ("UTF-16 code units", "code points"):
        try:
            return _placed(sheet, unit)
        except _WrongError as error:
            wrong = wrong or error
    if wrong:
        report.violation(wrong.line, "tsv-position", str(wrong), _HINT, wrong.words)
    return None


def _placed(sheet: Sheet, unit: str) -> Placed:
    points = unit == "code points"
    width: Callable[[str], int] = len if points else _units
    parts: list[str] = []
    at = 0
    for sentence in sheet.sentences:
        text = "\n".join(sentence.texts)
        start = _start(sentence, text, width, at)
        parts += ["\n" * (start - at) if at else " " * start, text]
        at = start + width(text)
    text = "".join(parts)
    index = _index(text) if not points and not _flat(text) else None
    spans = tuple(_span(row, text, index) for row in sheet.units())
    return Placed(text, spans, unit)


def _start(sentence: Sentence, text: str, width: Callable[[str], int], at: int) -> int:
    first = next((unit for unit in sentence.units if unit.whole), None)
    if first is None:
        return at + 1 if at else 0
    before = text.find(first.form)
    if before < 0:
        message = f"The word {first.form!r} is not in its sentence {text[:80]!r}."
        raise _WrongError(first.line, message, first.form)
    start = first.begin - width(text[:before])
    if start < at:
        message = f"The sentence would begin at {start}, inside the one before it, which ends at {at}."
        raise _WrongError(first.line, message, first.form)
    if start - at > _GAP:
        message = f"Between two sentences {start - at} characters are missing."
        raise _WrongError(first.line, message, first.form)
    return start


def _span(row: Unit, text: str, index: dict[int, int] | None) -> tuple[int, int]:
    begin, end = (index.get(row.begin, -1), index.get(row.end, -1)) if index else (row.begin, row.end)
    if begin < 0 or end < 0:
        message = f"The positions {row.begin}-{row.end} lie beyond the text or inside a character."
        raise _WrongError(row.line, message, row.form)
    if not begin <= end <= len(text) or text[begin:end] != row.form:
        found = text[begin : max(begin, end)][:80]
        message = f"At {row.begin}-{row.end} the file says {row.form[:80]!r} and the text has {found!r}."
        raise _WrongError(row.line, message, row.form)
    return begin, end


def _flat(text: str) -> bool:
    return not text or max(text) < "\U00010000"


def _units(text: str) -> int:
    return len(text) if _flat(text) else len(text) + sum(letter > "\uffff" for letter in text)


def _index(text: str) -> dict[int, int]:
    index: dict[int, int] = {}
    at = 0
    for number, letter in enumerate(text):
        index[at] = number
        at += 2 if letter > "\uffff" else 1
    index[at] = len(text)
    return index
