"""The measurements run and fill their table; no figure is judged here."""

from __future__ import annotations

import asyncio
import json
import shutil
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

from tests.bench.__main__ import BEGIN, END, main
from tests.bench.apart import apart
from tests.bench.builds import First, Size, growth, order
from tests.bench.measure import Measure
from tests.bench.part import PARTS
from tests.bench.plan import Plan
from tests.bench.serve import main as serve
from tests.examples import ROOT

OPTIONAL = ("saved queries", "Largest Contentful Paint of a page of middle size")

PAGE = ROOT / "docs" / "reference" / "speed.md"


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> tuple[int, str, dict[str, Any], Path]:
    """A tiny run of everything: its exit code, what it printed, its JSON, and the page that it filled."""
    folder = tmp_path_factory.mktemp("bench")
    page = shutil.copy(PAGE, folder / "speed.md")
    tiny = ["--repeat", "1", "--rounds", "1", "--pages", "6", "--markdown", str(page), "--work", str(folder)]
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(StringIO()) as out:
        patch.setenv("BENCH_ARTICLES", "10")
        patch.setenv("BENCH_OUT", str(folder / "figures.json"))
        code = main(tiny)
    return code, out.getvalue(), json.loads((folder / "figures.json").read_text("utf-8")), Path(page)


def test_a_tiny_run_measures_every_part(told: tuple[int, str, dict[str, Any], Path]) -> None:
    code, printed, figures, _ = told
    assert {part["name"]: part["failed"] for part in figures["parts"]} == dict.fromkeys(PARTS, "")
    assert code == 0
    assert figures["machine"]["processors"] > 0
    assert "Load average" in printed
    rows = {row["what"]: row for part in figures["parts"] for row in part["rows"]}
    absent = {what: row["note"] for what, row in rows.items() if row["value"] is None}
    assert absent.keys() <= {"mapping of a table of 20,000 rows", *OPTIONAL}
    assert all(row["goal"] is None or row["met"] is not None for row in rows.values() if row["value"])
    assert all(f"| {what} |" in printed for what in rows)


def test_every_goal_of_the_issue_is_a_row(told: tuple[int, str, dict[str, Any], Path]) -> None:
    rows = [row for part in told[2]["parts"] for row in part["rows"] if row["goal"]]
    goals = {(row["what"].partition(",")[0], row["goal"]["bound"]) for row in rows}
    assert goals >= {
        ("articles in memory to the store", 0.9),
        ("first build", 0.45),
        ("first build", 0.35),
        ("rules", 1.0),
        ("memory of the whole build", 2500),
        ("validation", 0.9),
        ("build", 2),
        ("build", 3),
        ("mapping alone", 10),
        ("pages a second on one core", 300),
        ("pages after one changed article", 3),
    }


def test_the_table_goes_to_the_marked_place_of_the_page(
    told: tuple[int, str, dict[str, Any], Path],
) -> None:
    before, after = PAGE.read_text("utf-8"), told[3].read_text("utf-8")
    assert after.partition(BEGIN)[0] == before.partition(BEGIN)[0]
    assert after.partition(END)[2] == before.partition(END)[2] != ""
    assert "| first build, with full validation | at least 0.35 of the load |" in after


def test_a_part_that_fails_costs_the_others_nothing(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    nowhere = ["--morph-kgc", str(tmp_path / "python"), "--work", str(tmp_path)]
    code = main(["--articles", "10", "--repeat", "1", "--only", "mapping", "inmemory", *nowhere])
    printed = capsys.readouterr().out
    assert code == 1
    assert "Failed: mapping." in printed
    assert "**This part failed:**" in printed
    assert "| mapping alone, 10 articles |" in printed
    assert "| articles in memory to the store, 10 articles, in one bulk load |" in printed


def test_small_builds_go_before_and_after_each_large_one(tmp_path: Path) -> None:
    assert [*order(Plan(tmp_path, 20, rounds=1))] == [
        *((2, 0, False), (2, 0, True), (20, 0, False)),
        *((2, 1, False), (2, 1, True), (20, 1, True)),
        *((2, 2, False), (2, 2, True)),
    ]
    large = [checked for size, _, checked in order(Plan(tmp_path, 20, rounds=2)) if size == 20]
    assert large == [False, True, True, False, True]
    assert [*order(Plan(tmp_path, 10, rounds=1))] == [(10, 0, False), (10, 1, True)]


def test_growth_is_from_each_large_build_to_the_small_ones_around_it() -> None:
    def built(articles: int, seconds: dict[int, float]) -> Size:
        made = [First(True, turn, Measure(one, one, 1.0), {}) for turn, one in seconds.items()]
        return Size(articles, 1, [First(False, 1, Measure(99.0, 99.0, 1.0), {}), *made])

    small, large = built(10, {0: 0.7, 1: 1.0, 2: 2.0}), built(100, {1: 15.0})
    for row in growth(small, large):
        assert row.low == pytest.approx(-25.0)
        assert row.value == pytest.approx(12.5)
        assert row.high == pytest.approx(50.0)
        assert row.runs == 2
        assert row.met


def test_a_client_apart_tells_what_was_wrong_and_its_own_failure_is_told() -> None:
    async def told(wanted: dict[str, object]) -> object:
        return await (await apart("tests.bench.load", wanted)).told()

    nobody = {"host": "127.0.0.1", "port": 1, "paths": ["/"], "connections": 1, "seconds": 0.05}
    seen = asyncio.run(told(nobody))
    assert isinstance(seen, dict)
    assert seen["times"] == []
    assert seen["wrong"]
    with pytest.raises(RuntimeError, match="ended with 1"):
        asyncio.run(told({}))


def test_a_tiny_run_of_the_server_fills_its_tables(capsys: pytest.CaptureFixture[str]) -> None:
    tiny = "--people 300 --rounds 1 --seconds 0.3 --attackers 7 --attack-seconds 1 --switches 1"
    serve(tiny.split())
    printed = capsys.readouterr().out.splitlines()
    rows = [line.strip("| ").split(" | ") for line in printed if line.startswith("| ")]
    assert [row[0] for row in rows] == [
        *("server", "dkg serve", "oxigraph serve-read-only", "rdflib-endpoint"),
        "dkg serve, repeated with If-None-Match",
        *("when", "before", "attack by 7", "after"),
        *("switches", "1"),
    ]
    assert all(float(row[1]) > 0 and row[6] == "0" for row in rows[1:5])
    assert all(int(row[1]) > 0 and row[2].strip() == "0" for row in rows[6:9])
    assert int(rows[-1][2]) > 0
    assert rows[-1][3].strip() == "0"
