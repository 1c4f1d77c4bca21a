"""The guard: nothing that calls a server or changes a graph passes, and nothing else is refused."""

from __future__ import annotations

import pyoxigraph as ox
import pytest

from diaspora_kg.sparql.guard import Refused, form, guard, names_dataset, orders

NOWHERE = "<http://127.0.0.1:1/x>"
ESCAPES = [
    "SELECT * { SERVICE %s { ?s ?p ?o } }",
    "SELECT * { service silent %s { ?s ?p ?o } }",
    "SELECT * { SERVICE%s{ ?s ?p ?o } }",
    "SELECT * { SERVICESILENT%s{ ?s ?p ?o } }",
    "PREFIX ex: <http://127.0.0.1:1/> SELECT * { SERVICEex:x { ?s ?p ?o } }",
    "PREFIX ex: <http://127.0.0.1:1/> SELECT * { SERVICESILENTex:x#\n{ ?s ?p ?o } }",
    "PREFIX : <http://127.0.0.1:1/> SELECT * { SERVICE:x{ ?s ?p ?o } }",
    "SELECT * { ?s ?p 1SERVICE%s{ ?s ?p ?o } }",
    "SELECT * { ?s ?p trueSERVICE%s{ ?s ?p ?o } }",
    "SELECT * { ?s ?p 'x'SERVICE%s{ ?s ?p ?o } }",
    "SELECT * { ?s ?p ?o.SERVICE?s{ ?s ?p ?o } }",
    "SELECT * { ?s ?p '''x''SERVICE'''SERVICE%s{ ?s ?p ?o } }",
    "SELECT * { VALUES (?a ?b) {(1 2)} FILTER(?a<?b)SERVICE#>\n%s { ?s ?p ?o } }",
    "SELECT * { ?s <http://x/\\u00e9#> ?o SERVICE %s { ?s ?p ?o } }",
    "SELECT * { FILTER EXISTS { SERVICE %s { ?s ?p ?o } } }",
    "SELECT * { { SELECT * { SERVICE %s { ?s ?p ?o } } } }",
    "CONSTRUCT { ?s ?p ?o } WHERE { SERVICE %s { ?s ?p ?o } }",
    "SELECT * { ?s ?p [] # '\n SERVICE %s { ?s ?p ?o } }",
    "SELECT * { FILTER(1<2)SERVICE %s { ?s ?p ?o } FILTER(2>1) }",
    "SELECT * { ?s ?p '<http://x/'SERVICE%s{ ?s ?p ?o } }",
    "SELECT * { ?s ?p ?o #<http://x/\nSERVICE%s{ ?s ?p ?o } }",
]


@pytest.mark.parametrize("pattern", ESCAPES)
def test_service_is_refused_however_it_is_spelled(pattern: str) -> None:
    query = pattern.replace("%s", NOWHERE)
    with pytest.raises(Refused, match="SERVICE is refused"):
        guard(query)


@pytest.mark.parametrize("pattern", ESCAPES)
def test_each_of_these_spellings_is_a_call_for_the_engine(pattern: str) -> None:
    """With another word in the place of SERVICE the text is no query: there the word is a keyword."""
    query = pattern.replace("%s", NOWHERE)
    store = ox.Store()
    try:
        list(store.query(query))  # type: ignore[arg-type]
    except OSError:
        return  # it tried to call
    misspelled = query.replace("SERVICE", "SERVITE").replace("service", "servite")
    with pytest.raises(SyntaxError):
        store.query(misspelled)


@pytest.mark.parametrize(
    "query",
    [
        "SELECT ?service { ?service ?p 'SERVICE <x> {' }",
        'SELECT * { ?s ?p """SERVICE "x" """ } # SERVICE',
        "SELECT * { ?s <http://example.org/SERVICE#x> ?o }",
        "SELECT * { ?s <urn:service:x> ?o }",
        "PREFIX service: <http://example.org/> SELECT * { ?s a service:Service ; service:load ?o }",
        "PREFIX insert: <urn:x> SELECT * { ?s insert:into ?load }",
        "SELECT * { ?s ?p 'x'@service, _:service, 'DELETE', 'a LOAD b' }",
        "# INSERT\nBASE <http://example.org/> PREFIX x: <#> ASK { ?s x:drop 1 }",
        "select ?s { ?s ?p ?o FILTER(?s < ?o && ?o > ?p) } order by ?s",
        "SELECT * FROM <urn:a> { ?s ?p ?o }",
        "DESCRIBE <urn:a>",
        "CONSTRUCT WHERE { ?s ?p ?o }",
        "SELECT * { ?s ?p ?o FILTER(?s<?p&&?o>?p) }",
    ],
)
def test_what_only_looks_like_it_passes(query: str) -> None:
    assert guard(query) in {"SELECT", "ASK", "DESCRIBE", "CONSTRUCT"}


@pytest.mark.parametrize(
    ("query", "word"),
    [
        ("INSERT DATA { GRAPH <urn:g> { <urn:a> <urn:b> 1 } }", "INSERT"),
        ("delete where { ?s ?p ?o }", "DELETE"),
        ("PREFIX a: <urn:a> LOAD <http://127.0.0.1:1/>", "LOAD"),
        ("CLEAR ALL", "CLEAR"),
        ("DROP SILENT GRAPH <urn:g>", "DROP"),
        ("CREATE GRAPH <urn:g>", "CREATE"),
        ("ADD <urn:a> TO <urn:b>", "ADD"),
        ("MOVE <urn:a> TO <urn:b>", "MOVE"),
        ("COPY DEFAULT TO <urn:b>", "COPY"),
        ("WITH <urn:g> DELETE { ?s ?p ?o } WHERE { ?s ?p ?o }", "WITH"),
        ("SELECT * { ?s ?p ?o } ; DROP ALL", "DROP"),
        ("INSERTDATA{}", "INSERT"),
    ],
)
def test_updates_are_refused(query: str, word: str) -> None:
    with pytest.raises(Refused, match=f"{word} is refused"):
        guard(query)


def test_the_place_is_named() -> None:
    with pytest.raises(Refused) as caught:
        guard("SELECT * {\n  SERVICE <urn:x> {} }")
    assert (caught.value.position, caught.value.line, caught.value.column) == (13, 2, 3)
    assert str(caught.value).startswith("line 2, column 3: SERVICE")
    assert caught.value.exit_code == 2


@pytest.mark.parametrize(
    ("query", "reason"),
    [
        ("", "this is no query"),
        ("PREFIX a: <urn:a>", "this is no query"),
        ("FILTER(true)", "this is no query"),
        ("SELECT * { ?s ?p 'open }", "never closed"),
        ("SELECT * { ?s ?p \u00a0?o }", r"U\+00A0 cannot stand here"),
    ],
)
def test_what_is_no_query_is_refused_with_a_reason(query: str, reason: str) -> None:
    with pytest.raises(Refused, match=reason):
        guard(query)


def test_a_long_comment_block_is_no_burden() -> None:
    assert guard("SELECT * { ?s SERVICE:x ?o }" + "#\n" * 20_000) == "SELECT"


def test_form_dataset_and_order() -> None:
    assert form("PREFIX select: <urn:x> ASK { ?s select:from 'FROM' }") == "ASK"
    assert form("?s ?p") is None
    assert names_dataset("SELECT * FROM NAMED <urn:g> { ?s ?p ?o }")
    assert not names_dataset("SELECT ?from { ?from ?p 'FROM' }")
    assert orders("SELECT * { ?s ?p ?o } order by ?s")
    assert not orders("SELECT * { { SELECT * { ?s ?p ?o } ORDER BY ?s } }")


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * {{ {given} ?a ?b ?c SERVICE <https://norland.example/x> {{ ?a ?b ?c }} }}",
        "SELECT * {{ SERVICE <https://norland.example/x> {given} }}",
        "SELECT * {{ ?a ?b ?c }} ; {given} INSERT DATA {{ <urn:a> <urn:b> <urn:c> }}",
        "{given} CLEAR ALL",
    ],
)
def test_values_of_thousands_of_nodes_hide_nothing(text: str) -> None:
    nodes = " ".join(f"(<https://norland.example/id/claim/a.{n}> {n})" for n in range(900))
    given = f"VALUES (?node ?_n) {{ {nodes} }}"
    assert guard(f"SELECT * {{ {given} ?node ?b ?c }}") == "SELECT"
    with pytest.raises(Refused) as refused:
        guard(text.format(given=given))
    with pytest.raises(Refused) as short:
        guard(text.format(given="VALUES (?node ?_n) { (<urn:a> 1) }"))
    assert refused.value.reason == short.value.reason
