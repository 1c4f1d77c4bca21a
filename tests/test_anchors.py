"""Anchors: the words of an annotation found in the text, and what is said when they are not."""

from __future__ import annotations

import hashlib
from dataclasses import replace

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from diaspora_kg.anchors import anchor, open_text
from diaspora_kg.article import (
    Anchor,
    Article,
    Claim,
    Form,
    Mention,
    Name,
    Node,
    Passage,
    Quoted,
    Ref,
    Region,
    Stance,
    Statement,
    Voice,
    When,
)
from diaspora_kg.errors import Finding, Severity
from diaspora_kg.text import Answer, Ask, RealText, Request, StoredText, sha256
from diaspora_kg.text.matching import pieces_of
from diaspora_kg.text.stored import finds
from diaspora_kg.text.words import fold

TITLE = "House of Tarvia “will stay” in Vesmark"
TEXT = f"""09:10 3 May

{TITLE}

The House of Tarvia will stay in Vesmark, its chair Dana Orlo said on Monday. The House was founded as a
union of the Tarvians of Norland, and the House has its seat in Vesmark since then.

“Norland’s ministry regards the House as a guest,” Orlo said. “We regard the ministry as a friend—and the
ministry knows it.”

Orlo added:

“The step of the ministry is a mistake. The step of the court is worse.”

Read also: Norland wins the cup in Vesmark
"""


def look(words: str, **more: object) -> Answer:
    view = RealText(TEXT, TITLE, [Anchor("09:10 3 May", 1), Anchor("Read also: … in Vesmark", 1)])
    return view.ask(Request(Ask.PASSAGE, words, **more))  # type: ignore[arg-type]


def found(words: str, **more: object) -> str:
    """The words that an anchor found, printed as they stand."""
    answer = look(words, **more)
    assert answer.trouble is None, answer.trouble
    span = answer.spans[0]
    assert span.sha256 == sha256(TEXT[span.begin : span.end])
    return TEXT[span.begin : span.end]


def said(words: str, **more: object) -> str:
    """What the researcher reads when an anchor is not taken."""
    trouble = look(words, **more).trouble
    assert trouble is not None
    return f"{trouble.code}: {trouble.message}; {trouble.hint}"


# -- one string -------------------------------------------------------------------------------------


def test_white_space_does_not_matter() -> None:
    assert found("founded as a  union\nof the Tarvians") == "founded as a\nunion of the Tarvians"


def test_the_body_comes_before_the_title() -> None:
    begin = look("House of Tarvia").spans[0].begin
    assert begin == TEXT.index("The House of Tarvia") + 4
    headline = look("House of Tarvia", region=Region.HEADLINE).spans[0]
    assert (headline.begin, headline.region) == (TEXT.index(TITLE), Region.HEADLINE)
    assert look("in Vesmark", region=Region.HEADLINE).spans[0].region is Region.HEADLINE


def test_words_that_stand_only_in_the_title_or_in_furniture() -> None:
    assert look("will stay” in Vesmark").spans[0].region is Region.HEADLINE
    assert look("wins the cup").spans[0].region is Region.BOILERPLATE


def test_marks_at_the_ends_are_optional() -> None:
    assert found("“The House was founded”") == "The House was founded"
    assert found('"We regard the ministry"') == "We regard the ministry"
    assert found("“We regard the ministry") == "“We regard the ministry"
    assert look('"We regard the ministry"').spans[0].flags == "be"


def test_marks_are_folded_only_if_nothing_else_is_found() -> None:
    assert "quote-not-found" in said("a friend - and")
    assert found("Norland's ministry") == "Norland’s ministry"
    assert look("Norland's ministry").spans[0].flags == "f"
    assert look("Norland’s ministry").spans[0].flags == ""
    assert found("a friend-and") == "a friend—and"


def test_case_is_never_folded() -> None:
    message = said("the house of Tarvia will stay")
    assert "differ by case" in message
    assert "line 5 of the text reads: “The House of Tarvia will stay”" in message


def test_accents_in_another_form_are_named() -> None:
    trouble = RealText("Caf\u0065\u0301 Vesmark opened").ask(Request(Ask.PASSAGE, "Café Vesmark")).trouble
    assert trouble is not None
    assert "accents" in trouble.message


def test_the_nearest_text_is_shown_with_its_line() -> None:
    message = said("the House was started as a union of Tarvians")
    assert message.startswith("quote-not-found: these words do not occur in the text")
    assert "line 5" in message
    assert "House was founded as a union of" in message
    assert "nothing in the text is near" in said("zebras dance under violet moons")


def test_an_ambiguous_anchor_shows_each_match_and_what_tells_them_apart() -> None:
    message = said("The step of the")
    assert "match the text 2 times" in message
    assert "1: line 13" in message
    assert "before: “ministry”" in message
    assert "before: “court”" in message
    assert found("The step of the", before="court") == "The step of the"


def test_nth_before_and_after_choose() -> None:
    stored = StoredText(TEXT)
    places = [stored.span(place, place + 1)[0] for place in finds(stored.collapsed, "the ministry")]
    assert look("the ministry", nth=2).spans[0].begin == places[1]
    assert look("the ministry", after="We regard").spans[0].begin == places[0]
    assert look("the ministry", before="is a mistake").spans[0].begin == places[2]
    assert "`nth: 4`, but these words match the text 3 times" in said("the ministry", nth=4)
    assert "no match of these words stands after “no such”" in said("the ministry", after="no such")


# -- ellipsis ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("The House was … of Norland", "The House was founded as a\nunion of the Tarvians of Norland"),
        ("The House was...of Norland", "The House was founded as a\nunion of the Tarvians of Norland"),
        ("The House was […] a … of Norland", "The House was founded as a\nunion of the Tarvians of Norland"),
        ("the House … since then", "the House has its seat in Vesmark since then"),
        ("… since then", "since then"),
    ],
)
def test_an_ellipsis_stands_for_any_text(words: str, expected: str) -> None:
    assert found(words).split() == expected.split()


def test_a_second_beginning_inside_is_left_out() -> None:
    text = "The step is new. The step is a mistake, he said. A mistake, he said."
    span = RealText(text).ask(Request(Ask.PASSAGE, "The step is … he said")).spans[0]
    assert text[span.begin : span.end] == "The step is a mistake, he said"


def test_only_a_single_match_may_span_paragraphs() -> None:
    once = RealText("One two three.\n\nFour five six.")
    assert once.ask(Request(Ask.PASSAGE, "two … five")).spans
    twice = RealText("One two three.\n\nFour five six.\n\nFour five seven.")
    trouble = twice.ask(Request(Ask.PASSAGE, "One two … Four five")).trouble
    assert trouble is not None
    assert trouble.code == "quote-ambiguous"
    skip = twice.ask(Request(Ask.SKIP, "One two … Four five"))
    assert skip.spans[0].end == twice.stored.text.index("Four five") + 9


def test_ends_of_one_word_are_not_enough_among_several() -> None:
    view = RealText("The step is a mistake. The step was a mistake too.")
    trouble = view.ask(Request(Ask.PASSAGE, "The … mistake")).trouble
    assert trouble is not None
    assert "at least two words at each end" in trouble.hint


def test_a_part_that_is_missing_is_named() -> None:
    assert "“of Ruritania” do not occur" in said("The House was … of Ruritania")
    assert "not in this order" in said("of Norland … The House was founded")


def test_an_ellipsis_that_is_printed() -> None:
    view = RealText("Well … we will see. Well, then we will see.")
    span = view.ask(Request(Ask.PASSAGE, "Well … we will")).spans[0]
    assert (span.begin, span.flags) == (0, "x")


# -- any text ---------------------------------------------------------------------------------------

WORDS = st.text(alphabet="abTŞıİ😊\u0301\u05d0\u0627,.’“”—\u0928\u093f", min_size=1, max_size=4)
GAPS = st.sampled_from([" ", " ", "\u00a0", "\r\n", "\n\n", "  ", "\n \r\n", "\u2028"])


@st.composite
def texts(draw: st.DrawFn) -> tuple[str, list[str]]:
    words = draw(st.lists(WORDS, min_size=4, max_size=14))
    gaps = draw(st.lists(GAPS, min_size=len(words), max_size=len(words)))
    return "".join(word + gap for word, gap in zip(words, gaps, strict=True)), words


@settings(max_examples=100)
@given(texts(), st.data())
def test_words_that_occur_once_are_found_at_their_place(
    made: tuple[str, list[str]], data: st.DataObject
) -> None:
    text, words = made
    begin = data.draw(st.integers(0, len(words) - 3))
    end = data.draw(st.integers(begin + 3, len(words)))
    wanted = data.draw(GAPS).join(words[begin:end])
    answer = RealText(text).ask(Request(Ask.PASSAGE, wanted))
    places = finds(" ".join(text.split()), " ".join(wanted.split()))
    assert places
    if len(places) == 1:
        span = answer.spans[0]
        assert " ".join(text[span.begin : span.end].split()) == " ".join(words[begin:end])
        assert len(" ".join(text[: span.begin].split())) <= places[0]
    else:
        assert answer.trouble is not None
        assert answer.trouble.code == "quote-ambiguous"


@settings(max_examples=100)
@given(texts(), st.data())
def test_an_ellipsis_never_gives_a_wrong_span(made: tuple[str, list[str]], data: st.DataObject) -> None:
    text, words = made
    begin = data.draw(st.integers(0, len(words) - 4))
    end = data.draw(st.integers(begin + 4, len(words)))
    head, tail = words[begin : begin + 2], words[end - 2 : end]
    answer = RealText(text).ask(Request(Ask.PASSAGE, " ".join([*head, "…", *tail])))
    assume(answer.spans)
    span = answer.spans[0]
    shown = " ".join(text[span.begin : span.end].split())
    first, *_, last = pieces_of(" ".join([*head, "…", *tail]), span.flags)
    shown = fold(shown) if "f" in span.flags else shown
    assert shown.startswith(first)
    assert shown.endswith(last)
    assert "x" in span.flags or len(shown) >= len(first) + len(last)


@settings(max_examples=60)
@given(texts(), st.text(alphabet="abTŞı “”…'x", min_size=1, max_size=20))
def test_any_anchor_gets_an_answer_or_a_message(made: tuple[str, list[str]], words: str) -> None:
    answer = RealText(made[0]).ask(Request(Ask.PASSAGE, words))
    assert bool(answer.spans) != bool(answer.trouble)


# -- articles ---------------------------------------------------------------------------------------

HASH = sha256(TEXT)
SKIPS = (Anchor("09:10 3 May", 3), Anchor("Read also: … in Vesmark", 3))
HOUSE = Node(
    "organization", "house", 10, names=(Name("House of Tarvia", "en", 10),), forms=(Form("the House", 11),)
)
ORLO = Node("person", "orlo", 12, names=(Name("Dana Orlo", "en", 12),), forms=(Form("Orlo", 12),))
TARVIA = Node("polity", "tarvia", 13, names=(Name("Tarvia", "en", 13),))


def make(*claims: Claim, **more: object) -> Article:
    base = Article(
        "t", "articles/t.yaml", TITLE, "en", skips=SKIPS, text_sha256=HASH, nodes=(HOUSE, ORLO, TARVIA)
    )
    return replace(base, claims=claims, **more)  # type: ignore[arg-type]


def claim(*words: str, **more: object) -> Claim:
    anchors = tuple(Anchor(one, 20) for one in words)
    return replace(Claim(20, "so", Voice.ARTICLE, anchors=anchors), **more)  # type: ignore[arg-type]


def run(article: Article, text: str = TEXT, register: tuple[Node, ...] = ()) -> tuple[Article, list[Finding]]:
    view, opened = open_text(article, text.encode(), None, "0" * 64)
    assert view is not None
    done, findings = anchor(article, view, register)
    return done, [*opened, *findings]


def codes(findings: list[Finding]) -> list[str]:
    return [finding.code for finding in findings]


def test_a_passage_has_its_words_hash_and_marks() -> None:
    done, findings = run(make(claim("We regard the … a friend")))
    passage = done.claims[0].passages[0]
    assert not findings
    assert passage.quote == "We regard the ministry as a friend"
    assert passage.quoted is Quoted.WHOLE
    assert passage.sha256 == hashlib.sha256(TEXT[passage.begin : passage.end].encode()).hexdigest()
    assert done.text_sha256 == HASH
    assert [one.region for one in done.furniture] == [Region.BOILERPLATE] * 2
    assert done.furniture[0].quote is None


def test_statements_have_passages_and_headlines_are_searched_first_under_headline() -> None:
    statement = Statement(
        "s", 18, ("remark",), anchors=(Anchor("Orlo added", 18),), claims=(claim("a mistake"),)
    )
    done, findings = run(make(claim("House of Tarvia", voice=Voice.HEADLINE), statements=(statement,)))
    assert not findings
    assert done.statements[0].passages[0].quote == "Orlo added"
    assert done.statements[0].claims[0].passages[0].quote == "a mistake"
    assert done.claims[0].passages[0].region is Region.HEADLINE


def test_several_passages_are_kept_and_equal_ones_are_one() -> None:
    done, _ = run(make(claim("its chair", "a mistake", "its  chair")))
    assert [one.quote for one in done.claims[0].passages] == ["its chair", "a mistake"]


def test_evidence_in_furniture_is_refused() -> None:
    _, findings = run(make(claim("wins the cup")))
    assert [(f.code, f.message, f.line, f.words) for f in findings] == [
        ("quote-in-furniture", "This is page furniture.", 20, "wins the cup")
    ]


def test_findings_carry_file_line_words_and_article() -> None:
    _, findings = run(make(claim("no such words anywhere")))
    [finding] = findings
    assert (finding.file, finding.line, finding.article) == ("articles/t.yaml", 20, "t")
    assert finding.severity is Severity.VIOLATION
    assert finding.words == "no such words anywhere"


def test_a_folded_match_is_taken_and_told() -> None:
    done, findings = run(make(claim("Norland's ministry")))
    assert done.claims[0].passages[0].quote == "Norland’s ministry"
    assert [(f.code, f.severity) for f in findings] == [("quote-folded", Severity.INFO)]
    assert "Norland’s ministry" in findings[0].hint


def test_furniture_that_is_not_found_and_a_title_that_is_not() -> None:
    _, findings = run(make(skips=(Anchor("Follow us", 3),), title="Another title"))
    assert [(f.code, f.severity) for f in findings] == [
        ("skip-not-found", Severity.VIOLATION),
        ("title-not-found", Severity.INFO),
    ]


def test_cues_evaluating_words_and_printed_mistakes_stand_where_the_claim_rests() -> None:
    fine = claim(
        "We regard … a friend", cue="said", stance=Stance("positive", words=("friend",)), sic="regard"
    )
    before = claim("a mistake", cue="added")
    assert not run(make(fine, before))[1]
    wrong = claim("a mistake", cue="shouted", stance=Stance("negative", words=("friend",)), sic="misstake")
    _, findings = run(make(wrong))
    assert codes(findings) == ["cue-not-found", "stance-words-not-found", "sic-words-not-found"]
    assert all(finding.severity is Severity.VIOLATION for finding in findings)


def test_words_of_dates_occur() -> None:
    event = Node("event", "e", 15, slots=(("dkg:when", When(15, "stated", words="on Monday")),))
    assert not run(make(nodes=(event,), published=When(2, "stated", words="3 May")))[1]
    event = replace(event, slots=(("dkg:when", When(15, "stated", words="on Tuesday")),))
    _, findings = run(make(nodes=(event,), published=When(2, "stated", words="4 May")))
    assert [(f.code, f.line, f.severity) for f in findings] == [
        ("date-words-not-found", 15, Severity.VIOLATION),
        ("date-words-not-found", 2, Severity.WARNING),
    ]


# -- mentions ---------------------------------------------------------------------------------------


def names(done: Article) -> list[tuple[str | None, str | None]]:
    return [(one.passage.quote, one.actor.key if one.actor else None) for one in done.mentions]


def test_mentions_are_whole_words_the_longest_first_and_never_furniture() -> None:
    done, findings = run(make())
    assert not findings
    assert names(done)[:4] == [
        ("House of Tarvia", "house"),
        ("House of Tarvia", "house"),
        ("Dana Orlo", "orlo"),
        ("The House", "house"),
    ]
    assert ("Tarvia", "tarvia") not in names(done)
    furniture = [(one.begin, one.end) for one in done.furniture]
    assert not any(b <= one.passage.begin < e for one in done.mentions for b, e in furniture)


def test_a_form_belongs_to_one_actor() -> None:
    other = Node("organization", "other", 14, forms=(Form("The House", 14),))
    _, findings = run(make(nodes=(HOUSE, ORLO, TARVIA, other)))
    assert [(f.code, f.line) for f in findings] == [("mention-shared", 14)]
    assert "`house`" in findings[0].message
    place = Node("place", "tarvia-place", 14, names=(Name("Tarvia", "en", 14),))
    assert not run(make(nodes=(HOUSE, ORLO, TARVIA, place)))[1]


def test_nth_and_unclear_share_a_form() -> None:
    second = Node("organization", "second", 14, forms=(Form("the House", 14, nth=2),))
    done, findings = run(make(nodes=(HOUSE, second)))
    assert not findings
    owners = [key for quote, key in names(done) if quote in {"the House", "The House"}]
    assert owners == ["house", "second", "house"]
    _, findings = run(make(nodes=(replace(second, forms=(Form("the House", 14, nth=9),)),)))
    assert codes(findings) == ["mention-not-found"]
    either = (Ref("a", 14), Ref("b", 14))
    unclear = Node("person", "a", 14, forms=(Form("Orlo", 14, unclear=either),))
    done, _ = run(make(nodes=(unclear,)))
    assert [(one.actor, one.unclear) for one in done.mentions] == [(None, either)] * 3


def test_a_listed_form_that_does_not_occur_is_a_warning_a_name_is_not() -> None:
    absent = Node("person", "p", 14, names=(Name("Ivo Quill", "en", 14),), forms=(Form("the pilot", 15),))
    _, findings = run(make(nodes=(absent,)))
    assert [(f.code, f.line, f.severity) for f in findings] == [("mention-not-found", 15, Severity.WARNING)]


def test_names_of_the_register_are_searched_if_the_article_uses_them() -> None:
    norland = Node("polity", "norland", 1, names=(Name("Norland", "en", 1),))
    unused = Node("place", "vesmark", 1, names=(Name("Vesmark", "en", 1),))
    using = claim("its chair", about=(Ref("norland", 21),))
    done, _ = run(make(using), register=(norland, unused))
    assert ("Norland", "norland") in names(done)
    assert ("Vesmark", "vesmark") not in names(done)
    added = Node("", "norland", 14, forms=(Form("the ministry", 14),), addition=True)
    done, _ = run(make(nodes=(added,)), register=(norland,))
    assert {quote for quote, _ in names(done)} == {"Norland", "the ministry"}


def test_mentions_of_mixed_apostrophes() -> None:
    text = "The People’s House met. The People's House voted."
    node = Node("organization", "h", 5, names=(Name("People's House", "en", 5),))
    done, findings = run(make(nodes=(node,), title="", skips=(), text_sha256=""), text)
    assert [one.passage.quote for one in done.mentions] == ["People’s House", "People's House"]
    assert codes(findings) == ["mention-folded"]


# -- quotes that may be shown -----------------------------------------------------------------------

LONG = " ".join(f"word{number}" for number in range(60))


def shown(anchor_words: str, *, withheld: bool = False) -> Passage:
    article = make(
        claim(anchor_words), withheld=withheld, title="", skips=(), nodes=(), text_sha256=sha256(LONG)
    )
    done, _ = run(article, LONG)
    return done.claims[0].passages[0]


@pytest.mark.parametrize(
    ("words", "withheld", "expected"),
    [
        ("word1 … word9", False, ("word1 word2 word3 word4 word5 word6 word7 word8 word9", None, None)),
        ("word1 … word9", True, (None, "word1", "word9")),
        ("word1 word2 … word59", False, (None, "word1 word2", "word59")),
        (LONG, False, (None, "word0 word1 word2 word3 word4", "word55 word56 word57 word58 word59")),
        ("word1 word2", True, ("word1 word2", None, None)),
        (
            " ".join(LONG.split()[:16]),
            True,
            (None, "word0 word1 word2 word3 word4", "word11 word12 word13 word14 word15"),
        ),
        (
            f"{' '.join(LONG.split()[:9])} … {' '.join(LONG.split()[50:])}",
            True,
            (None, "word0 word1 word2 word3 word4", "word55 word56 word57 word58 word59"),
        ),
    ],
)
def test_what_is_shown_of_a_quote(words: str, withheld: bool, expected: tuple[str | None, ...]) -> None:
    passage = shown(words, withheld=withheld)
    assert (passage.quote, passage.quote_start, passage.quote_end) == expected


# -- texts that cannot be used ----------------------------------------------------------------------


def opened(article: Article, data: bytes | None) -> list[Finding]:
    return list(open_text(article, data, None, "0" * 64)[1])


def test_a_text_that_changed_is_refused_and_still_searched() -> None:
    done, findings = run(make(claim("its chair"), text_sha256="ab" * 32))
    assert codes(findings) == ["text-changed"]
    assert "abababababab" in findings[0].message
    assert HASH[:12] in findings[0].message
    assert HASH in findings[0].hint
    assert done.claims[0].passages


def test_texts_that_cannot_be_read() -> None:
    assert [(f.code, f.severity) for f in opened(make(), b"one\ntw\xffo")] == [
        ("text-not-utf8", Severity.VIOLATION)
    ]
    assert "line 2" in opened(make(), b"one\ntw\xffo")[0].message
    assert codes(opened(make(), b"one\0")) == ["text-with-nul"]
    [missing] = opened(make(), None)
    assert missing.code == "text-missing"
    assert HASH in missing.hint
    assert "t.txt" in missing.hint


def test_a_withheld_text_should_be_named_by_its_hash() -> None:
    findings = opened(make(withheld=True, text_sha256=""), TEXT.encode())
    assert [(f.code, f.severity) for f in findings] == [("text-hash-missing", Severity.WARNING)]
    assert HASH in findings[0].hint


def test_mentions_are_values() -> None:
    done, _ = run(make())
    assert all(isinstance(one, Mention) for one in done.mentions)
