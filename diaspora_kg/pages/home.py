"""The start page and the page of search results, as frozen values."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from diaspora_kg.pages.listing import Choice, Why
from diaspora_kg.pages.models import Link, Thing
from diaspora_kg.pages.site import Site
from diaspora_kg.queries.wording import count

_SHOWN = (
    ("statement", "statements"),
    ("claim", "claims"),
    ("organization", "organizations"),
    ("person", "persons"),
    ("collective", "collectives"),
    ("polity", "polities"),
    ("event", "events"),
    ("undertaking", "undertakings"),
    ("legal-status", "legal statuses"),
    ("post", "offices"),
)
_QUESTIONS = 12


@dataclass(frozen=True, slots=True)
class Count:
    """How many nodes of a kind there are."""

    words: str
    number: int


@dataclass(frozen=True, slots=True)
class Question:
    """A saved query: its name, what it answers, its first subject."""

    name: str
    summary: str
    subject: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """Something that happened to the graph on a day: an article was annotated, a reviewer decided."""

    day: str
    link: Link
    note: str


@dataclass(frozen=True, slots=True)
class HomePage:
    """The start page (template ``home.html.j2``); ``questions`` are some of ``all_questions``.

    ``lists`` are the kinds of records with their numbers, ``counts`` what has no list. ``example`` is a claim
    of the graph that shows how claims are read.
    """

    counts: tuple[Count, ...]
    quads: int
    questions: tuple[Question, ...]
    all_questions: int
    endpoint: str
    data: tuple[Link, ...]
    canonical: str
    linked: str
    lists: tuple[Choice, ...] = ()
    latest: tuple[Change, ...] = ()
    decisions: tuple[Change, ...] = ()
    example: Why | None = None


@dataclass(frozen=True, slots=True)
class Hit:
    """A node that was found, and in which words of it; ``role`` says what these are."""

    thing: Thing
    role: str
    language: str
    words: str


@dataclass(frozen=True, slots=True)
class SearchPage:
    """What a search found (template ``search.html.j2``); not ``complete``: it took too long."""

    query: str
    kind: str
    hits: tuple[Hit, ...]
    complete: bool
    limit: int
    kinds: tuple[str, ...]


def home_page(
    counts: Mapping[str, int],
    questions: Iterable[Question],
    site: Site,
    data: tuple[Link, ...],
    address: str,
    *,
    lists: tuple[Choice, ...] = (),
    listed: Collection[str] = (),
    latest: tuple[Change, ...] = (),
    decisions: tuple[Change, ...] = (),
    example: Why | None = None,
) -> HomePage:
    """The start page from the counts of a manifest; ``address`` is the site's, without a slash.

    The kinds that are ``listed`` are counted in ``lists``.
    """
    every = tuple(questions)
    nodes = [Count(words, counts.get(f"nodes.{kind}", 0)) for kind, words in _SHOWN if kind not in listed]
    articles = Count("annotated articles", counts.get("articles", 0))
    shown = [one for one in (articles, *nodes) if one.number]
    endpoint = f"{address or site.server}/sparql" if not site.static or site.server else ""
    return HomePage(
        counts=tuple(shown),
        quads=counts.get("quads", 0),
        questions=_some(every),
        all_questions=len(every),
        endpoint=endpoint,
        data=data,
        canonical=f"{address}/" if address else "",
        linked=_dataset(site, counts, endpoint, data, address),
        lists=lists,
        latest=latest,
        decisions=decisions,
        example=example,
    )


def _some(every: tuple[Question, ...]) -> tuple[Question, ...]:
    """One question of each subject, then others, so that the choice shows what can be asked."""
    first: dict[str, Question] = {}
    for question in every:
        first.setdefault(question.subject, question)
    chosen = [*first.values(), *(q for q in every if first[q.subject] is not q)]
    return tuple(sorted(chosen[:_QUESTIONS], key=every.index))


def _dataset(
    site: Site, counts: Mapping[str, int], endpoint: str, data: tuple[Link, ...], address: str
) -> str:
    """schema.org/Dataset, as search engines for data sets read it."""
    articles = count(counts.get("articles", 0), "annotated article")
    found: dict[str, object] = {
        "@context": "https://schema.org",
        "@type": "Dataset",
        "@id": f"{address or site.base.rstrip('/')}/void.ttl#dataset",
        "name": site.title,
        "description": f"{site.title}: a knowledge graph of what {articles} claim, "
        "each claim with its speaker and the words that carry it.",
        "url": f"{address or site.base.rstrip('/')}/",
        "version": site.snapshot,
        "dateModified": site.published,
        "isAccessibleForFree": True,
        "distribution": [
            *(
                {
                    "@type": "DataDownload",
                    "name": "SPARQL endpoint",
                    "contentUrl": one,
                    "encodingFormat": "application/sparql-results+json",
                }
                for one in (endpoint,)
                if one
            ),
            *(
                {
                    "@type": "DataDownload",
                    "name": one.words,
                    "contentUrl": one.href if site.static else address + one.href.removeprefix(site.root),
                }
                for one in data
            ),
        ],
    }
    if site.licence:
        found["license"] = site.licence_link or site.licence
    return json.dumps(found, ensure_ascii=False, separators=(",", ":"))
