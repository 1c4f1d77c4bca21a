"""The lines of brat standoff: each is read for itself, and put together later."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import pairwise

from diaspora_kg.errors import Finding, Severity
from diaspora_kg.marked.model import (
    Argument,
    Attribute,
    Equivalence,
    Fragment,
    Identity,
)

_TEXT = re.compile(
    r"(T[0-9]{1,12}\S*)\t(\S+) ([0-9]{1,12} [0-9]{1,12}(?:;[0-9]{1,12} [0-9]{1,12})*)(?:\t(.*))?", re.S
)
_RELATION = re.compile(r"(R[0-9]{1,12}\S*)\t(\S+) ([^\s:]+):(\S+) ([^\s:]+):(\S+)\s*")
_EVENT = re.compile(r"(E[0-9]{1,12}\S*)\t([^\s:]+):(\S+)((?: +[^\s:]+:\S+)*)\s*")
_ATTRIBUTE = re.compile(r"([AM][0-9]{1,12}\S*)\t(\S+) (\S+)(?: (.*))?", re.S)
_REFERENCE = re.compile(r"(N[0-9]{1,12}\S*)\t(\S+) (\S+) ([^\s:]+):(\S+)(?:\t(.*))?", re.S)
_NOTE = re.compile(r"(#[0-9]{1,12}\S*)\t(\S+) (\S+)(?:\t(.*))?", re.S)
_EQUIVALENCE = re.compile(r"\*\t(\S+)((?: \S+)+)\s*")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")

_SHAPES = {
    "T": "T1<TAB>Type 0 5<TAB>words",
    "R": "R1<TAB>Type Arg1:T1 Arg2:T2",
    "E": "E1<TAB>Type:T1 Role:T2",
    "A": "A1<TAB>Name T1 value",
    "M": "M1<TAB>Name T1 value",
    "N": "N1<TAB>Reference T1 Wikidata:Q1<TAB>label",
    "#": "#1<TAB>AnnotatorNotes T1<TAB>note",
    "*": "*<TAB>Equiv T1 T2",
}
NOTES = "AnnotatorNotes"
"""The type of note that annotators write; others are written by tools."""

EQUIV = "Equiv"
"""The line without an id that says which annotations mean the same."""


@dataclass
class Lines:
    """What the lines of one annotation say, before they are put together; ``read`` are the lines used."""

    file: str
    findings: list[Finding] = field(default_factory=list)
    read: set[int] = field(default_factory=set)
    ids: dict[str, int] = field(default_factory=dict)
    spans: dict[str, tuple[str, tuple[Fragment, ...], str, int]] = field(default_factory=dict)
    frames: dict[str, tuple[str, str, tuple[Argument, ...], int]] = field(default_factory=dict)
    relations: dict[str, tuple[str, str, str, int]] = field(default_factory=dict)
    equivalences: list[Equivalence] = field(default_factory=list)
    attributes: dict[str, list[Attribute]] = field(default_factory=dict)
    identities: dict[str, list[Identity]] = field(default_factory=dict)
    notes: dict[str, list[tuple[str, int]]] = field(default_factory=dict)

    def take(self, line: str, number: int) -> None:
        """Read one line; one that cannot be read is a finding."""
        words = line.removesuffix("\r")
        if not words.strip():
            return
        if _CONTROL.search(words):
            self.refuse(
                number, "control-character", "A control character stands in this line.", "Delete it.", words
            )
            return
        reader = _READERS.get(words[0])
        if reader is None:
            hint = f"Lines begin with one of {' '.join(_SHAPES)}; was a line broken in two?"
            self.refuse(number, "unknown-line", "This line is none of brat's.", hint, words)
        elif reader(self, words, number):
            self.read.add(number)

    def refuse(self, line: int, code: str, message: str, hint: str, words: str) -> bool:
        """A violation at a line; gives ``False``."""
        shown = words if len(words) <= 60 else f"{words[:59]}…"
        self.findings.append(Finding(self.file, line, Severity.VIOLATION, code, message, hint, shown))
        return False

    def shape(self, line: str, number: int) -> bool:
        """The finding for a line whose beginning is known and whose rest is not."""
        hint = f"Such a line is written {_SHAPES[line[0]]}."
        return self.refuse(number, "broken-line", "This line cannot be read.", hint, line)

    def new(self, mark: str, line: str, number: int) -> bool:
        """Whether an id is used for the first time; a second time is a finding."""
        if mark in self.ids:
            message = f"The id {mark} is used twice, first in line {self.ids[mark]}."
            return self.refuse(number, "duplicate-id", message, "Give one of them a new id.", line)
        self.ids[mark] = number
        return True


def _text(lines: Lines, line: str, number: int) -> bool:
    found = _TEXT.fullmatch(line)
    if found is None:
        return lines.shape(line, number)
    mark, label, offsets, words = found.groups()
    if not lines.new(mark, line, number):
        return False
    fragments = tuple(_pair(part) for part in offsets.split(";"))
    if any(begin < before[1] for before, (begin, _) in pairwise(fragments)):
        message = "The fragments of this annotation overlap, or stand in another order than in the text."
        return lines.refuse(number, "overlapping-fragments", message, "Mark it again in brat.", line)
    lines.spans[mark] = (label, fragments, words or "", number)
    return True


def _pair(part: str) -> Fragment:
    begin, end = part.split(" ")
    return int(begin), int(end)


def _relation(lines: Lines, line: str, number: int) -> bool:
    found = _RELATION.fullmatch(line)
    if found is None:
        return lines.shape(line, number)
    mark, label, one, source, other, target = found.groups()
    if not lines.new(mark, line, number):
        return False
    if (one, other) == ("Arg2", "Arg1"):
        source, target = target, source
    lines.relations[mark] = (label, source, target, number)
    return True


def _event(lines: Lines, line: str, number: int) -> bool:
    found = _EVENT.fullmatch(line)
    if found is None:
        return lines.shape(line, number)
    mark, label, trigger, rest = found.groups()
    if not lines.new(mark, line, number):
        return False
    pairs = (part.split(":", 1) for part in rest.split())
    arguments = tuple(Argument(role, target) for role, target in pairs)
    lines.frames[mark] = (label, trigger, arguments, number)
    return True


def _attribute(lines: Lines, line: str, number: int) -> bool:
    found = _ATTRIBUTE.fullmatch(line)
    if found is None:
        return lines.shape(line, number)
    mark, name, target, value = found.groups()
    if not lines.new(mark, line, number):
        return False
    lines.attributes.setdefault(target, []).append(Attribute(name, (value or "").strip(), number))
    return True


def _reference(lines: Lines, line: str, number: int) -> bool:
    found = _REFERENCE.fullmatch(line)
    if found is None:
        return lines.shape(line, number)
    mark, _, target, scheme, written, label = found.groups()
    if not lines.new(mark, line, number):
        return False
    lines.identities.setdefault(target, []).append(Identity(scheme, written, label or "", number))
    return True


def _note(lines: Lines, line: str, number: int) -> bool:
    found = _NOTE.fullmatch(line)
    if found is None:
        return lines.shape(line, number)
    mark, kind, target, words = found.groups()
    if not lines.new(mark, line, number):
        return False
    if kind == NOTES:
        lines.notes.setdefault(target, []).append(((words or "").strip(), number))
    else:
        lines.attributes.setdefault(target, []).append(Attribute(f"#{kind}", (words or "").strip(), number))
    return True


def _equivalence(lines: Lines, line: str, number: int) -> bool:
    found = _EQUIVALENCE.fullmatch(line)
    if found is None:
        return lines.shape(line, number)
    label, members = found[1], tuple(found[2].split())
    lines.equivalences.append(Equivalence(members, "" if label == EQUIV else label, number))
    return True


_READERS: dict[str, Callable[[Lines, str, int], bool]] = {
    "T": _text, "R": _relation, "E": _event, "A": _attribute, "M": _attribute, "N": _reference, "#": _note,
    "*": _equivalence,
}  # fmt: skip
