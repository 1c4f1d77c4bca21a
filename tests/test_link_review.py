"""`dkg link review`: what a reviewer sees, what each key writes, undo, the end; and a colleague's table."""

from __future__ import annotations

import csv
import io
import json
import os
import pty
import select
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from diaspora_kg.cli import main
from diaspora_kg.identity import Verdict
from diaspora_kg.link import decide
from diaspora_kg.project import Project
from diaspora_kg.queries.opened import opened
from diaspora_kg.review.columns import side_by_side, wrapped
from diaspora_kg.review.portrait import Form, Portrait, Said, Sentence, portrait
from diaspora_kg.review.reasons import reason
from diaspora_kg.review.table import take_in
from diaspora_kg.visible import width
from tests.conftest import ROOT
from tests.reviewing import ADAS, LEAGUES, built, make, rows, said


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = make(tmp_path_factory.mktemp("made") / "p")
    built(root)
    return root


@pytest.fixture
def small(made: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(made, tmp_path / "p"))


def review(root: Path, keys: str, *args: str, **env: str) -> Result:
    runner = CliRunner(env={"DKG_WHO": None, "COLUMNS": "80", **env})
    return runner.invoke(main, ["link", "review", *args, "--project", str(root)], input=keys)


def test_keys_write_decisions_one_by_one(small: Path) -> None:
    done = review(small, "s\n\nd\nAnother chair.\nk\nu\n\nq\n", "--who", "Ada")
    assert done.exit_code == 0, done.output
    found = rows(small)
    assert [row.decision for row in found] == ["same", "different", "unsure"]
    assert {row.who for row in found} == {"Ada"}
    assert (found[0].left, found[0].right) == LEAGUES[:2]
    assert found[0].why.startswith("Reviewed side by side: same name Norland League")
    assert found[1].why == "Another chair."
    assert "not enough to tell" in found[2].why
    assert "Decided: 1 same, 1 different, 1 unsure. Skipped: 1." in done.output
    assert "2 records are one at the next build: library.league, with praise.norland-league." in done.output


def test_both_sides_sentences_and_reasons_are_shown(small: Path) -> None:
    shown = review(small, "q\n", "--record", "library.league").output
    for words in (
        "library.league", "praise.norland-league", "articles/library.yaml:", "= Norland League",
        "was praised in Vesmark", "score 0.", "name", "[s]ame [d]ifferent", "+0.",
    ):  # fmt: skip
        assert words in shown
    assert "\x1b" not in shown
    assert "Not looked at: 2" in shown


def test_where_there_is_no_pair_it_says_how_to_see_more(small: Path) -> None:
    shown = review(small, "", "--kind", "document", "--threshold", "0.9").output
    assert "reviews 0 pairs." in shown
    assert "scores 0.90 or more" in shown
    assert "--threshold" in shown
    assert "--again" in shown
    assert "--again" not in review(small, "", "--kind", "document", "--again").output


def test_the_two_keys_stand_at_the_end_and_help_keeps_its_words(small: Path) -> None:
    shown = review(small, "?\nq\n", "--record", "library.league").output
    assert "library.league and praise.norland-league; 1 more after this" in shown or (
        "praise.norland-league and library.league" in shown
    )
    assert all(len(line) <= 80 for line in shown.partition("s  same:")[2].splitlines())
    assert "0.00 " not in shown
    assert "“Norland League” ~ “Norland League”" not in shown


def test_a_decided_pair_is_not_shown_again_and_a_cluster_not_asked_about(small: Path) -> None:
    review(small, "s\n\ns\n\nq\n", "--kind", "organization", "--who", "Ada")
    assert said(small) == [(LEAGUES[0], "same", LEAGUES[1]), (LEAGUES[0], "same", LEAGUES[2])]
    # the third pair of leagues is one by these two
    again = review(small, "u\n\nq\n", "--who", "Ada")
    assert ADAS[0] in again.output
    assert "praise.norland-league" not in again.output.partition("names")[0]
    shown_again = review(small, "q\n", "--again", "--who", "Ada").output
    assert "[q]uit" in shown_again
    assert "Not looked at: 3" in shown_again
    assert "Not looked at: 2" in review(small, "q\n", "--who", "Ada").output


def test_undo_adds_a_withdrawal_and_shows_the_pair_again(small: Path) -> None:
    done = review(small, "z\ns\n\nz\nd\n\nq\n", "--who", "Ada")
    first, undone, last = rows(small)
    assert "There is nothing to undo" in done.output
    assert (undone.decision, undone.of) == ("withdraw", first.id)
    assert (last.left, last.right, last.decision) == (first.left, first.right, "different")
    assert "the same name Norland League" in last.why
    assert last.why.endswith("and yet not one.")


@pytest.mark.parametrize("keys", ["", "s\n", "?\n", "x\nk\n"])
def test_the_input_may_end_anywhere(small: Path, keys: str) -> None:
    done = review(small, keys)
    assert done.exit_code == 0, done.output
    assert not (small / "decisions.tsv").exists()
    assert "Decided: nothing." in done.output


def test_a_contradiction_is_told_before_it_is_written(small: Path) -> None:
    for left, right in ((LEAGUES[0], "herald"), (LEAGUES[1], "house")):
        decide(Project.load(small), left, right, Verdict.SAME, "Ada", "Seen.")
    done = review(small, "s\nn\nu\n\nq\n", "--kind", "organization")
    assert (
        "This contradicts other decisions: `herald` and `house` are two entries of the register"
        in done.output
    )
    assert "`library.league` same `praise.norland-league` (this one)" in done.output
    assert "Nothing was written." in done.output
    assert [row.decision for row in rows(small)] == ["same", "same", "unsure"]
    review(small, "s\ny\n\nq\n", "--kind", "organization", "--again")
    assert [row.decision for row in rows(small)] == ["same", "same", "unsure", "same"]


def test_who_is_remembered(small: Path) -> None:
    review(small, "s\n\nq\n", "--who", "Reviewer Nine")
    review(small, "s\n\nq\n")
    review(small, "s\n\nq\n", DKG_WHO="Reviewer Ten")
    assert [row.who for row in rows(small)] == ["Reviewer Nine", "Reviewer Nine", "Reviewer Ten"]


def test_keys_of_a_real_terminal_need_no_return(small: Path) -> None:
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "diaspora_kg", "link", "review", "--who", "Ada", "--project", str(small)]
    env = {**os.environ, "PYTHONPATH": str(ROOT), "TERM": "xterm-256color", "COLUMNS": "60", "LINES": "40"}
    process = subprocess.Popen(command, stdin=theirs, stdout=theirs, stderr=theirs, env=env, close_fds=True)
    os.close(theirs)
    shown = b""

    def until(words: bytes, times: int = 1) -> None:
        nonlocal shown
        while shown.count(words) < times:
            assert select.select([ours], [], [], 60)[0], shown
            shown += os.read(ours, 4096)

    until(b"[?] help: ")
    os.write(ours, "ы".encode())  # the key s of a Russian keyboard
    until(b"why same")
    until(b"]: ")
    os.write(ours, b"\n")
    until(b"[?] help: ", 2)
    os.write(ours, b"q")
    until(b"Decided: 1 same.")
    assert process.wait(30) == 0
    os.close(ours)
    assert b"\x1b[" in shown  # in colour
    assert [row.decision for row in rows(small)] == ["same"]


HOSTILE = Portrait(
    "a.x", "person", "A\x1b[2J\u202eda", "https://example.org/x",
    (Form("\u202eAda " + "w" * 300, "en", "name"),),
    (("post", (Said("chair\nof \x07 the League", "a.chair"),)),), (Said("한국 " * 60, "art"),),
    (Sentence("one\x1b]0;two\x07", "says", "by nobody", "art", "title", "", "x.yaml", 3),),
    9, (), "x.yaml", 2,
)  # fmt: skip


@pytest.mark.parametrize("room", [20, 40, 71, 72, 80, 157])
def test_no_text_breaks_the_columns_or_moves_the_cursor(room: int) -> None:
    lines = list(side_by_side(HOSTILE, HOSTILE, room, lambda text, _how: text))
    assert all(width(line) <= room for line in lines)
    assert not any(char in line for line in lines for char in "\x1b\x07\u202e\n")


def test_wrapping_never_loops_nor_loses_words() -> None:
    assert wrapped("", 10) == []
    assert "".join(wrapped("x" * 25, 10)) == "x" * 25
    assert wrapped("한국어", 1) == ["한", "국", "어"]


def test_reasons_say_what_was_to_be_seen() -> None:
    def one(key: str, **said: str) -> Portrait:
        names = (Form("Ada Venn"),)
        facts = tuple((heading, (Said(words),)) for heading, words in said.items())
        return Portrait(key, "person", "Ada Venn", "", names, facts)

    left, right = one("a.x", post="chair of the League"), one("b.x", post="Chair of the League")
    assert reason(left, right, Verdict.SAME).endswith("same name Ada Venn, post chair of the League.")
    other = one("c.x", post="secretary")
    assert "different post (chair of the League, secretary)" in reason(left, other, Verdict.DIFFERENT)
    assert "only the name Ada Venn is the same" in reason(left, one("d.x"), Verdict.DIFFERENT)
    assert "not enough to tell" in reason(left, other, Verdict.UNSURE)
    bound = one("e.x", date="on or after 2031-01-01")
    assert "different date" not in reason(bound, one("f.x", date="on 2031-05-01"), Verdict.DIFFERENT)


def test_a_portrait_tells_names_ties_and_sentences(made: Path) -> None:
    with opened(Project.load(made)) as graph:
        assert graph.origins is not None
        league = portrait("library.league", graph.lookup, graph.origins)
        venn = portrait("library.venn", graph.lookup, graph.origins)
        assert portrait("no.one", graph.lookup, graph.origins) is None
        chair = portrait("library.chair", graph.lookup, graph.origins)
    assert league is not None
    assert venn is not None
    assert chair is not None
    assert {one.key for one in chair.articles} == {one.article for one in chair.sentences} == {"library"}
    assert [form.text for form in league.names] == ["Norland League"]
    assert league.place.startswith("articles/library.yaml:")
    assert "chair" in {one.words for one in venn.said("post")}
    assert "library.league" in {one.key for one in venn.said("member of")}
    assert {one.key for one in venn.articles} == {"library"}
    assert any("its chair Ada Venn" in one.words for one in venn.sentences)
    assert all(one.line for one in venn.sentences)


# A colleague's table


def table(root: Path, *lines: tuple[str, ...], head: str = "left,right,decision,why,who") -> Path:
    text = io.StringIO()
    csv.writer(text).writerows(lines)
    path = root / "colleague.csv"
    path.write_text(f"{head}\r\n{text.getvalue()}", "utf-8", newline="")
    return path


def test_a_table_of_candidates_comes_back_with_decisions(small: Path) -> None:
    run = CliRunner(env={"DKG_WHO": None})
    given = run.invoke(main, ["link", "candidates", "--output", "csv", "--project", str(small)]).stdout
    lines = list(csv.DictReader(io.StringIO(given)))
    assert len(lines) == 6
    lines[0]["decision"], lines[0]["why"] = "same", "One chair."
    lines[3]["decision"] = " Different "
    out = io.StringIO()
    writer = csv.DictWriter(out, lines[0])
    writer.writeheader()
    writer.writerows(lines)
    path = small / "back.csv"
    path.write_text(out.getvalue(), "utf-8")
    done = run.invoke(main, ["link", "review", "--csv", str(path), "--who", "Bo", "--project", str(small)])
    assert done.exit_code == 0, done.output
    first, second = rows(small)
    assert done.stdout.split() == [first.id, second.id]
    assert (first.decision, first.why, first.who) == ("same", "One chair.", "Bo")
    assert (second.decision, second.why) == ("different", "Reviewed in the table back.csv.")
    assert "2 written, 0 known already, 4 without a decision" in done.stderr
    text = (small / "decisions.tsv").read_bytes()
    again = run.invoke(main, ["link", "review", "--csv", str(path), "--who", "Cy", "--project", str(small)])
    assert "0 written, 2 known already" in again.stderr
    assert (small / "decisions.tsv").read_bytes() == text


def test_each_bad_row_is_told_and_the_others_are_written(small: Path) -> None:
    path = table(
        small,
        (LEAGUES[0], LEAGUES[1], "same", "Seen.", "Bo"),
        (LEAGUES[0], LEAGUES[2], "sane", "", ""),
        ("no.one", LEAGUES[2], "same", "", ""),
        (LEAGUES[1], LEAGUES[0], "different", "", ""),
        (ADAS[0], "library.league", "same", "", ""),
        (ADAS[0], ADAS[0], "same", "", ""),
        ("", ADAS[0], "same", "", ""),
        (ADAS[0], ADAS[1], "same", "two\nlines", "", "one", "cell too many"),
        (ADAS[0], ADAS[1], "same", "two\nlines", ""),
        (ADAS[1], ADAS[0], "unsure", "", ""),
        (ADAS[1], ADAS[0], "same", "", ""),
    )
    taken = take_in(Project.load(small), path, "Cy")
    assert said(small) == [(LEAGUES[0], "same", LEAGUES[1]), (ADAS[0], "same", ADAS[1])]
    assert [row.who for row in taken.written] == ["Bo", "Cy"]
    assert taken.written[1].why == "two\nlines"
    assert [(f.line, f.severity.value, f.code) for f in taken.findings] == [
        (3, "violation", "review-decision"),
        (4, "violation", "review-record"),
        (5, "violation", "review-contradiction"),
        (6, "violation", "review-record"),
        (7, "violation", "review-record"),
        (8, "violation", "review-record"),
        (9, "violation", "review-table"),
        (13, "warning", "review-known"),
    ]
    assert taken.known == 1
    assert f"`{LEAGUES[1]}` same `{LEAGUES[0]}`" in taken.findings[2].message
    done = CliRunner().invoke(main, ["link", "review", "--csv", str(path), "--project", str(small)])
    assert done.exit_code == 1
    assert "colleague.csv:3: violation" in done.stderr


@pytest.mark.parametrize(
    "data",
    [
        "\ufeffleft;right;decision\r\nA;B;same\r\n".encode(),
        b"sep=;\nleft;right;decision\nA;B;same\n",
        "left\tright\tdecision\nA\tB\tsame\n".encode("utf-16"),
        b"Decision,Why,Right,Left\nsame,,B,A\n\n,,,\n",
        b'score,left,right,decision\n0.5,"A","B",SAME',
    ],
)
def test_tables_of_many_programs_are_read(small: Path, data: bytes) -> None:
    wide = data.startswith(b"\xff\xfe")
    text = data.decode("utf-16" if wide else "utf-8").replace("A", LEAGUES[0]).replace("B", LEAGUES[1])
    text = text.replace("S" + LEAGUES[0] + "ME", "SAME")
    path = small / "t.csv"
    path.write_bytes(text.encode("utf-16" if wide else "utf-8"))
    taken = take_in(Project.load(small), path, "Cy")
    assert taken.findings == ()
    assert said(small) == [(LEAGUES[0], "same", LEAGUES[1])]


@pytest.mark.parametrize(
    ("data", "line"),
    [
        (b"left,right\nA,B\n", 1),
        (b"left,right,decision,left\n", 1),
        (b"left,right,decision\nx.y,\xff,same\n", 2),
        (b'left,right,decision\nx.y,a,same\nx.y,"' + b"a" * 140_000 + b'",same\n', 3),
    ],
)
def test_what_is_no_table_writes_nothing_or_only_what_was_read(small: Path, data: bytes, line: int) -> None:
    path = small / "t.csv"
    path.write_bytes(data)
    taken = take_in(Project.load(small), path, "Cy")
    assert not (small / "decisions.tsv").exists()
    assert line in {finding.line for finding in taken.findings}
    assert all(finding.file == "t.csv" for finding in taken.findings)


def test_a_full_disk_leaves_the_file_as_it_was(small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    decide(Project.load(small), *ADAS[:2], Verdict.SAME, "Ada", "Seen.")
    before = (small / "decisions.tsv").read_bytes()
    real = os.write

    def full(handle: int, data: bytes) -> int:
        if len(data) > 60:
            return real(handle, bytes(data[:40]))
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "write", full)
    path = table(small, (LEAGUES[0], LEAGUES[1], "same", "", ""), (LEAGUES[1], LEAGUES[2], "same", "", ""))
    done = CliRunner().invoke(main, ["link", "review", "--csv", str(path), "--project", str(small)])
    monkeypatch.undo()
    assert done.exit_code == 1
    assert "No space left" in done.output
    assert (small / "decisions.tsv").read_bytes() == before


def test_json_is_not_needed_to_read_candidates(small: Path) -> None:
    done = CliRunner().invoke(main, ["link", "candidates", "--output", "json", "--project", str(small)])
    assert {"left", "right", "score", "features"} <= set(json.loads(done.stdout)[0])


def test_a_huge_cell_is_not_repeated(small: Path) -> None:
    path = table(small, ("a", "b", "s" * 100_000, "", ""), ("c" * 100_000, "d", "same", "", ""))
    done = CliRunner().invoke(
        main, ["link", "review", "--csv", str(path), "--who", "A", "--project", str(small)]
    )
    assert done.exit_code == 1
    assert "no decision" in done.output
    assert "100000 characters" in done.output
    assert len(done.output) < 2000
