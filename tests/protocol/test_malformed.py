"""Requests that are no HTTP, or hardly: written byte by byte."""

from __future__ import annotations

import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.talking import Server

OK = "GET /sparql?query=ASK%7B%7D HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
POST = (
    "POST /sparql HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
    "Content-Type: application/sparql-query\r\n"
)
REFUSED = {
    "no request line": "\r\nhello\r\n\r\n",
    "a blank in the address": OK.replace("%7B%7D", " {}"),
    "an unknown method": OK.replace("GET", "G@T"),
    "a version that there is not": OK.replace("HTTP/1.1", "HTTP/7.3"),
    "a header without a colon": OK.replace("Host: localhost", "Host localhost"),
    "a blank before the colon": OK.replace("Host:", "Host :"),
    "a control character in a header": OK.replace("localhost", "local\x01host"),
    "a line feed alone inside a header": OK.replace("Connection:", "X: a\nConnection:").replace(
        "\r\nX", "\nX"
    ),
    "two Host headers": OK.replace("Host: localhost", "Host: localhost\r\nHost: other"),
    "a length that is no number": POST + "Content-Length: six\r\n\r\nASK {}",
    "a length below zero": POST + "Content-Length: -6\r\n\r\nASK {}",
    "two lengths": POST + "Content-Length: 6\r\nContent-Length: 7\r\n\r\nASK {}",
    "a length and chunks": POST
    + "Content-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n6\r\nASK {}\r\n0\r\n\r\n",
    "a chunk without a size": POST + "Transfer-Encoding: chunked\r\n\r\nxyz\r\nASK {}\r\n0\r\n\r\n",
    "chunks of an unknown kind": POST + "Transfer-Encoding: chunked, chunky\r\n\r\n0\r\n\r\n",
}


def status(data: bytes) -> int:
    found = re.match(rb"HTTP/1\.1 ([0-9]{3}) ", data)
    assert found, data[:200]
    return int(found[1])


def test_the_request_that_the_others_are_made_of_is_good(server: Server) -> None:
    assert status(server.raw(OK.encode())) == 200
    assert status(server.raw(f"{POST}Content-Length: 6\r\n\r\nASK {{}}".encode())) == 200
    assert (
        status(server.raw(f"{POST}Transfer-Encoding: chunked\r\n\r\n6\r\nASK {{}}\r\n0\r\n\r\n".encode()))
        == 200
    )


@pytest.mark.parametrize("what", REFUSED)
def test_what_is_no_request_is_400(server: Server, what: str) -> None:
    data = server.raw(REFUSED[what].encode())
    assert status(data) == 400
    assert b"Traceback" not in data
    assert server.ask("/sparql", query="ASK {}").status == 200


def test_a_head_that_is_too_long_is_431(server: Server) -> None:
    data = server.raw(OK.replace("Host:", "X: " + "x" * 100_000 + "\r\nHost:").encode())
    assert data == b"" or status(data) == 431
    many = OK.replace("Host:", "X: y\r\n" * 20_000 + "Host:").encode()
    data = server.raw(many)
    assert data == b"" or status(data) == 431


def test_an_address_that_is_too_long_is_414(server: Server) -> None:
    data = server.raw(OK.replace("ASK", "ASK" + "+" * 300_000).encode())
    assert data == b"" or status(data) == 414


def test_a_body_is_refused_before_it_is_sent(server: Server) -> None:
    """A client that waits for 100 Continue hears 413 instead."""
    data = server.raw(f"{POST}Content-Length: 99999999\r\nExpect: 100-continue\r\n\r\n".encode())
    assert status(data) == 413
    assert b"100 Continue" not in data


def test_a_body_without_a_length_is_bounded_while_it_is_read(server: Server) -> None:
    chunks = "".join(f"{4000:x}\r\n{'#' * 4000}\r\n" for _ in range(20))
    assert status(server.raw(f"{POST}Transfer-Encoding: chunked\r\n\r\n{chunks}".encode())) == 413


def test_a_compressed_body_is_not_unpacked(server: Server) -> None:
    data = server.raw(f"{POST}Content-Encoding: gzip\r\nContent-Length: 6\r\n\r\nASK {{}}".encode())
    assert status(data) == 415


def test_two_requests_on_one_connection_get_two_answers(server: Server) -> None:
    first = OK.replace("Connection: close\r\n", "")
    data = server.raw((first + OK).encode())
    assert data.count(b"HTTP/1.1 200 ") == 2
    assert data.count(b'"boolean":true') == 2


@pytest.mark.parametrize(
    "path",
    ["/../etc/passwd", "/sparql/../../etc/passwd", "/%2e%2e/etc/passwd", "/static/..%2f..%2fpyproject.toml",
     "//evil.example.org/sparql", "/sparql%00", "/\\evil", "/sparql;x=y", "http://evil.example.org/sparql"],
)  # fmt: skip
def test_a_path_leads_nowhere_else(server: Server, path: str) -> None:
    data = server.raw(OK.replace("/sparql?query=ASK%7B%7D", path).encode())
    assert status(data) in {200, 400, 404}
    assert b"location:" not in data.lower()
    assert b"root:" not in data


_MARKS = "* { } ?s ?p ?o . ; ( ) # 'x' \" \\ 1e9 << >> || ^^ @en é a:b _:b <urn:a> \x00 \u202e"
_WORDS = "SELECT ASK FILTER GRAPH OPTIONAL UNION SERVICE INSERT LIMIT VALUES BIND AS MINUS FROM"
WORDS = st.sampled_from(
    [*_MARKS.split(" "), *_WORDS.split(" "), "NOT EXISTS", "PREFIX a: <urn:>", "LIMIT 5", "\n"]
)
ANSWERED = {200, 400, 403, 404, 405, 406, 408, 413, 414, 415, 503, 504}
FUZZ = settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@FUZZ
@given(
    words=st.lists(st.one_of(WORDS, st.text(max_size=5)), max_size=15),
    name=st.sampled_from(["json", "ttl", "", "x"]),
)
def test_no_query_makes_a_fault(server: Server, words: list[str], name: str) -> None:
    query = " ".join(words).encode("utf-8", "surrogatepass")
    path = "/sparql?format=" + name + "&query=" + "".join(f"%{byte:02x}" for byte in query)
    found = server.ask(path)
    assert found.status in ANSWERED, found
    assert b"Traceback" not in found.body
    direct = server.ask("/sparql", "POST", query, {"Content-Type": "application/sparql-query"})
    assert direct.status in ANSWERED, direct


HEADERS = st.sampled_from(
    ["Accept", "Accept-Encoding", "Accept-Charset", "Content-Type", "If-None-Match", "If-Match", "Range",
     "Origin", "Host", "X-Forwarded-For", "Content-Encoding", "Cookie", "Authorization", "TE",
     "Access-Control-Request-Method"]
)  # fmt: skip
VALUES = st.text(st.characters(min_codepoint=32, max_codepoint=255, exclude_characters="\x7f"), max_size=40)


@FUZZ
@given(
    headers=st.lists(st.tuples(HEADERS, VALUES), max_size=5),
    method=st.sampled_from(["GET", "HEAD", "POST", "OPTIONS", "PUT", "TRACE"]),
)
def test_no_header_makes_a_fault(server: Server, headers: list[tuple[str, str]], method: str) -> None:
    lines = [f"{method} /sparql?query=ASK%7B%7D HTTP/1.1", "Connection: close", "Content-Length: 0"]
    lines += [f"{name}: {value}" for name, value in headers]
    data = server.raw(("\r\n".join(lines) + "\r\n\r\n").encode("latin-1"))
    assert status(data) in {*ANSWERED, 204, 304, 421, 431}, data[:300]
    assert b"Traceback" not in data


@FUZZ
@given(data=st.binary(max_size=60))
def test_no_form_makes_a_fault(server: Server, data: bytes) -> None:
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    for body in (data, b"query=" + data, b"query=ASK{}&" + data):
        assert server.ask("/sparql", "POST", body, kind).status in ANSWERED


@pytest.mark.parametrize("path", ["/sparql", "/id/person/nobody"])
def test_a_form_that_is_none_is_told_short_and_printable(server: Server, path: str) -> None:
    for form in ("\u202e\x00\x1b[31m", "x\r\ny", "a" * 20_000):
        found = server.ask(path, query="ASK {}", format=form)
        assert found.status == 406
        assert found.text.rstrip("\n").isprintable()
        assert len(found.body) < 1000
