"""Documents whose file carries their texts, while they are gathered; then their places, as code points.

All drafts of a file are settled together, since a tool counts in one way. A draft with a place that
cannot be told is given all the same, without that place, and with a violation of its own.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from diaspora_kg.marked.counting import Unit
from diaspora_kg.marked.jsonfiles import Complaints, shown
from diaspora_kg.marked.model import Attribute, Document, Relation, Span
from diaspora_kg.marked.offsets import Place, Range, Settled, Sheet, settle

_KEY = re.compile(r"[^\W_][\w-]{0,99}")
_MOST_REPEATED = 1_000_000_000


@dataclass
class Draft:
    """One text as one person marked it; ``places`` belong to ``spans`` one by one."""

    text: str
    key: str
    annotator: str = ""
    curated: bool = False
    counts: str = ""
    spans: list[Span] = field(default_factory=list)
    places: list[Place] = field(default_factory=list)
    relations: list[Relation] = field(default_factory=list)
    metadata: list[Attribute] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def mark(self, span: Span, begin: int, end: int, quote: str | None) -> None:
        """Add a span with its place as the tool numbers it."""
        self.spans.append(span)
        self.places.append(Place(((begin, end),), quote, span.line))


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


def finished(
    drafts: Sequence[Draft], complaints: Complaints, expected: Unit, *, graphemes: bool = False
) -> list[Document]:
    """The documents of a file, their places in code points; what cannot be told is a violation."""
    sheets = [Sheet(draft.text, tuple(draft.places)) for draft in drafts]
    settled = settle(sheets, expected, graphemes=graphemes)
    for fault in settled.faults:
        key = drafts[fault.sheet].key
        complaints.violation(fault.line, fault.code, fault.message, fault.hint, fault.words, key)
    _dangling(drafts, complaints)
    return [_document(draft, spans, settled) for draft, spans in zip(drafts, settled.spans, strict=True)]


def _document(draft: Draft, places: Sequence[tuple[Range, ...]], settled: Settled) -> Document:
    spans = tuple(
        replace(span, fragments=place, words=" ".join(draft.text[begin:end] for begin, end in place))
        for span, place in zip(draft.spans, places, strict=True)
        if place
    )
    return Document(
        draft.text,
        draft.key,
        draft.annotator,
        draft.curated,
        metadata=tuple(draft.metadata),
        spans=spans,
        relations=tuple(draft.relations),
        notes=tuple(draft.notes),
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
                    complaints.violation(
                        relation.line, "dangling-reference", message, hint, article=draft.key
                    )
