"""What bad input gets: a finding with file and line, exit 1, every other article built, the old one kept."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

import pytest

from diaspora_kg.build import BuildReport, Status, build
from diaspora_kg.check import check
from diaspora_kg.errors import Severity
from diaspora_kg.project import Project
from tests.small import PLAIN_TEXT, article, plain, project, write

FURNITURE = "Rain in Vesmark\n\nIt rained in Vesmark on Friday.\n\nRead more: sun in Vesmark\n"
CYCLE = """\
actors:
  one: {is: organization, label: the first union}
  two: {is: organization, label: the second union}
world:
  up: {is: membership, member: one, organization: two, not-stated: [starts, ends]}
  down: {is: membership, member: two, organization: one, not-stated: [starts, ends]}
"""


NO_TEXT = b"-"
SKIP = '\n  skip: ["Read more: sun in Vesmark"]\n  not'


@dataclass(frozen=True)
class Fault:
    """One way to spoil the plain article, and what its finding says."""

    code: str
    line: int
    annotation: str = ""
    text: str | bytes = PLAIN_TEXT
    words: str = ""
    hint: str = ""


def changed(old: str, new: str) -> str:
    assert old in plain()
    return plain().replace(old, new)


def with_world(world: str, content: str) -> str:
    return changed("article-says:", world + "article-says:").replace(
        ", quote", f", content: {content}, quote"
    )


FAULTS = [
    Fault("text-not-utf8", 3, text=b"Rain in Vesmark\n\nIt rained \xff\n"),
    Fault("text-not-utf8", 3, text="Rain in Vesmark\n".encode("utf-16")),
    Fault("text-empty", 3, text=b"\xef\xbb\xbf \r\n"),
    Fault("text-with-nul", 3, text=PLAIN_TEXT + "\0"),
    Fault("not-utf8", 8, plain(quote="It r\udcffined")),
    Fault("text-missing", 3, text=NO_TEXT),
    Fault("yaml-syntax", 8, changed("says: It rained.", "says: [It rained.")),
    Fault("comma-trap", 8, plain(quote="It rained, in Vesmark"), words="It rained, in Vesmark"),
    Fault("unknown-key", 5, changed("language: en", "language: en\n  langauge: en"), words="langauge"),
    Fault("duplicate-key", 5, changed("language: en", "language: en\n  language: en"), words="language"),
    Fault("quote-not-found", 8, plain(quote="It snowed in Vesmark"), words="It snowed in Vesmark"),
    Fault("quote-ambiguous", 8, plain(quote="rain"), PLAIN_TEXT + "\nrain and rain\n"),
    Fault("quote-in-furniture", 9, plain(quote="sun in Vesmark").replace("\n  not", SKIP), FURNITURE),
    Fault("unknown-key", 8, changed(", quote", ", about: heralt, quote"), words="heralt", hint="`herald`"),
    Fault("unknown-concept", 8, changed(", quote", ", how: presuposed, quote"), words="presuposed"),
    Fault("impossible-date", 7, changed(", published]", ']\n  published: {date: "2031-02-30"}')),
    Fault("beside-not-stated", 6, changed("publisher, published]", "publisher]\n  publisher: herald")),
    Fault("no-evidence", 8, changed(", quote: It rained in Vesmark", "")),
    Fault("umbrella-cycle-in-article", 11, with_world(CYCLE, "[up, down]")),
    Fault("text-changed", 3, changed("  not-stated", f"  text_sha256: {'0' * 64}\n  not-stated")),
    Fault("newer-format", 1, changed("format: 1", "format: 2")),
    Fault("no-reader", 0, "something: else\n"),
]


@dataclass(frozen=True)
class Spoilt:
    """A project whose articles were all valid once, and were then spoilt, each in its way."""

    before: BuildReport
    after: BuildReport
    lines: dict[str, list[str]]


def graphs(report: BuildReport) -> dict[str, list[str]]:
    assert report.snapshot is not None
    store = report.snapshot.store()
    held = {graph: store.graph_lines(graph) for graph in store.graphs()}
    store.close()
    return held


@pytest.fixture(scope="module")
def spoilt(tmp_path_factory: pytest.TempPathFactory) -> Spoilt:
    root = project(tmp_path_factory.mktemp("spoilt") / "p")
    for number in range(len(FAULTS)):
        article(root, f"rain-{number}")
    loaded = Project.load(root)
    before = build(loaded)
    lines = graphs(before)
    for number, fault in enumerate(FAULTS):
        written = fault.annotation or plain()
        annotation = article(root, f"rain-{number}", fault.text, written.encode("utf-8", "surrogateescape"))
        if fault.text == NO_TEXT:
            annotation.with_suffix(".txt").unlink()
    article(root, "fresh", PLAIN_TEXT, plain(1))
    return Spoilt(before, build(loaded), lines)


def test_all_was_well_before(spoilt: Spoilt) -> None:
    assert spoilt.before.findings == ()
    assert spoilt.before.exit_code(strict=True) == 0
    assert spoilt.before.count(Status.OK) == len(FAULTS) + 2


@pytest.mark.parametrize(("number", "fault"), list(enumerate(FAULTS)), ids=[fault.code for fault in FAULTS])
def test_each_fault_is_a_finding_with_file_and_line(spoilt: Spoilt, number: int, fault: Fault) -> None:
    file = f"articles/rain-{number}.yaml"
    found = [f for f in spoilt.after.findings if f.file == file and f.severity is Severity.VIOLATION]
    assert (fault.code, fault.line) in {(f.code, f.line) for f in found}
    [finding] = [f for f in found if (f.code, f.line) == (fault.code, fault.line)]
    assert fault.words in finding.words
    assert fault.hint in finding.hint
    [row] = [row for row in spoilt.after.articles if row.file == file]
    assert row.status is Status.HELD_BACK
    assert row.why


def test_nothing_else_is_found(spoilt: Spoilt) -> None:
    assert {f.file for f in spoilt.after.findings} == {f"articles/rain-{n}.yaml" for n in range(len(FAULTS))}


def test_the_other_articles_are_built_and_the_old_ones_stay(spoilt: Spoilt) -> None:
    assert spoilt.after.exit_code() == 1
    assert spoilt.after.published
    [fresh] = [row for row in spoilt.after.articles if row.key == "fresh"]
    assert fresh.status is Status.OK
    now = graphs(spoilt.after)
    kept = {graph: lines for graph, lines in now.items() if "/fresh" not in graph}
    derived = "https://example.org/small/graph/derived"
    assert {**kept, derived: []} == {**spoilt.lines, derived: []}


def test_check_finds_what_build_finds_and_changes_nothing(spoilt: Spoilt) -> None:
    assert spoilt.after.snapshot is not None
    root = spoilt.after.snapshot.path.parents[2]
    listed = sorted(path for path in root.rglob("*") if ".dkg" not in path.parts)
    report = check(Project.load(root))
    assert set(report.findings) == set(spoilt.after.findings)
    assert report.exit_code() == 1
    assert sorted(path for path in root.rglob("*") if ".dkg" not in path.parts) == listed


@pytest.fixture
def small(tmp_path: Path) -> Path:
    return project(tmp_path / "p")


def found_in(root: Path) -> set[tuple[str, int, str]]:
    report = build(Project.load(root))
    assert report.exit_code() == 1
    assert {row.key: row.status for row in report.articles}["library"] is Status.OK
    return {(f.file, f.line, f.code) for f in report.findings if f.severity is Severity.VIOLATION}


def test_one_key_for_two_articles(small: Path) -> None:
    article(small, "rain", annotation=changed("  language", "  key: storm\n  language"))
    article(small, "STORM")
    article(small, "sun", annotation=changed("  language", "  key: later\n  language"))
    assert found_in(small) == {
        ("articles/rain.yaml", 3, "duplicate-article"),
        ("articles/STORM.yaml", 3, "duplicate-article"),
        ("articles/later.yaml", 3, "duplicate-article"),
        ("articles/sun.yaml", 3, "duplicate-article"),
    }
    messages = [f.message for f in check(Project.load(small)).findings if f.file == "articles/rain.yaml"]
    assert messages == [
        "The article's key `storm` is not its own:"
        " articles/STORM.yaml, line 3 has a key that differs only by case."
    ]


def test_a_lock_whose_annotation_changed(small: Path) -> None:
    digest = hashlib.sha256(PLAIN_TEXT.encode()).hexdigest()
    withheld = changed("  not-stated", f"  text: withheld\n  text_sha256: {digest}\n  not-stated")
    annotation = article(small, "rain", annotation=withheld)
    assert check(Project.load(small), lock=True).locks == ("articles/rain.lock",)
    annotation.with_suffix(".txt").unlink()
    with_text = build(Project.load(small))
    assert with_text.exit_code() == 0
    write(small, "articles/rain.yaml", withheld.replace("It rained.", "It rained hard."))
    report = build(Project.load(small))
    assert [(f.file, f.line, f.code) for f in report.findings] == [("articles/rain.yaml", 3, "lock-stale")]
    assert report.identical


def test_what_is_no_readable_file(small: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside.yaml"
    outside.write_text(plain(), "utf-8")
    (small / "articles/leaves.yaml").symlink_to(outside)
    (small / "articles/broken.yaml").symlink_to(small / "nothing.yaml")
    os.mkfifo(small / "articles/pipe.yaml")
    (tmp_path / "folder").mkdir()
    (small / "articles/folder").symlink_to(tmp_path / "folder")
    Path(os.fsdecode(os.fsencode(small) + b"/articles/\xff.yaml")).write_text(plain(), "utf-8")
    article(small, "rain")
    (small / "articles/rain.txt").unlink()
    (small / "articles/rain.txt").symlink_to(tmp_path / "outside.yaml")
    assert found_in(small) == {
        ("articles/leaves.yaml", 0, "file-not-readable"),
        ("articles/broken.yaml", 0, "file-not-readable"),
        ("articles/pipe.yaml", 0, "file-not-readable"),
        ("articles/folder", 0, "file-not-readable"),
        ("articles/\\xff.yaml", 0, "file-name"),
        ("articles/rain.txt", 0, "file-not-readable"),
    }


def test_files_that_nobody_reads_are_told(small: Path) -> None:
    write(small, "articles/notes.md", "notes\n")
    write(small, "articles/todo.txt", "A text that nobody annotated yet.\n")
    write(small, "articles/.hidden", "x")
    write(small, "articles/mine.schema.json", "{}")
    report = build(Project.load(small))
    assert {(f.file, f.severity, f.code) for f in report.findings} == {
        ("articles/notes.md", Severity.WARNING, "no-reader"),
        ("articles/todo.txt", Severity.INFO, "no-annotation"),
    }
    assert (report.exit_code(), report.exit_code(strict=True)) == (0, 1)


def test_a_register_that_cannot_be_read_stops_the_build(small: Path) -> None:
    before = build(Project.load(small))
    write(small, "register.yaml", "format: 1\nactors: {herald: [}\n")
    report = build(Project.load(small))
    assert [(f.file, f.line, f.code) for f in report.findings] == [("register.yaml", 2, "yaml-syntax")]
    assert report.stopped
    assert report.exit_code() == 1
    assert report.snapshot == before.snapshot


@pytest.mark.parametrize("name", ["herald.yaml", "herald.txt", "herald.lock"])
def test_a_folder_that_is_called_like_a_file_is_a_finding(name: str, small: Path) -> None:
    (small / "articles" / name).mkdir()
    assert (f"articles/{name}", 0, "folder-named-file") in found_in(small)
