"""How many rows answers have in all: counted apart from their first rows, and kept beside the snapshot.

To count all rows of a question over millions of statements takes seconds, its first rows take none. So they
are not counted while building, which would make each build slower for questions that nobody may ask, but when
somebody asks. A snapshot never changes, so a count is good as long as it is there: ``totals.json`` lies in
its folder and goes with it. Where it cannot be written or read, rows are counted again. A query that asks for
the time or for chance may have other rows tomorrow: its total is counted each time.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from diaspora_kg.queries.counters import count
from diaspora_kg.sparql import Kind, significant

SECONDS = 10.0
"""How long rows are counted unless one says otherwise."""

_PASSING = ("NOW", "RAND", "UUID", "BNODE")
"""Functions that give something else each time (SPARQL 1.1, section 17.4); STRUUID ends as UUID does."""

_CALLED = re.compile(rf"(?:{'|'.join(_PASSING)})[ \t\r\n]*[(#]", re.IGNORECASE)

KEPT = "totals.json"
"""The file in a snapshot's folder that may come and change while the snapshot does not."""

_MOST = 2_000  # totals that are kept
_LARGEST = 1_000_000  # bytes of the file
_SMALL = 400_000
"""Quads of a graph that is asked for all rows at once: that takes well below a second."""


@dataclass(frozen=True)
class Totals:
    """The totals of one snapshot: of its ``folder``, which holds the ``store``, and its number of quads."""

    folder: Path
    quads: int = 0

    @property
    def small(self) -> bool:
        """Whether the graph is so small that rows need no counting apart."""
        return self.quads < _SMALL

    @property
    def _path(self) -> Path:
        return self.folder / KEPT

    def get(self, text: str) -> int | None:
        """The kept total of a query's text with its parameters; ``None``: it is not known, or not kept."""
        return None if _passing(text) else self._read().get(_key(text))

    def keep(self, text: str, total: int) -> None:
        """Keep a total, if the folder may be written; another process that writes at once may win."""
        if _passing(text):
            return
        kept = self._read()
        if kept.get(_key(text)) == total:
            return
        newest = {**kept, _key(text): total}
        written = json.dumps(dict(list(newest.items())[-_MOST:]))
        with suppress(OSError):
            handle, name = tempfile.mkstemp(dir=self.folder, prefix=f"{KEPT}.", suffix=".part")
            with os.fdopen(handle, "w") as file:
                file.write(written)
            Path(name).chmod(0o644)
            Path(name).replace(self._path)

    def count(self, text: str, seconds: float = SECONDS) -> int | None:
        """Count all rows of a query in processes of their own, and keep it; ``None``: the time is over."""
        if (kept := self.get(text)) is not None:
            return kept
        total = count(self.folder / "store", text, seconds)
        if total is not None:
            self.keep(text, total)
        return total

    def _read(self) -> dict[str, int]:
        try:
            with self._path.open("rb") as file:
                found = json.loads(file.read(_LARGEST))
        except (OSError, ValueError, RecursionError):
            return {}
        if not isinstance(found, dict):
            return {}
        return {key: total for key, total in found.items() if isinstance(total, int) and total >= 0}


def _passing(text: str) -> bool:
    """Whether a query may have other rows when asked again; the engine takes FILTERNOW() as two words."""
    return _CALLED.search(text) is not None and any(
        token.kind is Kind.WORD and token.text.upper().endswith(_PASSING) for token in significant(text)
    )


def _key(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]
