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
        self._found: dict[tuple[str, str | None], Entry | None] = {}

    def find(self, key: str, article: str | None) -> Entry | None:
        """As :meth:`Directory.find`, of a key without a dot; an article is asked for the same ones often."""
        asked = key, article
        if asked not in self._found:
            self._found[asked] = self._look(same(key), article)
        return self._found[asked]

    def _look(self, key: str, article: str | None) -> Entry | None:
        local = self._nodes.get(full(article, key)) if article is not None else None
        return local or self._register.find(key, None) or self._articles.get(key)

    def in_register(self, key: str) -> Entry | None:
        """As :meth:`Directory.in_register`."""
        return self._register.in_register(key)

    def _declared_in(self, *articles: str | None) -> list[Entry]:
        own = super()._declared_in(*(one for one in articles if one is not None))
        register = self._register._declared_in(None) if None in articles else []  # noqa: SLF001 - as below
        return [*register, *own]

    def _keys_in(self, article: str | None, kinds: frozenset[str] | None) -> Iterable[str]:
        if article is None:
            return self._register._keys_in(None, kinds)  # noqa: SLF001 - of the same class
        return super()._keys_in(article, kinds)
