"""The measurements run and fill their table; no figure is judged here."""

from __future__ import annotations

import json
import re
import shutil
from itertools import islice
from pathlib import Path

import pytest

from tests.bench.__main__ import main
from tests.bench.corpus import Corpus
from tests.bench.pages import main as pages
from tests.bench.serve import main as serve
from tests.bench.steps import Bench
from tests.examples import ROOT

PEERS = ["pyoxigraph: bulk load of the same graph", "PyYAML: the same annotations parsed"]
STEPS = [
    "build from nothing",
    "build, nothing changed",
    "build, one changed article",
    "build, one changed decision",
    "build, one changed register entry",
    "build, one changed rule",
    "build, one changed shape",
    "check",
]


def test_a_tiny_run_fills_the_table(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BENCH_ARTICLES", "10")
    monkeypatch.setenv("BENCH_OUT", str(tmp_path / "figures.json"))
    main(["--repeat", "1"])
    rows = [line.split(" | ") for line in capsys.readouterr().out.splitlines() if line.startswith("| ")]
    assert [row[0].removeprefix("| ") for row in rows] == ["step", *PEERS, *STEPS]
    assert all(float(row[2]) > 0 and float(row[6].removesuffix(" |")) > 1 for row in rows[1:])
    assert [row[5] for row in rows[1:3]] == ["floor", "floor"]
    assert all(row[5].endswith(" (pyoxigraph)") for row in rows[3:10])
    told = json.loads((tmp_path / "figures.json").read_text("utf-8"))
    assert told["machine"]["processors"] > 0
    [size] = told["sizes"]
    assert (size["articles"], size["shapes"]) == (10, True)
    assert [row["step"] for row in size["rows"]] == [*PEERS, *STEPS]
    assert all(one["seconds"] > 0 and one["mib"] > 1 for row in size["rows"] for one in row["measures"])


def test_a_corpus_that_is_kept_is_built_once_and_shapes_may_be_left_out(tmp_path: Path) -> None:
    first = list(islice(Bench(tmp_path, Corpus(6), repeat=1, checked=False).rows(), 3))
    assert [row.step for row in first] == [*PEERS, STEPS[0]]
    assert (tmp_path / "program/ontology/shapes/article.ttl").stat().st_size < 2000
    again = list(islice(Bench(tmp_path, Corpus(6), repeat=2, checked=False).rows(), 3))
    assert [row.step for row in again] == [*PEERS, STEPS[1]]
    assert len(again[2].measures) == 2


def test_the_page_of_figures_has_every_step() -> None:
    page = (ROOT / "docs" / "reference" / "speed.md").read_text("utf-8")
    for table in re.findall(r"(?m)^(?:\| .*\n)+", page)[:1]:
        assert [line.split(" | ")[0].removeprefix("| ") for line in table.splitlines()[:1]] == ["step"]
    assert all(f"\n| {step} |" in page for step in (*PEERS, *STEPS))


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


def test_a_tiny_run_of_the_pages_fills_its_table(capsys: pytest.CaptureFixture[str]) -> None:
    pages(["--articles", "6", "--pages", "12"])
    printed = capsys.readouterr().out.splitlines()
    rows = [line.strip("| ").split(" | ") for line in printed if line.startswith("| ")]
    hugo = ["Hugo, from pages that are ready"] if shutil.which("hugo") else []
    assert [row[0] for row in rows] == [
        *("step", "Jinja2 loop, constant page", *hugo, "dkg pages, from nothing"),
        *("dkg pages, nothing changed", "dkg pages, one article changed"),
    ]
    assert all(float(row[3]) > 0 and float(row[5]) > 1 for row in rows[1:])
    assert [int(row[1]) for row in rows[1:-2]] == [12] * (len(rows) - 3)
    assert any(line.startswith("HTML and CSS of a page: median") for line in printed)
