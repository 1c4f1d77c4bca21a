"""Which annotation files are read together: those of one stem, and of articles that one file holds.

``x.yaml``, ``x.ann`` and ``x.json`` speak of the article ``x``. An export ``news.zip`` may hold the article
``news.a``, of which ``news.a.yaml`` then speaks: so a file belongs to a tool's file whose stem, with a
dot behind it, begins its own.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from functools import cached_property

from diaspora_kg.pipeline.files import InputFile

Unit = tuple[InputFile, ...]

OURS = (".yaml", ".yml")
"""Suffixes of the native format, which holds one article a file."""


def stem(file: str) -> str:
    """A path without its last suffix.

    >>> stem("articles/a.b/news.zip"), stem("articles/a.b/news")
    ('articles/a.b/news', 'articles/a.b/news')
    """
    dot = file.rfind(".")
    return file[:dot] if dot > file.rfind("/") + 1 else file


def units(files: Iterable[InputFile]) -> list[Unit]:
    """The files in groups, each in order of path; the groups in the order of their first file."""
    listed = sorted(files)
    root = Roots(one.file for one in listed)
    found: dict[str, list[InputFile]] = {}
    for one in listed:
        found.setdefault(root.of(one.file), []).append(one)
    return [tuple(group) for group in found.values()]


class Roots:
    """The stems by which the files of a project are grouped."""

    def __init__(self, files: Iterable[str]) -> None:
        self._files: dict[str, list[str]] = {}
        self._tools: set[str] = set()
        for file in files:
            here = stem(file)
            self._files.setdefault(here, []).append(file)
            if not file.lower().endswith(OURS):
                self._tools.add(here)

    @cached_property
    def _stems(self) -> list[str]:
        return sorted(self._files)

    def groups(self) -> Iterator[list[str]]:
        """All files, each group of them together and in order."""
        if not self._tools:  # then no stem belongs to another
            yield from (sorted(files) for files in self._files.values())
            return
        found: dict[str, list[str]] = {}
        for files in self._files.values():
            for file in files:
                found.setdefault(self.of(file), []).append(file)
        yield from map(sorted, found.values())

    def of(self, file: str) -> str:
        """The stem of the group of a file."""
        here = stem(file)
        return next((one for one in _beginnings(here) if one in self._tools), here)

    def group(self, file: str) -> list[str]:
        """All files that are read together with one that is there."""
        root = self.of(file)
        stems = (root, *self._further(root)) if root in self._tools else (root,)
        return [one for here in stems for one in self._files.get(here, ()) if self.of(one) == root]

    def near(self, file: str) -> set[str]:
        """The files whose group a file that came, changed or went may be, or have been, a part of."""
        here = stem(file)
        found = {one for begin in (*_beginnings(here), here) for one in self._files.get(begin, ())}
        return found.union(*(self._files[further] for further in self._further(here)))

    def _further(self, here: str) -> Iterator[str]:
        """The stems that begin with this one and a dot, in order."""
        place = bisect_left(self._stems, f"{here}.")
        while place < len(self._stems) and self._stems[place].startswith(f"{here}."):
            yield self._stems[place]
            place += 1


def _beginnings(here: str) -> Iterator[str]:
    """What a stem begins with up to each dot in its name, and the stem itself, the shortest first."""
    folder, slash, name = here.rpartition("/")
    place = name.find(".", 1)
    while place > 0:
        yield folder + slash + name[:place]
        place = name.find(".", place + 1)
    yield here
