"""Whatever ends a build, and whenever: what was published answers, and the next build heals.

A build is killed at a random moment, runs out of disk, may not write, meets another build or a clock that
was set back. ``DKG_CRASHES`` sets how many builds are killed (a few dozen in CI); ``DKG_CRASH_TABLE`` names
a file to which a line is added for each of them: ``python docs/crashes.py`` makes the page of it.
"""

from __future__ import annotations

import os
import random
import resource
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from diaspora_kg.build import BuildReport, Options, build
from diaspora_kg.errors import RunStopped
from diaspora_kg.export import sorted_lines
from diaspora_kg.index import Index
from diaspora_kg.project import Project
from diaspora_kg.store import Snapshots
from docs import crashes
from tests.forks import KIND
from tests.hashes import proven
from tests.small import PLAIN_TEXT, article, plain, project, write

CRASHES = int(os.environ.get("DKG_CRASHES", "24"))
SEED = 20180425


class Told:
    """Keeps in a file the step that a build is at, so that it outlives the build."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def step(self, name: str, total: int | None = None) -> None:
        new = self.path.with_suffix(".new")
        new.write_text(name, "utf-8")
        new.replace(self.path)

    def advance(self, count: int = 1) -> None:
        pass


def built(root: Path, *, full: bool = False, told: Told | None = None) -> BuildReport:
    return build(Project.load(root), Options(full=full, allow_deletions=True), told)


def run_build(root: Path, full: bool, limit: int = 0, uid: int = 0, told: Told | None = None) -> None:
    """In a process of its own: exit code 0, or 3 for a build that stopped as it should."""
    if limit:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
    if uid:
        os.setuid(uid)
    try:
        built(root, full=full, told=told)
    except RunStopped as stopped:
        sys.exit(3 if "stays" in str(stopped) or "Another build" in str(stopped) else 4)


def answer(root: Path) -> tuple[list[str], str]:
    """What the published snapshot says; it must be whole."""
    with Snapshots(root / ".dkg").reading() as snapshot, Index(snapshot.index) as index:
        index.check()
        proven(snapshot)
        store = snapshot.store()
        try:
            return sorted_lines(store), snapshot.manifest.index
        finally:
            store.close()


def left(root: Path) -> str:
    """What a build that was ended left behind."""
    derived = root / ".dkg"
    signs = {
        "a snapshot half made": any((derived / "snapshots").glob("*.new")),
        "the store being changed": (derived / "writing").exists(),
        "a store half made": (derived / "store.new").exists(),
        "a state half made": (derived / "state.sqlite.new").exists(),
        "lines not loaded yet": (derived / "lines.new").exists(),
        "what rules made": (derived / "rules.new").exists(),
    }
    return ", ".join(name for name, there in signs.items() if there) or "nothing"


@pytest.fixture
def root(tmp_path: Path) -> Iterator[Path]:
    made = project(tmp_path / "p")
    for number in range(6):
        article(made, f"rain-{number}", annotation=plain(number))
    built(made)
    yield made
    shutil.rmtree(made)


def edit(root: Path, turn: int) -> None:
    """Another article each turn; now and then one goes, or the register changes."""
    article(root, f"rain-{turn % 6}", annotation=plain(100 + turn))
    extra = root / "articles/extra.yaml"
    if turn % 4 == 1:
        article(root, "extra", annotation=plain(turn))
    elif turn % 4 == 3 and extra.exists():
        extra.unlink()
    if turn % 5 == 2:
        register = (root / "register.yaml").read_text("utf-8")
        write(
            root,
            "register.yaml",
            register.split("  paper")[0]
            + f"  paper{turn}: {{is: organization, names: [{{en: Paper {turn}}}]}}\n",
        )


def test_killed_at_any_moment(root: Path, tmp_path: Path) -> None:
    chance = random.Random(SEED)
    found: list[crashes.Crash] = []
    told = Told(tmp_path / "step")
    usual = 0.4
    for turn in range(CRASHES):
        before = answer(root)
        edit(root, turn)
        full = turn % 4 == 0
        told.path.unlink(missing_ok=True)
        child = KIND.Process(target=run_build, args=(root, full, 0, 0, told))
        start = time.monotonic()
        child.start()
        child.join(chance.uniform(0, usual * (1.5 if full else 1)))
        ended = child.exitcode is not None
        if not ended:
            child.kill()  # nothing happens to one that ended meanwhile
        child.join()
        took = time.monotonic() - start
        usual = max(0.1, (usual + took) / 2) if ended else min(5.0, usual * 1.1)
        between, remains = answer(root), left(root)
        report = built(root)
        after = answer(root)
        assert between in (before, after)
        assert not report.stopped
        shutil.copytree(root, tmp_path / "new", ignore=shutil.ignore_patterns(".dkg"))
        built(tmp_path / "new")
        assert answer(tmp_path / "new") == after
        shutil.rmtree(tmp_path / "new")
        assert left(root) == "nothing"
        step = told.path.read_text("utf-8") if told.path.exists() else ""
        how = "from nothing" if full else "on the last one"
        did = "published" if report.published else "found it published"
        found.append(crashes.Crash(how, crashes.ended(step, killed=not ended), remains, did))
    print(crashes.page(found))  # noqa: T201 - pytest shows it on demand
    if where := os.environ.get("DKG_CRASH_TABLE"):
        with Path(where).open("a", encoding="utf-8") as record:
            record.writelines("\t".join(crash) + "\n" for crash in found)


def test_what_a_killed_build_left_goes_though_nothing_changed(root: Path) -> None:
    half = root / ".dkg/snapshots/9.new"
    half.mkdir()
    (half / "manifest.json").write_text("{", "utf-8")
    (root / ".dkg/rules.new").mkdir()
    (root / ".dkg/rules.new/0.nt").write_text("<a> <b> <c> .\n", "utf-8")
    (root / ".dkg/lines.new").write_text("# 0 1\n", "utf-8")
    assert left(root) == "a snapshot half made, lines not loaded yet, what rules made"
    assert built(root).identical
    assert left(root) == "nothing"


def test_the_page_is_of_the_form_that_is_made() -> None:
    text = crashes.PAGE.read_text("utf-8")
    told = list(crashes.crashes_on(text))
    assert crashes.page(told) == text, "run: python docs/crashes.py RECORD"
    assert len(told) >= 300
    assert {crash.after for crash in told} == {"published", "found it published"}


@pytest.mark.parametrize("limit", [1, 5_000, 30_000, 100_000, 200_000])
@pytest.mark.parametrize("full", [False, True])
def test_a_full_disk(root: Path, limit: int, full: bool) -> None:
    before = answer(root)
    edit(root, 1)
    child = KIND.Process(target=run_build, args=(root, full, limit))
    child.start()
    child.join()
    assert child.exitcode is not None
    between = answer(root)
    built(root)
    after = answer(root)
    assert between in (before, after)
    assert after != before
    if between == before:
        assert child.exitcode != 0


def test_a_folder_that_may_not_be_written() -> None:
    folder = Path(tempfile.mkdtemp(prefix="locked-"))
    try:
        folder.chmod(0o755)
        root = project(folder / "p")
        built(root)
        before = answer(root)
        edit(root, 1)
        paths = [root, *root.rglob("*")]
        for path in paths:
            path.chmod(0o555 if path.is_dir() else 0o444)
        child = KIND.Process(target=run_build, args=(root, False, 0, 65534 if os.getuid() == 0 else 0))
        child.start()
        child.join()
        assert child.exitcode == 3
        assert answer(root) == before
        for path in paths:
            path.chmod(0o755 if path.is_dir() else 0o644)
        assert built(root).published
    finally:
        shutil.rmtree(folder)


def test_two_builds_at_once(root: Path) -> None:
    edit(root, 1)
    children = [KIND.Process(target=run_build, args=(root, False)) for _ in range(3)]
    for child in children:
        child.start()
    for child in children:
        child.join()
    codes = [child.exitcode for child in children]
    assert 0 in codes
    assert set(codes) <= {0, 3}
    assert built(root).identical


@pytest.mark.parametrize("seconds", [-10 * 365 * 86400, 10 * 365 * 86400])
def test_a_clock_that_was_set_wrong(root: Path, monkeypatch: pytest.MonkeyPatch, seconds: int) -> None:
    """An edit of the same size under the same time is seen, whatever the clock said when it was read."""
    now = time.time_ns()
    monkeypatch.setattr(time, "time_ns", lambda: now + seconds * 10**9)
    text, path = root / "articles/rain-0.txt", root / "articles/rain-0.yaml"
    built(root)
    for old, new in (("Friday", "Sunday"), ("Sunday", "Monday")):
        about = text.stat()
        text.write_text(PLAIN_TEXT.replace("Friday", new), "utf-8")
        os.utime(text, ns=(about.st_atime_ns, about.st_mtime_ns))
        assert text.stat().st_size == about.st_size
        report = built(root)
        assert report.published, (old, new)
    os.utime(path, ns=(0, 0))
    assert built(root).identical
    os.utime(path, ns=(now * 2, now * 2))
    assert built(root).identical


def test_a_young_file_is_read_again(root: Path) -> None:
    """Git's rule: within a tick of the clock two contents may have one time, one size and one inode."""
    built(root)
    path = root / "articles/rain-1.yaml"
    path.write_text(plain(7), "utf-8")
    assert built(root).published
    assert built(root).identical
