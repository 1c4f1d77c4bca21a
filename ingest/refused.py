"""Files whose first bytes tell that they are not read: JSON-MIN, NIF, CoNLL, TEI, UTF-16, unknown formats.

Each is refused by its name, with the export to use instead (docs/reference/formats.md).
"""

from __future__ import annotations

from diaspora_kg.marked.refused import BY_CONTENT, named, refused
from diaspora_kg.reading import ReadResult, Source

SUFFIXES = BY_CONTENT

_HEAD = 4096


def sniff(head: bytes) -> bool:
    """Whether the first bytes are those of something that is refused by name."""
    return named(head) is not None


def read(source: Source) -> ReadResult:
    """No article, and one finding."""
    return ReadResult((), (refused(source.file, named(source.data[:_HEAD])),))
