"""Files whose endings tell that they are not read: `.ser`, the CoNLL family, old tables, TEI, NIF.

Each is refused by its name, with the export to use instead (docs/reference/formats.md).
"""

from __future__ import annotations

from diaspora_kg.marked.refused import BY_SUFFIX, refused
from diaspora_kg.reading import ReadResult, Source

SUFFIXES = tuple(BY_SUFFIX)


def sniff(head: bytes) -> bool:  # noqa: ARG001 - the ending is enough
    """Any content."""
    return True


def read(source: Source) -> ReadResult:
    """No article, and one finding."""
    return ReadResult((), (refused(source.file, BY_SUFFIX[source.path.suffix.lower()]),))
