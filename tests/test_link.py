"""`dkg link` on the command line: what it writes, what it refuses, and what `dkg why` says afterwards."""

from __future__ import annotations

import getpass
import json
from pathlib import Path

import jsonschema
import pytest
from click.testing import CliRunner, Result

from diaspora_kg.cli import main
from diaspora_kg.identity import Decision, read_decisions
from tests.examples import ROOT
from tests.small import article, project
from tests.test_merging import ANNOTATION, TEXT

PAIR = ("library.league", "praise.norland-league")
WHY = ("--why", "Seen.")


@pytest.fixture
def small(tmp_path: Path) -> Path:
    root = project(tmp_path / "p")
    article(root, "praise", TEXT, ANNOTATION)
    return root


def run(root: Path, *args: str, **env: str) -> Result:
    return CliRunner(env={"DKG_WHO": None, **env}).invoke(main, [*args, "--project", str(root)])


def rows(root: Path) -> tuple[Decision, ...]:
    found = read_decisions((root / "decisions.tsv").read_bytes(), "decisions.tsv")
    assert found.findings == ()
    return found.rows


def ask(root: Path, *args: str) -> str:
    done = run(root, *args)
    assert done.exit_code == 0, done.output
    return done.stdout


def test_deciding_adds_one_line_and_prints_its_id(small: Path) -> None:
    done = run(small, "link", "decide", *PAIR, "same", "--why", "One\ttown,\nsame chair.", "--who", "Ada")
    [row] = rows(small)
    assert (done.exit_code, done.stdout) == (0, row.id + "\n")
    assert (row.left, row.right, row.decision, row.who) == (*PAIR, "same", "Ada")
    assert row.why == "One\ttown,\nsame chair."
    assert [path.name for path in (small / ".dkg").iterdir()] == ["decisions.lock"]


def test_who_decides(small: Path) -> None:
    run(small, "link", "decide", *PAIR, "unsure", *WHY, DKG_WHO="Reviewer Two")
    run(small, "link", "decide", *PAIR, "unsure", *WHY, "--who", "Ada", DKG_WHO="Reviewer Two")
    run(small, "link", "decide", *PAIR, "unsure", *WHY)
    assert [row.who for row in rows(small)] == ["Reviewer Two", "Ada", getpass.getuser()]


@pytest.mark.parametrize("build_first", [False, True])
@pytest.mark.parametrize(
    ("left", "right", "decision", "said"),
    [
        ("library.leage", "herald", "same", "Did you mean library.league?"),
        ("library.league", "norland-league", "same", "Did you mean praise.norland-league?"),
        ("library.league", "library.league", "same", "library.league would be compared with itself."),
        ("library.league", "praise.ada", "same", "library.league is of the kind organization and praise"),
        ("library.will-add", "praise.praise", "same", "is of the kind claim, of which no two are ever one"),
        ("library", "herald", "same", "there is no record 'library'."),
    ],
)  # fmt: skip
def test_what_is_refused(
    small: Path, build_first: bool, left: str, right: str, decision: str, said: str
) -> None:
    if build_first:
        ask(small, "build")
    done = run(small, "link", "decide", left, right, decision, *WHY)
    assert (done.exit_code, done.stdout) == (2, "")
    assert said in done.stderr
    assert not (small / "decisions.tsv").exists()


def test_minted_nodes_are_no_records(small: Path) -> None:
    ask(small, "build")
    graph = ask(small, "export", "graph")
    name = (
        next(line for line in graph.splitlines() if "/id/name/library." in line).split("/")[-1].split(">")[0]
    )
    participation = next(
        word.rpartition("/")[2].strip(">")
        for line in graph.splitlines()
        for word in line.split()
        if "/id/participation/library." in word
    )
    for key in (name.split(" ")[0], participation):
        assert run(small, "link", "decide", key, "herald", "different", *WHY).exit_code == 2


@pytest.mark.parametrize(
    "args",
    [
        ("decide", *PAIR, "maybe", *WHY),
        ("decide", *PAIR, "withdraw", *WHY),
        ("decide", *PAIR, "same"),
        ("decide", *PAIR, "same", "--why", " "),
        ("decide", *PAIR, "same", "--why", "\x1b[2J"),
        ("withdraw", "nothing"),
    ],
)
def test_usage(small: Path, args: tuple[str, ...]) -> None:
    assert run(small, "link", *args).exit_code == 2
    assert not (small / "decisions.tsv").exists()


def test_a_pair_is_decided_again(small: Path) -> None:
    first = ask(small, "link", "decide", *PAIR, "same", *WHY, "--who", "Ada").strip()
    done = run(small, "link", "decide", *reversed(PAIR), "different", *WHY)
    assert done.exit_code == 0
    assert f"{first} of Ada" in done.stderr
    assert f"dkg link withdraw {first}" in done.stderr
    assert len(rows(small)) == 2


def test_withdrawing(small: Path) -> None:
    name = ask(small, "link", "decide", *PAIR, "same", *WHY).strip()
    done = ask(small, "link", "withdraw", name, "--why", "Two towns.", "--who", "Ada").strip()
    row = rows(small)[1]
    assert (row.id, row.decision, row.of, row.who, row.why) == (done, "withdraw", name, "Ada", "Two towns.")
    assert (row.left, row.right) == PAIR
    assert "withdrawn already" in run(small, "link", "withdraw", name).stderr
    assert "decide about the two records again" in run(small, "link", "withdraw", done).stderr
    assert len(rows(small)) == 2


def test_a_file_of_a_newer_format_is_named(small: Path) -> None:
    (small / "decisions.tsv").write_text("# format: 7\n", "utf-8")
    for args in (("decide", *PAIR, "same", *WHY), ("withdraw", "d1")):
        done = run(small, "link", *args)
        assert done.exit_code == 2
        assert "Format 7 is newer than this program reads" in done.stderr


def test_a_link_that_leaves_the_project_is_not_followed(small: Path, tmp_path: Path) -> None:
    (small / "decisions.tsv").symlink_to(tmp_path / "elsewhere.tsv")
    assert run(small, "link", "decide", *PAIR, "same", *WHY).exit_code == 2
    assert not (tmp_path / "elsewhere.tsv").exists()


def test_why_says_who_joined_the_records(small: Path) -> None:
    same = ask(small, "link", "decide", *PAIR, "same", "--why", "One chair.", "--who", "Ada").strip()
    ask(small, "link", "decide", "herald", PAIR[1], "different", "--why", "A paper.", "--who", "Ada")
    ask(small, "build")
    text = ask(small, "why", PAIR[1])
    assert text.startswith(
        "Norland League (library.league): organization\n  praise.norland-league is a record"
    )
    assert f"  the same: library.league and praise.norland-league (Ada, {rows(small)[0].when[:10]};" in text
    assert f"decision {same}): One chair." in text
    assert "  not the same: herald (Ada" in text
    assert "is a record" not in ask(small, "why", PAIR[0])
    assert "  not the same: praise.norland-league (Ada" in ask(small, "why", "herald")
    schema = json.loads((ROOT / "docs/reference/why.schema.json").read_text("utf-8"))
    iri = f"https://example.org/small/id/organization/{PAIR[1]}"
    for asked in (PAIR[1], iri, f"<{iri}>"):
        body = json.loads(ask(small, "why", asked, "--output", "json"))
        jsonschema.validate(body, schema)
        assert (body["node"]["key"], body["asked"]) == PAIR
        assert {one["decision"] for one in body["judgements"]} == {"same", "different"}


def test_a_question_takes_each_key_and_the_old_iri(small: Path) -> None:
    ask(small, "link", "decide", *PAIR, "same", *WHY)
    ask(small, "build")
    keys = [*PAIR, f"https://example.org/small/id/organization/{PAIR[1]}"]
    answers = {
        ask(small, "query", "run", "uniting-organizations", "--param", f"organization={key}") for key in keys
    }
    assert len(answers) == 1
    offices = ask(small, "query", "run", "office-holders", "--param", f"organization={PAIR[1]}")
    assert "Ada Venn" in offices


def test_splitting_proposes_and_writes_only_when_meant(small: Path) -> None:
    first = ask(small, "link", "decide", *PAIR, "same", *WHY).strip()
    text = (small / "decisions.tsv").read_text("utf-8")
    done = run(small, "link", "split", *PAIR)
    assert (done.exit_code, done.stdout.split("\t")[0]) == (0, first)
    assert "nothing was written" in done.stderr
    assert (small / "decisions.tsv").read_text("utf-8") == text
    undone = ask(small, "link", "split", *reversed(PAIR), "--withdraw", "--why", "Two chairs.").split()
    last = rows(small)[-1]
    assert undone == [last.id]
    assert (last.decision, last.of, last.why) == ("withdraw", first, "Two chairs.")
    again = run(small, "link", "split", *PAIR)
    assert again.exit_code == 2
    assert "no decisions in force make" in again.stderr


def test_a_contradiction_is_told_with_its_chain_and_how_to_part(small: Path) -> None:
    first = ask(small, "link", "decide", *PAIR, "same", *WHY).strip()
    done = run(small, "link", "decide", *PAIR, "different", *WHY)
    assert f"`library.league` same `praise.norland-league` ({first}, line 3)" in done.stderr
    assert f"to part them, withdraw {first}" in done.stderr
