"""The query operation of the SPARQL 1.1 Protocol Recommendation, section by section.

Names in brackets are those of the W3C's own test suite for the protocol; its cases of updates are here
as what they are on a server that answers only: refused.
"""

from __future__ import annotations

from urllib.parse import quote, quote_plus

import pytest

from tests.talking import ONE, THREE, TWO, A, Answer, Server, url

FORM = {"Content-Type": "application/x-www-form-urlencoded"}
DIRECT = {"Content-Type": "application/sparql-query"}
TRUE = b'{"head":{},"boolean":true}'
IN_ONE, IN_TWO, IN_THREE = (f"<{A}{name}> a ?type" for name in ("first", "second", "third"))


def true(found: Answer) -> bool:
    assert found.status == 200, found.text
    assert found.media == "application/sparql-results+json"
    answer = found.json()["boolean"]
    assert isinstance(answer, bool)
    return answer


def post(server: Server, path: str, body: str | bytes, kind: str | None) -> Answer:
    return server.ask(path, "POST", body, {"Content-Type": kind} if kind else {})


# 2.1.1 query via GET


@pytest.mark.parametrize("path", ["/sparql", "/sparql/", "/query", "/query/"])
def test_2_1_1_get(server: Server, path: str) -> None:
    """[query_get]"""
    assert server.ask(path, query="ASK {}").body == TRUE


def test_2_1_1_the_query_is_decoded_exactly_once(server: Server) -> None:
    assert server.ask("/sparql", query='SELECT ("%20+%2B" AS ?x) {}', format="tsv").text == '?x\n"%20+%2B"\n'
    found = server.ask("/sparql?query=SELECT+(%22%2520%2B%22+AS+%3Fx)+%7B%7D&format=tsv")
    assert found.text == '?x\n"%20+"\n'


def test_2_1_1_characters_of_every_script_arrive(server: Server) -> None:
    text = "Ünïversität Ա 東 \U0001f3db"
    assert (
        server.ask("/sparql", query=f'SELECT ("{text}" AS ?x) {{}}', format="csv").text == f"x\r\n{text}\r\n"
    )


def test_2_1_1_unknown_parameters_are_ignored(server: Server) -> None:
    """Clients send what some servers know: SPARQLWrapper sends format, output and results."""
    assert server.ask("/sparql", query="ASK {}", output="json", results="json", timeout="9").body == TRUE


# 2.1.2 query via POST with URL-encoded parameters


@pytest.mark.parametrize("path", ["/sparql", "/sparql/", "/query"])
def test_2_1_2_post_form(server: Server, path: str) -> None:
    """[query_post_form]"""
    assert post(server, path, "query=ASK%20%7B%7D", FORM["Content-Type"]).body == TRUE


def test_2_1_2_the_dataset_may_stand_in_the_url_of_a_form(server: Server) -> None:
    """[query_post_form] has it there."""
    body = "query=" + quote_plus(f"ASK {{ {IN_ONE} }}")
    assert true(post(server, f"/sparql?default-graph-uri={quote(ONE, '')}", body, FORM["Content-Type"]))
    assert not true(post(server, f"/sparql?default-graph-uri={quote(TWO, '')}", body, FORM["Content-Type"]))


@pytest.mark.parametrize("charset", ["utf-8", "UTF-8", '"utf-8"', "us-ascii"])
def test_2_1_2_a_charset_that_is_utf_8_is_read(server: Server, charset: str) -> None:
    kind = f"application/x-www-form-urlencoded; charset={charset}"
    assert post(server, "/sparql", "query=ASK%7B%7D", kind).body == TRUE


def test_2_1_2_the_form_is_decoded_exactly_once(server: Server) -> None:
    body = "format=tsv&query=SELECT+(%22%2520+%2B%22+AS+%3Fx)+%7B%7D"
    assert post(server, "/sparql", body, FORM["Content-Type"]).text == '?x\n"%20 +"\n'


# 2.1.3 query via POST directly


@pytest.mark.parametrize("kind", ["application/sparql-query", "Application/SPARQL-Query; charset=UTF-8"])
def test_2_1_3_post_direct(server: Server, kind: str) -> None:
    """[query_post_direct]"""
    assert post(server, "/sparql", "ASK {}", kind).body == TRUE


def test_2_1_3_the_body_is_not_decoded_as_a_form(server: Server) -> None:
    found = post(server, "/sparql?format=tsv", 'SELECT ("%20+" AS ?x) {}', DIRECT["Content-Type"])
    assert found.text == '?x\n"%20+"\n'


# 2.1.4 specifying an RDF dataset


def asked(server: Server, how: str, query: str, dataset: list[tuple[str, str]]) -> Answer:
    """One query with a dataset, by each way that the protocol knows."""
    graphs = "&".join(f"{name}={quote(graph, '')}" for name, graph in dataset)
    if how == "get":
        return server.ask(f"/sparql?query={quote(query, '')}&{graphs}")
    if how == "form":
        return post(server, "/sparql", f"query={quote(query, '')}&{graphs}", FORM["Content-Type"])
    return post(server, f"/sparql?{graphs}", query, DIRECT["Content-Type"])


WAYS = ["get", "form", "direct"]
PROBLEM = "application/sparql-results+json, application/problem+json;q=0.5"
DEFAULT, NAMED = "default-graph-uri", "named-graph-uri"
BOTH_NAMED = f"ASK {{ GRAPH ?g1 {{ {IN_ONE} }} GRAPH ?g2 {{ {IN_TWO} }} }}"


@pytest.mark.parametrize("how", WAYS)
def test_2_1_4_default_graphs_are_merged(server: Server, how: str) -> None:
    """[query_dataset_default_graph, query_dataset_default_graphs_get, …_post]"""
    both = f"ASK {{ {IN_ONE} . {IN_TWO} }}"
    assert true(asked(server, how, both, [(DEFAULT, ONE), (DEFAULT, TWO)]))
    assert not true(asked(server, how, both, [(DEFAULT, ONE)]))
    assert not true(asked(server, how, f"ASK {{ {IN_THREE} }}", [(DEFAULT, ONE), (DEFAULT, TWO)]))


@pytest.mark.parametrize("how", WAYS)
def test_2_1_4_named_graphs(server: Server, how: str) -> None:
    """[query_dataset_named_graphs_get, …_post]"""
    assert true(asked(server, how, BOTH_NAMED, [(NAMED, ONE), (NAMED, TWO)]))
    assert not true(asked(server, how, BOTH_NAMED, [(NAMED, ONE), (NAMED, THREE)]))


@pytest.mark.parametrize("how", WAYS)
def test_2_1_4_both_kinds(server: Server, how: str) -> None:
    """[query_dataset_full]"""
    query = f"ASK {{ {IN_THREE} . GRAPH ?g1 {{ {IN_ONE} }} GRAPH ?g2 {{ {IN_TWO} }} }}"
    assert true(asked(server, how, query, [(DEFAULT, THREE), (NAMED, ONE), (NAMED, TWO)]))
    assert not true(asked(server, how, query, [(DEFAULT, ONE), (NAMED, ONE), (NAMED, TWO)]))


@pytest.mark.parametrize("how", WAYS)
def test_2_1_4_the_protocols_dataset_wins_over_the_querys(server: Server, how: str) -> None:
    """[query_multiple_dataset]"""
    query = BOTH_NAMED.replace("ASK", f"ASK FROM <{THREE}>")
    assert true(asked(server, how, query, [(NAMED, ONE), (NAMED, TWO)]))
    assert not true(asked(server, how, f"ASK FROM <{ONE}> {{ {IN_ONE} }}", [(DEFAULT, TWO)]))


@pytest.mark.parametrize("how", WAYS)
def test_2_1_4_what_is_not_given_is_empty(server: Server, how: str) -> None:
    """A dataset of default graphs has no named ones, and the other way about."""
    assert not true(asked(server, how, "ASK { GRAPH ?g { ?s ?p ?o } }", [(DEFAULT, ONE)]))
    assert not true(asked(server, how, "ASK { ?s ?p ?o }", [(NAMED, ONE)]))


def test_2_1_4_from_in_the_query_counts_without_a_dataset(server: Server) -> None:
    assert not true(server.ask("/sparql", query=f"ASK FROM <{TWO}> {{ {IN_ONE} }}"))
    assert true(server.ask("/sparql", query=f"ASK FROM <{ONE}> {{ {IN_ONE} }}"))
    assert true(server.ask("/sparql", query=f"ASK FROM NAMED <{ONE}> {{ GRAPH ?g {{ {IN_ONE} }} }}"))


def test_2_1_4_without_a_dataset_the_default_graph_is_the_union(server: Server) -> None:
    assert true(server.ask("/sparql", query=f"ASK {{ {IN_ONE} . {IN_TWO} . {IN_THREE} }}"))


def test_2_1_4_a_graph_that_is_not_there_is_empty(server: Server) -> None:
    """The server fetches no graph from the network."""
    unknown = ["http://127.0.0.1:9/unknown"]
    assert not true(server.ask(url("/sparql", query="ASK { ?s ?p ?o }", **{DEFAULT: unknown})))


@pytest.mark.parametrize("graph", ["", "not an iri", "relative/path", "<https://example.org/a>", "a\r\nb: c"])
@pytest.mark.parametrize("parameter", [DEFAULT, NAMED])
def test_2_1_4_a_graph_must_be_an_absolute_iri(server: Server, parameter: str, graph: str) -> None:
    found = server.ask(url("/sparql", query="ASK {}", **{parameter: [graph]}))
    assert found.status == 400
    assert parameter in found.text


# 2.1.5 and 2.1.6: accepted response formats, success responses


@pytest.mark.parametrize(
    ("query", "media"),
    [
        ("SELECT (1 AS ?value) {}", "application/sparql-results+json"),
        ("ASK {}", "application/sparql-results+json"),
        ("DESCRIBE <http://example.org/>", "text/turtle"),
        ("CONSTRUCT { <urn:s> <urn:p> 1 } WHERE {}", "text/turtle"),
    ],
)
def test_2_1_6_the_form_of_the_query_decides_the_kind_of_answer(
    server: Server, query: str, media: str
) -> None:
    """[query_content_type_select, …_ask, …_describe, …_construct]"""
    found = post(server, f"/sparql?default-graph-uri={quote(ONE, '')}", query, DIRECT["Content-Type"])
    assert (found.status, found.media) == (200, media)


# 2.1.7 failure responses


@pytest.mark.parametrize(
    ("query", "place"),
    [
        ("SELECT * {", "line 1, column 11"),
        ("SELECT *\nWHERE {\n  ?s ?p ; ?o .\n  ?a\n}", "line 3, column 1"),
        ("ASK {} ASK {}", "line 1, column"),
        ("ASK { 'open }", "line 1, column 7"),
        ("nonsense", "line 1, column 1"),
    ],
)
def test_2_1_7_bad_syntax_is_400_with_its_place(server: Server, query: str, place: str) -> None:
    """[bad_query_syntax]"""
    found = server.ask("/sparql", query=query)
    assert (found.status, found.media) == (400, "text/plain")
    assert place in found.text
    told = server.ask("/sparql", query=query, headers={"Accept": PROBLEM})
    assert (told.status, told.media) == (400, "application/problem+json")
    problem = told.json()
    assert problem["status"] == 400
    assert f"line {problem['line']}, column {problem['column']}".startswith(place)


@pytest.mark.parametrize(
    ("query", "hint"),
    [
        ("SELECT * { ?s skos:note ?o }", "PREFIX skos: <http://www.w3.org/2004/02/skos/core#>"),
        ("PREFIX a: <urn:a> SELECT * { ?s a:b c:d }", "the prefix c: is not declared"),
        ("SELECT ?x { ?x a ?y } GROUP BY ?y", "unbound"),
        ("SELECT (<urn:f>(1) AS ?x) {}", "urn:f"),
    ],
)
def test_2_1_7_a_message_says_how_to_mend_it(server: Server, query: str, hint: str) -> None:
    found = server.ask("/sparql", query=query)
    assert found.status == 400
    assert hint in found.text


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "PROPFIND"])
@pytest.mark.parametrize("path", ["/sparql", "/sparql/"])
def test_2_2_1_other_methods_are_405(server: Server, method: str, path: str) -> None:
    """[bad_query_method]"""
    found = server.ask(path, method, headers=FORM, query="ASK {}")
    assert found.status == 405
    assert found.headers["allow"] == "GET, HEAD, POST, OPTIONS"


def test_2_1_two_queries_are_refused(server: Server) -> None:
    """[bad_multiple_queries]"""
    assert server.ask("/sparql", query=["ASK {}", "SELECT * {}"]).status == 400
    assert post(server, "/sparql?query=ASK%7B%7D", "query=ASK%7B%7D", FORM["Content-Type"]).status == 400
    assert post(server, "/sparql?query=ASK%7B%7D", "ASK {}", DIRECT["Content-Type"]).status == 400


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("text/plain", "ASK {}"),  # [bad_query_wrong_media_type]
        (None, "query=ASK%20%7B%7D"),  # [bad_query_missing_form_type]
        (None, "ASK {}"),  # [bad_query_missing_direct_type]
        ("multipart/form-data; boundary=x", "--x\r\n\r\n--x--"),
        ("application/json", '{"query": "ASK {}"}'),
        ("application/sparql-queryx", "ASK {}"),
        ("; charset=utf-8", "ASK {}"),
    ],
)
def test_2_1_other_media_types_are_415(server: Server, kind: str | None, body: str) -> None:
    found = post(server, "/sparql", body, kind)
    assert found.status == 415
    assert "application/sparql-query" in found.headers["accept"]


@pytest.mark.parametrize("kind", ["application/sparql-query", "application/x-www-form-urlencoded"])
@pytest.mark.parametrize("charset", ["utf-16", "iso-8859-1", "nonsense"])
def test_2_1_a_charset_that_is_not_utf_8_is_415(server: Server, kind: str, charset: str) -> None:
    """[bad_query_non_utf8], where it is announced"""
    assert post(server, "/sparql", "ASK {}", f"{kind}; charset={charset}").status == 415


@pytest.mark.parametrize("body", ["ASK {}".encode("utf-16"), b"ASK { ?s ?p 'caf\xe9' }", b"ASK {\x80}"])
def test_2_1_bytes_that_are_not_utf_8_are_400(server: Server, body: bytes) -> None:
    """[bad_query_non_utf8], where it is not"""
    assert post(server, "/sparql", body, DIRECT["Content-Type"]).status == 400
    escaped = "query=" + "".join(f"%{byte:02X}" for byte in body)
    assert post(server, "/sparql", escaped, FORM["Content-Type"]).status == 400
    found = server.ask(f"/sparql?{escaped}")
    assert found.status == 400
    assert "UTF-8" in found.text or "character" in found.text


@pytest.mark.parametrize("path", ["/sparql?query=", "/sparql?query=%20", f"/sparql?{DEFAULT}=urn:a"])
def test_a_missing_or_empty_query_is_400(server: Server, path: str) -> None:
    assert server.ask(path).status == 400


@pytest.mark.parametrize("body", ["", "query=", "default-graph-uri=urn:a", "&&=&", "quer=ASK{}"])
def test_a_form_without_a_query_is_400(server: Server, body: str) -> None:
    assert post(server, "/sparql", body, FORM["Content-Type"]).status == 400


# 2.2 update operation: this server has none


@pytest.mark.parametrize(
    ("path", "body", "kind"),
    [
        ("/sparql", "update=CLEAR+ALL", FORM["Content-Type"]),  # [update_post_form]
        ("/sparql", "CLEAR ALL", "application/sparql-update"),  # [update_post_direct]
        ("/sparql?using-graph-uri=urn:a", "CLEAR ALL", "application/sparql-update"),
        ("/sparql", "update=CLEAR+ALL&update=CLEAR+ALL", FORM["Content-Type"]),  # [bad_multiple_updates]
        ("/sparql", "query=ASK{}&update=CLEAR+ALL", FORM["Content-Type"]),
        ("/sparql", "CLEAR ALL", DIRECT["Content-Type"]),
        ("/sparql", "query=DROP+ALL", FORM["Content-Type"]),
        ("/sparql", "PREFIX a: <urn:a> INSERT DATA { a:b a:c a:d }", DIRECT["Content-Type"]),
    ],
)
def test_2_2_updates_are_refused_with_a_reason(server: Server, path: str, body: str, kind: str) -> None:
    found = post(server, path, body, kind)
    assert found.status == 403
    assert "refused" in found.text


def test_2_2_an_update_by_get_is_refused(server: Server) -> None:
    """[bad_update_get]"""
    assert server.ask("/sparql", update="CLEAR ALL").status == 403


def test_2_2_there_is_no_other_way_to_write(server: Server) -> None:
    for path in ("/update", "/store", "/data", "/rdf-graph-store", "/sparql/update"):
        for method in ("POST", "PUT", "DELETE"):
            assert server.ask(path, method, "x", {"Content-Type": "text/turtle"}).status in {404, 405, 415}


# section 4: policy


@pytest.mark.parametrize("how", WAYS)
@pytest.mark.parametrize("call", ["SERVICE", "service silent", "SERVICE\n# x\n"])
def test_4_1_the_server_calls_no_other(server: Server, how: str, call: str) -> None:
    found = asked(server, how, f"SELECT * {{ {call} <http://127.0.0.1:9/> {{ ?s ?p ?o }} }}", [])
    assert found.status == 403
    assert "SERVICE is refused" in found.text


def test_4_1_a_costly_query_is_ended(server: Server) -> None:
    costly = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . FILTER(?a != ?g && ?c != ?f) }"
    found = server.ask("/sparql", query=costly)
    assert found.status in {503, 504}
    assert server.ask("/sparql", query="ASK {}").body == TRUE


def test_4_1_long_queries_are_refused_by_how_they_came(server: Server) -> None:
    long = "ASK {} #" + "x" * 20_000
    assert server.ask("/sparql", query=long).status == 414
    assert post(server, "/sparql", long, DIRECT["Content-Type"]).status == 413
    assert post(server, "/sparql", "query=" + quote(long), FORM["Content-Type"]).status == 413
    huge = server.ask("/sparql", query="ASK {} #" + "x" * 150_000)
    assert huge.status == 414
    fits = "ASK {} #" + "é" * 8_000
    assert server.ask("/sparql", query=fits).body == TRUE
    assert post(server, "/sparql", fits, DIRECT["Content-Type"]).body == TRUE


def test_4_1_a_query_that_is_nested_too_deeply_ends_nothing_but_itself(server: Server) -> None:
    found = server.ask("/sparql", "POST", "ASK " + "{" * 7_000 + "}" * 7_000, DIRECT)
    assert found.status in {400, 503}
    assert server.ask("/sparql", query="ASK {}").body == TRUE
