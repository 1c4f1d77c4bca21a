"""The index finds nodes by key, by former key and by words; the state comes back as it was saved."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from diaspora_kg import state
from diaspora_kg.errors import Finding, Severity
from diaspora_kg.index import (
    Content,
    FormerRow,
    Index,
    NodeRow,
    OriginRow,
    WordRow,
    Writer,
    compact,
    fold,
    save,
)
from diaspora_kg.index.hashed import of_formers, of_nodes, of_places
from diaspora_kg.index.rows import cells

BASE = "https://example.org/id/"
LEAGUE = NodeRow(BASE + "organization/a.league", "organization", "a.league", "Norland League")
ARTICLE = NodeRow(BASE + "article/a", "article", "a", "A title")
PASSAGE = NodeRow(BASE + "passage/a.1-9", "passage", "a.1-9")
MENTION = NodeRow(BASE + "mention/a.1-9", "mention", "a.1-9")
CONTENT = Content(
    (LEAGUE, ARTICLE, PASSAGE, MENTION, LEAGUE),
    (OriginRow(LEAGUE.iri, "a", "articles/a.yaml", 9), OriginRow(ARTICLE.iri, "a", "articles/a.yaml", 2)),
    (FormerRow("old", ARTICLE.iri),),
    (
        WordRow(LEAGUE.iri, "name", "az", "Şimal Birliyi"),
        WordRow(LEAGUE.iri, "name", "ru", "Северный союз"),
        WordRow(PASSAGE.iri, "quote", "en", 'the "Şimal Birliyi" of Norland said'),
        WordRow(ARTICLE.iri, "title", "en", "A title"),
    ),
).sorted()


@pytest.fixture
def index(tmp_path: Path) -> Iterator[Index]:
    save(tmp_path / "index.sqlite", CONTENT)
    with Index(tmp_path / "index.sqlite") as opened:
        yield opened


def test_a_node_is_found_by_key_and_by_iri(index: Index) -> None:
    assert index.find("a.league") == index.find(LEAGUE.iri) == (LEAGUE,)
    assert index.find("a.1-9") == (MENTION, PASSAGE)
    assert index.find("league") == ()


def test_a_former_key_leads_to_the_node_and_to_those_below_it(index: Index) -> None:
    assert index.find("old") == (ARTICLE,)
    assert index.find("old.league") == (LEAGUE,)
    assert index.find("old.none") == ()
    assert index.formers_of(ARTICLE.iri) == ("old",)


def test_a_node_has_file_and_line(index: Index) -> None:
    assert index.origin_of(LEAGUE.iri) == OriginRow(LEAGUE.iri, "a", "articles/a.yaml", 9)
    assert index.origin_of(PASSAGE.iri) is None
    assert {row.iri for row in index.origins_in("a")} == {LEAGUE.iri, ARTICLE.iri}
    assert index.articles() == {"a": "articles/a.yaml"}


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("simal", [LEAGUE, PASSAGE]),
        ("ŞİMAL birlıyı", [LEAGUE, PASSAGE]),
        ("союз северныи", [LEAGUE]),
        ("norland said", [PASSAGE]),
        ("of", [PASSAGE]),
        ('"Şimal', [PASSAGE]),
        ("a title", [ARTICLE]),
        ("%", []),
        ("", []),
        ("OR", [PASSAGE]),
        ("norland OR", [PASSAGE]),
        ("norland NOT said", []),
    ],
)
def test_words_are_found_in_any_spelling(index: Index, asked: str, found: list[NodeRow]) -> None:
    assert [hit.node for hit in index.search(asked)] == found


@pytest.mark.parametrize("odd", ["a\0b", "\udcff", '""', "'; DROP TABLE node", "*", "a AND (b"])
def test_whatever_is_typed_is_only_looked_for(index: Index, odd: str) -> None:
    assert index.search(odd) == ()
    assert index.find(odd) == ()


def test_a_search_may_be_limited(index: Index) -> None:
    assert len(index.search("simal", limit=1)) == 1


@pytest.mark.parametrize(
    ("written", "key"),
    [
        ("Straße", "strasse"),
        ("İI ıi", "ii ii"),
        ("Ünïon\u00a0X", "union x"),
        ("Հայ", "հայ"),
        ("Şəfəq", "sefeq"),
        ("ƏLƏMDAR", "elemdar"),
        ("Łukasz Ørsted", "lukasz orsted"),
        ("Æþelðryð", "aetheldryd"),
        ("Oʻzbek", "o'zbek"),
    ],
)
def test_folding(written: str, key: str) -> None:
    assert fold(written) == key
    assert fold(key) == key


def test_the_hash_is_that_of_the_rows_alone(tmp_path: Path) -> None:
    shuffled = Content(CONTENT.nodes[::-1], CONTENT.origins[::-1], CONTENT.formers, CONTENT.words[::-1])
    assert shuffled.sorted().sha256() == CONTENT.sha256()
    moved = Content(CONTENT.nodes, CONTENT.origins[1:], CONTENT.formers, CONTENT.words)
    assert moved.sha256() != CONTENT.sha256()


def amended(tmp_path: Path) -> tuple[Path, str]:
    """The index, linked from another and amended: the league has a new name and a new place."""
    save(tmp_path / "index.sqlite", CONTENT)
    (tmp_path / "late").mkdir()
    new = tmp_path / "late/index.sqlite"
    new.hardlink_to(tmp_path / "index.sqlite")
    total = of_nodes(list(map(cells, CONTENT.nodes)), list(map(cells, CONTENT.words)))
    total.join(of_places(map(cells, CONTENT.origins)))
    total.join(of_formers(map(cells, CONTENT.formers)))
    with Index(tmp_path / "index.sqlite") as before:
        writer = Writer(new, before, total, Counter(node.kind for node in CONTENT.nodes))
        writer.forget_node(LEAGUE.iri)
        writer.nodes([RENAMED], [WordRow(LEAGUE.iri, "name", "en", "Union of Norland")])
        writer.forget_places("a", ARTICLE.iri)
        writer.places([OriginRow(LEAGUE.iri, "a", "articles/a.yaml", 20)], [FormerRow("older", ARTICLE.iri)])
        writer.close()
    return new, writer.total.hex


RENAMED = NodeRow(LEAGUE.iri, "organization", "a.league", "Union of Norland")


@pytest.mark.parametrize("compacted", [False, True])
def test_an_amended_index_is_one_of_its_rows(tmp_path: Path, compacted: bool) -> None:
    path, total = amended(tmp_path)
    if compacted:
        compact(path)
    rows = Content(
        (*(node for node in CONTENT.nodes if node != LEAGUE), RENAMED),
        (OriginRow(LEAGUE.iri, "a", "articles/a.yaml", 20),),
        (FormerRow("older", ARTICLE.iri),),
        (
            *(row for row in CONTENT.words if row.iri != LEAGUE.iri),
            WordRow(LEAGUE.iri, "name", "en", "Union of Norland"),
        ),
    ).sorted()
    with Index(path) as found:
        found.check()
        assert total == rows.sha256()
        assert sorted(found.all_rows("nodes")) == sorted(map(cells, rows.nodes))
        assert sorted(found.all_rows("words")) == sorted(map(cells, rows.words))
        assert found.search("simal") == found.search("Şimal Birliyi of")
        assert [hit.node for hit in found.search("union")] == [RENAMED]
        assert found.find("old") == ()
        assert found.find("older") == (ARTICLE,)
        assert found.origin_of(LEAGUE.iri) == OriginRow(LEAGUE.iri, "a", "articles/a.yaml", 20)
    with Index(tmp_path / "index.sqlite") as before:
        assert before.find("a.league") == (LEAGUE,)


FINDING = Finding("articles/a.yaml", 3, Severity.WARNING, "x", "m", "h", "w", "s", "a")


def test_a_state_comes_back_as_it_was_committed(tmp_path: Path) -> None:
    path = tmp_path / "state #1?.sqlite"
    row = state.ArticleState("articles/a.yaml", "a", 2, formerly=("old",), valid=True)
    with closing(state.State(path, fresh=True)) as new:
        new.keep_article(row)
        new.keep_files([state.FileStamp("articles/a.yaml", 7, 10**18, 10**18, 99, "ab")])
        new.tell("articles/a.yaml", "a", [FINDING])
        new.commit()
        new.forget_article("articles/a.yaml", "a")
    with closing(state.State(path)) as again:
        assert again.articles() == [row]
        assert list(again.findings()) == [FINDING]
        assert again.files()["articles/a.yaml"].sha256 == "ab"


def test_a_state_that_cannot_be_used_is_told(tmp_path: Path) -> None:
    path = tmp_path / "state.sqlite"
    path.write_bytes(b"not a database, but longer than a header of one" * 9)
    with pytest.raises(sqlite3.DatabaseError):
        state.State(path)
    state.State(path, fresh=True).close()
    with closing(sqlite3.connect(path)) as db, db:
        db.execute("UPDATE meta SET value = '999' WHERE key = 'format'")
    with pytest.raises(sqlite3.DatabaseError, match="format"):
        state.State(path)


def test_words_made_searchable_on_the_way_are_found_once_and_forgotten_with_their_node(
    tmp_path: Path,
) -> None:
    path = tmp_path / "index.sqlite"
    writer = Writer(path)
    writer.nodes(CONTENT.nodes, CONTENT.words)
    writer.make_searchable()
    writer.forget_node(PASSAGE.iri)  # the last that was said: its number is given again
    other = WordRow(PASSAGE.iri, "quote", "en", "words of the Vesmark Union")
    writer.nodes([PASSAGE], [other])
    writer.close()
    with Index(path) as found:
        assert [hit.words for hit in found.search("vesmark")] == [other.words]
        assert not found.search("Norland said")
        assert [hit.words for hit in found.search("A title")] == ["A title"]
    with closing(sqlite3.connect(path)) as db:
        assert db.execute("SELECT count(*) FROM word").fetchone() == (4,)
