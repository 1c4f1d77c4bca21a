"""What became of some articles in a build from nothing, on its way from a worker: rows for tables, and lines.

Nothing but tuples and text travels to the process that writes: it has no time to think about articles.
"""

from __future__ import annotations

import marshal
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from diaspora_kg.build.later import carried
from diaspora_kg.build.lines import Sent, recorded, sent
from diaspora_kg.index import Filling
from diaspora_kg.light import light
from diaspora_kg.sums import Total

Place = tuple[str, str]  # file and key


@light
@dataclass(frozen=True)
class Valid:
    """An article that may be published, and between which places of the batch's lines its own stand."""

    key: str
    begin: int
    end: int


@dataclass
class Batch:
    """What became of some articles.

    ``state`` has rows by table, ``waiting`` those articles (pickled) that speak of others. ``odd`` says
    that a key was declared that may be one of another article. When the batch is complete, what was
    gathered for the ``index`` stands in ``rows``, as it waits (:mod:`~diaspora_kg.build.later`), and the
    ``records`` of the ``valid`` articles in ``lines``.
    """

    files: int = 0
    state: defaultdict[str, list[tuple[object, ...]]] = field(default_factory=lambda: defaultdict(list))
    index: Filling = field(default_factory=Filling)
    valid: list[Valid] = field(default_factory=list)
    total: Total = field(default_factory=Total)
    waiting: list[tuple[Place, bytes]] = field(default_factory=list)
    odd: bool = False
    rows: bytes = b""
    lines: Sent = field(default_factory=partial(Sent, 0))
    records: list[bytes] = field(default_factory=list)

    def completed(self, outbox: Path | None = None) -> Batch:
        """Itself, when nothing more is added; the lines wait in a file in ``outbox``, if that is given."""
        self.rows, self.index = carried(self.index), Filling()
        self.lines, self.records = sent(self.records, outbox), []
        return self

    def add(self, key: str, lines: bytes) -> None:
        """A valid article with its lines, each with a line break."""
        record = recorded(key, lines)
        end = self.size + len(record)
        self.valid.append(Valid(key, end - len(lines), end))
        self.records.append(record)

    @property
    def size(self) -> int:
        """Of the lines so far, in bytes."""
        return self.valid[-1].end if self.valid else 0

    def __reduce__(self) -> tuple[Callable[..., Batch], tuple[object, ...]]:
        """It travels as plain cells, for which ``marshal`` takes half of the time."""
        cells = self._cells()
        try:
            return _read, (marshal.dumps(cells, _MARSHAL),)
        except ValueError:  # a reader script has a kind of string of its own
            return _made, cells

    def _cells(self) -> tuple[Any, ...]:
        return (
            *(self.files, dict(self.state), self.waiting, self.odd, (self.total.value, self.total.count)),
            [(one.key, one.begin, one.end) for one in self.valid],
            *(self.rows, (self.lines.size, self.lines.data, self.lines.path)),
        )


_MARSHAL = 4
"""The version of the format; Python 3.4 and all later ones read it."""


def _read(data: bytes) -> Batch:
    return _made(*marshal.loads(data))  # noqa: S302 - written by a process of this build


def _made(
    files: int,
    state: dict[str, list[tuple[object, ...]]],
    waiting: list[tuple[Place, bytes]],
    odd: bool,
    total: tuple[int, int],
    valid: list[tuple[str, int, int]],
    rows: bytes,
    lines: tuple[int, bytes, str],
) -> Batch:
    tables, articles = defaultdict(list, state), [Valid(*one) for one in valid]
    return Batch(files, tables, Filling(), articles, Total(*total), waiting, odd, rows, Sent(*lines))
