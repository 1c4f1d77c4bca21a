"""One claim on a page: the paraphrase, how it is put, the words that carry it, where they stand.

A page holds up to fifty of them and a site a million: the markup is lean and written by a function.
"""

from __future__ import annotations

from collections.abc import Callable

from markupsafe import Markup

from diaspora_kg.pages.facts import Claimed, Quote
from diaspora_kg.pages.hiding import safe
from diaspora_kg.pages.pieces import Pieces


def claim_writer(pieces: Pieces) -> Callable[..., Markup]:
    """The function ``claim(one, full=False)``; ``full``: what goes without saying is said too."""
    translate = pieces.say
    withheld = f'<span class="none">{safe(translate("words withheld"))}</span>'
    sayer = f'<b class="badge warn">{safe(translate("who says so is inferred"))}</b>'
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
