"""Requests that do not pass through the web framework are answered as if they did."""

from __future__ import annotations

import gzip
import json
import socket
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest

from tests.serving import BASE, JSON, Answer, Served, lines, make_project, publish, serving, until

CHEAP = f"SELECT ?p ?o WHERE {{ <{BASE}id/person/p3> ?p ?o }} ORDER BY ?p"
VARYING = {"date", "x-request-id"}


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = make_project(tmp_path_factory.mktemp("quick") / "town", "seconds = 2")
    publish(made, lines(2000))
    return made


@pytest.fixture(scope="module")
def served(project: Path) -> Iterator[Served]:
    with serving(project) as server:
        yield server


def tried(served: Served, ended: str) -> float:
    return served.metric(f'dkg_tries_total{{ended="{ended}"}}')


def asked(served: Served, query: str, headers: dict[str, str], more: str = "") -> Answer:
    return served.get(f"/sparql?query={quote(query)}{more}", headers)


def same(one: Answer, other: Answer) -> bool:
    heads = [
        {name: value for name, value in said.headers.items() if name not in VARYING} for said in (one, other)
    ]
    return (one.status, one.body, heads[0]) == (other.status, other.body, heads[1])


@pytest.mark.parametrize(
    "headers",
    [
        {"Accept": JSON},
        {"Accept": "text/csv"},
        {"Accept": "text/tab-separated-values;q=0.9, text/csv;q=0.5"},
        {"Accept": "*/*", "User-Agent": "curl/8"},
        {"Accept": JSON, "Accept-Encoding": "gzip"},
        {"Accept": "text/csv", "Accept-Encoding": "gzip, br"},
        {"Accept": JSON, "Origin": "http://localhost:3000"},
        {"Accept": JSON, "Origin": "https://evil.example"},
        {},
    ],
    ids=str,
)
@pytest.mark.parametrize(
    "query",
    [
        CHEAP,
        "ASK {}",
        f"PREFIX t: <{BASE}ns#>\n# words\nSELECT ?n {{ ?s t:name ?n }} ORDER BY ?n LIMIT 40",
        "SELECT ?a { ?a ?b 'öß €' }",
        "SELECT ?n { ?s ?p ?n } LIMIT 0",
    ],
)
def test_the_quick_way_answers_as_the_ordinary_way(
    served: Served, headers: dict[str, str], query: str
) -> None:
    ordinary = asked(served, query, headers, "&unknown=1")
    first = asked(served, query, headers)
    for _ in range(10):  # on a busy machine a try may take too long, and is given up
        before = tried(served, "answered")
        second = asked(served, query, headers)
        if tried(served, "answered") == before + 1:
            break
    else:
        raise AssertionError("nothing is answered in the quick way")
    assert ordinary.status == 200
    assert same(ordinary, first)
    assert same(ordinary, second)
    if headers.get("Accept-Encoding") and len(gzip_free(second)) >= 1024:
        assert second.headers["content-encoding"] == "gzip"


def gzip_free(said: Answer) -> bytes:
    return gzip.decompress(said.body) if said.headers.get("content-encoding") == "gzip" else said.body


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("SELECT wrong", 400),
        ("SELECT ?x { SERVICE <urn:a> { ?x ?y ?z } }", 403),
        ("SELECT * { ?a ?b ?c } LIMIT 3000", 200),  # too long for the quick way
        ("SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }", 504),
        ("SELECT (RAND() AS ?r) {}", 200),
        ("CONSTRUCT WHERE { ?a ?b ?c } LIMIT 1", 406),
        ("", 400),
        ('SELECT * { ?a <urn:x> "unclosed }', 400),
    ],
)
def test_what_is_not_plain_goes_the_ordinary_way(served: Served, query: str, status: int) -> None:
    headers = {"Accept": JSON}
    asked(served, CHEAP, headers)
    said = [asked(served, query, headers), asked(served, query, headers)]
    assert [one.status for one in said] == [status, status]
    assert all(one.complete for one in said)
    assert asked(served, CHEAP, headers).status == 200


def test_other_header_fields_are_not_taken_for_known_ones(served: Served) -> None:
    tag = asked(served, CHEAP, {"Accept": JSON}).headers["etag"]
    for _ in range(3):
        assert asked(served, CHEAP, {"Accept": JSON, "If-None-Match": tag}).status == 304
        assert asked(served, CHEAP, {"Accept": "image/png"}).status == 406
        assert asked(served, CHEAP, {"Accept": JSON, "Host": "evil.example"}).status == 421
        xml = asked(served, CHEAP, {"Accept": "application/sparql-results+xml"})
        assert xml.headers["content-type"] == "application/sparql-results+xml"


def test_requests_that_do_not_wait_for_answers_get_them_in_order(served: Served) -> None:
    asked(served, CHEAP, {})
    names = [f"SELECT ?n {{ <{BASE}id/person/p{number}> <{BASE}ns#name> ?n }}" for number in range(30)]
    paths = [f"/sparql?query={quote(query)}" for query in names]
    paths[7] = "/healthz"
    paths[11] = "/sparql?query=SELECT+wrong"
    head = f"Host: {served.host}:{served.port}\r\nAccept-Encoding: identity\r\n"
    ends = ["", "Connection: close\r\n"]
    request = "".join(f"GET {path} HTTP/1.1\r\n{head}{ends[path is paths[-1]]}\r\n" for path in paths)
    with socket.create_connection((served.host, served.port)) as line:
        line.sendall(request.encode())
        said = b""
        while data := line.recv(1 << 16):
            said += data
    starts = [int(part[:3]) for part in said.split(b"HTTP/1.1 ")[1:]]
    assert starts == [400 if number == 11 else 200 for number in range(30)]
    found = [said.find(b"Person %d of" % number) for number in range(30) if number not in {7, 11}]
    assert found == sorted(found)
    assert min(found) > 0


def test_a_request_that_comes_in_drops_is_read(served: Served) -> None:
    request = f"GET /sparql?query={quote(CHEAP)} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode()
    for _ in range(2):
        with socket.create_connection((served.host, served.port)) as line:
            for start in range(0, len(request), 40):
                line.sendall(request[start : start + 40])
            said = b""
            while not said.endswith(b"]}}"):
                said += line.recv(1 << 16)
        assert b"Person 3 of" in said


def test_the_snapshot_is_the_one_that_is_served(project: Path, served: Served) -> None:
    name = f"SELECT ?n {{ <{BASE}id/person/p3> <{BASE}ns#name> ?n }}"
    old = [asked(served, name, {"Accept": JSON}) for _ in range(2)][1]
    publish(project, lines(10, " later"))
    until(lambda: served.metric("dkg_snapshot_number") == 2)
    new = asked(served, name, {"Accept": JSON})
    assert (old.headers["x-snapshot"], new.headers["x-snapshot"]) == ("id-1", "id-2")
    assert old.headers["etag"] != new.headers["etag"]
    assert json.loads(new.body)["results"]["bindings"][0]["n"]["value"] == "Person 3 of Vesmark later"
