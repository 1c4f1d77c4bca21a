"""Another store: copied to, compared with, and back; on real servers, with the graphs of both examples."""

from __future__ import annotations

import gzip
import json
import os
import shutil
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from diaspora_kg.cli import main
from diaspora_kg.credentials import Credentials
from diaspora_kg.errors import RunStopped, StoreNotReachable, UsageError
from diaspora_kg.export import sorted_lines
from diaspora_kg.moving import kept
from diaspora_kg.moving.copying import Notes, copy
from diaspora_kg.moving.plain import plain, total
from diaspora_kg.project import Project
from diaspora_kg.store import EmbeddedStore, Snapshots
from diaspora_kg.store.places import Layout, Places
from diaspora_kg.store.server import ServerStore
from tests.examples import copy_of
from tests.growing import built
from tests.small import project as small_project
from tests.stores import oxigraph_server, virtuoso_login, virtuoso_server

Start = Callable[[Path], AbstractContextManager[Places]]
LAYOUTS = {oxigraph_server: Layout.OXIGRAPH, virtuoso_server: Layout.VIRTUOSO}


@pytest.fixture(scope="module", params=["demo", "two-articles"])
def example(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An example project, built."""
    root = copy_of(request.param, tmp_path_factory.mktemp("moving"))
    built(root)
    return root


@pytest.fixture(scope="module", params=list(LAYOUTS), ids=["oxigraph", "virtuoso"])
def server(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Places]:
    """A real server."""
    start: Start = request.param
    with start(tmp_path_factory.mktemp("server")) as places:
        yield places


@pytest.fixture
def login(server: Places, monkeypatch: pytest.MonkeyPatch) -> None:
    """The environment says who may write."""
    if server.layout is Layout.VIRTUOSO:
        given = virtuoso_login(server)
        for end, value in (("ORIGIN", given.origin), ("USER", given.user), ("PASSWORD", given.password)):
            monkeypatch.setenv(f"DKG_STORE_{end}", value)


def dkg(*words: str) -> Result:
    return CliRunner().invoke(main, words, catch_exceptions=False)


def url(places: Places) -> str:
    return places.query.removesuffix(places.layout.ends[0])


def there(project: Path, places: Places) -> ServerStore:
    login = virtuoso_login(places) if places.layout is Layout.VIRTUOSO else None
    return ServerStore(places, f"{Project.load(project).base}graph/", login)


@pytest.fixture
def copied(example: Path, server: Places, login: None) -> tuple[Path, list[str]]:
    """The example on the server, alone there, and how to say which server."""
    with closing(there(example, server)) as store:
        others = ServerStore(server, "https://", store.credentials)
        ours = set(store.graphs())
        others.replace({graph: [] for graph in others.graphs() if graph not in ours})
        others.close()
    place = [url(server), "--layout", str(server.layout), "--project", str(example)]
    done = dkg("store", "copy", "--to", *place)
    assert done.exit_code == 0, done.output
    return example, place


def differences(place: list[str]) -> list[str]:
    """The questions that are answered differently."""
    done = dkg("store", "parity", "--with", *place)
    told = [line for line in done.stdout.splitlines() if not line.startswith("  ")]
    assert done.exit_code == bool(told)
    assert f", {len(told)} answered differently" in done.stderr
    return told


def test_all_stores_answer_alike(copied: tuple[Path, list[str]]) -> None:
    assert differences(copied[1]) == []


def test_there_and_back_gives_the_same_quads(copied: tuple[Path, list[str]], server: Places) -> None:
    root, _ = copied
    with Snapshots(Project.load(root).derived).reading() as snapshot, closing(there(root, server)) as store:
        assert sorted_lines(store) == sorted_lines(snapshot.store())


def test_a_planted_difference_is_shown_by_row(tmp_path: Path) -> None:
    root = tmp_path / "p"
    small_project(root)
    built(root)
    with oxigraph_server(tmp_path) as places:
        place = [url(places), "--layout", "oxigraph", "--project", str(root)]
        assert dkg("store", "copy", "--to", *place).exit_code == 0
        with closing(there(root, places)) as store:
            graph = next(graph for graph in store.graphs() if "/article/" in graph)
            [line] = [one for one in store.graph_lines(graph) if "#modality> " in one][:1]
            wrong = line.replace(line.split()[2], "<https://w3id.org/diaspora-kg/vocab/counterfactual>")
            store.change([line], [wrong])
        done = dkg("store", "parity", "--with", *place)
        assert done.exit_code == 1
        assert "facts of each claim: " in done.stdout
        key = line.split()[0].rpartition("/")[2].rstrip(">")
        assert f"  + node={key}  property=modality  value=counterfactual\n" in done.stdout
        assert dkg("store", "copy", "--to", *place).exit_code == 0
        assert differences(place) == []


def test_a_copy_sends_only_what_changed(copied: tuple[Path, list[str]], server: Places) -> None:
    root, place = copied
    again = dkg("store", "copy", "--to", *place)
    assert again.stderr.startswith("0 graphs sent, ")
    with closing(there(root, server)) as store:
        gone = store.graphs()[0]
        store.replace({gone: []})
        extra = f"{Project.load(root).base}graph/article/no-more"
        store.load([f"<https://example.org/a> <https://example.org/p> <https://example.org/o> <{extra}> ."])
    again = dkg("store", "copy", "--to", *place)
    assert again.stderr.startswith("1 graph sent, ")
    assert ", 1 removed; " in again.stderr


def test_a_copy_that_was_ended_goes_on(tmp_path: Path) -> None:
    def lines(number: int) -> str:
        return f"<urn:s> <urn:p> <urn:o> <https://example.org/graph/{number:03}> ."

    here = EmbeddedStore()
    here.load(lines(number) for number in range(200))
    with oxigraph_server(tmp_path) as places:
        below = "https://example.org/graph/"

        class Ends(ServerStore):
            left = 100

            def replace(self, graphs: object) -> None:
                Ends.left -= 1
                if Ends.left < 0:
                    raise StoreNotReachable("the line is cut")
                super().replace(graphs)  # type: ignore[arg-type]

        with closing(Ends(places, below)) as cut, pytest.raises(StoreNotReachable):
            copy(here, cut, Notes(tmp_path / "notes", places.graphs))
        with closing(ServerStore(places, below)) as store:
            done = copy(here, store, Notes(tmp_path / "notes", places.graphs))
            assert done.stood >= 64
            assert done.sent + done.stood == done.quads == 200
            assert sorted_lines(store) == sorted_lines(here)


def test_a_store_that_is_away_is_told_and_status_3(example: Path) -> None:
    away = "http://127.0.0.1:9"
    for command in (["copy", "--to"], ["parity", "--with"]):
        done = dkg("store", *command, away, "--project", str(example))
        assert done.exit_code == 3
        assert (away in done.stderr, "does not answer" in done.stderr) == (True, True)


def test_nobody_may_write_without_a_name(example: Path, tmp_path: Path) -> None:
    with virtuoso_server(tmp_path) as places:
        words = ["store", "copy", "--to", url(places), "--layout", "virtuoso", "--project", str(example)]
        done = dkg(*words)
    assert done.exit_code == 3
    assert "Set DKG_STORE_ORIGIN, DKG_STORE_USER and DKG_STORE_PASSWORD" in done.stderr


@pytest.mark.parametrize(
    ("where", "why"),
    [
        ("http://graph.example.org", "not encrypted"),
        ("https://graph.example.org/sparql", "origin alone"),
        ("ftp://graph.example.org", "no endpoint"),
        ("https://me:secret@graph.example.org", "does not belong"),
    ],
)
def test_a_password_travels_to_one_encrypted_origin(where: str, why: str) -> None:
    with pytest.raises(UsageError, match=why):
        Credentials.given(where, "me", "secret")
    with pytest.raises(UsageError, match="belong together"):
        Credentials.given(where, "me", None)
    assert "secret" not in repr(Credentials.given("https://graph.example.org", "me", "secret"))


def test_a_backup_is_restored(example: Path, tmp_path: Path) -> None:
    root = tmp_path / "p"
    shutil.copytree(example, root)
    project = Project.load(root)
    folder = tmp_path / "kept"
    assert dkg("store", "backup", str(folder), "--project", str(root)).exit_code == 0
    first = Snapshots(project.derived).current()
    assert first is not None
    assert dkg("store", "backup", str(folder), "--project", str(root)).exit_code == 2
    shutil.rmtree(project.derived)
    assert dkg("store", "restore", str(folder), "--project", str(root)).exit_code == 0
    second = Snapshots(project.derived).current()
    assert second is not None
    assert (second.manifest.id, second.manifest.index) == (first.manifest.id, first.manifest.index)
    assert (
        gzip.decompress((folder / kept.GRAPH).read_bytes()).decode().count("\n")
        == first.manifest.counts["quads"]
    )
    assert dkg("query", "test", "--project", str(root)).exit_code == 0
    assert dkg("build", "--project", str(root)).exit_code == 0
    third = Snapshots(project.derived).current()
    assert third is not None
    assert third.manifest.id == first.manifest.id


def test_a_backup_that_was_changed_is_refused(tmp_path: Path) -> None:
    root = tmp_path / "p"
    small_project(root)
    built(root)
    folder = tmp_path / "kept"
    assert dkg("store", "backup", str(folder), "--project", str(root)).exit_code == 0
    before = (root / ".dkg/current").read_text()
    good = (folder / kept.GRAPH).read_bytes()
    (folder / kept.GRAPH).write_bytes(good + b"x")
    done = dkg("store", "restore", str(folder), "--project", str(root))
    assert (done.exit_code, "is damaged" in done.stderr) == (2, True)
    # Somebody who changes the sums too still cannot change the graph unseen.
    (folder / kept.GRAPH).write_bytes(
        gzip.compress(b"\n".join(gzip.decompress(good).splitlines()[1:]) + b"\n")
    )
    (folder / kept.SUMS).write_text(json.dumps(kept._sums(folder)))
    with pytest.raises(RunStopped, match="another graph than its manifest says"):
        kept.restore(folder, root / ".dkg", Project.load(root).base)
    assert (root / ".dkg/current").read_text() == before
    assert dkg("build", "--project", str(root)).exit_code == 0
    with pytest.raises(UsageError, match="whose base is"):
        kept.read_manifest(folder, "https://example.org/other/")


def test_values_are_compared_and_not_their_spelling() -> None:
    xsd = "http://www.w3.org/2001/XMLSchema#"
    for one, other in (
        (f'"007"^^<{xsd}unsignedInt>', f'"7"^^<{xsd}integer>'),
        (f'"1.50"^^<{xsd}decimal>', f'"1.5"^^<{xsd}decimal>'),
        (f'"1"^^<{xsd}boolean>', f'"true"^^<{xsd}boolean>'),
    ):
        lines = [f"<urn:s> <urn:p> {value} <urn:g> ." for value in (one, other)]
        assert plain(lines[0]) == plain(lines[1])
        assert total(lines[:1]) == total(lines[1:])
    kept_as_is = f'<urn:s> <urn:p> "say \\"007\\"^^<{xsd}integer> <urn:g> ." <urn:g> .'
    assert plain(kept_as_is) == kept_as_is


def _signed(folder: Path) -> None:
    """The sums of a backup as its maker would write them."""
    (folder / kept.SUMS).write_text(json.dumps(kept._sums(folder)))


def _view(folder: Path) -> None:
    with closing(sqlite3.connect(folder / kept.INDEX)) as db:
        db.executescript("ALTER TABLE node RENAME TO old; CREATE VIEW node AS SELECT * FROM old;")
    _signed(folder)


def _torn(folder: Path) -> None:
    data = bytearray((folder / kept.GRAPH).read_bytes())
    data[20:60] = bytes(255 - byte for byte in data[20:60])
    (folder / kept.GRAPH).write_bytes(data)
    _signed(folder)


def _endless_line(folder: Path) -> None:
    (folder / kept.GRAPH).write_bytes(gzip.compress(b"<" * (40 << 20), 1))
    _signed(folder)


def _other_file(folder: Path) -> None:
    (folder / kept.GRAPH).rename(folder.with_name("elsewhere"))
    (folder / kept.GRAPH).symlink_to(folder.with_name("elsewhere"))


def _pipe(folder: Path) -> None:
    (folder / kept.GRAPH).unlink()
    os.mkfifo(folder / kept.GRAPH)


def _told(**changed: object) -> Callable[[Path], None]:
    def change(folder: Path) -> None:
        manifest = json.loads((folder / kept.MANIFEST).read_text("utf-8"))
        (folder / kept.MANIFEST).write_text(json.dumps(manifest | changed))
        _signed(folder)

    return change


@pytest.fixture(scope="module")
def backed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small project, built, and its backup beside it."""
    place = tmp_path_factory.mktemp("backed")
    small_project(place / "p")
    built(place / "p")
    assert dkg("store", "backup", str(place / "kept"), "--project", str(place / "p")).exit_code == 0
    return place


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (_view, "not as this program makes it"),
        (_torn, "cannot be restored"),
        (_endless_line, "million characters"),
        (_other_file, "no ordinary file"),
        (_pipe, "no ordinary file"),
        (_told(licence=["CC0"]), "licence is not as it was written"),
        (_told(title="\ud800"), "no backup that is whole"),
        (_told(title="x" * (2 << 20)), "larger than 1 MiB"),
    ],
)
def test_a_backup_of_a_stranger_leaves_nothing(
    backed: Path, tmp_path: Path, spoil: Callable[[Path], None], words: str
) -> None:
    folder = tmp_path / "kept"
    shutil.copytree(backed / "kept", folder)
    spoil(folder)
    snapshots = backed / "p" / ".dkg" / "snapshots"
    before = sorted(snapshots.iterdir())
    done = dkg("store", "restore", str(folder), "--project", str(backed / "p"))
    assert done.exit_code > 0
    assert words in done.stderr
    assert sorted(snapshots.iterdir()) == before


def test_a_number_in_a_manifest_names_no_place(backed: Path, tmp_path: Path) -> None:
    folder = tmp_path / "kept"
    shutil.copytree(backed / "kept", folder)
    _told(number=-7)(folder)
    assert dkg("store", "restore", str(folder), "--project", str(backed / "p")).exit_code == 0
    names = {path.name for path in (backed / "p" / ".dkg" / "snapshots").iterdir()}
    assert all(name.isdecimal() for name in names)


def test_a_backup_removes_nothing_that_stood_before(backed: Path, tmp_path: Path) -> None:
    mine = tmp_path / "graph.new" / "notes.txt"
    mine.parent.mkdir()
    mine.write_text("mine")
    done = dkg("store", "backup", str(tmp_path / "graph"), "--project", str(backed / "p"))
    assert (done.exit_code, "is there already" in done.stderr) == (2, True)
    assert mine.read_text() == "mine"


@pytest.mark.parametrize(("value", "kind"), [("9" * 5000, "integer"), ("1e40000000", "decimal")])
def test_a_number_of_a_strange_server_costs_nothing(value: str, kind: str) -> None:
    line = f'<urn:s> <urn:p> "{value}"^^<http://www.w3.org/2001/XMLSchema#{kind}> <urn:g> .'
    assert plain(line) == line


class _Others(BaseHTTPRequestHandler):
    """A server that names graphs which it was not asked for."""

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        graphs = ["https://example.org/graph/a", "https://elsewhere.example/b"]
        rows = [{"g": {"type": "uri", "value": graph}} for graph in graphs]
        body = json.dumps({"head": {"vars": ["g"]}, "results": {"bindings": rows}}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/sparql-results+json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Nothing."""


def test_graphs_of_others_are_not_ours_whatever_a_server_says() -> None:
    server = HTTPServer(("127.0.0.1", 0), _Others)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        places = Places.of(f"http://127.0.0.1:{server.server_port}")
        with closing(ServerStore(places, "https://example.org/graph/")) as store:
            assert store.graphs() == ("https://example.org/graph/a",)
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
