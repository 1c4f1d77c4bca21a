"""Decisions that were withdrawn: the graph is as before, pages and `dkg why` tell of them, keys lead on."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from diaspora_kg.build import BuildReport
from diaspora_kg.identity import Verdict
from diaspora_kg.index import Index
from diaspora_kg.link import decide, withdraw
from diaspora_kg.project import Project
from tests.reviewing import LEAGUES, built, make
from tests.test_link import ask
from tests.test_merging import state

MERGED, INTO = LEAGUES[1], LEAGUES[0]


def parted(report: BuildReport) -> list[tuple[str, str, str]]:
    assert report.snapshot is not None
    with Index(report.snapshot.index) as index:
        return [(row.iri.rpartition("/")[2], row.other, row.undone_why) for row in index.parted()]


@pytest.fixture
def small(tmp_path: Path) -> Path:
    return make(tmp_path / "p")


def say(root: Path, verdict: str = "same", pair: tuple[str, str] = (INTO, MERGED)) -> str:
    return decide(Project.load(root), *pair, Verdict(verdict), "Ada", "One chair.").decision.id


def test_undone_the_graph_is_as_before_and_the_past_is_told(small: Path) -> None:
    first = built(small)
    name = say(small)
    merged = built(small)
    assert parted(merged) == []
    assert name in ask(small, "why", MERGED)
    withdraw(Project.load(small), name, "Bo", "Two chairs.")
    last = built(small)
    assert last.published
    assert state(last) == state(first)
    assert parted(last) == [(INTO, MERGED, "Two chairs."), (MERGED, INTO, "Two chairs.")]
    told = ask(small, "why", MERGED)
    assert f"formerly thought the same: {INTO} (Ada" in told
    assert "One chair.; withdrawn by Bo" in told
    assert "Two chairs." in told
    [row] = json.loads(ask(small, "why", INTO, "--output", "json"))["parted"]
    assert (row["other"], row["decision"], row["undone_by"]) == (MERGED, name, "Bo")
    assert built(small).identical
    stepwise = parted(last)
    shutil.rmtree(small / ".dkg")
    assert parted(built(small)) == stepwise


def test_what_is_one_again_or_gone_is_not_told(small: Path) -> None:
    built(small)
    withdraw(Project.load(small), say(small), "Bo")
    assert len(parted(built(small))) == 2
    again = say(small)
    assert parted(built(small)) == []
    withdraw(Project.load(small), again, "Bo", "Still two.")
    assert len(parted(built(small))) == 4
    text = (small / "articles/praise.yaml").read_text("utf-8")
    (small / "articles/praise.yaml").unlink()
    assert parted(built(small)) == []
    (small / "articles/praise.yaml").write_text(text, "utf-8")
    assert len(parted(built(small))) == 4
    # a past pair is told by the node that each record is now
    say(small, pair=(INTO, LEAGUES[2]))
    assert {row[0] for row in parted(built(small))} == {INTO, MERGED}
    (small / "decisions.tsv").unlink()
    assert parted(built(small)) == []


def test_different_and_unsure_leave_no_past(small: Path) -> None:
    for verdict in ("different", "unsure"):
        withdraw(Project.load(small), say(small, verdict), "Bo")
    assert parted(built(small)) == []


def test_pages_tell_it_and_keys_lead_on(small: Path) -> None:
    built(small)
    name = say(small)
    built(small)
    ask(small, "pages", "--out", str(small / "site"))
    league = small / f"site/en/page/organization/{INTO}.html"
    assert "Formerly thought identical" not in league.read_text("utf-8")
    assert not (small / f"site/en/page/organization/{MERGED}.html").exists()
    redirects = (small / "site/_redirects").read_text("utf-8")
    assert f"/page/organization/{MERGED}" in redirects
    withdraw(Project.load(small), name, "Bo", "Two <b>chairs</b>.")
    built(small)
    ask(small, "pages", "--out", str(small / "site"))
    text = league.read_text("utf-8")
    assert "Formerly thought identical:" in text
    assert "Two &lt;b&gt;chairs&lt;/b&gt;." in text
    assert f"{MERGED}.html" in text
    assert MERGED not in (small / "site/_redirects").read_text("utf-8")


def test_a_damaged_file_of_the_past_harms_nothing(small: Path) -> None:
    withdraw(Project.load(small), say(small), "Bo")
    report = built(small)
    assert report.snapshot is not None
    for text in ("{", '[{"iri": 1}]', "[1]", "\udcff"):
        (report.snapshot.path / "parted.json").write_text(text, "utf-8", errors="surrogatepass")
        assert parted(report) == []
        assert "formerly" not in ask(small, "why", INTO)
