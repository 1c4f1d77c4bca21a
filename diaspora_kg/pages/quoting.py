"""How a claim is put, and on which words of an article it rests."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from diaspora_kg.names import expand
from diaspora_kg.pages.facts import Quote, Slot
from diaspora_kg.pages.gather import Gathered
from diaspora_kg.pages.sourced import address, fragment
from diaspora_kg.queries.wording import fulfilment_words, words_for

_PLAIN = frozenset({"stated", "asserted", "affirmed", "assertive"})
SLOTS = ("attribution", "givenness", "modality", "polarity", "illocution")
"""In which respects every claim is put."""

_D = {
    name: expand(f"dkg:{name}")
    for name in (
        "begin", "end", "evidence", "fulfilment", "quote", "quoteEnd", "quoteStart", "reading", "region",
        "stance", *SLOTS,
    )
}  # fmt: skip


@lru_cache(maxsize=1024)
def _slot(slot: str, value: str) -> Slot:
    """How a claim is put in one respect; there are few ways."""
    return Slot(slot, value, words_for(value), value in _PLAIN or slot == "attribution")


def slots_of(gathered: Gathered, claim: str) -> Iterator[Slot]:
    """How a claim is put, in each respect in which it is; ``plain`` ones need no mark."""
    local, told = gathered.local, gathered.told(claim)
    for slot in SLOTS:
        if _D[slot] in told and (value := local(claim, _D[slot])):
            yield _slot(slot, value)
    if _D["reading"] not in told and _D["stance"] not in told and _D["fulfilment"] not in told:
        return
    readings = [words_for(gathered.cells.iri(one)) for one in gathered.iris(claim, _D["reading"])]
    if readings:
        yield Slot("reading", "open", f"open: {' or '.join(readings)}")
    if stance := local(claim, _D["stance"]):
        yield Slot("stance", stance, f"{words_for(stance)} stance")
    if fulfilment := local(claim, _D["fulfilment"]):
        yield Slot("fulfilment", fulfilment, fulfilment_words(fulfilment))


def quotes_of(gathered: Gathered, claim: str, article: str) -> Iterator[Quote]:
    """The words that a claim rests on, in the order of the text."""
    one, url = gathered.one, address(gathered, article)
    found = []
    for passage in gathered.iris(claim, _D["evidence"]):
        begin, end = one(passage, _D["begin"]), one(passage, _D["end"])
        if begin and end:
            found.append((int(begin), int(end), passage))
    for first, last, passage in sorted(found):
        quote, start, stop = (one(passage, _D[name]) for name in ("quote", "quoteStart", "quoteEnd"))
        words = quote or " … ".join(part for part in (start, stop) if part)
        region = gathered.local(passage, _D["region"])
        yield Quote(words, first, last, region, link=fragment(url, quote, start, stop))
