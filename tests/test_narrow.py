"""A query whose MINUS groups are narrowed answers as it did, and holds less on the way."""

from __future__ import annotations

import pytest

from diaspora_kg.content import content
from diaspora_kg.shapes import read_graph_shapes, read_rules
from diaspora_kg.sparql import narrowed, without_graph
from diaspora_kg.store import EmbeddedStore, Solutions

E = "https://example.org/"
LINES = [
    f"<{E}{s}> <{E}{p}> <{E}{o}> <{E}{g}> ."
    for s, p, o, g in (
        ("ann", "knows", "bob", "one"),
        ("ann", "knows", "cid", "two"),
        ("bob", "knows", "ann", "one"),
        ("cid", "left", "dan", "two"),
        ("bob", "left", "cid", "one"),
        ("ann", "left", "bob", "two"),
    )
]
RULES = {rule.name: rule for rule in read_rules(content("ontology", "derive").glob("*.rq"))}
HEAD = f"PREFIX : <{E}> SELECT ?a ?b WHERE {{ GRAPH ?g {{ ?a :knows ?b }} "


@pytest.fixture(scope="module")
def store() -> EmbeddedStore:
    made = EmbeddedStore()
    made.load(LINES)
    return made


@pytest.mark.parametrize(
    "rest",
    [
        "MINUS { GRAPH ?h { ?b :left ?c } } }",
        "MINUS { GRAPH ?h { ?c :left ?b } } }",
        "MINUS { GRAPH ?h { ?c :left ?d } } }",  # nothing in common: nothing is taken away
        "MINUS { GRAPH ?g { ?a :left ?b } } }",
        "MINUS { { GRAPH ?h { ?a :left ?x } } UNION { GRAPH ?h { ?x :left ?b MINUS { ?x :knows ?a } } } } }",
        "MINUS { GRAPH ?h { ?b :left ?c } MINUS { GRAPH ?i { ?c :left ?d } } } }",
        "MINUS { GRAPH ?h { ?b :left ?c } FILTER (?c != ?b) # a brace } in a remark\n } }",
        "MINUS { SELECT ?b { GRAPH ?h { ?b :left ?c } } } } # MINUS { ?a }",
        "MINUS { } }",
        "MINUS { GRAPH ?h { :bob :left :cid } } }",
        "OPTIONAL { GRAPH ?h { ?b :left ?c } MINUS { GRAPH ?i { ?c :left ?d } } } }",
    ],
)
def test_the_answer_is_the_same(store: EmbeddedStore, rest: str) -> None:
    plain, other = store.query(HEAD + rest), store.query(narrowed(HEAD + rest))
    assert isinstance(plain, Solutions)
    assert isinstance(other, Solutions)
    assert sorted(map(str, plain.rows)) == sorted(map(str, other.rows))


def test_what_is_not_asked_for_is_left_out() -> None:
    assert narrowed("SELECT * { ?a ?b ?c MINUS { ?c ?d ?e } }") == (
        "SELECT * { ?a ?b ?c MINUS { SELECT DISTINCT ?c WHERE { ?c ?d ?e } } }"
    )
    assert narrowed("SELECT * { ?a ?b 'MINUS { ?a }' }") == "SELECT * { ?a ?b 'MINUS { ?a }' }"
    assert narrowed("SELECT * { ?a ?b ?c } # MINUS {") == "SELECT * { ?a ?b ?c } # MINUS {"


@pytest.mark.parametrize("name", RULES)
def test_every_rule_is_still_a_query(store: EmbeddedStore, name: str) -> None:
    blind = without_graph(RULES[name].sparql, f"{E}derived")
    assert blind.count("MINUS {") == narrowed(blind).count("SELECT DISTINCT") - blind.count("SELECT DISTINCT")
    assert list(store.construct(narrowed(blind), f"{E}derived")) == []


def test_every_shape_is_still_a_query(store: EmbeddedStore) -> None:
    for shape in read_graph_shapes([content("ontology", "shapes", "graph.ttl")]):
        assert store.query(narrowed(shape.query)) == store.query(shape.query)
