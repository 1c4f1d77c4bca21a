r"""brat standoff: one annotation a line, the text beside.

``T1<TAB>Type 0 5<TAB>words``, ``R1<TAB>Type Arg1:T1 Arg2:T2``, ``E1<TAB>Type:T3 Role:T1 Role2:E2``,
``A1<TAB>Name T1 value`` (``M1`` in old files), ``N1<TAB>Reference T1 DB:ID<TAB>label``,
``#1<TAB>AnnotatorNotes T1<TAB>note``, ``*<TAB>Equiv T1 T2``. Lines may stand in any order. Every line becomes
something or is a finding; offsets are Unicode code points of the text, each line end counted as it is
(read off brat's own sources, and checked by every quote: :mod:`diaspora_kg.marked.offsets`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from diaspora_kg.errors import Finding, Report, Severity
from diaspora_kg.marked.model import (
    Argument,
    Attribute,
    Document,
    Equivalence,
    Fragment,
    Frame,
    Identity,
    Relation,
    Span,
)
from diaspora_kg.marked.offsets import Place, Sheet, settle

_TEXT = re.compile(
    r"(T[0-9]{1,12}\S*)\t(\S+) ([0-9]{1,12} [0-9]{1,12}(?:;[0-9]{1,12} [0-9]{1,12})*)(?:\t(.*))?", re.S
)
_RELATION = re.compile(r"(R[0-9]{1,12}\S*)\t(\S+) (\S+?):(\S+) (\S+?):(\S+)\s*")
_EVENT = re.compile(r"(E[0-9]{1,12}\S*)\t(\S+?):(\S+)((?: \S+?:\S+)*)\s*")
_ATTRIBUTE = re.compile(r"([AM][0-9]{1,12}\S*)\t(\S+) (\S+)(?: (.*?))?\s*")
_REFERENCE = re.compile(r"(N[0-9]{1,12}\S*)\t(\S+) (\S+) (\S+?):(\S+)(?:\t(.*))?", re.S)
_NOTE = re.compile(r"(#[0-9]{1,12}\S*)\t(\S+) (\S+)(?:\t(.*))?", re.S)
EQUIVALENCE = re.compile(r"\*\t(\S+)((?: \S+)+)\s*")
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
    lines.attributes.setdefault(target, []).append(Attribute(name, value or "", number))
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
    found = EQUIVALENCE.fullmatch(line)
    if found is None:
        return lines.shape(line, number)
    label, members = found[1], tuple(found[2].split())
    lines.equivalences.append(Equivalence(members, "" if label == EQUIV else label, number))
    return True


_READERS: dict[str, Callable[[Lines, str, int], bool]] = {
    "T": _text, "R": _relation, "E": _event, "A": _attribute, "M": _attribute, "N": _reference, "#": _note,
    "*": _equivalence,
}  # fmt: skip


def parse(parts: Sequence[tuple[str, str]], text: str | None) -> tuple[Document, tuple[Finding, ...], Lines]:
    """The document of annotation files that belong together, with what could not be read.

    ``parts`` are names and contents (``x.ann``; ``x.a1``, ``x.a2``); their lines are counted on from one to
    the next. ``text`` is what they annotate, ``None`` where it is not at hand.
    """
    lines = Lines(parts[0][0] if parts else "")
    every = (line for _, content in parts for line in content.removeprefix("\ufeff").split("\n"))
    for number, line in enumerate(every, 1):
        lines.take(line, number)
    places, offsets = _settled(text, lines)
    _owners(lines)
    return _document(text, places, offsets, lines), tuple(lines.findings), lines


def _document(
    text: str | None, places: Sequence[tuple[Fragment, ...]], offsets: str, lines: Lines
) -> Document:
    """The marks of all lines, each with its attributes, references and note."""

    def note(mark: str) -> str:
        return " | ".join(words for words, _ in lines.notes.get(mark, ()) if words)

    def attributes(mark: str) -> tuple[Attribute, ...]:
        return tuple(lines.attributes.get(mark, ()))

    spans = zip(lines.spans.items(), places, strict=True)
    return Document(
        text,
        spans=tuple(
            Span(
                *(mark, "", label, fragments, attributes(mark), tuple(lines.identities.get(mark, ()))),
                *(note(mark), line, words),
            )
            for (mark, (label, _, words, line)), fragments in spans
        ),
        relations=tuple(
            Relation(mark, "", label, source, target, attributes(mark), note(mark), line)
            for mark, (label, source, target, line) in lines.relations.items()
        ),
        frames=tuple(
            Frame(mark, "", label, trigger, arguments, attributes(mark), note(mark), line)
            for mark, (label, trigger, arguments, line) in lines.frames.items()
        ),
        equivalences=tuple(lines.equivalences),
        offsets=offsets,
    )


def _settled(text: str | None, lines: Lines) -> tuple[list[tuple[Fragment, ...]], str]:
    """The stretches in code points of the text; a place that cannot be told has no fragments."""
    if text is None:
        return [fragments for _, fragments, _, _ in lines.spans.values()], ""
    places = tuple(
        Place(fragments, words or None, line) for _, fragments, words, line in lines.spans.values()
    )
    settled = settle((Sheet(text, places),))
    for fault in settled.faults:
        lines.refuse(fault.line, fault.code, fault.message, fault.hint, fault.words)
    return list(settled.spans[0]), settled.provenance


def _owners(lines: Lines) -> None:
    """Findings for what hangs on no annotation, or on one that cannot carry it."""
    triggers = {mark: trigger for mark, (_, trigger, _, _) in lines.frames.items()}
    for target in [target for target in lines.identities if target in triggers]:
        span = triggers[target]  # brat lets a reference point to an event: its trigger stands for it
        lines.identities.setdefault(span, []).extend(lines.identities.pop(target))
    marks = lines.spans.keys() | lines.frames.keys() | lines.relations.keys()
    held = [(target, one.line) for target, ones in lines.attributes.items() for one in ones]
    held += [(target, line) for target, notes in lines.notes.items() for _, line in notes]
    for target, line in sorted(held, key=lambda pair: pair[1]):
        if target not in marks:
            _loose(lines, target, line)
    for target, identities in lines.identities.items():
        for one in identities if target not in lines.spans else ():
            _loose(lines, target, one.line)


def _loose(lines: Lines, target: str, line: int) -> None:
    there = target in lines.ids
    message = f"This belongs to {target}, and there is no such annotation in this file."
    if there:
        message = f"This belongs to {target} (line {lines.ids[target]}), which cannot carry it."
    hint = (
        "Mark it at an annotation with words."
        if there
        else "Save the file again in brat, or delete the line."
    )
    lines.refuse(line, "dangling-reference", message, hint, target)


def decoded(data: bytes, report: Report) -> str | None:
    """The content of a file of brat; ``None`` where it is not UTF-8."""
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        words = f"byte 0x{data[error.start]:02X}"
        report.violation(line, "not-utf8", "This file is not UTF-8.", "Save it as UTF-8.", words)
        return None
