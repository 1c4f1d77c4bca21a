"""Parameters go into VALUES blocks of every group that mentions them, and nowhere else."""

from __future__ import annotations

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from diaspora_kg.sparql import Unbindable, bind, guard, variables
from diaspora_kg.sparql.tokens import significant
from diaspora_kg.terms import IRI, XSD_INTEGER, Literal

A = IRI("urn:a")
DATA = """
<urn:a> <urn:p> <urn:x> <urn:g> .
<urn:b> <urn:p> <urn:x> <urn:g> .
<urn:a> <urn:q> "1" <urn:g> .
<urn:b> <urn:q> "2" <urn:g> .
<urn:c> <urn:p> <urn:y> <urn:g> .
"""


@pytest.fixture(scope="module")
def store() -> ox.Store:
    store = ox.Store()
    store.load(DATA.encode(), format=ox.RdfFormat.N_QUADS)
    return store


def rows(store: ox.Store, query: str, **values: list[IRI | Literal | None]) -> list[tuple[str, ...]]:
    bound = bind(query, values)
    guard(bound)
    found = store.query(bound)
    assert isinstance(found, ox.QuerySolutions)
    return sorted(tuple("-" if cell is None else cell.value for cell in row) for row in found)


@pytest.mark.parametrize(
    "expected",
    [
        "SELECT * WHERE {* ?v ?p ?o }",
        "SELECT * {* $v ?p ?o }",
        "SELECT * { ?value ?p ?o }",
        "SELECT * { GRAPH ?g {* ?v ?p ?o } }",
        "SELECT * {* GRAPH ?v { ?s ?p ?o } }",
        "SELECT * { {* ?v ?p 1 } UNION { ?s ?p 2 } }",
        "SELECT * { ?s ?p ?o MINUS {* ?s ?p ?v } }",
        "ASK {* FILTER(?v && NOT EXISTS {* ?v ?p 1 }) }",
        "ASK { OPTIONAL {* ?s ?p ?o FILTER(?o = ?v) } }",
        "SELECT ?v {* ?s ?p ?o }",
        "SELECT (BOUND(?v) AS ?b) {* ?s ?p ?o } ORDER BY ?s",
        "SELECT ?s {* ?s ?p ?o } ORDER BY ?v",
        "CONSTRUCT { ?s ?p ?v } WHERE {* ?s ?p ?o }",
        "SELECT * { { SELECT ?s {* ?s ?p ?v } } }",
        "SELECT * { { SELECT ?v {* ?s ?p ?o } } }",
        "SELECT * { { SELECT ?s {* ?s ?p ?o } HAVING(?v > 1) } }",
        "SELECT * {* VALUES ?s { 1 } ?s ?p ?v }",
        "SELECT * { VALUES (?s ?t) { (1 2) } {* ?v ?p 1 } }",
        "SELECT * { ?s ?p '?v { ?v }' } # ?v",
        "SELECT * { ?s ?p ?o } VALUES ?o { 1 }",
    ],
)
def test_each_group_that_mentions_the_variable_gets_it(expected: str) -> None:
    """``{*`` marks where a block must stand."""
    bound = bind(expected.replace("{*", "{"), {"v": [A]})
    assert bound.replace(" VALUES ?v { <urn:a> }", "*") == expected


def test_lines_stay_where_they_are() -> None:
    query = "SELECT * {\n ?v ?p ?o .\n OPTIONAL {\n ?v ?q ?r } }"
    assert bind(query, {"v": [A]}).count("\n") == query.count("\n")


def test_a_filter_in_a_nested_group_sees_the_value(store: ox.Store) -> None:
    query = "SELECT ?s { GRAPH ?g { ?s <urn:q> ?n { ?t <urn:q> ?m FILTER(?m = ?v) } FILTER(?s = ?t) } }"
    assert rows(store, query, v=[Literal("2")]) == [("urn:b",)]


def test_minus_excludes_by_the_value(store: ox.Store) -> None:
    query = "SELECT ?s { GRAPH ?g { ?s <urn:p> ?o } MINUS { GRAPH ?g { ?s <urn:q> ?v } } }"
    assert rows(store, query, v=[Literal("1")]) == [("urn:b",), ("urn:c",)]


def test_optional_keeps_the_rows_that_do_not_match(store: ox.Store) -> None:
    query = "SELECT ?s ?n { GRAPH ?g { ?s <urn:p> ?o OPTIONAL { ?s <urn:q> ?n FILTER(?n = ?v) } } }"
    assert rows(store, query, v=[Literal("1")]) == [("urn:a", "1"), ("urn:b", "-"), ("urn:c", "-")]


@pytest.mark.parametrize(("value", "expected"), [(None, 3), (A, 1), (IRI("urn:nobody"), 0)])
def test_bound_works_and_undef_is_no_value(store: ox.Store, value: IRI | None, expected: int) -> None:
    query = "SELECT ?s { GRAPH ?g { ?s <urn:p> ?o FILTER(!BOUND(?v) || ?s = ?v) } }"
    assert len(rows(store, query, v=[value])) == expected


@pytest.mark.parametrize(("value", "expected"), [(None, 3), (A, 1)])
def test_an_optional_parameter_may_stand_in_a_pattern(
    store: ox.Store, value: IRI | None, expected: int
) -> None:
    query = "SELECT ?s { GRAPH ?g { ?v <urn:p> ?o } BIND(?v AS ?s) }"
    assert len(rows(store, query, v=[value])) == expected


def test_several_values_are_alternatives(store: ox.Store) -> None:
    query = "SELECT DISTINCT ?s { GRAPH ?g { ?s <urn:p> ?o FILTER(?s = ?v) } }"
    assert rows(store, query, v=[A, IRI("urn:c")]) == [("urn:a",), ("urn:c",)]


def test_inside_exists_a_value_is_a_condition(store: ox.Store) -> None:
    query = "SELECT ?s { GRAPH ?g { ?s <urn:p> ?o FILTER EXISTS { ?s <urn:q> ?v } } }"
    assert rows(store, query, v=[Literal("2")]) == [("urn:b",)]


HOSTILE = [
    '" } SERVICE <http://127.0.0.1:1/> { ?s ?p "',
    "\\",
    '\\" . ?x ?y "',
    "\n} #",
    "'''",
    "{}",
    "?v",
    "\x01",
    "\u202e",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_a_hostile_literal_stays_one_string(store: ox.Store, text: str) -> None:
    query = "SELECT ?v { GRAPH <urn:g> { <urn:a> <urn:p> ?o FILTER(STR(?v) != '') } }"
    assert rows(store, query, v=[Literal(text)]) == [(text,)]


@settings(max_examples=100)
@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")))
def test_any_string_is_one_token(text: str) -> None:
    if "\\u" in text.lower():
        return
    bound = bind("SELECT * { ?v ?p ?o }", {"v": [Literal(text)]})
    assert len(significant(bound)) == len(significant("SELECT * { VALUES ?v { 'x' } ?v ?p ?o }"))


@pytest.mark.parametrize(
    "iri", ["urn:a> } SERVICE <urn:b", "urn:a b", "a/b", "", "urn:\u0001", "urn:\\u003e", "javascript"]
)
def test_what_is_no_iri_is_rejected(iri: str) -> None:
    with pytest.raises(Unbindable, match="not an absolute IRI"):
        bind("SELECT * { ?v ?p ?o }", {"v": [IRI(iri)]})


@pytest.mark.parametrize("text", ["\\u0022 }", "a\\U00000022", "\0", "\ud800"])
def test_what_some_server_would_read_otherwise_is_rejected(text: str) -> None:
    with pytest.raises(Unbindable):
        bind("SELECT * { ?v ?p ?o }", {"v": [Literal(text)]})


def test_a_bad_datatype_or_language_is_rejected() -> None:
    for term in (Literal("1", "xsd integer"), Literal("a", language="en> <urn:x")):
        with pytest.raises(Unbindable):
            bind("SELECT * { ?v ?p ?o }", {"v": [term]})


def test_short_construct_is_refused_only_where_a_value_must_go_in() -> None:
    with pytest.raises(Unbindable, match="short form"):
        bind("CONSTRUCT WHERE { ?v ?p ?o }", {"v": [A]})
    assert bind("CONSTRUCT WHERE { ?s ?p ?o }", {}) == "CONSTRUCT WHERE { ?s ?p ?o }"


def test_no_value_at_all_is_refused() -> None:
    with pytest.raises(Unbindable, match="at least one"):
        bind("ASK { ?v ?p 1 }", {"v": []})


def test_typed_values_keep_their_type(store: ox.Store) -> None:
    query = "SELECT (DATATYPE(?v) AS ?d) { FILTER(?v > 1) }"
    assert rows(store, query, v=[Literal("2", XSD_INTEGER)]) == [(XSD_INTEGER,)]


def test_variables_in_order() -> None:
    assert variables("SELECT ?b { $a ?b '?c' }") == ("b", "a")
