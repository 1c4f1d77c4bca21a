"""Names compared across scripts and spellings: what is likely the same, what is unsure, what is not alike."""

from __future__ import annotations

import doctest
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from diaspora_kg.likeness import (
    LIKELY,
    UNSURE,
    Form,
    Likeness,
    Named,
    NamedKind,
    compare,
    keys,
    latin,
    prepare,
    score,
)

ROMANIZER = latin.ENGINE_VARIABLE


def named(kind: NamedKind, *names: str) -> Named:
    return Named(kind, tuple(Form(*name.split("@")) for name in names))


def liken(kind: NamedKind, left: str, right: str) -> Likeness:
    """Compare two names; forms are parted by `|`, a language follows `@`."""
    return compare(named(kind, *left.split("|")), named(kind, *right.split("|")))


SAME_PERSONS = [
    ("Тарвен Весмарян", "Tarven Vesmarian"),
    ("Թարվեն Վեսմարյան", "Тарвен Весмарян"),
    ("Թարվեն Վեսմարեան", "Tarven Vesmarian"),
    ("Յակոբ Յակոբեան", "Hakob Hakobyan"),
    ("Պետրոս Գրիգորյան", "Bedros Krikorian"),
    ("Tʻarven Xačʻoyan", "Tarven Khachoyan"),
    ("Elçin Tərlanov", "Эльчин Тарланов"),
    ("Елчин Тәрланов@az-Cyrl", "Elçin Tərlanov@az"),
    ("الچین ترلانوف", "Elchin Tarlanov"),
    ("نورگول تورلی", "Nurgül Torlı"),
    ("Ceyhun Cəlilzadə", "Джейхун Джалилзаде"),
    ("Qədir Xəzri", "Гадир Хазри"),
    ("თარველ ნორლაძე", "Тарвел Норладзе"),
    ("თარველ ნორლაძე", "Tarvel Norladze"),
    ("محمد سلیمانی", "Mohammad Soleymani"),
    ("Qasim Suleymany", "Ghasem Soleimani"),
    ("Ёлкин Артём", "Artem Yolkin"),
    ("Щукин Юрий", "Yuri Shchukin"),
    ("Tschechow Anton", "Антон Чехов"),
    ("Tchekhov Anton", "Čehov Anton"),
    ("VESMARIAN, Tarven", "Tarven Vesmarian"),
    ("Mir-Jalal Norli", "Mirjalal Norli"),
    ("AlisherNorli", "Alisher Norli"),
    ("Dr. Tarven Vesmarian", "Tarven Vesmarian"),
    ("Тарвен Оганович Весмарян", "Tarven Vesmarian"),
    ("Гейдар Тарланович Ностров", "Heydər Tərlan oğlu Nostrov"),
    ("Elmira Nostrova", "Эльмира Нострова"),
    ("Наташа Нострова", "Natalia Nostrova"),
]

UNSURE_PERSONS = [
    ("Весмарян", "Tarven Vesmarian"),
    ("Tarven", "Тарвен"),
    ("Tarven Vesmarov", "Tarven Vesmarian"),
]

OTHER_PERSONS = [
    ("Armen Vesmarian", "Arman Vesmarian"),
    ("Tarven Vesmarian", "Норик Весмарян"),
    ("Б. Весмарян", "Tarven Vesmarian"),
    ("Tarven Vesmarian", "Tarven Ostrelian"),
    ("Igor Nostrov", "Irina Nostrova"),
    ("Aleksandr Norli", "Aleksandra Norli"),
    ("Тарвен Оганович Весмарян", "Тарвен Левонович Весмарян"),
    ("Tarven Vesmarian|T. Vesmarian", "Tigran Vesmarian|T. Vesmarian"),
]

SAME_ORGANIZATIONS = [
    ("Союз армян Тарвии", "Union of Armenians of Tarvia"),
    ("Թարվիայի հայերի միություն", "Union of Armenians of Tarvia"),
    ("Թարվիայի հայերի միութիւն", "Союз армян Тарвии"),
    ("Azərbaycan Gənclər İttifaqı", "Союз азербайджанской молодёжи"),
    ("Азәрбајҹан Ҝәнҹләр Иттифагы@az-Cyrl", "Azerbaijani Youth Union"),
    ("საქართველოს ჟურნალისტთა კავშირი", "Union of Journalists of Georgia"),
    ("اتحادیه جوانان ایران", "Iranian Youth Union"),
    ("All-Russian Azerbaijani Congress", "Всероссийский азербайджанский конгресс"),
    ("Всероссийский союз Норланд|ВСН", "VSN|All-Russian Union Norland"),
    ("Общество с ограниченной ответственностью «Норланд»", "ООО Норланд"),
    ("Norland Press Ltd", "NORLAND PRESS"),
    ("NorlandPress", "Norland Press"),
    ("National Committee of Tarvian Doctors", "NCTD"),
    ("МИД Норланда", "Министерство иностранных дел Норланда"),
    ("MID of Norland", "Ministry of Foreign Affairs of Norland"),
]

OTHER_ORGANIZATIONS = [
    ("Union of Armenians of Tarvia", "Union of Armenians of Norland"),
    ("Союз армян Тарвии", "Union of Azerbaijanis of Tarvia"),
    ("School No. 5 of Tarvia", "School No. 6 of Tarvia"),
    ("School 11 of Tarvia", "School 1 of Tarvia"),
    ("МИД Норланда", "Министерство обороны Норланда"),
    ("Norland Press", "VAK"),
    ("Azerros", "VAK"),
    ("Union of Writers", "Congress of Workers of Norland"),
    ("National Committee of Norland|NCN", "Northern Company of Nostrov|NCN"),
]


@pytest.mark.parametrize(("left", "right"), SAME_PERSONS)
def test_likely_the_same_person(left: str, right: str) -> None:
    assert liken("person", left, right).score >= LIKELY


@pytest.mark.parametrize(("left", "right"), UNSURE_PERSONS)
def test_weak_evidence_is_unsure_at_most(left: str, right: str) -> None:
    assert liken("person", left, right).score < LIKELY


@pytest.mark.parametrize(("left", "right"), OTHER_PERSONS)
def test_names_that_disagree_score_low(left: str, right: str) -> None:
    assert liken("person", left, right).score < UNSURE + 0.05


@pytest.mark.parametrize(("left", "right"), SAME_ORGANIZATIONS)
def test_likely_the_same_organization(left: str, right: str) -> None:
    assert liken("organization", left, right).score >= LIKELY


@pytest.mark.parametrize(("left", "right"), OTHER_ORGANIZATIONS)
def test_organizations_with_different_words_of_their_own(left: str, right: str) -> None:
    assert liken("organization", left, right).score <= UNSURE


@pytest.mark.parametrize(
    ("kind", "left", "right"),
    [("person", *pair) for pair in SAME_PERSONS] + [("organization", *pair) for pair in SAME_ORGANIZATIONS],
)
def test_names_of_one_thing_share_a_blocking_key(kind: NamedKind, left: str, right: str) -> None:
    mine, theirs = (
        frozenset[str]().union(*(keys(form, kind) for form in named(kind, *names.split("|")).names))
        for names in (left, right)
    )
    assert mine & theirs


def test_an_acronym_is_that_of_the_full_name_or_of_its_translation() -> None:
    found = liken("organization", "Всероссийский азербайджанский конгресс", "VAK")
    assert found.score >= LIKELY
    assert [(f.name, f.note) for f in found.features] == [("acronym", "first letters of its words")]
    translated = liken("organization", "All-Russian Azerbaijani Congress", "ВАК")
    assert UNSURE <= translated.score < LIKELY
    assert "another language (ru)" in translated.features[0].note


def test_each_part_of_the_score_is_shown_with_the_words_compared() -> None:
    found = liken("person", "Тарвен Оганович Весмарян", "Tarven Vesmarian")
    assert {(f.name, f.left, f.right) for f in found.features} == {
        ("word", "Тарвен", "Tarven"),
        ("surname", "Весмарян", "Vesmarian"),
        ("patronymic", "Оганович", ""),
    }
    assert all(f.note and 0 <= f.value <= 1 and f.weight > 0 for f in found.features)


def test_things_of_two_kinds_are_not_alike() -> None:
    answer = compare(named("person", "Norland"), named("organization", "Norland"))
    assert answer.score == 0
    assert answer.features[0].name == "kind"


def test_a_name_without_letters_is_like_nothing() -> None:
    assert compare(named("person", "..."), named("person", "...")).score == 0
    assert keys(Form("—"), "organization") == frozenset()
    assert compare(Named("person", ()), named("person", "Tarven Vesmarian")) == Likeness(0.0)


def test_invisible_characters_change_nothing() -> None:
    hidden = "\u202eTar\u200bven\u2066 Ves\u00admarian\u202c"
    assert liken("person", hidden, "Tarven Vesmarian").score == 1


TEXTS = st.one_of(
    st.text(max_size=60),
    st.text("абвгдежзиёюяъьАБВ .-'’", max_size=30),
    st.text("աբգդեզէըթժիլխծկհձղճմյնշոչպջռսվտրցւփքօֆԱԲ -", max_size=30),
    st.text("abcçdeəğhxıijkqöşüyzABC .,-", max_size=30),
    st.text("ابپتجچحخدذرزژسشعغفقکگلمنوهی\u200c\u202e ", max_size=30),
)
KINDS: st.SearchStrategy[NamedKind] = st.sampled_from(["person", "organization", "place", "other"])


@given(KINDS, st.lists(TEXTS, max_size=3), st.lists(TEXTS, max_size=3))
@settings(max_examples=50, deadline=None)
def test_any_text_gets_a_score_that_is_the_same_both_ways(
    kind: NamedKind, left: list[str], right: list[str]
) -> None:
    one = Named(kind, tuple(map(Form, left)))
    two = Named(kind, tuple(map(Form, right)))
    there, back = compare(one, two), compare(two, one)
    assert 0 <= there.score <= 1
    assert there.score == back.score == score(prepare(one), prepare(two))
    assert [(f.left, f.right) for f in there.features] == [(f.right, f.left) for f in back.features]
    assert all(0 <= f.value <= 1 for f in there.features)
    assert all(isinstance(key, str) for form in one.names for key in keys(form, kind))


@given(st.text(max_size=60))
@settings(max_examples=50, deadline=None)
def test_a_full_name_is_wholly_like_itself(text: str) -> None:
    name = Named("organization", (Form(f"Norland {text}"),))
    assert compare(name, name).score == 1
    person = Named("person", (Form(f"Tarven {text} Vesmarian"),))
    assert compare(person, person).score >= 0.95


def test_very_long_names_are_cut() -> None:
    long = "Норланд " * 50_000
    assert compare(named("organization", long), named("organization", "А" * 1_000_000)).score == 0


def scores_by(engine: str) -> list[float]:
    """The scores of the tables above in a process of its own with one romanization."""
    script = (
        "import json, tests.test_likeness as t\n"
        "pairs = [('person', *p) for p in t.SAME_PERSONS + t.UNSURE_PERSONS + t.OTHER_PERSONS]\n"
        "pairs += [('organization', *p) for p in t.SAME_ORGANIZATIONS + t.OTHER_ORGANIZATIONS]\n"
        "print(json.dumps([t.liken(*p).score for p in pairs]))"
    )
    printed = subprocess.run(
        [sys.executable, "-c", script], env={**os.environ, ROMANIZER: engine}, capture_output=True, text=True,
        check=True,
    )  # fmt: skip
    scores: list[float] = json.loads(printed.stdout)
    return scores


@pytest.mark.skipif(not latin.has_icu(), reason="the extra icu is not installed")
def test_icu_and_our_tables_agree_on_what_is_likely() -> None:
    tables, icu = scores_by("tables"), scores_by("icu")
    differ = [(a, b) for a, b in zip(tables, icu, strict=True) if abs(a - b) > 0.12]
    assert differ == []
    assert scores_by("mixed") == tables


def test_the_example_of_the_reference_page_runs() -> None:
    page = Path(__file__).parent.parent / "docs" / "reference" / "name-likeness.md"
    assert doctest.testfile(str(page), module_relative=False, encoding="utf-8") == (0, 6)


def test_a_word_that_is_simply_equal_needs_no_reason() -> None:
    found = compare(Named("person", (Form("Ada Venn", "en"),)), Named("person", (Form("Ada VENN", ""),)))
    assert [part.note for part in found.features] == ["", ""]
    other = compare(Named("person", (Form("Ada Venn", "en"),)), Named("person", (Form("Ада Венн", "ru"),)))
    assert all("one alphabet" in part.note for part in other.features if part.left != part.right)
