r"""The cells of WebAnno TSV: escapes, stacked values, disambiguation ids.

A cell holds the values of several annotations, divided by ``|``; ``[n]`` at a value's end is the id of
its annotation; ``;`` divides the fillers of a slot; ``_`` is no annotation, ``*`` one without a value.
``\`` escapes ``\ [ ] | _ -> ; *`` and writes tab and line breaks as ``\t``, ``\n``, ``\r``. Files of other
makers leave ``\`` and ``_`` as they are, so only these escapes are read as such.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

NOTHING = "_"
NO_VALUE = "*"

_ESCAPE = re.compile(r"\\(->|[\\\[\]|_;*tnr])")
_WRITTEN = {"t": "\t", "n": "\n", "r": "\r"}
_ID = re.compile(r"(?s)(.*)\[([0-9]{1,9})\]")


@dataclass(frozen=True, slots=True)
class Value:
    """One value of a cell: as written (escaped), and the id of its annotation (0: none)."""

    written: str
    id: int = 0

    @property
    def text(self) -> str | None:
        """The value itself, or ``None`` where the annotation has none."""
        return None if self.written in {NOTHING, NO_VALUE} else unescaped(self.written)


def unescaped(written: str) -> str:
    r"""What stands behind the escapes.

    >>> unescaped("a\\|b\\_c\\td\\q")
    'a|b_c\td\\q'
    """
    return (
        _ESCAPE.sub(lambda match: _WRITTEN.get(match[1], match[1]), written) if "\\" in written else written
    )


def divided(written: str, mark: str) -> list[str]:
    r"""The parts between unescaped marks.

    >>> divided("a\\|b|c", "|")
    ['a\\|b', 'c']
    """
    if "\\" not in written:
        return written.split(mark)
    parts, begin, at = [], 0, 0
    while at < len(written):
        if written[at] == "\\":
            at += 2
            continue
        if written[at] == mark:
            parts.append(written[begin:at])
            begin = at + 1
        at += 1
    return [*parts, written[begin:]]


def values(cell: str) -> list[Value]:
    r"""The stacked values of a cell; none where nothing is annotated.

    >>> values("PER[1]|*[2]")
    [Value(written='PER', id=1), Value(written='*', id=2)]
    >>> values("NE\\[0\\]")
    [Value(written='NE\\[0\\]', id=0)]
    """
    if cell in {NOTHING, ""}:
        return []
    return [_value(part) for part in divided(cell, "|")]


def _value(written: str) -> Value:
    found = _ID.fullmatch(written) if written.endswith("]") and not written.endswith("\\]") else None
    return Value(found[1], int(found[2])) if found else Value(written)
