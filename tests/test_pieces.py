"""A query asked in pieces answers in all what it answers at once, and begins with nodes that it can have."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from diaspora_kg.sparql import Unbindable, beginnings, within
from diaspora_kg.store.base import Solutions
from diaspora_kg.store.embedded import EmbeddedStore
from diaspora_kg.terms import IRI

NODES = [f"urn:n{number}" for number in range(5)]
LINKS = [f"urn:p{number}" for number in range(3)]
P = "PREFIX p: <urn:p> "
SHAPES = [
    "SELECT ?v ?b { GRAPH ?g { ?v p:0 ?b } }",
    "SELECT ?v ?b { GRAPH ?g { ?v p:0 ?b } GRAPH ?h { ?b p:1 ?v } }",
    "SELECT ?v ?c { GRAPH ?g { ?v p:0 ?b } OPTIONAL { GRAPH ?h { ?v p:1 ?c . ?c p:2 ?d } } }",
    "SELECT ?v ?c ?d { GRAPH ?g { ?v p:0 ?b } OPTIONAL { GRAPH ?h { ?b p:1 ?c OPTIONAL { ?v p:2 ?d } } } }",
    "SELECT ?v ?b { GRAPH ?g { ?v p:0 ?b } MINUS { GRAPH ?h { ?v p:1 ?c } } }",
    "SELECT ?v ?b { GRAPH ?g { ?v p:0 ?b } MINUS { GRAPH ?h { ?b p:1 ?c OPTIONAL { ?v p:2 ?c } } } }",
    "SELECT ?v ?n { GRAPH ?g { ?v p:0 ?b } "
    "{ SELECT ?v (COUNT(?c) AS ?n) { GRAPH ?h { ?v p:1 ?c } } GROUP BY ?v } }",
    "SELECT ?v ?n { GRAPH ?g { ?v p:0 ?b } "
    "OPTIONAL { { SELECT ?v (COUNT(?c) AS ?n) { GRAPH ?h { ?v p:1 ?c } } GROUP BY ?v } } }",
    "SELECT ?v ?n { GRAPH ?g { ?v p:0 ?b } "
    "{ SELECT ?b (COUNT(?v) AS ?n) { GRAPH ?h { ?v p:1 ?b } } GROUP BY ?b } }",
    "SELECT ?v ?n { { SELECT ?b (COUNT(?v) AS ?n) { GRAPH ?h { "
    "?v p:1 ?b } } GROUP BY ?b } GRAPH ?g { ?v p:0 ?b } }",
    "SELECT ?v ?n { GRAPH ?g { ?v p:0 ?b } "
    "{ SELECT ?b ?n { { SELECT ?v ?b (1 AS ?n) { GRAPH ?h { ?v p:1 ?b } } } } } }",
    "SELECT ?v ?c { GRAPH ?g { ?v p:0 ?b } GRAPH ?h { ?b p:1 ?c OPTIONAL { ?v p:2 ?d } } }",
    "SELECT ?v ?c { GRAPH ?g { ?v p:0 ?b } { { GRAPH ?h { ?b p:1 "
    "?c } OPTIONAL { GRAPH ?h { ?v p:2 ?c } } } } }",
    "SELECT ?v ?c { GRAPH ?g { ?v p:0 ?b } OPTIONAL { { GRAPH ?h "
    "{ ?v p:1 ?c } } UNION { GRAPH ?h { ?b p:2 ?c } } } }",
    "SELECT ?v ?b { GRAPH ?g { ?v p:0 ?b } MINUS { { GRAPH ?h { "
    "?v p:1 ?c } } UNION { GRAPH ?h { ?c p:2 ?v } } } }",
    "SELECT ?v ?c { GRAPH ?g { ?v p:0 ?b } OPTIONAL { GRAPH ?h { ?b p:1 ?c } FILTER(?c != ?v) } }",
    "SELECT ?v ?b { { SELECT DISTINCT ?v { GRAPH ?g { ?v p:0 ?c } } } "
    "{ SELECT ?v ?b { { GRAPH ?h { ?v p:1 ?b } } UNION { GRAPH ?h { ?b p:2 ?v } } } } }",
    "SELECT ?v ?b { { GRAPH ?g { ?v p:0 ?b } } UNION { GRAPH ?g { ?v p:1 ?b } } }",
    "SELECT ?v ?b { GRAPH ?g { ?v p:0 ?b } FILTER NOT EXISTS { GRAPH ?h { ?b p:1 ?v } } }",
    "SELECT ?v (COUNT(?b) AS ?n) { GRAPH ?g { ?v p:0|p:1 ?b FILTER(?b != ?v) } } GROUP BY ?v",
]  # fmt: skip

graphs = st.lists(
    st.tuples(st.sampled_from(NODES), st.sampled_from(LINKS), st.sampled_from(NODES), st.sampled_from("gh")),
    max_size=25,
)


def rows(store: EmbeddedStore, text: str) -> Counter[tuple[object, ...]]:
    found = store.query(text)
    assert isinstance(found, Solutions)
    return Counter(found.rows)


@pytest.mark.parametrize("shape", SHAPES)
@settings(max_examples=25, deadline=None)
@given(quads=graphs, size=st.integers(1, 3))
def test_pieces_come_to_the_whole(shape: str, quads: list[tuple[str, ...]], size: int) -> None:
    store = EmbeddedStore()
    if quads:
        store.change([], [f"<{s}> <{p}> <{o}> <urn:{g}> ." for s, p, o, g in quads])
    whole = rows(store, P + shape)
    pieces: Counter[tuple[object, ...]] = Counter()
    for first in range(0, len(NODES), size):
        pieces += rows(store, within(P + shape, "v", [IRI(node) for node in NODES[first : first + size]]))
    assert pieces == whole
    asked = beginnings(P + shape, "v", 100)
    if asked is not None:
        known = {row[0] for row in rows(store, asked)}
        assert {row[0] for row in whole} <= known


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "SELECT ?a { GRAPH ?g { VALUES ?x { 1 2 } ?a ?b ?x . OPTIONAL { ?a ?c ?d } } }",
            "SELECT DISTINCT ?a WHERE { GRAPH ?g { VALUES ?x { 1 2 } ?a ?b ?x .  } } LIMIT 3",
        ),
        ("SELECT ?a { { ?a ?b ?c } UNION { ?a ?d ?e } }", None),  # the first patterns are no group's
        (
            "SELECT ?a { { SELECT DISTINCT ?a { GRAPH ?g { ?a ?b ?c } } } ?a ?d ?e }",
            "SELECT DISTINCT ?a WHERE { GRAPH ?g { ?a ?b ?c  } } LIMIT 3",
        ),
        ("SELECT ?a { ?x ?y ?z OPTIONAL { ?a ?b ?c } }", None),
    ],
)
def test_what_a_query_begins_with(text: str, expected: str | None) -> None:
    assert beginnings(text, "a", 3) == expected


def test_a_subquery_that_takes_some_rows_is_left_as_it_is() -> None:
    text = "SELECT ?a { ?a ?b ?c { SELECT ?a { ?a ?d ?e } LIMIT 2 } }"
    assert within(text, "a", [IRI("urn:x")]).count("VALUES") == 1


def test_a_variable_that_no_pattern_has_is_told() -> None:
    with pytest.raises(Unbindable, match="no pattern"):
        within("SELECT ?a { ?x ?y ?z }", "a", [IRI("urn:x")])
