"""Worked examples of label maps: a made-up text with a brat file of each scheme gives this graph.

``tests/marked/<map>/`` holds the text, the annotation and its header; ``expected.trig`` is the graph, changed
by hand where a map changes on purpose.
"""

from __future__ import annotations

import shutil
import tomllib
from pathlib import Path

import pyoxigraph as ox
import pytest

from diaspora_kg.content import content
from diaspora_kg.pipeline import Run, run
from diaspora_kg.project import Project
from tests.examples import dkg

HERE = Path(__file__).parent / "marked"
MAPS = sorted(path.name for path in HERE.iterdir() if (path / "expected.trig").exists())


def prepared(name: str, folder: Path) -> Run:
    shutil.copytree(HERE / name, folder / "articles", ignore=shutil.ignore_patterns("expected.trig"))
    settings = 'format = 1\ntitle = "Marked"\nbase = "https://example.org/kg/"\n[ingest."*.ann"]\n'
    (folder / "dkg.toml").write_text(f'{settings}labels = "{name}"\n', "utf-8")
    return run(Project.load(folder))


def test_the_families_of_schemes_have_an_example() -> None:
    assert {"attribution", "news", "speech"} <= set(MAPS)


@pytest.mark.parametrize("name", MAPS)
def test_an_example_gives_its_graph(name: str, tmp_path: Path) -> None:
    done = prepared(name, tmp_path)
    [article] = done.articles
    assert article.mapped is not None
    expected = ox.parse((HERE / name / "expected.trig").read_bytes(), format=ox.RdfFormat.TRIG)
    lines = "\n".join(line for graph in article.mapped.graphs.values() for line in graph)
    assert set(ox.parse(lines.encode(), format=ox.RdfFormat.N_QUADS)) == set(expected)


@pytest.mark.parametrize("name", MAPS)
def test_an_example_is_fit_to_be_published(name: str, tmp_path: Path) -> None:
    """Only an id of a register that is not allowed is told, with the line it stands in."""
    found = [(one.code, one.line) for one in prepared(name, tmp_path).all_findings()]
    assert found == ([("to-link", 26)] if name == "news" else [])


@pytest.mark.parametrize("name", ["attribution", "news", "speech"])
def test_a_map_is_a_few_dozen_lines(name: str) -> None:
    written = (content("ingest", "labels") / f"{name}.toml").read_text("utf-8")
    assert tomllib.loads(written)["about"]
    assert len(written.splitlines()) < 100


def test_what_is_not_linked_is_a_list_for_a_person(tmp_path: Path) -> None:
    prepared("news", tmp_path)
    listed = [line.split("\t") for line in dkg("labels", "to-link", project=tmp_path).splitlines()]
    assert listed[0] == ["article", "key", "kind", "words", "id", "file", "line"]
    assert [(row[1], row[3], row[4], row[6]) for row in listed[1:]] == [
        ("", "Anna Orel", "GND:118540238", "26"),
        ("person-220-229", "Anna Orel", "", "12"),
        ("person-30-39", "Mira Vesk", "", "1"),
        ("place-110-114", "Halm", "", "6"),
    ]
