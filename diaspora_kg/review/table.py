"""Decisions that a colleague wrote into a table of candidates: read, checked row by row, written.

Rows that are in order are written together, each of the others is told with its line and why. A table may be
taken in twice: what is decided already is not written again.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from pathlib import Path

from diaspora_kg.errors import Finding, Report, RunStopped, UsageError
from diaspora_kg.identity import Decision, Decisions, Judged, Verdict
from diaspora_kg.identity.decisions import same_key
from diaspora_kg.identity.effect import assumed, effect
from diaspora_kg.identity.live import Live
from diaspora_kg.link import Draft, Records, checked, decide_all, drafted
from diaspora_kg.project import Project

NEEDED = ("left", "right", "decision")
"""The columns that a table must have; ``why`` and ``who`` may be there, all others are not read."""

_DIVIDERS = (",", ";", "\t")
_VERDICTS = tuple(verdict.value for verdict in Verdict if verdict is not Verdict.WITHDRAW)
_RUNS = frozenset("=+-@\t\r")  # before these a quotation mark keeps a spreadsheet from running a cell
_LARGEST = 64 << 20
_LONGEST_KEY = 1000
_SHOWN = 80  # characters of a cell that a message repeats


@dataclass(frozen=True)
class Taken:
    """What came of a table: the lines that were written, the findings, and how many rows said nothing new.

    ``known`` rows say what is decided already, ``empty`` ones have no decision.
    """

    written: tuple[Decision, ...] = ()
    findings: tuple[Finding, ...] = ()
    known: int = 0
    empty: int = 0


@dataclass
class _Counts:
    known: int = 0
    empty: int = 0


@dataclass(frozen=True)
class _Row:
    line: int
    cells: Mapping[str, str]


def take_in(project: Project, path: Path, who: str) -> Taken:
    """Take in the decisions of a table; ``who`` decided where no column says so.

    Raises :class:`UsageError` and :class:`~diaspora_kg.errors.RunStopped` where ``decisions.tsv`` cannot be
    written; what is wrong in the table is a finding.
    """
    report, counts = Report(path.name), _Counts()
    drafts: list[tuple[int, Draft]] = []
    with Records(project) as known:
        for row in _rows(path, report):
            draft = _draft(row, who, path.name, report, counts)
            if draft is not None:
                try:
                    drafts.append((row.line, checked(known, draft)))
                except UsageError as error:
                    report.violation(row.line, "review-record", _sentence(error), _KEYS, draft.left)
    written: list[Decision] = []
    if drafts:
        written = decide_all(project, lambda held: _make(held, drafts, report, counts))
    return Taken(tuple(written), tuple(sorted(report.findings)), counts.known, counts.empty)


def _make(
    held: Decisions, drafts: Sequence[tuple[int, Draft]], report: Report, counts: _Counts
) -> list[Decision]:
    live, made = Live(held, assumed), list[Decision]()
    said = {(_pair(row.left, row.right), row.decision): row for row in held.active}
    for line, draft in drafts:
        pair = _pair(draft.left, draft.right)
        now = replace(held, rows=(*held.rows, *made))
        if (pair, draft.decision) in said:
            counts.known += 1
        elif live.contradicts(draft.left, draft.right, draft.decision):
            found = effect(now, draft.left, draft.right, draft.decision)
            report.violation(line, "review-contradiction", " ".join(found.conflicts), _MEANT, draft.left)
        elif draft.decision is Verdict.UNSURE and (earlier := _settled(said, pair)):
            message = f"{earlier.who} said {earlier.decision} of these two already, so this is not written."
            report.warning(line, "review-known", message, f"To undo that: dkg link withdraw {earlier.id}")
        else:
            row = drafted(now, draft)
            made.append(row)
            said[pair, draft.decision] = row
            live.add(Judged(row, assumed(row.left), assumed(row.right)))
    return made


def _settled(
    said: Mapping[tuple[frozenset[str], Verdict], Decision], pair: frozenset[str]
) -> Decision | None:
    return said.get((pair, Verdict.SAME)) or said.get((pair, Verdict.DIFFERENT))


def _pair(left: str, right: str) -> frozenset[str]:
    return frozenset({same_key(left), same_key(right)})


def _draft(row: _Row, who: str, name: str, report: Report, counts: _Counts) -> Draft | None:
    said = row.cells["decision"].casefold()
    if not said:
        counts.empty += 1
        return None
    if said not in _VERDICTS:
        near = get_close_matches(said, _VERDICTS, 1)
        hint = f"Write {near[0] if near else ', '.join(_VERDICTS)}, or leave the cell empty."
        report.violation(
            row.line, "review-decision", f"`{said[:_SHOWN]}` is no decision.", hint, said[:_SHOWN]
        )
        return None
    keys = [row.cells[side] for side in ("left", "right")]
    if not all(keys):
        report.violation(row.line, "review-record", "A record's key is missing.", _KEYS)
        return None
    if too_long := next((key for key in keys if len(key) > _LONGEST_KEY), ""):
        message = f"No record's key is as long as this one ({len(too_long)} characters)."
        report.violation(row.line, "review-record", message, _KEYS, too_long[:_SHOWN])
        return None
    why = row.cells.get("why", "") or f"Reviewed in the table {name}."
    return Draft(keys[0], keys[1], Verdict(said), row.cells.get("who", "") or who, why)


def _rows(path: Path, report: Report) -> Iterator[_Row]:
    """The rows of a table with their lines, as cells by column; what cannot be read is a finding."""
    text = _text(path, report)
    if text is None:
        return
    lines = text.splitlines(keepends=True)
    skipped = 1 if lines and lines[0].casefold().startswith("sep=") else 0  # Excel's own first line
    reader = csv.reader(
        io.StringIO("".join(lines[skipped:]), newline=""), delimiter=_divider(lines[skipped:])
    )
    columns: list[str] = []
    begin = skipped + 1
    while True:
        try:
            cells = [_plain(cell) for cell in next(reader)]
        except StopIteration:
            return
        except csv.Error as error:
            report.violation(begin, "review-table", f"This row cannot be read: {error}.", "Save it as CSV.")
            return
        line, begin = begin, skipped + reader.line_num + 1
        if not any(cells):
            continue
        if not columns:
            columns = [cell.casefold() for cell in cells]
            if not _head(columns, line, report):
                return
        elif any(cells[len(columns) :]):
            message = f"This row has {len(cells)} cells, the head has {len(columns)}."
            report.violation(line, "review-table", message, "Put quotation marks around cells with a comma.")
        else:
            padded = [*cells, *[""] * (len(columns) - len(cells))]
            yield _Row(line, dict(zip(columns, padded, strict=False)))


def _head(columns: Sequence[str], line: int, report: Report) -> bool:
    missing = [name for name in NEEDED if name not in columns]
    twice = [name for name in (*NEEDED, "why", "who") if columns.count(name) > 1]
    if missing:
        message = f"The first row names no column {', '.join(missing)}."
        hint = f"Begin with the table of dkg link candidates --output csv; needed are {', '.join(NEEDED)}."
        report.violation(line, "review-table", message, hint)
    for name in twice:
        report.violation(line, "review-table", f"The column {name} is there twice.", "Delete one of them.")
    return not missing and not twice


def _text(path: Path, report: Report) -> str | None:
    try:
        if path.stat().st_size > _LARGEST:
            raise RunStopped(f"{path.name} is larger than a table of decisions can be (64 MiB).")
        data = path.read_bytes()
    except OSError as error:
        raise RunStopped(f"{path.name} cannot be read: {error.strerror or error}") from error
    wide = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    try:
        return data.decode("utf-16" if wide else "utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        hint = "Save it again, as CSV UTF-8. Nothing was written."
        report.violation(line, "review-table", "This table is not UTF-8.", hint)
        return None


def _divider(lines: Sequence[str]) -> str:
    """What stands between cells: the spreadsheets of many countries write semicolons."""
    head = next((line for line in lines if line.strip()), "")
    return max(_DIVIDERS, key=head.count)


def _plain(cell: str) -> str:
    cell = cell.strip()
    return cell[1:] if cell[:1] == "'" and cell[1:2] in _RUNS and cell[1:2] else cell


def _sentence(error: UsageError) -> str:
    said = str(error)
    return said[:1].upper() + said[1:]


_KEYS = "Keys stand in the columns left and right; leave them as they were."
_MEANT = "Withdraw the decision that is wrong, or leave this one out. This row was not written."
