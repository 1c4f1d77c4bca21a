"""The model of what more articles would cost: fitted to points that are known, told with honest intervals."""

from __future__ import annotations

import math
import xml.etree.ElementTree as ET
from collections.abc import Callable
from pathlib import Path

import pytest

from diaspora_kg.build import build
from diaspora_kg.project import Project
from tests import small
from tests.bench import growth, model
from tests.bench.growth import Point
from tests.bench.marked import placed
from tests.bench.modelplot import plot

SIZES = (300, 1000, 3000, 20_000, 100_000)
TIME = """\
\tUser time (seconds): 100.25
\tSystem time (seconds): 10.75
\tElapsed (wall clock) time (h:mm:ss or m:ss): 1:02:03
\tMaximum resident set size (kbytes): 2048
"""


def made(articles: int, cpu: float, quads: int = 0) -> Point:
    return Point(articles, quads, cpu, 1, 1, 1, 1, 1, 0, "2031-05-02")


def test_a_cost_that_is_the_same_for_each_article_is_found() -> None:
    points = [made(n, 3 + 0.01 * n) for n in SIZES]
    [only] = model.fits(model.SERIES[1], points)
    assert only.shape is model.SHAPES[0]
    assert only.at(1_000_000) == pytest.approx(10_003)
    assert only.worst < 1e-9


@pytest.mark.parametrize(
    ("number", "cost"),
    [(1, lambda n: n * (0.005 + 0.002 * math.log10(n))), (2, lambda n: 0.3 * n**0.6)],
)
def test_another_shape_is_found_and_told_with_its_interval(
    number: int, cost: Callable[[float], float]
) -> None:
    error = (1.002, 0.998, 1.001, 0.999, 1.0)
    points = [made(n, cost(n) * e) for n, e in zip(SIZES, error, strict=True)]
    best = model.fits(model.SERIES[1], points)[0]
    low, high = best.between(10_000_000)
    assert best.shape is model.SHAPES[number]
    assert low < best.at(10_000_000) < high
    assert best.at(10_000_000) == pytest.approx(cost(10_000_000), rel=0.05)


def test_too_few_points_give_no_figure() -> None:
    assert model.fits(model.SERIES[1], [made(300, 5), made(1000, 9), made(3000, 30)]) == []


def test_a_point_of_a_project_that_was_built(tmp_path: Path) -> None:
    root = small.project(tmp_path / "p")
    build(Project.load(root))
    (tmp_path / "time.log").write_text(TIME, "utf-8")
    into = tmp_path / "points.json"
    growth.main(["--built", str(root), "--time", str(tmp_path / "time.log"), "--into", str(into)])
    [one] = growth.read(into)
    assert (one.articles, one.cpu, one.seconds, one.mib) == (2, 111.0, 3723.0, 2.0)
    assert one.quads > 1000
    assert min(one.store_mib, one.index_mib, one.state_mib, one.nquads_mib) > 0
    with pytest.raises(ValueError, match="time -v"):
        growth.told("nothing")


def test_the_page_and_the_picture_are_those_of_the_points(capsys: pytest.CaptureFixture[str]) -> None:
    model.main([])
    lines = capsys.readouterr().out.splitlines()
    page = model.PAGE.read_text("utf-8")
    assert len(lines) > 15
    assert placed(page, model.BEGIN, lines) == page, "run: python -m tests.bench.model --write"
    picture = plot(list(model.curves(growth.read(growth.FILE))))
    assert model.PICTURE.read_text("utf-8") == picture, "run: python -m tests.bench.model --write"
    ET.fromstring(picture)


def test_a_page_without_a_place_is_not_overwritten() -> None:
    with pytest.raises(ValueError, match="no place"):
        placed("a page", model.BEGIN, ["a table"])
