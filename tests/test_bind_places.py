"""A parameter bound at each place where one can stand gives what the same query gives when written by hand.

On two engines that share no code: with one value, with several, and with none (``UNDEF``).
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass

import pyoxigraph as ox
import pytest
from rdflib import Dataset

from diaspora_kg.sparql import bind, guard
from diaspora_kg.terms import IRI, XSD_INTEGER, Literal, Term, write

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")  # within rdflib

DATA = r"""
<urn:d> <urn:p> <urn:x> .
<urn:a> <urn:p> <urn:x> <urn:g> .
<urn:b> <urn:p> <urn:y> <urn:g> .
<urn:c> <urn:p> <urn:x> <urn:h> .
<urn:a> <urn:q> "1"^^<http://www.w3.org/2001/XMLSchema#integer> <urn:g> .
<urn:b> <urn:q> "2"^^<http://www.w3.org/2001/XMLSchema#integer> <urn:g> .
<urn:c> <urn:q> "3"^^<http://www.w3.org/2001/XMLSchema#integer> <urn:h> .
<urn:x> <urn:r> <urn:y> <urn:g> .
<urn:y> <urn:r> <urn:z> <urn:g> .
<urn:a> <urn:n> "it's \"so\" \\ {here}" <urn:g> .
<urn:b> <urn:n> "\u0441\u043B\u043E\u0432\u043E"@ru <urn:g> .
"""
X, Y, NOBODY = IRI("urn:x"), IRI("urn:y"), IRI("urn:nobody")
ONE, TWO = Literal("1", XSD_INTEGER), Literal("2", XSD_INTEGER)
Rows = list[tuple[str, ...]]


@dataclass(frozen=True)
class Place:
    """Where ``?v`` stands; ``hand`` has ``{v}`` for the value (empty: the query with ?v replaced).

    ``both`` says what two values together give: any of their rows, those that both give, or (empty)
    something that is not compared.
    """

    name: str
    query: str
    hand: str = ""
    both: str = "any"
    values: tuple[Term, ...] = (X, Y, NOBODY)

    def __str__(self) -> str:
        return self.name

    def by_hand(self, value: Term) -> str:
        if not self.hand:
            return self.query.replace("?v", write(value))
        return self.hand.replace("{v}", write(value))


NUMBERS = (ONE, TWO, Literal("9", XSD_INTEGER))
PLACES = (
    Place("plain", "SELECT ?s { ?s <urn:p> ?v }"),
    Place("graph", "SELECT ?s { GRAPH ?g { ?s <urn:p> ?v } }"),
    Place("subject", "SELECT ?o { GRAPH ?g { ?v <urn:r> ?o } }"),
    Place("predicate", "SELECT ?s { GRAPH ?g { ?s ?v ?o } }", values=(IRI("urn:p"), IRI("urn:q"), NOBODY)),
    Place("name of a graph", "SELECT ?s { GRAPH ?v { ?s <urn:p> ?o } }",
          values=(IRI("urn:g"), IRI("urn:h"), X)),
    Place("filter", "SELECT ?s { GRAPH ?g { ?s <urn:p> ?o } FILTER(?o = ?v) }"),
    Place("filter in a graph", "SELECT ?s { GRAPH ?g { ?s <urn:p> ?o FILTER(?o = ?v) } }"),
    Place("filter IN", "SELECT ?s { GRAPH ?g { ?s <urn:p> ?o } FILTER(?o IN (?v, <urn:z>)) }"),
    Place("filter of a number", "SELECT ?s { GRAPH ?g { ?s <urn:q> ?n } FILTER(?n > ?v) }", values=NUMBERS),
    Place(
        "filter in a nested group",
        "SELECT ?s { GRAPH ?g { ?s <urn:q> ?n { ?t <urn:p> ?o FILTER(?o = ?v) } FILTER(?s = ?t) } }",
    ),
    Place("literal", "SELECT ?s { GRAPH ?g { ?s <urn:n> ?v } }",
          values=(Literal('it\'s "so" \\ {here}'), Literal("слово", language="ru"), Literal("слово"))),
    Place("both branches of a union",
          "SELECT ?s { { GRAPH ?g { ?s <urn:p> ?v } } UNION { GRAPH ?g { ?s <urn:r> ?v } } }"),
    Place("one branch of a union",
          "SELECT ?s { { GRAPH ?g { ?s <urn:p> ?v } } UNION { GRAPH ?g { ?s <urn:r> <urn:z> } } }"),
    Place("minus", "SELECT ?s { GRAPH ?g { ?s <urn:q> ?n } MINUS { GRAPH ?h { ?s <urn:p> ?v } } }",
          both="all"),
    Place("minus with a filter",
          "SELECT ?s { GRAPH ?g { ?s <urn:q> ?n } MINUS { GRAPH ?h { ?s <urn:p> ?o } FILTER(?o = ?v) } }",
          both="all"),
    Place("exists", "SELECT ?s { GRAPH ?g { ?s <urn:q> ?n FILTER EXISTS { ?s <urn:p> ?v } } }"),
    Place("exists around a graph",
          "SELECT ?s { GRAPH ?g { ?s <urn:q> ?n } FILTER EXISTS { GRAPH ?h { ?s <urn:p> ?v } } }"),
    Place("not exists",
          "SELECT ?s { GRAPH ?g { ?s <urn:q> ?n } FILTER NOT EXISTS { GRAPH ?h { ?s <urn:p> ?v } } }",
          both="all"),
    Place("exists in an expression",
          "SELECT ?s { GRAPH ?g { ?s <urn:q> ?n } FILTER(?n > 9 || EXISTS { GRAPH ?h { ?s <urn:p> ?v } }) }"),
    Place("subselect", "SELECT ?s { { SELECT ?s { GRAPH ?g { ?s <urn:p> ?v } } } }"),
    Place("column of a subselect", "SELECT ?s ?v { { SELECT ?s ?v { GRAPH ?g { ?s <urn:p> ?v } } } }",
          hand="SELECT ?s ({v} AS ?v) { GRAPH ?g { ?s <urn:p> {v} } }"),
    Place("subselect and outside",
          "SELECT ?s { GRAPH ?g { ?s <urn:p> ?v } "
          "{ SELECT ?t { GRAPH ?h { ?t <urn:r> ?u FILTER(?t = ?v) } } } }"),
    Place("deeply nested", "SELECT ?s { { { GRAPH ?g { { { ?s <urn:p> ?v } } } } } }"),
    Place("optional that may be unbound",
          "SELECT ?s ?w { GRAPH ?g { ?s <urn:q> ?n OPTIONAL { ?s <urn:p> ?v . ?s <urn:n> ?w } } }", both=""),
    Place("filter of an optional",
          "SELECT ?s ?o { GRAPH ?g { ?s <urn:q> ?n OPTIONAL { ?s <urn:p> ?o FILTER(?o = ?v) } } }", both=""),
    Place("optional in an optional",
          "SELECT ?s ?o ?t { GRAPH ?g { ?s <urn:q> ?n "
          "OPTIONAL { ?s <urn:p> ?o OPTIONAL { ?o <urn:r> ?t FILTER(?t = ?v) } } } }",
          both=""),
    Place("bind", "SELECT ?s ?same { GRAPH ?g { ?s <urn:p> ?o } BIND(?o = ?v AS ?same) FILTER(?same) }"),
    Place("bind of its own", "SELECT ?s ?asked { GRAPH ?g { ?s <urn:p> ?v } BIND(?v AS ?asked) }"),
    Place("select expression", "SELECT ?s (STR(?v) AS ?t) { GRAPH ?g { ?s <urn:p> ?o FILTER(?o = ?v) } }"),
    Place("group by", "SELECT ?v (COUNT(DISTINCT ?s) AS ?n) { GRAPH ?g { ?s <urn:p> ?v } } GROUP BY ?v",
          hand="SELECT ({v} AS ?v) (COUNT(DISTINCT ?s) AS ?n) { GRAPH ?g { ?s <urn:p> {v} } } "
          "HAVING(COUNT(?s) > 0)"),
    Place("having",
          "SELECT ?o { GRAPH ?g { ?s <urn:p> ?o } } GROUP BY ?o HAVING(COUNT(DISTINCT ?s) >= MAX(?v))",
          hand="SELECT ?o { GRAPH ?g { ?s <urn:p> ?o } } GROUP BY ?o HAVING(COUNT(DISTINCT ?s) >= {v})",
          both="all", values=NUMBERS),
    Place("start of a path", "SELECT DISTINCT ?o { GRAPH ?g { ?v <urn:r>+ ?o } }"),
    Place("end of a path", "SELECT DISTINCT ?s { GRAPH ?g { ?s <urn:p>/<urn:r>* ?v } }"),
    Place("end of an inverse path", "SELECT DISTINCT ?s { GRAPH ?g { ?v ^<urn:p>|<urn:r> ?s } }"),
    Place("ask", "ASK { GRAPH ?g { ?s <urn:p> ?v } }"),
    Place("template", "CONSTRUCT { ?s <urn:has> ?v } WHERE { GRAPH ?g { ?s <urn:p> ?v } }"),
    Place("template alone", "CONSTRUCT { ?s <urn:asked> ?v } WHERE { GRAPH ?g { ?s <urn:p> ?o } }"),
    Place("beside data of its own", "SELECT ?s { VALUES ?s { <urn:a> <urn:b> } GRAPH ?g { ?s <urn:p> ?v } }"),
)  # fmt: skip


class Oxigraph:
    def __init__(self) -> None:
        self.store = ox.Store()
        self.store.load(DATA.encode(), format=ox.RdfFormat.N_QUADS)

    def __call__(self, query: str) -> Rows:
        found = self.store.query(query)
        if isinstance(found, ox.QueryBoolean):
            return [("yes",)] if found else []
        if isinstance(found, ox.QueryTriples):
            return [(str(t.subject), str(t.predicate), str(t.object)) for t in found]
        return [tuple("-" if cell is None else str(cell) for cell in row) for row in found]


class Rdflib:
    def __init__(self) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            self.graph = Dataset()
            self.graph.parse(data=DATA, format="nquads")

    def __call__(self, query: str) -> Rows:
        found = self.graph.query(query)
        if found.type == "ASK":
            return [("yes",)] if found.askAnswer else []
        rows = [row for row in found if isinstance(row, tuple)]
        return [tuple("-" if cell is None else cell.n3() for cell in row) for row in rows]


@pytest.fixture(scope="module", params=[Oxigraph, Rdflib], ids=["oxigraph", "rdflib"])
def ask(request: pytest.FixtureRequest) -> Oxigraph | Rdflib:
    return request.param()  # type: ignore[no-any-return]


def bound(place: Place, *values: Term | None) -> str:
    text = bind(place.query, {"v": list(values)})
    guard(text)
    return text


@pytest.mark.parametrize("place", PLACES, ids=str)
def test_one_value_is_as_if_written_there(place: Place, ask: Oxigraph) -> None:
    answers = [sorted(ask(place.by_hand(value))) for value in place.values]
    assert [sorted(ask(bound(place, value))) for value in place.values] == answers
    assert len({str(answer) for answer in answers}) > 1, "the values make no difference here"


@pytest.mark.parametrize("place", [place for place in PLACES if place.both], ids=str)
def test_several_values_are_alternatives(place: Place, ask: Oxigraph) -> None:
    one, other = (set(ask(place.by_hand(value))) for value in place.values[:2])
    together = one | other if place.both == "any" else one & other
    assert set(ask(bound(place, *place.values[:2]))) == together


@pytest.mark.parametrize("place", PLACES, ids=str)
def test_without_a_value_the_variable_is_free(place: Place, ask: Oxigraph) -> None:
    assert sorted(ask(bound(place, None))) == sorted(ask(place.query))


@pytest.mark.parametrize(("value", "first"), [(IRI("urn:b"), "<urn:b>"), (IRI("urn:c"), "<urn:c>")])
def test_rows_are_ordered_by_the_value(ask: Oxigraph, value: IRI, first: str) -> None:
    text = bind("SELECT ?s { GRAPH ?g { ?s <urn:p> ?o } } ORDER BY (?s != ?v) ?s", {"v": [value]})
    assert ask(text)[0] == (first,)
    assert len(ask(text)) == 3


def test_two_values_of_an_optional(ask: Oxigraph) -> None:
    query = "SELECT DISTINCT ?s ?o { GRAPH ?g { ?s <urn:q> ?n OPTIONAL { ?s <urn:p> ?o FILTER(?o = ?v) } } }"
    hand = query.replace("?o = ?v", "?o IN (<urn:y>, <urn:nobody>)")
    assert sorted(ask(bind(query, {"v": [Y, NOBODY]}))) == sorted(ask(hand))


@pytest.mark.parametrize(("first", "second"), [(X, ONE), (Y, TWO), (X, None), (None, TWO), (None, None)])
def test_two_parameters_at_once(ask: Oxigraph, first: Term | None, second: Term | None) -> None:
    query = (
        "SELECT ?s { GRAPH ?g { ?s <urn:p> ?o ; <urn:q> ?n } "
        "FILTER(!BOUND(?v) || ?o = ?v) FILTER(!BOUND(?w) || ?n >= ?w) }"
    )
    hand = query.replace("FILTER(!BOUND(?v) || ?o = ?v)", f"FILTER(?o = {write(first)})" if first else "")
    hand = hand.replace("FILTER(!BOUND(?w) || ?n >= ?w)", f"FILTER(?n >= {write(second)})" if second else "")
    assert sorted(ask(bind(query, {"v": [first], "w": [second]}))) == sorted(ask(hand))
