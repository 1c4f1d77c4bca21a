"""The register and one article: enough to find what most articles speak of, before all were read."""

from __future__ import annotations

from collections.abc import Iterable

from diaspora_kg.identity.directory import Directory, Entry, full, same


class NearDirectory(Directory):
    """A directory of one article's entries over that of the register, which is made once for all.

    What it finds by a key without a dot, a directory of everything finds too.
    """

    def __init__(self, entries: Iterable[Entry], register: Directory) -> None:
        super().__init__(entries)
        self._register = register
        of_register = register._declared.get(None, [])  # noqa: SLF001 - of the same class
        self._declared[None] = of_register

    def find(self, key: str, article: str | None) -> Entry | None:
        """As :meth:`Directory.find`, of a key without a dot."""
        key = same(key)
        local = self._nodes.get(full(article, key)) if article is not None else None
        return local or self._register.find(key, None) or self._articles.get(key)

    def in_register(self, key: str) -> Entry | None:
        """As :meth:`Directory.in_register`."""
        return self._register.in_register(key)
