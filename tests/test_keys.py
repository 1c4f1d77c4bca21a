"""Minted keys: what counts, what does not, and two that come out equal."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from diaspora_kg.article import (
    Anchor,
    Claim,
    Concept,
    Name,
    Node,
    Participation,
    Ref,
    Region,
    Text,
    Voice,
    When,
)
from diaspora_kg.errors import Severity
from diaspora_kg.keys import Ledger, canonical, claim_key, full_key, minted

CLAIM = Claim(3, "The hall is open.", Voice.ARTICLE, anchors=(Anchor("the hall is open", 4),))
NODE = Node("event", "", 7, slots=(("dkg:kind", Concept("rally")), ("rdfs:label", Text("a rally", "en"))))


def test_a_declared_key_is_kept() -> None:
    assert full_key("n", "guild") == "n.guild"
    assert claim_key("n", replace(CLAIM, key="open"), "n") == "n.open"


def test_a_minted_key_is_the_article_and_twelve_hex_digits() -> None:
    article, _, digits = claim_key("n.e.w", CLAIM, "n.e.w").rpartition(".")
    assert (article, len(digits), set(digits) <= set("0123456789abcdef")) == ("n.e.w", 12, True)


@pytest.mark.parametrize(
    "same",
    [
        replace(CLAIM, line=90, anchors=(Anchor("the hall is open", 91),)),
        replace(CLAIM, anchors=(Anchor("the  hall\n is open", 4),)),
        replace(CLAIM, says="The hall opened.", modality="possible", note="mended"),
    ],
    ids=["moved", "reformatted", "its other words mended"],
)
def test_a_claim_keeps_its_key(same: Claim) -> None:
    assert claim_key("n", same, "n") == claim_key("n", CLAIM, "n")


@pytest.mark.parametrize(
    ("other", "parent"),
    [
        (CLAIM, "n.talk"),
        (replace(CLAIM, anchors=(Anchor("the hall", 4),)), "n"),
        (replace(CLAIM, anchors=(Anchor("the hall is open", 4, nth=2),)), "n"),
        (replace(CLAIM, anchors=(Anchor("the hall is open", 4, region=Region.HEADLINE),)), "n"),
        (replace(CLAIM, anchors=()), "n"),
    ],
)
def test_another_claim_has_another_key(other: Claim, parent: str) -> None:
    assert claim_key("n", other, parent) != claim_key("n", CLAIM, "n")


@pytest.mark.parametrize(
    ("one", "two", "equal"),
    [
        (NODE, replace(NODE, line=70), True),
        (NODE, replace(NODE, slots=NODE.slots[::-1]), True),
        (NODE, replace(NODE, unknown=("dkg:when",)), False),
        (NODE, replace(NODE, slots=NODE.slots[:1]), False),
        (Participation("speaker", 1, Ref("ana", 1)), Participation("speaker", 9, Ref("ana", 9)), True),
        (Participation("speaker", 1, Ref("ana", 1)), Participation("host", 1, Ref("ana", 1)), False),
        (When(1, "stated", words="in May"), When(5, "stated", words="in  May"), True),
        (When(1, "stated", edtf="2026-05"), When(1, "stated", edtf="2026"), False),
        (Name("Гильдия", "ru", 1), Name("Гильдия", "ru", 2), True),
        (Name("Guild", "en", 1), Name("Guild", "en-gb", 1), False),
        (Decimal("1.50"), Decimal("1.5"), True),
        (Decimal("50"), Decimal("5E+1"), True),
        (Decimal("1"), "1", False),
    ],
)
def test_what_counts(one: object, two: object, equal: bool) -> None:
    assert (minted("n", "node", "n.parent", one) == minted("n", "node", "n.parent", two)) is equal


def test_empty_slots_do_not_count() -> None:
    # A slot that a later version adds must not change the keys of what is already written.
    assert canonical(Ref("ana", 3)) == ["Ref", {"key": "ana"}]
    assert canonical(Anchor("a\tb", 1)) == ["Anchor", {"words": "a b"}]


@settings(max_examples=50)
@given(st.lists(st.text(max_size=5), max_size=4), st.lists(st.text(max_size=5), max_size=4))
def test_lists_are_not_confused(one: list[str], two: list[str]) -> None:
    keys = [canonical(tuple(items)) for items in (one, two)]
    assert (minted("n", "k", "p", *one) == minted("n", "k", "p", *two)) is (keys[0] == keys[1])


@pytest.mark.parametrize(
    ("kind", "severity", "words"),
    [
        ("claim", Severity.VIOLATION, "`id`"),
        ("relation", Severity.VIOLATION, "`world`"),
        ("name", Severity.WARNING, "Delete"),
        ("participation", Severity.WARNING, "Delete"),
        ("when", Severity.WARNING, "Delete"),
    ],
)
def test_two_equal_keys_are_a_finding(kind: str, severity: Severity, words: str) -> None:
    ledger = Ledger("articles/n.yaml", "n")
    ledger.give(kind, "n.abc", 12, "The hall is open.")
    ledger.give(kind, "n.abd", 13)
    ledger.give("passage", "n.abc", 14)
    assert not ledger.findings
    ledger.give(kind, "n.abc", 30, "The hall opened.")
    (finding,) = ledger.findings
    assert (finding.file, finding.line, finding.severity) == ("articles/n.yaml", 30, severity)
    assert (finding.code, finding.words, finding.article) == ("equal-keys", "The hall opened.", "n")
    assert "lines 12 and 30" in finding.message
    assert words in finding.hint
