"""What the corpus does not say: /gaps, and a list for each thing that articles were read for in vain."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial

from diaspora_kg.index import NodeRow
from diaspora_kg.names import PREFIXES, expand, kebab
from diaspora_kg.overviews.directory import Item
from diaspora_kg.overviews.rows import Entry, article_of, led_to, notes
from diaspora_kg.overviews.sheets import PER_PAGE, Ground, Sheet, pages_of, turning
from diaspora_kg.pages.asked import title_of
from diaspora_kg.pages.listing import Turning, Why
from diaspora_kg.pages.models import Link, Thing
from diaspora_kg.pages.site import Site
from diaspora_kg.queries.lookup import ask_part, ask_pieces
from diaspora_kg.queries.wording import words_for
from diaspora_kg.terms import IRI

PROMISES = "promises"
"""The gap that no article states: what became of an undertaking."""

_PIECE = 40_000  # rows of one answer
_QUESTIONS = {
    "dkg:when": "When was it?",
    "dkg:starts": "When did it begin?",
    "dkg:ends": "When did it end?",
    "dkg:medium": "Through which medium was it said?",
    "dkg:legalBasis": "On what legal ground?",
    "dkg:jurisdiction": "Under the law of which country?",
    "dkg:legalForm": "In which legal form?",
    "dkg:status": "With which legal status?",
    "dkg:listName": "On which list?",
    "dkg:actor": "Who was it?",
    "dkg:subject": "Who or what does it?",
    "dkg:object": "To whom or what?",
    "dkg:foresees": "What exactly is foreseen?",
    "dkg:kind": "Of which sort is it?",
    "dkg:place": "Where was it?",
    "dkg:low": "How many?",
    "dkg:refersTo": "Whom do these words mean?",
    "dkg:stanceTarget": "What is the judgement about?",
    "dkg:illocution": "What sort of act is the sentence?",
    "dkg:recurrence": "How often?",
    "dkg:textHash": "What does the quoted text itself say?",
    "org:heldBy": "Who holds the office?",
    "schema:url": "Where can the article be read?",
    "dct:creator": "Who wrote the article?",
    "dct:publisher": "Who published the article?",
    "dct:language": "In which language was it said?",
}
"""Message ids of what was looked for."""

_SAVED = ("missing-voices", "undated", "offices-without-holder", "names-without-form", "single-sourced")
"""Saved queries that look at silence from other sides."""


@dataclass(frozen=True, slots=True)
class Gap:
    """One thing that articles do not say: the question, how often, of how many articles."""

    link: Link
    term: str
    times: int
    articles: int


@dataclass(frozen=True, slots=True)
class GapsPage:
    """All sorts of gaps (template ``gaps.html.j2``)."""

    gaps: tuple[Gap, ...]
    promises: Gap | None
    questions: tuple[Link, ...]
    address: str = "/gaps"


@dataclass(frozen=True, slots=True)
class GapPage:
    """The gaps of one sort (template ``gap.html.j2``); each entry has one article that was read for it."""

    name: str
    question: str
    term: str
    definition: str
    entries: tuple[Entry, ...]
    paging: Turning
    address: str


class Gaps:
    """The section of gaps."""

    prefixes = ("/gaps",)

    def addresses(self, ground: Ground) -> Iterable[str]:
        """The overview and each sort."""
        yield "/gaps"
        yield from (f"/gaps/{_name(iri)}" for iri in _kinds(ground))
        if _count(ground, PROMISES):
            yield f"/gaps/{PROMISES}"

    def sheet(self, ground: Ground, address: str, number: int, site: Site) -> Sheet | None:
        """The page at an address."""
        _, _, *rest = address.split("/")
        if not rest:
            return Sheet("gaps.html.j2", _overview(ground, site)) if number == 1 else None
        name = rest[0]
        if len(rest) > 1 or not (name == PROMISES or name in map(_name, _kinds(ground))):
            return None
        return _one(name, number, ground, site)


def _kinds(ground: Ground) -> dict[str, tuple[int, int]]:
    """What articles were read for in vain, most often first: how often, in how many articles."""
    found = ground.directory.items("gaps", partial(_tally, ground), 0, 1000)
    return {one.iri: (int(one.other), int(one.link)) for one in found}


def _tally(ground: Ground) -> Iterator[Item]:
    for row in ask_part(ground.lookup.store, "gap-kinds", {}):
        times = int(row["times"].value)
        yield Item(f"{-times + 10**12:013}", row["property"].value, str(times), row["articles"].value)


def _name(iri: str) -> str:
    """A gap in an address."""
    return kebab(iri.replace("#", "/").rpartition("/")[2])


def _iri(name: str, ground: Ground) -> str:
    return next((iri for iri in _kinds(ground) if _name(iri) == name), "")


def _question(iri: str, ground: Ground) -> str:
    for curie, question in _QUESTIONS.items():
        if expand(curie) == iri:
            return question
    return ground.ontology.label(iri) or words_for(iri.replace("#", "/").rpartition("/")[2])


def _term(iri: str) -> str:
    """The anchor of a term of ours on the page of the vocabulary; empty for terms of others."""
    return iri.removeprefix(PREFIXES["dkg"]) if iri.startswith(PREFIXES["dkg"]) else ""


def _overview(ground: Ground, site: Site) -> GapsPage:
    gaps = tuple(
        Gap(Link(site.path(f"/gaps/{_name(iri)}"), _question(iri, ground)), _term(iri), times, articles)
        for iri, (times, articles) in _kinds(ground).items()
    )
    promises = _count(ground, PROMISES)
    link = Link(site.path(f"/gaps/{PROMISES}"), "What became of it?")
    questions = (ground.catalog.queries[name] for name in _SAVED if name in ground.catalog.queries)
    return GapsPage(
        gaps,
        Gap(link, "fulfilment", promises, 0) if promises else None,
        tuple(Link(site.path(f"/queries/{one.name}"), title_of(one, site)) for one in questions),
    )


def _count(ground: Ground, name: str) -> int:
    return ground.directory.count(f"gap {name}", _items(ground, name))


def _items(ground: Ground, name: str) -> Callable[[], Iterable[Item]]:
    return partial(_found, ground, name)


def _found(ground: Ground, name: str) -> Iterator[Item]:
    values = {} if name == PROMISES else {"_property_iri": [IRI(_iri(name, ground))]}
    part = "gap-promises" if name == PROMISES else "gap-nodes"
    for row in ask_pieces(ground.lookup.store, part, _PIECE, values):
        role = row["role"].value if "role" in row else ""
        told = row["told"].value
        yield Item(f"{told} {row['node'].value}", row["node"].value, told, role)


def _one(name: str, number: int, ground: Ground, site: Site) -> Sheet | None:
    total = _count(ground, name)
    if not total or number > pages_of(total):
        return None
    items = ground.directory.items(f"gap {name}", _items(ground, name), (number - 1) * PER_PAGE, PER_PAGE)
    iri = expand("dkg:fulfilment") if name == PROMISES else _iri(name, ground)
    question = "What became of it?" if name == PROMISES else _question(iri, ground)
    address = f"/gaps/{name}"
    page = GapPage(
        name, question, _term(iri), ground.ontology.definition(iri), _entries(items, ground, site),
        turning(address, number, total, site), address,
    )  # fmt: skip
    return Sheet("gap.html.j2", page, pages_of(total), led_to(page.entries))


def _entries(items: Iterable[Item], ground: Ground, site: Site) -> tuple[Entry, ...]:
    items = tuple(items)
    rows = [row for item in items for row in ground.index.find(item.iri)[:1]]
    known = notes(rows, ground.lookup, site.language)
    articles = {item.other: article_of(item.other, site) for item in items}
    labels = ground.lookup.labels([*(iri for iri in articles.values() if iri)])
    roles = ground.lookup.labels(item.link for item in items if item.link)
    entries = []
    for item in items:
        thing, told = known.get(item.iri) or (_bare(item.iri, ground), ())
        role = roles.get(item.link) or words_for(item.link.removeprefix(PREFIXES["dkgv"]))
        iri = articles[item.other]
        source = Link(site.href(iri), labels.get(iri) or iri.rpartition("/")[2])
        source = source if iri else Link("", "the register of the project")
        reason = Why(source, iris=(iri,) if iri else ())
        entries.append(Entry(thing, (role, *told) if role else told, (reason,)))
    return tuple(entries)


def _bare(iri: str, ground: Ground) -> Thing:
    """A node that the index does not have."""
    kind, key = ground.lookup.names.kind_and_key(iri) or ("", iri)
    row = NodeRow(iri, kind, key)
    return Thing(row.iri, row.kind, row.key)
