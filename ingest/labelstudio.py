"""Label Studio's JSON export: tasks with their texts, regions, relations, choices and typed texts.

Each annotation of a task is a run of its own, by who completed it; one that was skipped is left out, a
ground truth counts as curated. Offsets are code points by Label Studio's own source, and every one is
compared with the region's text. The export JSON-MIN has no relations and is refused (refused.py).
"""

from __future__ import annotations

import re
from collections import Counter

from diaspora_kg.marked import Attribute, Relation, Span
from diaspora_kg.marked.counting import Unit
from diaspora_kg.marked.drafts import Draft, bounded, finished, key_of, mapped
from diaspora_kg.marked.jsonfiles import Complaints, Object, Unreadable, decoded, parsed, shown
from diaspora_kg.marked.model import Document
from diaspora_kg.reading import ReadResult, Source

SUFFIXES = (".json",)
LABELS = "regions"

_OURS = re.compile(
    rb'^\s*(?:\xef\xbb\xbf)?\s*\[?\s*\{.*"(?:annotations|completions|predictions)"\s*:', re.DOTALL
)
_DATA = re.compile(rb'^\s*(?:\xef\xbb\xbf)?\s*\[?\s*\{[^{}\[\]]{0,200}"data"\s*:\s*\{')
_WEB = re.compile(rb'"https?://www\.w3\.org/ns/anno\.jsonld"|"%TYPES"')
_PAGE = (
    "hypertextlabels",
    "paragraphlabels",
    "paragraphs",
    "hypertext",
    "timeserieslabels",
    "rectanglelabels",
)
_KNOWN = {"id", "from_name", "to_name", "type", "value", "origin", "score", "readonly", "hidden", "meta",
          "parentID", "from_id", "to_id", "direction", "labels", "source", "order",
          "is_negative"}  # fmt: skip
_ANNOTATION = "Annotate it as <Text>, not as <HyperText> or <Paragraphs>, and export JSON."


def sniff(head: bytes) -> bool:
    """Whether the first bytes are a task of Label Studio's full export."""
    return not _WEB.search(head) and bool(_OURS.search(head) or _DATA.search(head))


def read(source: Source) -> ReadResult:
    """The articles of a file: one for each annotation of each task."""
    documents, tags, complaints = documents_of(source)
    return mapped(documents, tags, source, complaints)


def documents_of(source: Source) -> tuple[list[Document], list[str], Complaints]:
    """What the file says before labels have a meaning, and what is wrong with it."""
    complaints = Complaints(source.file, "result")
    try:
        tasks = bounded(complaints.objects(parsed(decoded(source.data)), "task", 0))
    except Unreadable as error:
        complaints.unreadable(error)
        return [], [], complaints
    reader = _Reader(source.key, len(tasks) > 1, complaints)
    for number, task in enumerate(tasks, 1):
        reader.task(number, task)
    reader.close()
    kept = [draft for draft in reader.drafts if draft.spans or draft.spoilt(complaints) or draft.annotator]
    return finished(kept, complaints, Unit.CODE_POINTS), [draft.tag for draft in kept], complaints


class _Reader:
    """Goes through the tasks; results are counted from 1 over the whole file."""

    def __init__(self, base: str, several: bool, complaints: Complaints) -> None:
        self.base, self.several, self.complaints = base, several, complaints
        self.drafts: list[Draft] = []
        self.number = 0
        self.keys: set[str] = set()
        self.aside: Counter[str] = Counter()

    def task(self, number: int, task: Object) -> None:
        complaints = self.complaints
        key = key_of(self.base, number, self.several, task.get("id"))
        draft = self.draft(key, "")
        if key.casefold() in self.keys:
            message = f"Two tasks have the id {shown(task.get('id'))}."
            draft.key = f"{key}-{number}"
            complaints.violation(0, "duplicate-id", message, "Export the project again.", tag=draft.tag)
        self.keys.add(key.casefold())
        data, runs = task.get("data"), task.get("annotations", task.get("completions"))
        annotations = complaints.objects(runs, "annotations", 0, draft.tag)
        for what in ("predictions", "drafts"):
            self.aside[what] += len(complaints.objects(task.get(what), what, 0, draft.tag))
        kept = [one for one in annotations if one.get("was_cancelled") is not True]
        self.aside["annotations that were skipped"] += len(annotations) - len(kept)
        if not isinstance(data, dict):
            complaints.shape(0, "data", "an object", data, draft.tag)
            return
        if not kept:
            self.aside["tasks without an annotation"] += not draft.spoilt(complaints)
        names: Counter[str] = Counter()
        for one in kept:
            name = self.annotator(one, names)
            if sum(names.values()) > 1:
                draft = self.draft(draft.key, name)
            draft.annotator, draft.curated = name, one.get("ground_truth") is True
            draft.text = self.text(data, one, draft)
            draft.metadata += self.metadata(data, draft)
            self.results(draft, complaints.objects(one.get("result"), "result", 0, draft.tag))

    def draft(self, key: str, annotator: str) -> Draft:
        draft = Draft("", key, str(len(self.drafts) + 1), annotator, counts="result")
        self.drafts.append(draft)
        return draft

    def text(self, data: Object, annotation: Object, draft: Draft) -> str:
        """The text that was annotated: ``data.text``, else the only one that holds the regions' words."""
        fields = ["text"] if "text" in data else [name for name in data if isinstance(data[name], str)]
        texts = {name: self.complaints.text(data, name, 0, draft.tag) for name in fields}
        quotes = [quote for quote in map(_quote, self._results(annotation)) if quote]
        found = [name for name, text in texts.items() if all(quote in text for quote in quotes)]
        if len(texts) > 1 and len(found) != 1:
            names = ", ".join(shown(name) for name in sorted(texts)[:8])
            message = f"It cannot be told which of the task's fields was annotated: {names}."
            self.complaints.violation(0, "text-unclear", message, 'Call the field "text".', tag=draft.tag)
            return ""
        name = found[0] if found else next(iter(texts), "")
        if not texts.get(name):
            message = "The task has no text."
            self.complaints.violation(0, "text-missing", message, 'Import tasks with "text".', tag=draft.tag)
            return ""
        return texts[name]

    def _results(self, annotation: Object) -> list[Object]:
        results = annotation.get("result")
        return [one for one in results if isinstance(one, dict)] if isinstance(results, list) else []

    def annotator(self, annotation: Object, names: Counter[str]) -> str:
        """Who completed an annotation: a name where the export has one, never an address of mail."""
        by = annotation.get("completed_by")
        name = f"user {shown(by)}" if isinstance(by, int | str) and not isinstance(by, bool) else ""
        if isinstance(by, dict):
            parts = (self.complaints.text(by, part, 0) for part in ("first_name", "last_name"))
            name = " ".join(part for part in parts if part) or f"user {shown(by.get('id', ''))}".strip()
        names[name] += 1
        return name if names[name] == 1 else f"{name} ({names[name]})".strip()

    def metadata(self, data: Object, draft: Draft) -> list[Attribute]:
        found = []
        for name, value in data.items():
            if isinstance(value, str) and value != draft.text and name != "text":
                found.append(Attribute(name, self.complaints.text(data, name, 0, draft.tag)))
            elif isinstance(value, int | float) and not isinstance(value, bool):
                found.append(Attribute(name, shown(value)))
        return found

    def results(self, draft: Draft, results: list[Object]) -> None:
        """The regions first, since what is said of them may stand before them."""
        numbered = [(self.number + place, one) for place, one in enumerate(results, 1)]
        self.number += len(results)
        regions: dict[str, int] = {}
        rest = []
        for line, one in numbered:
            for name in sorted(one.keys() - _KNOWN):
                self.aside[f"values of “{shown(name)}”"] += 1
            if one.get("type") == "labels":
                self.region(draft, one, line, regions)
            else:
                rest.append((line, one))
        for line, one in rest:
            if one.get("type") == "relation":
                self.relation(draft, one, line)
            elif str(one.get("type")) in _PAGE:
                message = f"A region of type {one['type']} is counted on a page's markup, not on a text."
                self.complaints.violation(line, "region-of-markup", message, _ANNOTATION, tag=draft.tag)
            else:
                self.said(draft, one, line, regions)

    def region(self, draft: Draft, one: Object, line: int, regions: dict[str, int]) -> None:
        """A marked stretch; further labels of it are annotations of their own on the same words."""
        complaints, value = self.complaints, self.value(one, line, draft.tag)
        begin = complaints.offset(value, "start", line, draft.tag)
        end = complaints.offset(value, "end", line, draft.tag)
        labels = [str(label) for label in _list(value.get("labels"))]
        if begin is None or end is None:
            return
        identifier = complaints.text(one, "id", line, draft.tag) or f"result {line}"
        if not labels:
            message = "A region has no label."
            complaints.violation(line, "no-label", message, "Give it one.", tag=draft.tag)
        if len(labels) > 1:
            message = (
                f"A region has {len(labels)} labels; relations and values are read as those of the first."
            )
            complaints.warning(line, "several-labels", message, words=", ".join(labels)[:60], tag=draft.tag)
        for place, label in enumerate(labels):
            name = identifier if not place else f"{identifier}/{place + 1}"
            if name in regions:
                name = f"{name} ({line})"
            regions.setdefault(name, len(draft.spans))
            layer = complaints.text(one, "from_name", line, draft.tag)
            span = Span(name, layer, label, (), note=_note(one), line=line)
            draft.mark(span, begin, end, _quote(one))

    def value(self, one: Object, line: int, tag: str) -> Object:
        value = one.get("value")
        if isinstance(value, dict):
            return value
        self.complaints.shape(line, "value", "an object", value, tag)
        return {}

    def relation(self, draft: Draft, one: Object, line: int) -> None:
        text = self.complaints.text
        ends = [text(one, "from_id", line, draft.tag), text(one, "to_id", line, draft.tag)]
        if one.get("direction") == "left":
            ends.reverse()
        labels = [str(label) for label in _list(one.get("labels"))] or ["relation"]
        direction = (Attribute("direction", "bi"),) if one.get("direction") == "bi" else ()
        for place, label in enumerate(labels):
            name = f"relation {line}" + (f"/{place + 1}" if place else "")
            draft.relations.append(Relation(name, "", label, ends[0], ends[1], direction, line=line))

    def said(self, draft: Draft, one: Object, line: int, regions: dict[str, int]) -> None:
        """A choice, a path, a number or typed words: of a region, a region itself, or of the task."""
        value = self.value(one, line, draft.tag)
        kind = str(one.get("type"))
        name = self.complaints.text(one, "from_name", line, draft.tag) or kind
        values = [_written(item) for item in _list(value.get("text" if kind == "textarea" else kind))]
        attributes = tuple(Attribute(name, item) for item in values if item)
        identifier = self.complaints.text(one, "id", line, draft.tag)
        if not attributes:
            message = f"A result of type {shown(kind)} holds nothing that is read."
            self.complaints.warning(line, "not-read", message, tag=draft.tag)
        elif identifier in regions:
            place = regions[identifier]
            draft.spans[place] = _with(draft.spans[place], attributes)
        elif "start" not in value:
            draft.metadata += attributes
        else:
            self.bare(draft, one, line, regions, attributes)

    def bare(
        self, draft: Draft, one: Object, line: int, regions: dict[str, int], attributes: tuple[Attribute, ...]
    ) -> None:
        """A region without a label of its own: a path or choice is its label."""
        value = self.value(one, line, draft.tag)
        identifier = self.complaints.text(one, "id", line, draft.tag) or f"result {line}"
        begin = self.complaints.offset(value, "start", line, draft.tag)
        end = self.complaints.offset(value, "end", line, draft.tag)
        if begin is not None and end is not None:
            first, *more = attributes
            regions[identifier] = len(draft.spans)
            span = Span(identifier, first.name, first.value, (), tuple(more), note=_note(one), line=line)
            draft.mark(span, begin, end, None if one.get("type") == "textarea" else _quote(one))

    def close(self) -> None:
        """What was left out, with counts."""
        for what, times in sorted(self.aside.items()):
            if times:
                self.complaints.warning(0, "left-out", f"Not read: {times} {what}.")


def _with(span: Span, attributes: tuple[Attribute, ...]) -> Span:
    return Span(
        span.id, span.layer, span.label, (), span.attributes + attributes, note=span.note, line=span.line
    )


def _quote(one: Object) -> str | None:
    value = one.get("value")
    quote = value.get("text") if isinstance(value, dict) else None
    return quote if isinstance(quote, str) else None


def _note(one: Object) -> str:
    meta = one.get("meta")
    words = _list(meta.get("text")) if isinstance(meta, dict) else []
    return "\n".join(word for word in words if isinstance(word, str))


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _written(item: object) -> str:
    """A value as text; the parts of a taxonomy's path are joined by `` > ``."""
    if isinstance(item, list):
        return " > ".join(str(part) for part in item)
    return shown(item) if isinstance(item, int | float) else item if isinstance(item, str) else ""
