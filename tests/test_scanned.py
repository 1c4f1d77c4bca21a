"""Queries over everything: a subquery for each pattern of a short group, and the same answers."""

from __future__ import annotations

import pytest

from diaspora_kg.content import content
from diaspora_kg.shapes import read_graph_shapes, read_rules
from diaspora_kg.sparql import narrowed, scanned
from diaspora_kg.store import EmbeddedStore

RULES = read_rules(content("ontology", "derive").glob("*.rq"))
SHAPES = read_graph_shapes([content("ontology", "shapes") / "graph.ttl"])


@pytest.mark.parametrize(
    "group",
    [
        "?a <urn:p> ?b ; <urn:q> ?c ; <urn:r> ?d ; <urn:s> ?e ; <urn:t> ?f",  # too long
        "?a <urn:p>/<urn:q> ?b",
        "?a <urn:p> [ <urn:q> ?b ]",
        "?a <urn:p> ?b , ?c",
        "?a <urn:p> 'b'@en",
        "?a <urn:p> 5",
        "?a <urn:p> _:b",
        "?a <urn:p> ?b FILTER (?b != <urn:c>)",
        "{ ?a <urn:p> ?b } UNION { ?a <urn:q> ?b }",
        "",
    ],
)
def test_what_is_more_than_a_few_plain_patterns_stays(group: str) -> None:
    text = f"SELECT * {{ GRAPH ?g {{ {group} }} }}"
    assert scanned(text) == text


def test_what_is_asked_for_each_row_stays() -> None:
    text = "SELECT ?a { VALUES ?a { <urn:x> } FILTER NOT EXISTS { GRAPH ?g { ?a <urn:p> ?b } } }"
    assert scanned(text) == text
    named = "SELECT ?a { GRAPH <urn:g> { ?a <urn:p> ?b } }"
    assert scanned(named) == named


def test_each_pattern_becomes_a_subquery() -> None:
    minus = "MINUS { GRAPH ?h { ?a ?x ?a } }"
    text = f"SELECT * {{ GRAPH ?g {{ ?a a <urn:C> ; ?p $b . ?b <urn:q> <urn:o> . }} {minus} }}"
    assert scanned(text) == (
        "SELECT * { { SELECT ?g ?a WHERE { GRAPH ?g { ?a a <urn:C> } } }"
        " { SELECT ?g ?a ?p $b WHERE { GRAPH ?g { ?a ?p $b } } }"
        " { SELECT ?g ?b WHERE { GRAPH ?g { ?b <urn:q> <urn:o> } } }"
        " MINUS { { SELECT ?h ?a ?x WHERE { GRAPH ?h { ?a ?x ?a } } } } }"
    )


@pytest.mark.parametrize("sparql", [rule.sparql for rule in RULES] + [shape.query for shape in SHAPES])
def test_every_rule_and_shape_is_still_a_query(sparql: str) -> None:
    EmbeddedStore().query(scanned(narrowed(sparql)))


def test_answers_are_the_same_with_what_is_found_twice() -> None:
    store = EmbeddedStore()
    things = ("a", "b", "c")
    store.load(
        f"<urn:{s}> <urn:{p}> <urn:{o}> <urn:{g}> ."
        for g in ("g", "h")
        for s in things
        for p in ("p", "q")
        for o in things
        if (s, p, o, g) not in {("a", "p", "b", "g"), ("b", "q", "a", "h")}
    )
    text = "SELECT ?a ?c { GRAPH ?g { ?a <urn:p> ?b ; <urn:q> ?c } GRAPH ?h { ?c <urn:p> ?a } }"
    assert scanned(text) != text
    assert sorted(store.lines(scanned(text))) == sorted(store.lines(text))
