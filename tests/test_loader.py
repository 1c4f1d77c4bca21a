"""Reader scripts are loaded by path, run only when trusted, and their errors never travel."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from diaspora_kg import loader
from diaspora_kg.build import Options, build
from diaspora_kg.check import check
from diaspora_kg.content import content
from diaspora_kg.errors import Finding, RunStopped, Severity
from diaspora_kg.pipeline.pool import each
from diaspora_kg.project import Project
from tests.small import PLAIN_TEXT, SETTINGS, article, project, write

BUNDLED = sorted(path.stem for path in content("ingest").glob("*.py"))
SCRIPT = '''\
"""Reads a format of this project's own: one claim a line."""

from dataclasses import dataclass

from diaspora_kg.article import Anchor, Article, Claim, Voice
from diaspora_kg.reading import ReadResult

SUFFIXES = (".lines",)


class Torn(Exception):
    """Cannot be pickled back: it wants two arguments."""

    def __init__(self, line, what):
        super().__init__(f"line {line}: {what}")


@dataclass
class Row:
    number: int
    words: str


def sniff(head):
    if head.startswith(b"crash"):
        raise Torn(1, "at the first bytes")
    return head.startswith(b"lines")


def read(source):
    rows = [Row(n, words) for n, words in enumerate(source.data.decode().splitlines(), 1)]
    if any("torn" in row.words for row in rows):
        raise Torn(2, "torn apart")
    claims = tuple(
        Claim(row.number, row.words, Voice.ARTICLE, anchors=(Anchor(row.words, row.number),))
        for row in rows[2:]
    )
    unknown = ("dct:publisher", "dct:creator", "schema:url", "dkg:when")
    article = Article(source.key, source.file, rows[1].words, "en", claims=claims, unknown=unknown)
    return ReadResult((article,), ())
'''
LINES = "lines\nRain in Vesmark\nIt rained in Vesmark\n"


@pytest.fixture
def small(tmp_path: Path) -> Path:
    root = project(tmp_path / "p")
    write(root, "ingest/lines.py", SCRIPT)
    write(root, "articles/rain.txt", PLAIN_TEXT)
    write(root, "articles/rain.lines", LINES)
    return root


def own(root: Path, *, trusted: bool = True) -> loader.Script:
    found, _ = loader.scripts(Project.load(root), trusted=trusted)
    return found[-1]


def test_a_script_is_a_module_of_its_own_name(small: Path) -> None:
    script = own(small)
    module = loader.load(script)
    assert script.module == f"dkg_ingest.lines_{script.sha256[:12]}"
    assert sys.modules[script.module] is module
    assert loader.load(script) is module
    write(small, "ingest/lines.py", SCRIPT + "\nNEW = 1\n")
    assert loader.load(own(small)) is not module


def test_the_bundled_script_comes_first(small: Path) -> None:
    found, findings = loader.scripts(Project.load(small), trusted=True)
    assert [script.name for script in found] == [*BUNDLED, "lines"]
    assert findings == ()


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_project_reads_its_own_format(small: Path, jobs: int) -> None:
    write(small, "articles/torn.lines", "lines\ntorn\n")
    write(small, "articles/crash.lines", "crash\n")
    report = build(Project.load(small), Options(jobs=jobs, trusted=True))
    assert {row.key: row.status.value for row in report.articles} == {
        "library": "ok",
        "later": "ok",
        "rain": "ok",
    }
    assert [(f.file, f.code, f.message) for f in report.findings] == [
        (
            "articles/crash.lines",
            "script-failed",
            "The reader script failed: lines.py, line 26: Torn: line 1: at the first bytes",
        ),
        (
            "articles/torn.lines",
            "script-failed",
            "The reader script failed: lines.py, line 33: Torn: line 2: torn apart",
        ),
    ]
    assert report.snapshot is not None
    store = report.snapshot.store()
    about = store.graph_lines("https://example.org/small/graph/about/rain")
    assert any('"lines"' in line for line in about)
    store.close()


def test_an_untrusted_script_does_not_run(small: Path) -> None:
    write(small, "ingest/lines.py", f"open({str(small / 'ran')!r}, 'w').close()\n")
    report = check(Project.load(small))
    assert [(f.file, f.severity, f.code) for f in report.findings] == [
        ("articles/rain.lines", Severity.WARNING, "no-reader"),
        ("ingest/lines.py", Severity.VIOLATION, "script-not-trusted"),
    ]
    assert not (small / "ran").exists()


def test_a_script_that_is_a_link_is_not_followed(small: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside.py"
    outside.write_text(SCRIPT, "utf-8")
    (small / "ingest/link.py").symlink_to(outside)
    found, [finding] = loader.scripts(Project.load(small), trusted=True)
    assert [script.name for script in found] == [*BUNDLED, "lines"]
    assert (finding.file, finding.code) == ("ingest/link.py", "link-leaves-project")


@pytest.mark.parametrize(
    ("script", "line", "message"),
    [
        ("def read(:\n", 1, "lines.py, line 1: invalid syntax"),
        ("x = 1\n1 / 0\n", 2, "lines.py, line 2: ZeroDivisionError: division by zero"),
        ("import sys\nsys.exit(3)\n", 2, "lines.py, line 2: SystemExit: 3"),
        ("SUFFIXES = ('.lines',)\n", 0, "lines.py has no sniff and no read"),
    ],
)
def test_a_script_that_cannot_be_loaded_harms_no_other_file(
    small: Path, script: str, line: int, message: str
) -> None:
    write(small, "ingest/lines.py", script)
    report = build(Project.load(small), Options(trusted=True))
    assert [(f.file, f.line, f.code) for f in report.findings] == [
        ("articles/rain.lines", 0, "no-reader"),
        ("ingest/lines.py", line, "script-failed"),
    ]
    assert message in report.findings[1].message
    assert {row.key for row in report.articles} == {"library", "later"}


OWN_TYPES = "article = type('Mine', (Article,), {})(source.key, source.file, 'x', 'en')\n    return"
UNPRINTABLE = "type('Mute', (Exception,), {'__str__': lambda self: 1 / 0})()"


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("ReadResult((article,), ())", "7", "gave int, not a ReadResult"),
        ("return", OWN_TYPES, "a value that cannot travel"),
        ("article,), ()", "lambda: 1,), ()", "a value that cannot travel"),
        ("return", f"raise {UNPRINTABLE}\n    return", "line 40: Mute: <exception str() failed>"),
    ],
)
def test_what_a_script_gives_must_travel(small: Path, old: str, new: str, message: str) -> None:
    before, _, after = SCRIPT.rpartition(old)
    write(small, "ingest/lines.py", before + new + after)
    [finding] = check(Project.load(small), trusted=True).findings
    assert (finding.file, finding.code) == ("articles/rain.lines", "script-failed")
    assert message in finding.message


def test_nothing_is_left_in_the_folder_of_scripts(small: Path) -> None:
    check(Project.load(small), trusted=True)
    assert [path.name for path in (small / "ingest").iterdir()] == ["lines.py"]


def test_a_script_that_changes_after_it_was_hashed_does_not_run(small: Path) -> None:
    script = own(small)
    write(small, "ingest/lines.py", SCRIPT + "\nOTHER = 1\n")
    changed = loader.Script(script.path, "0" * 64)
    with pytest.raises(loader.ScriptFailed, match="changed during the run"):
        loader.load(changed)


def test_two_scripts_for_one_file_are_settled_in_the_settings(small: Path) -> None:
    write(small, "ingest/other.py", SCRIPT)
    [finding] = check(Project.load(small), trusted=True).findings
    assert (finding.file, finding.code) == ("articles/rain.lines", "several-readers")
    assert finding.message == "Several readers take this file: lines and other."
    write(small, "dkg.toml", SETTINGS + '[ingest."*.lines"]\nreader = "other"\n')
    assert check(Project.load(small), trusted=True).findings == ()
    write(small, "dkg.toml", SETTINGS + '[ingest."*.lines"]\nreader = "another"\n')
    [finding] = check(Project.load(small), trusted=True).findings
    assert (finding.file, finding.code) == ("articles/rain.lines", "unknown-reader")
    there = ", ".join(sorted([*BUNDLED, "lines", "other"]))
    assert finding.hint == f"Did you mean other? There are: {there}."


def double(item: int, shared: int) -> int:
    return item * shared


def die(item: int, shared: int) -> int:
    sys.stdout.flush()
    import os  # noqa: PLC0415 - in the worker

    os._exit(item + shared)


def test_results_come_in_the_order_of_the_items() -> None:
    assert list(each(double, range(40), 3, jobs=2)) == [3 * n for n in range(40)]
    assert list(each(double, [], 3, jobs=2)) == []


def test_a_worker_that_dies_stops_the_run() -> None:
    with pytest.raises(RunStopped, match="--jobs 1"):
        list(each(die, [1, 2], 3, jobs=2))


def test_an_article_of_two_formats_has_two_runs(small: Path) -> None:
    article(small, "rain")
    findings: tuple[Finding, ...] = check(Project.load(small), trusted=True).findings
    assert {(f.file, f.code) for f in findings} == {("articles/rain.lines", "several-runs")}
