"""Queries for everything: a subquery for each pattern, the number of rows alone, and the same answers."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from diaspora_kg.queries.answer import prepared
from diaspora_kg.queries.catalog import Catalog
from diaspora_kg.sparql import apart, tally
from diaspora_kg.store import EmbeddedStore
from diaspora_kg.store.base import QueryRefused, Solutions
from diaspora_kg.terms import Term, write
from tests.press import OF_TALKS, PARAMS, TALKS, TALKS_PARAMS, TRIG, lookup_in, press_store

SAVED = Catalog.load([Path(__file__).parents[1] / "queries"])

TAKEN_APART = [
    "GRAPH ?g { ?a <urn:p> ?b ; <urn:q> ?c , ?d . ?b ^<urn:q>/<urn:p> ?e }",
    "GRAPH ?g { ?a <urn:p> ?b OPTIONAL { ?b <urn:q> ?c OPTIONAL { ?c <urn:p> ?d } } }",
    "GRAPH ?g { ?a <urn:p> ?b OPTIONAL { ?b <urn:q> ?c FILTER(?c != ?a) } FILTER(!BOUND(?c)) }",
    "GRAPH ?g { { ?a <urn:p> ?b } UNION { ?a <urn:q> ?b BIND(<urn:q> AS ?how) } ?b <urn:q> ?c }",
    "GRAPH ?g { ?a <urn:p> ?b FILTER NOT EXISTS { ?b <urn:q> ?a } }",
    "GRAPH ?g { VALUES ?how { <urn:q> } ?a ?how ?b . ?b (<urn:p>|<urn:q>) ?c }",
    "GRAPH ?g { ?a <urn:p> <urn:b> } OPTIONAL { GRAPH ?h { ?a <urn:q> ?b FILTER(?b != <urn:c>) } }",
    "GRAPH ?g { ?a <urn:p> ?b } MINUS { GRAPH ?h { ?b <urn:q> ?c . ?c <urn:p> ?a } }",
    "{ SELECT ?a (COUNT(?b) AS ?n) { GRAPH ?g { ?a <urn:p> ?b } } GROUP BY ?a } GRAPH ?h { ?x <urn:q> ?a }",
    "GRAPH ?g { ?a <urn:p> ?b } GRAPH ?g { ?b <urn:q> ?c } BIND(?c AS ?d) GRAPH ?h { ?d <urn:p> ?e }",
    "GRAPH ?g { ?a <urn:p> ?b } MINUS { SELECT DISTINCT ?b WHERE { GRAPH ?h { ?b <urn:q> <urn:a> } } }",
]
LEFT = [
    "GRAPH ?g { OPTIONAL { ?a <urn:p> ?b } ?a <urn:q> ?c }",
    "GRAPH ?g { ?a <urn:p> ?b MINUS { ?c <urn:q> ?d } }",
    "GRAPH ?g { ?a <urn:p> ?b FILTER(BOUND(?g)) }",
    "GRAPH ?g { ?a <urn:p> ?g }",
    "GRAPH ?g { ?a ?how ?b . ?b <urn:p> ?a }",
    "GRAPH ?g { ?a <urn:p> ?b { BIND(1 AS ?c) } UNION { ?a <urn:q> ?c } }",
    "GRAPH ?g { ?a <urn:p> ?b { SELECT ?b (COUNT(*) AS ?n) WHERE { ?b ?q ?c } GROUP BY ?b } }",
    "GRAPH ?g { ?a <urn:p> ?b FILTER(?a = ?b || EXISTS { ?b <urn:q> ?a }) }",
    "GRAPH ?g { ?a <urn:p>* ?b }",
    "GRAPH ?g { ?a (<urn:p>?/<urn:q>) ?b }",
    "GRAPH ?g { $a <urn:p> ?b FILTER(?a != <urn:c>) }",
    "GRAPH ?g { ?a <urn:p> ?b FILTER(BOUND($g)) }",
    "GRAPH ?g { ?a !<urn:p> ?b }",
    "GRAPH ?g { ?a <urn:p> [] }",
    "GRAPH ?g { ?a <urn:p> 'b'@en }",
    "GRAPH ?g { _:a <urn:p> ?b . _:a <urn:q> ?c }",
    "GRAPH <urn:g> { ?a <urn:p> ?b }",
    "GRAPH ?g { }",
]
AROUND = [
    "SELECT * WHERE {{ {} }}",
    "SELECT DISTINCT ?a ?b WHERE {{ {} }}",
    "SELECT ?a (COUNT(?b) AS ?n) (GROUP_CONCAT(STR(?b)) AS ?all) WHERE {{ {} }} GROUP BY ?a",
    "SELECT ?a WHERE {{ {} }} GROUP BY ?a ?b HAVING(COUNT(*) > 1)",
    "SELECT (COUNT(?b) AS ?rows) WHERE {{ {} }} # none",
    "SELECT DISTINCT * {{ {{ SELECT ?a (COUNT(?b) AS ?n) WHERE {{ {} }} GROUP BY ?a }} }}",
    "SELECT ?a {{ {{ SELECT ?a (COUNT(?b) AS ?n) (MIN(?b) AS ?l) {{ {} }} GROUP BY ?a }} FILTER(?n > 1) }}",
]

things = st.sampled_from([f"<urn:{name}>" for name in "abc"])
quads = st.sets(
    st.tuples(
        things, st.sampled_from(["<urn:p>", "<urn:q>"]), things, st.sampled_from(["<urn:g>", "<urn:h>"])
    ),
    max_size=14,
)


def rows(store: EmbeddedStore, text: str) -> Counter[tuple[str, ...]]:
    """The rows of an answer, each as often as it is there: columns by name, lists in their cells in order."""
    found = store.query(text)
    assert isinstance(found, Solutions)
    order = sorted(range(len(found.variables)), key=found.variables.__getitem__)
    return Counter(tuple(_cell(row[number]) for number in order) for row in found.rows)


def _cell(term: Term | None) -> str:
    return "" if term is None else " ".join(sorted(write(term).strip('"').split()))


@pytest.mark.parametrize("inside", TAKEN_APART)
def test_patterns_become_subqueries(inside: str) -> None:
    text = AROUND[0].format(inside)
    assert apart(text).count("SELECT") > text.count("SELECT")


@pytest.mark.parametrize("inside", LEFT)
def test_what_might_answer_otherwise_stays(inside: str) -> None:
    assert inside in apart(AROUND[0].format(inside))


@pytest.mark.parametrize(
    "text",
    [
        "ASK { GRAPH ?g { ?a <urn:p> ?b } }",
        "CONSTRUCT { ?a <urn:p> ?b } WHERE { GRAPH ?g { ?a <urn:p> ?b } }",
        "SELECT * { GRAPH ?g { ?a <urn:p> ?b } } LIMIT 2",
        "SELECT * { ?a <urn:p> ?b GRAPH ?g { ?a <urn:p> ?b } }",
        "SELECT * { GRAPH ?g { ?a <urn:p> ?b }",
        "SELECT * { FILTER",
        "SELECT",
        "",
    ],
)
def test_other_queries_stay(text: str) -> None:
    assert apart(text) == text


@settings(max_examples=30, deadline=None)  # each is some two hundred queries
@given(quads)
def test_answers_and_their_number_are_the_same(known: set[tuple[str, str, str, str]]) -> None:
    store = EmbeddedStore()
    store.load(f"{s} {p} {o} {g} ." for s, p, o, g in sorted(known))
    for around in AROUND:
        for inside in TAKEN_APART + LEFT:
            text = around.format(inside)
            here = rows(store, text)
            assert rows(store, apart(text)) == here, text
            assert store.count(text) == store.count(apart(text)) == here.total(), text


@pytest.mark.parametrize("name", sorted(SAVED.queries))
def test_every_saved_query_has_the_same_answer(name: str) -> None:
    trig, asked = (TALKS, TALKS_PARAMS) if name in OF_TALKS else (TRIG, PARAMS)
    store = press_store(trig=trig)
    text = prepared(SAVED.get(name), asked.get(name, {}), lookup_in(store))
    here = rows(store, text)
    assert rows(store, apart(text)) == here
    assert store.count(text) == store.count(apart(text)) == here.total()


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("SELECT DISTINCT ?a { ?a ?b ?c }", "SELECT DISTINCT ?a { ?a ?b ?c }"),
        (
            "SELECT ?a (MIN(?b) AS ?n) { ?a <urn:p> ?b } GROUP BY ?a HAVING(?n > 1)",
            "SELECT ?a (MIN(?b) AS ?n) { ?a <urn:p> ?b } GROUP BY ?a HAVING(?n > 1)",
        ),
        (
            "SELECT ?a (MIN(?b) AS ?n) { ?a <urn:p> ?b } GROUP BY ?a HAVING(COUNT(*) > 1)",
            "SELECT ?a  { ?a <urn:p> ?b } GROUP BY ?a HAVING(COUNT(*) > 1)",
        ),
        ("SELECT (COUNT(?b) AS ?n) { ?a ?p ?b }", "SELECT (COUNT(?b) AS ?n) { ?a ?p ?b }"),
        (
            "SELECT (MIN(?b) AS ?n) (MAX(?b) AS ?m) { ?a ?p ?b } GROUP BY ?a",
            "SELECT (MIN(?b) AS ?n)  { ?a ?p ?b } GROUP BY ?a",
        ),
        (
            "SELECT ?a ?n { { SELECT ?a (MIN(?b) AS ?n) { ?a ?p ?b } GROUP BY ?a } }",
            "SELECT ?a ?n { { SELECT ?a  { ?a ?p ?b } GROUP BY ?a } }",
        ),
        (
            "SELECT DISTINCT ?n { { SELECT ?a (MIN(?b) AS ?n) { ?a ?p ?b } GROUP BY ?a } }",
            "SELECT DISTINCT ?n { { SELECT ?a (MIN(?b) AS ?n) { ?a ?p ?b } GROUP BY ?a } }",
        ),
        (
            "SELECT DISTINCT * { { SELECT ?a (MIN(?b) AS ?n) { ?a ?p ?b } GROUP BY ?a } }",
            "SELECT DISTINCT * { { SELECT ?a (MIN(?b) AS ?n) { ?a ?p ?b } GROUP BY ?a } }",
        ),
        (
            "SELECT ?n ?m { { SELECT (MIN(?b) AS ?n) ?a { ?a ?p ?b } GROUP BY ?a }"
            " { SELECT ?a (MAX(?b) AS ?m) { ?a ?p ?b } GROUP BY ?a } FILTER(?m > 1) }",
            "SELECT ?n ?m { { SELECT  ?a { ?a ?p ?b } GROUP BY ?a }"
            " { SELECT ?a (MAX(?b) AS ?m) { ?a ?p ?b } GROUP BY ?a } FILTER(?m > 1) }",
        ),
    ],
)
def test_only_what_makes_no_difference_is_left_out(text: str, asked: str) -> None:
    assert tally(text) == f"SELECT (COUNT(*) AS ?rows) WHERE {{ {asked}\n}}"


def test_what_is_no_query_has_no_number() -> None:
    for text in ("SELECT", "SELECT ?a {", "SELECT ?a { ?a ?b ?c } GROUP BY"):
        with pytest.raises(QueryRefused):
            EmbeddedStore().count(text)


@pytest.mark.parametrize("text", ["ASK {}", "SELECT * FROM <urn:g> { ?a ?b ?c }", "DESCRIBE <urn:a>", ""])
def test_what_has_no_rows_of_its_own_is_not_tallied(text: str) -> None:
    assert tally(text) is None
