"""Hostile files: each is a finding or an error in one line, never a traceback, a hang or a crash."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from click.testing import CliRunner

from diaspora_kg import loader
from diaspora_kg.check import check
from diaspora_kg.cli import main
from diaspora_kg.draft import draft
from diaspora_kg.errors import RunStopped, UsageError
from diaspora_kg.init import init
from diaspora_kg.names import Names
from diaspora_kg.project import Project
from diaspora_kg.queries import expected
from diaspora_kg.queries.results import as_text, as_xml
from diaspora_kg.store import Snapshots, Solutions, Triples
from diaspora_kg.terms import IRI, Literal, is_iri, write
from tests.small import PLAIN_TEXT, article, plain, project
from tests.small import write as put

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="links and pipes")

PIPE_LIMIT = 20  # seconds; reading a pipe would never end


@pytest.fixture
def small(tmp_path: Path) -> Path:
    return project(tmp_path / "p")


def codes(root: Path) -> set[tuple[str, str]]:
    return {(finding.file, finding.code) for finding in check(Project.load(root)).findings}


def test_a_link_to_itself_cannot_be_read(small: Path) -> None:
    (small / "articles/loop.yaml").symlink_to("loop.yaml")
    (small / "articles/later.txt").unlink()
    (small / "articles/later.txt").symlink_to("later.txt")
    found = codes(small)
    assert {("articles/loop.yaml", "file-not-readable"), ("articles/later.txt", "file-not-readable")} <= found
    assert not any(file == "articles/library.yaml" for file, _ in found)


def test_a_register_that_is_a_link_to_itself_cannot_be_read(small: Path) -> None:
    (small / "register.yaml").unlink()
    (small / "register.yaml").symlink_to("register.yaml")
    assert ("register.yaml", "file-not-readable") in codes(small)


@pytest.mark.parametrize("folder", ["ontology", "queries", "expected"])
def test_a_pipe_in_a_folder_of_the_project_is_refused(small: Path, folder: str) -> None:
    (small / folder).mkdir()
    os.mkfifo(small / folder / "x.rq")
    with pytest.raises(UsageError, match=f"{folder}/x.rq is neither a file nor a folder"):
        Project.load(small).own(folder)


def test_a_pipe_among_the_scripts_is_not_opened(small: Path) -> None:
    (small / "ingest").mkdir()
    os.mkfifo(small / "ingest/x.py")
    _, findings = loader.scripts(Project.load(small), trusted=True)
    assert [(finding.file, finding.code) for finding in findings] == [("ingest/x.py", "file-not-readable")]


def as_somebody(root: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Run a command for a project as a user to whom a folder can be closed."""
    command = [sys.executable, "-m", "diaspora_kg", *words, "--project", str(root)]
    if os.geteuid() == 0:
        command = ["setpriv", "--bounding-set=-dac_override,-dac_read_search", *command]
    env = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])}
    return subprocess.run(
        command, capture_output=True, text=True, check=False, env=env, cwd="/", timeout=PIPE_LIMIT
    )


@pytest.mark.parametrize("folder", ["ontology", "queries", "ingest"])
def test_a_folder_that_cannot_be_listed_is_not_taken_for_empty(small: Path, folder: str) -> None:
    (small / folder).mkdir(mode=0)
    done = as_somebody(small, *(["query", "list"] if folder == "queries" else ["check", "--trust"]))
    (small / folder).chmod(0o700)
    assert done.returncode in {1, 2}, done.stdout
    assert folder in done.stderr
    assert "Traceback" not in done.stderr


def test_what_lies_in_a_folder_that_can_be_listed_and_not_entered_is_told_and_kept(small: Path) -> None:
    for stem in ("closed/oak", "closed/far/elm", "ash"):
        article(small, stem)
    assert as_somebody(small, "build").returncode == 0
    (small / "articles/closed").chmod(0o444)
    checked, done = as_somebody(small, "check"), as_somebody(small, "build")
    (small / "articles/closed").chmod(0o755)
    for one in (checked, done):
        assert "Traceback" not in one.stderr
        assert "articles/closed/oak.yaml: violation: This file cannot be read" in one.stdout + one.stderr
        assert "articles/closed/far: violation: This file cannot be read" in one.stdout + one.stderr
    assert (
        "still published is snapshot 1 (5 articles" in done.stdout + done.stderr
    )  # nothing of what was published is taken for deleted


def test_a_file_whose_name_is_not_utf8_can_be_asked_for(small: Path) -> None:
    bad = small / "articles" / os.fsdecode(b"x\xff.yaml")
    bad.write_text(plain(), "utf-8")
    assert [finding.code for finding in check(Project.load(small), [bad]).findings] == ["file-name"]


def test_a_text_that_would_not_be_read_gets_no_skeleton(small: Path) -> None:
    put(small, "articles/#x.txt", PLAIN_TEXT)
    with pytest.raises(UsageError, match="would not be read"):
        draft(Project.load(small), small / "articles/#x.txt")


def test_a_table_that_is_not_utf8_is_named(small: Path) -> None:
    put(small, "expected/words.tsv", b"\xff")
    with pytest.raises(UsageError, match=r"words\.tsv cannot be read"):
        expected.load(small / "expected")


def test_words_without_end_are_a_finding(small: Path) -> None:
    article(small, "long", PLAIN_TEXT, plain(says="x" * 17_000_000))
    put(small, "articles/title.txt", PLAIN_TEXT)
    put(small, "articles/title.yaml", plain().replace("Rain in Vesmark\n", f"{'y' * 17_000_000}\n", 1))
    found = codes(small)
    assert {("articles/long.yaml", "not-writable"), ("articles/title.yaml", "not-writable")} <= found


def test_a_term_has_a_longest_length() -> None:
    assert len(write(Literal("x" * 1_000_000))) > 1_000_000
    for term in (Literal("x" * 1_000_001), IRI("https://example.org/" + "x" * 1_000_000)):
        with pytest.raises(ValueError, match="too many"):
            write(term)


def test_marks_of_direction_are_no_part_of_an_address() -> None:
    assert is_iri("https://example.org/שלום")
    assert not is_iri("https://example.org/a\u202egpj.exe")
    assert not is_iri("https://example.org/\u2066a")


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "JavaScript:x", "data:text/html,x", "file:///etc/passwd"]
)
def test_what_a_browser_would_run_is_no_address(small: Path, url: str) -> None:
    written = (
        plain()
        .replace("[author, url,", "[author,")
        .replace("  not-stated", f'  url: "{url}"\n  not-stated', 1)
    )
    article(small, "rain", PLAIN_TEXT, written)
    assert ("articles/rain.yaml", "wrong-form") in codes(small)


def test_a_result_in_xml_can_be_read_whatever_it_holds() -> None:
    found = Solutions(("words",), ((Literal("a\x1b[31m\x01\ufffe b"),),))
    [literal] = ET.fromstring(as_xml(found)).iter("{http://www.w3.org/2005/sparql-results#}literal")
    assert literal.text == "a\ufffd[31m\ufffd\ufffd b"


def test_a_graph_shown_in_a_terminal_moves_no_cursor() -> None:
    triple = (IRI("urn:a"), IRI("urn:b"), Literal("red\x9b31m\u202egnp.exe"))
    shown = as_text(Triples((triple,)), Names("https://example.org/"))
    assert "\x9b" not in shown
    assert "\u202e" not in shown


@pytest.mark.parametrize("name", ["a\x7fb", "x\x1b[31m", 'a"b\\c', "n\nl", "\x01"])
def test_a_project_of_any_name_can_be_read(tmp_path: Path, name: str) -> None:
    made = init(tmp_path / name)
    assert Project.load(made).title.isprintable()


def test_a_project_whose_name_is_not_utf8_can_be_read(tmp_path: Path) -> None:
    made = init(tmp_path / os.fsdecode(b"q\xff"))
    assert Project.load(made).title == "q"


def test_a_pointer_that_cannot_be_read_is_told(small: Path) -> None:
    (small / ".dkg/current").mkdir(parents=True)
    with pytest.raises(RunStopped, match="current cannot be read"):
        Snapshots(small / ".dkg").current()


@pytest.mark.parametrize("folder", ["store.new", "snapshots/1/store", "copies"])
def test_a_link_deep_in_the_derived_folder_is_not_followed(small: Path, tmp_path: Path, folder: str) -> None:
    mine = tmp_path / "elsewhere.txt"
    (small / ".dkg" / folder).mkdir(parents=True)
    (small / ".dkg" / folder / "LOG").symlink_to(mine)
    done = CliRunner().invoke(main, ["build", "--project", str(small)])
    assert done.exit_code > 0
    assert f"holds a link ({folder}/LOG)" in done.output
    assert not mine.exists()
