"""A folder in which nothing changed is not looked into; in one that is, every change is found."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from diaspora_kg.build import BuildReport, Options, Status, build, ground
from diaspora_kg.build.folders import compared
from diaspora_kg.loader import scripts
from diaspora_kg.looks import UNKNOWN, looks_of, packed, packed_of, unpacked
from diaspora_kg.pipeline.scan import Scan, scan
from diaspora_kg.pipeline.setting import Setting
from diaspora_kg.project import Project
from diaspora_kg.queries.totals import Totals
from diaspora_kg.state import State
from diaspora_kg.state.folders import FolderState, mark_of
from diaspora_kg.store import Snapshots
from tests.growing import agrees_with_itself, contents
from tests.small import PLAIN_TEXT, SETTINGS, article, plain, write

_LATER = 10**10  # ns: what was written before the last build is old


@pytest.fixture(scope="module")
def once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("folders") / "once"
    write(root, "dkg.toml", SETTINGS)
    for stem in ("east/ash", "east/birch", "east/far/elm", "west/ash", "oak"):
        article(root, stem)
    write(root, "articles/west/alone.txt", PLAIN_TEXT)
    return root


@pytest.fixture
def root(once: Path, tmp_path: Path) -> Path:
    """Built, and some while ago."""
    copy = tmp_path / "p"
    shutil.copytree(once, copy)
    built(copy)
    age(copy)
    return copy


def built(root: Path, *, every: bool = True) -> BuildReport:
    return build(Project.load(root), Options(allow_deletions=True, every=every))


def age(root: Path) -> None:
    """As if the last build had been long after the files were written."""
    state = State(root / ".dkg/state.sqlite")
    state.put("scanned", str(time.time_ns() + _LATER))
    state.commit()
    state.close()


@contextmanager
def looked(root: Path) -> Iterator[tuple[State, Scan]]:
    project = Project.load(root)
    state = State(root / ".dkg/state.sqlite")
    yield state, scan(project, Setting.of(project, scripts(project, trusted=False)[0]).beside)
    state.close()


def looked_at(root: Path, trusted_before: int = 2**62) -> tuple[set[str], set[str]]:
    with looked(root) as (state, seen):
        known, there = compared(state, seen, trusted_before)
        return set(known), set(there)


def test_calm_folders_are_left_out(root: Path) -> None:
    assert looked_at(root) == (set(), set())
    write(root, "articles/east/birch.yaml", plain(3))
    east = {f"articles/east/{stem}.{end}" for stem in ("ash", "birch") for end in ("txt", "yaml")}
    assert looked_at(root) == (east, east)


def test_a_folder_of_folders_asks_for_no_file(root: Path) -> None:
    (root / "articles/oak.yaml").unlink()
    (root / "articles/oak.txt").unlink()
    built(root)
    age(root)
    asked: list[str] = []
    with looked(root) as (state, seen):
        assert "articles" in seen.folders
        state.db.set_trace_callback(asked.append)
        assert compared(state, seen, 2**62) == ({}, {})
    assert asked
    assert not [one for one in asked if "path >= 'articles/'" in one]


def test_young_folders_are_looked_into(root: Path) -> None:
    with looked(root) as (state, _):
        newest = state.folders()["articles/west"].newest
    west = {"articles/west/alone.txt", "articles/west/ash.txt", "articles/west/ash.yaml"}
    assert west <= looked_at(root, newest)[0]
    assert not west & looked_at(root, newest + 1)[0]


def test_a_folder_with_what_cannot_be_told_is_always_looked_into(root: Path) -> None:
    assert mark_of(["a", "b"], [packed((1, 2, 3, 4)), packed(UNKNOWN)]) == ""
    assert mark_of(["a"], [packed((1, 2, 3, 4))]) != ""
    os.mkfifo(root / "articles/oak.part")
    built(root)
    age(root)
    assert "articles/oak.part" in looked_at(root)[1]
    assert not any("east" in path for path in looked_at(root)[1])


@pytest.mark.parametrize("number", [0, -1, 2**63 - 1, -(2**63), 2**63, 2**64 - 1, 10**19])
def test_numbers_that_sqlite_cannot_hold_go_round(number: int) -> None:
    about = os.stat_result(
        [0o100644, number, 0, 1, 0, 0, 7, 0, 0, 0], {"st_mtime_ns": -number // 2, "st_ctime_ns": number}
    )
    looks = looks_of(about)
    assert all(-(2**63) <= one < 2**63 for one in looks)
    assert looks[3] % 2**64 == number % 2**64
    assert packed_of(about) == packed(looks)
    assert unpacked(packed(looks)) == looks


@pytest.mark.parametrize("year", [1960, 2300])
def test_a_file_of_a_strange_time_is_an_input_as_others(root: Path, year: int) -> None:
    path = root / "articles/east/ash.yaml"
    path.write_text(plain(4), "utf-8")
    seconds = (year - 1970) * 31_556_952
    os.utime(path, (seconds, seconds))
    told = {one.key: one.status for one in built(root).articles}
    assert told["east.ash"] is Status.OK
    assert set(told.values()) == {Status.OK, Status.UNCHANGED}
    assert {one.status for one in built(root).articles} == {Status.UNCHANGED}


def same_size_and_time(root: Path) -> str:
    path = root / "articles/east/ash.yaml"
    before = path.stat()
    path.write_text(plain(4), "utf-8")
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert (path.stat().st_size, path.stat().st_mtime_ns) == (before.st_size, before.st_mtime_ns)
    return "east.ash"


def in_place_of_another(root: Path) -> str:
    path = root / "articles/west/ash.yaml"
    new = write(root, "articles/west/ash.new.part", plain(5))
    os.utime(new, ns=(path.stat().st_atime_ns, path.stat().st_mtime_ns))
    new.replace(path)
    return "west.ash"


def a_text(root: Path) -> str:
    write(root, "articles/east/far/elm.txt", PLAIN_TEXT + "More.\n")
    return "east.far.elm"


def one_more(root: Path) -> str:
    article(root, "north/fir")
    return "north.fir"


def for_a_text_that_was_alone(root: Path) -> str:
    write(root, "articles/west/alone.yaml", plain())
    return "west.alone"


@pytest.mark.parametrize(
    "change", [same_size_and_time, in_place_of_another, a_text, one_more, for_a_text_that_was_alone]
)
def test_every_change_is_found(root: Path, change: Callable[[Path], str]) -> None:
    key = change(root)
    report = built(root)
    assert [one.key for one in report.articles if one.status is Status.OK] == [key]
    agrees_with_itself(root)
    as_from_nothing(root, report)


@pytest.mark.parametrize("gone", ["east/far", "east", "west/ash.yaml", "west/alone.txt"])
def test_what_went_is_found(root: Path, gone: str) -> None:
    path = root / "articles" / gone
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink()
    report = built(root)
    agrees_with_itself(root)
    as_from_nothing(root, report)
    assert built(root).identical


def unreadable(root: Path) -> Path:
    """A published article's file leads out of the project, so it gives none; what was published stays."""
    path = root / "articles/west/ash.yaml"
    path.unlink()
    path.symlink_to(root.parent / "elsewhere.yaml")
    report = built(root)
    assert {one.key: one.status for one in report.articles}["west.ash"] is Status.HELD_BACK
    return path


def test_an_article_that_could_not_be_read_leaves_with_its_file(root: Path) -> None:
    path = unreadable(root)
    assert built(root).identical
    path.unlink()
    report = built(root)
    assert [one.key for one in report.articles if one.status is Status.REMOVED] == ["west.ash"]
    as_from_nothing(root, report)


def test_a_build_that_stops_names_what_could_not_be_read(root: Path) -> None:
    path = root / "articles/west/ash.yaml"
    path.unlink()
    path.symlink_to(root.parent / "elsewhere.yaml")
    write(root, "register.yaml", "organizations: 7\n")
    report = built(root)
    assert report.stopped
    assert {one.key: one.status for one in report.articles}["west.ash"] is Status.HELD_BACK


def test_a_text_behind_a_link_to_a_folder_is_looked_at(root: Path) -> None:
    (root / "shared").mkdir()
    (root / "articles/oak.txt").rename(root / "shared/oak.txt")
    (root / "articles/linked").symlink_to("../shared")
    path = root / "articles/oak.yaml"
    path.write_text(
        path.read_text("utf-8").replace("article:\n", "article:\n  text: linked/oak.txt\n", 1), "utf-8"
    )
    assert {one.key: one.status for one in built(root).articles}["oak"] is Status.UNCHANGED
    age(root)
    assert built(root).identical
    write(root, "shared/oak.txt", "It snowed.\n")
    report = built(root)
    assert {one.key: one.status for one in report.articles}["oak"] is Status.HELD_BACK


def as_from_nothing(root: Path, report: BuildReport) -> None:
    """The published graph, its index and what is told are those of a build that knew nothing before."""
    new = root.with_name("new")
    shutil.copytree(root, new, ignore=shutil.ignore_patterns(".dkg"))
    whole = built(new)
    assert contents(root) == contents(new)
    assert report.findings == whole.findings
    assert made_from(root) == made_from(new)


def made_from(root: Path) -> str:
    with looked(root) as (state, _):
        return state.meta("inputs")


def test_a_build_that_was_ended_forgets_what_it_saw(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The rows of folders stand in the same transaction as those of files."""

    def ended(*_: object) -> None:
        raise KeyboardInterrupt

    write(root, "articles/east/birch.yaml", plain(3))
    with monkeypatch.context() as patch:
        patch.setattr("diaspora_kg.build.run._note", ended)
        with pytest.raises(KeyboardInterrupt):
            built(root)
    assert "articles/east/birch.yaml" in looked_at(root)[1]
    report = built(root)
    assert [one.key for one in report.articles if one.status is Status.OK] == ["east.birch"]
    as_from_nothing(root, report)


def test_a_state_of_before_is_forgotten(root: Path) -> None:
    """Its folders are not noted; it is of another format, so everything is read."""
    state = State(root / ".dkg/state.sqlite")
    state.put("format", "3")
    state.commit()
    state.close()
    project = Project.load(root)
    assert ground.open_state(project, Options()).state is None
    assert built(root).identical
    agrees_with_itself(root)


def test_a_total_that_was_counted_is_no_reason_to_build_anew(root: Path) -> None:
    snapshot = Snapshots(root / ".dkg").current()
    assert snapshot
    Totals(snapshot.path).keep("SELECT * {}", 7)
    project = Project.load(root)
    assert ground.open_state(project, Options()).state is not None
    assert Totals(snapshot.path).get("SELECT * {}") == 7
    (snapshot.path / "index.sqlite").touch()
    assert ground.open_state(project, Options()).state is None


def test_a_report_may_leave_out_what_is_unchanged(root: Path) -> None:
    write(root, "articles/east/birch.yaml", plain(3))
    write(root, "articles/oak.yaml", plain(quote="It snowed in Vesmark"))
    (root / "articles/west/ash.txt").unlink()
    few = built(root, every=False)
    assert {one.key: one.status for one in few.articles} == {
        "east.birch": Status.OK,
        "oak": Status.HELD_BACK,
        "west.ash": Status.HELD_BACK,
    }
    assert few.unlisted == 2
    assert few.count(Status.UNCHANGED) == 2
    all_of_them = built(root)
    assert (len(all_of_them.articles), all_of_them.unlisted) == (5, 0)
    assert all_of_them.count(Status.UNCHANGED) == 3


def test_a_folder_as_it_is_kept() -> None:
    row = FolderState("articles/a", "ab", 7, loose=("articles/a/x.txt",))
    assert FolderState.read(row.cells()) == row  # type: ignore[arg-type]
