"""The view ``statements``: claims under the statement, or the article's own voice, that expresses them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from diaspora_kg.names import expand
from diaspora_kg.pages.facts import Claimed, Dated, Part, Quote, Speaker
from diaspora_kg.pages.making import Items, Making
from diaspora_kg.pages.views import StatementCard, StatementMark, Statements
from diaspora_kg.queries.wording import words_for

_REPORTED = expand("dkg:reportedIn")

LINKS = {
    "content": "says that it is so",
    "about": "about it",
    "stanceTarget": "evaluates it",
    "participation": "about a part of it",
    "claimant": "says",
    "addressee": "addressed to it",
    "expressedIn": "made in it",
    "reportedIn": "reported in it",
    "condition": "under the condition of it",
    "respondsTo": "answers it",
    "retracts": "retracts it",
    "conflictsWith": "in conflict with it",
    "Claim": "",
}
"""How a claim may point to the thing of a page, as message ids."""


def statements(
    page: Making, items: Items, place: str, shown: set[str], totals: Mapping[str, int]
) -> Statements:
    """The cards of claims, one for each statement: two newspapers may report it on different days.

    ``place`` is the panel's anchor, ``shown`` are the claims that stand on the page in full already.
    ``totals`` are the numbers of claims of each statement on all pages, where they are known.
    """
    cards, marks = [], []
    groups: dict[str, list[str]] = {}
    for claim, rows in items.items():
        groups.setdefault(rows[0]["voice"].value, []).append(claim)
    for voice, group in groups.items():
        claims = []
        for claim in group:
            rows = items[claim]
            claims.append(_claim(page, claim, [row["link"].value for row in rows], claim in shown))
            shown.add(claim)
        cards.append(_card(page, voice, claims, place))
        marks.append(_mark(cards[-1], totals.get(voice, len(claims))))
    return Statements(tuple(cards), tuple(marks))


def _claim(page: Making, claim: str, links: Sequence[str], repeated: bool) -> Claimed:
    articles = page.gathered.iris(claim, _REPORTED)
    number = page.numbers.article(articles[0]) if articles else 0
    words = dict.fromkeys(LINKS.get(name := page.local(link), words_for(name)) for link in links)
    made = page.said.claimed(claim, number, [one for one in words if one], repeated=repeated)
    for quote in made.quotes:
        if quote.link:
            page.numbers.linked(made.article.iri, quote.link)
    return replace(made, quotes=tuple(_marked(page, made))) if page.kind == "article" else made


def _marked(page: Making, claim: Claimed) -> Iterator[Quote]:
    """The passages of a claim on its article's own page, each marked where it comes first."""
    for quote in claim.quotes:
        place = (quote.begin, quote.end)
        yield replace(quote, first=not claim.repeated and place not in page.passages)
        if not claim.repeated:
            page.passages.add(place)


def _card(page: Making, voice: str, claims: Sequence[Claimed], place: str) -> StatementCard:
    first, said = claims[0], page.said
    parts = said.parts(voice) if not first.own_voice else ()
    dated = said.dated(voice if not first.own_voice else first.article.iri, "when")
    if dated.form == "unknown" and not first.own_voice:
        dated = _by(said.dated(first.article.iri, "when"))
    return StatementCard(
        statement=first.statement,
        anchor=f"{place}-{said.anchor(voice)}",
        kind=first.statement_kind or "article",
        own_voice=first.own_voice,
        speakers=tuple(_speakers(parts)) or first.speakers,
        addressees=tuple(part for part in parts if part.role == "addressee"),
        media=first.media,
        dated=dated,
        article=first.article,
        published=first.published,
        source=first.source,
        claims=tuple(claims),
    )


def _speakers(parts: Sequence[Part]) -> Iterator[Speaker]:
    for part in parts:
        if part.role in {"speaker", "signatory"} and part.actor is not None:
            yield Speaker(part.actor, part.office, part.acting_for, part.inferred)


def _by(published: Dated) -> Dated:
    """A statement without a date was made by the day on which its article was published."""
    if published.not_after:
        return Dated("by", "", published.not_after, "", "", "boundedByPublication")
    return Dated(silent=published.silent)


def _mark(card: StatementCard, claims: int) -> StatementMark:
    stances = {slot.value for one in card.claims for slot in one.slots if slot.slot == "stance"}
    stance = next(iter(stances)) if len(stances) == 1 else "mixed" if stances else ""
    statement = card.statement or card.article
    return StatementMark(statement, card.kind, card.dated, claims, stance, card.anchor, (card.source,))
