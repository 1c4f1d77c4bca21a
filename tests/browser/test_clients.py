"""The clients that people have already: each asks a running server and understands what it gets."""

from __future__ import annotations

import csv
import io
import json
import subprocess
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from xml.dom.minidom import Document

import pandas
import pyoxigraph
import pytest
import SPARQLWrapper as Wrapper
from rdflib import RDF, Graph, Literal, URIRef
from rdflib.plugins.stores.sparqlstore import SPARQLStore
from rdflib.util import guess_format

from diaspora_kg.names import PREFIXES
from tests.browser.conftest import Site
from tests.tools import need

DKG = PREFIXES["dkg"]
ROWS = """SELECT ?n ?word { VALUES (?n ?word) { (1 "eins, \\"zwei\\"") (2 "Սփյուռք"@hy) } } ORDER BY ?n"""
WORDS = ['eins, "zwei"', "Սփյուռք"]
RDFLIB_OWN = "ignore:ConjunctiveGraph is deprecated:DeprecationWarning"  # its reader of JSON-LD uses it
CLAIMS = f"SELECT ?claim {{ ?claim a <{DKG}Claim> }}"
TRIPLES = 'CONSTRUCT { <http://example.org/a> <http://example.org/b> "ş" } {}'
TRIPLE = (URIRef("http://example.org/a"), URIRef("http://example.org/b"), Literal("ş"))


@pytest.fixture(scope="module")
def endpoint(site: Site) -> str:
    return f"{site.url}/sparql"


def wrapper(endpoint: str, query: str, form: str, method: str = Wrapper.GET, how: str = "") -> Any:
    """What SPARQLWrapper makes of the answer; it warns (and so fails) when the form is not as asked."""
    client = Wrapper.SPARQLWrapper(endpoint)
    client.setQuery(query)
    client.setReturnFormat(form)
    client.setMethod(method)
    if how:
        client.setRequestMethod(how)
    answer = client.query()
    try:
        return answer.convert()
    finally:
        answer.response.close()


@pytest.mark.parametrize(
    ("method", "how"),
    [(Wrapper.GET, ""), (Wrapper.POST, Wrapper.URLENCODED), (Wrapper.POST, Wrapper.POSTDIRECTLY)],
)
def test_sparqlwrapper_gets_rows_in_every_form(endpoint: str, method: str, how: str) -> None:
    def ask(form: str) -> Any:
        return wrapper(endpoint, ROWS, form, method, how)

    assert [row["word"]["value"] for row in ask(Wrapper.JSON)["results"]["bindings"]] == WORDS
    document = ask(Wrapper.XML)
    assert isinstance(document, Document)
    literals = document.getElementsByTagName("literal")
    assert [node.firstChild.data for node in literals if not node.getAttribute("datatype")] == WORDS  # type: ignore[union-attr]
    assert [row["word"] for row in csv.DictReader(io.StringIO(ask(Wrapper.CSV).decode()))] == WORDS
    assert ask(Wrapper.TSV).decode().splitlines() == [
        "?n\t?word",
        '1\t"eins, \\"zwei\\""',
        '2\t"Սփյուռք"@hy',
    ]


@pytest.mark.parametrize("method", [Wrapper.GET, Wrapper.POST])
def test_sparqlwrapper_gets_a_yes_or_no(endpoint: str, method: str) -> None:
    assert wrapper(endpoint, "ASK {}", Wrapper.JSON, method)["boolean"] is True
    document = wrapper(endpoint, "ASK { FILTER(false) }", Wrapper.XML, method)
    assert document.getElementsByTagName("boolean")[0].firstChild.data == "false"
    assert wrapper(endpoint, "ASK {}", Wrapper.CSV, method).decode().strip() == "true"


@pytest.mark.filterwarnings(RDFLIB_OWN)
@pytest.mark.parametrize("method", [Wrapper.GET, Wrapper.POST])
def test_sparqlwrapper_gets_triples_in_every_form(endpoint: str, method: str) -> None:
    for form in (Wrapper.TURTLE, Wrapper.N3):
        got = wrapper(endpoint, TRIPLES, form, method)
        assert set(Graph().parse(data=got, format="turtle")) == {TRIPLE}
    assert set(wrapper(endpoint, TRIPLES, Wrapper.RDFXML, method)) == {TRIPLE}
    assert set(wrapper(endpoint, TRIPLES, Wrapper.JSONLD, method)) == {TRIPLE}
    claim = wrapper(endpoint, f"{CLAIMS} LIMIT 1", Wrapper.JSON, method)["results"]["bindings"][0]["claim"]
    described = wrapper(endpoint, f"DESCRIBE <{claim['value']}>", Wrapper.RDFXML, method)
    assert (URIRef(claim["value"]), None, URIRef(f"{DKG}Claim")) in described


def test_sparqlwrapper_understands_a_refusal(endpoint: str) -> None:
    with pytest.raises(Wrapper.SPARQLExceptions.QueryBadFormed) as bad:
        wrapper(endpoint, "SELECT * { ?s ?p }", Wrapper.JSON)
    assert "line 1" in str(bad.value)
    bad.value.__cause__ and bad.value.__cause__.close()  # type: ignore[attr-defined]


@pytest.mark.parametrize("method", ["GET", "POST", "POST_FORM"])
@pytest.mark.parametrize("form", ["json", "xml", "csv", "tsv"])
def test_rdflib_takes_the_server_for_a_store(endpoint: str, method: Any, form: str) -> None:
    graph = Graph(SPARQLStore(endpoint, method=method, returnFormat=form))
    assert [str(row.word) for row in graph.query(ROWS)] == WORDS  # type: ignore[union-attr]
    claims = {row[0] for row in graph.query(CLAIMS)}  # type: ignore[index]
    assert len(claims) == 201
    if form in {"json", "xml"}:
        assert set(graph.subjects(RDF.type, URIRef(f"{DKG}Claim"))) == claims
        assert (next(iter(claims)), None, None) in graph


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_rdflib_asks_one_graph(endpoint: str, site: Site, method: Any) -> None:
    name = URIRef(f"{site.base}graph/article/court-ruling")
    graph = Graph(SPARQLStore(endpoint, method=method, context_aware=True), identifier=name)
    found = {str(row[0]) for row in graph.query(CLAIMS)}  # type: ignore[index]
    assert found
    assert all("court-ruling" in claim for claim in found)


def curl(*args: str, given: str = "") -> str:
    """What curl prints; an HTTP error is an error."""
    done = subprocess.run(
        [need("curl"), "--silent", "--show-error", "--fail-with-body", *args],
        input=given.encode(), capture_output=True, check=False, timeout=30,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr.decode() + done.stdout.decode()
    return done.stdout.decode("utf-8")


def test_curl_asks_in_every_way(endpoint: str) -> None:
    ways = (
        ["--get", "--data-urlencode", "query@-"],
        ["--data-urlencode", "query@-"],
        ["--data-binary", "@-", "-H", "Content-Type: application/sparql-query"],
    )
    for way in ways:
        made = curl("-H", "Accept: text/csv", *way, endpoint, given=ROWS)
        assert [row["word"] for row in csv.DictReader(io.StringIO(made))] == WORDS
        made = curl("--compressed", *way, endpoint, given=ROWS)
        assert [row["word"]["value"] for row in json.loads(made)["results"]["bindings"]] == WORDS


@pytest.mark.filterwarnings(RDFLIB_OWN)
def test_curl_gets_a_thing_in_the_form_that_it_names(site: Site, tmp_path: Path) -> None:
    for accept, file in (("text/turtle", "x.ttl"), ("application/ld+json", "x.jsonld")):
        target = tmp_path / file
        curl("--location", "-H", f"Accept: {accept}", "-o", str(target), f"{site.url}/id/person/erral")
        graph = Graph().parse(target, format=guess_format(file))
        assert (URIRef(f"{site.base}id/person/erral"), None, None) in graph


def test_pandas_reads_a_query_from_its_address(endpoint: str) -> None:
    frame = pandas.read_csv(f"{endpoint}?{urlencode({'query': ROWS, 'format': 'csv'})}")
    assert list(frame.columns) == ["n", "word"]
    assert frame.word.to_list() == WORDS
    assert frame.n.sum() == 3


def test_another_engine_asks_by_service(endpoint: str) -> None:
    """Ours refuses SERVICE; it may well be the other side of it."""
    asked = pyoxigraph.Store().query(f"SELECT ?claim {{ SERVICE <{endpoint}> {{ ?claim a <{DKG}Claim> }} }}")
    assert isinstance(asked, pyoxigraph.QuerySolutions)
    assert len(list(asked)) == 201
