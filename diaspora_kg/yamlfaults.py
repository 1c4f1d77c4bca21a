"""YAML's syntax errors in the words of somebody who has never heard of tokens.

The parser's own words fit several mistakes; the lines around the place tell which it most likely is.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

_PLAIN_WORDS = (
    ("cannot start any token", "A value or line begins with a character that has a meaning in YAML.",
     "Put words that begin with @, % or ` in quotation marks."),
    ("expected ',' or", "A bracket, brace or quotation mark is not closed, or unquoted words hold a colon.",
     "Close every {, [ and \", and put words with a colon in quotation marks."),
    ("end of stream", "A quotation mark is never closed.",
     "Close it, or put the words in the other sort of marks."),
    ("could not find expected ':'", "This line has no key.",
     "Write `key: value`, or indent the line below its key."),
    ("Unicode character", "An escape stands for no character.", "Write the character itself."),
)  # fmt: skip
_MOVED = ("did not find expected key", "did not find expected '-'", "mapping values are not allowed")
_QUOTED_START = re.compile(
    r"""^\s*(?:- )?(?:[^\s:"']+:\s+)?("(?:[^"\\]|\\.)*"|'(?:[^']|'')*')\s*[^\s,}\]#]"""
)
_TWO_COLONS = re.compile(r"^\s*(?:- )?[^\s:\"'{\[]+:\s+[^\"'{\[\s].*:\s")
_KEY = re.compile(r"^(?:- )?[^\s:]+:(?:\s|$)")


def explained(problem: str, lines: Sequence[str], at: int) -> tuple[str, str]:
    """What is wrong and how to mend it; ``at`` is the line that the parser names, from 1.

    >>> explained("did not find expected key", ['a: "x" y'], 1)[0]
    'Words go on after a closing quotation mark.'
    """
    line = lines[at - 1]
    if "\t" in line[: len(line) - len(line.lstrip())]:
        return "A tab stands at the beginning of this line.", "Indent with blanks, never with tabs."
    if any(part in problem for part in _MOVED):
        return _out_of_place(lines, at)
    known = ((message, hint) for part, message, hint in _PLAIN_WORDS if part in problem)
    return next(known, (f"This is not YAML: {problem}.", "Compare the line with those above it."))


def _out_of_place(lines: Sequence[str], at: int) -> tuple[str, str]:
    """A line that does not fit where it stands."""
    line = lines[at - 1]
    if _QUOTED_START.match(line):
        hint = """Put the whole value in quotation marks of the other sort: '"I regret it," he said'."""
        return "Words go on after a closing quotation mark.", hint
    if _TWO_COLONS.match(line):
        hint = "Put the words in quotation marks."
        return "A colon with a blank after it stands inside unquoted words.", hint
    above = _above(lines, at)
    if above and not _KEY.match(lines[above - 1].strip()) and not lines[above - 1].strip().startswith("- "):
        hint = (
            f"Write `key: value` in line {above}, or, if its words go on here, put them in quotation marks."
        )
        return f"Line {above} has no colon after its key, so this line does not fit.", hint
    return _indentation(lines, at, above)


def _indentation(lines: Sequence[str], at: int, above: int) -> tuple[str, str]:
    if lines[at - 1].strip().startswith("- "):
        message = "A list entry (`- `) stands where a key is expected."
        return message, "Below one key, either everything begins with `- ` or nothing does."
    here, there = _depth(lines[at - 1]), _depth(lines[above - 1]) if above else 0
    message = "This line is not indented like the lines that it belongs to."
    hint = "Keys that belong together begin equally far in; each entry of a list begins with `- `."
    if above and here != there:
        hint = f"It begins after {_blanks(here)}, line {above} after {_blanks(there)}. {hint}"
    return message, hint


def _above(lines: Sequence[str], at: int) -> int:
    """The nearest line above that says something, from 1; 0 without one."""
    said = (
        n for n in range(at - 1, 0, -1) if lines[n - 1].strip() and not lines[n - 1].strip().startswith("#")
    )
    return next(said, 0)


def _depth(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


def _blanks(number: int) -> str:
    return {0: "no blank", 1: "1 blank"}.get(number, f"{number} blanks")
