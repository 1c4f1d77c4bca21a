"""Offsets of tools become code points: the quotes tell the way of counting, or the place is refused."""

from __future__ import annotations

import pytest
import regex
from hypothesis import given, settings
from hypothesis import strategies as st

from diaspora_kg.marked.counting import Breaks, Convention, Count, Mark, Unit
from diaspora_kg.marked.offsets import Place, Sheet, lone_surrogate, settle

_FAMILY = "\U0001f469\u200d\U0001f469\u200d\U0001f467"
_ODD = [
    "\U0001f60a",
    "\r\n",
    "\n",
    "\r",
    "e\u0301",
    "İ",
    "ə",
    "ß",
    " ",
    "\u202e",
    _FAMILY,
    "Tarvia",
    "\ufeff",
]
_TEXTS = st.lists(
    st.one_of(st.text(st.characters(exclude_categories=["Cs"]), max_size=8), st.sampled_from(_ODD)),
    max_size=20,
).map("".join)


def _utf16(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def _counted(text: str, convention: Convention) -> int:
    """The length of text before a place as a tool of this kind would count it, by another way than ours."""
    if convention.mark is Mark.NOT_COUNTED:
        text = text.removeprefix("\ufeff")
    if convention.breaks is Breaks.CRLF_IS_ONE:
        text = text.replace("\r\n", "\n")
    if convention.breaks is Breaks.LF_IS_TWO:
        text = text.replace("\r\n", "\n").replace("\n", "\r\n")
    size = _utf16(text) if convention.unit is Unit.UTF16 else len(text)
    return size + (convention.mark is Mark.GONE)


_CONVENTIONS = st.builds(
    Convention,
    st.sampled_from([Unit.CODE_POINTS, Unit.UTF16]),
    st.sampled_from(Breaks),
    st.sampled_from(Mark),
)


@settings(max_examples=50, deadline=None)
@given(_TEXTS, _CONVENTIONS, st.data())
def test_any_number_of_any_convention_leads_to_its_code_point(
    text: str, convention: Convention, data: st.DataObject
) -> None:
    begin = data.draw(st.integers(0, len(text)))
    if text[begin - 1 : begin + 1] == "\r\n" and convention.breaks is not Breaks.AS_STORED:
        begin -= 1  # no number of the tool's leads between the two
    if begin == 0 and convention.mark is Mark.NOT_COUNTED and text.startswith("\ufeff"):
        begin = 1
    assert Count(text, convention).code_point(_counted(text[:begin], convention)) == begin


@settings(max_examples=50, deadline=None)
@given(_TEXTS, _CONVENTIONS, st.integers(-3, 200))
def test_no_number_is_clipped_or_moved(text: str, convention: Convention, number: int) -> None:
    count = Count(text, convention)
    place = count.code_point(number)
    assert place is None or (0 <= place <= len(text) and _counted(text[:place], convention) == number), (
        "what is given counts back to the number"
    )
    assert (number <= count.total) or place is None


@settings(max_examples=50, deadline=None)
@given(_TEXTS, st.data())
def test_graphemes_begin_where_the_text_has_graphemes(text: str, data: st.DataObject) -> None:
    bounds = [match.start() for match in regex.finditer(r"\X", text)] + [len(text)]
    number = data.draw(st.integers(0, len(bounds) - 1))
    assert Count(text, Convention(Unit.GRAPHEMES)).code_point(number) == bounds[number]


@settings(max_examples=50, deadline=None)
@given(_TEXTS, _CONVENTIONS, st.data())
def test_quotes_are_found_again_whatever_the_tool_counted(
    text: str, convention: Convention, data: st.DataObject
) -> None:
    text = f"{text} Norland Friends {text} Vesmark Union"
    places, wanted = [], []
    for words in ("Norland Friends", "Vesmark Union"):
        begin = text.rindex(words)
        numbers = tuple(_counted(text[:at], convention) for at in (begin, begin + len(words)))
        places.append(Place(((numbers[0], numbers[1]),), words))
        wanted.append(((begin, begin + len(words)),))
    settled = settle([Sheet(text, tuple(places))], data.draw(st.sampled_from([Unit.CODE_POINTS, Unit.UTF16])))
    assert settled.spans == (tuple(wanted),)
    assert not settled.faults
    assert settled.checked == 2


@pytest.mark.parametrize(("begin", "unit"), [(11, Unit.UTF16), (8, Unit.CODE_POINTS)])
def test_the_file_settles_its_unit(begin: int, unit: Unit) -> None:
    text = "😊😊😊 The League of Vesmark met."
    settled = settle([Sheet(text, (Place(((begin, begin + 6),), "League"),))])
    assert settled.convention.unit is unit
    assert settled.spans == ((((8, 14),),),)
    assert settled.provenance == f"{unit}; 1 quotes agree"


def test_where_no_unit_fits_both_strings_are_shown() -> None:
    text = "😊😊😊 The League of Vesmark met."
    settled = settle([Sheet(text, (Place(((5, 11),), "League"),))])
    assert settled.spans == (((),),)
    assert [fault.code for fault in settled.faults] == ["offset-differs"]
    assert "“League” stands at 5 to 11" in settled.faults[0].message
    assert "“he Lea” is there, and the words begin at 8" in settled.faults[0].message


def test_one_way_holds_for_the_whole_file_and_one_wrong_place_is_named() -> None:
    text = "😊 Vesmark, Norland and Tarvia"
    places = (
        Place(((3, 10),), "Vesmark", 1),
        Place(((12, 19),), "Norland", 2),
        Place(((24, 30),), "Vesmark", 3),
    )
    settled = settle([Sheet(text, places)])
    assert settled.convention == Convention(Unit.UTF16)
    assert settled.spans == ((((2, 9),), ((11, 18),), ()),)
    assert [(fault.line, fault.code) for fault in settled.faults] == [(3, "offset-differs")]


@pytest.mark.parametrize(
    ("place", "code"),
    [
        ((5, 2), "offset-reversed"),
        ((-1, 2), "offset-outside"),
        ((0, 99), "offset-outside"),
        ((1, 9), "offset-inside-character"),
        ((10**30, 10**31), "offset-outside"),
    ],
)
def test_impossible_places_are_refused_not_mended(place: tuple[int, int], code: str) -> None:
    settled = settle([Sheet("😊 Vesmark", (Place((place,)),))], Unit.UTF16)
    assert [fault.code for fault in settled.faults] == [code]
    assert settled.spans == (((),),)


def test_fragments_are_compared_as_brat_writes_them() -> None:
    text = "League of\nthe Friends"
    settled = settle([Sheet(text, (Place(((0, 6), (7, 13)), "League of the"),))])
    assert settled.spans == ((((0, 6), (7, 13)),),)


def test_two_ways_that_fit_and_differ_are_refused() -> None:
    """As UTF-16 the number is that of the second "ha", as graphemes that of the third."""
    text = "e\u0301\U0001f60a.hahaha"
    settled = settle([Sheet(text, (Place(((6, 8),), "ha"),))], graphemes=True)
    assert settled.convention.unit is Unit.CODE_POINTS, "the tool's own way fits too, and is taken"
    text = "e\u0301\U0001f60a.xhahaha"
    settled = settle([Sheet(text, (Place(((6, 8),), "ha"),))], graphemes=True)
    assert [fault.code for fault in settled.faults] == ["offset-unit-open"]
    assert settled.spans == (((),),)


def test_without_quotes_the_tools_own_way_is_taken_unless_it_cuts_words() -> None:
    text = f"{_FAMILY} Vesmark met Tarvia"
    plain = settle([Sheet(text, (Place(((6, 13),)),))], graphemes=True)
    assert (plain.convention.unit, plain.spans) == (Unit.CODE_POINTS, ((((6, 13),),),))
    assert "no quotes" in plain.provenance
    graphemes = settle([Sheet(text, (Place(((2, 9),)), Place(((14, 20),))))], graphemes=True)
    assert graphemes.convention.unit is Unit.GRAPHEMES
    assert graphemes.spans == ((((6, 13),), ((18, 24),)),)


def test_without_quotes_an_open_question_shows_both_strings() -> None:
    text = f"{_FAMILY} Vesmark met Tarvia"
    settled = settle([Sheet(text, (Place(((2, 9),)), Place(((4, 20),))))], graphemes=True)
    assert {fault.code for fault in settled.faults} == {"offset-unit-open"}
    assert settled.spans == (((), ()),)
    assert "“Vesmark”" in settled.faults[0].message


def test_many_wrong_places_make_a_report_that_can_be_read() -> None:
    places = tuple(Place(((number, number + 5),), "Tarvia") for number in range(100_000))
    settled = settle([Sheet("x" * 200_000, places)])
    assert 0 < len(settled.faults) <= 50
    assert settled.spans == (((),) * 100_000,)


def test_what_a_report_shows_holds_no_control_characters() -> None:
    settled = settle([Sheet("\x1b[31m Norland \u202e", (Place(((0, 5),), "\u202eNorland"),))])
    assert not set("\x1b\u202e") & set(settled.faults[0].message + settled.faults[0].words)


def test_half_a_character_is_found() -> None:
    assert lone_surrogate("Tarvia 😊") is None
    assert lone_surrogate("Tar\udc00via") == 3
