"""Puts lines that a command prints into a page of the documentation, between two marks."""

from __future__ import annotations

from collections.abc import Sequence

END = "<!-- until here -->"


def placed(text: str, begin: str, lines: Sequence[str]) -> str:
    """A page with these lines after ``begin``; raises :class:`ValueError` where it has no such place."""
    before, first, rest = text.partition(begin)
    _, last, after = rest.partition(END)
    if not (first and last):
        raise ValueError("the page has no place for the tables")
    return "\n".join((before + begin, "", *lines, "", END + after))
