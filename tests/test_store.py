"""What every store must do, run against every store; and what publishing must do."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from diaspora_kg.errors import RunStopped, UsageError
from diaspora_kg.sparql.guard import Refused
from diaspora_kg.store import EmbeddedStore, Manifest, QueryRefused, Snapshots, Solutions, Store, Triples
from diaspora_kg.store.base import SKOLEM
from diaspora_kg.terms import IRI, Literal, nquad, number

G, H = "https://example.org/graph/g", "https://example.org/graph/h"
P = IRI("https://example.org/p")


def line(subject: str, value: str | int, graph: str = G, language: str = "") -> str:
    term = number(value) if isinstance(value, int) else Literal(value, language=language)
    return nquad(IRI(f"https://example.org/{subject}"), P, term, IRI(graph))


def memory(_: Path) -> EmbeddedStore:
    return EmbeddedStore()


def folder(path: Path) -> EmbeddedStore:
    return EmbeddedStore(path / "store")


@pytest.fixture(params=[memory, folder])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    make: Callable[[Path], EmbeddedStore] = request.param
    opened = make(tmp_path)
    yield opened
    opened.close()


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
    named = "SELECT ?s ?g { GRAPH ?g { ?s ?p ?o } }"
    plain = "SELECT ?s { ?s ?p ?o }"
    assert len(rows(store.query(named))) == len(rows(store.query(named, union=True))) == 2
    assert rows(store.query(plain)) == set()
    assert len(rows(store.query(plain, union=True))) == 2


def test_union_leaves_a_dataset_that_the_query_names(store: Store) -> None:
    store.load([line("a", 1), line("b", 2, H)])
    asked = f"SELECT ?s FROM <{G}> {{ ?s ?p ?o }}"
    assert rows(store.query(asked, union=True)) == {(IRI("https://example.org/a"),)}
    in_words = 'SELECT ?s { ?s ?p ?o FILTER("from" != "x") } # FROM nowhere'
    assert len(rows(store.query(in_words, union=True))) == 2


def test_answers_are_terms_of_ours(store: Store) -> None:
    store.load([line("a", "x", language="en")])
    found = store.query("SELECT ?o ?none { GRAPH ?g { ?s ?p ?o } }")
    assert isinstance(found, Solutions)
    assert found.variables == ("o", "none")
    assert found.rows == ((Literal("x", language="en"), None),)
    assert list(found) == [{"o": Literal("x", language="en")}]
    assert store.query("ASK { GRAPH ?g { ?s ?p ?o } }") is True
    made = store.query("CONSTRUCT { ?s ?p ?o, 1 } { GRAPH ?g { ?s ?p ?o } }")
    assert isinstance(made, Triples)
    assert [o for _, _, o in made] == [number(1), Literal("x", language="en")]


def test_blank_nodes_of_an_answer_are_skolem_iris(store: Store) -> None:
    [(node,)] = rows(store.query("SELECT (BNODE() AS ?b) {}"))
    assert isinstance(node, IRI)
    assert node.value.startswith(SKOLEM)


@pytest.mark.parametrize("wrong", ["DROP ALL", "SELECT * { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }"])
def test_a_query_that_would_write_or_call_is_refused(store: Store, wrong: str) -> None:
    with pytest.raises(Refused):
        store.query(wrong)


@pytest.mark.parametrize("wrong", ["SELECT", "SELECT (<urn:f>(1) AS ?x) {}"])
def test_a_query_that_cannot_run_is_refused(store: Store, wrong: str) -> None:
    with pytest.raises(QueryRefused):
        store.query(wrong)


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
