"""Validators, compression, HEAD, and the headers for browsers."""

from __future__ import annotations

import gzip
import re
import time
import zlib

import pytest

from diaspora_kg.endpoint.negotiation import SOLUTIONS
from diaspora_kg.endpoint.protocol import Operation
from diaspora_kg.endpoint.respond import etag
from diaspora_kg.store import Snapshots
from tests.serving import publish
from tests.talking import LINES, ONE, TWO, A, Server, url

SELECT = f"SELECT ?s {{ GRAPH <{ONE}> {{ ?s a <{A}Thing> }} }}"
LONG = f"SELECT * {{ ?a <{A}number> ?b . ?c <{A}number> ?d }} LIMIT 2900"
"""Half a megabyte or more: it is sent in pieces."""
DIRECT = {"Content-Type": "application/sparql-query"}


def tag(server: Server, query: str = SELECT, accept: str = "*/*", **parameters: str) -> str:
    return server.ask("/sparql", query=query, headers={"Accept": accept}, **parameters).headers["etag"]


def test_the_etag_follows_from_what_the_answer_follows_from(server: Server) -> None:
    tags = [
        tag(server),
        tag(server, SELECT + " "),
        tag(server, accept="text/csv"),
        tag(server, **{"default-graph-uri": ONE}),
        tag(server, **{"default-graph-uri": TWO}),
        tag(server, **{"named-graph-uri": ONE}),
    ]
    assert len(set(tags)) == len(tags)
    assert tag(server) == tags[0]
    assert tag(server, format="csv") == tags[2]
    assert all(re.fullmatch(r'W/"[0-9a-f]{32}"', one) for one in tags)


@pytest.mark.parametrize("shape", ["{}", '"other", {}', '{} , W/"x"', "W/{strong}", "{strong}"])
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_what_a_client_has_is_not_sent_again(server: Server, shape: str, method: str) -> None:
    known = tag(server)
    given = shape.format(known, strong=known.removeprefix("W/"))
    found = server.ask("/sparql", method, headers={"If-None-Match": given}, query=SELECT)
    assert (found.status, found.body) == (304, b"")
    assert found.headers["etag"] == known
    assert "Accept" in found.headers["vary"]
    assert found.headers["cache-control"] == "public, no-cache"
    assert "content-security-policy" not in found.headers


def test_another_tag_gets_the_answer(server: Server) -> None:
    for given in ('W/"0"', "", '"', tag(server, SELECT + " ")):
        assert server.ask("/sparql", query=SELECT, headers={"If-None-Match": given}).status == 200


def test_304_comes_without_running_the_query(server: Server) -> None:
    """It would take longer than the server allows."""
    costly = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . FILTER(?a != ?g && ?c != ?f) }"
    snapshot = Snapshots(server.root / ".dkg").current()
    assert snapshot is not None
    known = etag(snapshot, Operation(costly), SOLUTIONS[0])
    found = server.ask("/sparql", query=costly, headers={"If-None-Match": known})
    assert (found.status, found.headers["etag"]) == (304, known)


@pytest.mark.parametrize("call", ["NOW()", "RAND()", "UUID()", "STRUUID()", "BNODE()", "now()"])
def test_what_differs_each_time_has_no_tag(server: Server, call: str) -> None:
    found = server.ask("/sparql", query=f"SELECT ({call} AS ?x) {{}}")
    assert found.status == 200
    assert "etag" not in found.headers
    assert found.headers["cache-control"] == "no-store"


def test_a_word_that_only_looks_so_does_not_matter(server: Server) -> None:
    query = "SELECT ?know { ?know <urn:random#uuid> 'now' }"
    assert "etag" in server.ask("/sparql", query=query).headers


def test_a_post_has_no_tag_and_is_never_304(server: Server) -> None:
    known = {**DIRECT, "If-None-Match": tag(server)}
    found = server.ask("/sparql", "POST", SELECT, known)
    assert found.status == 200
    assert "etag" not in found.headers


@pytest.mark.parametrize(
    "accept", ["*/*", "text/csv", "application/sparql-results+xml", "text/turtle, */*;q=0.1"]
)
@pytest.mark.parametrize("packing", ["identity", "gzip"])
def test_the_second_time_is_like_the_first(server: Server, accept: str, packing: str) -> None:
    """Plain requests have a quicker way once their header is known: it must not be seen."""
    known = {"Accept": accept, "Accept-Encoding": packing}
    many = f"SELECT ?a {{ ?a <{A}number> ?b }} LIMIT 100"
    queries = [
        SELECT,
        "ASK {}",
        many,
        f"CONSTRUCT WHERE {{ <{A}first> ?p ?o }}",
        "SELECT (NOW() AS ?x) {}",
        "no",
    ]
    for query in queries * 2:
        first, second = (server.ask("/sparql", query=query, headers=known) for _ in range(2))
        assert first.status == second.status
        own = {"date", "x-request-id"} | ({"content-length"} if "NOW" in query else set())
        assert {k: v for k, v in first.headers.items() if k not in own} == {
            k: v for k, v in second.headers.items() if k not in own
        }
        assert "NOW" in query or first.body == second.body
        other = server.ask("/sparql", query=query, format="tsv", headers=known)
        assert other.media in {"text/tab-separated-values", "text/plain"}


def test_errors_are_not_kept(server: Server) -> None:
    for path in ("/sparql?query=nonsense", "/sparql?query=ASK%7B%7D&format=pdf", "/nowhere"):
        found = server.ask(path)
        assert found.status >= 400
        assert found.headers["cache-control"] == "no-store"
        assert "etag" not in found.headers


@pytest.mark.parametrize("query", [SELECT, LONG])
def test_head_is_get_without_the_body(server: Server, query: str) -> None:
    got = server.ask("/sparql", query=query)
    head = server.ask("/sparql", "HEAD", query=query)
    assert (head.status, head.body) == (200, b"")
    varying = {"date", "x-request-id", "transfer-encoding"}
    assert {k: v for k, v in head.headers.items() if k not in varying} == {
        k: v for k, v in got.headers.items() if k not in varying
    }
    assert server.ask("/sparql", "HEAD", query="nonsense").status == 400


# compression


@pytest.mark.parametrize("query", [LONG, f"SELECT * {{ ?a <{A}number> ?b }}"])
def test_gzip_holds_the_same_bytes(server: Server, query: str) -> None:
    plain = server.ask("/sparql", query=query)
    packed = server.ask("/sparql", query=query, headers={"Accept-Encoding": "gzip"})
    assert packed.headers["content-encoding"] == "gzip"
    assert gzip.decompress(packed.body) == plain.body
    assert len(packed.body) * 5 < len(plain.body)
    assert packed.headers["etag"] == plain.headers["etag"]
    assert "Accept-Encoding" in plain.headers["vary"]
    assert packed.headers["vary"].count("Accept-Encoding") == 1


@pytest.mark.parametrize("accepted", ["", "identity", "gzip;q=0", "br"])
def test_no_gzip_for_who_does_not_like_it(server: Server, accepted: str) -> None:
    found = server.ask("/sparql", query=LONG, headers={"Accept-Encoding": accepted})
    assert "content-encoding" not in found.headers
    assert found.body.startswith(b"{")


def test_a_short_answer_is_not_compressed(server: Server) -> None:
    found = server.ask("/sparql", query="ASK {}", headers={"Accept-Encoding": "gzip"})
    assert found.body == b'{"head":{},"boolean":true}'


def test_a_compressed_stream_arrives_in_pieces(server: Server) -> None:
    """Each piece can be unpacked when it comes: nothing waits for the end."""
    lines = ["Host: localhost", "Accept-Encoding: gzip", "Connection: close", "", ""]
    data = server.raw("\r\n".join([f"GET {url('/sparql', query=LONG)} HTTP/1.1", *lines]).encode())
    body = data.partition(b"\r\n\r\n")[2]
    size, _, rest = body.partition(b"\r\n")
    unpacking = zlib.decompressobj(31)
    first = unpacking.decompress(rest[: int(size, 16)])
    assert first.startswith(b'{"head"')
    assert len(first) > 100_000
    assert not unpacking.eof


# headers for browsers


def test_every_response_has_the_headers_that_protect(server: Server) -> None:
    for path in (
        "/sparql?query=ASK%7B%7D",
        "/sparql?query=x",
        "/sparql",
        "/void.ttl",
        "/nowhere",
        "/healthz",
    ):
        headers = server.ask(path).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "same-origin"
        assert headers["content-security-policy"].startswith("default-src 'none'")
        assert re.fullmatch("[0-9a-f]{12}", headers["x-request-id"])
        assert "server" not in headers


def test_the_log_has_the_number_of_a_request_and_not_its_query(server: Server) -> None:
    found = server.ask("/sparql", query="SELECT secret%0Aword")
    while found.headers["x-request-id"] not in server.written:  # it is written once the answer has gone
        time.sleep(0.01)
    line = next(line for line in server.written.splitlines() if found.headers["x-request-id"] in line)
    assert " GET /sparql 400 " in line
    assert "secret" not in server.written


def test_a_path_cannot_write_lines_into_the_log(server: Server) -> None:
    found = server.ask("/nowhere%0Adkg:%20forged%1b[31m")
    assert found.status == 404
    while found.headers["x-request-id"] not in server.written:
        time.sleep(0.01)
    assert "\ndkg: forged" not in server.written
    assert "\x1b" not in server.written


@pytest.mark.parametrize("value", ["a\r\nSet-Cookie: x=1", "é", "\x00"])
def test_nothing_of_a_request_gets_into_headers(server: Server, value: str) -> None:
    for parameter in ("format", "query", "default-graph-uri"):
        found = server.ask(url("/sparql", **{"query": "ASK {}", parameter: value}))
        assert "set-cookie" not in found.headers
        assert found.status in {400, 406}


ORIGINS = [
    "https://sparql.example.org",
    "null",
    "http://localhost.example.org",
    "https://127.0.0.1.example.org",
]


@pytest.mark.parametrize("origin", ORIGINS)
def test_a_local_server_is_not_read_by_strangers_pages(server: Server, origin: str) -> None:
    found = server.ask("/sparql", query="ASK {}", headers={"Origin": origin})
    assert "access-control-allow-origin" not in found.headers
    assert "Origin" in found.headers["vary"]


@pytest.mark.parametrize(
    "origin", ["http://localhost:3000", "http://127.0.0.1:8080", "https://app.localhost"]
)
def test_a_local_server_is_read_by_pages_of_its_machine(server: Server, origin: str) -> None:
    found = server.ask("/sparql", query="ASK {}", headers={"Origin": origin})
    assert found.headers["access-control-allow-origin"] == origin
    assert "Origin" in found.headers["vary"]


@pytest.mark.parametrize("origin", [*ORIGINS, "http://localhost:3000"])
def test_a_public_server_is_read_by_any_page(public: Server, origin: str) -> None:
    for path, status in (("/sparql?query=ASK%7B%7D", 200), ("/sparql?query=x", 400), ("/void.ttl", 200)):
        found = public.ask(path, headers={"Origin": origin})
        assert found.status == status
        assert found.headers["access-control-allow-origin"] == "*"
        assert "ETag" in found.headers["access-control-expose-headers"]
        assert "access-control-allow-credentials" not in found.headers
        assert "Origin" not in found.headers["vary"]


def test_a_browser_may_ask_before_it_sends(public: Server) -> None:
    wish = {
        "Origin": "https://sparql.example.org",
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "content-type",
    }
    for path in ("/sparql", "/sparql/", "/query", "/void.ttl"):
        found = public.ask(path, "OPTIONS", headers=wish)
        assert found.status == 204
        assert found.headers["access-control-allow-origin"] == "*"
        assert "POST" in found.headers["access-control-allow-methods"]
        assert found.headers["access-control-allow-headers"].startswith("*")


def test_options_says_what_can_be_done(server: Server) -> None:
    found = server.ask("/sparql", "OPTIONS")
    assert (found.status, found.headers["allow"]) == (204, "GET, HEAD, POST, OPTIONS")


@pytest.mark.parametrize("path", ["/sparql", "/graph/sparql"])
def test_a_proxy_may_leave_the_root_path_or_take_it_away(public: Server, path: str) -> None:
    assert public.ask(path, query="ASK {}").status == 200
    assert public.ask(path.replace("sparql", ".well-known/void")).headers["location"] == "/graph/void.ttl"


def test_another_snapshot_has_another_tag(public: Server) -> None:
    before = public.ask("/sparql", query=SELECT).headers
    snapshot = publish(public.root, LINES)
    while public.ask("/readyz").json()["id"] != snapshot.manifest.id:
        time.sleep(0.02)
    after = public.ask("/sparql", query=SELECT, headers={"If-None-Match": before["etag"]})
    assert after.status == 200
    assert after.headers["etag"] != before["etag"]
    assert after.headers["x-snapshot"] == snapshot.manifest.id
