"""A remote endpoint behind the same seam: a real HTTP server on the loopback, and servers that err."""

from __future__ import annotations

import gc
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager, suppress
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import ClassVar
from urllib.parse import parse_qs

import pyoxigraph as ox
import pytest

from diaspora_kg.errors import StoreNotReachable, UsageError
from diaspora_kg.queries.answer import run
from diaspora_kg.queries.evidence import evidence_of
from diaspora_kg.queries.lookup import Lookup
from diaspora_kg.queries.why import why
from diaspora_kg.sparql import Refused
from diaspora_kg.store import deadlock, wire
from diaspora_kg.store import remote as asking
from diaspora_kg.store.base import SKOLEM, QueryRefused, Solutions, Triples
from diaspora_kg.store.graphs import GraphClient
from diaspora_kg.store.places import Layout, Places
from diaspora_kg.store.remote import RemoteStore
from diaspora_kg.store.server import ServerStore
from diaspora_kg.terms import IRI, XSD_INTEGER, Literal
from tests.press import PARAMS, TRIG, bundled, lookup_in, node, press_store

Reply = tuple[int, str, bytes]


class Endpoint(BaseHTTPRequestHandler):
    """SPARQL 1.1 Protocol, query by POST form, over a store in memory; ``reply`` replaces the answer."""

    store: ClassVar[ox.Store]
    form: ClassVar[str] = "json"
    reply: ClassVar[Reply | None] = None
    asked: ClassVar[list[tuple[str, dict[str, list[str]]]]] = []

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        form = parse_qs(body)
        self.asked.append((self.headers["Accept"], form))
        status, kind, data = self.reply or self.answer(form["query"][0])
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def answer(self, query: str) -> Reply:
        try:
            found = self.store.query(query)
        except SyntaxError as error:
            return 400, "text/plain", str(error).encode()
        if isinstance(found, ox.QueryTriples):
            return 200, "text/turtle", found.serialize(format=ox.RdfFormat.TURTLE) or b""
        form = ox.QueryResultsFormat.XML if self.form == "xml" else ox.QueryResultsFormat.JSON
        return 200, form.media_type, found.serialize(format=form) or b""

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def serving(**settings: object) -> Iterator[RemoteStore]:
    """An endpoint of its own, with class attributes as given."""
    handler = type("Handler", (Endpoint,), {"asked": [], **settings})
    gc.collect()  # answers of a store that earlier tests left in cycles must not be let go by another thread
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        try:
            yield RemoteStore(f"http://127.0.0.1:{server.server_port}/sparql", timeout=10)
        finally:
            server.shutdown()
            thread.join()


@pytest.fixture(scope="module")
def data() -> ox.Store:
    store = ox.Store()
    store.load(path=TRIG, format=ox.RdfFormat.TRIG)
    return store


@pytest.fixture(scope="module", params=["json", "xml"])
def remote(request: pytest.FixtureRequest, data: ox.Store) -> Iterator[RemoteStore]:
    with serving(store=data, form=request.param) as store:
        yield store


@pytest.mark.parametrize("name", ["legal-history", "words", "requests", "voice-of-claims-about"])
def test_saved_queries_answer_as_at_home(name: str, remote: RemoteStore) -> None:
    home = lookup_in(press_store())
    there = Lookup(remote, home.names)
    query, given = bundled().get(name), PARAMS.get(name, {})
    ours, theirs = run(query, given, home), run(query, given, there)
    assert theirs.cells == ours.cells
    assert theirs.labels == ours.labels


def test_evidence_and_why_work_without_an_index(remote: RemoteStore) -> None:
    home = lookup_in(press_store())
    there = Lookup(remote, home.names)
    claims = [node("claim", "n1.C-0"), node("claim", "n2.D-4")]
    assert evidence_of(claims, there) == evidence_of(claims, home)
    assert why("n1.end", there) == why("n1.end", home)


def test_every_sort_of_term_arrives(remote: RemoteStore) -> None:
    found = remote.query(
        'SELECT ?a ?b ?c ?d ?e { VALUES (?a ?b ?c ?d) { (<urn:x> "ä\\n"@ru-Latn 5 "") }'
        " OPTIONAL { ?e <urn:no> 1 } }"
    )
    row = (IRI("urn:x"), Literal("ä\n", language="ru-latn"), Literal("5", XSD_INTEGER), Literal(""), None)
    assert found == Solutions(("a", "b", "c", "d", "e"), (row,))


def test_ask_construct_and_blank_nodes(remote: RemoteStore) -> None:
    assert remote.query("ASK { GRAPH ?g { ?s ?p ?o } }") is True
    assert remote.query("ASK { ?s <urn:no> ?o }") is False
    made = remote.query('CONSTRUCT { <urn:a> <urn:b> [] , "x"@en } WHERE {}')
    assert isinstance(made, Triples)
    values = [row[2] for row in made]
    assert Literal("x", language="en") in values
    assert any(isinstance(value, IRI) and value.value.startswith(SKOLEM) for value in values)


def test_a_syntax_error_is_the_querys_fault(remote: RemoteStore) -> None:
    with pytest.raises(QueryRefused, match="error at"):
        remote.query("SELECT ?a { ?a ?b }")


def test_nothing_is_sent_that_the_guard_refuses(data: ox.Store) -> None:
    asked: list[object] = []
    with serving(store=data, asked=asked) as store:
        for query in ("DROP ALL", "SELECT * { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }"):
            with pytest.raises(Refused):
                store.query(query)
    assert asked == []


def test_the_query_is_sent_without_comments_and_nothing_else_is(data: ox.Store) -> None:
    asked: list[tuple[str, dict[str, list[str]]]] = []
    with serving(store=data, asked=asked) as store:
        store.query("#+ summary: select construct\n# CONSTRUCT {\nSELECT ('#' AS ?a) { } # done")
    ((accept, form),) = asked
    assert "application/sparql-results+json" in accept
    assert form == {"query": ["\n\nSELECT ('#' AS ?a) { } "]}


def test_virtuosos_older_json_is_understood(data: ox.Store) -> None:
    body = (
        b'{"head":{"vars":["a","b"]},"results":{"bindings":[{"a":{"type":"typed-literal",'
        b'"datatype":"http://www.w3.org/2001/XMLSchema#integer","value":"5"},"b":{"type":"bnode","value":"n1"}}]}}'
    )
    with serving(store=data, reply=(200, "application/sparql-results+json; charset=utf-8", body)) as store:
        found = store.query("SELECT * { ?a ?b ?c }")
    assert found == Solutions(("a", "b"), ((Literal("5", XSD_INTEGER), IRI(f"{SKOLEM}n1")),))


@pytest.mark.parametrize(
    "reply",
    [
        (500, "text/plain", b"broken"),
        (404, "text/plain", b"no such page"),
        (401, "text/plain", b"who are you"),
        (503, "text/plain", b"busy"),
        (200, "text/html", b"<html>SPARQL editor</html>"),
        (200, "application/sparql-results+json", b"{"),
        (200, "application/sparql-results+json", b"[]"),
        (200, "application/sparql-results+json", b'{"results":{"bindings":[]}}'),
        (200, "application/sparql-results+json", b'{"head":{"vars":["a"]},"results":{"bindings":[{"a":1}]}}'),
        (200, "application/sparql-results+json", b"\xff"),
        (200, "application/sparql-results+xml", b"<sparql"),
    ],
)  # fmt: skip
def test_an_endpoint_that_errs_is_named(data: ox.Store, reply: Reply) -> None:
    with serving(store=data, reply=reply) as store, pytest.raises(StoreNotReachable, match="/sparql"):
        store.query("SELECT * { ?a ?b ?c }")


@pytest.mark.parametrize("reply", [(200, "text/turtle", b"<urn:a"), (200, "text/html", b"<p>")])
def test_a_graph_that_is_none(data: ox.Store, reply: Reply) -> None:
    with serving(store=data, reply=reply) as store, pytest.raises(StoreNotReachable, match="something else"):
        store.query("CONSTRUCT WHERE { ?a ?b ?c }")


def test_nobody_listens() -> None:
    with serving() as store:
        url = store.url
    with pytest.raises(StoreNotReachable, match="does not answer") as caught:
        RemoteStore(url, timeout=5).query("ASK {}")
    assert caught.value.exit_code == 3


@pytest.mark.parametrize(
    "url", ["file:///etc/hostname", "ftp://127.0.0.1/", "127.0.0.1:80", "", "http://", "http://me:secret@127.0.0.1/"]
)  # fmt: skip
def test_what_is_no_endpoint_is_refused_before_anything_is_opened(url: str) -> None:
    with pytest.raises(UsageError):
        RemoteStore(url)


class Hostile(BaseHTTPRequestHandler):
    """A server that does not stop, or answers in part; ``how`` says in which way."""

    how: ClassVar[str] = ""

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        endless = self.how in {"endless", "slow", "error"}
        self.send_response(400 if self.how == "error" else 200)
        self.send_header("Content-Type", "application/sparql-results+json")
        if self.how == "partial":
            self.send_header("X-SQL-State", "S1TAT")
        if not endless:
            self.send_header("Content-Length", str(len(self.body()) + 10 * (self.how == "short")))
        self.end_headers()
        with suppress(OSError):
            self.wfile.write(self.body())
            for _ in range(60 if endless else 0):
                self.wfile.write(b" " * (10 if self.how == "slow" else 1 << 16))
                time.sleep(0.05 if self.how == "slow" else 0)

    def body(self) -> bytes:
        nested = b"[" * 200_000 if self.how == "deep" else b""
        rows = b",".join([b"{}"] * (1000 if self.how == "many" else 1))
        return b'{"head":{"vars":[]},"results":{"bindings":[' + rows + b"]}}" + nested

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.mark.parametrize(
    ("how", "why"),
    [
        ("endless", "more than 1 MiB"),
        ("slow", "did not end its answer in 1 seconds"),
        ("error", "Response|bad request"),
        ("many", "more than 500 values"),
        ("deep", "something else than results|values"),
        ("short", "does not answer"),
        ("partial", "only a part of the answer"),
    ],
)
def test_an_answer_is_bounded(how: str, why: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asking, "LARGEST", 1 << 20)
    monkeypatch.setattr(wire, "_MOST_PARTS", 500)
    monkeypatch.setattr(Hostile, "how", how)
    server = ThreadingHTTPServer(("127.0.0.1", 0), Hostile)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        store = RemoteStore(f"http://127.0.0.1:{server.server_port}/", timeout=1)
        with pytest.raises((StoreNotReachable, QueryRefused), match=why):
            store.query("SELECT * { GRAPH ?g { ?s ?p ?o } }")
        graphs = GraphClient(f"http://127.0.0.1:{server.server_port}/", timeout=1)
        with closing(graphs), suppress(StoreNotReachable):
            graphs.send("https://example.org/g", b"", replace=False)
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


GIVES_WAY = (
    b"<html><head><title>Failed</title></head><h3>Error 40001</h3>SR172: Transaction deadlocked</html>",
    b"<html><h3>Error 23000</h3>SR197: Non unique primary key on DB.DBA.RDF_LANGUAGE.</html>",
)


class Yielding(BaseHTTPRequestHandler):
    """Lets go of so many requests as Virtuoso 7 does, and takes the next."""

    left: ClassVar[int] = 0
    done: ClassVar[list[str]] = []

    def do_PUT(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        type(self).left -= 1
        body = GIVES_WAY[self.left % 2] if self.left >= 0 else b""
        self.send_response(500 if body else 204)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
        if not body:
            self.done.append(self.command)

    def do_POST(self) -> None:
        self.do_PUT()

    def do_DELETE(self) -> None:
        self.do_PUT()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def ways_to_write(store: ServerStore) -> tuple[Callable[[], None], ...]:
    """A PUT, a POST and a DELETE of a graph, and an update."""
    line = "<urn:a> <urn:b> <urn:c> <urn:g/1> ."
    return (
        partial(store.replace, {"urn:g/1": [line]}),
        partial(store.load, [line]),
        partial(store.replace, {"urn:g/1": []}),
        partial(store.change, [], [line]),
    )


def test_what_a_server_let_go_of_is_sent_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deadlock, "PAUSES", (0.001,) * 3)
    with ThreadingHTTPServer(("127.0.0.1", 0), Yielding) as server:
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        url = f"http://127.0.0.1:{server.server_port}/"
        with closing(ServerStore(Places(url, url, url, Layout.VIRTUOSO), "urn:g/")) as store:
            for way in ways_to_write(store):
                Yielding.left = 3
                way()
                Yielding.left = 4
                with pytest.raises(StoreNotReachable, match=r"40001.*SR172: Transaction deadlocked"):
                    way()
        server.shutdown()
    assert Yielding.done == ["PUT", "POST", "DELETE", "POST"]


class Counting(Yielding):
    """Takes its time, and counts how many write to it at once."""

    now: ClassVar[int] = 0
    most: ClassVar[int] = 0

    def do_PUT(self) -> None:
        Counting.now += 1
        Counting.most = max(Counting.most, Counting.now)
        time.sleep(0.05)
        Counting.now -= 1
        super().do_PUT()


@pytest.mark.parametrize("layout", [Layout.VIRTUOSO, Layout.OXIGRAPH])
def test_virtuoso_is_written_to_by_one_at_a_time(layout: Layout) -> None:
    Counting.left, Counting.most = 0, 0
    with ThreadingHTTPServer(("127.0.0.1", 0), Counting) as server:
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        url = f"http://127.0.0.1:{server.server_port}/"
        with closing(ServerStore(Places(url, url, url, layout), "urn:g/")) as store:
            ways = ways_to_write(store)
            with ThreadPoolExecutor(len(ways)) as pool:
                for done in [pool.submit(way) for way in ways]:
                    done.result()
        server.shutdown()
    assert (Counting.most == 1) is (layout is Layout.VIRTUOSO)


def test_a_server_that_takes_no_update_or_question_of_ours_is_told() -> None:
    class Refusing(Endpoint):
        reply = (400, "text/plain", b"not here")

    with ThreadingHTTPServer(("127.0.0.1", 0), Refusing) as server:
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        url = f"http://127.0.0.1:{server.server_port}/"
        with closing(ServerStore(Places(url, url, url, Layout.OXIGRAPH), "urn:g/")) as store:
            with pytest.raises(StoreNotReachable, match="does not take an update"):
                store.change([], ["<urn:a> <urn:b> <urn:c> <urn:g/1> ."])
            for ask in (store.graphs, store.mixed, store.marker):
                with pytest.raises(StoreNotReachable, match="does not take a plain query"):
                    ask()
        server.shutdown()
