r"""brat standoff: one annotation a line, the text beside.

``T1<TAB>Type 0 5<TAB>words``, ``R1<TAB>Type Arg1:T1 Arg2:T2``, ``E1<TAB>Type:T3 Role:T1 Role2:E2``,
``A1<TAB>Name T1 value`` (``M1`` in old files), ``N1<TAB>Reference T1 DB:ID<TAB>label``,
``#1<TAB>AnnotatorNotes T1<TAB>note``, ``*<TAB>Equiv T1 T2``. Lines may stand in any order. Every line becomes
something or is a finding; offsets are Unicode code points of the text, each line end counted as it is
(read off brat's own sources, and checked by every quote: :mod:`diaspora_kg.marked.offsets`).
"""

from __future__ import annotations

from collections.abc import Sequence

from diaspora_kg.errors import Finding, Report
from diaspora_kg.marked.bratlines import Lines
from diaspora_kg.marked.model import Attribute, Document, Fragment, Frame, Relation, Span
from diaspora_kg.marked.offsets import Place, Sheet, settle


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
