"""Which files below ``articles/`` are read how."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePosixPath


@dataclass(frozen=True, slots=True)
class ReaderRule:
    """What is settled for the files below ``articles/`` that match ``glob``.

    The other fields are the keys of :data:`~diaspora_kg.settings.keys.INGEST`.
    """

    glob: str
    reader: str = ""
    labels: str = ""
    publish: tuple[str, ...] = ()

    def matches(self, file: str) -> bool:
        """Whether the rule settles this file, given relative to the project."""
        path = PurePosixPath(file)
        return path.match(self.glob) or path.match(f"articles/{self.glob}")
