"""What a build notes: a line a step, in UTC, on stderr when asked for and in the project's log always."""

from __future__ import annotations

import logging
import re
from pathlib import Path

import pytest

from diaspora_kg.cli import log
from diaspora_kg.project import Project
from tests.small import article, project
from tests.test_cli import run

LINE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ \d+ (INFO|ERROR) \S.*")


@pytest.fixture
def small(tmp_path: Path) -> Path:
    return project(tmp_path / "p")


def lines(root: Path) -> list[str]:
    return (root / ".dkg/log").read_text("utf-8").splitlines()


def test_a_build_leaves_a_log(small: Path) -> None:
    article(small, "torn", annotation="format: 1\n")
    assert run("build", "--project", small).exit_code == 1
    first = lines(small)
    assert all(LINE.fullmatch(line) for line in first)
    assert "dkg 0.1.0: build with 1 jobs" in first[0]
    said = [line.split(" ", 3)[3] for line in first]
    assert "Reading: 3" in said
    assert any(re.fullmatch(r"Publishing: done in \d+\.\d\d s", line) for line in said)
    assert any(line.startswith("published snapshot 1 ") for line in said)
    run("build", "--project", small)
    assert lines(small)[: len(first)] == first
    assert len(lines(small)) > len(first)


def test_verbose_shows_the_steps_on_stderr(small: Path) -> None:
    quiet, wordy = (run("check", *more, "--project", small) for more in ((), ("--verbose",)))
    assert "Reading" not in quiet.stderr
    assert re.search(r"^\S+Z Reading: 2$", wordy.stderr, re.MULTILINE)
    assert quiet.stdout == wordy.stdout
    assert not (small / ".dkg").exists()


def test_no_folder_of_this_machine_is_in_the_log(small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(small.parent))
    [handler] = log._to_file(Project.load(small))
    for path in (small / "articles", small.parent / "elsewhere"):
        handler.emit(log.LOG.makeRecord("x", logging.INFO, "", 0, "%s", (path,), None))
    handler.close()
    assert [line.split(" ", 3)[3] for line in lines(small)] == ["./articles", "~/elsewhere"]


def test_what_ended_a_build_is_in_its_log(small: Path) -> None:
    (small / ".dkg").mkdir()
    (small / ".dkg/store").symlink_to(small)
    assert run("build", "--project", small).exit_code == 1
    assert "ERROR ended by RunStopped: .dkg holds a link (store)" in lines(small)[-1]


def test_a_line_stays_a_line(small: Path) -> None:
    name = "two\nlines\x1b[31m"
    article(small, name, annotation="format: 1\n")
    run("build", "--project", small)
    assert all(LINE.fullmatch(line) for line in lines(small))


def test_a_log_is_turned_over(small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log, "SIZE", 400)
    for _ in range(3):
        run("build", "--project", small)
    found = sorted(path.name for path in (small / ".dkg").glob("log*"))
    assert found == ["log", "log.1", "log.2", "log.3"]


def test_a_log_that_is_a_link_is_not_written(small: Path, tmp_path: Path) -> None:
    target = tmp_path / "precious"
    target.write_text("precious", "ascii")
    (small / ".dkg").mkdir()
    (small / ".dkg/log").symlink_to(target)
    assert run("build", "--project", small).exit_code == 1
    assert target.read_text("ascii") == "precious"


def test_a_log_that_cannot_be_written_stops_nothing(small: Path) -> None:
    (small / ".dkg/log").mkdir(parents=True)
    assert run("build", "--project", small).exit_code == 0
