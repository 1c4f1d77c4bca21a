"""The measurements run and fill their table; no figure is judged here."""

from __future__ import annotations

import pytest

from tests.bench.__main__ import main
from tests.bench.serve import main as serve


def test_a_tiny_run_fills_the_table(capsys: pytest.CaptureFixture[str]) -> None:
    main(["--articles", "10", "--repeat", "1"])
    rows = [line.split(" | ") for line in capsys.readouterr().out.splitlines() if line.startswith("| ")]
    assert [row[0].removeprefix("| ") for row in rows] == [
        "step",
        "pyoxigraph: bulk load of the same graph",
        "PyYAML: the same annotations parsed",
        "build from nothing",
        "build, nothing changed",
        "build, one changed article",
        "check",
    ]
    assert all(float(row[2]) > 0 and float(row[5].removesuffix(" |")) > 1 for row in rows[1:])
    assert [row[4] for row in rows[1:3]] == ["floor", "floor"]
    assert all(row[4].endswith(" (pyoxigraph)") for row in rows[3:6])


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
