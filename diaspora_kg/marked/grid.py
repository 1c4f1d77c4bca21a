"""Tables of spreadsheets as rows of text: CSV in UTF-8, and the first sheet of an .xlsx workbook.

Every cell is the text that was written: a number without its format, a date as YYYY-MM-DD, a merged cell
for each of its rows. A formula is no text, and a finding: a copy of the values is what can be read. Rows
are counted as a spreadsheet counts them, the header being row 1.
"""

from __future__ import annotations

import csv
import io
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from diaspora_kg.marked.jsonfiles import Complaints, Unreadable, decoded
from diaspora_kg.visible import visible

MOST_ROWS = 100_000
MOST_COLUMNS = 200
_MOST_CELLS = 2_000_000
_MOST_UNPACKED = 128 * 1024 * 1024
_MOST_RATIO = 200
_LONGEST = 32_767  # a cell of Excel
_MERGED = re.compile(rb'<(?:\w+:)?mergeCell\s[^>]*?\bref="([A-Z]{1,3})([0-9]{1,7}):([A-Z]{1,3})([0-9]{1,7})"')
_BROKEN = (
    zipfile.BadZipFile, zlib.error, struct.error, EOFError, OSError, NotImplementedError, RuntimeError,
    KeyError, ValueError, TypeError, AttributeError, IndexError, SyntaxError,
)  # fmt: skip
"""What zipfile, XML parsers and openpyxl raise for files that are broken (found by fuzzing)."""

_AS_CSV = "Save the table as CSV in UTF-8."

Row = tuple[int, tuple[str, ...]]


@dataclass(frozen=True)
class Grid:
    """A table: the names of its columns, and its rows with their numbers."""

    header: tuple[str, ...]
    rows: tuple[Row, ...]


def column_name(at: int) -> str:
    """The letters of a column, counted from 0.

    >>> column_name(0), column_name(27)
    ('A', 'AB')
    """
    return (column_name(at // 26 - 1) if at >= 26 else "") + chr(65 + at % 26)


def read_csv(data: bytes) -> Grid:
    """The rows of a CSV file, whichever of comma, semicolon and tabulator divides it."""
    text = decoded(data)
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise Unreadable("control-character", "The table holds a NUL character.", _AS_CSV, line)
    mark = max(",;\t", key=text.partition("\n")[0].count)
    before = csv.field_size_limit(_LONGEST)
    try:
        return _grid(enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=mark, strict=True), 1))
    except csv.Error as error:
        raise Unreadable("table-broken", f"The table cannot be read: {error}.", _AS_CSV) from None
    finally:
        csv.field_size_limit(before)


def read_xlsx(data: bytes, complaints: Complaints) -> Grid:
    """The rows of the first sheet of a workbook; other sheets are named."""
    _check(data)
    # Large, and only projects with workbooks need it.
    from openpyxl import load_workbook  # noqa: PLC0415

    try:
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=False, keep_links=False)
        sheets = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
        left = [visible(sheet.title) for sheet in book.worksheets if sheet not in sheets[:1]]
        if not sheets:
            raise Unreadable("table-broken", "The workbook has no visible sheet.", _AS_CSV)
        if left:
            message = f"Only the first sheet is read, and not: {', '.join(left)[:200]}."
            complaints.warning(0, "not-read", message, "Save each as a file of its own.")
        sheets[0].reset_dimensions()
        merged = _merges(data, str(getattr(sheets[0], "_worksheet_path", "")))  # not told in this mode
        return _grid(_filled(_values(sheets[0].iter_rows(), complaints), merged))
    except _BROKEN as error:
        message = f"The workbook cannot be read: {type(error).__name__}: {visible(str(error)[:120])}."
        raise Unreadable("table-broken", message, _AS_CSV) from None


def _grid(rows: Iterator[tuple[int, Sequence[str]]] | enumerate[list[str]]) -> Grid:
    """Rows under the first one; empty ones are left out, those that are too long or too many refused."""
    header: tuple[str, ...] = ()
    found: list[Row] = []
    cells = 0
    for number, written in rows:
        row = tuple(cell.strip() for cell in written)
        while row and not row[-1]:
            row = row[:-1]
        cells += len(row)
        if number > MOST_ROWS or cells > _MOST_CELLS or len(row) > MOST_COLUMNS:
            message = f"The table has more than {MOST_ROWS} rows or {MOST_COLUMNS} columns."
            raise Unreadable("file-too-large", message, "Save it in parts.", number)
        if not header:
            header = row
        elif row:
            found.append((number, row))
    if not header:
        raise Unreadable("table-broken", "The table is empty.", "Write the names of columns in row 1.")
    return Grid(header, tuple(found))


def _values(rows: Iterator[Sequence[object]], complaints: Complaints) -> Iterator[tuple[int, list[str]]]:
    for number, cells in enumerate(rows, 1):
        if number > MOST_ROWS:
            yield number, []
            return
        yield (
            number,
            [_text(cell, number, at, complaints) for at, cell in enumerate(cells[: MOST_COLUMNS + 1])],
        )


def _text(cell: object, row: int, at: int, complaints: Complaints) -> str:
    value, kind = getattr(cell, "value", None), getattr(cell, "data_type", "")
    if value is None:
        return ""
    place = f"{column_name(at)}{row}"
    if kind in {"f", "e"}:
        what = "a formula" if kind == "f" else "an error value"
        message = f"Cell {place} holds {what}, and no text."
        words = str(value)[:60]
        complaints.violation(row, "formula", message, "Copy the sheet and paste its values only.", words)
        return ""
    if isinstance(value, datetime | date):
        return value.isoformat().removesuffix("T00:00:00")
    whole = isinstance(value, float) and value.is_integer() and abs(value) < 1e15
    return str(int(value) if whole else value)


def _filled(
    rows: Iterator[tuple[int, list[str]]], merged: Sequence[tuple[int, int, int]]
) -> Iterator[tuple[int, list[str]]]:
    """Merged cells of one column have their value in each row."""
    kept: dict[int, tuple[int, str]] = {}
    begins: dict[int, list[tuple[int, int]]] = {}
    for column, first, last in merged:
        begins.setdefault(first, []).append((column, last))
    for number, written in rows:
        row = written
        for column, last in begins.get(number, ()):
            if column < len(row):
                kept[column] = (last, row[column])
        for column, (last, value) in kept.items():
            if number <= last:
                row = row + [""] * (column + 1 - len(row))
                row[column] = value
        yield number, row


def _merges(data: bytes, path: str) -> list[tuple[int, int, int]]:
    """Merged ranges as (column, first row, last row), for each column that they span."""
    with zipfile.ZipFile(io.BytesIO(data)) as book:
        written = book.read(path.lstrip("/"))
    found = []
    for left, top, right, bottom in _MERGED.findall(written)[:10_000]:
        columns = range(_at(left), min(_at(right), MOST_COLUMNS) + 1)
        found += [(column, int(top), int(bottom)) for column in columns]
    return found


def _at(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number - 1


def _check(data: bytes) -> None:
    """Refuse what a workbook need not have, before any library opens it: traps of zip and of XML."""
    hint = f"Open it in your program and save it again. {_AS_CSV}"
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as book:
            members = book.infolist()
            size = sum(member.file_size for member in members)
            if len(members) > 2000 or size > _MOST_UNPACKED:
                raise Unreadable("file-too-large", "The workbook is too large.", _AS_CSV)
            if len({member.filename for member in members}) < len(members):
                raise Unreadable("table-broken", "Two parts of the workbook have one name.", hint)
            for member in members:
                packed = max(member.compress_size, 1)
                if member.file_size > 1_000_000 and member.file_size / packed > _MOST_RATIO:
                    raise Unreadable("zip-bomb", "A part of the workbook unpacks to far too much.", hint)
                if member.filename.endswith((".xml", ".rels")):
                    _xml(book, member, hint)
    except _BROKEN as error:
        message = f"The file is no workbook: {visible(str(error)[:120])}."
        raise Unreadable("table-broken", message, _AS_CSV) from None


def _xml(book: zipfile.ZipFile, member: zipfile.ZipInfo, hint: str) -> None:
    with book.open(member) as opened:
        written = opened.read(member.file_size + 1)
    if len(written) > member.file_size:
        raise Unreadable("zip-bomb", "A part of the workbook unpacks to more than it says.", hint)
    if b"<!DOCTYPE" in written or b"<!ENTITY" in written or written[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise Unreadable("xml-doctype", "The workbook has a document type, which may hold traps.", hint)
