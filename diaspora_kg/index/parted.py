"""Records that were thought to be one: ``same`` decisions that somebody withdrew, beside a snapshot's index.

They are no part of the graph, which is as if such a decision had never been. Pages and `dkg why` tell of
them.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

_FILE = "parted.json"


@dataclass(frozen=True, slots=True, order=True)
class Parted:
    """Two nodes of which records were thought to be one, seen from ``iri``; ``other`` is the other's key.

    ``who`` decided so ``when`` and ``why``; ``undone_by`` withdrew it at the time ``undone``, since
    ``undone_why``.
    """

    iri: str
    other_iri: str
    other: str
    decision: str
    who: str
    when: str
    why: str
    undone_by: str
    undone: str
    undone_why: str


def parted_path(index: Path) -> Path:
    """Where they stand, beside an index."""
    return index.with_name(_FILE)


def written(rows: Iterable[Parted]) -> str:
    """Them all as text; empty where there are none."""
    ordered = sorted(set(rows))
    return json.dumps([asdict(row) for row in ordered], ensure_ascii=False, indent=0) if ordered else ""


def told(text: str) -> tuple[Parted, ...]:
    """What a text says; nothing where it is none of ours."""
    try:
        return tuple(Parted(**row) for row in json.loads(text)) if text else ()
    except (ValueError, TypeError):
        return ()


def mark(text: str) -> str:
    """A hash of a text; empty for none."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest() if text else ""


def read(index: Path) -> tuple[Parted, ...]:
    """Those beside an index; a file that cannot be read has none."""
    try:
        return told(parted_path(index).read_text("utf-8"))
    except (OSError, UnicodeDecodeError):
        return ()
