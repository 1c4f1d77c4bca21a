"""Characters that no graph keeps, in what a tool's file says beside the text."""

from __future__ import annotations

import re
from collections.abc import Iterator

from diaspora_kg.errors import Report
from diaspora_kg.marked.model import Document, Frame, Relation, Span

_BAD = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


def is_clean(document: Document, report: Report) -> bool:
    """Whether notes, values and words can be written down; what cannot is a violation at its place."""
    clean = True
    for line, text in _texts(document):
        if found := _BAD.search(text):
            message = f"U+{ord(found[0]):04X} stands in this annotation, which is no character of a text."
            report.violation(line, "control-character", message, "Delete it, and save the file again.")
            clean = False
    return clean


def _texts(document: Document) -> Iterator[tuple[int, str]]:
    for one in document.metadata:
        yield one.line, one.value
    yield 0, document.key + document.annotator + document.language
    for mark in document.marks():
        yield mark.line, mark.id + mark.label + mark.layer + mark.note + _more(mark)
        for attribute in mark.attributes:
            yield attribute.line or mark.line, attribute.name + attribute.value


def _more(mark: Span | Frame | Relation) -> str:
    if isinstance(mark, Span):
        return mark.words + "".join(one.scheme + one.id + one.label for one in mark.identities)
    if isinstance(mark, Relation):
        return mark.source + mark.target
    return "".join(role + target for role, target in mark.arguments)
