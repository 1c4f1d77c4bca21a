"""Entries: what one annotation becomes by its rule."""

from __future__ import annotations

from dataclasses import dataclass, field

from diaspora_kg.marked.model import Fragment
from diaspora_kg.marked.rules import Rule, Slot
from diaspora_kg.yamlnodes import Leaf, View


@dataclass(slots=True)
class Link:
    """A key of an entry whose value is another annotation; ``target`` is that one's id."""

    slot: Slot
    target: str
    line: int


@dataclass(slots=True, eq=False)
class Entry:
    """What one annotation becomes; ``fields`` are keys of the native format with their values.

    ``places`` are the stretches marked, each with its words. ``own`` are the keys that only this package
    knows (``voice``, ``name``, ``language``). ``key`` is the node's, empty until it is given one. ``ends``
    are the words at the ends of a relation.
    """

    mark: str
    becomes: str
    rule: Rule
    line: int
    places: tuple[tuple[Fragment, str], ...]
    fields: dict[str, list[View]] = field(default_factory=dict)
    own: dict[str, View] = field(default_factory=dict)
    links: list[Link] = field(default_factory=list)
    identities: list[str] = field(default_factory=list)
    key: str = ""
    registered: bool = False
    ends: tuple[str, str] = ("", "")

    @property
    def words(self) -> str:
        """The words marked, in one line."""
        return " … ".join(words for _, words in self.places)

    @property
    def implied(self) -> bool:
        """Whether the words marked do not name it."""
        return _is_set(self.own.get("implied"))


def _is_set(view: View | None) -> bool:
    return isinstance(view, Leaf) and view.text not in {"false", "no", "0"}
