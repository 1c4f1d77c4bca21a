"""The files of one index opened together: its base, and the changes to it, if there are any."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self

from diaspora_kg.errors import RunStopped
from diaspora_kg.index.tables import delta_path

_STEPS = 5000  # of SQLite's machine between two looks at the clock: well below a millisecond

_PLAIN = {
    "nodes": "SELECT * FROM main.node",
    "origins": "SELECT * FROM main.origin",
    "formers": "SELECT * FROM main.former",
    "words": "SELECT iri, role, language, words FROM main.said",
}
_AMENDED = {
    "nodes": "SELECT * FROM main.node WHERE iri NOT IN (SELECT iri FROM late.gone)"
    " UNION ALL SELECT * FROM late.node",
    "origins": "SELECT * FROM main.origin WHERE article NOT IN (SELECT article FROM late.left)"
    " UNION ALL SELECT * FROM late.origin",
    "formers": "SELECT * FROM main.former WHERE iri NOT IN (SELECT iri FROM late.renamed)"
    " UNION ALL SELECT * FROM late.former",
    "words": "SELECT iri, role, language, words FROM main.said WHERE iri NOT IN (SELECT iri FROM late.gone)"
    " UNION ALL SELECT iri, role, language, words FROM late.said",
}
VIEWS = frozenset(_PLAIN)
"""What is asked for rows of base and changes together."""


class TimeUp(Exception):
    """A question to the index took longer than it was given."""


class Opened:
    """The open files of an index; changes are attached to the base as ``late``.

    It raises :class:`RunStopped`, when they are opened or later, for a file that is none or is damaged.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        late = delta_path(path)
        self._amended = late.exists()
        try:
            self._db = sqlite3.connect(_uri(path), uri=True, check_same_thread=False)
            if self._amended:
                self._db.execute("ATTACH ? AS late", (_uri(late),))
            for name, select in (_AMENDED if self._amended else _PLAIN).items():
                self._db.execute(f"CREATE TEMP VIEW {name} AS {select}")
        except sqlite3.Error as error:
            raise _damaged(error) from error

    def check(self) -> None:
        """Read the whole file; raises :class:`RunStopped` if it is damaged."""
        for part in ("main", "late")[: 1 + self._amended]:
            [(told,)] = self.ask(f"PRAGMA {part}.quick_check(1)")
            if told != "ok":
                raise _damaged(told)

    def ask(self, sql: str, values: Sequence[object] = ()) -> list[Any]:
        """For this package: all rows of an answer."""
        try:
            return self._db.execute(sql, values).fetchall()
        except sqlite3.Error as error:
            raise _damaged(error) from error

    def opened(self) -> tuple[sqlite3.Connection, bool]:
        """For this package: the open file, and whether changes are attached to it as ``late``."""
        return self._db, self._amended

    @contextmanager
    def within(self, seconds: float) -> Iterator[None]:
        """For this package: the questions of a ``with`` block have so long, then :class:`TimeUp` is raised.

        Inside of it no other thread may use this index.
        """
        end = time.monotonic() + seconds
        self._db.set_progress_handler(lambda: time.monotonic() > end, _STEPS)
        try:
            yield
        except sqlite3.Error as error:
            if "interrupted" not in str(error):
                raise _damaged(error) from error
            raise TimeUp from error
        finally:
            self._db.set_progress_handler(None, 0)

    def close(self) -> None:
        """Let go of the file."""
        self._db.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def storable(text: str) -> str:
    """What is typed may hold characters that SQLite does not keep; nothing is found by those."""
    return text.encode("utf-8", "replace").decode().replace("\0", "?")


def _uri(path: Path) -> str:
    return f"{path.resolve().as_uri()}?mode=ro&immutable=1"


def _damaged(why: object) -> RunStopped:
    return RunStopped(f"The search index of the published graph cannot be read ({why}). Run: dkg build")
