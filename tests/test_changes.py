"""For each question there is one article that changes its answer, and the answer changes just so.

``changes/<query>.tsv`` names the article that is added to the demo and the rows that come (+) and
go (-). Each answer is asked before and after. An article may come with decisions of a reviewer.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.examples import EXAMPLES, ROOT, Table, copy_of, dkg

CHANGES = Path(__file__).parent / "changes"
QUERIES = sorted(path.stem for path in CHANGES.glob("*.tsv"))
ADDED = sorted(path.stem for path in (CHANGES / "articles").glob("*.yaml"))


def ask(query: str, params: list[str], project: Path) -> Table:
    options = [word for param in params for word in ("--param", param)]
    return Table.read(dkg("query", "run", query, *options, "--output", "tsv", project=project))


@pytest.fixture(scope="module")
def before(tmp_path_factory: pytest.TempPathFactory) -> Path:
    project = copy_of("demo", tmp_path_factory.mktemp("before"))
    dkg("build", project=project)
    return project


@pytest.fixture(scope="module")
def after(before: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The demo with one more article each, built upon the demo."""
    projects = {}
    for article in ADDED:
        projects[article] = project = tmp_path_factory.mktemp(article) / "demo"
        shutil.copytree(before, project)
        for suffix in (".txt", ".yaml"):
            shutil.copy(CHANGES / "articles" / (article + suffix), project / "articles")
        decided = CHANGES / "articles" / f"{article}.decisions.tsv"
        if decided.exists():
            with (project / "decisions.tsv").open("a", encoding="utf-8") as decisions:
                decisions.write(decided.read_text("utf-8"))
        dkg("build", project=project)
    return projects


def test_every_question_has_its_change() -> None:
    assert sorted(path.stem for path in (ROOT / "queries").glob("*.rq")) == QUERIES


@pytest.mark.parametrize("query", QUERIES)
def test_the_answer_changes_just_so(query: str, before: Path, after: dict[str, Path]) -> None:
    change = Table.read((CHANGES / f"{query}.tsv").read_text("utf-8"))
    (article,) = change.note("article")
    params = list(change.note("param"))
    assert change.rows, "nothing changes"

    old, new = ask(query, params, before), ask(query, params, after[article])

    assert change.columns == ("change", *old.columns) == ("change", *new.columns)
    assert {row[1:] for row in change.rows if row[0] == "+"} == new.rows - old.rows
    assert {row[1:] for row in change.rows if row[0] == "-"} == old.rows - new.rows


@pytest.mark.parametrize("query", QUERIES)
def test_the_change_asks_as_the_demo_does(query: str) -> None:
    change = Table.read((CHANGES / f"{query}.tsv").read_text("utf-8"))
    expected = Table.read((EXAMPLES / "demo" / "expected" / f"{query}.tsv").read_text("utf-8"))
    assert list(change.note("param")) == list(expected.note("param"))
