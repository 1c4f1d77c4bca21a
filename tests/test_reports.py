"""Findings in every format; hostile text stays text."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree as ET

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from diaspora_kg.errors import Finding, Severity
from diaspora_kg.reports import as_csv, as_json, as_junit, as_text, exit_code, tally
from diaspora_kg.visible import visible

SCHEMA = Path(__file__).parents[1] / "docs/reference/findings.schema.json"
BAD = Finding(
    "articles/x.yaml",
    7,
    Severity.VIOLATION,
    "quote-not-found",
    "Not there.",
    "Look again.",
    "the\x1b[2Jwords",
)
ODD = Finding("articles/y.yaml", 0, Severity.WARNING, "odd", "=1+1", article="y")


def test_text_names_place_words_and_hint() -> None:
    text = as_text([BAD])
    assert text.splitlines()[0] == "articles/x.yaml:7: violation: Not there."
    assert r"the\x1b[2Jwords" in text
    assert "Look again." in text
    assert as_text([ODD]).startswith("articles/y.yaml: warning:")


def test_many_are_grouped_by_rule_each_with_its_place() -> None:
    many = [replace(BAD, file=f"articles/{n:04}.yaml", line=n) for n in range(1, 901)]
    many += [
        replace(ODD, line=n, message=f"Line {n} is odd." if n == 50 else ODD.message) for n in range(1, 101)
    ]
    text = as_text(many)
    head, first, second = text.split("\n\n")
    assert head.splitlines() == [
        "1000 findings by 2 rules:",
        "    violation  900  quote-not-found",
        "    warning    100  odd",
    ]
    assert first.splitlines()[:4] == [
        "violation: Not there.",
        "    hint:  Look again.",
        "    code:  quote-not-found, 900 times",
        r"    articles/0001.yaml:1: the\x1b[2Jwords",
    ]
    assert second.splitlines()[-51] == "    articles/y.yaml:50: Line 50 is odd."
    assert len(text.splitlines()) == 3 + 903 + 102 + 2
    assert all(text.count(f"articles/{n:04}.yaml") == 1 for n in range(1, 901))


def test_json_follows_its_schema() -> None:
    body = json.loads(as_json([BAD, ODD]))
    jsonschema.Draft202012Validator(json.loads(SCHEMA.read_text("utf-8"))).validate(body)
    assert body["counts"] == {"violation": 1, "warning": 1, "info": 0}
    assert body["findings"][0]["words"] == BAD.words


def test_csv_has_a_row_each_and_no_formula() -> None:
    rows = list(csv.DictReader(io.StringIO(as_csv([BAD, ODD]))))
    assert [row["line"] for row in rows] == ["7", "0"]
    assert rows[1]["message"] == "'=1+1"


def test_junit_counts_failures_by_file() -> None:
    suites = ET.fromstring(as_junit([ODD, BAD])).findall("testsuite")
    assert [(s.get("name"), s.get("failures")) for s in suites] == [
        ("articles/x.yaml", "1"),
        ("articles/y.yaml", "0"),
    ]


@pytest.mark.parametrize(
    ("findings", "strict", "code"),
    [([], False, 0), ([ODD], False, 0), ([ODD], True, 1), ([BAD], False, 1)],
)
def test_exit_codes(findings: list[Finding], strict: bool, code: int) -> None:
    assert exit_code(findings, strict=strict) == code


def test_tally_counts_in_words() -> None:
    assert tally([BAD, BAD, ODD]) == "2 violations, 1 warning"


@given(st.text())
def test_nothing_hostile_reaches_the_terminal(text: str) -> None:
    shown = visible(text)
    assert not any(char in shown for char in "\x00\x1b\r\u202e\u2066")
    ET.fromstring(as_junit([Finding("f", 1, Severity.INFO, "c", text)]))
