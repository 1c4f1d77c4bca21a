"""WebAnno TSV: cells, slots, relations, chains, the text that is put together again, and faults."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from diaspora_kg import loader
from diaspora_kg.content import content
from diaspora_kg.errors import Finding, Report
from diaspora_kg.marked.model import Document
from diaspora_kg.uima.given import Given
from diaspora_kg.uima.tsvcells import divided, unescaped, values
from diaspora_kg.uima.tsvdocument import read_tsv
from diaspora_kg.uima.tsvheader import HeaderError, layer

HEAD = "#FORMAT=WebAnno TSV 3.3\n"
SPAN = HEAD + "#T_SP=x.Name|value\n\n\n"


def read(table: str) -> tuple[Document | None, list[Finding]]:
    """The document of a table, and what is wrong with it."""
    report = Report("a.tsv")
    return read_tsv(table, Given(), report), report.findings


def marked(table: str) -> list[tuple[str, dict[str, str]]]:
    """The words and features of each span of a sound table."""
    document, findings = read(table)
    assert findings == []
    assert document is not None
    text = document.text or ""
    return [
        (text[slice(*span.fragments[0])], {each.name: each.value for each in span.attributes})
        for span in document.spans
    ]


def test_one_annotation_over_several_tokens_and_sentences() -> None:
    """The id says that it is the same; the gap between sentences is filled."""
    table = SPAN + (
        "#Text=Ada left .\n1-1\t0-3\tAda\tPER[1]\t\n1-2\t4-8\tleft\tPER[1]\t\n1-3\t9-10\t.\tPER[1]\t\n\n"
        "#Text=Ben too .\n2-1\t12-15\tBen\tPER[1]|ORG[2]\t\n2-2\t16-19\ttoo\t_\t\n2-3\t20-21\t.\tLOC\t\n"
    )
    assert marked(table) == [
        ("Ada left .\n\nBen", {"value": "PER"}), ("Ben", {"value": "ORG"}), (".", {"value": "LOC"}),
    ]  # fmt: skip


def test_parts_of_tokens_and_empty_ones() -> None:
    """A part has a point in its id."""
    table = (
        SPAN + "#Text=Vesmarkers\n1-1\t0-10\tVesmarkers\t_\t\n1-1.1\t0-7\tVesmark\tLOC\t\n1-1.2\t7-7\t\t*\t\n"
    )
    assert marked(table) == [("Vesmark", {"value": "LOC"}), ("", {})]


def test_positions_are_code_units_or_code_points_as_the_tokens_say() -> None:
    """INCEpTION counts code units, other makers code points."""
    units = SPAN + "#Text=😊 Ada\n1-1\t0-2\t😊\t_\t\n1-2\t3-6\tAda\tPER\t\n"
    points = SPAN + "#Text=😊 Ada\n1-1\t0-1\t😊\t_\t\n1-2\t2-5\tAda\tPER\t\n"
    assert marked(units) == marked(points) == [("Ada", {"value": "PER"})]


SLOTS = (
    HEAD + "#T_SP=x.Who|\n"
    "#T_SP=x.Says|ROLE_x.Says:roles_x.SaysRolesLink|x.Who|kind\n\n\n"
    "#Text=Ada told Ben\n1-1\t0-3\tAda\t*\t_\t_\t_\t\n"
    "1-2\t4-8\ttold\t_\tby;to\t1-1;1-3[2]\tremark\t\n1-3\t9-12\tBen\t*[1]|*[2]\t_\t_\t_\t\n"
)


def test_slots_are_frames() -> None:
    """Each filler in its role, by unit and by id."""
    document, findings = read(SLOTS)
    assert findings == []
    assert document is not None
    (frame,) = document.frames
    assert frame.layer == "x.Says"
    assert [tuple(each) for each in frame.arguments] == [("by", "x.Who@1-1"), ("to", "x.Who[2]")]
    assert [tuple(each)[:2] for each in frame.attributes] == [("kind", "remark")]


RELATION = (
    HEAD + "#T_SP=x.Name|value\n#T_RL=x.Tie|label|BT_x.Name\n\n\n"
    "#Text=Ada met Ben\n1-1\t0-3\tAda\tPER\t_\t_\t\n1-2\t4-7\tmet\t_\t_\t_\t\n"
    "1-3\t8-11\tBen\tPER[1]|ORG[2]\tmeets|pays\t1-1[0_1]|1-1[0_2]\t\n"
)


def test_relations_stand_at_their_targets() -> None:
    """Several at one place, each with its label and ends."""
    document, findings = read(RELATION)
    assert findings == []
    assert document is not None
    assert [(each.source, each.target, each.attributes[0].value) for each in document.relations] == [
        ("x.Name@1-1", "x.Name[1]", "meets"), ("x.Name@1-1", "x.Name[2]", "pays"),
    ]  # fmt: skip


def test_chains_are_equivalences_with_labelled_arrows() -> None:
    """The links in the order of the chain, not of the text."""
    table = HEAD + (
        "#T_CH=x.Link|referenceRelation|referenceType\n\n\n"
        "#Text=Ada , she , Venn\n1-1\t0-3\tAda\tana->1-2\tnam[1]\t\n1-2\t4-5\t,\t_\t_\t\n"
        "1-3\t6-9\tshe\t*->1-1\tpro[1]\t\n1-4\t10-11\t,\t_\t_\t\n1-5\t12-16\tVenn\tana->1-3\tnam[1]\t\n"
    )
    document, findings = read(table)
    assert findings == []
    assert document is not None
    (chain,) = document.equivalences
    words = {span.id: (document.text or "")[slice(*span.fragments[0])] for span in document.spans}
    assert [words[each] for each in chain.members] == ["she", "Ada", "Venn"]
    assert [(words[each.source], each.label, words[each.target]) for each in document.relations] == [
        ("Ada", "ana", "Venn")
    ]


def test_cells_keep_what_is_escaped() -> None:
    """Only the format's own escapes are read as such."""
    assert [value.text for value in values("a\\|b|\\_|\\*|_|*")] == ["a|b", "_", "*", None, None]
    assert unescaped("\\t\\n\\r\\\\\\[\\]\\->\\q") == "\t\n\r\\[]->\\q"
    assert divided("a\\;b;c", ";") == ["a\\;b", "c"]
    assert [value.id for value in values("x[3]|y\\[3\\]")] == [3, 0]


@pytest.mark.parametrize(
    "line", ["#T_XX=a", "#T_SP=", "#T_RL=a|b", "#T_CH=a|b", "#T_SP=a|ROLE_a:b_c.D", "#T_SP=a|ROLE_x|y"]
)
def test_a_layer_that_cannot_be_read_is_refused(line: str) -> None:
    """Each line of the head has its form."""
    with pytest.raises(HeaderError):
        layer(line, 1)


ROW = "#Text=Ada left\n1-1\t0-3\tAda\tPER\t\n1-2\t4-8\tleft\t_\t\n"


@pytest.mark.parametrize(
    ("table", "code", "line"),
    [
        ("#FORMAT=WebAnno TSV 4.0\n", "tsv-version", 1),
        (" # x.Name | value\n#id=1\n", "tsv-version", 1),
        ("word\tPER\n", "tsv-version", 1),
        ("", "tsv-version", 1),
        (HEAD + "#T_QQ=x\n" + ROW, "tsv-layer", 2),
        (SPAN + "1-1\t0-3\tAda\tPER\t\n", "tsv-row", 5),
        (SPAN + "#Text=Ada\n1-1 0-3 Ada PER\n", "tsv-row", 6),
        (SPAN + "#Text=Ada\n1-1\t0-3\tAda\tPER\tLOC\t\n", "tsv-columns", 6),
        (SPAN + ROW.replace("4-8", "4-9"), "tsv-position", 7),
        (SPAN + ROW.replace("4-8", "8-4"), "tsv-position", 7),
        (SPAN + ROW.replace("Ada\t", "Ben\t"), "tsv-position", 6),
        (SPAN + ROW + "\n" + ROW, "tsv-position", 10),
        (SPAN + ROW.replace("0-3", "900000000-900000003"), "tsv-position", 6),
        (SPAN + ROW.replace("1-2", "1-1"), "tsv-unit", 0),
        (SPAN + ROW.replace("PER", "PER[1]").replace("left\t_", "left\tORG[1]"), "tsv-value", 7),
        (SLOTS.replace("1-1;1-3[2]", "1-1"), "tsv-slot", 8),
        (SLOTS.replace("1-1;1-3[2]", "1-1;1-3[9]"), "tsv-slot", 8),
        (SLOTS.replace("1-1;1-3[2]", "1-1;1-3"), "tsv-slot", 8),
        (SLOTS.replace("by;to", "by;to|by"), "tsv-slot", 8),
        (RELATION.replace("1-1[0_1]", "7-7"), "tsv-relation", 9),
        (RELATION.replace("1-1[0_1]", "Ada"), "tsv-relation", 9),
    ],
)
def test_each_fault_is_named_with_its_line(table: str, code: str, line: int) -> None:
    """And it keeps the document out."""
    _, findings = read(table)
    first = findings[0]
    assert (first.code, first.line, first.severity) == (code, line, "violation")


def test_many_faults_of_one_sort_are_counted() -> None:
    """Nobody reads a thousand findings."""
    _, findings = read(SPAN + "#Text=Ada\n" + "1-1 0-3 Ada\n" * 100)
    assert len(findings) == 21
    assert findings[-1].message.startswith("There are 80 more")


def test_lines_that_mean_nothing_are_counted() -> None:
    """Other makers write remarks into the head."""
    document, (finding,) = read(SPAN.replace("\n\n\n", "\n#Summary1=x\n#Summary2=y\n\n\n") + ROW)
    assert document is not None
    assert (finding.code, finding.severity) == ("tsv-comment", "warning")
    assert finding.message.startswith("2 lines")


def test_windows_line_ends_are_none_of_the_text() -> None:
    """A file that went through Windows has them everywhere."""
    assert marked((SPAN + ROW).replace("\n", "\r\n")) == marked(SPAN + ROW)


def test_the_script_takes_tables_of_webanno_only() -> None:
    """A table of another sort has the same suffix."""
    script = loader.script_at(content("ingest", "webanno.py"))
    assert loader.accepts(script, Path("a.tsv"), SPAN.encode())
    assert loader.accepts(script, Path("a.tsv"), b"\xef\xbb\xbf" + SPAN.encode())
    assert loader.accepts(script, Path("a.tsv"), b" # x | y\n")
    assert not loader.accepts(script, Path("a.tsv"), b"name\tclaim\nAda\tleft\n")


@settings(max_examples=50, deadline=None)
@given(st.text(max_size=80), st.integers(0, 300))
def test_no_damage_raises(junk: str, at: int) -> None:
    """Anything in any place is read or refused."""
    for table in (SLOTS, RELATION):
        document, findings = read(table[:at] + junk + table[at + len(junk) :])
        assert document or findings
