"""The tables of a label map, each value checked and each fault told with its line."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from typing import Any

from diaspora_kg.errors import Report
from diaspora_kg.marked.rules import IGNORE, OWN_KEYS, known_keys

FORMAT = 1
"""The version of label maps that this program reads."""

Raw = Mapping[str, Any]
"""A table as TOML gives it."""


class Tables:
    """Reads the tables of one map; each fault is a finding at the table's line."""

    def __init__(self, text: str, report: Report) -> None:
        self.lines = text.splitlines()
        self.report = report
        self.keys = known_keys()

    # -- faults --------------------------------------------------------------------------------

    def fault(self, where: str, message: str, hint: str = "", words: str = "") -> None:
        """Note what is wrong in a table."""
        self.report.violation(
            self.line(where, words), "label-map", f"{where or 'The map'}: {message}", hint, words
        )

    def line(self, where: str, words: str) -> int:
        """The first line that has the last part of a table's name, and the words if they stand in it."""
        last = where.rsplit(".", maxsplit=1)[-1].strip("[]\"' ") if where else ""
        near = [n for n, line in enumerate(self.lines, 1) if last and last in line]
        both = [
            n for n, line in enumerate(self.lines, 1) if words and words in line and n >= (near or [1])[0]
        ]
        return (both or near or [1])[0]

    def only(self, raw: Raw, known: Iterable[str], where: str) -> None:
        """Note each key that is not known here."""
        for key in raw:
            if key not in known:
                self.fault(
                    where, f"`{key}` is no key here.{nearest(key, known)}", f"Keys: {', '.join(known)}.", key
                )

    def format(self, value: object) -> None:
        """Note a format that cannot be read."""
        if value != FORMAT:
            newer = isinstance(value, int) and value > FORMAT
            hint = (
                "Install a newer diaspora-kg." if newer else f"Write `format = {FORMAT}` in the first line."
            )
            self.fault("", "this is no format that can be read", hint, "format")

    # -- values --------------------------------------------------------------------------------

    def table(self, raw: Raw, key: str, where: str = "") -> list[tuple[str, Any]]:
        """The entries of a table below this one."""
        value = raw.get(key, {})
        if isinstance(value, dict):
            return list(value.items())
        self.fault(where or key, f"`{key}` is a table.", f"Write [{where + '.' if where else ''}{key}].", key)
        return []

    def is_text(self, value: object, where: str) -> bool:
        """Whether a value is a string; a finding if not."""
        if isinstance(value, str):
            return True
        self.fault(where, "a value in quotation marks is expected here.")
        return False

    def text(self, raw: Raw, key: str, where: str) -> str:
        """A string, empty without one."""
        value = raw.get(key, "")
        return value if self.is_text(value, where or key) else ""

    def flag(self, raw: Raw, key: str, where: str, *, default: bool = False) -> bool:
        """True or false."""
        value = raw.get(key, default)
        if isinstance(value, bool):
            return value
        self.fault(where, f"`{key}` is true or false.", words=key)
        return default

    def choice(self, raw: Raw, key: str, where: str, allowed: Iterable[str]) -> str:
        """One of a few words, empty without one."""
        value = self.text(raw, key, where)
        if value and value not in allowed:
            self.fault(where, f"`{value}` is no value of `{key}`.", f"Values: {', '.join(allowed)}.", value)
            return ""
        return value

    def key(self, value: object, where: str) -> str:
        """A key of the native format, or one of our own."""
        if not isinstance(value, str):
            self.fault(where, "the name of a key is expected here.")
        elif value != IGNORE and value not in self.keys:
            hint = f"See the native format; further keys: {', '.join(OWN_KEYS)}, {IGNORE}."
            self.fault(where, f"`{value}` is no key of the model.{nearest(value, self.keys)}", hint, value)
        else:
            return value
        return IGNORE


def nearest(word: str, known: Iterable[str]) -> str:
    """A half-sentence that names the known word spelled most like this one, or nothing."""
    found = get_close_matches(word, list(known), n=1)
    return f" Did you mean `{found[0]}`?" if found else ""
