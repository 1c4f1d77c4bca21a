"""One article as brat's files: its text, and its annotations in our own tag set."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from diaspora_kg.marked.identities import REGISTER
from diaspora_kg.marked.model import Argument, Attribute, Document, Fragment, Frame, Identity, Span
from diaspora_kg.marked.standoff import write
from diaspora_kg.marked.written import Written
from diaspora_kg.returned.bratset import TagSet, tag_set
from diaspora_kg.returned.entries import IMPLIED, Entry
from diaspora_kg.returned.notes import note_of

_KEYED = re.compile(r"[a-z][a-z_-]*:(?:\s|$)")
_WRAPPED = ("[", "{", '"', "'")
_ONE_WORD = re.compile(r"[\w.-]+")


def brat_files(text: str, entries: Iterable[Entry], names: Mapping[str, str]) -> dict[str, bytes]:
    """The files by suffix; ``names`` are those of register entries by key, for the annotator to see."""
    document = document_of(text, tuple(entries), names)
    return {".txt": text.encode("utf-8", "surrogatepass"), ".ann": write(document).encode()}


def document_of(text: str, entries: tuple[Entry, ...], names: Mapping[str, str]) -> Document:
    """The annotations as a marked document with brat's labels."""
    return _Writer(text, tag_set(), names).document(entries)


class _Writer:
    def __init__(self, text: str, tags: TagSet, names: Mapping[str, str]) -> None:
        self.text, self.tags, self.names = text, tags, names
        self.spans: list[Span] = []
        self.frames: list[Frame] = []
        self.ids: dict[str, str] = {}

    def document(self, entries: tuple[Entry, ...]) -> Document:
        """Ids first, since annotations point to later ones."""
        marks = 0
        for texts, entry in enumerate(entries, 1):
            marks += entry.becomes not in self.tags.spans
            self.ids[entry.id] = f"T{texts}" if entry.becomes in self.tags.spans else f"E{marks}"
        for entry in entries:
            if entry.becomes in self.tags.spans:
                self._span(entry)
            else:
                self._frame(entry)
        return Document(self.text, spans=tuple(self.spans), frames=tuple(self.frames))

    def _span(self, entry: Entry) -> None:
        label = self.tags.spans[entry.becomes]
        attributes, note = self._said(entry, label)
        identities: tuple[Identity, ...] = ()
        if entry.registered:
            identities = (Identity(REGISTER, entry.key, self.names.get(entry.key, "")),)
        self._mark(entry.place, label, attributes, identities, note)

    def _frame(self, entry: Entry) -> None:
        label = self.tags.frames[entry.becomes]
        attributes, note = self._said(entry, label)
        trigger = self._mark(entry.place, label)
        arguments = tuple(Argument(self.tags.role(key, label), self.ids[to]) for key, to in entry.arrows)
        self.frames.append(Frame(self.ids[entry.id], "", label, trigger, arguments, attributes, note))

    def _mark(
        self,
        place: Fragment,
        label: str,
        attributes: tuple[Attribute, ...] = (),
        identities: tuple[Identity, ...] = (),
        note: str = "",
    ) -> str:
        """A span, in as many fragments as it has lines: brat knows no line end inside of one."""
        mark = f"T{len(self.spans) + 1}"
        fragments = tuple(_lines(self.text, place))
        words = " ".join(self.text[slice(*fragment)] for fragment in fragments)
        self.spans.append(Span(mark, "", label, fragments, attributes, identities, note, words=words))
        return mark

    def _said(self, entry: Entry, label: str) -> tuple[tuple[Attribute, ...], str]:
        """What an entry says as attributes and as a note."""
        values: dict[str, Written] = dict(entry.values)
        attributes = [Attribute(self.tags.attribute(IMPLIED, label))] if values.pop(IMPLIED, "") else []
        for key, value in list(values.items()):
            name = self.tags.attribute(key, label)
            if name and isinstance(value, str) and _ONE_WORD.fullmatch(value):
                attributes.append(Attribute(name, value))
                del values[key]
        if entry.key and not entry.registered:
            values = {"id": entry.key, **values}
        first = values.get(self.tags.note(label), "")
        if not isinstance(first, str) or not _plain(first):
            return tuple(attributes), note_of(values)
        values.pop(self.tags.note(label), None)
        return tuple(attributes), " | ".join(part for part in (str(first), note_of(values)) if part)


def _plain(words: str) -> bool:
    """Whether words can begin a note without their key."""
    broken = words != " ".join(words.split()) or " | " in words or not words.isprintable()
    return not broken and not words.startswith(_WRAPPED) and not _KEYED.match(words)


def _lines(text: str, place: Fragment) -> Iterable[Fragment]:
    begin, end = place
    for line in text[begin:end].splitlines(keepends=True):
        words = line.strip()
        if words:
            start = begin + line.index(words)
            yield start, start + len(words)
        begin += len(line)
