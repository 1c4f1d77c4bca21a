"""Search over names in any script, on a real server and in the index itself."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest

from diaspora_kg.build import build
from diaspora_kg.index import Index, NodeRow, WordRow, Writer
from diaspora_kg.project import Project
from tests import hostile_town
from tests.hostile_town import BASE, NAMES
from tests.markup import Page
from tests.serving import Served, serving


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = hostile_town.project(tmp_path_factory.mktemp("search") / "town")
    assert build(Project.load(folder)).findings == ()
    with serving(folder, "--root-path", "/graph") as running:
        yield running


def ask(served: Served, words: str, rest: str = "") -> list[dict[str, object]]:
    found = served.get(f"/api/search?q={quote(words)}{rest}")
    assert found.status == 200, found.text
    body = json.loads(found.body)
    assert body["complete"] is True
    results: list[dict[str, object]] = body["results"]
    return results


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        ("союз", "ısı-key"),
        ("ТАРВИЙЦЕВ", "ısı-key"),
        ("со", "ısı-key"),
        ("Տարվիայի", "hayk"),
        ("ՏԱՐՎԻԱՅԻ մի", "hayk"),
        ("კავშირი", "kart"),
        ("ტ", "kart"),
        ("umumtarviya", "ac"),
        ("ÜMUMTARVİYA birliyi", "ac"),
        ("bir", "ac"),
        ("<script>alert('n", "script"),
        ('" onmouseover="', "quote"),
        ("{{ 7*7", "template"),
        ("long long long", "long"),
    ],
)
def test_a_name_is_found_in_its_script(served: Served, typed: str, key: str) -> None:
    first, *_ = ask(served, typed, "&kind=organization")
    assert (first["key"], first["label"], first["kind"]) == (key, NAMES[key], "organization")
    assert str(first["iri"]).startswith(f"{BASE}id/organization/")
    assert str(first["page"]).startswith("/graph/page/organization/")


@pytest.mark.parametrize(
    "typed", ["", "  ", "%", "_", "*", '"', "' OR 1=1 --", "NEAR(", "a AND", "\0", "\ud800", "zz" * 90]
)
def test_what_is_no_name_finds_nothing_of_the_kind(served: Served, typed: str) -> None:
    found = served.get(f"/api/search?q={quote(typed.encode('utf-8', 'replace'))}&kind=polity")
    assert (found.status, json.loads(found.body)["results"]) == (200, [])


def test_kinds_and_the_number_of_answers(served: Served) -> None:
    assert {one["kind"] for one in ask(served, "venn")} == {"person"}
    assert ask(served, "venn", "&kind=organization") == []
    assert len(ask(served, "the", "&limit=1")) == 1
    assert {one["kind"] for one in ask(served, "circle", "&kind=article+organization")} == {
        "article",
        "organization",
    }


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("q=a&limit=0", "limit is a number"),
        ("q=a&limit=1000", "limit is a number"),
        ("q=a&limit=%C2%B2", "limit is a number"),
        ("q=a&kind=robot", "no kind of thing"),
        ("q=a&kind=%27;--", "no kind of thing"),
        ("q=" + "a" * 201, "longer than"),
        ("q=a&sort=1", "has no parameter"),
    ],
)
def test_a_wrong_search_gets_a_sentence(served: Served, query: str, words: str) -> None:
    for path in (f"/api/search?{query}", f"/search?{query}"):
        found = served.get(path)
        assert found.status == 400
        assert words in found.text
        assert "Traceback" not in found.text


def test_an_answer_that_the_client_has_is_not_sent_again(served: Served) -> None:
    first = served.get("/api/search?q=venn")
    assert served.get("/api/search?q=venn", {"If-None-Match": first.headers["etag"]}).status == 304
    assert served.get("/api/search?q=other", {"If-None-Match": first.headers["etag"]}).status == 200


def test_the_page_of_a_search_shows_what_was_typed_as_text(served: Served) -> None:
    for typed in ("<script>alert(1)</script>", '"><img src=x>', "circle"):
        read = Page(served.get(f"/search?q={quote(typed)}").text)
        assert read.faults == []
    assert "/graph/page/organization/first.club" in read.links
    by_words = Page(served.get("/search?q=glad").text)
    assert "/graph/page/claim/first.glad" in by_words.links


def rows(root: Path, names: dict[str, str]) -> Index:
    writer = Writer(root / "index.sqlite")
    nodes = [NodeRow(f"urn:x:{key}", "person", key, words) for key, words in names.items()]
    writer.nodes(nodes, [WordRow(node.iri, "name", "en", node.label) for node in nodes])
    writer.close()
    return Index(root / "index.sqlite")


def test_the_nearest_name_comes_first_and_each_node_once(tmp_path: Path) -> None:
    names = {"c": "Old Ada", "d": "Canada", "b": "Ada Venn", "a": "ADA"}
    with rows(tmp_path, names) as index:
        found, whole = index.suggest("ada")
    assert ([hit.node.key for hit in found], whole) == (["a", "b", "c", "d"], True)


def test_a_search_without_time_says_that_it_is_not_complete(tmp_path: Path) -> None:
    with rows(tmp_path, {f"p{n}": f"Ada {n}" for n in range(3000)}) as index:
        some, whole = index.suggest("a", limit=5000, seconds=-1)
        assert (len(some) < 3000, whole) == (True, False)
        some, whole = index.suggest("a", limit=3, seconds=60)
        assert (len(some), whole) == (3, True)
