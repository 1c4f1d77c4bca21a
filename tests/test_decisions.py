"""The file of decisions: its lines, its faults, and many who write at once."""

from __future__ import annotations

import multiprocessing
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from diaspora_kg.errors import Severity, UsageError
from diaspora_kg.identity import Decision, Decisions, Verdict, read_decisions
from diaspora_kg.identity.decisions import COLUMNS, HEAD, escape, unescape
from diaspora_kg.identity.journal import append, numbered

WHEN = "2031-05-02T10:00:00Z"


def row(
    name: str, left: str = "a.x", right: str = "b.x", decision: str = "same", of: str = "", why: str = "Seen."
) -> str:
    return "\t".join([name, left, right, decision, of, "Reviewer One", WHEN, why]) + "\n"


def read(*lines: str | bytes, head: str = HEAD) -> Decisions:
    data = b"".join(line if isinstance(line, bytes) else line.encode() for line in (head, *lines))
    return read_decisions(data, "decisions.tsv")


def told(found: Decisions) -> list[tuple[int, str, str]]:
    return [(f.line, f.severity.value, f.code) for f in found.findings]


def test_a_file_of_decisions() -> None:
    found = read(row("d1"), row("d2", "b.x", "herald", "unsure"), row("w1", "", "", "withdraw", "d2", ""))
    assert found.findings == ()
    assert found.rows[0] == Decision("d1", "a.x", "b.x", Verdict.SAME, "", "Reviewer One", WHEN, "Seen.", 3)
    assert [one.line for one in found.rows] == [3, 4, 5]
    assert [one.id for one in found.active] == ["d1"]
    assert found.withdrawn == {"d2"}


@pytest.mark.parametrize("data", [b"", HEAD.encode()])
def test_no_decisions(data: bytes) -> None:
    assert read_decisions(data, "decisions.tsv") == Decisions()


def test_a_file_from_elsewhere_is_read() -> None:
    windows = (HEAD + row("d1") + row("d2", "b.x", "c.x")).replace("\n", "\r\n").encode()
    found = read_decisions(b"\xef\xbb\xbf" + windows, "decisions.tsv")
    assert [one.why for one in found.rows] == ["Seen.", "Seen."]
    assert found.findings == ()


CELLS = st.text(st.characters(exclude_categories=["Cc", "Cs"], include_characters="\t\n\r\\"))


@settings(max_examples=100, deadline=None)
@given(CELLS)
def test_a_cell_survives_the_trip(cell: str) -> None:
    written = escape(cell)
    assert not set(written) & set("\t\n\r")
    assert unescape(written) == cell


@settings(max_examples=100, deadline=None)
@given(CELLS, CELLS.filter(str.strip))
def test_a_line_survives_the_trip(why: str, who: str) -> None:
    made = Decision("d1", "a.x", "b.x", Verdict.DIFFERENT, "", who, WHEN, why)
    found = read(made.written(), row("d2", "c.x", "d.x"))
    assert found.rows[0] == replace(made, line=3)
    assert found.rows[1].id == "d2"


BAD = [
    (row("d 1"), "decision-malformed"),
    (row("d1", decision="sane"), "decision-malformed"),
    (row("d1", left=""), "decision-malformed"),
    (row("d1", right="a.x"), "decision-malformed"),
    (row("d1", of="d9"), "decision-malformed"),
    (row("d1", decision="withdraw"), "decision-malformed"),
    (row("d1").replace("Reviewer One", " "), "decision-malformed"),
    (row("d1").replace(WHEN, "2031-05-02"), "decision-malformed"),
    (row("d1").replace(WHEN, "2031-05-02T12:00:00+02:00"), "decision-malformed"),
    (row("d1").replace(WHEN, "2031-02-30T10:00:00Z"), "decision-malformed"),
    (row("d1", why="a \\q"), "decision-malformed"),
    (row("d1", why="ends in \\"), "decision-malformed"),
    (row("d1", why="\x1b[2J"), "decision-malformed"),
    (row("d1", why="one\ttoo many"), "decision-malformed"),
    ("<<<<<<< ours\n", "decision-malformed"),
    ("d1\ta.x\tb.x\n", "decision-malformed"),
    (b"d1\t\xff\n", "decision-malformed"),
    (row("ok", "c.x", "d.x"), "decision-twice"),
    (row("d1", "", "", "withdraw", "nothing"), "decision-withdraws"),
    (row("d1", "c.x", "d.x", "withdraw", "ok"), "decision-withdraws"),
    (row("d1", "", "", "withdraw", "w"), "decision-withdraws"),
]


@pytest.mark.parametrize(("bad", "code"), BAD)
def test_a_bad_line_is_a_finding_and_harms_no_other(bad: str | bytes, code: str) -> None:
    good = [row("ok", "g.x", "h.x"), row("gone"), row("w", "", "", "withdraw", "gone")]
    found = read(*good, bad, row("last", "e.x", "f.x"))
    assert told(found)[0] == (6, "violation", code)
    assert {f.line for f in found.findings} == {6}
    assert [one.id for one in found.rows] == ["ok", "gone", "w", "last"]
    assert [one.id for one in found.active] == ["last", "ok"]
    assert found.readable


def test_what_is_only_odd_is_a_warning() -> None:
    again = row("w2", "", "", "withdraw", "d1")
    found = read(
        row("d1"), row("w1", "b.x", "a.x", "withdraw", "d1"), again, "\n", row("d1"), row("d3", why="")
    )
    assert told(found) == [
        (5, "warning", "decision-withdraws"),
        (6, "warning", "decision-malformed"),
        (7, "warning", "decision-twice"),
        (8, "warning", "decision-reason"),
    ]
    assert [one.id for one in found.active] == ["d3"]


def test_a_file_that_was_cut_off_is_told() -> None:
    found = read(row("d1"), row("d2", "c.x", "d.x").rstrip("\n"))
    assert told(found) == [(4, "warning", "decision-unfinished")]
    assert [one.id for one in found.rows] == ["d1", "d2"]
    assert told(read(row("d1"), "d2\tc.x")) == [
        (4, "violation", "decision-malformed"),
        (4, "warning", "decision-unfinished"),
    ]


@pytest.mark.parametrize(
    ("head", "line", "said"),
    [
        ("# format: 2\n" + "\t".join(COLUMNS) + "\n", 1, "Format 2 is newer than this program reads (1)."),
        ("# format: 0\n", 1, "Format 0 is not one that this program reads (1)."),
        ("\t".join(COLUMNS) + "\n", 1, "The first line does not state the format."),
        ("# format: 1\nid\tleft\n", 2, "The second line does not name the columns."),
        ("# format: 1\n", 2, "The second line does not name the columns."),
        ("\0", 1, "The first line does not state the format."),
    ],
)
def test_a_file_of_another_format_is_not_read(head: str, line: int, said: str) -> None:
    found = read(row("d1"), head=head)
    assert (found.rows, found.readable) == ((), False)
    [finding] = found.findings
    assert (finding.line, finding.severity, finding.message) == (line, Severity.VIOLATION, said)


# Writing


def draft(why: str, left: str = "a.x") -> Decision:
    return Decision("", left, "b.x", Verdict.SAME, "", "Reviewer One", WHEN, why)


def add(folder: Path, why: str, left: str = "a.x") -> Decision:
    path, lock = folder / "decisions.tsv", folder / ".dkg" / "decisions.lock"
    return append(path, lock, lambda held: numbered(held, draft(why, left)))


def test_lines_are_only_added(tmp_path: Path) -> None:
    first = add(tmp_path, "One\nline\tand a \\.")
    path = tmp_path / "decisions.tsv"
    before = path.read_bytes()
    second = add(tmp_path, "Two")
    assert path.read_bytes() == before + second.written().encode()
    assert before == (HEAD + first.written()).encode()
    found = read_decisions(path.read_bytes(), "decisions.tsv")
    assert [replace(one, line=0) for one in found.rows] == [first, second]


def test_a_line_is_never_glued_to_another(tmp_path: Path) -> None:
    (tmp_path / "decisions.tsv").write_text(HEAD + row("d1", "c.x", "d.x").rstrip("\n"), "utf-8")
    add(tmp_path, "More")
    found = read_decisions((tmp_path / "decisions.tsv").read_bytes(), "decisions.tsv")
    assert (len(found.rows), found.findings) == (2, ())


def test_two_equal_decisions_have_two_ids(tmp_path: Path) -> None:
    assert add(tmp_path, "Same").id != add(tmp_path, "Same").id


@pytest.mark.parametrize("why", ["\x00", "\x1b[2J", "\udcff"])
def test_what_no_line_can_hold_is_refused(tmp_path: Path, why: str) -> None:
    with pytest.raises(UsageError, match=r"decisions\.tsv"):
        add(tmp_path, why)
    assert not (tmp_path / "decisions.tsv").exists()


def test_a_file_of_a_newer_format_is_not_written(tmp_path: Path) -> None:
    path = tmp_path / "decisions.tsv"
    path.write_text("# format: 2\n", "utf-8")
    with pytest.raises(UsageError, match=r"decisions\.tsv:1: Format 2 is newer"):
        add(tmp_path, "More")
    assert path.read_text("utf-8") == "# format: 2\n"


def many(folder: str, writer: int) -> None:
    for number in range(20):
        add(Path(folder), f"{writer}.{number} " + "long " * 2000, f"w{writer}.x{number}")


def test_two_who_write_at_once_tear_no_line(tmp_path: Path) -> None:
    spawn = multiprocessing.get_context("spawn")
    writers = [spawn.Process(target=many, args=(str(tmp_path), n)) for n in range(3)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(60)
        assert writer.exitcode == 0
    found = read_decisions((tmp_path / "decisions.tsv").read_bytes(), "decisions.tsv")
    assert found.findings == ()
    assert {one.left for one in found.rows} == {f"w{w}.x{n}" for w in range(3) for n in range(20)}
    for writer_number in range(3):  # each one's lines stand in its own order
        own = [one.left for one in found.rows if one.left.startswith(f"w{writer_number}.")]
        assert own == [f"w{writer_number}.x{n}" for n in range(20)]
