"""What a change of the graph can touch: every node whose answer changes is found, and few others."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from diaspora_kg.pipeline.delta import Quads, foci
from diaspora_kg.sparql import NotTraceable, probes, produced, without_graph
from diaspora_kg.store import EmbeddedStore
from diaspora_kg.terms import IRI

OWN = "https://example.org/"
HEAD = f"PREFIX : <{OWN}>\n"
TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"

QUERIES = {
    "one pattern": "GRAPH ?g { ?focus :p ?x }",
    "two steps in two graphs": "GRAPH ?g { ?focus :p ?x } GRAPH ?h { ?x :q ?y }",
    "focus as object": "GRAPH ?g { ?x :p ?focus ; :q ?y }",
    "class": "GRAPH ?g { ?x a :C ; :p ?focus }",
    "minus": "GRAPH ?g { ?focus :p ?x } MINUS { GRAPH ?h { ?x :q ?y } }",
    "minus with its filter": (
        "GRAPH ?g { ?focus :p ?x } MINUS { GRAPH ?h { ?x :q ?y . ?y :p ?z } FILTER (?y != ?z) }"
    ),
    "not exists": "GRAPH ?g { ?focus :p ?x } FILTER NOT EXISTS { GRAPH ?h { ?focus :q ?y } }",
    "exists that looks outside": (
        "GRAPH ?g { ?focus :p ?x } FILTER EXISTS { GRAPH ?h { ?y :q ?z } FILTER (?z = ?x) }"
    ),
    "minus in a minus": (
        "GRAPH ?g { ?focus :p ?x } MINUS { GRAPH ?h { ?x :q ?y } MINUS { GRAPH ?i { ?y :p ?z } } }"
    ),
    "optional": "GRAPH ?g { ?focus :p ?x } OPTIONAL { GRAPH ?h { ?x :q ?y } } FILTER (!BOUND(?y))",
    "union": "{ GRAPH ?g { ?focus :p ?x } } UNION { GRAPH ?h { ?x :q ?focus } }",
    "union in the middle": (
        "GRAPH ?g { ?focus :p ?x } { GRAPH ?h { ?x :q ?y } } UNION { GRAPH ?h { ?y :p ?x } }"
    ),
    "path": "GRAPH ?g { ?focus :p+ ?x . ?x :q ?y }",
    "path to itself": "GRAPH ?g { ?focus :p/:p* ?focus }",
    "path backwards": "GRAPH ?g { ?focus ^:p/:q ?x }",
    "path of a choice": "GRAPH ?g { ?focus (:p|:q)/:p ?x . ?x a :C }",
    "any property": "GRAPH ?g { ?focus ?p ?x . ?x a :C }",
    "constant subject": f"GRAPH ?g {{ <{OWN}n0> :p ?x . ?focus :q ?x }}",
    "filter": "GRAPH ?g { ?focus :p ?x , ?y } FILTER (?x != ?y)",
    "filter across graphs": "GRAPH ?g { ?focus :p ?x } GRAPH ?h { ?focus :p ?y } FILTER (STR(?g) < STR(?h))",
    "values": f"VALUES ?x {{ <{OWN}n1> <{OWN}n2> }} GRAPH ?g {{ ?focus :p ?x }}",
    "bind": "GRAPH ?g { ?focus :p ?x } BIND (?x AS ?y) GRAPH ?h { ?y :q ?z }",
    "count": (
        "{ SELECT ?focus (COUNT(DISTINCT ?x) AS ?n) WHERE { GRAPH ?g { ?focus :p ?x } } GROUP BY ?focus }"
        " FILTER (?n > 1)"
    ),
    "two subqueries": (
        "{ SELECT ?focus WHERE { GRAPH ?g { ?focus :p ?x . ?x :q ?y } } }"
        " { SELECT ?focus WHERE { GRAPH ?g { ?x :p ?focus } } }"
    ),
}

nodes = st.sampled_from([f"{OWN}n{number}" for number in range(4)])
typed = st.tuples(nodes, st.just(TYPE), st.just(f"{OWN}C"))
linked = st.tuples(nodes, st.sampled_from([f"{OWN}p", f"{OWN}q"]), nodes)
quads = st.builds(
    lambda triple, graph: "<{}> <{}> <{}>".format(*triple) + f" <{OWN}g{graph}> .",
    st.one_of(linked, linked, linked, typed),
    st.integers(0, 1),
)
graphs = st.sets(quads, min_size=2, max_size=14)


def query(where: str) -> str:
    return f"{HEAD}SELECT DISTINCT ?focus WHERE {{ {where} }}"


def store_of(lines: set[str]) -> EmbeddedStore:
    store = EmbeddedStore()
    store.load(sorted(lines))
    return store


def answers(store: EmbeddedStore, where: str) -> set[str]:
    return {term.value for (term,) in store.stream(query(where)) if isinstance(term, IRI)}


def touched(where: str, before: set[str], after: set[str]) -> set[str]:
    """The nodes to look at again, as a build finds them: in the old store and in the new one."""
    removed, added = Quads(), Quads()
    removed.add(before - after)
    added.add(after - before)
    found = probes(query(where))
    return foci(store_of(before), removed, found) | foci(store_of(after), added, found)


@pytest.mark.parametrize("name", QUERIES)
@settings(max_examples=40, deadline=None)
@given(before=graphs, gone=st.sets(st.integers(0, 13)), come=st.sets(quads, max_size=3))
def test_whatever_answers_otherwise_was_touched(
    name: str, before: set[str], gone: set[int], come: set[str]
) -> None:
    where = QUERIES[name]
    left = {line for number, line in enumerate(sorted(before)) if number not in gone}
    after = left | come
    otherwise = answers(store_of(before), where) ^ answers(store_of(after), where)
    assert otherwise <= touched(where, before, after)


def line(text: str) -> str:
    """``n0 p n1`` (in the graph g0) as a line."""
    s, p, o = text.split()
    prop = TYPE if p == "a" else f"{OWN}{p}"
    return f"<{OWN}{s}> <{prop}> <{OWN}{o}> <{OWN}g0> ."


@pytest.mark.parametrize(
    ("name", "standing", "change", "expected"),
    [
        ("one pattern", "n1 p n2", "n0 p n3", "n0"),
        ("one pattern", "n1 p n2", "n0 q n3", ""),
        ("two steps in two graphs", "n1 p n2, n3 p n0", "n2 q n2", "n1"),
        ("two steps in two graphs", "n1 p n2, n2 q n2, n3 p n0", "n0 p n2", "n0"),
        ("focus as object", "n0 q n1, n2 q n1", "n0 p n3", "n3"),
        ("class", "n0 p n1, n2 p n3", "n0 a C", "n1"),
        ("class", "n0 p n1, n2 p n3", "n0 a Other", ""),
        ("minus", "n0 p n1, n2 p n3", "n1 q n1", "n0"),
        ("minus with its filter", "n0 p n1, n1 q n2", "n2 p n2", "n2"),
        ("not exists", "n0 p n1, n2 p n3", "n2 q n3", "n2"),
        ("minus in a minus", "n0 p n1, n1 q n2, n3 p n3", "n2 p n3", "n0 n2"),
        ("optional", "n0 p n1, n2 p n3", "n3 q n0", "n2"),
        ("union", "n0 p n1", "n2 q n3", "n3"),
        ("path", "n0 p n1, n1 p n2, n3 p n3", "n2 q n3", "n0 n1"),
        ("path", "n0 p n1, n2 q n3", "n1 p n2", "n0 n1"),
        ("path of a choice", "n0 q n1, n2 a C", "n1 p n2", "n0 n1"),
        ("any property", "n0 q n1, n2 p n3", "n3 a C", "n2 n3"),
        ("constant subject", "n2 q n1, n3 q n0", "n0 p n1", "n2"),
        ("values", "n0 p n1", "n3 p n0", "n3"),
        ("count", "n0 p n1, n2 p n3", "n0 p n2", "n0"),
    ],
)
def test_few_others_are_touched(name: str, standing: str, change: str, expected: str) -> None:
    """Where the change is at the focus itself, that is looked at without a question."""
    before = {line(text) for text in standing.split(", ")}
    found = touched(QUERIES[name], before, {*before, line(change)})
    assert {node.removeprefix(OWN) for node in found} == set(expected.split())


def test_a_path_is_followed_only_where_its_properties_lead() -> None:
    [first, *_] = probes(query("GRAPH ?g { ?focus :p+ ?x }"))
    assert (first.climb, first.inverse, first.predicates) == (True, False, frozenset({f"{OWN}p"}))
    [back] = probes(query("GRAPH ?g { ?focus ^:p ?x }"))
    assert (back.climb, back.inverse) == (False, True)


@pytest.mark.parametrize(
    "text",
    [
        "BASE <https://example.org/> SELECT ?focus WHERE { GRAPH ?g { ?focus <p> ?x } }",
        f"{HEAD}SELECT ?focus FROM :g WHERE {{ ?focus :p ?x }}",
        query("GRAPH ?g { ?focus !:p ?x }"),
        query("GRAPH ?g { ?focus :p [ :q ?x ] }"),
        query("GRAPH ?g { ?focus other:p ?x }"),
        query("{ SELECT * WHERE { GRAPH ?g { ?focus :p ?x } } }"),
        query("{ SELECT ?focus WHERE { GRAPH ?g { ?focus :p ?x } } LIMIT 1 }"),
        query("{ SELECT ?focus WHERE { GRAPH ?g { ?focus :p ?x } } GROUP BY ?focus HAVING (COUNT(*) > 1) }"),
        query("GRAPH ?g { ?x :p ?y }"),
        query("GRAPH ?g { ?focus :p ?x "),
    ],
)
def test_what_is_not_understood_is_not_guessed(text: str) -> None:
    with pytest.raises(NotTraceable):
        probes(text)


def test_a_rule_says_which_properties_it_makes() -> None:
    where = "WHERE { GRAPH ?g { ?focus :p ?x } }"
    assert produced(f"{HEAD}CONSTRUCT {{ ?focus :r ?x ; a :C . ?x :s ?focus }} {where}") == {
        *(f"{OWN}r", f"{OWN}s", TYPE)
    }
    for template in ("?focus ?p ?x", "GRAPH ?g { ?focus :r ?x }"):
        with pytest.raises(NotTraceable):
            produced(f"{HEAD}CONSTRUCT {{ {template} }} {where}")
    with pytest.raises(NotTraceable):
        produced(query("GRAPH ?g { ?focus :p ?x }"))


def test_a_query_can_be_made_blind_to_a_graph() -> None:
    store = store_of({line("n0 p n1"), line("n2 p n3").replace("/g0>", "/g1>")})
    where = "{ GRAPH ?g { ?focus :p ?x } } UNION { GRAPH ?h { ?x :p ?focus } }"
    blind = without_graph(query(where), f"{OWN}g1")
    seen = {term.value for (term,) in store.stream(blind) if isinstance(term, IRI)}
    assert seen == {f"{OWN}n0", f"{OWN}n1"}
    fixed = without_graph(query(f"GRAPH <{OWN}g1> {{ ?focus :p ?x }}"), f"{OWN}g1")
    assert [term.value for (term,) in store.stream(fixed) if isinstance(term, IRI)] == [f"{OWN}n2"]
