"""Statements and claims on a page: who says it, the paraphrase, how it is put, the words that carry it.

A page holds up to fifty of them and a site a million: the markup is lean and written by a function.
"""

from __future__ import annotations

from collections.abc import Callable

from markupsafe import Markup

from diaspora_kg.pages.facts import Claimed, Part, Quote
from diaspora_kg.pages.hiding import safe
from diaspora_kg.pages.language import Language
from diaspora_kg.pages.pieces import Pieces
from diaspora_kg.pages.topics import SILENCES
from diaspora_kg.pages.views import StatementCard


def claim_writer(pieces: Pieces) -> Callable[..., Markup]:
    """The function ``claim(one, full=False)``; ``full``: what goes without saying is said too."""
    translate = pieces.say
    sayer = f'<b class="badge warn">{safe(translate("who says so is inferred"))}</b>'
    words, where = _quote_writers(pieces)

    def notes(one: Claimed) -> str:
        if not one.notes:
            return ""
        rows = (
            f"<dt>{safe(translate(note.label))}</dt><dd>{', '.join(map(pieces.linked, note.values))}</dd>"
            for note in one.notes
        )
        return f'<dl class="inline">{"".join(rows)}</dl>'

    def claim(one: Claimed, full: bool = False) -> Markup:
        own = not one.repeated
        badges, plain = [], []
        for slot in one.slots:
            text = safe(translate(slot.words))
            if slot.plain:
                plain += [text] if full or slot.slot == "attribution" else []
            else:
                badges.append(f' <b class="badge {safe(slot.value)}">{text}</b>')
        place = f' id="{safe(one.anchor)}"' if own else ""
        article, itself = pieces.text(one.article.iri), pieces.href(one.iri)
        quotes = "".join([words(quote, anchored=own) for quote in one.quotes])
        places = "".join([where(quote, article) for quote in one.quotes])
        link = f'<a href="{itself}">{safe(one.key)}</a>' if itself else f"<span>{safe(one.key)}</span>"
        manner = f"<span>{', '.join(plain)}</span>" if plain else ""
        inferred = sayer if one.said_inferred else ""
        source = f'<a class="ref" href="#source-{one.source}">[{one.source}]</a>'
        return Markup(  # noqa: S704 - fixed tags, and words that went through safe()
            f'<div class="claim" data-fact{place}>'
            f'<p class="said"><bdi>{safe(one.gloss or one.key)}</bdi>{"".join(badges)}</p>'
            f"{quotes}{notes(one)}"
            f'<p class="meta">{inferred}{source}{places}{manner}{link}</p></div>'
        )

    return claim


def _quote_writers(pieces: Pieces) -> tuple[Callable[..., str], Callable[[Quote, str], str]]:
    """The functions that write the words of a quote, and its place in an article with this address."""
    translate = pieces.say
    withheld = f'<span class="none">{safe(translate("words withheld"))}</span>'
    outside = safe(translate("in the publisher’s page"))

    def words(quote: Quote, *, anchored: bool) -> str:
        place = f' id="{quote.anchor}"' if anchored and quote.first else ""
        text = f"<q>{safe(quote.words)}</q>" if quote.words else withheld
        return f"<blockquote{place}>{text}</blockquote>"

    def where(quote: Quote, article: str) -> str:
        region = f"{safe(translate(quote.region))}, " if quote.region else ""
        text = f"{region}{quote.begin}–{quote.end}"
        shown = f'<a href="{article}#{quote.anchor}">{text}</a>' if article else f"<span>{text}</span>"
        if not quote.link:
            return shown
        return f'{shown}<a href="{safe(quote.link)}" rel="external nofollow noopener">{outside}</a>'

    return words, where


class Cards:
    """Writes a statement, or what an article says itself, with its claims."""

    def __init__(self, pieces: Pieces, language: Language) -> None:
        self._pieces, self._language = pieces, language
        self._claim = claim_writer(pieces)
        words = ("in its own voice", "through", "to", "in an article of %(day)s")
        self._own, self._through, self._to, self._reported = (
            str(Markup(language.words(one)))  # noqa: S704 - a message of templates is HTML
            for one in words
        )

    def card(self, one: StatementCard, full: bool = False) -> Markup:
        """The whole card."""
        pieces = self._pieces
        place = f' id="{safe(one.anchor)}"' if one.anchor else ""
        own = one.own_voice and not one.speakers
        who = pieces.linked(one.article) if own else pieces.speakers(one.speakers)
        claims = "".join([self._claim(claim, full) for claim in one.claims])
        return Markup(  # noqa: S704 - fixed tags, and words that went through safe()
            f'<article class="card"{place}>\n<header><h3>{who}</h3>\n'
            f'<p class="meta"><span>{self._kind(one)}</span>{self._ways(one)}<span>{self._when(one)}</span>'
            f"</p></header>\n{claims}</article>"
        )

    def _kind(self, one: StatementCard) -> str:
        if one.own_voice and not one.statement:
            return self._own
        kind = safe(self._language.words(one.kind))
        return f'<a href="{self._pieces.href(one.statement.iri)}">{kind}</a>' if one.statement else kind

    def _ways(self, one: StatementCard) -> str:
        shown = one.media and one.media != "medium not stated"
        text = f"<span>{self._through} <bdi>{safe(one.media)}</bdi></span>" if shown else ""
        return text + "".join(map(self._addressee, one.addressees))

    def _addressee(self, one: Part) -> str:
        if not one.actor and not one.office:
            return ""
        return f"<span>{self._to} {self._pieces.part(one)}</span>"

    def _when(self, one: StatementCard) -> str:
        if one.dated.form != "unknown":
            return self._pieces.date(one.dated)
        day = self._language.day(one.published)
        if not one.published[:1].isdigit():
            return safe(self._language.words(day) if day in SILENCES else day)
        return safe(day) if one.own_voice else self._reported.replace("%(day)s", safe(day))
