"""The measurements run and fill their table; no figure is judged here."""

from __future__ import annotations

import pytest

from tests.bench.__main__ import main


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
