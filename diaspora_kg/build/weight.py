"""What the graphs of a store weigh: hashes and counts by which two contents are compared."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

from diaspora_kg.store import Store


@dataclass(frozen=True, slots=True)
class Weight:
    """A graph's content: the hash of its sorted N-Quads lines as the store gives them back."""

    sha256: str
    quads: int


def weigh(store: Store) -> dict[str, Weight]:
    """Every graph of a store with its weight."""
    return {graph: _weight(store.graph_lines(graph)) for graph in store.graphs()}


def _weight(lines: list[str]) -> Weight:
    digest = hashlib.sha256()
    for line in lines:
        digest.update(line.encode() + b"\n")
    return Weight(digest.hexdigest(), len(lines))


def content_id(weights: Mapping[str, Weight]) -> str:
    """The hash of the whole content: over the graphs, sorted, each with the hash of its lines."""
    digest = hashlib.sha256()
    for graph in sorted(weights):
        digest.update(f"{graph} {weights[graph].sha256}\n".encode())
    return digest.hexdigest()
