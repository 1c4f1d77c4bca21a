"""A WebAnno TSV file as rows: sentences, their units (tokens and parts of tokens), and the cells."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from diaspora_kg.errors import Report
from diaspora_kg.uima.guard import RefusedError
from diaspora_kg.uima.raw import MOST
from diaspora_kg.uima.tsvcells import unescaped
from diaspora_kg.uima.tsvheader import FORMAT, VERSIONS, HeaderError, Layer, layer

_ROW = re.compile(r"([0-9]{1,9}-[0-9]{1,9}(?:\.[0-9]{1,9})?)\t([0-9]{1,9})-([0-9]{1,9})\t([^\t]*)(?:\t(.*))?")
_TEXT = "#Text="
_SENTENCE = "#Sentence."
STACKED = 500
"""How many values one cell may hold."""
_EXPORT = "Export the document as UIMA CAS JSON (or as WebAnno TSV 3.3)."


@dataclass(frozen=True, slots=True)
class Unit:
    """One row: ``id`` is ``sentence-token`` or ``sentence-token.part``; positions as in the file."""

    id: str
    begin: int
    end: int
    form: str
    cells: tuple[str, ...]
    line: int

    @property
    def whole(self) -> bool:
        """Whether this is a token, not a part of one."""
        return "." not in self.id


@dataclass(slots=True)
class Sentence:
    """One sentence: its lines of text, and its rows."""

    line: int
    texts: list[str] = field(default_factory=list)
    units: list[Unit] = field(default_factory=list)


@dataclass(slots=True)
class Sheet:
    """The whole file; ``comments`` are lines that begin with ``#`` and mean nothing to the format."""

    version: str
    layers: list[Layer] = field(default_factory=list)
    sentences: list[Sentence] = field(default_factory=list)
    comments: int = 0

    def units(self) -> Iterator[Unit]:
        """Every row, in order."""
        for sentence in self.sentences:
            yield from sentence.units


def read_sheet(content: str, report: Report) -> Sheet | None:
    """The rows of a file, or ``None`` where it is no WebAnno TSV 3; faults go to the report.

    Raises :class:`RefusedError` for one with too many rows.
    """
    lines = content.split("\n")
    if len(lines) > 1 and all(line.endswith("\r") for line in lines[:-1]):
        lines = [line.removesuffix("\r") for line in lines]
    version = lines[0].removeprefix(FORMAT) if lines[0].startswith(FORMAT) else ""
    if version not in VERSIONS:
        _refuse(lines[0], report)
        return None
    sheet = Sheet(version)
    for number, line in enumerate(lines[1:], 2):
        _take(line, number, sheet, report)
    if sum(len(sentence.units) for sentence in sheet.sentences) > MOST:
        raise RefusedError("file-too-large", f"The file has more than {MOST} rows.", "Split the document.")
    if sheet.comments:
        message = f"{sheet.comments} lines that begin with # are neither layers nor text, and were left out."
        report.warning(0, "tsv-comment", message)
    return sheet


def _refuse(first: str, report: Report) -> None:
    if first.startswith(FORMAT):
        message = f"This is {first.removeprefix(FORMAT)[:60]!r}; WebAnno TSV 3.1 to 3.3 are read."
    elif first.startswith((" # ", "# ", "#id=")):
        message = "This is a table of WebAnno TSV 1 or 2, which has no positions and is not read."
    else:
        message = f"This is no WebAnno TSV: its first line is not {FORMAT}WebAnno TSV 3.3."
    report.violation(1, "tsv-version", message, _EXPORT, first[:80])


def _take(line: str, number: int, sheet: Sheet, report: Report) -> None:
    if not line:
        return
    if line[0] != "#":
        _row(line, number, sheet, report)
    elif line.startswith(_TEXT):
        _text(line.removeprefix(_TEXT), number, sheet)
    elif line.startswith("#T_"):
        try:
            sheet.layers.extend(filter(None, (layer(line, number),)))
        except HeaderError as error:
            report.violation(number, "tsv-layer", f"This layer cannot be read: {error}.", _EXPORT, line[:80])
    elif not line.startswith(_SENTENCE):
        sheet.comments += 1


def _text(written: str, number: int, sheet: Sheet) -> None:
    if not sheet.sentences or sheet.sentences[-1].units:
        sheet.sentences.append(Sentence(number))
    sheet.sentences[-1].texts.append(unescaped(written))


def _row(line: str, number: int, sheet: Sheet, report: Report) -> None:
    found = _ROW.fullmatch(line)
    if found is None:
        message = "This line is no row: it would have an id such as 1-1, positions such as 0-4, and a word."
        report.violation(number, "tsv-row", message, _EXPORT, line[:80])
        return
    if not sheet.sentences:
        report.violation(number, "tsv-row", "This row stands before any #Text= line.", _EXPORT, line[:80])
        return
    cells = tuple((found[5] or "").split("\t"))
    wanted = sum(len(each.columns) for each in sheet.layers)
    if len(cells) == wanted + 1 and not cells[-1]:
        cells = cells[:-1]
    if len(cells) != wanted and (wanted or cells != ("",)):
        message = f"This row has {len(cells)} cells, and the head declares {wanted} columns."
        report.violation(number, "tsv-columns", message, _EXPORT, line[:80])
        return
    if any(cell.count("|") + cell.count(";") > STACKED for cell in cells):
        message = f"A cell of this row holds more than {STACKED} values."
        report.violation(number, "tsv-columns", message, _EXPORT, line[:80])
        return
    unit = Unit(found[1], int(found[2]), int(found[3]), unescaped(found[4]), cells, number)
    sheet.sentences[-1].units.append(unit)
