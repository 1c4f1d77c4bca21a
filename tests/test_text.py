"""The stored text: words, lines, paragraphs, regions, quotation marks."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from diaspora_kg.article import Anchor, Quoted, Region
from diaspora_kg.text import Ask, RealText, Request, StoredText
from diaspora_kg.text.matching import pieces_of, readings
from diaspora_kg.text.quotation import how_quoted, stretches, words_aside
from diaspora_kg.text.words import collapse, count, first, fold, last, lowered, switch_first, whole_words

ANY = st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=60)


@settings(max_examples=100)
@given(ANY)
def test_folding_and_lowering_keep_positions(text: str) -> None:
    assert len(fold(text)) == len(text) == len(lowered(text))


@settings(max_examples=100)
@given(st.text(alphabet=" \u00a0\r\n\t\u2028abŞ😊\u0301\u05d0", max_size=60))
def test_the_collapsed_text_leads_back_to_the_code_points(text: str) -> None:
    stored = StoredText(text)
    assert stored.collapsed.strip() == collapse(text)
    for begin in range(len(stored.collapsed)):
        for end in range(begin + 1, min(begin + 5, len(stored.collapsed)) + 1):
            words = stored.collapsed[begin:end]
            if words == words.strip():
                assert collapse(text[slice(*stored.span(begin, end))]) == words


def test_lines_count_as_an_editor_counts_them() -> None:
    stored = StoredText("one\r\ntwo\rthree\nfour")
    lines = [stored.line(stored.text.index(word)) for word in ("one", "two", "three", "four")]
    assert lines == [1, 2, 3, 4]
    assert stored.line(stored.length) == 4


@pytest.mark.parametrize(
    ("text", "paragraphs"),
    [
        ("a\nb\n\nc\n", ["a\nb", "c"]),
        ("a\r\nb\r\n \u00a0\r\nc", ["a\r\nb", "c"]),
        ("a\nb\nc\n\n", ["a", "b", "c"]),
        ("\n\n", []),
        ("", []),
    ],
)
def test_a_paragraph_stands_between_blank_lines_or_is_a_line(text: str, paragraphs: list[str]) -> None:
    stored = StoredText(text)
    assert [text[slice(*span)] for span in stored.paragraphs] == paragraphs


def test_words_are_counted_and_cut() -> None:
    words = "the “House of Tarvia” — in Vesmark"
    assert count(words) == 7
    assert first(words, 2) == "the “House"
    assert last(words, 2) == "in Vesmark"
    assert first("", 3) == last("", 3) == ""
    assert switch_first("istiqlal", "az") == "İstiqlal"
    assert switch_first("5th House", "en") == ""


def test_a_whole_word_ends_before_marks_but_not_before_accents() -> None:
    assert whole_words("Tarvia-Norland", 0, 6)
    assert not whole_words("Cafe\u0301", 0, 4)
    assert whole_words("新学校会", 1, 3)


def quoted_words(text: str) -> list[str]:
    return [text[one.begin : one.end] for one in stretches(text, StoredText(text).paragraphs)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("He said “we stay” and left", ["“we stay”"]),
        ("Er sagte „wir bleiben“ und ging", ["„wir bleiben“"]),
        ("Il dit « nous restons » et part", ["« nous restons »"]),
        ("Er sagte »wir bleiben« und ging", ["»wir bleiben«"]),
        ("Han sade ”vi stannar” och gick", ["”vi stannar”"]),
        ('He said "we stay" and "we go"', ['"we stay"', '"we go"']),
        ("It’s the people's house, isn't it", []),
        ("“We stay. “No” is no answer,” he said", ["“We stay. “No” is no answer,”"]),
        ('"We "really" stay," he said', ['"We "really" stay,"']),
        ("“We stay\n\n“and we build,” he said", ["“We stay", "“and we build,”"]),
        ("“We stay\n\nand we build,” he said\n\nno more” words", ["“We stay", "and we build,”"]),
        ("they stay” he said", []),
        ("(“we stay”)", ["“we stay”"]),
    ],
)
def test_quoted_stretches(text: str, expected: list[str]) -> None:
    assert quoted_words(text) == expected


@pytest.mark.parametrize(
    ("text", "passage", "how"),
    [
        ("“We stay in Vesmark,” said Orlo.", "We stay", Quoted.WHOLE),
        ("“We stay in Vesmark,” said Orlo.", "“We stay in Vesmark,”", Quoted.WHOLE),
        ("“We stay in Vesmark,” said Orlo.", "“We stay in Vesmark,” said Orlo.", Quoted.WHOLE),
        ("“We stay in Vesmark,” said Orlo at noon.", "stay in Vesmark,” said Orlo at noon", Quoted.PARTIAL),
        ("Orlo said that they “stay” in Vesmark.", "they “stay” in Vesmark", Quoted.PARTIAL),
        ('The "House of Tarvia" decided.', 'The "House of Tarvia" decided', Quoted.NO),
        ('The "House of Tarvia" decided.', "House of Tarvia", Quoted.NO),
        ("Orlo “said” that they stay.", "“said” that they stay", Quoted.NO),
        ("Nothing is quoted here.", "is quoted", Quoted.NO),
        ("“… ” he said", "…", Quoted.NO),
    ],
)
def test_how_far_a_passage_is_quoted(text: str, passage: str, how: Quoted) -> None:
    begin = text.index(passage)
    aside = words_aside(("House of Tarvia", "Orlo"), "said", "en")
    quoted = stretches(text, StoredText(text).paragraphs)
    assert how_quoted(text, quoted, (begin, begin + len(passage)), aside) is how


PAGE = """09:10 3 May

House of Tarvia opens a school

The House of Tarvia opens a school in Vesmark.

Read also: Norland wins the cup

Orlo praised it.

Share this page
Tarvia Today / 3 May 2031
"""


def page(*skips: str) -> RealText:
    return RealText(PAGE, "House of Tarvia opens a school", [Anchor(words, 1) for words in skips])


def region_of(view: RealText, words: str) -> Region:
    begin = PAGE.index(words)
    return view.layout.region(begin, begin + len(words))


def test_title_furniture_and_footer() -> None:
    view = page("09:10 3 May", "Read also: … the cup", "Share this page")
    assert region_of(view, "09:10") is Region.BOILERPLATE
    assert region_of(view, "House of Tarvia opens a school") is Region.HEADLINE
    assert region_of(view, "opens a school in") is Region.BODY
    assert region_of(view, "Orlo praised it.") is Region.BODY
    assert region_of(view, "Tarvia Today") is Region.FOOTER
    assert region_of(view, "Vesmark.\n\nRead also: Norland wins the cup\n\nOrlo") is Region.BODY


def test_no_footer_after_furniture_in_the_middle_or_before_the_body() -> None:
    assert region_of(page("09:10 3 May"), "Tarvia Today") is Region.BODY
    assert region_of(page("Read also: … the cup"), "Tarvia Today") is Region.BODY


def test_a_title_begins_a_line() -> None:
    title = Request(Ask.TITLE, "School")
    assert not RealText("The School opened.\n\nNo School", "School").ask(title).spans
    assert RealText("\ufeffSchool | Tarvia Today\n\nSchool\n\nMore", "School").ask(title).spans[0].begin == 24
    assert RealText("\ufeffSchool | Tarvia Today", "School").ask(title).spans[0].begin == 1


def test_an_anchor_is_read_as_written_first() -> None:
    flags = [reading.flags for reading in readings("“We stay … here”")]
    assert flags[0] == "x"
    assert flags.index("be") < flags.index("f")
    assert pieces_of("We stay [...] here") == pieces_of("We stay...here") == ("We stay", "here")
    assert pieces_of("… We stay …") == ("We stay",)
