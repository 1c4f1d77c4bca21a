"""Articles as bytes, while they wait or travel; only processes of one build read what others wrote."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from dataclasses import fields, is_dataclass
from io import BytesIO
from operator import attrgetter
from typing import Any

from diaspora_kg import article as values
from diaspora_kg.errors import Finding
from diaspora_kg.identity import Entry
from diaspora_kg.pipeline.chosen import Annotated
from diaspora_kg.pipeline.prepare import Part
from diaspora_kg.state import FileStamp


def pickled(value: object) -> bytes:
    """An article, or what holds some; it never leaves the processes of this build."""
    into = BytesIO()
    pickler = pickle.Pickler(into, pickle.HIGHEST_PROTOCOL)
    pickler.dispatch_table = _REDUCED
    pickler.dump(value)
    return into.getvalue()


def unpickled(data: bytes) -> Any:
    """What :func:`pickled` was given."""
    return pickle.loads(data)  # noqa: S301 - written by a process of this build


def _reduced(kind: type[object]) -> Callable[[object], tuple[object, ...]]:
    cells = attrgetter(*(member.name for member in fields(kind)))  # type: ignore[arg-type]
    alone = len(fields(kind)) == 1  # type: ignore[arg-type]
    return lambda value: (kind, (cells(value),) if alone else cells(value))


# How pickle takes a frozen value apart by itself costs ten times as much.
_REDUCED: dict[type, Callable[[Any], Any]] = {
    kind: _reduced(kind)
    for kind in (*vars(values).values(), Annotated, Entry, Part, FileStamp, Finding)
    if isinstance(kind, type) and is_dataclass(kind)
}
