"""Label maps: what the labels of a tag set become (``ingest/labels/*.toml``)."""

from __future__ import annotations

from dataclasses import dataclass

from diaspora_kg.errors import Report


@dataclass(frozen=True)
class Labels:
    """One label map, checked."""

    name: str


def read_labels(name: str, data: bytes, report: Report) -> Labels | None:
    """A label map; ``None`` where it cannot be used (then there are findings)."""
    raise NotImplementedError((name, data, report))
