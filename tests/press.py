"""Two fictional articles as a graph in memory (``queries/press.trig``), to ask questions of."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory, mkdtemp

import pyoxigraph as ox

from diaspora_kg.content import content
from diaspora_kg.index import Content, Index, WordRow, save
from diaspora_kg.names import Names, expand
from diaspora_kg.queries.catalog import Catalog
from diaspora_kg.queries.lookup import Lookup
from diaspora_kg.store.base import Solutions
from diaspora_kg.store.embedded import EmbeddedStore
from diaspora_kg.terms import Term

BASE = "https://press.example/"
TRIG = Path(__file__).parent / "queries" / "press.trig"
TALKS = Path(__file__).parent / "queries" / "talks.trig"
"""Three more articles, with records that are merged, wire copies, answers and dated offices."""

PARAMS = {
    "evaluations": {"target": ["n1.end"]},
    "legal-history": {"organization": ["n1.league"]},
    "organizations-of-form": {"form": ["federal"]},
    "said-in-words": {"words": ["league"]},
    "status-changes": {"organization": ["n1.league"]},
    "voice-of-claims-about": {"node": ["n1.end"]},
}
"""What the queries that must be told something are asked here."""

TALKS_PARAMS = {
    "before-or-after": {"first": ["q1.talk"], "second": ["q2.reply"]},
    "members": {"organization": ["q1.guild"]},
    "names-used": {"thing": ["q1.guild"]},
    "names-without-form": {"language": ["qti"]},
    "said-about": {"target": ["q1.guild"], "from": ["2030-05-10"], "to": ["2030-05-31"]},
    "status-on-date": {"organization": ["q1.guild"], "date": ["2020-06-01"]},
    "unreported-undertakings": {"date": ["2031-06-01"]},
}
"""What is asked of the other three articles."""

OF_TALKS = frozenset(
    {
        "answers-and-contradictions",
        "appearing-together",
        "before-or-after",
        "claims-to-represent",
        "figures",
        "headline-attributions",
        "inferences",
        "legal-bases",
        "mediators",
        "members",
        "missing-voices",
        "names-used",
        "names-without-form",
        "offices-without-holder",
        "organizations-and-names",
        "organizations-in-several-articles",
        "outcomes",
        "outlets-compared",
        "planned-events",
        "planned-organizations",
        "possible-or-future",
        "records-compared",
        "said-about",
        "several-offices",
        "sic-passages",
        "single-sourced",
        "state-bodies",
        "status-on-date",
        "undated",
        "unreported-undertakings",
    }
)
"""The queries that are asked of the other three articles."""


def press_lines(trig: Path = TRIG) -> list[str]:
    """A graph as N-Quads."""
    parsed = ox.parse(path=trig, format=ox.RdfFormat.TRIG)
    return (ox.serialize(parsed, format=ox.RdfFormat.N_QUADS) or b"").decode().splitlines()


def press_store(*more: str, trig: Path = TRIG) -> EmbeddedStore:
    """A graph in memory, with more N-Quads lines."""
    store = EmbeddedStore()
    store.load([*press_lines(trig), *more])
    return store


def lookup_in(store: EmbeddedStore) -> Lookup:
    """Finds nodes, labels and words in a store of this base."""
    words = [(row["iri"], role, row["words"]) for role in ("gloss", "quote") for row in _told(store, role)]
    rows = tuple(
        WordRow(iri.value, "paraphrase" if role == "gloss" else role, "", said.value)
        for iri, role, said in words
    )
    folder = Path(mkdtemp(dir=_FOLDER.name))
    save(folder / "index.sqlite", Content(words=rows))
    return Lookup(store, Names(BASE), index=Index(folder / "index.sqlite"))


_FOLDER = TemporaryDirectory(prefix="press-")


def _told(store: EmbeddedStore, name: str) -> Iterator[Mapping[str, Term]]:
    found = store.query(f"SELECT ?iri ?words {{ GRAPH ?g {{ ?iri <{expand('dkg:' + name)}> ?words }} }}")
    assert isinstance(found, Solutions)
    return iter(found)


def bundled() -> Catalog:
    """The saved queries that ship with the program."""
    return Catalog.load([content("queries")])


def node(kind: str, key: str) -> str:
    """The IRI of a node of the two articles."""
    return Names(BASE).node(kind, key)
