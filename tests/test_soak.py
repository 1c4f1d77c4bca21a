"""The soak runs, for seconds: nothing fails while builds publish, and what is measured is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests import small
from tests.bench.fit import line
from tests.bench.marked import placed
from tests.bench.soak import main
from tests.bench.soakasks import Ask, Judge
from tests.bench.soakseen import Sample, verdict
from tests.bench.soaktold import BEGIN, HEAD, PAGE
from tests.bench.soakwire import Said


def test_nothing_fails_while_builds_publish(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    project = small.project(tmp_path / "given")
    short = "--minutes 0.05 --every 1 --between 0.1 --clients 3 --pause 0.02"
    result = main([*short.split(), "--project", str(project), "--out", str(tmp_path / "figures.json")])
    told = result.told
    assert (told.wrong, told.examples, result.builds) == ({}, [], [])
    assert result.published
    assert {"page", "id", "search", "saved", "sparql get", "health"} <= set(told.kinds)
    assert result.log["Traceback"] == 0
    assert not (project / ".dkg").exists()
    rows = [text for text in capsys.readouterr().out.splitlines() if text.startswith("| ")]
    assert sum(text.count("|") == 14 for text in rows) == 1 + len(result.rows)
    assert result.after is not None
    assert result.after.processes <= result.rows[0].sample.processes + 1


def test_what_came_under_one_tag_must_come_again() -> None:
    judge, ask = Judge(), Ask("page", "/page/person/one")
    tag = {"etag": 'W/"1"', "content-type": "text/html; charset=utf-8"}
    assert judge.wrong(ask, Said(200, tag, b"one")) == ""
    assert judge.wrong(ask, Said(200, tag, b"one")) == ""
    assert judge.wrong(ask, Said(200, {**tag, "etag": 'W/"2"'}, b"two")) == ""
    assert judge.wrong(ask, Said(200, tag, b"two")) == "another answer than before"
    assert judge.wrong(ask, Said(503, {}, b"busy")) == "status 503"


def test_the_page_has_a_place_for_the_table_and_has_one() -> None:
    text = PAGE.read_text("utf-8")
    assert placed(text, BEGIN, ["a row"]).count("a row") == 1
    assert f"{HEAD}\n| 1.0 |" in text
    assert "\n- Failed: 0\n" in text


def test_what_grows_is_told_from_what_does_not() -> None:
    minutes = [float(n) for n in range(20)]
    wave = [(-1) ** n * 2.0 for n in range(20)]
    samples = [Sample(100 + w, 30, 200 + 5 * n + w, 90, 10, 5, 5) for n, w in enumerate(wave)]
    assert verdict("server_mib", minutes, samples).said == "flat"
    assert verdict("workers_mib", minutes, samples).said == "grows"
    assert verdict("workers_mib", minutes, samples).slope == pytest.approx(5, abs=0.1)
    with pytest.raises(ValueError, match="two points"):
        line([1.0, 1.0], [2.0, 3.0])
