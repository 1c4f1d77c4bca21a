"""First rows are rows of the whole answer, totals are kept with the snapshot, words are searched."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from diaspora_kg.errors import UsageError
from diaspora_kg.index import Index, Worded, worded
from diaspora_kg.project import Project
from diaspora_kg.queries.answer import Answer, counted, run
from diaspora_kg.queries.articles import few
from diaspora_kg.queries.catalog import Catalog, SavedQuery, read
from diaspora_kg.queries.first import streams
from diaspora_kg.queries.lookup import Lookup
from diaspora_kg.queries.opened import opened
from diaspora_kg.queries.searched import MOST
from diaspora_kg.queries.totals import Totals
from diaspora_kg.store.embedded import EmbeddedStore
from diaspora_kg.store.snapshots import Snapshots
from diaspora_kg.terms import IRI
from tests.examples import copy_of, dkg
from tests.large import as_large


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Project:
    folder = copy_of("demo", tmp_path_factory.mktemp("first"))
    dkg("build", project=folder)
    return Project.load(folder)


@pytest.fixture
def small(demo: Project) -> Iterator[Lookup]:
    with opened(demo) as graph:
        yield graph.lookup


@pytest.fixture
def large(small: Lookup) -> Lookup:
    return as_large(small)


def catalog() -> Catalog:
    return Catalog.load([Path(__file__).parents[1] / "queries"])


GIVEN = {"names-without-form": {"language": ["az"]}, "said-about": {"target": ["court-ruling.dissolution"]}}
"""What is asked where a query must be told something."""


def alone() -> list[str]:
    """The queries whose first rows can be had alone, and that need no other parameter."""
    return [
        name
        for name, query in catalog().queries.items()
        if (query.header.pieces[1] or streams(query.text))
        and (name in GIVEN or all(one.optional or one.default is not None for one in query.parameters))
    ]


def saved(folder: Path, header: str, text: str) -> SavedQuery:
    path = folder / "some-query.rq"
    path.write_text(f"#+ summary: a\n{header}\n{text}\n", "utf-8")
    return read(path)


def rows(answer: Answer) -> set[tuple[object, ...]]:
    """Rows with the claims of a cell in no order, which a group does not have."""
    return {
        tuple(" ".join(sorted(cell.split(" "))) if name == "claims" else cell for name, cell in named)
        for row in answer.cells
        for named in [list(zip(answer.columns, row, strict=True))]
    }


@pytest.mark.parametrize("name", alone())
def test_first_rows_are_rows_of_the_whole_answer(name: str, small: Lookup, large: Lookup) -> None:
    query, given = catalog().get(name), GIVEN.get(name, {})
    whole = run(query, given, small, label=False)
    every = rows(whole)
    before: set[tuple[object, ...]] = set()
    for limit in (1, 3, 10, 100_000):
        answer = run(query, given, large, limit=limit, label=False)
        assert len(answer.rows) == min(limit, whole.total)
        assert rows(answer) <= every
        assert before <= rows(answer) or limit > 10  # all rows come in another order
        assert answer.total == whole.total if answer.counted else limit < answer.total <= whole.total
        before = rows(answer)


def test_pieces_that_are_all_there_are_give_the_whole_answer(small: Lookup, large: Lookup) -> None:
    query = catalog().get("figures")
    assert query.header.pieces == ("subject", ("pattern",))
    whole, answer = run(query, {}, small), run(query, {}, large, limit=1000)
    assert (answer.counted, answer.cells) == (True, whole.cells)
    none = {"measure": ["dkgv:noMeasure"]}
    assert not run(query, none, small).rows
    assert run(query, none, large, limit=10).counted


@pytest.mark.parametrize("end", ["ORDER BY DESC(?claims)", "LIMIT 2", "OFFSET 3"])
def test_a_query_that_sorts_or_cuts_is_asked_as_a_whole(end: str, small: Lookup, large: Lookup) -> None:
    query = next(one for one in catalog().queries.values() if one.header.pieces[1] and not one.ordered)
    query = replace(query, text=f"{query.text}\n{end}")
    whole, answer = run(query, {}, small, limit=3), run(query, {}, large, limit=3)
    assert (answer.rows, answer.total) == (whole.rows, whole.total)


def test_pieces_are_not_looked_for_outside_the_graphs_that_a_query_names(
    small: Lookup, large: Lookup, tmp_path: Path
) -> None:
    named = few((), 1, small)[0]
    query = saved(
        tmp_path,
        "#+ pieces: {thing: pattern}",
        f"SELECT ?thing (COUNT(?says) AS ?n) FROM <{named}> WHERE {{ ?thing ?says ?any }} GROUP BY ?thing",
    )
    whole = run(query, {}, small, label=False)
    assert whole.total
    assert rows(run(query, {}, large, limit=100_000, label=False)) == rows(whole)
    assert run(query, {}, large, limit=1, label=False).total == whole.total


@pytest.mark.parametrize("languages", [("en",), ("az", "ru"), ()])
def test_labels_of_the_index_are_those_of_the_graph(languages: tuple[str, ...], small: Lookup) -> None:
    assert small.index is not None
    nodes = [row[0] for row in small.index.all_rows("nodes")]
    told = replace(small, languages=languages).labels(map(str, nodes))
    assert len(told) > 100
    assert told == replace(small, languages=languages, index=None).labels(map(str, nodes))


def test_a_label_of_the_index_is_not_looked_for_in_the_store(
    small: Lookup, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert small.index is not None
    claims = [iri for iri, role, _, _ in small.index.all_rows("words") if role == "paraphrase"]
    monkeypatch.setattr(EmbeddedStore, "query", None)
    assert small.labels(map(str, claims)).keys() == set(claims)


def test_a_total_is_counted_apart_and_kept(large: Lookup) -> None:
    query = catalog().get("statements")
    first = run(query, {}, large, limit=2)
    assert (first.counted, first.cut, len(first.rows)) == (False, True, 2)
    told = counted(first, large)
    assert told.counted
    assert told.total == len(run(query, {}, large).rows)
    assert run(query, {}, large, limit=2).total == told.total
    assert large.totals is not None
    assert large.totals.get(first.sparql) == told.total


def test_what_cannot_be_counted_in_time_is_not_guessed(large: Lookup) -> None:
    first = run(catalog().get("statements"), {}, large, limit=2)
    assert counted(first, large, seconds=0.001) == first


@pytest.mark.parametrize("written", ["", "[]", "{", '{"a": "b"}', "[" * 100_000, '{"a": -1}', "\x00"])
def test_a_damaged_file_of_totals_is_none(written: str, tmp_path: Path) -> None:
    (tmp_path / "totals.json").write_text(written, "utf-8")
    totals = Totals(tmp_path)
    assert totals.get("SELECT * {}") is None
    totals.keep("SELECT * {}", 7)
    assert totals.get("SELECT * {}") == 7


@pytest.mark.parametrize(
    "text",
    ["SELECT * { FILTER(NOW() > ?a) }", "SELECT * { FILTER(rand() > 0.5) }", "SELECT * { FILTERnow() }",
     "SELECT * { FILTER(NOW # (\n ( ) > ?a) }",
     "SELECT (STRUUID() AS ?a) {}", "SELECT (UUID() AS ?a) {}", "SELECT (BNODE() AS ?a) {}"],
)  # fmt: skip
def test_what_may_be_another_number_tomorrow_is_not_kept(text: str, tmp_path: Path) -> None:
    totals = Totals(tmp_path)
    totals.keep(text, 0)
    assert totals.get(text) is None
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    "text",
    [
        'SELECT * { ?a ?b "NOW()" }',
        "SELECT ?now { <urn:NOW> ex:NOW ?now } # NOW()",
        "SELECT * {}",
        "SELECT * { ?a ex:now (1) }",
    ],
)
def test_words_that_are_no_functions_keep_a_total(text: str, tmp_path: Path) -> None:
    totals = Totals(tmp_path)
    totals.keep(text, 3)
    assert totals.get(text) == 3


def test_a_question_of_today_is_counted_each_time(large: Lookup) -> None:
    query = catalog().get("statements")
    query = replace(query, text=query.text.replace("WHERE {", "WHERE { FILTER(YEAR(NOW()) > 2000)", 1))
    whole = run(query, {}, large, label=False)
    first = run(query, {}, large, limit=1, label=False)
    assert not first.counted
    assert counted(first, large).total == whole.total > 1
    assert large.totals is not None
    assert not large.totals.folder.joinpath("totals.json").exists()


def test_totals_that_cannot_be_written_are_not_kept(tmp_path: Path) -> None:
    totals = Totals(tmp_path / "gone")
    totals.keep("SELECT * {}", 7)
    assert totals.get("SELECT * {}") is None


def test_the_command_says_how_many_rows_there_are(demo: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("diaspora_kg.queries.totals._SMALL", 0)
    shown = dkg("query", "run", "statements", "--limit", "2", project=demo.root)
    total = len(json.loads(dkg("query", "run", "statements", "--output", "json", project=demo.root))["rows"])
    assert f"{total} row" in shown
    told = json.loads(
        dkg("query", "run", "statements", "--limit", "2", "--output", "json", project=demo.root)
    )
    assert (told["total"], told["cut"]) == (total, True)


def words(*texts: str) -> dict[str, tuple[str, ...]]:
    return {"words": texts}


def claims(answer: Answer) -> set[str]:
    return {row[0].value.rpartition("/")[2] for row in answer.rows if isinstance(row[0], IRI)}


@pytest.fixture
def said() -> SavedQuery:
    return catalog().get("said-in-words")


def test_words_are_found_in_quotes_and_paraphrases(said: SavedQuery, small: Lookup) -> None:
    assert "court-ruling.dissolved" in claims(run(said, words("district court DISSOLVED"), small))
    assert "bridge-courier.ready" in claims(run(said, words("ready to mediate"), small))  # a quote
    assert not run(said, words("zebra crossing"), small).rows
    both = claims(run(said, words("ready to mediate", "district court dissolved"), small))
    assert both >= {"bridge-courier.ready", "court-ruling.dissolved"}


@pytest.mark.parametrize(
    "typed",
    ['court" OR "a', "court*", "NEAR(court dissolved)", "folded:court", "-court", '"court', "court NOT x",
     "court) AND (x", "^court", "court + x", "\x00court", "'; DROP TABLE word; --court", "\ud800court"],
)  # fmt: skip
def test_signs_of_the_index_are_words_like_others(typed: str, said: SavedQuery, small: Lookup) -> None:
    whole = claims(run(said, words("court"), small))
    assert claims(run(said, words(typed), small)) <= whole


@pytest.mark.parametrize("typed", ["", " ", "a b", "¿"])
def test_too_little_to_look_for_is_told(typed: str, said: SavedQuery, small: Lookup) -> None:
    with pytest.raises(UsageError, match="three letters"):
        run(said, words(typed), small)


def test_more_words_than_can_be_searched_for_are_told(said: SavedQuery, small: Lookup) -> None:
    many = " ".join(chr(0x100 + number) for number in range(0, 4000, 2))
    with pytest.raises(UsageError, match="at most 100"):
        run(said, words(f"court {many}"), small)
    assert claims(run(said, words("court " * 5000), small)) == claims(run(said, words("court"), small))
    assert claims(run(said, words("court " + "of " * 5000), small))


def test_all_texts_together_have_the_time_of_one(
    said: SavedQuery, small: Lookup, monkeypatch: pytest.MonkeyPatch
) -> None:
    given: list[float] = []

    def slow(index: Index, text: str, limit: int, seconds: float) -> Worded:
        given.append(seconds)
        time.sleep(0.02)
        return worded(index, text, limit, 3)

    monkeypatch.setattr("diaspora_kg.queries.searched.worded", slow)
    run(said, words("court", "ready", "district"), small)
    assert given[0] - given[2] >= 0.04


def test_a_graph_without_an_index_is_told(said: SavedQuery, small: Lookup) -> None:
    with pytest.raises(UsageError, match="dkg build"):
        run(said, words("court"), replace(small, index=None))


def test_more_than_can_be_asked_about_is_told(
    said: SavedQuery, small: Lookup, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert not run(said, words("court"), small).notices
    monkeypatch.setattr("diaspora_kg.queries.searched.MOST", 3)
    answer = run(said, words("court"), small)
    assert len(answer.notices) == 1
    assert "found more than 3 times" in answer.notices[0]
    assert len(claims(answer)) <= 3 < MOST


def test_the_snapshot_stays_as_it_was_published(demo: Project) -> None:
    snapshot = Snapshots(demo.derived).current()
    assert snapshot is not None
    assert {path.name for path in snapshot.path.iterdir()} <= {
        "index.sqlite", "manifest.json", "parted.json", "store", "totals.json", "turned.json",
    }  # fmt: skip
