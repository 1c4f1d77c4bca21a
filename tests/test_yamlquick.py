"""The short way to read plain YAML gives the tree that the events give, or leaves the file to them."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st

from diaspora_kg import yamlnodes
from diaspora_kg.errors import Report
from diaspora_kg.yamlnodes import View
from diaspora_kg.yamlquick import quick
from tests.small import ANNOTATION, LATER, REGISTER

if not yaml.__with_libyaml__:
    pytest.skip("libyaml is not there, so everything is read by events", allow_module_level=True)

WRITTEN = [ANNOTATION, LATER, REGISTER] + [
    path.read_text("utf-8") for path in sorted(Path("docs/examples").rglob("*.yaml"))
]
BITS = [
    "[",
    "]",
    "{",
    "}",
    ":",
    ": ",
    ",",
    " ",
    "\n",
    "\n  ",
    "- ",
    "? ",
    "'",
    '"',
    "#",
    "|\n",
    ">",
    "&a ",
    "*a",
    "! ",
]


def by_events(text: str) -> tuple[View | None, bool]:
    report = Report("x.yaml")
    return yamlnodes._Builder(text, report).build(), bool(report.findings)


@pytest.mark.parametrize("text", WRITTEN)
def test_files_as_people_write_them(text: str) -> None:
    assert by_events(text) == (quick(text), False)


@settings(max_examples=50, deadline=None)
@given(st.sampled_from(WRITTEN[:3]), st.floats(0, 1), st.sampled_from(BITS), st.integers(0, 2))
@example("a: {b: c, d}\n", 1.0, "", 0)
@example("a:\n", 1.0, "", 0)
@example("- - - - x\n", 1.0, "", 0)
@example("a: b\r\nc: |\r\n  d\r\n", 1.0, "", 0)
def test_whatever_is_written_is_read_as_by_events(text: str, where: float, bit: str, gone: int) -> None:
    place = int(where * len(text))
    edited = text[:place] + bit + text[place + gone :]
    found = quick(edited)
    if found is not None:
        assert by_events(edited) == (found, False)


@pytest.mark.parametrize(
    "text",
    [
        "a: &b c\n", "a: *b\n", "a: !b c\n", "a: ! b\n", "%YAML 1.1\n---\na: b\n", "a: b\n---\nc: d\n",
        "a: b\na: c\n", "<<: {a: b}\n", "[a]: b\n", "a: 'b\n", '"a\\u0041": b\n', "a: b\x85c: d\n", "",
        "- " * 30 + "x\n", "[" * 30 + "]" * 30, "a: [\n", "x" * 600_000, "a: b\rc: d\n",
    ],
)  # fmt: skip
def test_what_must_be_told_is_left_to_the_events(text: str) -> None:
    assert quick(text) is None


@pytest.mark.parametrize("text", ["a: Rock & Roll\n", "a: 2 * 3!\n", "a: why? no...\n"])
def test_signs_inside_words_are_words(text: str) -> None:
    assert quick(text) is not None
