"""Locks: a graph's worth of answers without the words, and when they are refused."""

from __future__ import annotations

import hashlib
from dataclasses import replace

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from diaspora_kg.anchors import anchor, make_lock, open_text
from diaspora_kg.article import (
    Anchor,
    Article,
    Claim,
    Form,
    Name,
    Node,
    Region,
    Stance,
    Statement,
    Voice,
    When,
)
from diaspora_kg.errors import Finding, Severity
from diaspora_kg.locks import LockMalformed, read_lock, write_lock
from diaspora_kg.text import RealText, sha256

TEXT = """Vesmark council praises the Tarvians

The council of Vesmark praised the House of Tarvia’s choir on Friday.

“The choir has brought us great joy,” said mayor Ilva Trent. Trent’s office will “probably” fund it.

Follow us
"""
YAML = hashlib.sha256(b"format: 1").hexdigest()


def article(**more: object) -> Article:
    claims = (
        Claim(9, "joy", Voice.STATEMENT, anchors=(Anchor("The choir … great joy", 9),), cue="said"),
        Claim(10, "fund", Voice.STATEMENT, anchors=(Anchor("“probably” fund it", 10),), sic="probably",
              stance=Stance("positive", words=("fund",))),
    )  # fmt: skip
    nodes = (
        Node("organization", "house", 5, names=(Name("House of Tarvia", "en", 5),)),
        Node("person", "trent", 6, names=(Name("Ilva Trent", "en", 6),), forms=(Form("mayor", 6),)),
        Node("event", "praise", 7, slots=(("dkg:when", When(7, "relativeUnresolved", words="Friday")),)),
    )
    base = Article(
        "v", "articles/v.yaml", "Vesmark council praises the Tarvians", "en",
        published=When(2, "stated", words="on Friday"), withheld=True, text_sha256=sha256(TEXT),
        skips=(Anchor("Follow us", 3),), nodes=nodes,
        statements=(Statement("s", 8, ("remark",), anchors=(Anchor("said mayor", 8),), claims=claims),),
        claims=(Claim(12, "head", Voice.HEADLINE, anchors=(Anchor("council praises", 12),)),),
    )  # fmt: skip
    return replace(base, **more)  # type: ignore[arg-type]


def lock_of(one: Article, text: str = TEXT) -> tuple[bytes | None, tuple[Finding, ...]]:
    view, _ = open_text(one, text.encode(), None, YAML)
    return make_lock(one, view, YAML)


def locked(one: Article, lock: bytes, annotation: str = YAML) -> list[str]:
    return [finding.code for finding in open_text(one, None, lock, annotation)[1]]


LOCK, _FINDINGS = lock_of(article())
assert LOCK is not None, _FINDINGS


def test_a_lock_gives_the_same_article_as_the_text() -> None:
    view, _ = open_text(article(), TEXT.encode(), None, YAML)
    stand_in, findings = open_text(article(), None, LOCK, YAML)
    assert view is not None
    assert stand_in is not None
    assert anchor(article(), stand_in) == anchor(article(), view)
    assert [(f.code, f.severity) for f in findings] == [("text-not-at-hand", Severity.INFO)]


def test_a_lock_holds_no_words_and_is_the_same_each_time() -> None:
    assert LOCK is not None
    again, _ = lock_of(article())
    assert again == LOCK
    written = LOCK.decode("ascii").lower()
    assert not [word for word in TEXT.lower().split() if len(word) > 4 and word.strip("“”’.,") in written]
    lines = written.splitlines()
    assert lines[:3] == ["format: 1", f"text: {sha256(TEXT)} {len(TEXT)}", f"annotation: {YAML}"]
    assert lines[3:] == sorted(lines[3:])


def test_a_lock_that_was_written_is_read() -> None:
    view = RealText(TEXT, "")
    anchor(article(title=""), view)
    lock = read_lock(write_lock(view, YAML))
    assert (lock.text_sha256, lock.length, lock.annotation_sha256) == (view.sha256, view.length, YAML)
    assert lock.answers == {request.digest(): answer for request, answer in view.recorded.items()}


VOCABULARY = [
    "Tarvia",
    "tarvia",
    "İlva’s",
    "choir",
    "“no",
    "no”",
    "Vesmark—",
    "qoq",
    "😊",
    "e\u0301",
    "İlva's",
]
SOUP = st.lists(st.sampled_from(VOCABULARY), min_size=6, max_size=25)
JOINS = st.sampled_from([" ", "\u00a0", "\r\n", "\n\n"])


@settings(max_examples=80)
@given(SOUP, st.data())
def test_any_article_is_the_same_from_text_and_lock(words: list[str], data: st.DataObject) -> None:
    text = "".join(word + data.draw(JOINS) for word in [*words, "Follow", "us"])
    quotes = []
    for _ in range(3):
        begin = data.draw(st.integers(0, len(words) - 3))
        middle = data.draw(st.sampled_from([[], ["…"]]))
        quotes.append(" ".join([*words[begin : begin + 2], *middle, *words[begin + 2 : begin + 6]]))
    skip = Anchor("Follow us", 3)
    claims = tuple(
        Claim(number, "so", Voice.HEADLINE, anchors=(Anchor(quote, number, nth=1),), cue=quote.split()[0])
        for number, quote in enumerate(quotes)
    )
    forms = tuple(Form(form, 5) for form in dict.fromkeys(data.draw(SOUP)[:3]))
    nodes = (Node("person", "p", 4, names=(Name("tarvia", "tr", 4),)), Node("place", "q", 5, forms=forms))
    one = Article("s", "s.yaml", words[4], "tr", withheld=True, skips=(skip,), nodes=nodes, claims=claims)
    lock, _ = lock_of(one, text)
    assume(lock is not None)
    view, _ = open_text(one, text.encode(), None, YAML)
    stand_in, _ = open_text(one, None, lock, YAML)
    assert view is not None
    assert stand_in is not None
    done, findings = anchor(one, view)
    again, same = anchor(one, stand_in)
    assert done == again
    assert [(f.code, f.line, f.severity) for f in findings] == [(f.code, f.line, f.severity) for f in same]


# -- refused ----------------------------------------------------------------------------------------


def test_a_lock_is_refused_when_the_annotation_changed() -> None:
    assert LOCK is not None
    assert locked(article(), LOCK, "0" * 64) == ["lock-stale"]
    view, findings = open_text(article(), None, LOCK, "0" * 64)
    assert view is None
    assert findings[0].severity is Severity.VIOLATION


def test_a_lock_stands_in_only_for_a_withheld_text_and_for_the_right_one() -> None:
    assert LOCK is not None
    assert locked(article(withheld=False), LOCK) == ["lock-not-withheld"]
    assert locked(article(text_sha256="ab" * 32), LOCK) == ["lock-of-other-text"]


def broken(old: bytes, new: bytes) -> bytes:
    assert LOCK is not None
    assert old in LOCK
    return LOCK.replace(old, new, 1)


@pytest.mark.parametrize(
    ("lock", "line"),
    [
        (b"", 1),
        (broken(b"format: 1", b"format: one"), 1),
        (broken(b"text: ", b"text "), 2),
        (broken(b"annotation: ", b"annotated: "), 3),
        (broken(b"/body/", b"/belly/"), None),
        (broken(b"/whole//", b"/whole/z/"), None),
        (LOCK[:-1], None),
        (LOCK + LOCK.splitlines(keepends=True)[-1], None),
        (LOCK + b"stray words\n", None),
        (LOCK + b"\xff\n", None),
    ],
)
def test_a_lock_that_cannot_be_read_is_a_finding_with_its_line(lock: bytes, line: int | None) -> None:
    view, [finding] = open_text(article(), None, lock, YAML)
    assert view is None
    assert (finding.code, finding.severity) == ("lock-malformed", Severity.VIOLATION)
    assert finding.file == "articles/v.lock"
    assert 1 <= finding.line <= lock.count(b"\n") + 1
    assert line in {None, finding.line}


def test_positions_beyond_the_text_are_malformed() -> None:
    with pytest.raises(LockMalformed):
        read_lock(broken(f" {len(TEXT)}\n".encode(), b" 9\n"))


def test_a_newer_lock_is_refused_by_name() -> None:
    _, [finding] = open_text(article(), None, broken(b"format: 1", b"format: 2"), YAML)
    assert finding.code == "lock-version"
    assert "format 2" in finding.message


def test_a_lock_with_missing_answers_is_one_finding() -> None:
    assert LOCK is not None
    header = b"".join(LOCK.splitlines(keepends=True)[:3])
    view, _ = open_text(article(), None, header, YAML)
    assert view is not None
    _, findings = anchor(article(), view)
    assert (findings[0].code, findings[0].severity) == ("lock-incomplete", Severity.VIOLATION)
    assert [f.code for f in findings].count("lock-incomplete") == 1


def test_the_text_wins_over_a_lock_that_disagrees() -> None:
    view, opened = open_text(article(), TEXT.encode(), LOCK, YAML)
    assert view is not None
    assert (opened, anchor(article(), view)[1]) == ((), ())
    wrong = broken(b"/whole/", b"/no/")
    view, _ = open_text(article(), TEXT.encode(), wrong, YAML)
    assert view is not None
    done, findings = anchor(article(), view)
    assert [(f.code, f.severity) for f in findings] == [("lock-disagrees", Severity.WARNING)]
    assert done == anchor(article(), RealText(TEXT, article().title, article().skips))[0]


@pytest.mark.parametrize("annotation", [YAML, "0" * 64])
def test_a_stale_or_broken_lock_beside_a_text_is_a_warning(annotation: str) -> None:
    lock = LOCK if annotation != YAML else b"format: 9\n"
    view, findings = open_text(article(), TEXT.encode(), lock, annotation)
    assert view is not None
    assert [finding.severity for finding in findings] == [Severity.WARNING]
    assert findings[0].code in {"lock-stale", "lock-version"}


# -- none is written --------------------------------------------------------------------------------


def test_no_lock_while_words_match_only_after_folding() -> None:
    folded = Claim(12, "joy", Voice.ARTICLE, anchors=(Anchor("Tarvia's choir", 12),))
    lock, [finding] = lock_of(article(claims=(folded,)))
    assert lock is None
    assert (finding.code, finding.severity, finding.line) == ("quote-folded", Severity.VIOLATION, 12)
    assert "Tarvia’s choir" in finding.hint
    name = Node("person", "t", 12, names=(Name("Trent's office", "en", 12),))
    lock, [finding] = lock_of(article(nodes=(name,)))
    assert lock is None
    assert finding.code == "mention-folded"


def test_no_lock_of_an_article_with_a_violation_or_a_published_text() -> None:
    lost = Claim(12, "joy", Voice.ARTICLE, anchors=(Anchor("no such words", 12),))
    lock, findings = lock_of(article(claims=(lost,)))
    assert lock is None
    assert [finding.code for finding in findings] == ["quote-not-found"]
    lock, findings = lock_of(article(withheld=False))
    assert lock is None
    assert [(f.code, f.severity) for f in findings] == [("lock-not-needed", Severity.INFO)]
    lock, findings = lock_of(article(text_sha256="ab" * 32))
    assert lock is None
    assert [finding.code for finding in findings] == ["lock-of-other-text"]
    lock, findings = make_lock(article(), None, YAML)
    assert lock is None
    assert [finding.code for finding in findings] == ["lock-needs-text"]


def test_a_headline_passage_keeps_its_region_in_a_lock() -> None:
    view, _ = open_text(article(), None, LOCK, YAML)
    assert view is not None
    done, _ = anchor(article(), view)
    assert done.claims[0].passages[0].region is Region.HEADLINE
    assert done.claims[0].passages[0].quote == "council praises"
