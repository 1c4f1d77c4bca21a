"""What a build changed in the graph of the last snapshot: noted beside each snapshot, in ``turned.json``."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

_FILE = "turned.json"


@dataclass(frozen=True, slots=True)
class Turned:
    """The subjects of all quads that went or came, and their graphs.

    ``since`` and ``id`` are the number and the id of the snapshot in which they did.
    """

    since: int
    id: str
    subjects: frozenset[str]
    graphs: frozenset[str]

    def write(self, folder: Path) -> None:
        """Put it into the folder of a snapshot that is not published yet."""
        told = {
            "since": self.since,
            "id": self.id,
            "subjects": sorted(self.subjects),
            "graphs": sorted(self.graphs),
        }
        (folder / _FILE).write_text(json.dumps(told, indent=0) + "\n", "utf-8")

    @classmethod
    def read(cls, folder: Path) -> Turned | None:
        """What stands in the folder of a snapshot; ``None``: nothing that can be read."""
        try:
            told = json.loads((folder / _FILE).read_text("utf-8"))
            subjects, graphs = (frozenset(map(str, told[name])) for name in ("subjects", "graphs"))
            return cls(int(told["since"]), str(told["id"]), subjects, graphs)
        except (OSError, ValueError, TypeError, KeyError, RecursionError, OverflowError):
            return None
