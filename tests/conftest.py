"""What all tests share: the rule that, in CI, nothing is skipped but what CI may lack by design."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Generator, Iterable, Mapping
from pathlib import Path

import pytest

from diaspora_kg.article import Article
from diaspora_kg.errors import Finding
from diaspora_kg.quads import Origin
from diaspora_kg.shapes.article import ArticleShapes
from tests.tools import absent

ROOT = Path(__file__).parents[1]

PERMITTED = ("DKG_SEED_TEXTS", "DKG_REAL_DATA")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """With CI=1 a skip is a failure, unless a permitted folder is absent."""
    report: pytest.TestReport = yield
    if not (report.skipped and os.environ.get("CI") == "1") or hasattr(report, "wasxfail"):
        return report
    reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
    if not any(name in reason for name in PERMITTED):
        report.outcome = "failed"
        report.longrepr = f"skipped in CI: {reason}"
    return report


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """At the end: what was not tested, because a program is missing on this machine."""
    skipped = terminalreporter.stats.get("skipped", [])
    missing = absent(report.longrepr[2] for report in skipped if isinstance(report.longrepr, tuple))
    if missing:
        terminalreporter.section("not tested here: programs that are not installed")
        for program, tests in missing.items():
            terminalreporter.write_line(f"{program}: {tests} test{'s' if tests > 1 else ''}")


LONGEST = (
    "test_tutorial",
    "test_website_incremental",
    "test_bench",
    "test_moving",
    "test_website_hubs",
    "browser/test_pages",
    "test_incremental",
    "test_review",
    "test_website",
    "test_facts",
    "test_soak",
    "test_faults",
    "test_crash",
    "test_incremental_runs",
    "test_distribution",
    "browser/test_editor",
    "test_hostile_files",
    "browser/test_things",
    "test_serve",
    "test_examples",
    "test_cli",
    "test_review_seeds",
    "test_overviews",
    "test_language",
    "test_rollback",
    "test_merging",
)
"""The files that take longest, in order. What is not here comes later; only the end of a run tells."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest files come first, so that no worker is left alone with one of them at the end."""
    place = {ROOT / "tests" / f"{name}.py": number for number, name in enumerate(LONGEST)}
    items.sort(key=lambda item: place.get(item.path, len(place)))


@pytest.fixture(autouse=True)
def _nobody_trusts_anything(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whom the user of this machine trusts is neither read nor changed."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path_factory.mktemp("config")))


BUILDS_COMPARED = {"test_incremental", "test_merging", "test_review", "test_website_incremental"}
"""Files of tests that build one article many times over, to compare builds and not what shapes find."""

_found: dict[tuple[object, ...], tuple[Finding, ...]] = {}


@pytest.fixture(autouse=True)
def _shapes_are_asked_once(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where only builds are compared, pyshacl is asked once for an article as it is: a third of the time."""
    if request.module.__name__.rpartition(".")[2] not in BUILDS_COMPARED:
        return
    check = ArticleShapes.check

    def once(
        shapes: ArticleShapes,
        lines: Iterable[str],
        context: Iterable[str],
        origins: Mapping[str, Origin],
        article: Article,
    ) -> tuple[Finding, ...]:
        asked = (shapes.shapes, tuple(lines), tuple(context), tuple(sorted(origins.items())), article)
        if asked not in _found:
            _found[asked] = check(shapes, asked[1], asked[2], origins, article)
        return _found[asked]

    monkeypatch.setattr(ArticleShapes, "check", once)


@pytest.fixture(scope="session")
def distributions(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The sdist of this checkout, and the wheel that is built from that sdist."""
    out = tmp_path_factory.mktemp("dist")
    subprocess.run(
        [sys.executable, "-m", "build", "--outdir", out, ROOT], check=True, stdout=subprocess.DEVNULL
    )
    return next(out.glob("*.tar.gz")), next(out.glob("*.whl"))


@pytest.fixture
def seeds_project(tmp_path: Path) -> Path:
    """A copy of the two-articles example with the real texts put beside their annotations."""
    folder = os.environ.get("DKG_SEED_TEXTS")
    if not folder:
        pytest.skip("DKG_SEED_TEXTS is not set: the real articles' texts are not at hand")
    project = tmp_path / "two-articles"
    shutil.copytree(
        ROOT / "docs/examples/two-articles", project, ignore=shutil.ignore_patterns(".dkg", "*.txt")
    )
    by_hash = {hashlib.sha256(p.read_bytes()).hexdigest(): p for p in Path(folder).glob("*.txt")}
    for annotation in (project / "articles").glob("*.yaml"):
        wanted = re.search(r"text_sha256: *([0-9a-f]{64})", annotation.read_text("utf-8"))
        assert wanted
        shutil.copyfile(by_hash[wanted[1]], annotation.with_suffix(".txt"))
    return project
