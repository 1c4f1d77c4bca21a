"""The head and the foot of a thing's page: title, names, sources, how to cite, addresses, JSON-LD."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from diaspora_kg.names import expand
from diaspora_kg.pages.facts import Citation, Name, Paging
from diaspora_kg.pages.language import language
from diaspora_kg.pages.layout import Sheet
from diaspora_kg.pages.ledes import Lede
from diaspora_kg.pages.linked import linked
from diaspora_kg.pages.making import Making
from diaspora_kg.pages.models import Link, Thing
from diaspora_kg.pages.panel import Panel, ThingPage
from diaspora_kg.pages.said import WHOSE
from diaspora_kg.pages.statusviews import StatusBadge
from diaspora_kg.pages.views import Names, StatementCard, Statements
from diaspora_kg.store.written import Syntax

_SPEAKING = ("speaker", "signatory")
_TOLD = 2  # claims in the JSON-LD of a page; the data files have all
_GLOSS, _LABEL = expand("dkg:gloss"), expand("rdfs:label")


@dataclass(frozen=True)
class Place:
    """Which of the pages of a node it is, whether it has ``further`` ones; how many claims all of them show.

    ``dated`` are the articles by whose days its entries are ordered.
    """

    sheet: Sheet
    further: bool
    claims: int
    dated: frozenset[str]


def headed(
    page: Making,
    panels: tuple[Panel, ...],
    badge: StatusBadge | None,
    place: Place,
    former: tuple[str, ...],
    reached: Iterable[str],
    lede: Lede | None = None,
) -> ThingPage:
    """The whole page; the articles among its sources must have been read."""
    site, names = page.site, tuple(_names(panels))
    thing = Thing(page.iri, page.kind, page.key, _title(page, names))
    sources = page.numbers.sources()
    claims = [one for card in _cards(panels) for one in card.claims]
    endings = [(syntax, site.data_of(page.iri, str(syntax))) for syntax in Syntax]
    read = frozenset((*reached, *page.numbers.articles, *page.numbers.decisions))
    return ThingPage(
        thing=thing,
        kind=page.kind.replace("-", " "),
        names=names,
        sources=sources,
        former=() if place.sheet.name else former,
        paging=_paging(panels, place),
        canonical=site.absolute(site.further(page.iri, place.sheet.name)),
        data=tuple(Link(href, syntax.words) for syntax, href in endings if href),
        alternates=tuple(Link(href, syntax.media) for syntax, href in endings if href),
        linked=linked(thing, names, claims[:_TOLD], site),
        panels=panels,
        badge=None if place.sheet.name else badge,
        lede=lede,
        cite=_cite(page, thing),
        part=place.sheet.name,
        further=place.further and not place.sheet.name,
        dated=place.dated,
        read=read,
        settled=page.gathered.settled(read),
        shown=frozenset((*_shown(page, reached), *(s.article.iri for s in sources if s.article.iri))),
    )


def _names(panels: Sequence[Panel]) -> Iterator[Name]:
    for panel in panels:
        if isinstance(panel.body, Names):
            yield from (row.name for row in panel.body.rows)


def _cards(panels: Sequence[Panel]) -> Iterator[StatementCard]:
    for panel in panels:
        if isinstance(panel.body, Statements):
            yield from panel.body.cards


def _title(page: Making, names: Sequence[Name]) -> str:
    """What the page is called; a statement has no name and is called by who makes it."""
    gathered = page.gathered
    label = gathered.label(page.iri) or (names[0].words if names else "")
    if page.kind == "claim":
        return gathered.one(page.iri, _GLOSS) or label
    if page.kind in WHOSE:
        return page.said.described(page.iri, label) or label
    if page.kind != "statement":
        return label
    roles = [part for part in page.said.parts(page.iri) if part.role in _SPEAKING and part.actor]
    speakers = [part.actor.words for part in roles if part.actor]
    tongue = language(page.site.language)
    kinds = tongue.words(" and ").join(map(tongue.words, page.said.kinds(page.iri).split(" and ")))
    return tongue.called(gathered.one(page.iri, _LABEL) or kinds, speakers)


def _paging(panels: Sequence[Panel], place: Place) -> Paging:
    """The claims on this page, and on the first page how many there are."""
    shown = sum(len(card.claims) for card in _cards(panels))
    sheet = place.sheet
    total = shown if sheet.name else place.claims
    return Paging(min(1, shown), shown, total, newest=sheet.newest, oldest=sheet.oldest)


def _cite(page: Making, thing: Thing) -> Citation:
    site = page.site
    title = thing.label or thing.key
    return Citation(title, site.title, page.iri, page.key, site.snapshot, site.number, site.day)


def _shown(page: Making, reached: Iterable[str]) -> Iterator[str]:
    gathered = page.gathered
    for iri in reached:
        yield iri
        yield from gathered.named(iri)
    yield from page.shown
