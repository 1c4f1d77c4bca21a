"""The page of a saved query over a large graph: the first rows at once, and the way to all of them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from diaspora_kg.store import Snapshots
from tests.asking import Site, site_of
from tests.examples import copy_of, dkg

_LARGE = 10**7  # quads, as its manifest says: a graph of which all rows are not asked for at once


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    project = copy_of("demo", tmp_path_factory.mktemp("large"))
    dkg("build", project=project)
    with Snapshots(project / ".dkg").reading() as snapshot:
        said = snapshot.path / "manifest.json"
        manifest = json.loads(said.read_bytes())
        manifest["counts"]["quads"] = _LARGE
        said.chmod(0o644)
        said.write_text(json.dumps(manifest), "utf-8")
    with site_of(project) as site:
        yield site


def totals(large: Site) -> Path:
    with Snapshots(large.project / ".dkg").reading() as snapshot:
        return snapshot.path / "totals.json"


def test_the_first_rows_come_at_once_and_lead_to_all(large: Site, site: Site) -> None:
    totals(large).unlink(missing_ok=True)
    page = large.page("statements", [("page_size", "3")])
    assert page.status == 200
    assert len(page.all("tbody")[0].words.strip()) > 0
    assert "more than 3 rows" in page.text
    assert "Here are the first 3 that were found." in page.text
    assert "Cite" not in page.text
    assert not page.all("nav", class_="pages")
    every = next(link for link in page.all("a") if link.words == "All rows, in order")
    path, _, query = every.attributes["href"].partition("?")
    assert "sort=" in query
    whole = large.read(every.attributes["href"])
    asked = site.page("statements", [("page_size", "3")])
    assert "Cite" in whole.text
    assert [one.words for one in whole.all("h2", id="answer")] == [
        one.words for one in asked.all("h2", id="answer")
    ]
    assert path.endswith("/queries/statements")


def test_a_total_that_is_known_is_told(large: Site) -> None:
    whole = json.loads(large.api("statements").body)
    assert totals(large).is_file()
    page = large.page("statements", [("page_size", "2")])
    assert f"{whole['total']} rows" in page.all("h2", id="answer")[0].words
    assert "Here are the first 2 that were found." in page.text


@pytest.mark.parametrize("more", [("sort", "statement"), ("filter", "article:a"), ("page", "2")])
def test_what_needs_all_rows_has_them(large: Site, more: tuple[str, str]) -> None:
    page = large.page("statements", [("page_size", "2"), more])
    assert page.status == 200
    assert "that were found" not in page.text


def test_an_answer_with_few_rows_is_the_whole_one(large: Site, site: Site) -> None:
    page, asked = large.page("planned-organizations"), site.page("planned-organizations")
    assert "Cite" in page.text
    assert [row.words for row in page.all("tbody")] == [row.words for row in asked.all("tbody")]


def test_a_program_gets_all_rows(large: Site) -> None:
    answer = json.loads(large.api("statements", [("page", "1"), ("page_size", "2")]).body)
    assert (len(answer["rows"]), answer["pages"] > 1, bool(answer["citation"])) == (2, True, True)
