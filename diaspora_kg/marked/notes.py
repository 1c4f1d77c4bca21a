"""What annotators write into the note of an annotation: plain words, or keys with values.

``VAK has been liquidated. | id: A-0 | not-stated: starts, ends``: parts stand between `` | ``; a part that
begins with a key and a colon is that key's value, words before the first of them are those of the key
that the label map names for notes. A value in brackets, braces or quotation marks is read as YAML, so
that lists and dates are written as in the native format.
"""

from __future__ import annotations

import re
from dataclasses import replace

from diaspora_kg.errors import Report
from diaspora_kg.yamlnodes import Items, Leaf, Table, View, parse

Pair = tuple[str, View]
"""A key of the native format, with its value."""

_PART = re.compile(r"(?:^|\s\|\s)\s*(?=[a-z][a-z_-]*:(?:\s|$))")
_KEYED = re.compile(r"([a-z][a-z_-]*):(?:\s+|$)(.*)", re.DOTALL)
_WRAPPED = {"[": "]", "{": "}", '"': '"', "'": "'"}
_LISTS = frozenset({"not-stated"})


def read_note(note: str, line: int, plain: str, report: Report) -> tuple[list[Pair], str]:
    """The pairs of a note, and the words that belong to no key.

    ``plain`` is the key of words without a key; where it is empty they are given back.

    >>> read_note("A body. | id: x", 3, "label", Report("a.ann"))[0]
    [('label', Leaf(text='A body.', line=3, plain=False, bare=False, position=None)), \
('id', Leaf(text='x', line=3, plain=False, bare=False, position=None))]
    """
    pairs: list[Pair] = []
    left = ""
    for part in _PART.split(note.strip()):
        words = part.strip()
        if not words:
            continue
        keyed = _KEYED.match(words)
        if keyed:
            value = read_value(keyed[1], keyed[2].strip(), line, report)
            if value is not None:
                pairs.append((keyed[1], value))
        elif plain:
            pairs.append((plain, Leaf(words, line, plain=False)))
        else:
            left = words
    return pairs, left


def read_value(key: str, text: str, line: int, report: Report) -> View | None:
    """One value as a note has it; ``None`` where it cannot be read (then there is a finding)."""
    if len(text) > 1 and _WRAPPED.get(text[0]) == text[-1]:
        inner = Report(report.file)
        view = parse(text.encode("utf-8", "replace"), inner)
        report.findings += (replace(finding, line=line, words=text[:60]) for finding in inner.findings)
        return None if view is None else moved(view, line)
    if key in _LISTS:
        words = (word.strip() for word in text.split(","))
        return Items(tuple(Leaf(word, line) for word in words if word), line)
    return Leaf(text, line, plain=False)


def moved(view: View, line: int) -> View:
    """The same tree, all of it in one line."""
    if isinstance(view, Leaf):
        return replace(view, line=line)
    if isinstance(view, Items):
        return Items(tuple(moved(item, line) for item in view.items), line)
    pairs = tuple((replace(key, line=line), moved(value, line)) for key, value in view.pairs)
    return Table(pairs, line, view.flow)
