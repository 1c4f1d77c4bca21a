"""Documents whose file carries their texts, while they are gathered; then their places, as code points.

All drafts of a file are settled together, since a tool counts in one way. A draft with a place that
cannot be told is given all the same, without that place, and with a violation of its own.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

from diaspora_kg.marked.counting import Unit
from diaspora_kg.marked.engine import to_articles
from diaspora_kg.marked.jsonfiles import Complaints, Unreadable, shown
from diaspora_kg.marked.model import Attribute, Document, Relation, Span
from diaspora_kg.marked.offsets import Place, Range, Settled, Sheet, settle
from diaspora_kg.reading import ReadResult, Source

Item = TypeVar("Item")

_KEY = re.compile(r"[^\W_][\w-]{0,99}")
MOST_DOCUMENTS = 20_000
"""How many texts are read of one file."""


@dataclass
class Draft:
    """One text as one person marked it; ``places`` belong to ``spans`` one by one.

    ``tag`` tells it apart in :class:`~diaspora_kg.marked.jsonfiles.Complaints`.
    """

    text: str
    key: str
    tag: str
    annotator: str = ""
    curated: bool = False
    counts: str = ""
    spans: list[Span] = field(default_factory=list)
    places: list[Place] = field(default_factory=list)
    relations: list[Relation] = field(default_factory=list)
    metadata: list[Attribute] = field(default_factory=list)

    def spoilt(self, complaints: Complaints) -> bool:
        """Whether it has a violation already."""
        return complaints.is_spoilt(self.tag)

    def mark(self, span: Span, begin: int, end: int, quote: str | None) -> None:
        """Add a span with its place as the tool numbers it."""
        self.spans.append(span)
        self.places.append(Place(((begin, end),), quote, span.line))


def bounded(documents: list[Item]) -> list[Item]:
    """The texts of a file, if they are not too many; raises :class:`Unreadable`."""
    if len(documents) > MOST_DOCUMENTS:
        message = f"The file has {len(documents)} texts; at most {MOST_DOCUMENTS} are read of one file."
        raise Unreadable("file-too-large", message, "Export it in parts.")
    return documents


def key_of(base: str, number: int, several: bool, identifier: object) -> str:
    """The key of one text of a file: the file's own, or with the text's id where there are several.

    >>> key_of("wire", 2, True, 17), key_of("wire", 2, True, "../x"), key_of("wire", 1, False, 17)
    ('wire.17', 'wire.2', 'wire')
    """
    if not several:
        return base
    written = str(identifier) if isinstance(identifier, int | str) and abs_is_small(identifier) else ""
    return f"{base}.{written if _KEY.fullmatch(written) else number}"


def abs_is_small(identifier: int | str) -> bool:
    """Whether an id can be written out: numbers of thousands of digits cannot."""
    return isinstance(identifier, str) or abs(identifier) < 10**18


def mapped(
    documents: Sequence[Document], tags: Sequence[str], source: Source, complaints: Complaints
) -> ReadResult:
    """The articles of a file, each with the findings of its own; ``tags`` are those of the documents."""
    by_tag = complaints.by_tag()
    result = to_articles(documents, source, by_tag.pop(""))
    if not result.articles:
        return replace(result, findings=(*complaints.done(), *to_articles((), source).findings))
    each = result.each or ((),) * len(result.articles)
    parts = zip(result.articles, tags, each, strict=True)
    own_parts = (
        (*(replace(finding, article=article.key) for finding in by_tag.get(tag, ())), *part)
        for article, tag, part in parts
    )
    return replace(result, each=tuple(own_parts))


def finished(
    drafts: Sequence[Draft], complaints: Complaints, expected: Unit, *, graphemes: bool = False
) -> list[Document]:
    """The documents of a file, their places in code points; what cannot be told is a violation."""
    sheets = [Sheet(draft.text, tuple(draft.places)) for draft in drafts]
    settled = settle(sheets, expected, graphemes=graphemes)
    for fault in settled.faults:
        tag = drafts[fault.sheet].tag
        complaints.violation(fault.line, fault.code, fault.message, fault.hint, fault.words, tag)
    _dangling(drafts, complaints)
    return [_document(draft, spans, settled) for draft, spans in zip(drafts, settled.spans, strict=True)]


def _document(draft: Draft, places: Sequence[tuple[Range, ...]], settled: Settled) -> Document:
    spans = tuple(
        replace(span, fragments=place) for span, place in zip(draft.spans, places, strict=True) if place
    )
    return Document(
        draft.text,
        draft.key,
        draft.annotator,
        draft.curated,
        metadata=tuple(draft.metadata),
        spans=spans,
        relations=tuple(draft.relations),
        inside=True,
        counts=draft.counts,
        offsets=settled.provenance,
    )


def _dangling(drafts: Sequence[Draft], complaints: Complaints) -> None:
    for draft in drafts:
        ids = {span.id for span in draft.spans}
        for relation in draft.relations:
            for end in (relation.source, relation.target):
                if end not in ids:
                    message = (
                        f"A relation points to {shown(end) or 'nothing'}, which this text does not have."
                    )
                    hint = "Export relations together with their annotations."
                    complaints.violation(relation.line, "dangling-reference", message, hint, tag=draft.tag)
