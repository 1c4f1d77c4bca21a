"""A project that changes step by step, beside a twin that is always built from nothing.

After each build the published graph, its index and the findings equal those of a build that starts from
nothing beside the same last snapshot; at the end, if nothing is held back, those of a build that never
knew another.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import RuleBasedStateMachine, invariant, run_state_machine_as_test

from diaspora_kg.build import BuildReport, Options, Status, build
from diaspora_kg.build.folders import settle
from diaspora_kg.build.outcome import told
from diaspora_kg.export import sorted_lines
from diaspora_kg.identity.decisions import HEAD
from diaspora_kg.index import Index
from diaspora_kg.loader import scripts
from diaspora_kg.pipeline import Words
from diaspora_kg.pipeline.scan import scan
from diaspora_kg.pipeline.setting import Setting
from diaspora_kg.project import Project
from diaspora_kg.state import State
from diaspora_kg.store import Snapshots
from tests.hashes import proven
from tests.small import write

_HOLDS = {"snapshot-damaged", "decision-contradiction", "decision-waits"}


def built(root: Path, *, full: bool = False) -> BuildReport:
    """Build, whatever leaves."""
    return build(Project.load(root), Options(allow_deletions=True, full=full, trusted=True))


def lines_of(report: BuildReport) -> list[str]:
    """All lines of what a build published, in order."""
    assert report.snapshot is not None
    store = report.snapshot.store()
    try:
        return sorted_lines(store)
    finally:
        store.close()


def contents(root: Path) -> tuple[list[str], list[object], str]:
    """The graph, the rows of the index and its hash; the hashes are those of what is there."""
    with Snapshots(root / ".dkg").reading() as snapshot, Index(snapshot.index) as index:
        proven(snapshot)
        store = snapshot.store()
        try:
            rows = [sorted(index.all_rows(view)) for view in ("nodes", "origins", "formers", "words")]
            return sorted_lines(store), list(rows), snapshot.manifest.index
        finally:
            store.close()


def manifest_inputs(root: Path) -> str:
    """The hash of all that the published snapshot was made from."""
    with Snapshots(root / ".dkg").reading() as snapshot:
        return snapshot.manifest.inputs


def agrees_with_itself(root: Path) -> None:
    """What the state keeps of folders, and of articles that need a word, is what all its rows come to."""
    project = Project.load(root)
    seen = scan(project, Setting.of(project, scripts(project, trusted=True)[0]).beside)
    state = State(root / ".dkg" / "state.sqlite")
    try:
        kept = state.folders()
        settle(state, seen, anew=True)
        assert kept == state.folders()
        alone = "SELECT key FROM piece WHERE key NOT IN (SELECT key FROM article)"
        assert sorted(state.rows("SELECT key FROM alone")) == sorted(state.rows(alone))
        articles, none = told(state, set(), {}, every=True)
        few, unlisted = told(state, set(), {}, every=False)
        assert (len(few) + unlisted, none) == (len(articles), 0)
        rest = [article for article in articles if article not in few]
        assert {(article.status, article.words is Words.LOCK) for article in rest} <= {
            (Status.UNCHANGED, False)
        }
    finally:
        state.close()


def say(root: Path, left: str, right: str, verdict: str, of: str = "") -> str:
    """Add a line to the decisions; its id."""
    path = root / "decisions.tsv"
    text = path.read_text("utf-8") if path.exists() else HEAD
    name = f"d{text.count(chr(10))}"
    cells = [name, left, right, verdict, of, "Reviewer One", "2031-05-02T10:00:00Z", "Seen."]
    write(root, "decisions.tsv", text + "\t".join(cells) + "\n")
    return name


class Growing(RuleBasedStateMachine):
    """A project in ``root`` that rules change; ``dirty``: since it was built."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="growing-"))
        self.root = self.folder / "p"
        self.twin = self.folder / "twin"
        self.dirty = True

    def both(self) -> BuildReport:
        """Build on what there is and, beside it, from nothing; both must come to the same."""
        shutil.rmtree(self.twin, ignore_errors=True)
        shutil.copytree(self.root, self.twin)
        one = built(self.root)
        other = built(self.twin, full=True)
        self.dirty = False
        assert (one.stopped, one.pinned) == (other.stopped, other.pinned)
        if one.snapshot is not None:
            assert contents(self.root) == contents(self.twin)
            assert manifest_inputs(self.root) == manifest_inputs(self.twin)
        if one.pinned:
            return one
        if not one.stopped:
            agrees_with_itself(self.root)
        assert one.findings == other.findings
        assert {(a.key, a.file, a.status, a.why) for a in one.articles if not one.stopped} == {
            (a.key, a.file, a.status, a.why) for a in other.articles if not one.stopped
        }
        return one

    def teardown(self) -> None:
        """Compare the end with a build that never knew another, unless something of before is in it."""
        if self.dirty or not (self.root / ".dkg").exists():
            self.both()
        report = built(self.root)
        held = any(a.status in {Status.HELD_BACK} for a in report.articles)
        if not held and not report.stopped and not report.pinned:
            shutil.copytree(self.root, self.folder / "new", ignore=shutil.ignore_patterns(".dkg"))
            anew = built(self.folder / "new")
            if not anew.stopped and not any(f.code in _HOLDS for f in (*anew.findings, *report.findings)):
                assert contents(self.folder / "new") == contents(self.root)
                assert anew.findings == report.findings
        shutil.rmtree(self.folder)

    @invariant()
    def what_is_published_is_whole(self) -> None:
        """Whatever happens in between."""
        if (self.root / ".dkg/current").exists():
            with Snapshots(self.root / ".dkg").reading() as snapshot:
                assert snapshot.whole


def grow(machine: type[Growing], few: int, steps: int) -> None:
    """Try some sequences of steps; the environment variable ``DKG_SEQUENCES`` says how many."""
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=int(os.environ.get("DKG_SEQUENCES", few)),
            stateful_step_count=steps,
            deadline=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )
