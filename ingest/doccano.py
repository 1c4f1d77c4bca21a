"""doccano's JSONL: one text a line, with labels as ``[begin, end, label]`` or with entities and relations.

``all.jsonl`` or one file for each user; a zip of such files gives a run for each user. doccano repeats no
words, so its numbers can only be checked by whether they cut words: it counts code points, or graphemes
where the project says so. Labels of whole texts and rewritten texts have no place here.
"""

from __future__ import annotations

import codecs
import re
from collections import Counter
from pathlib import PurePosixPath

from diaspora_kg.marked import Attribute, Relation, Span
from diaspora_kg.marked.counting import Unit
from diaspora_kg.marked.drafts import Draft, bounded, finished, key_of, mapped
from diaspora_kg.marked.jsonfiles import Complaints, Object, Unreadable, decoded, parsed, shown
from diaspora_kg.marked.model import Document
from diaspora_kg.reading import ReadResult, Source
from diaspora_kg.uima.guard import RefusedError
from diaspora_kg.uima.zips import Zip, is_jsonl
from diaspora_kg.visible import visible

SUFFIXES = (".jsonl", ".zip")
LABELS = "regions"

_BEGINS = re.compile(rb"\s*(?:\xef\xbb\xbf)?\s*[{\[]")
_SHAPE = {
    "id",
    "text",
    "data",
    "label",
    "labels",
    "entities",
    "relations",
    "Comments",
    "comments",
    "annotator",
}


def sniff(head: bytes) -> bool:
    """Whether the first bytes begin an object, or a zip of JSONL; or are UTF-16, which is refused."""
    if head.startswith(b"PK"):
        return is_jsonl(head)
    return bool(_BEGINS.match(head)) or head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))


def read(source: Source) -> ReadResult:
    """The articles of a file: one for each line."""
    documents, tags, complaints = documents_of(source)
    return mapped(documents, tags, source, complaints)


def documents_of(source: Source) -> tuple[list[Document], list[str], Complaints]:
    """What the file says before labels have a meaning, and what is wrong with it."""
    complaints = Complaints(source.file)
    try:
        members = [(name, _lines(data)) for name, data in _members(source)]
        bounded([line for _, lines in members for line in lines])
    except Unreadable as error:
        complaints.unreadable(error)
        return [], [], complaints
    except RefusedError as refusal:
        complaints.violation(refusal.line, refusal.code, str(refusal), refusal.hint)
        return [], [], complaints
    reader = _Reader(source.key, any(len(lines) > 1 for _, lines in members), complaints)
    for name, lines in members:
        reader.member(name)
        for number, line in lines:
            reader.line(number, line)
    reader.close()
    documents = finished(reader.drafts, complaints, Unit.CODE_POINTS, graphemes=True)
    return documents, [draft.tag for draft in reader.drafts], complaints


def _members(source: Source) -> list[tuple[str, bytes]]:
    """The file itself, or the files of a zip; raises :class:`RefusedError`."""
    if not source.data.startswith(b"PK"):
        return [("", source.data)]
    archive = Zip(source.data)
    strange = [name for name in archive.names if not name.endswith(".jsonl")]
    if strange:
        message = f"The zip of JSONL holds something else: {visible(strange[0][:60])}."
        raise Unreadable("zip-content", message, "Put only doccano's files into it.")
    return [(name, archive.read(name)) for name in archive.names]


def _lines(data: bytes) -> list[tuple[int, str]]:
    return [(number, line) for number, line in enumerate(decoded(data).split("\n"), 1) if line.strip()]


class _Reader:
    """Goes through the lines of a file, or of the files of a zip."""

    def __init__(self, base: str, several: bool, complaints: Complaints) -> None:
        self.base, self.several, self.complaints = base, several, complaints
        self.drafts: list[Draft] = []
        self.keys: set[str] = set()
        self.name = self.user = ""
        self.aside: Counter[str] = Counter()

    def member(self, name: str) -> None:
        """Begin a file of a zip: it is called after the user whose work it holds, or ``all``."""
        stem = PurePosixPath(name).stem
        self.name, self.user = name, "" if stem == "all" else stem
        self.keys = set()

    def line(self, number: int, written: str) -> None:
        """One line; where it cannot be read, an article that is not published says so."""
        complaints = self.complaints
        draft = Draft("", key_of(self.base, number, self.several, None), f"{self.name} {number}")
        draft.counts = f"line of {self.name}" if self.name else ""
        self.drafts.append(draft)
        try:
            value = parsed(written, number)
        except Unreadable as error:
            complaints.violation(error.line, error.code, str(error), error.hint, tag=draft.tag)
            return
        if not isinstance(value, dict):
            complaints.shape(number, "a line", "an object", value, draft.tag)
            return
        key = key_of(self.base, number, self.several, value.get("id"))
        if key.casefold() in self.keys:
            message = f"Two lines have the id {shown(value.get('id'))}."
            complaints.violation(number, "duplicate-id", message, "Export again.", tag=draft.tag)
            key = f"{key}-{number}"
        self.keys.add(key.casefold())
        draft.key, draft.annotator = key, complaints.text(value, "annotator", number, draft.tag)
        draft.annotator = draft.annotator or self.user
        draft.text = complaints.text(value, "text" if "text" in value else "data", number, draft.tag)
        if not draft.text:
            message = "The line has no text."
            complaints.violation(
                number, "text-missing", message, "Export as JSONL with texts.", tag=draft.tag
            )
            return
        self.labels(draft, value.get("label", value.get("labels")), number)
        self.entities(draft, value, number)
        self.others(draft, value, number)

    def labels(self, draft: Draft, labels: object, line: int) -> None:
        """The shape without relations: triples."""
        for place, one in enumerate(labels if isinstance(labels, list) else [labels] if labels else [], 1):
            triple = one if isinstance(one, list) and len(one) == 3 else [one]
            if len(triple) < 3 or not isinstance(triple[2], str):
                message = "A label of a whole text, or a rewritten text, has no place here."
                hint = "Use a project of sequence labelling."
                self.complaints.warning(line, "not-read", message, hint, shown(one), draft.tag)
                continue
            where = {"begin": triple[0], "end": triple[1]}
            self.mark(draft, f"label {place}", where, "begin", "end", triple[2], line)

    def entities(self, draft: Draft, value: Object, line: int) -> None:
        """The shape with relations."""
        complaints, ids = self.complaints, set()
        for one in complaints.objects(value.get("entities"), "entities", line, draft.tag):
            identifier = _id(one.get("id"))
            if identifier in ids:
                message = f"Two entities have the id {shown(one.get('id'))}."
                complaints.violation(line, "duplicate-id", message, "Export again.", tag=draft.tag)
                continue
            ids.add(identifier)
            label = complaints.text(one, "label", line, draft.tag)
            self.mark(draft, identifier, one, "start_offset", "end_offset", label, line)
        for place, one in enumerate(
            complaints.objects(value.get("relations"), "relations", line, draft.tag), 1
        ):
            label = complaints.text(one, "type", line, draft.tag) or "relation"
            ends = _id(one.get("from_id")), _id(one.get("to_id"))
            draft.relations.append(Relation(f"relation {place}", "", label, *ends, line=line))

    def mark(
        self, draft: Draft, name: str, where: Object, begins: str, ends: str, label: str, line: int
    ) -> None:
        begin = self.complaints.offset(where, begins, line, draft.tag)
        end = self.complaints.offset(where, ends, line, draft.tag)
        if begin is not None and end is not None:
            draft.mark(Span(name, "", label, (), line=line), begin, end, None)

    def others(self, draft: Draft, value: Object, line: int) -> None:
        """Further columns are what is known of the document; comments on a text have no place."""
        for name in ("Comments", "comments"):
            self.aside[name] += bool(value.get(name))
        for name in value.keys() - _SHAPE:
            item = value[name]
            if isinstance(item, str):
                draft.metadata.append(Attribute(name, self.complaints.text(value, name, line, draft.tag)))
            elif isinstance(item, int | float) and not isinstance(item, bool):
                draft.metadata.append(Attribute(name, shown(item)))
            else:
                self.aside[name] += 1
        draft.metadata.sort()

    def close(self) -> None:
        """What was left out, with counts."""
        for name, times in sorted((+self.aside).items()):
            self.complaints.warning(0, "left-out", f"Not read: “{shown(name)}” of {times} texts.")


def _id(value: object) -> str:
    return shown(value) if isinstance(value, int | str) and not isinstance(value, bool) else ""
