"""What the file of an annotation tool says, before anybody knows what its labels mean.

A reader of a tool's format makes a :class:`Document` of it and gives nothing a meaning: labels, layers,
roles and values stay as the tool wrote them. Positions are Unicode code points of the text, 0-based, end
exclusive, whatever unit the file counts in (:mod:`diaspora_kg.marked.offsets` finds it out). ``line``
counts from 1 in the file; where a format has no lines it is the number of the annotation or row, and
``Document.counts`` says which.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

Fragment = tuple[int, int]
"""Begin and end of one unbroken stretch of the text."""


class Attribute(NamedTuple):
    """A value that an annotator gave: an attribute of brat, a feature of a layer.

    ``value`` is empty for one that is only there or not. ``line`` is 0 where it stands with its owner.
    """

    name: str
    value: str = ""
    line: int = 0


class Argument(NamedTuple):
    """Who or what fills a role of a frame; ``target`` is the id of a span, frame or relation."""

    role: str
    target: str


@dataclass(frozen=True, slots=True)
class Identity:
    """An entry of some register that a span is said to mean.

    ``scheme`` is what the tool calls the register (``Wikidata``); it is empty where ``id`` is a whole
    IRI. ``label`` is the name that the tool shows, if it keeps one.
    """

    scheme: str
    id: str
    label: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True)
class Span:
    """A marked stretch of the text: one fragment, or several.

    ``layer`` is empty where the format has none (brat); ``label`` is empty where a feature holds it, which
    the label map names. ``words`` are those that the file repeats (empty: it repeats none).
    """

    id: str
    layer: str
    label: str
    fragments: tuple[Fragment, ...]
    attributes: tuple[Attribute, ...] = ()
    identities: tuple[Identity, ...] = ()
    note: str = ""
    line: int = 0
    words: str = ""


@dataclass(frozen=True, slots=True)
class Relation:
    """An arrow between two annotations."""

    id: str
    layer: str
    label: str
    source: str
    target: str
    attributes: tuple[Attribute, ...] = ()
    note: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True)
class Frame:
    """An annotation with roles: an event of brat, a span with link features of INCEpTION.

    ``trigger`` is the id of the span that it stands on (empty: none); that span says nothing of its own.
    Frame and trigger may have one id; an argument that names it then means the frame.
    """

    id: str
    layer: str
    label: str
    trigger: str
    arguments: tuple[Argument, ...] = ()
    attributes: tuple[Attribute, ...] = ()
    note: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True)
class Equivalence:
    """Spans that mean the same thing: an ``Equiv`` line, a chain."""

    members: tuple[str, ...]
    label: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True)
class Document:
    """One text as one annotator (or a curator) marked it.

    ``text`` is ``None`` where it is not at hand; ``inside`` says that the annotation file itself carries
    it. ``key`` is empty for the key that the file's path gives. ``metadata`` are names and values that
    the tool keeps of the document. ``counts`` is what ``line`` counts where not lines (``annotation``,
    ``row``). ``offsets`` says how the file counted (``code points``), for the record.
    """

    text: str | None
    key: str = ""
    annotator: str = ""
    curated: bool = False
    language: str = ""
    metadata: tuple[Attribute, ...] = ()
    spans: tuple[Span, ...] = ()
    relations: tuple[Relation, ...] = ()
    frames: tuple[Frame, ...] = ()
    equivalences: tuple[Equivalence, ...] = ()
    notes: tuple[str, ...] = ()
    inside: bool = False
    counts: str = ""
    offsets: str = ""

    def marks(self) -> Iterator[Span | Frame | Relation]:
        """Every annotation that has an id; frames before the spans that they stand on."""
        yield from self.frames
        yield from self.relations
        yield from self.spans
