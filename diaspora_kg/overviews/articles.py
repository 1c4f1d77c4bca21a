"""The text of each article with its passages, or the outline of these: /text/KEY.

Passages and claims lead to each other. What may be shown of a text that is withheld is what the graph holds
(short quotes), so the outline shows no more than any other page.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import unquote

from diaspora_kg.names import expand, segment
from diaspora_kg.overviews.rows import by, manner
from diaspora_kg.overviews.sheets import Ground, Sheet
from diaspora_kg.overviews.texts import at_hand
from diaspora_kg.pages.marked import Paragraph, Span, paragraphs
from diaspora_kg.pages.models import Link, Thing
from diaspora_kg.pages.site import Site
from diaspora_kg.pages.sourced import fragment
from diaspora_kg.queries.evidence import Evidence, Words, evidence_of
from diaspora_kg.queries.lookup import ask_part
from diaspora_kg.queries.wording import words_for
from diaspora_kg.terms import IRI, Term

PREFIX = "/text"


@dataclass(frozen=True, slots=True)
class Carried:
    """A claim that a passage carries: who says it, how where not plainly."""

    claim: Link
    by: str
    put: tuple[tuple[str, str], ...]
    iri: str = ""


@dataclass(frozen=True, slots=True)
class Marked:
    """One passage: where it stands, the words that may be shown, the claims that rest on it."""

    number: int
    anchor: str
    begin: int
    end: int
    region: str
    words: str
    outside: str
    claims: tuple[Carried, ...]


@dataclass(frozen=True, slots=True)
class TextPage:
    """The text of an article, or the outline of its passages (template ``text.html.j2``).

    ``why`` says why the text is not shown (a message id), ``link`` is the publisher's page.
    """

    article: Thing
    language: str
    publisher: str
    published: str
    link: str
    sha256: str
    paragraphs: tuple[Paragraph, ...]
    why: str
    passages: tuple[Marked, ...]
    address: str


class Texts:
    """The section of texts."""

    prefixes = (PREFIX,)

    def addresses(self, ground: Ground) -> Iterable[str]:
        """A page for each article that was annotated; of those that they quote no passages are known."""
        return (f"{PREFIX}/{segment(key)}" for key in ground.index.articles())

    def sheet(self, ground: Ground, address: str, number: int, site: Site) -> Sheet | None:
        """The page at an address."""
        _, _, *rest = address.split("/")
        if number != 1 or len(rest) != 1:
            return None
        iri = ground.lookup.names.node("article", unquote(rest[0]))
        found = [row for row in ground.index.find(iri) if row.iri == iri]
        origins = ground.index.origins(iri) if found else ()
        file = next((one.file for one in origins if one.article == found[0].key), "")
        if not file:
            return None
        page = _page(Thing(iri, "article", found[0].key, found[0].label), file, ground, site, address)
        claims = {claim.iri for passage in page.passages for claim in passage.claims}
        return Sheet("text.html.j2", page, shown=frozenset({iri, *claims}))


def _page(article: Thing, file: str, ground: Ground, site: Site, address: str) -> TextPage:
    store, given = ground.lookup.store, {"_article_iri": [IRI(article.iri)]}
    told: dict[str, list[Term]] = defaultdict(list)
    for row in ask_part(store, "article-facts", given):
        if "value" in row:
            told[row["slot"].value].append(row["value"])

    def fact(name: str) -> str:
        return min((term.value for term in told[expand(name)]), default="")

    claims = (row["claim"].value for row in ask_part(store, "claims-in", given))
    passages = _passages(evidence_of(claims, ground.lookup).values(), site, _web(fact("schema:url")))
    reading = at_hand(ground.project, file, fact("dkg:textHash"))
    lines: tuple[Paragraph, ...] = ()
    if reading.text is not None:
        aside = [_span(row) for row in ask_part(store, "furniture", given)]
        spans = [(one.begin, one.end) for one in passages]
        lines = paragraphs(reading.text, spans, aside, fact("dct:title"))
    publisher = fact("dct:publisher")
    return TextPage(
        article,
        fact("dct:language"),
        ground.lookup.labels([publisher]).get(publisher, "") if publisher else "",
        fact("dkg:when"),
        _web(fact("schema:url")),
        fact("dkg:textHash"),
        lines,
        reading.why,
        passages,
        address,
    )


def _web(url: str) -> str:
    """An address that a browser may open, else nothing."""
    return url if url.startswith(("https://", "http://")) else ""


def _span(row: Mapping[str, Term]) -> Span:
    return int(row["begin"].value), int(row["end"].value)


def _passages(claims: Iterable[Evidence], site: Site, page: str) -> tuple[Marked, ...]:
    """Every passage with its claims, in the order of the text; one around others goes before them."""
    found: dict[Span, tuple[Words, list[Evidence]]] = {}
    for evidence in claims:
        for words in evidence.words:
            found.setdefault((words.begin, words.end), (words, []))[1].append(evidence)
    ordered = sorted(found, key=lambda span: (span[0], -span[1]))
    return tuple(_marked(n, *found[span], site, page) for n, span in enumerate(ordered, 1))


def _marked(number: int, words: Words, claims: Sequence[Evidence], site: Site, page: str) -> Marked:
    carried = tuple(
        Carried(
            Link(site.href(one.claim.iri), one.claim.label or one.claim.key),
            by(one, site.language),
            manner(one),
            one.claim.iri,
        )
        for one in claims
    )
    return Marked(
        number,
        f"passage-{words.begin}-{words.end}",
        words.begin,
        words.end,
        words_for(words.region),
        words.shown,
        fragment(page, words.quote, words.quote_start, words.quote_end),
        carried,
    )
