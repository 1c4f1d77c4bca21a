"""What draws no tie is no entry of the panel of ties."""

from __future__ import annotations

import pytest

from diaspora_kg.names import Names, expand
from diaspora_kg.pages.entries import Ordering
from diaspora_kg.queries.cells import Cells
from diaspora_kg.terms import IRI

NAMES = Names("https://norland.example/")
CLUB, UNION = (NAMES.node("organization", key) for key in ("club", "union"))
HALL = NAMES.node("place", "hall")


@pytest.mark.parametrize(
    ("source", "target", "entries"),
    [(CLUB, UNION, 1), (CLUB, None, 1), (None, CLUB, 1), (CLUB, HALL, 0), (CLUB, CLUB, 0), (HALL, CLUB, 0),
     (CLUB, "https://elsewhere.example/x", 0)],
)  # fmt: skip
def test_only_ties_between_actors_count(source: str | None, target: str | None, entries: int) -> None:
    row = {"node": IRI(CLUB), "kind": IRI(expand("dkgv:supports")), "claim": IRI(NAMES.node("claim", "a.c"))}
    row |= {name: IRI(iri) for name, iri in (("source", source), ("target", target)) if iri}
    assert len(Ordering(Cells(NAMES), NAMES.base).entries("network", [row], {})) == entries
