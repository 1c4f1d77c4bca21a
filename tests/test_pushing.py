"""``store`` in dkg.toml: builds send what changed to a real server, and questions are asked there."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing
from pathlib import Path

import pyoxigraph as ox
import pytest
from click.testing import CliRunner, Result

from diaspora_kg.cli import main
from diaspora_kg.endpoint.frames import Frames, Question
from diaspora_kg.endpoint.watch import told_to_worker
from diaspora_kg.endpoint.worker import _reply, load_away
from diaspora_kg.errors import StoreNotReachable
from diaspora_kg.export import sorted_lines
from diaspora_kg.moving import pushing
from diaspora_kg.moving.plain import plain
from diaspora_kg.project import Project
from diaspora_kg.store import Snapshots
from diaspora_kg.store.graphs import GraphClient
from diaspora_kg.store.marker import Marker
from diaspora_kg.store.places import Layout, Places
from diaspora_kg.store.server import ServerStore
from tests.conftest import ROOT
from tests.growing import built
from tests.serving import JSON, serving, until
from tests.small import PLAIN_TEXT, write
from tests.small import plain as annotation
from tests.small import project as small_project
from tests.stores import free, oxigraph_server, virtuoso_login, virtuoso_server

Start = Callable[[Path], AbstractContextManager[Places]]
ASKED = "SELECT ?c { GRAPH ?g { ?c a <https://w3id.org/diaspora-kg/ns#Claim> } } ORDER BY ?c"
BELOW = "https://example.org/small/graph/"
KIND = "<https://w3id.org/diaspora-kg/ns#modality>"
RDF_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
BOOLEAN = "<http://www.w3.org/2001/XMLSchema#boolean>"
OURS = f"FILTER(STRSTARTS(STR(?g), '{BELOW}'))"
Sent = list[tuple[str, str]]


@pytest.fixture(scope="module", params=[oxigraph_server, virtuoso_server], ids=["oxigraph", "virtuoso"])
def server(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Places]:
    """A real server."""
    start: Start = request.param
    with start(tmp_path_factory.mktemp("server")) as places:
        yield places


@pytest.fixture
def places(server: Places, monkeypatch: pytest.MonkeyPatch) -> Places:
    """The server with nothing of anybody; the environment says who may write."""
    if server.layout is Layout.VIRTUOSO:
        given = virtuoso_login(server)
        for end, value in (("ORIGIN", given.origin), ("USER", given.user), ("PASSWORD", given.password)):
            monkeypatch.setenv(f"DKG_STORE_{end}", value)
    login = virtuoso_login(server) if server.layout is Layout.VIRTUOSO else None
    with closing(ServerStore(server, "https://example.org/", login)) as store:
        store.replace({graph: [] for graph in store.graphs()})
    return server


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small project, built, that names no store."""
    root = tmp_path_factory.mktemp("made") / "p"
    small_project(root)
    article(root, "rain", 1)
    built(root)
    return root


@pytest.fixture
def root(made: Path, places: Places, tmp_path: Path) -> Path:
    """The same project with a store."""
    shutil.copytree(made, tmp_path / "p")
    name_store(tmp_path / "p", places)
    return tmp_path / "p"


def url(places: Places) -> str:
    return places.query.removesuffix(places.layout.ends[0])


def name_store(root: Path, places: Places) -> None:
    text = (root / "dkg.toml").read_text("utf-8")
    table = f'\n[store]\nurl = "{url(places)}"\nlayout = "{places.layout}"\n'
    (root / "dkg.toml").write_text(text + table, "utf-8")
    assert dkg(root, "trust", "--yes").exit_code == 0


def article(root: Path, name: str, number: int, says: str = "It rained.") -> None:
    write(root, f"articles/{name}.txt", PLAIN_TEXT)
    write(root, f"articles/{name}.yaml", annotation(number, says=says))


def dkg(root: Path, *words: str) -> Result:
    result = CliRunner().invoke(main, [*words, "--project", str(root)], catch_exceptions=False)
    sys.stderr.write(result.stderr)  # pytest shows it beside what fails
    return result


def there(root: Path, places: Places) -> ServerStore:
    login = virtuoso_login(places) if places.layout is Layout.VIRTUOSO else None
    return ServerStore(places, f"{Project.load(root).base}graph/", login)


def same(root: Path, places: Places) -> bool:
    """Whether the server has what is published here, and says so."""
    with Snapshots(root / ".dkg").reading() as snapshot, closing(there(root, places)) as store:
        with closing(snapshot.store()) as here:
            graphs = sorted(map(plain, sorted_lines(here))) == sorted(map(plain, sorted_lines(store)))
        return graphs and store.marker() == Marker(snapshot.manifest.id)


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> Sent:
    """What is written over the Graph Store Protocol: method and graph, without its beginning.

    Once, also where the server lets go of it and it is sent again; in no order, since several are on the way.
    """
    requests: Sent = []
    do = GraphClient._write

    def noted(self: GraphClient, method: str, graph: str, body: bytes | None = None) -> None:
        requests.append((method, graph.partition("/graph/")[2]))
        do(self, method, graph, body)

    monkeypatch.setattr(GraphClient, "_write", noted)
    return requests


def test_a_build_sends_what_changed_and_no_more(root: Path, places: Places, sent: Sent) -> None:
    first = dkg(root, "build")
    assert first.exit_code == 0, first.output
    assert f"{url(places)}: 10 graphs sent, 0 removed" in first.stderr
    assert same(root, places)
    sent.clear()
    article(root, "rain", 1, says="It rained hard.")
    assert dkg(root, "build").exit_code == 0
    assert sent == [("PUT", "published"), ("PUT", "article/rain"), ("PUT", "published")]
    assert same(root, places)
    sent.clear()
    for end in ("txt", "yaml"):
        (root / "articles" / f"rain.{end}").unlink()
    assert dkg(root, "build", "--allow-deletions").exit_code == 0
    assert sorted(one for one in sent if one[0] == "DELETE") == [
        ("DELETE", "about/rain"),
        ("DELETE", "article/rain"),
    ]
    assert same(root, places)
    sent.clear()
    assert "it holds this snapshot already" in dkg(root, "build").stderr
    assert sent == []
    assert dkg(root, "build", "--rollback").exit_code == 0
    assert ("PUT", "article/rain") in sent
    assert same(root, places)


KILLED = """\
import os, sys
from diaspora_kg.cli import main
from diaspora_kg.store.server import ServerStore
left, replace = 4, ServerStore.replace
def once(self, graphs):
    global left
    left -= 1
    if left < 0:
        os.kill(os.getpid(), 9)
    replace(self, graphs)
ServerStore.replace = once
main(["build", "--project", sys.argv[1]])
"""


def test_a_push_that_was_killed_goes_on(root: Path, places: Places, sent: Sent) -> None:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run([sys.executable, "-c", KILLED, str(root)], env=environment, check=False)
    assert done.returncode == -9
    asked = dkg(root, "sparql", ASKED)
    assert asked.exit_code == 0
    assert "is behind by up to 10 graphs: a push is under way, or was ended half way" in asked.stderr
    assert dkg(root, "pages").exit_code == 1
    article(root, "snow", 2)
    sent.clear()
    assert dkg(root, "build").exit_code == 0
    assert same(root, places)
    puts = [graph for method, graph in sent if method == "PUT" and graph != "published"]
    assert len(puts) == len(set(puts)) < 13


def test_what_somebody_else_took_back_is_sent_again(
    root: Path, places: Places, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert dkg(root, "build").exit_code == 0
    theirs = tmp_path / "theirs"
    shutil.copytree(root, theirs)
    assert dkg(theirs, "trust", "--yes").exit_code == 0
    article(root, "hail", 1)
    article(root, "snow", 2)
    do = ServerStore.replace

    def away(self: ServerStore, graphs: dict[str, list[str]]) -> None:
        if any(graph.endswith("article/snow") for graph in graphs):
            raise StoreNotReachable("it is away")
        do(self, graphs)

    with monkeypatch.context() as patched:
        patched.setattr(ServerStore, "replace", away)
        assert dkg(root, "build").exit_code == 3
    assert dkg(theirs, "build").exit_code == 0
    assert same(theirs, places)  # which the server said before as well
    assert dkg(root, "build").exit_code == 0
    assert same(root, places)


def test_a_fresh_clone_sends_only_what_differs(root: Path, places: Places, sent: Sent) -> None:
    assert dkg(root, "build").exit_code == 0
    shutil.rmtree(root / ".dkg")
    article(root, "rain", 1, says="It rained hard.")
    sent.clear()
    assert ": 1 graph sent, 9 stood there, 0 removed" in dkg(root, "build").stderr
    puts = [graph for method, graph in sent if method == "PUT"]
    assert puts == ["published", "article/rain", "published"]
    assert same(root, places)


def test_articles_of_another_project_are_told(root: Path, places: Places) -> None:
    with closing(there(root, places)) as store:
        other = "https://example.org/other/graph/article/a"
        theirs = ServerStore(places, "https://example.org/other/", store.credentials)
        theirs.load([f"<urn:a> <{RDF_TYPE}> <https://w3id.org/diaspora-kg/ns#Article> <{other}> ."])
        told = dkg(root, "build").stderr
        theirs.close()
    assert "It holds articles of another project as well" in told


def test_a_push_of_somebody_else_is_told_and_mended(root: Path, places: Places) -> None:
    assert dkg(root, "build").exit_code == 0
    with closing(there(root, places)) as store:
        store.replace({graph: [] for graph in store.graphs() if graph.endswith("article/rain")})
        store.mark(Marker("0" * 64))
    asked = dkg(root, "sparql", ASKED)
    assert "holds another snapshot than this folder: somebody else has pushed theirs" in asked.stderr
    stopped = dkg(root, "pages")
    assert (stopped.exit_code, "run: dkg build" in stopped.stderr) == (1, True)
    assert ": 1 graph sent, 9 stood there, 0 removed" in dkg(root, "build").stderr
    assert same(root, places)


def test_two_pushes_at_once_are_told(root: Path, places: Places, monkeypatch: pytest.MonkeyPatch) -> None:
    with closing(there(root, places)) as other:
        do = ServerStore.replace

        def meanwhile(self: ServerStore, graphs: object) -> None:
            other.mark(Marker("0" * 64, 5, "ab"))
            do(self, graphs)  # type: ignore[arg-type]

        with monkeypatch.context() as patched:
            patched.setattr(ServerStore, "replace", meanwhile)
            stopped = dkg(root, "build")
    assert stopped.exit_code == 1
    assert "somebody else pushed at the same time" in stopped.stderr
    assert "is behind by up to 1 graph" in dkg(root, "sparql", ASKED).stderr
    assert ": 0 graphs sent, 10 stood there, 0 removed" in dkg(root, "build").stderr
    assert same(root, places)


def test_a_server_that_is_away_is_told_and_status_3(made: Path, tmp_path: Path) -> None:
    root = tmp_path / "p"
    shutil.copytree(made, root)
    name_store(root, Places.of("http://127.0.0.1:9"))
    article(root, "snow", 2)
    done = dkg(root, "build")
    assert done.exit_code == 3
    assert "Snapshot 2 is published here, but the server lacks some. http://127.0.0.1:9/query" in done.stderr
    assert done.stderr.endswith("The next dkg build goes on where this one was.\n")
    for command in (["sparql", ASKED], ["why", "herald"], ["query", "run", "outcomes"], ["pages"]):
        asked = dkg(root, *command)
        assert (asked.exit_code, "It is the store of dkg.toml" in asked.stderr) == (3, True), command


def test_a_wrong_password_is_told(root: Path, places: Places, monkeypatch: pytest.MonkeyPatch) -> None:
    if places.layout is not Layout.VIRTUOSO:
        return  # oxigraph serve knows no passwords
    monkeypatch.setenv("DKG_STORE_PASSWORD", "wrong")
    done = dkg(root, "build")
    assert done.exit_code == 3
    assert "answered with 401: it wants a name and a password that may write" in done.stderr
    assert "wrong" not in done.stderr.replace("went wrong", "")


def test_readers_say_what_the_copy_here_says(
    made: Path, here: dict[str, bytes], root: Path, places: Places, tmp_path: Path
) -> None:
    assert dkg(root, "build").exit_code == 0
    questions = [["query", "run", name] for name in ("outcomes", "commitments", "own-voice", "statements")]
    evidence = ["query", "run", "statements", "--evidence", "--output", "json"]
    for command in (*questions, evidence, ["why", "library.promise"], ["sparql", ASKED, "--output", "xml"]):
        told = dkg(root, *command)
        assert (told.exit_code, told.stderr, told.stdout) == (0, "", dkg(made, *command).stdout)
    assert pages(root, tmp_path / "site") == here


@pytest.fixture(scope="module")
def here(made: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The pages of the project, made of its own store."""
    return pages(made, tmp_path_factory.mktemp("site"))


def pages(root: Path, out: Path) -> dict[str, bytes]:
    """All files of the site of a project."""
    done = dkg(root, "pages", "--no-search", "--out", str(out))
    assert done.exit_code == 0, done.output
    files = (path for path in sorted(out.rglob("*")) if path.is_file() and ".dkg" not in str(path))
    return {path.relative_to(out).as_posix(): path.read_bytes() for path in files}


def test_workers_say_what_the_copy_here_says(made: Path, root: Path, places: Places) -> None:
    """Through the process that asks another server, in the forms and with the spellings of our own."""
    assert dkg(root, "build").exit_code == 0
    graphs = [f"{BELOW}article/{name}" for name in ("library", "rain")]
    asked = [
        ("SELECT ?o { GRAPH ?g { ?s <https://w3id.org/diaspora-kg/ns#quoteStart> ?o } } ORDER BY ?o", None),
        (f"SELECT ?g ?o {{ GRAPH ?g {{ ?s {KIND} ?o }} {OURS} }} ORDER BY ?g ?o", None),
        (f"SELECT (COUNT(*) AS ?n) {{ ?s {KIND} ?o }}", graphs),
        (f"ASK {{ ?s {KIND} ?o }}", graphs[1:]),
        (f"CONSTRUCT {{ ?s {KIND} ?o ; <urn:is> true }} {{ ?s {KIND} ?o }}", graphs),
        (f"SELECT (STRDT('true', {BOOLEAN}) AS ?yes) (1.50 AS ?part) ('x'@EN AS ?word) {{}}", None),
    ]  # fmt: skip
    with Snapshots(made / ".dkg").reading() as snapshot, closing(there(root, places)) as server:
        mine = ox.Store.read_only(str(snapshot.path / "store"))
        away = load_away().Away(told_to_worker(server))
        for query, named in asked:
            for media in (
                ("text/csv", JSON) if not query.startswith("CONSTRUCT") else ("application/n-triples",)
            ):
                question = Question(query, media, True, named, None, 100, 1 << 20)
                assert answer(away, question) == answer(mine, question), (query, media)


def answer(store: object, question: Question) -> list[tuple[bytes, bytes]]:
    """The messages of a worker, a graph's lines in order."""
    line = _Line()
    _reply(store, question, line, {})  # type: ignore[arg-type]
    found = list(Frames().feed(b"".join(line.sent)))
    return [(kind, b"\n".join(sorted(body.split(b"\n")))) for kind, body in found]


class _Line:
    def __init__(self) -> None:
        self.sent: list[bytes] = []

    def sendall(self, data: bytes) -> None:
        self.sent.append(data)


def test_a_server_goes_and_comes_back_under_dkg_serve(made: Path, tmp_path: Path) -> None:
    root, data, port = tmp_path / "p", tmp_path / "data", free()
    shutil.copytree(made, root)
    data.mkdir()
    with oxigraph_server(data, port) as places:
        name_store(root, places)
        assert dkg(root, "build").exit_code == 0
        with_server = serving(root)
        served = with_server.__enter__()
        assert served.ask(ASKED).body.count(b'"uri"') == 5
        assert served.get("/page/organization/library.league").status == 200
    try:
        away = served.ask("ASK { GRAPH ?g { ?s ?p ?o } }")
        assert (away.status, away.headers["retry-after"]) == (503, "5")
        assert away.text == "the server that holds the graph does not answer. Ask again later.\n"
        assert served.get("/page/organization/library.league").status == 200  # it is kept
        assert served.get("/page/person/library.venn").status == 503
        until(lambda: served.get("/readyz").status == 503)
        assert served.get("/healthz").status == 200
        with oxigraph_server(data, port):
            until(lambda: served.get("/readyz").status == 200)
            assert served.ask(ASKED).status == 200
            article(root, "snow", 2)
            assert dkg(root, "build").exit_code == 0
            until(lambda: served.ask(ASKED).body.count(b'"uri"') == 6)
            with closing(there(root, places)) as store:
                store.mark(Marker("0" * 64))
            until(lambda: "holds another snapshot" in served.get("/readyz").text)
            with closing(there(root, places)) as store:
                store.mark(Marker("0" * 64, 3))
            until(lambda: "is behind by up to 3 graphs" in served.get("/readyz").text)
    finally:
        with_server.__exit__(None, None, None)


def test_a_server_that_a_stranger_named_is_not_asked(made: Path, tmp_path: Path) -> None:
    root = tmp_path / "p"
    shutil.copytree(made, root)
    name_store(root, Places.of("http://127.0.0.1:9"))
    assert dkg(root, "trust", "--withdraw").exit_code == 0
    for command in (["build"], ["sparql", ASKED], ["pages"], ["serve", "--port", "0"], ["store", "parity"]):
        done = dkg(root, *command)
        assert (done.exit_code, "run: dkg trust" in done.stderr) == (2, True), (command, done.stderr)
    assert dkg(root, "build", "--trust").exit_code == 3
    assert "store http://127.0.0.1:9: not trusted" in dkg(root, "trust", "--yes").stdout
    settings = (root / "dkg.toml").read_text("utf-8")
    (root / "dkg.toml").write_text(settings.replace(":9", ":10"), "utf-8")
    assert "store http://127.0.0.1:10: changed since you trusted it" in dkg(root, "trust").stdout
    assert dkg(root, "sparql", ASKED).exit_code == 2


def test_of_a_large_graph_only_what_changed_is_sent(
    root: Path, places: Places, sent: Sent, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert dkg(root, "build").exit_code == 0
    monkeypatch.setattr(pushing, "_LARGE", 3)
    sent.clear()
    article(root, "rain", 1, says="It rained hard.")
    article(root, "snow", 2)
    register = (root / "register.yaml").read_text("utf-8")
    write(root, "register.yaml", register.replace("Vesmark Herald", "Herald"))
    assert dkg(root, "build").exit_code == 0
    assert ("PUT", "article/rain") not in sent
    assert ("PUT", "register") not in sent
    assert same(root, places)
