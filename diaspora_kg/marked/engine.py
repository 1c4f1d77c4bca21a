"""Maps marked documents to articles by a label map."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from diaspora_kg.errors import Finding
from diaspora_kg.marked.labels import Labels
from diaspora_kg.marked.model import Document
from diaspora_kg.reading import ReadResult, Source


def to_articles(
    documents: Sequence[Document], source: Source, findings: Iterable[Finding] = ()
) -> ReadResult:
    """What a reader gives back: the articles of its documents, by the label map of ``source``.

    ``findings`` are the reader's own. A missing or broken label map is a finding.
    """
    raise NotImplementedError((documents, source, findings))


def to_article(document: Document, labels: Labels, source: Source) -> ReadResult:
    """The article of one document, with what the map does not understand as findings."""
    raise NotImplementedError((document, labels, source))
