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
from dataclasses import dataclass, field, replace
from typing import TypeVar

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

_EQUIV = "Equiv"
_Mark = TypeVar("_Mark", Span, Frame, Relation)


@dataclass
class Lines:
    """What the lines of one annotation say, before they are put together; ``read`` are the lines used."""

    file: str
    findings: list[Finding] = field(default_factory=list)
    read: set[int] = field(default_factory=set)
    ids: dict[str, int] = field(default_factory=dict)
    spans: dict[str, Span] = field(default_factory=dict)
    frames: dict[str, Frame] = field(default_factory=dict)
    relations: dict[str, Relation] = field(default_factory=dict)
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
    if any(begin < before[1] for before, (begin, _) in zip(fragments, fragments[1:], strict=False)):
        message = "The fragments of this annotation overlap, or stand in another order than in the text."
        return lines.refuse(number, "overlapping-fragments", message, "Mark it again in brat.", line)
    lines.spans[mark] = Span(mark, "", label, fragments, line=number, words=words or "")
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
    lines.relations[mark] = Relation(mark, "", label, source, target, line=number)
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
    lines.frames[mark] = Frame(mark, "", label, trigger, arguments, line=number)
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
    found = _EQUIVALENCE.fullmatch(line)
    if found is None:
        return lines.shape(line, number)
    label, members = found[1], tuple(found[2].split())
    lines.equivalences.append(Equivalence(members, "" if label == _EQUIV else label, number))
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
    number = 0
    for _, content in parts:
        for number, line in enumerate(content.removeprefix("\ufeff").split("\n"), number + 1):
            lines.take(line, number)
    spans, offsets = _settled(tuple(lines.spans.values()), text, lines)
    _owners(lines)
    document = Document(
        text,
        spans=tuple(_whole(span, lines) for span in spans),
        relations=tuple(_whole(one, lines) for one in lines.relations.values()),
        frames=tuple(_whole(one, lines) for one in lines.frames.values()),
        equivalences=tuple(lines.equivalences),
        offsets=offsets,
    )
    return document, tuple(lines.findings), lines


def _settled(spans: tuple[Span, ...], text: str | None, lines: Lines) -> tuple[tuple[Span, ...], str]:
    """The spans in code points of the text; a place that cannot be told has no fragments."""
    if text is None:
        return spans, ""
    places = tuple(Place(span.fragments, span.words or None, span.line) for span in spans)
    settled = settle((Sheet(text, places),))
    for fault in settled.faults:
        lines.refuse(fault.line, fault.code, fault.message, fault.hint, fault.words)
    moved = zip(spans, settled.spans[0], strict=True)
    return tuple(replace(span, fragments=fragments) for span, fragments in moved), settled.provenance


def _whole(mark: _Mark, lines: Lines) -> _Mark:
    """A mark with its attributes, references and note."""
    attributes, notes = lines.attributes.get(mark.id, ()), lines.notes.get(mark.id, ())
    if notes:
        mark = replace(mark, note=" | ".join(words for words, _ in notes if words))
    if attributes:
        mark = replace(mark, attributes=tuple(attributes))
    if isinstance(mark, Span) and mark.id in lines.identities:
        mark = replace(mark, identities=tuple(lines.identities[mark.id]))
    return mark


def _owners(lines: Lines) -> None:
    """Findings for what hangs on no annotation, or on one that cannot carry it."""
    triggers = {frame.id: frame.trigger for frame in lines.frames.values()}
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


def write(document: Document) -> str:
    """The lines of a document whose marks have brat's ids (``T1``, ``E1``, ``R1``), each with its extras."""
    counts = {"A": 0, "N": 0, "#": 0}
    lines: list[str] = []
    for span in document.spans:
        places = ";".join(f"{begin} {end}" for begin, end in span.fragments)
        lines.append(f"{span.id}\t{span.label} {places}\t{span.words}")
        lines += _extras(span, counts)
    for frame in document.frames:
        roles: dict[str, int] = {}
        parts = [f"{frame.label}:{frame.trigger}"]
        for role, target in frame.arguments:
            roles[role] = number = roles.get(role, 0) + 1
            parts.append(f"{role}{number if number > 1 else ''}:{target}")
        lines.append(f"{frame.id}\t{' '.join(parts)}")
        lines += _extras(frame, counts)
    for relation in document.relations:
        lines.append(f"{relation.id}\t{relation.label} Arg1:{relation.source} Arg2:{relation.target}\t")
        lines += _extras(relation, counts)
    lines += [f"*\t{_EQUIV} {' '.join(same.members)}" for same in document.equivalences]
    return "".join(f"{line}\n" for line in lines)


def _extras(mark: Span | Frame | Relation, counts: dict[str, int]) -> list[str]:
    """The lines of a mark's attributes, references and note."""

    def new(letter: str) -> str:
        counts[letter] += 1
        return f"{letter}{counts[letter]}"

    lines = [f"{new('A')}\t{one.name} {mark.id} {one.value}".rstrip() for one in mark.attributes]
    for one in mark.identities if isinstance(mark, Span) else ():
        lines.append(f"{new('N')}\tReference {mark.id} {one.scheme}:{one.id}\t{one.label}")
    if mark.note:
        lines.append(f"{new('#')}\t{NOTES} {mark.id}\t{mark.note}")
    return lines
