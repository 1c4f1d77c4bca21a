"""A build that was a mistake is withdrawn, and stays so until something that it was made from changes."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from diaspora_kg.build import BuildReport, Options, build, rollback
from diaspora_kg.errors import UsageError
from diaspora_kg.project import Project
from diaspora_kg.store import Snapshots
from tests.small import SETTINGS, article, plain, project, write


@pytest.fixture
def small(tmp_path: Path) -> Path:
    root = project(tmp_path / "p")
    for number in range(3):
        article(root, "rain", annotation=plain(number))
        built(root)
    return root


def built(root: Path, **options: bool) -> BuildReport:
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
