"""The tree that YAML is read as: values as written, lists and tables, each with its line."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from diaspora_kg.light import light

MAX_DEPTH = 24
"""Nesting that no annotation needs; the native format itself is eight deep."""


@light
@dataclass(frozen=True, slots=True)
class Leaf:
    """A scalar as written; ``plain`` if it has no quotation marks and is no block.

    ``bare`` is the value of a key that has not even a colon: ``such steps`` in ``{quote: a, such steps}``.
    ``position`` is where the words stand in the article's text, if an annotation tool said so.
    """

    text: str
    line: int
    plain: bool = True
    bare: bool = False
    position: tuple[int, int] | None = None

    @property
    def empty(self) -> bool:
        """Whether nothing was written at all."""
        return self.plain and not self.text


@light
@dataclass(frozen=True, slots=True)
class Items:
    """A list."""

    items: tuple[View, ...]
    line: int


@light
@dataclass(frozen=True, slots=True)
class Table:
    """Keys with values, in the order written; ``flow`` if it stands between braces."""

    pairs: tuple[tuple[Leaf, View], ...]
    line: int
    flow: bool = False

    def get(self, key: str) -> View | None:
        """The value of a key, ``None`` without it."""
        return next((value for leaf, value in self.pairs if leaf.text == key), None)

    def keys(self) -> Iterator[str]:
        """The keys in the order written."""
        return (leaf.text for leaf, _ in self.pairs)


View = Leaf | Items | Table


def words_of(view: View) -> str:
    """What a message shows of a node: at most the first sixty characters of its words."""
    if isinstance(view, Leaf):
        return view.text if len(view.text) <= 60 else view.text[:59] + "…"
    if isinstance(view, Items):
        return f"a list of {len(view.items)}"
    return "{" + ", ".join(view.keys())[:58] + "}"
