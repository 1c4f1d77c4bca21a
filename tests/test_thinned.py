"""Panels that are asked only about nodes that they can say something of answer as they would for all."""

from __future__ import annotations

import random
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from diaspora_kg.content import content
from diaspora_kg.names import PREFIXES, expand
from diaspora_kg.queries.panels import Panels
from diaspora_kg.sparql import Edges, bind, thinned
from diaspora_kg.store import EmbeddedStore, Solutions, cells
from diaspora_kg.terms import IRI, Literal, Term, write

_NODES = [f"https://norland.example/id/person/p{n}" for n in range(12)]
_PANELS = Panels.load([content("queries")]).by_name.values()
_NAMES = ("about", "content", "claimant", "stanceTarget", "expressedIn", "participation", "actor",
          "onBehalfOf", "role", "subject", "object", "kind", "respondsTo", "unknown", "name")  # fmt: skip
_PROPERTIES = [
    *(expand(f"dkg:{name}") for name in _NAMES),
    *map(expand, ("rdf:type", "org:member", "org:organization")),
]
_VALUES = [*_NODES, *map(expand, ("dkgv:signatory", "dkg:Relation", "dkg:Statement", "dkg:actor"))]


def _graph(seed: int) -> EmbeddedStore:
    """A graph in which anything may lead to anything."""
    some, lines = random.Random(seed), set()
    properties = some.sample(_PROPERTIES, some.randrange(8, len(_PROPERTIES) + 1))
    for _ in range(160):
        triple = [some.choice(of) for of in (_NODES, properties, _VALUES)]
        graph = f"https://norland.example/graph/article/a{some.randrange(3)}"
        lines.add(" ".join(f"<{one}>" for one in (*triple, graph)) + " .")
    store = EmbeddedStore()
    store.load(sorted(lines))
    return store


def _edges(store: EmbeddedStore) -> dict[str, Edges]:
    found = {iri: Edges() for iri in _NODES}
    for s, p, o in store.stream("SELECT DISTINCT ?s ?p ?o { GRAPH ?g { ?s ?p ?o } }"):
        assert s is not None
        assert p is not None
        assert o is not None
        found[s.value].of.add(p.value)
        if o.value in found:
            found[o.value].to.add(p.value)
    return found


def _rows(store: EmbeddedStore, text: str) -> Counter[tuple[Term | None, ...]]:
    answer = store.query(text)
    assert isinstance(answer, Solutions)
    return Counter(answer.rows)


@settings(max_examples=12, deadline=None)
@given(st.integers(0, 10_000))
def test_a_thinned_panel_answers_the_same(seed: int) -> None:
    store = _graph(seed)
    edges = _edges(store)
    used = {name for one in edges.values() for name in one.of}
    answered = 0
    for panel in _PANELS:
        whole = _rows(store, bind(panel.text, {"node": [IRI(iri) for iri in _NODES]}, projected=False))
        text = thinned(panel.text, "node", edges)
        assert (_rows(store, text) if text else Counter()) == whole, panel.name
        text = thinned(panel.text, "node", edges, used.__contains__)
        assert (_rows(store, text) if text else Counter()) == whole, panel.name
        answered += bool(whole)
    assert answered > 1


def test_what_no_node_has_is_not_asked_for() -> None:
    query = """SELECT DISTINCT ?node ?x WHERE {
      { GRAPH ?g { ?x <urn:p> ?node } GRAPH ?h { ?y <urn:r> ?x OPTIONAL { ?y <urn:z> ?x } } }
      UNION { GRAPH ?g { ?x <urn:p> ?node ; <urn:q>|<urn:z> ?y OPTIONAL { ?x <urn:z> ?y } } }
    }"""
    known = {"urn:a": Edges(to={"urn:p"})}
    assert thinned(query, "node", known).count("<urn:a>") == 2
    assert thinned(query, "node", known, {"urn:p", "urn:q", "urn:r"}.__contains__).count("<urn:a>") == 2
    assert thinned(query, "node", known, {"urn:p", "urn:z"}.__contains__).count("<urn:a>") == 1
    assert thinned(query, "node", known, {"urn:p"}.__contains__) == ""


def test_nobody_is_asked_in_vain() -> None:
    about, claimant = expand("dkg:about"), expand("dkg:claimant")
    query = f"SELECT DISTINCT ?node ?claim WHERE {{ GRAPH ?g {{ ?claim <{about}>|<{claimant}> ?node }} }}"
    known = {"urn:a": Edges(to={about}), "urn:b": Edges(of={about}), "urn:c": Edges(to={about, claimant})}
    text = thinned(query, "node", known)
    assert "urn:b" not in text
    assert (
        f"VALUES (?node ?_way0) {{ (<urn:a> <{about}>) (<urn:c> <{about}>) (<urn:c> <{claimant}>) }}" in text
    )
    assert thinned(query, "node", {"urn:b": Edges(of={about})}) == ""


@pytest.mark.parametrize(
    "head", ["?node ?c", "*", "DISTINCT *", "?node (COUNT(?c) AS ?n)", "DISTINCT ?node (COUNT(?c) AS ?n)",
             "DISTINCT ?node (COUNT(DISTINCT ?c) AS ?n)", "DISTINCT ?node ?c"],
)  # fmt: skip
def test_what_several_properties_lead_to_is_no_more_than_before(head: str) -> None:
    store = EmbeddedStore()
    store.load(f"<urn:c> <urn:{name}> <urn:a> <urn:g> ." for name in ("p", "q"))
    group = " GROUP BY ?node" * ("COUNT" in head)
    query = f"SELECT {head} WHERE {{ GRAPH ?g {{ ?c <urn:p>|<urn:q> ?node }} }}{group}"
    text = thinned(query, "node", {"urn:a": Edges(to={"urn:p", "urn:q"}), "urn:b": Edges()})
    whole = bind(query, {"node": [IRI("urn:a"), IRI("urn:b")]}, projected=False)
    assert "urn:b" not in text
    assert store.query(text) == store.query(whole)


def test_a_query_that_cannot_be_read_is_asked_as_it_is() -> None:
    query = "SELECT ?node { GRAPH ?g { ?node !<urn:p> ?other } }"
    assert thinned(query, "node", {"urn:a": Edges()}) == (
        "SELECT ?node { GRAPH ?g { VALUES ?node { <urn:a> } ?node !<urn:p> ?other } }"
    )


def test_what_need_not_match_needs_nothing() -> None:
    query = "SELECT ?node WHERE { GRAPH ?g { ?node <urn:p> 1 } OPTIONAL { GRAPH ?h { ?node <urn:q> ?x } } }"
    text = thinned(query, "node", {"urn:a": Edges(of={"urn:p"}), "urn:b": Edges()})
    assert "GRAPH ?g { VALUES ?node { <urn:a> }" in text
    assert "GRAPH ?h { VALUES ?node { <urn:x-dkg:nowhere> }" in text


@settings(max_examples=50, deadline=None)
@given(
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=30),
    st.sampled_from(["", "ru"]),
)
def test_cells_say_what_terms_say(words: str, language: str) -> None:
    literal = Literal(words, language=language) if language else Literal(words)
    store = EmbeddedStore()
    store.load([f"<urn:s> <urn:p> {write(literal)} <urn:g> ."])
    [line] = store.lines("SELECT ?s ?o { GRAPH ?g { ?s ?p ?o } }")
    subject, value = line.split("\t")
    assert (cells.iri(subject), cells.iri(value)) == ("urn:s", "")
    assert (cells.text(value), cells.language(value), cells.term(value)) == (words, language, literal)
    assert cells.term(write(literal)) == literal


def test_cells_of_numbers_and_days() -> None:
    store = EmbeddedStore()
    words = {"integer": "5", "decimal": "1.5", "boolean": "true", "date": "2031-05-02"}
    typed = [Literal(value, expand(f"xsd:{name}")) for name, value in words.items()]
    store.load(f"<urn:s> <{PREFIXES['dkg']}p> {write(one)} <urn:g> ." for one in typed)
    found = store.lines("SELECT ?o { GRAPH ?g { ?s ?p ?o } }")
    assert sorted(map(cells.term, found), key=repr) == sorted(typed, key=repr)
