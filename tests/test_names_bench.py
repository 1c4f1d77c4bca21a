"""The bench of the comparison of names: its pairs are the same each time, its figures are right."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.bench import names
from tests.bench.namepairs import countries, labelled, variants
from tests.bench.namerules import RULES
from tests.bench.namesmade import Pair, acronym, made

PAIR = Pair("person", ("A B",), ("C D",), True, "", "")
OTHER = Pair("person", ("A B",), ("E F",), False, "", "")


def test_the_made_up_pairs_are_the_same_each_time() -> None:
    first, second = made(persons=60, organizations=30), made(persons=60, organizations=30)
    assert first == second
    assert sum(pair.same for pair in first) == sum(not pair.same for pair in first) == 90
    assert {names.in_test_half(pair) for pair in first} == {True, False}


@pytest.mark.parametrize(
    ("language", "rule", "word", "written"),
    [
        ("ru", "BGN/PCGN", "Ельжещюк", "Yel’zheshchyuk"),
        ("ru", "ISO 9", "Ельжещюк", "Elʹžeŝûk"),
        ("ru", "ICAO passport", "Ельжещюк", "Elzheshchiuk"),
        ("ru", "German", "Зачев", "Satschew"),
        ("hy", "Hübschmann-Meillet", "Խաչիկ", "Xačʻik"),
        ("hy", "BGN/PCGN", "Ոսկան", "Voskan"),
        ("hy", "Western Armenian practice", "Պետրոսյան", "Bedrosian"),
        ("hy", "classical spelling", "Պետրոսյան", "Պետրոսեան"),
        ("az", "Azerbaijani Cyrillic", "cəfər", "Ҹәфәр"),
        ("az", "Russian press", "yusif", "Йусиф"),
        ("ka", "ISO 9984", "ძეწი", "Jeci"),
        ("fa", "Persian", "sohrāb", "سهراب"),
    ],
)
def test_the_rules_write_as_their_standards_say(language: str, rule: str, word: str, written: str) -> None:
    assert RULES[language][rule](word) == written


def test_the_figures_are_worked_out_right() -> None:
    judged = names.figures([PAIR, PAIR, OTHER, OTHER], [0.9, 0.1, 0.9, 0.1], 0.8)
    assert (judged.precision, judged.recall, judged.f1) == (0.5, 0.5, 0.5)
    assert names.figures([PAIR], [0.1], 0.8).f1 == 0
    assert names.best_threshold([PAIR, OTHER], [0.61, 0.6]) == pytest.approx(0.61)


def test_acronyms_leave_small_words_out() -> None:
    assert acronym("Union of Youth of Norland") == "UYN"


def test_pairs_of_others_are_read_where_they_are(tmp_path: Path) -> None:
    lists = tmp_path / "person_names.txt"
    lists.write_text(
        "tarven, тарвен => Q1\nvesmar, весмар => Q2\nnorli, норли => Q3\nonly => Q4\n", encoding="utf-8"
    )
    pairs = list(variants(lists, 1))
    assert [pair.same for pair in pairs] == [True, False]
    assert all(len(pair.left[0].split()) == 2 for pair in pairs)
    cases = tmp_path / "cases.csv"
    cases.write_text(
        "schema,name1,name2,is_match\nPerson,A,B,true\nVessel,C,D,false\nCompany,E,F,false\n",
        encoding="utf-8",
    )
    assert [(pair.kind, pair.left, pair.same) for pair in labelled(cases)] == [
        ("person", ("A",), True),
        ("organization", ("E",), False),
    ]
    assert {pair.kind for pair in countries()} == {"place"}


def test_the_report_has_a_row_for_each_threshold_and_the_blocks() -> None:
    lines = names.report(made(persons=20, organizations=0), "made up", None, "all")
    assert [line.split(" | ")[1] for line in lines] == [
        "diaspora-kg", "diaspora-kg, unsure too", "blocking keys",
    ]  # fmt: skip
