"""Plain YAML by the short way: PyYAML's composer, which libyaml's parser feeds without Python between.

Most files have nothing in them that must be told or refused. For these the tree is the same as by events
(``yamlnodes.py``), and is made several times faster. Whatever is special, or not understood, is left to
the events.
"""

from __future__ import annotations

import re
from typing import Any

import yaml

from diaspora_kg.yamltree import MAX_DEPTH, Items, Leaf, Table, View

_Parser = yaml.cyaml.CParser if yaml.__with_libyaml__ else object  # type: ignore[attr-defined]

# What this way does not tell from plain words, or counts otherwise than editors do.
_NEVER = ("\\", "<<", "\n---", "\n...", "\n%", "\x85", "\u2028", "\u2029")
_FIRST = ("---", "...", "%")
_MARKED = re.compile(r"(?:^|[\[{,:?-])[ \t]*[&*!]", re.MULTILINE)
_NESTED = re.compile(r"(?:[-?][ \t]+){9}")
_TWO = ("- -", "- ?", "? -", "? ?", "-  ", "?  ", "-\t", "?\t", "- \t", "? \t")  # one of them is in any such
_LONE = re.compile(r"\r(?!\n)")
_LONG = 500_000  # characters; the composer goes down by the machine's stack, so little may be nested
_BRACKETS = 1_000


class _Light(_Parser):  # type: ignore[misc, valid-type]
    """PyYAML's composer on libyaml, in which no value has a type."""

    def resolve(self, kind: object, value: object, implicit: object) -> None:
        """No value has a type."""

    def descend_resolver(self, parent: object, index: object) -> None:
        """No value has a type."""

    def ascend_resolver(self) -> None:
        """No value has a type."""


def quick(text: str) -> View | None:
    """The tree of a file in which nothing is wrong or special, in a fifth of the time; else ``None``."""
    nested = text.count("[") + text.count("{")
    if not yaml.__with_libyaml__ or len(text) > _LONG or nested > _BRACKETS or _special(text):
        return None
    try:
        root = _Light(text).get_single_node()
        return None if root is None else _converted(root, 0, len(text))
    except (yaml.YAMLError, _NotPlainError):
        return None


def _special(text: str) -> bool:
    """Whether anything may stand in a text that must be told, or that ends a line."""
    if text.startswith(_FIRST) or any(one in text for one in _NEVER):
        return True
    if any(one in text for one in _TWO) and _NESTED.search(text):
        return True
    if ("&" in text or "*" in text or "!" in text) and _MARKED.search(text):
        return True
    return "\r" in text and _LONE.search(text) is not None


class _NotPlainError(Exception):
    """Something that must be told of in its place."""


def _converted(node: yaml.Node, depth: int, length: int) -> View:
    """A node of PyYAML as one of ours, in a text of this length; raises :class:`_NotPlainError`."""
    kind = type(node)
    if kind is yaml.ScalarNode:
        return _leaf(node, -1, length)
    if depth >= MAX_DEPTH or node.tag is not None:
        raise _NotPlainError
    if kind is yaml.SequenceNode:
        items = tuple([_converted(item, depth + 1, length) for item in node.value])
        return Items(items, node.start_mark.line + 1)
    pairs: list[tuple[Leaf, View]] = []
    seen = set()
    for key, value in node.value:
        words = key.value
        if type(key) is not yaml.ScalarNode or not words or words in seen:
            raise _NotPlainError
        seen.add(words)
        if type(value) is yaml.ScalarNode:
            view: View = _leaf(value, key.end_mark.index if not value.value else -1, length)
        else:
            view = _converted(value, depth + 1, length)
        pairs.append((_leaf(key, -1, length), view))
    return Table(tuple(pairs), node.start_mark.line + 1, bool(node.flow_style))


def _leaf(node: Any, before: int, length: int) -> Leaf:
    """A scalar; ``before`` is the place where its key ended, if it is empty."""
    text, style, start = node.value, node.style, node.start_mark
    if node.tag is not None or (not text and start.index >= length):
        raise _NotPlainError
    return Leaf(text, start.line + 1, not style, not style and not text and start.index == before)
