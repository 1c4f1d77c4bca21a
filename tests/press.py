"""Two fictional articles as a graph in memory (``queries/press.trig``), to ask questions of."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox

from diaspora_kg.content import content
from diaspora_kg.names import Names
from diaspora_kg.queries.catalog import Catalog
from diaspora_kg.queries.lookup import Lookup
from diaspora_kg.store.embedded import EmbeddedStore

BASE = "https://press.example/"
TRIG = Path(__file__).parent / "queries" / "press.trig"

PARAMS = {
    "evaluations": {"target": ["n1.end"]},
    "legal-history": {"organization": ["n1.league"]},
    "organizations-of-form": {"form": ["federal"]},
    "status-changes": {"organization": ["n1.league"]},
    "voice-of-claims-about": {"node": ["n1.end"]},
}
"""What the queries that must be told something are asked here."""


def press_lines() -> list[str]:
    """The graph as N-Quads."""
    parsed = ox.parse(path=TRIG, format=ox.RdfFormat.TRIG)
    return (ox.serialize(parsed, format=ox.RdfFormat.N_QUADS) or b"").decode().splitlines()


def press_store(*more: str) -> EmbeddedStore:
    """The graph in memory, with more N-Quads lines."""
    store = EmbeddedStore()
    store.load([*press_lines(), *more])
    return store


def lookup_in(store: EmbeddedStore) -> Lookup:
    """Finds nodes and labels in a store of this base."""
    return Lookup(store, Names(BASE))


def bundled() -> Catalog:
    """The saved queries that ship with the program."""
    return Catalog.load([content("queries")])


def node(kind: str, key: str) -> str:
    """The IRI of a node of the two articles."""
    return Names(BASE).node(kind, key)
