r"""``decisions.tsv``: what reviewers decided about pairs of records, one decision a line.

The first line is ``# format: 1``, the second the names of the columns. Lines are only ever added: a
decision is undone by a later line that withdraws it. A tab, a line break and a backslash inside a cell
are written ``\t``, ``\n`` (``\r``) and ``\\``. A line that cannot be read is a finding and nothing more;
a file of another format is not read at all.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import astuple, dataclass, replace
from datetime import datetime
from difflib import get_close_matches
from enum import StrEnum
from functools import cached_property

from diaspora_kg.errors import Finding, Report, Severity

FORMAT = 1
"""The version of the file's format that this program writes and reads."""

COLUMNS = ("id", "left", "right", "decision", "of", "who", "when", "why")
HEAD = f"# format: {FORMAT}\n" + "\t".join(COLUMNS) + "\n"
"""How a new file begins."""

_FIRST = re.compile(r"# *format: *([0-9]{1,9}) *")
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_WHEN = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z")
_MARKS = ("<<<<<<<", "|||||||", "=======", ">>>>>>>")
_MARKED = "Keep the lines of both sides, and delete the marks."
_ESCAPES = {"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"}
_PLAIN = {written: char for char, written in _ESCAPES.items()}
_ESCAPED = re.compile(r"\\.?", re.DOTALL)


class Verdict(StrEnum):
    """What a line decides; ``WITHDRAW`` undoes another line."""

    SAME = "same"
    DIFFERENT = "different"
    UNSURE = "unsure"
    WITHDRAW = "withdraw"


@dataclass(frozen=True, slots=True)
class Decision:
    """One line: ``left`` and ``right`` are full keys of records, ``of`` the id that is withdrawn.

    ``when`` is a UTC time, ``2031-05-02T10:00:00Z``; ``line`` counts from 1 (0: not from a file).
    """

    id: str
    left: str
    right: str
    decision: Verdict
    of: str
    who: str
    when: str
    why: str
    line: int = 0

    def written(self) -> str:
        """The line in the file; raises :class:`ValueError` for what no line can hold."""
        cells = [str(cell) for cell in astuple(self)[: len(COLUMNS)]]
        return "\t".join(map(escape, cells)) + "\n"


@dataclass(frozen=True)
class Decisions:
    """A whole file; ``readable`` is false where its format or its columns are not known.

    ``doubtful`` are the faulty lines, which do not count, each with its cells: they may tell of whom it is.
    """

    rows: tuple[Decision, ...] = ()
    findings: tuple[Finding, ...] = ()
    readable: bool = True
    doubtful: tuple[tuple[int, tuple[str, ...]], ...] = ()

    @cached_property
    def withdrawn(self) -> frozenset[str]:
        """The ids that other lines undo."""
        return frozenset(row.of for row in self.rows if row.decision is Verdict.WITHDRAW)

    @cached_property
    def active(self) -> tuple[Decision, ...]:
        """The decisions in force, in order of id: the order of lines never counts."""
        kept = (r for r in self.rows if r.decision is not Verdict.WITHDRAW and r.id not in self.withdrawn)
        return tuple(sorted(kept, key=lambda row: row.id))

    def get(self, name: str) -> Decision | None:
        """The line that has this id."""
        return next((row for row in self.rows if row.id == name), None)


def escape(cell: str) -> str:
    r"""A cell as a line holds it.

    >>> print(escape("one\ttwo\\"))
    one\ttwo\\
    """
    if wrong := _unfit("".join(char for char in cell if char not in _ESCAPES)):
        raise ValueError(wrong)
    return "".join(_ESCAPES.get(char, char) for char in cell)


def unescape(written: str) -> str:
    """What a cell says; raises :class:`ValueError` for a backslash that begins no escape."""

    def plain(match: re.Match[str]) -> str:
        if match[0] not in _PLAIN:
            raise ValueError(f"`{match[0]}` is no escape; a backslash itself is written `\\\\`")
        return _PLAIN[match[0]]

    if wrong := _unfit(written):
        raise ValueError(wrong)
    return _ESCAPED.sub(plain, written)


def _unfit(cell: str) -> str:
    if cell.isprintable():
        return ""
    bad = next((char for char in cell if unicodedata.category(char) in {"Cc", "Cs"}), "")
    return f"a cell cannot hold the control character U+{ord(bad):04X}" if bad else ""


def read_decisions(data: bytes, file: str) -> Decisions:
    """Read a file; an empty one holds no decisions. Every fault is a finding with its line."""
    report = Report(file)
    if not data:
        return Decisions()
    lines = data.removeprefix(b"\xef\xbb\xbf").split(b"\n")
    if not _head(lines, report):
        return Decisions((), tuple(report.findings), readable=False)
    if lines.pop() != b"":
        hint = "Look whether the line is whole, and end it with a line break."
        report.warning(len(lines) + 1, "decision-unfinished", "The file does not end in a line break.", hint)
        lines = data.removeprefix(b"\xef\xbb\xbf").split(b"\n")
    read = (_line(line, number, report) for number, line in enumerate(lines[2:], 3))
    rows = _once([row for row in read if row is not None], report)
    rows = _withdrawals(rows, report)
    return Decisions(tuple(rows), tuple(sorted(report.findings)), doubtful=tuple(_doubtful(lines, report)))


def _doubtful(lines: Sequence[bytes], report: Report) -> Iterator[tuple[int, tuple[str, ...]]]:
    for number in sorted({f.line for f in report.findings if f.severity is Severity.VIOLATION}):
        written = lines[number - 1].decode("utf-8", "replace").removesuffix("\r").split("\t")
        yield number, tuple(cell for cell in dict.fromkeys(written) if cell)


def _head(lines: list[bytes], report: Report) -> bool:
    first, second = (line.decode("utf-8", "replace").removesuffix("\r") for line in (*lines, b"", b"")[:2])
    match = _FIRST.fullmatch(first)
    if match is None:
        hint = _MARKED if first.startswith(_MARKS) else f"Write as the first line: # format: {FORMAT}"
        if lines[0].startswith((b"\xff\xfe", b"\xfe\xff")):
            hint = "Save the file as UTF-8: this is UTF-16."
        report.violation(1, "decisions-format", "The first line does not state the format.", hint, first)
    elif int(match[1]) != FORMAT:
        newer = "is newer than" if int(match[1]) > FORMAT else "is not one that"
        message = f"Format {match[1]} {newer} this program reads ({FORMAT})."
        report.violation(1, "decisions-format", message, "Update dkg.", first)
    elif tuple(second.split("\t")) != COLUMNS:
        hint = f"They are, with tabs between them: {', '.join(COLUMNS)}."
        report.violation(2, "decisions-format", "The second line does not name the columns.", hint, second)
    else:
        return True
    return False


def _line(line: bytes, number: int, report: Report) -> Decision | None:
    try:
        text = line.decode("utf-8").removesuffix("\r")
        cells = [unescape(cell) for cell in text.split("\t")]
    except UnicodeDecodeError:
        shown = line.decode("utf-8", "backslashreplace")
        report.violation(number, "decision-malformed", "This line is not UTF-8.", "Write it again.", shown)
        return None
    except ValueError as problem:
        report.violation(number, "decision-malformed", f"This line cannot be read: {problem}.", "", text)
        return None
    if _told_as_no_decision(text, number, report):
        return None
    if len(cells) != len(COLUMNS):
        message = f"This line has {len(cells)} cells in place of {len(COLUMNS)}."
        hint = f"They are, with tabs between them: {', '.join(COLUMNS)}."
        report.violation(number, "decision-malformed", message, hint, text)
        return None
    return _checked(cells, number, report)


def _told_as_no_decision(text: str, number: int, report: Report) -> bool:
    """What merging files by hand leaves: no decision, and the lines around it are whole."""
    if not text:
        report.warning(number, "decision-malformed", "This line is empty.", "Delete it.")
    elif text == "\t".join(COLUMNS) or _FIRST.fullmatch(text):
        message = "This is a line of the file's head, which stands above already."
        report.warning(number, "decision-malformed", message, "Delete it.", text)
    elif text.startswith(_MARKS):
        message = "This is a mark that a merge left here: the lines of two branches are not brought together."
        report.violation(number, "decision-malformed", message, _MARKED, text)
    else:
        return False
    return True


def _checked(cells: list[str], number: int, report: Report) -> Decision | None:
    faults = list(_faults(*cells))
    for message, hint, words in faults:
        report.violation(number, "decision-malformed", message, hint, words)
    if faults:
        return None
    name, left, right, decision, of, who, when, why = cells
    if not why and decision != Verdict.WITHDRAW:
        report.warning(number, "decision-reason", "Nothing says why this was decided.", "", name)
    return Decision(name, left, right, Verdict(decision), of, who, when, why, number)


def _faults(  # one per cell, in their order
    name: str, left: str, right: str, decision: str, of: str, who: str, when: str, _why: str
) -> Iterator[tuple[str, str, str]]:
    withdraws = decision == Verdict.WITHDRAW
    if not _ID.fullmatch(name):
        yield f"`{name}` cannot be an id.", "Use letters, digits, dots, hyphens and underscores.", name
    if decision not in set(Verdict):
        near = get_close_matches(decision, list(Verdict), 1)
        yield f"`{decision}` is no decision.", f"Use {near[0] if near else ', '.join(Verdict)}.", decision
    if (not left or not right) and not (withdraws and not left and not right):
        yield "A record's key is missing.", "Write the full keys of both records, such as `article.key`.", ""
    elif left and same_key(left) == same_key(right):
        yield "A record is compared with itself.", "Write the keys of two records.", left
    if withdraws and not of:
        yield "This withdraws nothing.", "Write the id of the decision that is withdrawn at `of`.", name
    elif of and not withdraws:
        yield "Only a withdrawal has something at `of`.", "Leave it empty.", of
    if not who.strip():
        yield "Nobody is named as having decided this.", "Write who it was at `who`.", name
    if not _is_time(when):
        yield f"`{when}` is no UTC time.", "Write it as 2031-05-02T10:00:00Z.", when


def _is_time(when: str) -> bool:
    try:
        return _WHEN.fullmatch(when) is not None and bool(datetime.fromisoformat(when))
    except ValueError:
        return False


def same_key(key: str) -> str:
    """A key as it is compared: two ways to type one letter are one key."""
    return unicodedata.normalize("NFC", key)


def _once(rows: Iterable[Decision], report: Report) -> list[Decision]:
    kept: dict[str, Decision] = {}
    for row in rows:
        if first := kept.get(row.id):
            if replace(row, line=0) == replace(first, line=0):
                message = f"This line stands in line {first.line} already."
                report.warning(row.line, "decision-twice", message, "Delete one of them.", row.id)
            else:
                message = f"The id `{row.id}` is that of line {first.line}, so this line does not count."
                report.violation(row.line, "decision-twice", message, "Give it another id.", row.id)
        kept.setdefault(row.id, row)
    return list(kept.values())


def _withdrawals(rows: list[Decision], report: Report) -> list[Decision]:
    by_id = {row.id: row for row in rows}
    done: dict[str, int] = {}
    kept = []
    for row in rows:
        if row.decision is not Verdict.WITHDRAW:
            kept.append(row)
            continue
        wrong, hint = _wrong_withdrawal(row, by_id)
        if wrong:
            report.violation(row.line, "decision-withdraws", wrong, hint, row.of)
            continue
        if row.of in done:
            message = f"`{row.of}` was withdrawn in line {done[row.of]} already."
            report.warning(row.line, "decision-withdraws", message, words=row.of)
        done.setdefault(row.of, row.line)
        kept.append(row)
    return kept


def _wrong_withdrawal(row: Decision, by_id: dict[str, Decision]) -> tuple[str, str]:
    meant = by_id.get(row.of)
    if meant is None:
        near = get_close_matches(row.of, by_id, 1)
        return f"There is no decision `{row.of}` to withdraw.", f"Did you mean `{near[0]}`?" if near else ""
    if meant.decision is Verdict.WITHDRAW:
        return "A withdrawal cannot be withdrawn.", "Decide about the two records again."
    if row.left and {row.left, row.right} != {meant.left, meant.right}:
        return f"`{row.of}` compares other records.", "Correct `of`, or leave left and right empty."
    return "", ""
