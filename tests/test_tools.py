"""A test whose program is missing says so at the end of a run; in CI it fails."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from tests.conftest import ROOT
from tests.tools import absent, need

_TESTS = "tests/browser/test_pages.py::test_the_watch_sees_what_leaves_the_machine"


def run(**env: str) -> tuple[int, str]:
    """One test of the browser on a machine where no program can be found."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("CI", "PYTEST"))}
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", _TESTS],
        cwd=ROOT, env={**kept, "PATH": "/nowhere", **env}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    return done.returncode, done.stdout


def test_what_could_not_be_tested_is_listed_at_the_end() -> None:
    code, printed = run()
    assert code == 0
    _, heading, rest = printed.partition("not tested here: programs that are not installed")
    assert heading
    assert "chromium: 1 test\n" in rest


def test_in_ci_a_missing_program_is_a_failure() -> None:
    code, printed = run(CI="1")
    assert code == 1
    assert "skipped in CI: Skipped: chromium is not installed here" in printed


def test_reasons_are_counted_by_program() -> None:
    reasons = ["Skipped: curl is not installed here"] * 2 + ["Skipped: DKG_SEED_TEXTS is not set"]
    assert absent(reasons) == {"curl": 2}


def test_a_program_that_is_there_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", os.path.dirname(sys.executable))  # noqa: PTH120
    assert need("no-such-program", os.path.basename(sys.executable)) == sys.executable  # noqa: PTH119
