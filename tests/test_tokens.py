"""The tokens of SPARQL: every character is in one, and each form is told from its neighbours."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from diaspora_kg.sparql.tokens import Kind, look, significant, tokens

PIECES = [
    "SELECT",
    " ",
    "\n",
    "?a",
    "$b",
    "<",
    ">",
    "<urn:x>",
    "'",
    '"',
    '"""',
    "'''",
    "\\",
    "#",
    "ex:a",
    ":",
    "_:b",
    "@en-latn",
    "1",
    ".5",
    "1e5",
    "{",
    "}",
    "(",
    ")",
    "&&",
    "||",
    "^^",
    "!=",
    "\u00a0",
    "\u0561",
    "\U0001f600",
    "%41",
]


@settings(max_examples=100)
@given(st.one_of(st.text(), st.lists(st.sampled_from(PIECES)).map("".join)))
def test_tokens_joined_are_the_text(text: str) -> None:
    found = list(tokens(text))
    assert "".join(token.text for token in found) == text
    assert [token.start for token in found] == [
        sum(len(t.text) for t in found[:n]) for n in range(len(found))
    ]


def kinds(text: str) -> list[tuple[str, str]]:
    return [(token.kind.value, token.text) for token in significant(text)]


@pytest.mark.parametrize("text", ["'a'", '"a"', "'''a'''", '"""a"""', "''", '""', "''''''", '""""""'])
def test_four_forms_of_strings(text: str) -> None:
    assert kinds(text) == [("string", text)]


@pytest.mark.parametrize(
    "text",
    [
        r'"a \" b"',
        r"'it\'s'",
        "'''it's ''two'' {}'''",
        '"""a "b" ""c""" ',
        r'"\\"',
        "'''a\nb'''",
        "'# no comment'",
    ],
)
def test_a_string_ends_at_its_own_mark_only(text: str) -> None:
    assert kinds(text) == [("string", text.strip())]


def test_a_long_string_takes_quotation_marks_but_not_three() -> None:
    assert kinds("'''a'' b''' 'c'") == [("string", "'''a'' b'''"), ("string", "'c'")]


def test_an_open_string_is_bad_and_the_rest_is_read() -> None:
    assert kinds('"a\nSERVICE') == [("bad", '"'), ("word", "a"), ("word", "SERVICE")]


@pytest.mark.parametrize(
    "text", ["<urn:x>", "<>", "<#a>", "<http://x/?a=1&b=2>", "<http://x/\\u00e9#>", "<a%20b>"]
)
def test_iris(text: str) -> None:
    assert kinds(text) == [("iri", text)]


@pytest.mark.parametrize(
    ("text", "marks"),
    [
        ("?a<?b", ["?a", "<", "?b"]),
        ("?a < ?b && ?c > ?d", ["?a", "<", "?b", "&&", "?c", ">", "?d"]),
        ("?a<?b&&?c>?d", ["?a", "<", "?b", "&&", "?c", ">", "?d"]),
        ("IF(1<?b,?c>?d,1)", ["IF", "(", "1", "<", "?b", ",", "?c", ">", "?d", ",", "1", ")"]),
        ("(?a)<=?b&&?c>1", ["(", "?a", ")", "<=", "?b", "&&", "?c", ">", "1"]),
        ("?s <http://x/?a&b> ?o", ["?s", "<http://x/?a&b>", "?o"]),
        ("?s <#type> ?o", ["?s", "<#type>", "?o"]),
        ("?s <rel> ?o", ["?s", "<rel>", "?o"]),
        ("FILTER(<?x>", ["FILTER", "(", "<?x>"]),
    ],
)
def test_less_than_is_told_from_an_iri(text: str, marks: list[str]) -> None:
    assert [token.text for token in significant(text)] == marks


@pytest.mark.parametrize(
    "text", ["ex:a", ":a", "ex:", ":", "ex:a.b", "ex:a-b", r"ex:a\#b", "ex:a%20b", "ex:1", "ա:բ", "e.x:a"]
)
def test_prefixed_names(text: str) -> None:
    assert kinds(text) == [("name", text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ex:a.", [("name", "ex:a"), ("punctuation", ".")]),
        ("ex:a#b", [("name", "ex:a")]),
        ("_:b1.", [("blank", "_:b1"), ("punctuation", ".")]),
        ('"a"@ru-Latn.', [("string", '"a"'), ("language", "@ru-Latn"), ("punctuation", ".")]),
        ("1.5e-3 -2 .5 3.", [("number", "1.5e-3"), ("punctuation", "-"), ("number", "2"), ("number", ".5"),
                             ("number", "3"), ("punctuation", ".")]),
        ("ex:p? ?p", [("name", "ex:p"), ("punctuation", "?"), ("variable", "?p")]),
        ("^ex:p+/ex:q*", [("punctuation", "^"), ("name", "ex:p"), ("punctuation", "+"), ("punctuation", "/"),
                          ("name", "ex:q"), ("punctuation", "*")]),
        ('"1"^^xsd:integer', [("string", '"1"'), ("punctuation", "^^"), ("name", "xsd:integer")]),
        ("?_a_iri $__b", [("variable", "?_a_iri"), ("variable", "$__b")]),
        ("a # ?no 'x'\n b", [("word", "a"), ("word", "b")]),
    ],
)  # fmt: skip
def test_neighbours(text: str, expected: list[tuple[str, str]]) -> None:
    assert kinds(text) == expected


def test_positions_are_code_points() -> None:
    found = significant("'\U0001f600' ?a")
    assert [(token.start, token.end) for token in found] == [(0, 3), (4, 6)]


def test_less_than_can_be_asked_for() -> None:
    assert look("<a>", 0)[0] is Kind.IRI
    assert look("<a>", 0, less_than=True)[1] == "<"
    with pytest.raises(IndexError):
        look("a", 1)
