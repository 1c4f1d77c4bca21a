"""Words of a text that is kept back, where a mark gives them as a name, a label or a date.

A researcher writes a name; a tool takes it from what was marked, which may be a whole page. Of more words
than a quote may have only the first and the last stay. What has a place in the text is left as it is: it is
looked up there, and the rules of quotes follow.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from diaspora_kg.marked.entries import Entry
from diaspora_kg.marked.values import one_line
from diaspora_kg.yamlnodes import Items, Leaf, Table, View

MOST_WORDS = 12


def short(words: str) -> str:
    """Words in one line: of many the first and the last.

    >>> short("one two"), short(" ".join("abcdefghijklmnop"))
    ('one two', 'a b c d e f … k l m n o p')
    """
    parts = words.split()
    if len(parts) > MOST_WORDS:
        half = MOST_WORDS // 2
        parts = [*parts[:half], "…", *parts[-half:]]
    return " ".join(parts)


class Shortened:
    """Shortens what is copied from long marks, wherever it stands in the tree of an article."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        self._long = set[str]()
        for entry in entries:
            parts = [one_line(words) for _, words in entry.places]
            for words in (*parts, " ".join(parts), " … ".join(parts), one_line(entry.words)):
                if len(words.split()) > MOST_WORDS:
                    self._long.add(words)

    def table(self, given: Table) -> Table:
        """The same table with short words."""
        return replace(given, pairs=tuple((key, self._view(view)) for key, view in given.pairs))

    def _view(self, view: View) -> View:
        if isinstance(view, Table):
            return self.table(view)
        if isinstance(view, Items):
            return replace(view, items=tuple(map(self._view, view.items)))
        if isinstance(view, Leaf) and view.text in self._long:
            return replace(view, text=short(view.text))
        return view
