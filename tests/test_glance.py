"""What another process saw of the files is what is seen here; what it did not see is looked at."""

from __future__ import annotations

import os
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from diaspora_kg.build import BuildReport, Options, Status, build
from diaspora_kg.build import run as runs
from diaspora_kg.cli import main
from diaspora_kg.glance import Glance, Seen, parts, tell, written
from diaspora_kg.looks import NOTHING, plain
from diaspora_kg.pipeline import scan as module
from diaspora_kg.pipeline.scan import Scan, scan
from diaspora_kg.project import Project
from diaspora_kg.state import State
from tests import small
from tests.small import SETTINGS, article, project, write

_PATIENCE = 20  # seconds


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Files in two parts, folders in folders, and what is no plain file."""
    write(tmp_path, "dkg.toml", SETTINGS)
    articles = tmp_path / "articles"
    for name in (
        *(f"many/a{number:04}.yaml" for number in range(700)),
        "east/ash.txt",
        "east/far/elm.yaml",
        "b/x.txt",
    ):
        path = articles / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name)
    (articles / ".hidden").mkdir()
    (articles / ".hidden" / "no.txt").write_text("not read")
    (articles / "b" / "ə.txt").write_text("its name is not plain")
    (articles / "east" / "link.txt").symlink_to(articles / "b" / "x.txt")
    (articles / "linked").symlink_to(articles / "east")
    return articles


def names_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def seen_by(glance: Glance, folder: Path) -> list[bytes]:
    """What it saw of a folder, as soon as it has seen all."""
    names, found = names_in(folder), list[bytes]()
    for part in parts(names):
        until = time.monotonic() + _PATIENCE
        while (looks := glance.of(str(folder), part)) is None and time.monotonic() < until:
            time.sleep(0.01)
        assert looks is not None, part
        found += looks
    return found


def ended(glance: Glance) -> None:
    """Wait until it has seen everything."""
    assert glance._process is not None
    glance._process.wait(_PATIENCE)


def looked_at(folder: Path) -> list[bytes | None]:
    opened = os.open(folder, os.O_RDONLY)
    try:
        return plain(names_in(folder), opened)
    finally:
        os.close(opened)


def told(found: Scan) -> object:
    return [(one.name, one.files, one.looks) for one in found.folders.values()], found.findings, found.lost


def test_what_it_sees_is_how_the_files_look(folder: Path) -> None:
    far = folder / "east" / "far"
    with closing(Glance(folder)) as glance:
        assert seen_by(glance, far) == looked_at(far)


def test_files_of_hidden_folders_and_behind_links_are_not_looked_at(
    folder: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    tell(str(folder))
    said = capfdbinary.readouterr().out
    assert b"elm.yaml" in said
    assert b"no.txt" not in said
    assert b"linked" not in said
    tell(str(folder / "linked"))
    assert capfdbinary.readouterr().out == b""


def test_the_last_files_are_told_first(folder: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    tell(str(folder))
    said = capfdbinary.readouterr().out
    assert said.index(b"a0699.yaml") < said.index(b"a0000.yaml") < said.index(b"elm.yaml")


def test_a_part_with_something_else_in_it_is_not_told(folder: Path) -> None:
    with closing(Glance(folder)) as glance:
        seen_by(glance, folder / "east" / "far")
        assert glance.of(str(folder / "b"), names_in(folder / "b")) is None


def test_a_scan_with_it_finds_what_one_without_finds(folder: Path) -> None:
    root = Project.load(folder.parent)
    with closing(Glance(folder)) as glance:
        ended(glance)
        with_it = scan(root, frozenset(), glance)
    assert told(with_it) == told(scan(root))
    assert sum(len(one.files) for one in with_it.folders.values()) > 700


def test_what_it_saw_is_not_looked_at_again(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def counted(names: list[str], opened: int) -> list[bytes | None]:
        asked.extend(names)
        return plain(names, opened)

    monkeypatch.setattr(module, "plain", counted)
    with closing(Glance(folder)) as glance:
        ended(glance)
        scan(Project.load(folder.parent), frozenset(), glance)
    assert "a0000.yaml" not in asked
    assert "elm.yaml" not in asked
    assert "x.txt" in asked  # beside it is a file whose name is not plain


@pytest.mark.parametrize("program", ["/no/such/program", "false", "", None])
def test_without_the_other_process_all_is_looked_at_here(
    folder: Path, monkeypatch: pytest.MonkeyPatch, program: str | None
) -> None:
    monkeypatch.setattr(sys, "executable", program)
    with closing(Glance(folder)) as glance:
        assert glance.of(str(folder / "east" / "far"), ["elm.yaml"]) is None
        found = scan(Project.load(folder.parent), frozenset(), glance)
    assert told(found) == told(scan(Project.load(folder.parent)))


def test_without_a_folder_for_its_file_there_is_none(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(folder / "nowhere"))
    with closing(Glance(folder)) as glance:
        assert glance.of(str(folder / "east" / "far"), ["elm.yaml"]) is None


def test_it_ends_with_the_block(tmp_path: Path) -> None:
    with closing(Glance(tmp_path)) as glance:
        process = glance._process
        assert process is not None
    assert process.returncode is not None
    glance.close()


def test_what_it_saw_is_forgotten_when_it_ends(folder: Path) -> None:
    with closing(Glance(folder)) as glance:
        ended(glance)
        assert glance.of(str(folder / "east" / "far"), ["elm.yaml"])
        many = next(parts(names_in(folder / "many")))
    assert glance.of(str(folder / "many"), many) is None


def test_it_loads_nothing_from_where_it_runs(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder.parent / "struct.py").write_text("raise SystemExit('loaded')")
    monkeypatch.chdir(folder.parent)
    monkeypatch.setenv("PYTHONPATH", str(folder.parent))
    with closing(Glance(folder)) as glance:
        assert seen_by(glance, folder / "east" / "far") == looked_at(folder / "east" / "far")


_NAMES = st.lists(
    st.text(st.characters(exclude_characters="\0/", exclude_categories=["Cs"]), min_size=1), min_size=1
)


@given(st.data(), st.lists(st.tuples(st.sampled_from(["a", "a/b", "ə"]), _NAMES), min_size=1, max_size=4))
def test_what_is_written_is_read_wherever_it_is_cut(
    data: st.DataObject, records: list[tuple[str, list[str]]]
) -> None:
    known = {(folder, tuple(names)): [os.urandom(len(NOTHING)) for _ in names] for folder, names in records}
    whole = b"".join(written(folder, names, looks) for (folder, names), looks in known.items())
    cuts = sorted(data.draw(st.lists(st.integers(0, len(whole)), max_size=6)))
    seen = Seen()
    for begin, end in zip([0, *cuts], [*cuts, len(whole)], strict=True):
        seen.add(whole[begin:end])
    for (folder, names), looks in known.items():
        assert seen.of(folder, names) == looks
        assert seen.of(folder, names) is None


def test_half_a_record_says_nothing() -> None:
    seen = Seen()
    seen.add(written("a", ["x", "y"], [b"1" * 32, b"2" * 32])[:-1])
    assert seen.of("a", ["x", "y"]) is None


def test_other_names_are_not_what_was_seen() -> None:
    seen = Seen()
    seen.add(written("a", ["x", "y"], [b"1" * 32, b"2" * 32]))
    assert seen.of("a", ["x", "z"]) is None
    assert seen.of("b", ["x", "y"]) is None


def test_what_changes_between_the_glance_and_the_build_is_found_by_the_next_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runs, "_SLACK", 0)  # else the content of young files decides, however they look
    root = project(tmp_path / "p")
    article(root, "ash")
    build(Project.load(root), Options())
    with closing(Glance(root / "articles")) as glance:
        ended(glance)
        article(root, "ash", annotation=small.plain(says="It poured."))
        assert updated(build(Project.load(root), Options(jobs=2, glance=glance))) == []
    with closing(State(root / ".dkg" / "state.sqlite")) as state:
        assert int(state.meta("scanned")) == glance.begun
    assert updated(build(Project.load(root), Options())) == ["ash"]


def updated(report: BuildReport) -> list[str]:
    return [one.key for one in report.articles if one.status is Status.OK]


def test_a_build_with_two_jobs_sees_what_changed(tmp_path: Path) -> None:
    root = project(tmp_path / "p")
    for number in range(30):
        article(root, f"{number % 3}/of{number}")
    words = ["build", "--jobs", "2", "--project", str(root)]
    assert CliRunner().invoke(main, words).exit_code == 0
    article(root, "1/of4", annotation=small.plain(says="It poured."))
    assert "1 ok, 31 unchanged" in CliRunner().invoke(main, words).output
