"""YAML that people write, and YAML that is meant to do harm: findings with lines, never a traceback."""

from __future__ import annotations

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from diaspora_kg import yamlnodes
from diaspora_kg.errors import Report, Severity
from diaspora_kg.reading.fields import Fields
from diaspora_kg.yamlnodes import Items, Leaf, Table, View, parse


def read(data: bytes | str) -> tuple[View | None, list[tuple[int, str]]]:
    report = Report("x.yaml")
    view = parse(data.encode() if isinstance(data, str) else data, report)
    return view, [(finding.line, finding.code) for finding in report.findings]


@pytest.mark.parametrize("scalar", ["no", "14:52", "1_000", "0x1F", "2018-04-25", "~", "null", "1e3", "<<a"])
def test_every_scalar_stays_as_written(scalar: str) -> None:
    view, findings = read(f"a: {scalar}\n")
    assert (view, findings) == (Table(((Leaf("a", 1), Leaf(scalar, 1)),), 1), [])


def test_lines_are_those_of_the_editor() -> None:
    view, findings = read("a: 'x\u2028y'\r\nb:\r\n  - é\r\n  - {c: 'd'}\n")
    assert findings == []
    assert isinstance(view, Table)
    items = view.get("b")
    assert isinstance(items, Items)
    assert [item.line for item in items.items] == [3, 4]
    assert isinstance(items.items[1], Table)
    assert items.items[1].flow
    assert items.items[1].get("c") == Leaf("d", 4, plain=False)


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"\xff\xfea\x00", [(1, "not-utf8")]),
        (b"a: 1\nb: \xe9\n", [(2, "not-utf8")]),
        (b"\xef\xbb\xbfa: 1", [(1, "byte-order-mark")]),
        (b"a: 1\n\nb: \x00\n", [(3, "control-character")]),
        (b'a: 1\nb: "\\0"\n', [(2, "control-character")]),
        (b'a: "\\ud800"\n', [(1, "yaml-syntax")]),
        (b"a: 1\na: 2\n", [(2, "duplicate-key")]),
        (b"a:\n  <<: {b: 1}\n", [(2, "yaml-merge")]),
        (b"? [a]\n: 1\n", [(1, "yaml-key")]),
        (b"a: &x 1\nb: *x\nc: !!str 3\n", [(1, "yaml-anchor"), (2, "yaml-alias"), (3, "yaml-tag")]),
        (b"a: 1\n---\nb: 1\n", [(2, "yaml-documents")]),
        (b"%YAML 1.1\n---\na: 1\n", [(1, "yaml-directive")]),
        (b"a: 1\nb: c: d\n", [(2, "yaml-syntax")]),
        (b"a: 'x\nb: 1\n", [(2, "yaml-syntax")]),
        (b"a:\n\t- x\n", [(2, "yaml-syntax")]),
        (b'a: "x" y\n', [(1, "yaml-syntax")]),
        (b"a: {b: [c\nd: 1\n", [(2, "yaml-syntax")]),
        (b"a: x\nb\n", [(2, "yaml-syntax")]),
        (b"a: @b\n", [(1, "yaml-syntax")]),
        (b"- a\nb: 1\n", [(2, "yaml-syntax")]),
    ],
)
def test_each_fault_is_a_finding_with_its_line(data: bytes, expected: list[tuple[int, str]]) -> None:
    assert read(data)[1] == expected


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        ("a:\n  b: 1\n\tc: 2\n", "A tab", "with blanks"),
        ("a:\n    b: 1\n   c: 2\n", "not indented", "after 3 blanks, line 2 after 4 blanks"),
        ("- a: 1\n  b: 2\n c: 3\n", "not indented", "after 1 blank, line 2 after 2 blanks"),
        ("a:\n  b 1\n  c: 2\n", "Line 2 has no colon", "in line 2"),
        ('q: "It is a loss," he said\n', "after a closing quotation mark", "of the other sort"),
        ("says: Orun: it was closed\n", "A colon with a blank", "in quotation marks"),
        ("a:\n  b: 1\n  - c: 2\n", "A list entry", "nothing does"),
        ("a: [b, c\nd: 1\n", "is not closed", "begins in line 1"),
    ],
)
def test_a_syntax_error_is_told_in_the_words_of_the_mistake(text: str, message: str, hint: str) -> None:
    report = Report("x.yaml")
    assert parse(text.encode(), report) is None
    (finding,) = report.findings
    assert message in finding.message
    assert hint in finding.hint


def test_what_follows_from_a_refused_word_is_not_told() -> None:
    assert read("a: *b c d\n")[1] == [(1, "yaml-alias")]


def test_only_a_byte_order_mark_is_forgiven() -> None:
    report = Report("x.yaml")
    view = parse(b"\xef\xbb\xbfa: 1", report)
    assert isinstance(view, Table)
    assert report.findings[0].severity is Severity.WARNING


@pytest.mark.parametrize(
    "hostile", ["[" * 200_000, "{" * 200_000, "- " * 100_000, "{a: " * 100_000, "? " * 90_000]
)
def test_deep_nesting_is_refused(hostile: str) -> None:
    view, findings = read(hostile)
    assert view is None
    assert [code for _, code in findings] == ["yaml-depth"]


def test_the_deepest_permitted_nesting_is_read() -> None:
    depth = yamlnodes.MAX_DEPTH
    assert read("[" * depth + "]" * depth)[1] == []
    assert read("[" * (depth + 1) + "]" * (depth + 1))[1] == [(1, "yaml-depth")]


def test_a_billion_laughs_expand_to_nothing() -> None:
    lines = ["a0: &a0 [x, x]", *(f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]" for n in range(1, 60))]
    view, findings = read("\n".join(lines))
    assert view is None
    assert {code for _, code in findings} == {"yaml-anchor", "yaml-alias"}


def test_without_libyaml_the_result_is_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    text = "a: [x, {b: c, d e}]\n# é\nb: |\n  two\n  lines\n"
    fast = read(text)
    monkeypatch.setattr(yamlnodes, "_Loader", yaml.SafeLoader)
    assert read(text) == fast
    assert read('a: "\\ud800"')[1] == [(1, "control-character")]
    assert [code for _, code in read("[" * 10_000)[1]] == ["yaml-depth"]


def audit(text: str, *known: str) -> list[tuple[int, str, str]]:
    report = Report("x.yaml")
    table = parse(text.encode(), report)
    assert isinstance(table, Table)
    fields = Fields(table, report, "an anchor")
    for key in known:
        fields.take(key)
    fields.audit()
    return [(finding.line, finding.code, finding.message) for finding in report.findings]


def test_what_nobody_takes_is_reported_with_the_nearest_key() -> None:
    assert audit("quote: a\nbefor: b\n", "quote", "before") == [
        (2, "unknown-key", "`befor` is no key of an anchor. Did you mean `before`?")
    ]


def test_the_comma_trap_is_told_once_for_each_value() -> None:
    found = audit(
        "{quote: According to him, such steps, and so on, cue: he, she said, nth: 2}", "quote", "cue", "nth"
    )
    assert found == [
        (1, "comma-trap", 'The comma after "him" ended the anchor.'),
        (1, "comma-trap", 'The comma after "he" ended the anchor.'),
    ]


def test_a_quoted_value_before_a_bare_word_is_no_comma_trap() -> None:
    assert [code for _, code, _ in audit('{quote: "a, b", nonsense}', "quote")] == ["unknown-key"]


def test_block_style_knows_no_comma_trap() -> None:
    assert audit("quote: According to him, such steps\n", "quote") == []


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes_give_a_tree_or_findings(data: bytes) -> None:
    view, findings = read(data)
    assert view is not None or findings


@settings(max_examples=100, deadline=None)
@given(st.text(alphabet="ab:-[]{},\"'#&*!|>%@` \n\t?\\", max_size=60))
def test_any_punctuation_gives_a_tree_or_findings(text: str) -> None:
    view, findings = read(text)
    assert view is not None or findings
    assert all(1 <= line <= text.count("\n") + 1 for line, _ in findings)
