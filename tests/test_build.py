"""A build: the same whatever the number of jobs, published only when something changed, never half."""

from __future__ import annotations

import json
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from filelock import FileLock

from diaspora_kg import state
from diaspora_kg.build import BuildReport, Options, Status, build
from diaspora_kg.check import check
from diaspora_kg.errors import RunStopped, Severity, UsageError
from diaspora_kg.index import Index
from diaspora_kg.project import Project
from diaspora_kg.store import Snapshots
from diaspora_kg.sums import Total
from tests.growing import lines_of
from tests.small import LATER, SETTINGS, article, plain, project, write

BASE = "https://example.org/small/"


@pytest.fixture
def small(tmp_path: Path) -> Path:
    return project(tmp_path / "p")


def built(root: Path, **options: object) -> BuildReport:
    return build(Project.load(root), Options(**options))  # type: ignore[arg-type]


def statuses(report: BuildReport) -> dict[str, str]:
    return {row.key: row.status.value for row in report.articles}


def test_a_build_publishes_a_snapshot(small: Path) -> None:
    report = built(small)
    assert report.findings == ()
    assert report.published
    assert report.exit_code(strict=True) == 0
    assert statuses(report) == {"library": "ok", "later": "ok"}
    assert report.snapshot is not None
    manifest = report.snapshot.manifest
    assert (manifest.number, manifest.base, manifest.title) == (1, BASE, "Small")
    assert manifest.counts == report.counts
    assert manifest.counts["quads"] == len(lines_of(report))
    assert manifest.counts["nodes.claim"] == 4
    assert not any("_:" in line for line in lines_of(report))


def test_two_builds_from_nothing_are_the_same(small: Path, tmp_path: Path) -> None:
    for number in range(5):
        article(small, f"wire/rain-{number}")
    first = built(small)
    shutil.rmtree(small / ".dkg")
    second = built(small, jobs=2)
    assert lines_of(second) == lines_of(first)
    elsewhere = tmp_path / "another place"
    shutil.copytree(small, elsewhere, ignore=shutil.ignore_patterns(".dkg"))
    third = built(elsewhere)
    assert lines_of(third) == lines_of(first)
    manifests = [report.snapshot.manifest for report in (first, second, third) if report.snapshot]
    assert len({(m.id, m.index) for m in manifests}) == 1
    assert [row.key for row in first.articles if "." in row.key][:2] == ["wire.rain-0", "wire.rain-1"]


def test_nothing_new_is_published_when_nothing_changed(small: Path) -> None:
    first = built(small)
    again = built(small)
    assert (again.published, again.identical, again.snapshot) == (False, True, first.snapshot)
    assert statuses(again) == {"library": "unchanged", "later": "unchanged"}
    assert Snapshots(small / ".dkg").numbers() == (1,)


def test_moved_lines_change_the_index_and_not_the_graph(small: Path) -> None:
    first = built(small)
    path = small / "articles/library.yaml"
    path.write_text("# a remark\n\n" + path.read_text("utf-8"), "utf-8")
    second = built(small)
    assert first.snapshot is not None
    assert second.snapshot is not None
    assert second.published
    assert second.snapshot.manifest.id == first.snapshot.manifest.id
    assert statuses(second) == {"library": "unchanged", "later": "unchanged"}
    places = []
    for snapshot in (first.snapshot, second.snapshot):
        with Index(snapshot.index) as index:
            [node] = index.find("library.league")
            origin = index.origin_of(node.iri)
            assert origin is not None
            places.append((origin.file, origin.line))
    assert places == [("articles/library.yaml", 10), ("articles/library.yaml", 12)]


def test_the_index_finds_what_was_written(small: Path) -> None:
    path = small / "articles/later.yaml"
    path.write_text(LATER.replace("  language", "  formerly: [kept-promise]\n  language"), "utf-8")
    report = built(small)
    assert report.snapshot is not None
    with Index(report.snapshot.index) as index:
        assert {hit.node.key for hit in index.search("norland LEAGUE")} >= {"library.league"}
        assert [hit.node.key for hit in index.search("League will add a room")] == ["library.will-add"]
        assert index.find("kept-promise") == index.find("later")
        assert index.find("kept-promise.kept") == index.find("later.kept") != ()
        assert index.find("library.league")[0].label == "Norland League"
        assert index.find("herald")[0].kind == "organization"
        origin = index.origin_of(BASE + "id/organization/herald")
        assert origin is not None
        assert (origin.article, origin.file, origin.line) == ("", "register.yaml", 3)
        assert index.articles() == {"later": "articles/later.yaml", "library": "articles/library.yaml"}


def test_withheld_words_are_nowhere(small: Path) -> None:
    write(small, "dkg.toml", SETTINGS + 'text = "withheld"\n')
    article(
        small,
        "rain",
        "Rain in Vesmark\n\nIt rained for hours in the Vesmark hills on Friday.\n",
        plain(quote="It rained … on Friday"),
    )
    report = built(small)
    assert report.snapshot is not None
    assert not any("hours" in line for line in lines_of(report))
    with closing(sqlite3.connect(report.snapshot.index)) as db:
        assert not any("hours" in row for row in db.iterdump())
        assert any("It rained" in row for row in db.iterdump())


def test_a_lock_gives_the_graph_that_the_text_gave(small: Path) -> None:
    write(small, "dkg.toml", SETTINGS + 'text = "withheld"\n')
    with_texts = built(small)
    assert [f.code for f in with_texts.findings] == ["text-hash-missing"] * 2
    assert check(Project.load(small), lock=True).locks == ("articles/later.lock", "articles/library.lock")
    for path in (small / "articles").glob("*.txt"):
        path.unlink()
    shutil.rmtree(small / ".dkg")
    from_locks = built(small, jobs=2)
    assert lines_of(from_locks) == lines_of(with_texts)
    assert {row.words.value for row in with_texts.articles} == {"text"}
    assert {row.words.value for row in from_locks.articles} == {"lock"}
    assert {f.code for f in from_locks.findings} == {"text-not-at-hand"}
    assert from_locks.exit_code(strict=True) == 0


def test_a_deleted_article_leaves(small: Path) -> None:
    article(small, "rain")
    built(small)
    for suffix in (".yaml", ".txt"):
        (small / f"articles/rain{suffix}").unlink()
    report = built(small)
    assert statuses(report) == {"library": "unchanged", "later": "unchanged", "rain": "removed"}
    assert not any("/rain" in line for line in lines_of(report))
    assert report.exit_code() == 0


def test_a_renamed_file_keeps_its_key_or_redirects(small: Path) -> None:
    article(small, "rain")
    first = built(small)
    for suffix in (".yaml", ".txt"):
        (small / f"articles/rain{suffix}").rename(small / f"articles/storm{suffix}")
    write(small, "articles/storm.yaml", plain().replace("  language", "  key: rain\n  language"))
    report = built(small)
    assert statuses(report)["rain"] == "unchanged"
    assert lines_of(report) == lines_of(first)


def test_many_deletions_are_asked_about(small: Path) -> None:
    for number in range(11):
        article(small, f"rain-{number}")
    first = built(small)
    for path in (small / "articles").glob("rain-*"):
        path.unlink()
    with pytest.raises(RunStopped, match=r"11 of 13 published articles .*--allow-deletions"):
        built(small)
    assert Snapshots(small / ".dkg").current() == first.snapshot
    report = built(small, allow_deletions=True)
    assert report.count(Status.REMOVED) == 11


def test_an_article_that_was_never_valid_is_refused_and_its_promise_is_told(small: Path) -> None:
    path = small / "articles/library.yaml"
    path.write_text(path.read_text("utf-8").replace("has opened a library}", "has burnt a library}"), "utf-8")
    report = built(small)
    assert statuses(report) == {"library": "refused", "later": "ok"}
    assert report.exit_code() == 1
    told = [
        (f.file, f.line, f.severity, f.code) for f in report.findings if f.file != "articles/library.yaml"
    ]
    assert told == [("articles/later.yaml", 13, Severity.WARNING, "not-published")]


def test_a_condition_of_another_article_is_put_as_one(small: Path) -> None:
    path = small / "articles/later.yaml"
    whole = path.read_text("utf-8")
    path.write_text(whole + "    if: library.opened\n", "utf-8")
    report = built(small)
    assert statuses(report) == {"library": "ok", "later": "refused"}
    [finding] = report.findings
    assert (finding.file, finding.line, finding.code) == (
        "articles/later.yaml", 10, "condition-is-hypothetical",
    )  # fmt: skip
    library = small / "articles/library.yaml"
    supposed = library.read_text("utf-8").replace("{id: opened,", "{id: opened, how: counterfactual,")
    library.write_text(supposed, "utf-8")
    assert statuses(built(small)) == {"library": "ok", "later": "ok"}


def test_articles_that_only_relayed_a_statement_are_not_counted(small: Path) -> None:
    path = small / "articles/library.yaml"
    path.write_text(
        path.read_text("utf-8").replace("kind: remark", "kind: remark\n    via: [herald]"), "utf-8"
    )
    report = built(small)
    assert (report.counts["articles"], report.counts["nodes.article"]) == (2, 3)


def test_a_fault_of_the_whole_graph_holds_back_the_article_that_changed(small: Path) -> None:
    built(small)
    path = small / "articles/library.yaml"
    whole = path.read_text("utf-8")
    path.write_text(whole.replace(", content: venn-chairs", ""), "utf-8")
    article(small, "rain")
    report = built(small)
    assert statuses(report) == {"library": "held back", "later": "unchanged", "rain": "ok"}
    [finding] = report.findings
    assert (finding.file, finding.line, finding.severity) == ("articles/library.yaml", 15, Severity.VIOLATION)
    assert finding.code == "situation-is-claimed"
    assert report.published
    claimed = f"ns#content> <{BASE}id/membership/library.venn-chairs>"
    assert any(claimed in line for line in lines_of(report))
    assert set(check(Project.load(small)).findings) == {finding}
    path.write_text(whole, "utf-8")
    mended = built(small)
    assert mended.exit_code() == 0
    assert statuses(mended)["library"] == "unchanged"


def test_a_removal_is_held_back_while_another_article_needs_the_claim(small: Path) -> None:
    world = "world:\n  wet: {is: figure, of: library.league, measure: members, exactly: 4}\n"
    article(small, "figures", annotation=plain().replace("article-says:", world + "article-says:"))
    article(small, "claims", annotation=plain(1).replace(", quote", ", content: figures.wet, quote"))
    first = built(small)
    assert first.findings == ()
    (small / "articles/claims.yaml").unlink()
    (small / "articles/claims.txt").unlink()
    report = built(small)
    assert statuses(report)["claims"] == "held back"
    assert lines_of(report) == lines_of(first)
    assert [f.code for f in report.findings] == ["situation-is-claimed"]
    assert report.exit_code() == 1


def test_a_first_build_leaves_out_what_the_whole_graph_does_not_bear(small: Path) -> None:
    path = small / "articles/library.yaml"
    path.write_text(path.read_text("utf-8").replace(", content: venn-chairs", ""), "utf-8")
    report = built(small)
    assert statuses(report) == {"library": "refused", "later": "ok"}
    assert not any("graph/article/library" in line for line in lines_of(report))


def test_another_base_starts_anew(small: Path) -> None:
    built(small)
    write(small, "dkg.toml", SETTINGS.replace("/small/", "/moved/"))
    path = small / "articles/library.yaml"
    path.write_text(path.read_text("utf-8").replace("has opened a library}", "has burnt a library}"), "utf-8")
    report = built(small)
    assert statuses(report) == {"library": "refused", "later": "ok"}
    assert not any("/small/" in line for line in lines_of(report))


def test_one_build_at_a_time(small: Path) -> None:
    built(small)
    signed = json.loads((small / ".dkg/lock.json").read_text("ascii"))
    with FileLock(small / ".dkg/lock"), pytest.raises(RunStopped, match=rf"process {signed['pid']}, since 2"):
        built(small)
    assert built(small).identical


def test_a_folder_that_leads_elsewhere_is_not_written_to(small: Path, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (small / ".dkg").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(RunStopped, match="link"):
        built(small)
    (small / ".dkg").unlink()
    (small / ".dkg").mkdir()
    victim = tmp_path / "victim"
    victim.write_text("kept", "ascii")
    (small / ".dkg/lock").symlink_to(victim)
    with pytest.raises(RunStopped, match="link"):
        built(small)
    assert victim.read_text("ascii") == "kept"


def test_a_disk_that_refuses_stops_the_build(small: Path) -> None:
    (small / ".dkg").write_text("a file where the folder should be", "ascii")
    with pytest.raises(RunStopped, match="What was published before stays"):
        built(small)


def test_a_project_without_articles_is_told(small: Path) -> None:
    shutil.rmtree(small / "articles")
    with pytest.raises(UsageError, match="articles/"):
        built(small)


def test_a_damaged_snapshot_is_built_again(small: Path) -> None:
    first = built(small)
    shutil.rmtree(small / ".dkg/snapshots/1/store")
    report = built(small)
    assert report.published
    assert [(f.file, f.code) for f in report.findings] == [(".dkg", "snapshot-damaged")]
    assert lines_of(report) == lines_of(built(small))
    assert first.snapshot is not None
    assert report.snapshot is not None
    assert report.snapshot.manifest.id == first.snapshot.manifest.id


def test_the_state_says_what_the_next_build_must_know(small: Path) -> None:
    report = built(small)
    with closing(state.State(small / ".dkg/state.sqlite")) as saved:
        assert (saved.meta("snapshot"), json.loads(saved.meta("core"))[4]) == ("1", BASE)
        assert {path for path, stamp in saved.files().items() if stamp.sha256} == {
            "articles/later.txt",
            "articles/later.yaml",
            "articles/library.txt",
            "articles/library.yaml",
            "register.yaml",
        }
        needed = set(saved.rows("SELECT article, key FROM need"))
        assert {("later", "herald"), ("later", "library.promise"), ("library", "herald")} <= needed
        assert Total.read(saved.meta("content")).count == report.counts["quads"]
        assert {row.key: row.valid for row in saved.articles()} == {"later": True, "library": True}


def test_old_snapshots_are_pruned(small: Path) -> None:
    write(small, "dkg.toml", SETTINGS + "keep = 2\n")
    for number in range(4):
        article(small, "rain", annotation=plain(number))
        built(small)
    assert Snapshots(small / ".dkg").numbers() == (3, 4)


def test_check_of_one_file_reads_the_rest_and_speaks_of_the_one(small: Path) -> None:
    article(small, "rain", annotation=plain(quote="It snowed"))
    loaded = Project.load(small)
    assert check(loaded, [small / "articles/later.yaml"]).findings == ()
    for asked in ("articles/rain.yaml", "articles/rain.txt"):
        assert [f.code for f in check(loaded, [Path(asked)]).findings] == ["quote-not-found"]
    assert len(check(loaded, [small / "articles"]).findings) == 1
    assert check(loaded, [small]).findings == check(loaded).findings
    assert not (small / ".dkg").exists()
    with pytest.raises(UsageError, match="does not exist"):
        check(loaded, [Path("articles/none.yaml")])
    with pytest.raises(UsageError, match="not in this project"):
        check(loaded, [Path("/")])


def test_check_suggests_keys_of_the_register_and_a_build_does_not(small: Path) -> None:
    path = small / "articles/library.yaml"
    own = "  paper: {is: organization, names: [{en: vesmark  HERALD}]}\n"
    own += "  editor: {is: person, names: [{en: Vesmark herald}]}\n"
    path.write_text(path.read_text("utf-8").replace("actors:\n", "actors:\n" + own), "utf-8")
    [finding] = check(Project.load(small)).findings
    assert (finding.file, finding.line, finding.severity, finding.code, finding.message) == (
        "articles/library.yaml", 10, Severity.INFO, "name-in-register",
        "The register has this name too: `herald`.",
    )  # fmt: skip
    report = built(small)
    assert (report.findings, report.published) == ((), True)


def test_check_explains_the_defaults(small: Path) -> None:
    report = check(Project.load(small), [Path("articles/library.yaml")])
    [explained] = report.explained
    assert (explained.article, explained.file) == ("library", "articles/library.yaml")
    assert ("will-add", "illocution", "commissive") in {(d.node, d.slot, d.value) for d in explained.defaults}


def test_a_build_shows_how_far_it_is(small: Path) -> None:
    class Shown:
        def __init__(self) -> None:
            self.steps: list[tuple[str, int | None]] = []
            self.done = 0

        def step(self, name: str, total: int | None = None) -> None:
            self.steps.append((name, total))

        def advance(self, count: int = 1) -> None:
            self.done += count

    shown = Shown()
    build(Project.load(small), progress=shown)
    # One of the two speaks of the other, so it waits for it.
    assert shown.steps[:3] == [("Reading", 2), ("Preparing", 1), ("Loading", 2)]
    assert shown.done == 5
