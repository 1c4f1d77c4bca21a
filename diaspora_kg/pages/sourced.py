"""The numbered sources of one page: articles, register entries, decisions of reviewers, rules."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from urllib.parse import quote

from diaspora_kg.content import content
from diaspora_kg.names import expand
from diaspora_kg.pages.decided import decided
from diaspora_kg.pages.facts import Source
from diaspora_kg.pages.gather import Gathered
from diaspora_kg.pages.models import Thing

_TITLE, _HASH, _WHEN = expand("dct:title"), expand("dkg:textHash"), expand("dkg:when")
_PUBLISHER, _URL, _UNKNOWN = expand("dct:publisher"), expand("schema:url"), expand("dkg:unknown")
_REPORTED, _EDTF, _TEXT = expand("dkg:reportedIn"), expand("dkg:edtf"), expand("dkg:dateText")
_MAKES = re.compile(r"CONSTRUCT\s*\{\s*\?focus\s+(\S+)\s")
_SUMMARY = re.compile(r"^#\+ summary: (.*)$", re.MULTILINE)

MOST_ARTICLES = 6
"""Articles that a page names for one status, office, undertaking or event; it counts the rest."""

_WORDS = 6  # of each end of a passage in a text fragment


class Numbers:
    """Gives each source of a page its number, in the order in which facts name them."""

    def __init__(self, gathered: Gathered) -> None:
        self._gathered = gathered
        self._base = gathered.lookup.names.base
        self._numbers: dict[tuple[str, str], int] = {}
        self._links: dict[str, str] = {}

    def _number(self, kind: str, name: str) -> int:
        return self._numbers.setdefault((kind, name), len(self._numbers) + 1)

    def article(self, iri: str) -> int:
        """The number of an article."""
        return self._number("article", iri)

    def claims(self, claims: Iterable[str]) -> tuple[int, ...]:
        """The numbers of the articles in which claims are reported."""
        found = {article for claim in claims for article in self._gathered.iris(claim, _REPORTED)}
        return tuple(sorted(map(self.article, sorted(found))))

    def some(self, claims: Iterable[str]) -> tuple[tuple[int, ...], int]:
        """The numbers of the first articles in which claims are reported, and how many more there are."""
        found = sorted({article for claim in claims for article in self._gathered.iris(claim, _REPORTED)})
        return tuple(sorted(map(self.article, found[:MOST_ARTICLES]))), max(0, len(found) - MOST_ARTICLES)

    def graphs(self, graphs: Iterable[str], node: str, name: str = "") -> tuple[int, ...]:
        """The numbers of what graphs stand for, when they say something of a node.

        ``name`` is the property, by which the rule is known that derives it.
        """
        found = {self._graph(graph, node, name) for graph in sorted(graphs)}
        return tuple(sorted(found))

    def _graph(self, graph: str, node: str, name: str) -> int:
        local = graph.removeprefix(f"{self._base}graph/")
        part, _, key = local.partition("/")
        if part in {"article", "about"} and key:
            return self.article(f"{self._base}id/article/{key}")
        if part == "register":
            return self._number("register", node)
        if part == "derived":
            return self.rule(name)
        return self._number(part, node)

    def decision(self, iri: str) -> int:
        """The number of a reviewer's decision."""
        return self._number("decision", iri)

    def rule(self, name: str) -> int:
        """The number of the rule that derives a property."""
        return self._number("rule", name)

    def linked(self, article: str, link: str) -> None:
        """Keep the first link to a passage of an article."""
        self._links.setdefault(article, link)

    @property
    def articles(self) -> tuple[str, ...]:
        """The articles that have a number."""
        return tuple(name for kind, name in self._numbers if kind == "article")

    @property
    def decisions(self) -> tuple[str, ...]:
        """The decisions that have a number."""
        return tuple(name for kind, name in self._numbers if kind == "decision")

    def sources(self) -> tuple[Source, ...]:
        """All of them in the order of their numbers; the articles must have been read."""
        return tuple(self._source(kind, name, number) for (kind, name), number in self._numbers.items())

    def _source(self, kind: str, name: str, number: int) -> Source:
        if kind == "article":
            return self._article(name, number)
        key = self._gathered.cells.iri(name)
        if kind == "rule":
            rule, summary = _rules().get(name, ("", ""))
            return Source(number, Thing("", kind, rule or key, summary), "", "", kind)
        if kind == "decision" and self._gathered.told(name):
            told = decided(self._gathered, name, number)
            return Source(number, Thing(name, kind, key), "", "", kind, decision=told)
        label = self._gathered.words(name) if kind == "register" else ""
        return Source(number, Thing(name, kind, key, label), "", "", kind)

    def _article(self, iri: str, number: int) -> Source:
        gathered = self._gathered
        thing = Thing(iri, "article", gathered.cells.iri(iri), gathered.one(iri, _TITLE))
        link = self._links.get(iri) or address(gathered, iri)
        return Source(
            number, thing, publisher(gathered, iri), published(gathered, iri),
            sha256=gathered.one(iri, _HASH), link=link,
        )  # fmt: skip


def publisher(gathered: Gathered, article: str) -> str:
    """Who published an article, or that it is not stated; empty: nothing is known either way."""
    names = [gathered.words(iri) for iri in gathered.iris(article, _PUBLISHER)]
    if not names and _PUBLISHER in gathered.iris(article, _UNKNOWN):
        return "publisher not stated"
    return " and ".join(names)


def published(gathered: Gathered, article: str) -> str:
    """When an article was published, as far as it is known."""
    for when in gathered.iris(article, _WHEN):
        return gathered.one(when, _EDTF) or gathered.one(when, _TEXT)
    return "date not stated" if _WHEN in gathered.iris(article, _UNKNOWN) else ""


def address(gathered: Gathered, article: str) -> str:
    """The publisher's own page, if it is known and one that a browser may open."""
    url = gathered.one(article, _URL)
    return url if url.startswith(("https://", "http://")) else ""


def fragment(url: str, words: str, start: str, end: str) -> str:
    """A link to a passage in the publisher's page (WICG, Text Fragments); empty without address or words.

    >>> fragment("https://example.org/n", "they met - twice", "", "")
    'https://example.org/n#:~:text=they%20met%20%2D%20twice'
    """
    if not url or not (words or start):
        return ""
    parts = words.split()
    if len(parts) > 2 * _WORDS:
        start, end = " ".join(parts[:_WORDS]), " ".join(parts[-_WORDS:])
    elif words:
        start, end = words, ""
    text = ",".join(quote(one, safe="").replace("-", "%2D") for one in (start, end) if one)
    page, hash_, there = url.partition("#")
    return f"{page}#{there if hash_ else ''}:~:text={text}"


@cache
def _rules() -> dict[str, tuple[str, str]]:
    """The bundled rules by the property that they derive: name and summary."""
    found = {}
    for path in sorted(content("ontology", "derive").glob("*.rq")):
        text = path.read_text("utf-8")
        made, said = _MAKES.search(text), _SUMMARY.search(text)
        if made and ":" in made[1]:
            found[expand(made[1])] = (path.stem, said[1] if said else "")
    return found
