"""The search for an anchor's pieces: the same as the obvious slow one, and not slow."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from diaspora_kg.text import Ask, RealText, Request
from diaspora_kg.text.matching import candidates

HAYS = st.text("ab ", max_size=40)
PIECES = st.lists(st.text("ab", min_size=1, max_size=2), min_size=2, max_size=4)


def naive(hay: str, pieces: list[str]) -> tuple[int, set[tuple[int, int]]]:
    """Every pair of a beginning and an end with all the pieces between, and each end's last beginning."""
    pairs, nearest = [], {}
    for begin in range(len(hay)):
        here = begin
        for piece in pieces[:-1]:
            here = hay.find(piece, here) if here > begin or piece is not pieces[0] else begin
            if here < 0 or not hay.startswith(piece, here):
                break
            here += len(piece)
        else:
            last = pieces[-1]
            ends = [end + len(last) for end in range(here, len(hay)) if hay.startswith(last, end)]
            pairs += [(begin, end) for end in ends]
            nearest.update({ends[0]: begin} if ends else {})
    return len(pairs), {(begin, end) for end, begin in nearest.items()}


@settings(max_examples=100, deadline=None)
@given(HAYS, PIECES)
def test_pieces_are_found_as_the_obvious_search_finds_them(hay: str, pieces: list[str]) -> None:
    found = candidates(hay, pieces, lambda *_: True, lambda *_: True)
    assert (found.total, set(found.nearest)) == naive(hay, pieces)


def asked(text: str, words: str) -> tuple[str, str]:
    view = RealText(text, "Rain in Vesmark")
    trouble = view.ask(Request(Ask.PASSAGE, words)).trouble
    assert trouble is not None
    return trouble.code, trouble.hint


def test_an_anchor_that_fits_everywhere_is_refused_with_few_words() -> None:
    """The first two would cost the square of the text, were each beginning followed from its own place."""
    words = "word " * 60_000
    for text, anchor in (
        (words + "end", "word word … end … word word"),
        ("end " + words, "word word … end … word word"),
        (words, "word … word"),
        ("a" * 60_000, "a" * 3000),
        (words, "word " * 5000 + "zzz"),
    ):
        code, hint = asked(text, anchor)
        assert code in {"quote-not-found", "quote-ambiguous"}
        assert len(hint) < 10_000
