"""Long answers: whole or visibly broken, in constant memory, and never longer than somebody reads them."""

from __future__ import annotations

import http.client
import json
import re
import socket
import time
from pathlib import Path
from urllib.parse import quote
from xml.etree import ElementTree as ET

import pyoxigraph as ox
import pytest

from tests.talking import A, Server

PAD = "x" * 900
PAIRS = f"SELECT ('{PAD}' AS ?pad) ?a ?b {{ ?a <{A}number> ?b . ?c <{A}number> ?d }}"
"""More rows than the 3000 of the settings, and these alone are far more than one piece."""
FORMS = ["json", "xml", "csv", "tsv"]


def request(query: str, version: str = "1.1", *more: str) -> bytes:
    lines = [f"GET /sparql?query={quote(query, '')} HTTP/{version}", "Host: localhost", *more]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def metric(server: Server, name: str) -> float:
    found = re.search(rf"^{re.escape(name)} ([0-9.e+]+)$", server.ask("/metrics").text, re.MULTILINE)
    return float(found[1]) if found else 0.0


def free(server: Server) -> float:
    return metric(server, 'dkg_free{lane="stream"}')


def test_a_long_answer_is_chunked_and_whole(server: Server) -> None:
    data = server.raw(request(PAIRS + " LIMIT 2900", "1.1", "Connection: close"))
    head, _, body = data.partition(b"\r\n\r\n")
    assert b"transfer-encoding: chunked" in head
    assert b"content-length" not in head
    assert body.endswith(b"\r\n0\r\n\r\n")
    found = server.ask("/sparql", query=PAIRS + " LIMIT 2900")
    assert len(json.loads(found.body)["results"]["bindings"]) == 2900


def test_what_breaks_off_has_no_final_chunk(server: Server) -> None:
    """The connection is closed by the server, kept alive or not, and no client can take that for the end."""
    for more in ((), ("Connection: close",), ("Accept-Encoding: gzip",)):
        data = server.raw(request(PAIRS, "1.1", *more))
        head, _, body = data.partition(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 200 ")
        assert b"transfer-encoding: chunked" in head
        assert len(body) > (1000 if b"gzip" in head else 100_000)
        assert not body.endswith(b"0\r\n\r\n")
    assert "broke off" in server.written


@pytest.mark.parametrize("form", FORMS)
def test_a_client_hears_of_it(server: Server, form: str) -> None:
    with pytest.raises((http.client.IncompleteRead, ConnectionError)):
        server.ask("/sparql", query=PAIRS, format=form)


@pytest.mark.parametrize("form", FORMS)
def test_a_short_answer_with_too_many_rows_says_so(server: Server, form: str) -> None:
    """It is cut before the first byte, so there is a header, and the document is whole."""
    query = f"SELECT ('a' AS ?k) {{ ?a <{A}number> ?b . ?c <{A}number> ?d }}"
    found = server.ask("/sparql", query=query, format=form)
    assert found.status == 200
    assert found.headers["x-result-truncated"] == "true"
    assert "etag" not in found.headers
    assert found.headers["cache-control"] == "no-store"
    assert rows(found.text, form) == 3000


def rows(text: str, form: str) -> int:
    """How many rows a document of results has; raises for what is none."""
    if form == "json":
        return len(json.loads(text)["results"]["bindings"])
    if form == "xml":
        return len(list(ET.fromstring(text).iter("{http://www.w3.org/2005/sparql-results#}result")))
    return len(text.splitlines()) - 1


def test_a_graph_with_too_many_triples_says_so(server: Server) -> None:
    text = "BIND(STR(?b * 400 + ?d) AS ?e)"
    query = f"CONSTRUCT {{ <urn:s> <urn:p> ?e }} {{ ?a <{A}number> ?b . ?c <{A}number> ?d {text} }}"
    found = server.ask("/sparql", query=query, format="nt")
    assert found.headers["x-result-truncated"] == "true"
    assert len(list(ox.parse(found.body, format=ox.RdfFormat.N_TRIPLES))) == 3000


def test_what_is_whole_does_not_say_so(server: Server) -> None:
    for query in ("ASK {}", PAIRS + " LIMIT 3", PAIRS + " LIMIT 2900"):
        assert "x-result-truncated" not in server.ask("/sparql", query=query).headers


def test_http_1_0_gets_a_length_and_no_chunks(server: Server) -> None:
    data = server.raw(request(PAIRS + " LIMIT 2900", "1.0"))
    head, _, body = data.partition(b"\r\n\r\n")
    assert b"transfer-encoding" not in head
    length = re.search(rb"content-length: ([0-9]+)", head)
    assert length
    assert len(body) == int(length[1])
    assert len(json.loads(body)["results"]["bindings"]) == 2900


def test_http_1_0_gets_an_error_instead_of_a_part(server: Server) -> None:
    data = server.raw(request(PAIRS, "1.0"))
    assert data.startswith(b"HTTP/1.1 503 ")
    assert b"more than 3000 rows" in data


def test_a_client_that_leaves_frees_what_it_held(server: Server) -> None:
    idle = free(server)
    for _ in range(4):  # more than there are places for long answers
        with socket.create_connection((server.host, server.port)) as line:
            line.sendall(request(PAIRS))
            assert line.recv(1000).startswith(b"HTTP/1.1 ")
    while free(server) < idle:
        time.sleep(0.02)
    assert server.ask("/sparql", query="ASK {}").status == 200


def test_a_client_that_leaves_while_it_waits_frees_what_it_held(server: Server) -> None:
    costly = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . FILTER(?a != ?g && ?c != ?f) }"
    with socket.create_connection((server.host, server.port)) as line:
        line.sendall(request(costly))
    while metric(server, 'dkg_free{lane="slow"}') < 1 or metric(server, 'dkg_free{lane="quick"}') < 2:
        time.sleep(0.02)


def test_memory_does_not_grow_with_the_answer(server: Server) -> None:
    status = Path(f"/proc/{server.process.pid}/status")
    if not status.is_file():
        pytest.skip("this system does not tell the memory of a process")
    long = PAIRS.replace(PAD, PAD * 10) + " LIMIT 2900"
    server.ask("/sparql", query=PAIRS + " LIMIT 2900")
    before = _high(status)
    assert len(server.ask("/sparql", query=long).body) > 26_000_000
    assert _high(status) - before < 10_000


def _high(status: Path) -> int:
    """The most memory that a process has had, in KiB."""
    found = re.search(r"VmHWM:\s+([0-9]+) kB", status.read_text("ascii"))
    assert found
    return int(found[1])
