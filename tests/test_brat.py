"""brat standoff, line by line: each becomes something or is a finding, whatever it holds."""

from __future__ import annotations

import string

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from diaspora_kg.errors import Severity
from diaspora_kg.marked import Argument, Attribute, Document, Equivalence, Identity
from diaspora_kg.marked.brat import parse
from diaspora_kg.marked.bratlines import Lines
from diaspora_kg.marked.standoff import write

TEXT = "The League met in Halm.\nIts chair spoke.\n"


def parsed(*lines: str, text: str | None = TEXT) -> tuple[Document, dict[int, str]]:
    document, findings, _ = parse([("x.ann", "\n".join(lines))], text)
    return document, {one.line: one.code for one in findings}


def test_every_sort_of_line() -> None:
    document, wrong = parsed(
        "E1\tMeeting:T2 Who:T1 Where:T3 Who2:T4",
        "T1\tBody 4 10\tLeague",
        "T2\tMeeting 11 14\tmet",
        "T3\tTown 18 22\tHalm",
        "T4\tPart 4 10;28 33\tLeague chair",
        "",
        "R1\tIn Arg1:T1 Arg2:T3\t",
        "A1\tSure E1",
        "M2\tDegree T1 very high",
        "N1\tReference T3 Wikidata:Q1\tHalm (town)",
        "#1\tAnnotatorNotes T1\tas printed",
        "#2\tAnnotationError T1\tlooks odd",
        "*\tEquiv T1 T4",
        "*\tChain T1 T4",
    )
    assert wrong == {}
    body = next(span for span in document.spans if span.id == "T1")
    assert (body.label, body.fragments, body.note, body.line) == ("Body", ((4, 10),), "as printed", 2)
    assert body.attributes == (
        Attribute("Degree", "very high", 9),
        Attribute("#AnnotationError", "looks odd", 12),
    )
    assert document.spans[2].identities == (Identity("Wikidata", "Q1", "Halm (town)", 10),)
    assert document.spans[3].fragments == ((4, 10), (28, 33))
    [frame] = document.frames
    assert frame.arguments == (Argument("Who", "T1"), Argument("Where", "T3"), Argument("Who2", "T4"))
    assert (frame.trigger, frame.attributes) == ("T2", (Attribute("Sure", "", 8),))
    assert [(one.source, one.target) for one in document.relations] == [("T1", "T3")]
    assert document.equivalences == (
        Equivalence(("T1", "T4"), "", 13),
        Equivalence(("T1", "T4"), "Chain", 14),
    )


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("T1 Body 4 10 League", "broken-line"),
        ("T1\tBody 4\tLeague", "broken-line"),
        ("T1\tBody 4 1000000000000000000\tLeague", "broken-line"),
        ("T1\tBody 4 11\tLeague", "offset-differs"),
        ("T1\tBody 10 4\tLeague", "offset-reversed"),
        ("T1\tBody 4 900\tLeague", "offset-outside"),
        ("T1\tBody 4 10;6 12\tLeague agu", "overlapping-fragments"),
        ("R1\tIn Arg1:T8", "broken-line"),
        ("E1\tMeeting", "broken-line"),
        ("A1\tSure", "broken-line"),
        ("A1\tSure T9", "dangling-reference"),
        ("N1\tReference T9 Wikidata:Q1\tx", "dangling-reference"),
        ("N1\tReference T9 Wikidata\tx", "broken-line"),
        ("#1\tAnnotatorNotes T9\tx", "dangling-reference"),
        ("*\tEquiv", "broken-line"),
        ("Continued words of the line above", "unknown-line"),
        ("X1\tNobody knows", "unknown-line"),
        ("T1\tBo\x00dy 4 10\tLeague", "control-character"),
    ],
)
def test_what_cannot_be_read_is_told_with_its_line(line: str, code: str) -> None:
    _, wrong = parsed("T5\tTown 18 22\tHalm", line)
    assert wrong == {2: code}


def test_an_id_is_used_once() -> None:
    document, wrong = parsed("T1\tBody 4 10\tLeague", "T1\tTown 18 22\tHalm")
    assert wrong == {2: "duplicate-id"}
    assert [span.label for span in document.spans] == ["Body"]


def test_offsets_are_found_out_by_the_words() -> None:
    """Code points after a character beyond 16 bits; the same file in units of 16 bits is converted."""
    text = "\U0001f600 The League"
    for begin, end in ((6, 12), (7, 13)):
        document, wrong = parsed(f"T1\tBody {begin} {end}\tLeague", text=text)
        assert (wrong, document.spans[0].fragments) == ({}, ((6, 12),))


def test_without_its_text_a_file_keeps_what_it_says() -> None:
    document, wrong = parsed("T1\tBody 4 10\tLeague", text=None)
    assert (wrong, document.text, document.spans[0].words) == ({}, None, "League")


def test_parts_are_one_file() -> None:
    parts = [("x.a1", "T1\tBody 4 10\tLeague\n"), ("x.a2", "E1\tIs:T1\nrest\n")]
    document, findings, _ = parse(parts, TEXT)
    assert document.frames[0].trigger == "T1"
    assert [(one.line, one.severity) for one in findings] == [(4, Severity.VIOLATION)]


def test_what_is_written_is_read_again() -> None:
    lines = (
        "T1\tBody 4 10\tLeague", "A1\tSure T1 very", "N1\tReference T1 register:league\tLeague",
        "#1\tAnnotatorNotes T1\tas printed", "T2\tMet 11 14\tmet", "E1\tMet:T2 Who:T1 Who2:T1",
        "R1\tIn Arg1:T1 Arg2:T2\t", "*\tEquiv T1 T2",
    )  # fmt: skip
    document, wrong = parsed(*lines)
    assert wrong == {}
    assert write(document) == "".join(f"{line}\n" for line in lines)


LINE = st.one_of(
    st.text(max_size=60),
    st.from_regex(r"[TREAMN#*XQ]\d{0,3}(\t| )[A-Z][a-z]{0,5}[ :](T\d|E\d|\d{1,3} \d{1,3}|\S{1,8})[ \t;:].*"),
    st.builds(lambda a, b, w: f"T{a % 9}\tBody {a} {b}\t{w}", st.integers(0, 60), st.integers(0, 60),
              st.text(string.printable, max_size=8)),
    st.builds(lambda a, b: f"E{a}\tMet:T{b} Who:E{a} Who2:T{a}", st.integers(0, 9), st.integers(0, 9)),
    st.builds(lambda a, b: f"*\tEquiv T{a} T{b}", st.integers(0, 9), st.integers(0, 9)),
)  # fmt: skip


@settings(max_examples=50, deadline=None)
@given(st.lists(LINE, max_size=12), st.one_of(st.none(), st.text(max_size=80)))
def test_no_line_is_lost_and_none_raises(lines: list[str], text: str | None) -> None:
    content = "\n".join(lines)
    document, findings, read = parse([("x.ann", content)], text)
    told = {one.line for one in findings}
    for number, line in enumerate(content.removeprefix("\ufeff").split("\n"), 1):
        assert not line.strip() or number in read.read or number in told, line
    assert read.read == lines_of(document, read) | (read.read & told)


def lines_of(document: Document, read: Lines) -> set[int]:
    """The lines that a document's marks come from."""
    found = {mark.line for mark in document.marks()}
    found |= {one.line for mark in document.marks() for one in mark.attributes}
    found |= {one.line for span in document.spans for one in span.identities}
    found |= {same.line for same in document.equivalences}
    return found | {line for notes in read.notes.values() for _, line in notes}
