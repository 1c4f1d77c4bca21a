"""A build that was a mistake is withdrawn, and stays so until something that it was made from changes."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from diaspora_kg.build import BuildReport, Options, Status, build, rollback
from diaspora_kg.build import run as runs
from diaspora_kg.errors import UsageError
from diaspora_kg.index import Index
from diaspora_kg.project import Project
from diaspora_kg.store import Snapshots
from tests.growing import contents, say
from tests.small import SETTINGS, article, plain, project, write


@pytest.fixture
def small(tmp_path: Path) -> Path:
    root = project(tmp_path / "p")
    for number in range(3):
        article(root, "rain", annotation=plain(number))
        built(root)
    return root


def built(root: Path, **options: Any) -> BuildReport:
    return build(Project.load(root), Options(**options))


def current(root: Path) -> int:
    snapshot = Snapshots(root / ".dkg").current()
    assert snapshot is not None
    return snapshot.manifest.number


def test_a_withdrawn_snapshot_stays_withdrawn(small: Path) -> None:
    assert current(small) == 3
    report = rollback(Project.load(small))
    assert (report.pinned, current(small)) == (True, 2)
    for options in ({}, {"full": True}, {}):
        again = built(small, **options)
        assert (again.published, again.pinned, current(small)) == (False, True, 2)
    path = small / "articles/rain.yaml"
    os.utime(path)
    assert built(small).pinned  # only its time is another
    path.write_text(plain(9), "utf-8")
    report = built(small)
    assert (report.published, report.pinned, current(small)) == (True, False, 4)
    assert built(small).identical


def test_going_back_twice_withdraws_both(small: Path) -> None:
    rollback(Project.load(small))
    rollback(Project.load(small))
    assert current(small) == 1
    assert built(small).pinned
    article(small, "rain", annotation=plain(1))
    report = built(small)
    assert (report.published, current(small)) == (False, 1)
    article(small, "rain", annotation=plain(0))
    report = built(small)
    assert (report.published, report.identical, current(small)) == (False, True, 1)
    with pytest.raises(UsageError, match="oldest"):
        rollback(Project.load(small))


def test_the_state_may_be_lost_and_the_pin_holds(small: Path) -> None:
    rollback(Project.load(small))
    (small / ".dkg/state.sqlite").unlink()
    shutil.rmtree(small / ".dkg/store")
    assert built(small).pinned
    assert current(small) == 2


def test_a_project_that_was_never_built_has_nothing_to_withdraw(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="Nothing has been built"):
        rollback(Project.load(project(tmp_path / "q")))


def test_a_snapshot_in_use_is_not_pruned(small: Path) -> None:
    write(small, "dkg.toml", SETTINGS + "keep = 1\n")
    snapshots = Snapshots(small / ".dkg")
    with snapshots.reading() as snapshot:
        for number in range(10, 13):
            article(small, "rain", annotation=plain(number))
            built(small)
        assert set(snapshots.numbers()) == {snapshot.manifest.number, 6}
        assert snapshot.store().graphs()
    article(small, "rain", annotation=plain(20))
    built(small)
    assert snapshots.numbers() == (7,)


# With decisions, and with articles that are held back

VENN = plain(1).replace(
    "article-says", "actors:\n  venn: {is: person, names: [{en: Ada Venn}]}\narticle-says"
)


@pytest.fixture
def decided(tmp_path: Path) -> Path:
    """Snapshot 1 has two records of one person, snapshot 2 one: a decision joined them."""
    root = project(tmp_path / "p")
    article(root, "rain", annotation=VENN)
    built(root)
    say(root, "library.venn", "rain.venn", "same")
    assert built(root).published
    return root


def both_ways(root: Path, change: Callable[[], object]) -> BuildReport:
    """Change something, and build on what there is and from nothing: both must come to the same."""
    change()
    twin = root.with_name("twin")
    shutil.rmtree(twin, ignore_errors=True)
    shutil.copytree(root, twin)
    report, other = built(root), built(twin, full=True)
    assert report.findings == other.findings
    assert (report.published, report.identical, report.pinned) == (
        *(other.published, other.identical, other.pinned),
    )
    assert contents(root) == contents(twin)
    return report


def joined(root: Path) -> bool:
    """Whether the published graph has one node of the two records."""
    return not any("/id/person/rain.venn>" in line for line in contents(root)[0] if "compares" not in line)


def test_a_decision_that_was_rolled_back_is_published_when_an_input_changes(decided: Path) -> None:
    rollback(Project.load(decided))
    assert not joined(decided)
    for full in (False, True, False):
        assert (built(decided, full=full).pinned, joined(decided)) == (True, False)
    path = decided / "articles/rain.yaml"
    report = both_ways(decided, lambda: path.write_text(VENN.replace("It rained.", "Rain."), "utf-8"))
    assert (report.published, joined(decided)) == (True, True)
    assert built(decided).identical


def test_a_decision_that_was_rolled_back_may_be_withdrawn(decided: Path) -> None:
    first = contents(decided)
    rollback(Project.load(decided))
    before = contents(decided)
    report = both_ways(decided, lambda: say(decided, "", "", "withdraw", "d2"))
    # The graph is that of the snapshot before; new is only that the two were thought to be one.
    assert (report.identical, report.pinned, report.published) == (False, False, True)
    assert contents(decided)[:2] == before[:2] != first[:2]
    snapshot = Snapshots(decided / ".dkg").current()
    assert snapshot is not None
    venn = Project.load(decided).names.node("person", "library.venn")
    with Index(snapshot.index) as index:
        assert [one.other for one in index.parted_of(venn)] == ["rain.venn"]
    say(decided, "rain.venn", "library.venn", "same")
    assert (built(decided).published, joined(decided)) == (True, True)


def test_a_contradiction_after_a_roll_back_keeps_what_is_published_now(decided: Path) -> None:
    rollback(Project.load(decided))
    report = both_ways(decided, lambda: say(decided, "rain.venn", "library.venn", "different"))
    assert "decision-contradiction" in {f.code for f in report.findings}
    assert not joined(decided)


def test_a_roll_back_holds_though_a_later_build_found_the_same(decided: Path) -> None:
    """A line that changes nothing in the graph makes no snapshot of its own, and the pin must know of it."""
    say(decided, "library.venn", "rain.venn", "same")
    say(decided, "", "", "withdraw", "d3")
    assert built(decided).identical
    rollback(Project.load(decided))
    for full in (False, True):
        assert (built(decided, full=full).pinned, joined(decided)) == (True, False)


@pytest.mark.parametrize("slack", [0, runs._SLACK])
def test_what_is_held_back_after_a_roll_back_stays_as_it_is_published_now(
    small: Path, monkeypatch: pytest.MonkeyPatch, slack: int
) -> None:
    """The version of the withdrawn snapshot was withdrawn with it, and does not come back."""
    monkeypatch.setattr(runs, "_SLACK", slack)
    rollback(Project.load(small))
    published = contents(small)[0]
    assert any("Reviewer 1" in line for line in published)
    broken = plain(7, quote="It snowed")
    report = both_ways(small, lambda: article(small, "rain", annotation=broken))
    assert "quote-not-found" in {f.code for f in report.findings}
    assert contents(small)[0] == published


@pytest.fixture
def ended(small: Path) -> Path:
    """The last build published its snapshot, and ended before it noted so."""
    derived = small / ".dkg"
    article(small, "rain", annotation=plain(5))
    shutil.copy(derived / "state.sqlite", derived / "old.sqlite")
    assert built(small).published
    (derived / "old.sqlite").replace(derived / "state.sqlite")
    write(small, ".dkg/writing", "")
    return small


def test_a_build_that_ended_after_it_published_is_done_again(
    ended: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runs, "_SLACK", 0)
    monkeypatch.setattr("diaspora_kg.build.build_anew", None)  # it is not needed
    report = built(ended)
    assert (report.identical, current(ended)) == (True, 4)
    assert built(ended).count(Status.UNCHANGED) == 3


def test_what_is_held_back_after_such_an_end_stays_as_it_was_published(ended: Path) -> None:
    published = contents(ended)[0]
    assert any("Reviewer 5" in line for line in published)
    both_ways(ended, lambda: article(ended, "rain", annotation=plain(7, quote="It snowed")))
    assert contents(ended)[0] == published


def test_a_text_that_lost_its_annotation_is_no_input(small: Path) -> None:
    """So that a build on the last one and one from nothing agree on what is pinned."""
    article(small, "storm", annotation=plain(4))
    built(small)
    (small / "articles/storm.yaml").unlink()
    assert built(small).published
    rollback(Project.load(small))
    assert built(small, full=True).pinned
    assert built(small).pinned
