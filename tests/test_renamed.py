"""References by a key that an article had before: they mean its nodes for as long as it says so."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from diaspora_kg.build import BuildReport
from diaspora_kg.build import run as runs
from diaspora_kg.check import check
from diaspora_kg.project import Project
from tests.growing import built, contents, lines_of
from tests.small import ANNOTATION, LATER, project, write
from tests.test_build import statuses

RENAMED = ANNOTATION.replace("  title: League", "  key: archive\n  formerly: [library]\n  title: League")


@pytest.fixture
def small(tmp_path: Path) -> Path:
    root = project(tmp_path / "p")
    built(root)
    return root


@pytest.fixture(autouse=True)
def young_files_are_believed(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that only what depends on a change is read again."""
    monkeypatch.setattr(runs, "_SLACK", 0)


def as_from_nothing(root: Path) -> BuildReport:
    """Build, and see that a build from nothing comes to the same."""
    twin = root.with_name("twin")
    shutil.rmtree(twin, ignore_errors=True)
    shutil.copytree(root, twin)
    report, other = built(root), built(twin, full=True)
    assert report.findings == other.findings
    assert contents(root) == contents(twin)
    return report


def test_the_old_key_means_the_renamed_articles_nodes(small: Path) -> None:
    write(small, "articles/library.yaml", RENAMED)
    report = as_from_nothing(small)
    assert report.findings == ()
    assert statuses(report)["later"] == "ok"
    by_old_key = lines_of(report)
    assert any("id/claim/later.kept" in line and "undertaking/archive.promise" in line for line in by_old_key)
    assert check(Project.load(small)).findings == ()
    write(small, "articles/later.yaml", LATER.replace("library.promise", "archive.promise"))
    assert lines_of(as_from_nothing(small)) == by_old_key


def test_without_formerly_the_old_key_means_nothing(small: Path) -> None:
    write(small, "articles/library.yaml", RENAMED)
    as_from_nothing(small)
    write(small, "articles/library.yaml", RENAMED.replace("  formerly: [library]\n", "\n"))
    report = as_from_nothing(small)
    assert {(f.file, f.code, f.words) for f in report.findings} == {
        ("articles/later.yaml", "unknown-key", "library.promise")
    }
    assert statuses(report)["later"] == "held back"
    write(small, "articles/library.yaml", RENAMED)
    assert as_from_nothing(small).findings == ()


def test_a_retraction_follows_its_article(small: Path) -> None:
    claim = "  - {id: back, says: It was withdrawn., retracts: library, quote: is open}\n"
    write(small, "articles/later.yaml", LATER + claim)
    as_from_nothing(small)
    write(small, "articles/library.yaml", RENAMED)
    report = as_from_nothing(small)
    assert report.findings == ()
    [line] = [line for line in lines_of(report) if "#retracts>" in line and "/later>" in line]
    assert "/id/article/archive>" in line


def test_a_node_that_has_the_key_comes_before_one_that_had_it(small: Path) -> None:
    write(small, "articles/archive.yaml", RENAMED)
    shutil.copy(small / "articles/library.txt", small / "articles/archive.txt")
    report = as_from_nothing(small)
    assert any("later.kept" in line and "undertaking/library.promise" in line for line in lines_of(report))
    (small / "articles/library.yaml").unlink()
    report = as_from_nothing(small)
    assert any("later.kept" in line and "undertaking/archive.promise" in line for line in lines_of(report))
