"""The directory that asks the state, beside the one that holds all entries: they say the same."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from diaspora_kg.article import Article
from diaspora_kg.build.stored import StoredDirectory
from diaspora_kg.identity import JOINED_KINDS, Directory
from diaspora_kg.pipeline import records
from diaspora_kg.project import Project
from diaspora_kg.state import State, codec
from tests.growing import built
from tests.small import ANNOTATION, project, write

RENAMED = ANNOTATION.replace("  title: League", "  key: archive\n  formerly: [library]\n  title: League")


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Directory, StoredDirectory]]:
    root = project(tmp_path_factory.mktemp("stored") / "p")
    write(root, "articles/library.yaml", RENAMED)
    built(root)
    with closing(State(root / ".dkg/state.sqlite")) as state:
        yield records(Project.load(root)), StoredDirectory(state)


@pytest.mark.parametrize(
    "key", ["promise", "archive.promise", "library.promise", "herald", "venn", "later.x"]
)
def test_a_key_is_found_by_both(both: tuple[Directory, StoredDirectory], key: str) -> None:
    held, stored = both
    for article in (None, "archive", "later"):
        one, other = held.find(key, article), stored.find(key, article)
        assert (one and (one.key, one.kind, one.article, one.line)) == (
            other and (other.key, other.kind, other.article, other.line)
        )
    one, other = held.record(key), stored.record(key)
    assert (one and one.key) == (other and other.key)


@pytest.mark.parametrize(
    ("key", "near"), [("archive.lague", "archive.league"), ("venn", "archive.venn"), ("herold", "herald")]
)
def test_both_suggest_the_nearest(both: tuple[Directory, StoredDirectory], key: str, near: str) -> None:
    for directory in both:
        assert directory.suggested(key, JOINED_KINDS) == near
        assert directory.suggested("nothing.alike.at.all", JOINED_KINDS) is None


def test_both_know_a_renamed_article(both: tuple[Directory, StoredDirectory]) -> None:
    for directory in both:
        assert (directory.renamed("library"), directory.renamed("archive")) == ("archive", None)
        assert (directory.has_article("archive"), directory.has_article("library")) == (True, False)
        assert directory.nearest("archve.promis", "later") == "archive.promise"


def test_what_an_article_declares_it_needs_as_well(tmp_path: Path) -> None:
    """Its whole keys stand once, as its entries; the short ones might be the register's some day."""
    root = project(tmp_path / "p")
    built(root)
    with closing(State(root / ".dkg/state.sqlite")) as state:
        place, later = ("articles/library.yaml", "library"), ("articles/later.yaml", "later")
        assert state.needing("library.promise") == [later, place]  # which speaks of it
        assert state.needing("promise") == state.needing("library") == [place]
        assert state.rows("SELECT path, article FROM need WHERE key = 'library.promise'") == [later]


def test_what_an_entry_says_does_not_depend_on_its_place() -> None:
    def said(article: Article) -> str:
        return codec.said("article", codec.write(article))

    one = Article("key", 'a "file":"b" \\', "Title", "en", 3)
    moved = Article("key", 'c:\\"d"', "Title", "en", 7)
    other = Article("key", 'a "file":"b" \\', "Title, too", "en", 3)
    assert said(one) == said(moved) != said(other)
    assert codec.said("event", '{"key":"\\"line\\":3"}') != codec.said("event", '{"key":"\\"line\\":4"}')
