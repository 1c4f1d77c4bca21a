"""The entries of one mapping: take what you use, audit the rest.

No key is dropped in silence: what nobody took is a finding with the nearest known key, and the comma
that ends a plain scalar inside braces is recognised.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from typing import TypeVar

from diaspora_kg.errors import Report
from diaspora_kg.yamlnodes import Leaf, Table, View, words_of

Row = TypeVar("Row")

_ELSEWHERE = {
    "on": "The key is `date` (many YAML programs read `on` as true).",
    "from": "An anchor is one string; write … between its first and last words.",
    "basis": "The law or ground of a status is `legal-basis`; `basis` belongs to a date.",
    "authority": "Who decided belongs to the status-change, as `authority`.",
    "holder": "Who holds a post is a membership with `member` and `post`; unnamed: `not-stated: [holder]`.",
}
"""What to say of keys that belong somewhere else."""


def nearest(word: str, known: Iterable[str]) -> str:
    """A half-sentence that names the known word spelled most like this one, or nothing."""
    found = get_close_matches(word.lower().replace("_", "-"), list(known), n=1)
    return f" Did you mean `{found[0]}`?" if found else ""


class Fields:
    """The entries of one mapping, each to be taken once; ``owner`` names it in messages ("an anchor")."""

    def __init__(self, table: Table, report: Report, owner: str) -> None:
        self.table = table
        self.report = report
        self.owner = owner
        self.line = table.line
        self._known: dict[str, None] = {}
        self._left = self._without_comma_traps()

    def take(self, key: str) -> View | None:
        """The value of a key that is known here, ``None`` if it was not written."""
        self._known[key] = None
        return self._left.pop(key, None)

    def written(self, rows: Mapping[str, Row]) -> list[Row]:
        """Of keys that are known here, those that were written and not taken yet, in the order of rows."""
        self._known.update(dict.fromkeys(rows))
        return [row for key, row in rows.items() if key in self._left]

    def has(self, key: str) -> bool:
        """Whether a key was written and not taken yet."""
        return key in self._left

    def audit(self) -> None:
        """Report each key that nobody took."""
        for key, _ in self.table.pairs:
            if key.text not in self._left:
                continue
            value = self._left.pop(key.text)
            message = f"`{key.text}` is no key of {self.owner}.{nearest(key.text, self._known)}"
            hint = _ELSEWHERE.get(key.text, "Keys here: " + ", ".join(self._known) + ".")
            if self.table.flow and (" " in key.text or self._follows_plain(key)):
                hint += " If it belongs to the words before it, put these in quotation marks."
            self.report.violation(key.line, "unknown-key", message, hint, f"{key.text}: {words_of(value)}")

    def _follows_plain(self, key: Leaf) -> bool:
        before = None
        for other, value in self.table.pairs:
            if other is key:
                break
            before = value if other.text not in _ELSEWHERE else None
        return isinstance(before, Leaf) and before.plain and " " in before.text

    def _without_comma_traps(self) -> dict[str, View]:
        """The entries without those that a comma inside braces made out of the words before it."""
        if not self.table.flow:
            return {key.text: value for key, value in self.table.pairs}
        left: dict[str, View] = {}
        owner: tuple[Leaf, Leaf] | None = None
        told = False
        for key, value in self.table.pairs:
            bare = key.plain and isinstance(value, Leaf) and value.bare
            if bare and owner:
                if not told:
                    self._tell_trap(*owner, key)
                told = True
                continue
            left[key.text] = value
            told = False
            owner = (key, value) if isinstance(value, Leaf) and value.plain and value.text else None
        return left

    def _tell_trap(self, key: Leaf, value: Leaf, rest: Leaf) -> None:
        what = "the anchor" if key.text in {"quote", "cue", "before", "after"} else f"`{key.text}`"
        message = f'The comma after "{value.text.split()[-1]}" ended {what}.'
        hint = "Put it in quotation marks, or on a line of its own."
        self.report.violation(rest.line, "comma-trap", message, hint, f"{value.text}, {rest.text}")
