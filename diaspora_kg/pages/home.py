"""The start page and the page of search results, as frozen values."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

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
class HomePage:
    """The start page (template ``home.html.j2``); ``questions`` are some of ``all_questions``."""

    counts: tuple[Count, ...]
    quads: int
    questions: tuple[Question, ...]
    all_questions: int
    endpoint: str
    data: tuple[Link, ...]
    canonical: str
    linked: str


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
    counts: Mapping[str, int], questions: Iterable[Question], site: Site, data: tuple[Link, ...], address: str
) -> HomePage:
    """The start page from the counts of a manifest; ``address`` is the server's, without a slash."""
    every = tuple(questions)
    nodes = [Count(words, counts.get(f"nodes.{kind}", 0)) for kind, words in _SHOWN]
    shown = [one for one in (Count("annotated articles", counts.get("articles", 0)), *nodes) if one.number]
    endpoint = f"{address}/sparql"
    return HomePage(
        counts=tuple(shown),
        quads=counts.get("quads", 0),
        questions=_some(every),
        all_questions=len(every),
        endpoint=endpoint,
        data=data,
        canonical=f"{address}/",
        linked=_dataset(site, counts, endpoint, data, address),
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
        "@id": f"{address}/void.ttl#dataset",
        "name": site.title,
        "description": f"{site.title}: a knowledge graph of what {articles} claim, "
        "each claim with its speaker and the words that carry it.",
        "url": f"{address}/",
        "version": site.snapshot,
        "dateModified": site.published,
        "isAccessibleForFree": True,
        "distribution": [
            {
                "@type": "DataDownload",
                "name": "SPARQL endpoint",
                "contentUrl": endpoint,
                "encodingFormat": "application/sparql-results+json",
            },
            *(
                {
                    "@type": "DataDownload",
                    "name": one.words,
                    "contentUrl": address + one.href.removeprefix(site.root),
                }
                for one in data
            ),
        ],
    }
    if site.licence:
        found["license"] = site.licence_link or site.licence
    return json.dumps(found, ensure_ascii=False, separators=(",", ":"))
