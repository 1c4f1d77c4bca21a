"""Where the graph is kept: the seam, the store that needs no server, and published snapshots."""

from diaspora_kg.store.base import QueryRefused, Result, Solutions, Store, StoreDamaged, Triples
from diaspora_kg.store.embedded import EmbeddedStore
from diaspora_kg.store.snapshots import Manifest, Snapshot, Snapshots

__all__ = [
    "EmbeddedStore",
    "Manifest",
    "QueryRefused",
    "Result",
    "Snapshot",
    "Snapshots",
    "Solutions",
    "Store",
    "StoreDamaged",
    "Triples",
]
