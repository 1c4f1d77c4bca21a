"""Exact places from annotation tools: the same passages, mentions and locks as searched words give."""

from __future__ import annotations

from dataclasses import replace

import pytest

from diaspora_kg.anchors import anchor, make_lock, open_text
from diaspora_kg.article import Anchor, Article, Claim, Form, Name, Node, Quoted, Region, Voice
from diaspora_kg.errors import Severity
from diaspora_kg.locks import LockedText, read_lock
from diaspora_kg.text import RealText

TEXT = (
    "Rain in Vesmark\n\n😊 Ada Venn chairs the Norland League. “It rained in\nVesmark,” she said.\n\n"
    "Read also: Tarvia floods.\n"
)


def place(words: str, nth: int = 1) -> tuple[int, int]:
    begin = -1
    for _ in range(nth):
        begin = TEXT.index(words, begin + 1)
    return begin, begin + len(words)


def article(*anchors: Anchor, forms: tuple[Form, ...] = (), **more: object) -> Article:
    node = Node("person", "venn", 2, names=(Name("Ada Venn", "en", 2),), forms=forms)
    claims = (Claim(5, "It rained.", Voice.ARTICLE, anchors=anchors),)
    made = Article("x", "articles/x.ann", "Rain in Vesmark", "en", nodes=(node,), claims=claims)
    return replace(made, **more)  # type: ignore[arg-type]


def opened(made: Article) -> RealText:
    view, findings = open_text(made, TEXT.encode(), None, "0" * 64)
    assert isinstance(view, RealText)
    assert not [f for f in findings if f.severity is Severity.VIOLATION]
    return view


def test_a_place_gives_the_same_passage_as_its_words() -> None:
    spot = TEXT.index("It rained"), TEXT.index(",” she")
    told = article(Anchor("It rained in Vesmark", 7, position=spot))
    sought = article(Anchor("It rained in Vesmark", 7))
    one, findings = anchor(told, opened(told))
    assert not findings
    other, _ = anchor(sought, opened(sought))
    assert one.claims[0].passages == other.claims[0].passages
    assert one.claims[0].passages[0].quoted is Quoted.WHOLE
    assert one.claims[0].passages[0].region is Region.BODY


def test_a_place_chooses_between_equal_words() -> None:
    made = article(Anchor("Vesmark", 7, position=place("Vesmark")))
    done, findings = anchor(made, opened(made))
    assert not findings
    assert done.claims[0].passages[0].region is Region.HEADLINE


@pytest.mark.parametrize(
    ("words", "position", "code"),
    [
        ("It rained", (0, 9), "place-differs"),
        ("It rained", (9, 9), "place-outside"),
        ("It rained", (12, 9), "place-outside"),
        ("It rained", (-3, 9), "place-outside"),
        ("floods.", (len(TEXT) - 7, len(TEXT) + 1), "place-outside"),
    ],
)
def test_a_wrong_place_is_refused_with_both_strings(words: str, position: tuple[int, int], code: str) -> None:
    made = article(Anchor(words, 7, position=position))
    done, [finding] = anchor(made, opened(made))
    assert (finding.code, finding.line, finding.severity) == (code, 7, Severity.VIOLATION)
    assert not done.claims[0].passages
    if code == "place-differs":
        assert words in finding.message
        assert "Rain in V" in finding.message


def test_fragments_become_one_passage() -> None:
    begin, end = place("Ada Venn")[0], place("League")[1]
    made = article(Anchor("Ada Venn … Norland League", 7, position=(begin, end)))
    done, findings = anchor(made, opened(made))
    assert not findings
    assert done.claims[0].passages[0].quote == "Ada Venn chairs the Norland League"
    wrong = article(Anchor("Ada Venn … Tarvia", 7, position=(begin, end)))
    _, [finding] = anchor(wrong, opened(wrong))
    assert finding.code == "place-differs"


def test_furniture_is_no_evidence_wherever_it_comes_from() -> None:
    skip = Anchor("Read also: Tarvia floods.", 3, position=place("Read also: Tarvia floods."))
    made = article(Anchor("Tarvia", 7, position=place("Tarvia")), skips=(skip,))
    done, [finding] = anchor(made, opened(made))
    assert finding.code == "quote-in-furniture"
    assert [passage.region for passage in done.furniture] == [Region.BOILERPLATE]


def test_an_exact_article_has_the_mentions_that_were_marked_and_no_others() -> None:
    forms = (Form("she", 4, position=place("she")),)
    spot = Anchor("Vesmark", 7, position=place("Vesmark"))
    both, _ = anchor(made := article(spot, forms=forms), opened(made))
    assert [m.passage.quote for m in both.mentions] == ["Ada Venn", "she"]
    marked, _ = anchor(made := article(spot, forms=forms, exact=True), opened(made))
    assert [m.passage.quote for m in marked.mentions] == ["she"]
    assert marked.mentions[0].actor is not None
    assert marked.mentions[0].actor.key == "venn"


def test_a_lock_answers_for_places_too() -> None:
    made = article(
        Anchor("Ada Venn", 7, position=place("Ada Venn")),
        forms=(Form("she", 4, position=place("she")),),
        exact=True,
        withheld=True,
    )
    view = opened(made)
    done, _ = anchor(made, view)
    lock, findings = make_lock(made, view, "0" * 64)
    assert lock is not None, findings
    assert b"Ada" not in lock
    again, findings = anchor(made, LockedText(read_lock(lock)))
    assert not findings
    assert again == done
    moved = article(Anchor("Ada Venn", 7, position=(0, 8)), withheld=True)
    _, findings = anchor(moved, LockedText(read_lock(lock)))
    assert "lock-incomplete" in {f.code for f in findings}
