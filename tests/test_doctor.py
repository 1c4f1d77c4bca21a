"""`dkg doctor` on projects that are in order, and on those that are not: each fault is told with its mend."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import jsonschema
import pytest

from tests.examples import ROOT, copy_of
from tests.small import SETTINGS, article, plain, project, write
from tests.test_cli import run

Found = list[tuple[str, str, str]]


@pytest.fixture
def small(tmp_path: Path) -> Path:
    root = project(tmp_path / "p")
    assert run("build", "--project", root).exit_code == 0
    return root


def told(root: Path, code: int) -> Found:
    """What is not in order; the exit code is as it should be, and so is the JSON."""
    done = run("doctor", "--output", "json", "--project", root)
    assert done.exit_code == code, done.output
    lines = json.loads(done.stdout)
    schema = json.loads((ROOT / "docs/reference/doctor.schema.json").read_text("utf-8"))
    jsonschema.Draft202012Validator(schema).validate(lines)
    assert all(line["mend"] for line in lines if line["level"] != "ok" and line["what"] != "settings")
    return [(line["level"], line["what"], line["found"]) for line in lines if line["level"] != "ok"]


def test_a_built_project_is_in_order(small: Path) -> None:
    assert told(small, 0) == []
    done = run("doctor", "--project", small)
    lines = done.stdout.splitlines()
    assert lines[0].startswith("ok     program: dkg 0.1.0, Python 3.")
    assert "pyoxigraph 0.5" in lines[1]
    assert "ok     annotations: 2 of format 1" in lines
    assert any(line.startswith("ok     .dkg: snapshot 1 of 20") for line in lines)


def test_it_changes_nothing(small: Path) -> None:
    def stamps() -> dict[Path, int]:
        return {path: path.stat().st_mtime_ns for path in small.rglob("*")}

    before = stamps()
    told(small, 0)
    assert stamps() == before


def test_nothing_built_is_worth_a_note(tmp_path: Path) -> None:
    assert told(project(tmp_path / "p"), 0) == [("note", ".dkg", "nothing is built yet")]


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        (SETTINGS.replace("format = 1", "format = 2"), "format 2 is newer than this program reads"),
        (SETTINGS + "titel = 3\n", "Did you mean title?"),
    ],
)
def test_settings_that_cannot_be_read_are_a_matter_of_configuration(
    small: Path, settings: str, said: str
) -> None:
    write(small, "dkg.toml", settings)
    [(level, what, found)] = told(small, 2)
    assert (level, what, said in found) == ("wrong", "settings", True)


def test_formats_are_named_with_their_files(small: Path) -> None:
    article(small, "newer", annotation=plain().replace("format: 1", "format: 2"))
    article(small, "older", annotation=plain().replace("format: 1", "format: 0"))
    article(small, "silent", annotation=plain().replace("format: 1\n", ""))
    write(small, "decisions.tsv", "# format: 3\nid\tleft\n")
    assert told(small, 1) == [
        ("wrong", "annotations", "articles/newer.yaml: newer than this program reads (format 1)"),
        ("note", "annotations", "articles/older.yaml: older than format 1; still read"),
        ("wrong", "annotations", "articles/silent.yaml: no format is stated"),
        ("wrong", "decisions.tsv", "decisions.tsv: newer than this program reads (format 1)"),
    ]


def test_many_files_are_counted(small: Path) -> None:
    for number in range(8):
        article(small, f"n{number}", annotation=plain().replace("format: 1", "format: 2"))
    [(_, _, found)] = told(small, 1)
    assert found.startswith("articles/n0.yaml, ")
    assert "articles/n4.yaml and 3 more: newer" in found


def test_a_script_waits_for_trust(small: Path) -> None:
    write(small, "ingest/lines.py", "SUFFIXES = ()\n")
    assert told(small, 1) == [
        ("wrong", "ingest/lines.py", "this script is not trusted as it is, and does not run")
    ]
    run("trust", "--yes", "--project", small)
    assert told(small, 0) == []


def test_locks_are_those_of_their_annotations(tmp_path: Path) -> None:
    root = copy_of("two-articles", tmp_path)
    shutil.copyfile(root / "articles/a.lock", root / "articles/c.lock")
    annotation = root / "articles/b.yaml"
    annotation.write_text(annotation.read_text("utf-8") + "\n# more\n", "utf-8")
    (root / "articles/a.lock").write_text("format: 1\nnonsense\n", "ascii")
    assert told(root, 1)[:3] == [
        ("wrong", "articles/a.lock", "this line of the lock cannot be read"),
        ("wrong", "articles/b.lock", "the annotation has changed since this lock was written"),
        ("note", "articles/c.lock", "no annotation goes with this lock"),
    ]


def test_what_the_next_build_makes_anew_is_told(small: Path) -> None:
    write(small, "dkg.toml", SETTINGS.replace("/small/", "/other/"))
    write(small, "ontology/shapes/article-own.ttl", "# nothing yet\n")
    assert told(small, 0) == [
        (
            "note",
            ".dkg",
            "changed since it was published: the base of IRIs, the ontology, its shapes or rules",
        )
    ]


def test_a_pointer_to_nothing_is_told(small: Path) -> None:
    (small / ".dkg/current").write_text("7\n", "ascii")
    [(level, what, found)] = told(small, 1)
    assert (level, what) == ("wrong", ".dkg")
    assert "snapshot 7" in found


def test_own_content_that_cannot_be_read_is_told(small: Path) -> None:
    write(small, "ontology/own.ttl", "this is not Turtle\n")
    write(small, "queries/own.rq", "SELECT * { SERVICE <http://x> {} }\n")
    found = told(small, 1)
    assert ("wrong", "ontology") in [(level, what) for level, what, _ in found]
    assert any(what == "queries/own.rq:1" for _, what, _ in found)
