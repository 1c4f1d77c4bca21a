"""Entries that are looked up by their keys one by one, where they lie, and never held all at once."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from typing import TypeVar, overload

from diaspora_kg.identity import Entry

Default = TypeVar("Default")


class Keyed(Mapping[str, Entry]):
    """Entries by their keys, in normal form; it is told at once that a key is not there, as most are not."""

    @abstractmethod
    def find(self, key: str) -> Entry | None:
        """The entry of a key, if there is one."""

    def __getitem__(self, key: str) -> Entry:
        if (found := self.find(key)) is None:
            raise KeyError(key)
        return found

    @overload
    def get(self, key: str, /) -> Entry | None: ...

    @overload
    def get(self, key: str, /, default: Entry | Default) -> Entry | Default: ...

    def get(self, key: str, /, default: object = None) -> object:
        """As of any mapping, whose own way would raise and catch an error for each key that is not there."""
        found = self.find(key)
        return default if found is None else found

    def __contains__(self, key: object) -> bool:
        return isinstance(key, str) and self.find(key) is not None
