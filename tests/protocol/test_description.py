"""The descriptions of the service and of the dataset: in every form, with true counts."""

from __future__ import annotations

from contextlib import closing

import pyoxigraph as ox
import pytest

from diaspora_kg.store import Snapshots, Solutions
from tests.talking import LINES, MANY, THREE, A, Server

SD = "PREFIX sd: <http://www.w3.org/ns/sparql-service-description#> PREFIX void: <http://rdfs.org/ns/void#> "
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


def graph(body: bytes, media: str = "text/turtle") -> ox.Store:
    store = ox.Store()
    store.extend(ox.parse(body, format=ox.RdfFormat.from_media_type(media)))
    return store


def ask(store: ox.Store, query: str) -> bool:
    return bool(store.query(SD + query))


@pytest.mark.parametrize("path", ["/sparql", "/sparql/", "/query", "/sparql?format=ttl", "/sparql?utm=x"])
def test_a_get_without_a_query_describes_the_service(server: Server, path: str) -> None:
    found = server.ask(path)
    assert (found.status, found.media) == (200, "text/turtle")
    store = graph(found.body)
    endpoint = f"<http://127.0.0.1:{server.port}/sparql>"
    assert ask(store, f"ASK {{ {endpoint} a sd:Service ; sd:endpoint {endpoint} }}")
    assert ask(store, f"ASK {{ {endpoint} sd:supportedLanguage sd:SPARQL11Query }}")
    assert ask(store, f"ASK {{ {endpoint} sd:feature sd:UnionDefaultGraph }}")
    assert ask(store, f"ASK {{ {endpoint} sd:defaultDataset/sd:namedGraph/sd:name <{THREE}> }}")


@pytest.mark.parametrize("claimed", ["sd:BasicFederatedQuery", "sd:SPARQL11Update", "sd:DereferencesURIs"])
def test_it_claims_nothing_that_is_not_so(server: Server, claimed: str) -> None:
    assert not ask(graph(server.ask("/sparql").body), f"ASK {{ ?service ?property {claimed} }}")


@pytest.mark.parametrize(
    "media",
    [
        "text/turtle",
        "application/rdf+xml",
        "application/n-triples",
        "application/ld+json",
        "application/trig",
    ],
)
def test_it_can_be_had_in_every_form_of_rdf(server: Server, media: str) -> None:
    found = server.ask("/sparql", headers={"Accept": f"{media}, text/html;q=0.5"})
    assert found.media == media
    assert ask(graph(found.body, media), "ASK { ?service a sd:Service }")


def test_without_a_page_a_browser_gets_it_too(server: Server) -> None:
    assert server.ask("/sparql", headers={"Accept": BROWSER}).status == 200


def test_an_accept_of_results_is_told_that_no_query_was_given(server: Server) -> None:
    found = server.ask("/sparql", headers={"Accept": "application/sparql-results+json"})
    assert found.status == 406
    assert "No query is given" in found.text


def test_it_is_known_by_its_tag(server: Server) -> None:
    for path in ("/sparql", "/void.ttl"):
        tag = server.ask(path).headers["etag"]
        assert server.ask(path, headers={"If-None-Match": tag}).status == 304
        assert server.ask(path, headers={"If-None-Match": 'W/"0"'}).status == 200


def test_void_has_the_counts_of_the_graph(server: Server) -> None:
    found = server.ask("/void.ttl")
    assert (found.status, found.media) == (200, "text/turtle")
    store = graph(found.body)
    snapshot = Snapshots(server.root / ".dkg").current()
    assert snapshot is not None
    assert ask(store, f"ASK {{ ?d a void:Dataset ; void:triples {len(LINES)} }}")
    assert ask(store, f"ASK {{ ?g sd:name <{THREE}> ; sd:graph/void:triples {MANY + 1} }}")
    things = f"void:classPartition [ void:class <{A}Thing> ; void:entities 3 ]"
    assert ask(store, f"ASK {{ ?d sd:defaultGraph [ {things} ] }}")
    with closing(snapshot.store()) as held:
        counted = held.query("SELECT ?c (COUNT(DISTINCT ?s) AS ?n) { ?s a ?c } GROUP BY ?c", union=True)
    told = store.query(SD + "SELECT ?c ?n { ?p void:class ?c ; void:entities ?n }")
    assert isinstance(counted, Solutions)
    assert isinstance(told, ox.QuerySolutions)
    assert {(row["c"].value, row["n"].value) for row in told} == {
        (row["c"].value, row["n"].value) for row in counted
    }


def test_void_has_the_shape_that_editors_read(server: Server) -> None:
    """Classes with their properties, and the classes or datatypes of what these lead to."""
    store = graph(server.ask("/void.ttl").body)
    found = store.query(
        SD + "PREFIX ext: <http://ldf.fi/void-ext#> SELECT DISTINCT ?class ?property ?other ?datatype { "
        "?graph sd:graph/void:classPartition [ void:class ?class ; void:propertyPartition ?part ] . "
        "?part void:property ?property ; void:triples ?n . "
        "OPTIONAL { ?part void:classPartition [ void:class ?other ] } "
        "OPTIONAL { ?part ext:datatypePartition [ ext:datatype ?datatype ] } }"
    )
    assert isinstance(found, ox.QuerySolutions)
    rows = {tuple(getattr(row[n], "value", None) for n in range(4)) for row in found}
    string = "http://www.w3.org/2001/XMLSchema#string"
    assert (f"{A}Thing", f"{A}says", None, string) in rows
    assert (f"{A}Thing", f"{A}knows", f"{A}Thing", None) in rows


def test_the_well_known_place_leads_there(server: Server) -> None:
    found = server.ask("/.well-known/void")
    assert (found.status, found.headers["location"]) == (302, "/void.ttl")


@pytest.mark.parametrize("host", ["evil.example.org", "a b", "x@y", "127.0.0.1:99999999", "[::1", ""])
def test_a_strange_host_is_repeated_nowhere(server: Server, host: str) -> None:
    data = server.raw(f"GET /sparql HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode())
    assert b"evil" not in data
    assert data.split(b" ")[1] in {b"200", b"400", b"421"}


@pytest.mark.parametrize("name", ["X-Forwarded-Host", "X-Forwarded-Proto", "X-Forwarded-Prefix", "Forwarded"])
def test_a_stranger_cannot_say_where_this_server_is(server: Server, name: str) -> None:
    for path in ("/sparql", "/void.ttl", "/.well-known/void"):
        found = server.ask(path, headers={name: "evil.example.org"})
        assert b"evil" not in found.body
        assert "evil" not in str(found.headers)
