"""Which form an answer has: the rules by table, then each form from a running server, read back."""

from __future__ import annotations

import csv
import io
import json
from xml.etree import ElementTree as ET

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from diaspora_kg.endpoint.errors import Problem
from diaspora_kg.endpoint.negotiation import (
    GRAPHS,
    SOLUTIONS,
    Media,
    choose,
    content_type,
    negotiate,
    prefers_html,
    wants_gzip,
)
from tests.talking import ONE, A, Server

FIREFOX = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
CHROMIUM = (
    "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,image/apng,*/*;q=0.8,"
    "application/signed-exchange;v=b3;q=0.7"
)
JSON, XML = "application/sparql-results+json", "application/sparql-results+xml"
CSV, TSV = "text/csv", "text/tab-separated-values"
TURTLE, NT, RDF = "text/turtle", "application/n-triples", "application/rdf+xml"
JSONLD, TRIG, NQ = "application/ld+json", "application/trig", "application/n-quads"

RULES = [
    # no wish, or none that can be read
    ("", SOLUTIONS, JSON),
    ("", GRAPHS, TURTLE),
    (";;;", SOLUTIONS, JSON),
    ("*/*", SOLUTIONS, JSON),
    ("*/*;q=0.1", GRAPHS, TURTLE),
    # quality
    ("text/csv;q=0.4, application/sparql-results+xml;q=0.5", SOLUTIONS, XML),
    ("text/csv;q=1, application/sparql-results+xml;q=1.000", SOLUTIONS, XML),
    ("text/csv;q=.7,text/tab-separated-values;q=0.71", SOLUTIONS, TSV),
    ("application/rdf+xml;q=0.9,text/turtle;q=0.8,*/*;q=0.1", GRAPHS, RDF),
    # quality 0 is "never", and the most specific range decides
    ("application/sparql-results+json;q=0, */*", SOLUTIONS, XML),
    ("*/*;q=0", SOLUTIONS, None),
    ("text/*;q=0, text/csv", SOLUTIONS, CSV),
    ("text/*, text/csv;q=0, text/tab-separated-values;q=0, text/xml;q=0", SOLUTIONS, None),
    ("text/*;q=0.9, text/csv;q=0.1, */*;q=0.5", SOLUTIONS, TSV),
    # between equals the more specific range, then our order
    ("text/csv, */*", SOLUTIONS, CSV),
    ("*/*, text/tab-separated-values", SOLUTIONS, TSV),
    ("application/*, text/csv", SOLUTIONS, CSV),
    ("text/turtle, application/rdf+xml", GRAPHS, TURTLE),
    # names of other sorts
    ("application/json", SOLUTIONS, "application/json"),
    ("application/json, application/sparql-results+json;q=0.9", SOLUTIONS, "application/json"),
    ("application/xml", SOLUTIONS, "application/xml"),
    ("application/json", GRAPHS, "application/json"),
    ("application/x-turtle", GRAPHS, "application/x-turtle"),
    ("text/plain", GRAPHS, "text/plain"),
    # parameters
    ("text/csv; charset=UTF-8", SOLUTIONS, CSV),
    ('text/csv;charset="utf-8";header=present', SOLUTIONS, CSV),
    ("text/csv;charset=iso-8859-1", SOLUTIONS, None),
    ("text/csv;header=absent, text/tab-separated-values;q=0.1", SOLUTIONS, TSV),
    ('application/ld+json;profile="http://www.w3.org/ns/json-ld#compacted"', GRAPHS, JSONLD),
    ("text/csv;charset=utf-8;q=0.5, text/csv;q=1", SOLUTIONS, CSV),
    # case, blanks, empty elements
    ("TEXT/CSV", SOLUTIONS, CSV),
    (" ,, text/csv ; Q=0.5 ,", SOLUTIONS, CSV),
    # what cannot be read is passed over, and what can still counts
    ("text/csv;q=high, text/tab-separated-values;q=0.1", SOLUTIONS, TSV),
    ("nonsense, text/csv", SOLUTIONS, CSV),
    ('text/tab-separated-values;x="open, text/csv', SOLUTIONS, CSV),
    # no common form
    ("text/html", SOLUTIONS, None),
    ("image/png, text/turtle", SOLUTIONS, None),
    ("application/sparql-results+json", GRAPHS, None),
    ("text/csv", GRAPHS, None),
    # browsers
    (FIREFOX, SOLUTIONS, "application/xml"),
    (CHROMIUM, GRAPHS, "application/xml"),
]


@pytest.mark.parametrize(("accept", "offers", "wanted"), RULES)
def test_accept(accept: str, offers: tuple[Media, ...], wanted: str | None) -> None:
    found = choose([accept] if accept else [], offers)
    assert (found.type if found else None) == wanted


def test_several_accept_headers_are_one() -> None:
    found = choose(["text/csv;q=0.5", "text/tab-separated-values;q=0.6"], SOLUTIONS)
    assert found is not None
    assert found.type == TSV


@pytest.mark.parametrize(
    ("name", "offers", "wanted"),
    [
        ("json", SOLUTIONS, JSON),
        ("csv", SOLUTIONS, CSV),
        ("srx", SOLUTIONS, XML),
        ("json", GRAPHS, JSONLD),
        ("json-ld", GRAPHS, JSONLD),
        ("xml", GRAPHS, RDF),
        ("rdf+xml", GRAPHS, RDF),
        ("turtle", GRAPHS, TURTLE),
        ("nt", GRAPHS, NT),
        ("trig", GRAPHS, TRIG),
        ("nq", GRAPHS, NQ),
        ("application/rdf+xml", GRAPHS, RDF),
        ("application/rdf xml", GRAPHS, RDF),
        ("Text/CSV", SOLUTIONS, CSV),
        ("text/html,text/csv", SOLUTIONS, CSV),
    ],
)
def test_format_goes_before_accept(name: str, offers: tuple[Media, ...], wanted: str) -> None:
    assert negotiate(["image/png"], name, offers).type == wanted


@pytest.mark.parametrize(
    ("name", "offers"), [("ttl", SOLUTIONS), ("csv", GRAPHS), ("pdf", GRAPHS), ("*", GRAPHS)]
)
def test_a_format_that_there_is_not_is_406(name: str, offers: tuple[Media, ...]) -> None:
    with pytest.raises(Problem) as raised:
        negotiate(["*/*"], name, offers)
    assert raised.value.status == 406
    assert all(media.type in raised.value.sentence for media in offers if media.names)


@pytest.mark.parametrize(
    ("accept", "people"),
    [
        (FIREFOX, True),
        (CHROMIUM, True),
        ("text/html", True),
        ("text/html;q=0.5, text/turtle", False),
        ("text/turtle, text/html", True),
        ("*/*", False),
        ("text/*", False),
        ("text/html;q=0, */*", False),
        ("", False),
    ],
)
def test_a_browser_is_who_names_html(accept: str, people: bool) -> None:
    assert prefers_html([accept] if accept else []) is people


@pytest.mark.parametrize(
    ("header", "packed"),
    [
        ("gzip", True),
        ("gzip, deflate, br", True),
        ("x-gzip", True),
        ("GZIP;Q=0.1", True),
        ("*", True),
        ("br;q=1, *;q=0.1", True),
        ("", False),
        ("identity", False),
        ("gzip;q=0", False),
        ("gzip;q=0, *", False),
        ("*;q=0", False),
        ("identity, gzip;q=0.5", False),
        ("gzip;q=0.5, identity;q=0.5", True),
        ("br, deflate", False),
        ("gzip;q=bad", False),
    ],
)
def test_accept_encoding(header: str, packed: bool) -> None:
    assert wants_gzip([header]) is packed


@settings(max_examples=50, deadline=None)
@given(st.lists(st.text(st.characters(max_codepoint=255), max_size=60), max_size=4))
def test_no_header_breaks_the_reading(headers: list[str]) -> None:
    for offers in (SOLUTIONS, GRAPHS):
        found = choose(headers, offers)
        assert found is None or found in offers
    wants_gzip(headers)
    content_type(",".join(headers))


@pytest.mark.parametrize(
    "header",
    [
        '"\\' * 4000,
        'a/a;b="\\' * 2000,
        "a/b;" + " " * 30_000 + "x",
        "a/b" + "; " * 15_000 + "=",
        "," * 30_000,
    ],
)
def test_a_hostile_header_costs_no_more_than_its_length(header: str) -> None:
    """Each of these took minutes with an expression that goes back on its steps."""
    choose([header], SOLUTIONS)
    content_type(header)


# against the server


SELECT = f"SELECT ?says ?none {{ GRAPH <{ONE}> {{ <{A}first> <{A}says> ?says }} }}"
CONSTRUCT = f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ GRAPH <{ONE}> {{ ?s ?p ?o }} }}"
SAYS = 'quoted "words", a comma\tand Ա\n'


def test_json_holds_the_terms(server: Server) -> None:
    found = server.ask("/sparql", query=SELECT, headers={"Accept": JSON})
    assert found.headers["content-type"] == JSON
    results = json.loads(found.body)
    assert results["head"]["vars"] == ["says", "none"]
    assert results["results"]["bindings"] == [{"says": {"type": "literal", "value": SAYS}}]


def test_xml_holds_the_terms(server: Server) -> None:
    found = server.ask("/sparql", query=SELECT, headers={"Accept": XML})
    assert found.headers["content-type"] == XML
    literals = ET.fromstring(found.body).iter("{http://www.w3.org/2005/sparql-results#}literal")
    assert [literal.text for literal in literals] == [SAYS]


def test_xml_stays_xml_whatever_the_characters(server: Server) -> None:
    query = 'SELECT ("a\\u0001b\\u000Bc\\rd" AS ?x) {}'
    found = server.ask("/sparql", query=query, headers={"Accept": XML})
    literals = ET.fromstring(found.body).iter("{http://www.w3.org/2005/sparql-results#}literal")
    assert [literal.text for literal in literals] == ["a\ufffdb\ufffdc\rd"]
    graph = server.ask(
        "/sparql", query='CONSTRUCT { <urn:a> <urn:b> "a\\u0001\\r" } {}', headers={"Accept": RDF}
    )
    assert [node.text for node in ET.fromstring(graph.body).iter("{urn:}b")] == ["a\ufffd\r"]


def test_csv_and_tsv_hold_the_terms(server: Server) -> None:
    found = server.ask("/sparql", query=SELECT, headers={"Accept": CSV})
    assert found.headers["content-type"] == "text/csv; charset=utf-8"
    assert list(csv.reader(io.StringIO(found.text, newline=""))) == [["says", "none"], [SAYS, ""]]
    found = server.ask("/sparql", query=SELECT, headers={"Accept": TSV})
    assert found.headers["content-type"] == "text/tab-separated-values; charset=utf-8"
    assert found.text.splitlines()[0] == "?says\t?none"


@pytest.mark.parametrize(
    ("media", "body"),
    [(JSON, '{"head":{},"boolean":false}'), (CSV, "false"), (TSV, "false")],
)
def test_ask_in_each_form(server: Server, media: str, body: str) -> None:
    assert (
        server.ask("/sparql", query="ASK { <urn:a> ?p ?o }", headers={"Accept": media}).text.strip() == body
    )


def test_ask_in_xml(server: Server) -> None:
    found = server.ask("/sparql", query="ASK {}", headers={"Accept": XML})
    assert [node.text for node in ET.fromstring(found.body).iter()][-1] == "true"


@pytest.mark.parametrize("media", [TURTLE, NT, RDF, JSONLD, TRIG, NQ])
@pytest.mark.parametrize("query", [CONSTRUCT, f"DESCRIBE <{A}first>"])
def test_each_form_of_a_graph_holds_the_same_triples(server: Server, media: str, query: str) -> None:
    found = server.ask("/sparql", query=query, headers={"Accept": media})
    assert found.media == media
    form = ox.RdfFormat.from_media_type(media)
    triples = {quad.triple for quad in ox.parse(found.body, format=form)}
    assert {(t.predicate.value, getattr(t.object, "value", "")) for t in triples} == {
        ("http://www.w3.org/1999/02/22-rdf-syntax-ns#type", f"{A}Thing"),
        (f"{A}says", SAYS),
    }


def test_an_accept_that_fits_nothing_is_406_with_the_list(server: Server) -> None:
    found = server.ask("/sparql", query=SELECT, headers={"Accept": "image/png"})
    assert (found.status, found.media) == (406, "text/plain")
    assert all(media in found.text for media in (JSON, XML, CSV, TSV, "format=csv"))
    assert found.headers["vary"].startswith("Accept")
    graph = server.ask("/sparql", query=CONSTRUCT, headers={"Accept": CSV})
    assert graph.status == 406
    assert all(media in graph.text for media in (TURTLE, NT, RDF, JSONLD, TRIG, NQ))


def test_format_over_http(server: Server) -> None:
    found = server.ask("/sparql", query=SELECT, format="csv", headers={"Accept": XML})
    assert found.media == CSV
    assert server.ask("/sparql", query=SELECT, format="turtle").status == 406
    assert server.ask("/sparql", query=SELECT, format=["csv", "tsv"]).status == 400
    assert server.ask("/sparql", query=SELECT, format=["csv", f"{CSV},{TSV}"]).media == CSV
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    assert server.ask("/sparql", "POST", "format=tsv&query=ASK%7B%7D", form).media == TSV


@pytest.mark.parametrize("path", ["/nowhere", "/sparql?query=nonsense"])
@pytest.mark.parametrize(
    ("accept", "media"),
    [
        ("*/*", "text/plain"),
        (JSON, "text/plain"),
        ("application/json", "application/json"),
        ("application/sparql-results+json, application/problem+json;q=0.9", "application/problem+json"),
    ],
)
def test_errors_are_negotiated_too(server: Server, path: str, accept: str, media: str) -> None:
    found = server.ask(path, headers={"Accept": accept})
    assert (found.status, found.media) == (404 if path == "/nowhere" else 400, media)
    assert found.headers["cache-control"] == "no-store"
