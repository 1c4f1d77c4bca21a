"""What is annotated in our brat tag set gives the graph that the native annotation gives."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.examples import copy_of
from tests.marking import as_brat, graphs, kept_words, prepared


def test_the_seeds_in_brat_give_the_native_graph(seeds_project: Path) -> None:
    native = prepared(seeds_project)
    as_brat(seeds_project)
    brat = prepared(seeds_project)
    assert {one.article.file[-4:] for one in brat.articles} == {".ann"}
    assert graphs(brat) == graphs(native)
    assert [len(graph) > 1000 for graph in graphs(brat).values()] == [True, True]
    assert max(len(words.split()) for words in kept_words(brat)) <= 15


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return copy_of("demo", tmp_path_factory.mktemp("marked"))


def test_the_demo_in_brat_gives_the_native_graph(demo: Path) -> None:
    native = prepared(demo)
    as_brat(demo)
    brat = prepared(demo)
    assert {one.article.file[-4:] for one in brat.articles} == {".ann"}
    assert graphs(brat) == graphs(native)
    said = {(f.article, f.code) for f in native.all_findings()}
    assert {(f.article, f.code) for f in brat.all_findings()} <= said


def test_runs_name_the_tool(demo: Path) -> None:
    lines = {
        line
        for one in prepared(demo).articles
        for graph in (one.mapped.graphs.values() if one.mapped else ())
        for line in graph
        if "ns#tool>" in line
    }
    assert {line.split('"')[1] for line in lines} == {"brat"}
