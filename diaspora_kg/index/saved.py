"""Whole indexes in one go: from rows that are at hand, or from a base and the changes to it."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from diaspora_kg.index.reader import Index
from diaspora_kg.index.rows import Content
from diaspora_kg.index.tables import delta_path
from diaspora_kg.index.writer import Writer


def save(path: Path, content: Content) -> None:
    """Write an index of these rows into a new file."""
    writer = Writer(path)
    content = content.sorted()
    writer.nodes(content.nodes, content.words)
    writer.places(content.origins, content.formers)
    writer.close()


def compact(path: Path) -> None:
    """Make one base of a base and the changes to it; in a folder that is not published yet."""
    new = path.with_name(path.name + ".new")
    writer = Writer(new)
    with closing(Index(path)) as old:
        writer.copy(old)
    writer.close()
    new.replace(path)
    delta_path(path).unlink()
