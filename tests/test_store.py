"""What every store must do, run against every store; and what publishing must do."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, closing, contextmanager
from decimal import Decimal
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from diaspora_kg.errors import RunStopped, StoreNotReachable, UsageError
from diaspora_kg.sparql.guard import Refused
from diaspora_kg.store import EmbeddedStore, Manifest, QueryRefused, Snapshots, Solutions, Store, Triples
from diaspora_kg.store.base import SKOLEM
from diaspora_kg.store.places import Layout
from diaspora_kg.store.server import ServerStore
from diaspora_kg.terms import IRI, Literal, boolean, day, instant, nquad, number, write
from tests.stores import oxigraph_server, virtuoso_login, virtuoso_server

BELOW = "https://example.org/graph/"
G, H = f"{BELOW}g", f"{BELOW}h"
EDTF = "http://id.loc.gov/datatypes/edtf/EDTF"
P = IRI("https://example.org/p")


def line(subject: str, value: str | int, graph: str = G, language: str = "") -> str:
    term = number(value) if isinstance(value, int) else Literal(value, language=language)
    return nquad(IRI(f"https://example.org/{subject}"), P, term, IRI(graph))


@contextmanager
def memory(_: Path) -> Iterator[Store]:
    yield EmbeddedStore()


@contextmanager
def folder(path: Path) -> Iterator[Store]:
    store = EmbeddedStore(path / "store")
    yield store
    store.close()


@contextmanager
def oxigraph(path: Path) -> Iterator[ServerStore]:
    with oxigraph_server(path) as places, closing(ServerStore(places, BELOW)) as store:
        yield store


@contextmanager
def virtuoso(path: Path) -> Iterator[ServerStore]:
    with (
        virtuoso_server(path) as places,
        closing(ServerStore(places, BELOW, virtuoso_login(places))) as store,
    ):
        yield store


@pytest.fixture(scope="module", params=[memory, folder, oxigraph, virtuoso], ids=lambda make: make.__name__)
def running(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """A store of each sort, which lasts for all tests."""
    make: Callable[[Path], AbstractContextManager[Store]] = request.param
    with make(tmp_path_factory.mktemp("store")) as opened:
        yield opened


@pytest.fixture
def store(running: Store) -> Store:
    """The store without the graphs of the last test."""
    running.replace({graph: [] for graph in running.graphs()})
    return running


HERE = f'FILTER(STRSTARTS(STR(?g), "{BELOW}"))'
"""A server may have graphs of its own besides."""


def rows(found: object) -> set[tuple[object, ...]]:
    assert isinstance(found, Solutions)
    return set(found.rows)


def test_lines_go_in_and_come_out_the_same(store: Store) -> None:
    lines = sorted([line("a", 'say "b"\n\u2028\u0085', language="en"), line("b", 7), line("ç", "ı")])
    store.load(lines)
    assert store.graph_lines(G) == lines
    assert store.graphs() == (G,)
    assert store.graph_lines(H) == []


def test_a_load_is_whole_or_nothing(store: Store) -> None:
    with pytest.raises(ValueError, match="not N-Quads"):
        store.load([line("a", 1), "this is not N-Quads"])
    assert store.graphs() == ()


def test_a_long_load_arrives_in_pieces(store: Store) -> None:
    store.load(line(f"s{n}", "x" * 500) for n in range(5000))
    assert len(store.graph_lines(G)) == 5000


def test_replace_gives_each_graph_exactly_its_lines(store: Store) -> None:
    store.load([line("a", 1), line("a", 1, H)])
    store.replace({G: [line("b", 2)], H: []})
    assert store.graphs() == (G,)
    assert store.graph_lines(G) == [line("b", 2)]


def test_replace_is_one_transaction(store: Store) -> None:
    store.load([line("a", 1)])
    with pytest.raises(ValueError, match="not of the graph"):
        store.replace({G: [line("b", 2)], H: [line("c", 3, G)]})
    assert store.graph_lines(G) == [line("a", 1)]


def test_graph_sees_named_graphs_and_union_is_asked_for(store: Store) -> None:
    store.load([line("a", 1), line("b", 2, H)])
    named = f"SELECT ?s ?g {{ GRAPH ?g {{ ?s ?p ?o }} {HERE} }}"
    plain = f"SELECT ?s {{ ?s {write(P)} ?o }}"
    assert len(rows(store.query(named))) == len(rows(store.query(named, union=True))) == 2
    assert rows(store.query(plain)) == set()
    assert len(rows(store.query(plain, union=True))) == 2


def test_a_graph_that_is_named_is_seen(store: Store) -> None:
    store.load([line("a", 1), line("b", 2, H)])
    asked = f"SELECT ?s {{ VALUES ?p {{ {write(P)} }} GRAPH <{G}> {{ ?s ?p ?o }} }}"
    assert (
        rows(store.query(asked)) == rows(store.query(asked, union=True)) == {(IRI("https://example.org/a"),)}
    )


def test_union_leaves_a_dataset_that_the_query_names(store: Store) -> None:
    store.load([line("a", 1), line("b", 2, H)])
    asked = f"SELECT ?s FROM <{G}> {{ ?s ?p ?o }}"
    assert rows(store.query(asked, union=True)) == {(IRI("https://example.org/a"),)}
    in_words = f'SELECT ?s {{ ?s {write(P)} ?o FILTER("from" != "x") }} # FROM nowhere'
    assert len(rows(store.query(in_words, union=True))) == 2


def test_answers_are_terms_of_ours(store: Store) -> None:
    store.load([line("a", "x", language="en")])
    found = store.query(f"SELECT ?o ?none {{ GRAPH ?g {{ ?s ?p ?o }} {HERE} }}")
    assert isinstance(found, Solutions)
    assert found.variables == ("o", "none")
    assert found.rows == ((Literal("x", language="en"), None),)
    assert list(found) == [{"o": Literal("x", language="en")}]
    assert store.query("ASK { GRAPH ?g { ?s ?p ?o } }") is True
    made = store.query(f"CONSTRUCT {{ ?s ?p ?o, 1 }} {{ GRAPH ?g {{ ?s ?p ?o }} {HERE} }}")
    assert isinstance(made, Triples)
    assert [o for _, _, o in made] == [number(1), Literal("x", language="en")]


def test_blank_nodes_of_an_answer_are_skolem_iris(store: Store) -> None:
    if isinstance(store, ServerStore) and store.places.layout is Layout.VIRTUOSO:
        return  # Virtuoso 7 has no BNODE(), and no graph of ours has a blank node
    [(node,)] = rows(store.query("SELECT (BNODE() AS ?b) {}"))
    assert isinstance(node, IRI)
    assert node.value.startswith(SKOLEM)


@pytest.mark.parametrize("wrong", ["DROP ALL", "SELECT * { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }"])
def test_a_query_that_would_write_or_call_is_refused(store: Store, wrong: str) -> None:
    with pytest.raises(Refused):
        store.query(wrong)


@pytest.mark.parametrize("wrong", ["SELECT", "SELECT (<urn:f>(1) AS ?x) {}"])
def test_a_query_that_cannot_run_is_refused(store: Store, wrong: str) -> None:
    # A server may call a function that it does not know an error of its own.
    with pytest.raises((QueryRefused, StoreNotReachable) if "urn:f" in wrong else QueryRefused):
        store.query(wrong)


def test_every_sort_of_value_comes_back(store: Store) -> None:
    values: list[IRI | Literal] = [
        Literal("az", language="az-cyrl"),
        Literal("hy", language="hy-latn"), boolean(True), day("2031-05-02"),
        instant("2031-05-02T10:00:00Z"), number(Decimal("1.5")), number(-3), Literal("[..2031-05-02]", EDTF),
        Literal("Ümumtarviya Տարվիայի ტარვიის \\ \" \t \u2029 \U0001f54a"), IRI("https://example.org/%C3%A7"),
    ]  # fmt: skip
    lines = sorted(nquad(IRI("https://example.org/a"), P, value, IRI(G)) for value in values)
    store.load(lines)
    assert sorted(store.graph_lines(G)) == lines
    assert rows(store.query(f"SELECT ?o {{ GRAPH ?g {{ ?s ?p ?o }} {HERE} }}")) == {
        (value,) for value in values
    }


def test_single_quads_go_and_come(store: Store) -> None:
    store.load([line("a", n) for n in range(1500)] + [line("a", 1, H)])
    store.change([line("a", n) for n in range(1400)], [line("b", n, H) for n in range(1200)])
    assert len(store.graph_lines(G)) == 100
    assert len(store.graph_lines(H)) == 1201


def test_long_lines_are_loaded(tmp_path: Path) -> None:
    long = [line(f"a{n}", "long" * 200_000) for n in range(3)]
    with closing(EmbeddedStore(tmp_path / "store")) as store:
        store.load([*long, line("b", 1)])
        assert sorted(store.graph_lines(G)) == sorted([*long, line("b", 1)])


def test_several_threads_write_different_graphs_at_once(store: Store) -> None:
    def often(writer: int) -> dict[str, list[str]]:
        chance, wrote = Random(writer), {}
        for _ in range(150):
            graph = f"{BELOW}of{writer}-{chance.randrange(6)}"
            size = 0 if chance.random() < 0.15 else chance.choice((5, 60, 600))
            whole = {line(f"a{chance.randrange(40)}", chance.randrange(80), graph) for _ in range(size)}
            wrote[graph] = sorted(whole)
            store.replace({graph: wrote[graph]})
        return wrote

    with ThreadPoolExecutor(4) as pool:
        for wrote in pool.map(often, range(4)):
            assert {graph: sorted(store.graph_lines(graph)) for graph in wrote} == wrote


@pytest.mark.parametrize("make", [oxigraph, virtuoso])
def test_other_graphs_of_a_server_are_neither_seen_nor_touched(
    make: Callable[[Path], AbstractContextManager[ServerStore]], tmp_path: Path
) -> None:
    with make(tmp_path) as store:
        login = virtuoso_login(store.places) if make is virtuoso else None
        other = ServerStore(store.places, "https://example.com/", login)
        other.load([line("a", 1, "https://example.com/theirs")])
        store.load([line("a", 1)])
        assert store.graphs() == (G,)
        with pytest.raises(ValueError, match="not below"):
            store.replace({"https://example.com/theirs": []})
        with pytest.raises(ValueError, match="not below"):
            store.load([line("a", 2, "https://example.com/theirs")])
        assert len(other.graph_lines("https://example.com/theirs")) == 1
        other.close()


def test_a_backup_is_not_touched_by_later_writes(tmp_path: Path) -> None:
    store = EmbeddedStore(tmp_path / "store")
    store.load([line("a", 1)])
    store.backup(tmp_path / "copy")
    store.replace({G: [line("b", 2)]})
    copy = EmbeddedStore(tmp_path / "copy", read_only=True)
    assert copy.graph_lines(G) == [line("a", 1)]
    with pytest.raises(RuntimeError, match="read"):
        copy.replace({G: []})
    copy.close()
    store.close()


@settings(max_examples=50, deadline=None)
@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=30))
def test_what_we_write_is_what_the_store_dumps(value: str) -> None:
    store = EmbeddedStore()
    written = line("a", value)
    store.load([written])
    assert store.graph_lines(G) == [written]
    store.replace({G: [written]})
    assert store.graph_lines(G) == [written]


def manifest(number: int, content: str = "c") -> Manifest:
    return Manifest(content, "i", number, "2026-01-01T00:00:00Z", "https://example.org/", "t", "")


def publish(snapshots: Snapshots, value: int) -> int:
    number, path = snapshots.prepare()
    store = EmbeddedStore(path / "work")
    store.load([line("a", value)])
    store.backup(path / "store")
    store.close()
    return snapshots.publish(path, manifest(number)).manifest.number


def test_the_last_published_snapshot_is_read(tmp_path: Path) -> None:
    snapshots = Snapshots(tmp_path)
    assert snapshots.current() is None
    with pytest.raises(UsageError, match="dkg build"), snapshots.reading():
        pass
    publish(snapshots, 1)
    assert publish(snapshots, 2) == 2
    with snapshots.reading() as snapshot:
        store = snapshot.store()
        assert store.graph_lines(G) == [line("a", 2)]
        store.close()
    assert snapshots.get(2).manifest == manifest(2)


def test_a_snapshot_that_was_not_finished_is_swept(tmp_path: Path) -> None:
    snapshots = Snapshots(tmp_path)
    publish(snapshots, 1)
    _, abandoned = snapshots.prepare()
    current = snapshots.current()
    assert current is not None
    assert current.manifest.number == 1
    assert publish(snapshots, 2) == 2
    assert not abandoned.exists()


def test_the_newest_and_those_in_use_are_kept(tmp_path: Path) -> None:
    snapshots = Snapshots(tmp_path)
    publish(snapshots, 1)
    with snapshots.reading():
        for value in range(2, 6):
            publish(snapshots, value)
        assert snapshots.prune(2) == (2, 3)
        assert snapshots.numbers() == (1, 4, 5)
    assert snapshots.prune(2) == (1,)
    assert snapshots.numbers() == (4, 5)


def test_a_pointer_to_nothing_says_what_to_do(tmp_path: Path) -> None:
    snapshots = Snapshots(tmp_path)
    (tmp_path / "current").write_text("7\n", "ascii")
    with pytest.raises(RunStopped, match="dkg build"):
        snapshots.current()
    (tmp_path / "current").write_text("none\n", "ascii")
    with pytest.raises(RunStopped, match="dkg build"):
        snapshots.current()
