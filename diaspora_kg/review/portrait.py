"""What a reviewer sees of one record: names in every script, what tells it from namesakes, its sentences.

All of it is what articles and the register say of the record; nothing is inferred.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from diaspora_kg.errors import UsageError
from diaspora_kg.index import Index
from diaspora_kg.names import expand
from diaspora_kg.queries.evidence import Evidence, Named, evidence_of
from diaspora_kg.queries.lookup import Lookup, ask_part, part_text
from diaspora_kg.queries.why import LINKS
from diaspora_kg.queries.wording import NOT_STATED, date_phrase, said_by, words_for
from diaspora_kg.sparql import bind
from diaspora_kg.store.base import Solutions
from diaspora_kg.terms import IRI, Literal, Term

SENTENCES = 4
"""Sentences that are shown of a record at first; there may be more."""

MANY = 400
"""Rows of an answer that are looked at; a count that reaches it is one of at least so many."""

_LOOKED_AT, _MOST_ARTICLES, _MOST_NAMES = MANY, 60, 40
_READ = 16  # claims among which those of many articles are chosen
_MANY = 12  # values of one kind that are shown
_Row = Mapping[str, Term]

HEADINGS = (
    "sort", "post", "in", "member of", "members", "posts", "holders", "place", "date", "external id",
    "status", "takes part in",
)  # fmt: skip
"""What is told of a record besides names, articles and sentences, in this order."""

PARTS = "takes part in"
"""The heading of what a record takes part in, which is the same only if it is the same node."""

_HEADING = {
    "kind": "sort", "externalId": "external id", "postIn": "in", "place": "place", "subject": "of",
    "object": "object", "status": "status", "legalForm": "status", "jurisdiction": "place",
    "medium": "medium", "organization": "in", "member": "member", "post": "post", "measure": "sort",
    "low": "figure",
}  # fmt: skip


@dataclass(frozen=True, slots=True, order=True)
class Form:
    """One name: its words, the language (BCP 47, empty where unknown) and what sort of name it is."""

    text: str
    language: str = ""
    kind: str = ""


@dataclass(frozen=True, slots=True, order=True)
class Said:
    """One thing said of a record under a heading; ``key`` is that of the node which it names, if any."""

    words: str
    key: str = ""


@dataclass(frozen=True, slots=True)
class Sentence:
    """A claim that speaks of the record: the printed words, who says so, in which article, file and line."""

    words: str
    says: str
    by: str
    article: str
    title: str
    published: str
    file: str
    line: int
    where: str = ""

    @property
    def place(self) -> str:
        """Where it was annotated."""
        if self.line:
            return f"{self.file}:{self.line}"
        return " ".join(part for part in (self.file, self.where) if part) or self.article


@dataclass(frozen=True, slots=True)
class Portrait:
    """All that is shown of one record.

    ``records`` are the keys of records that are one node with it. ``facts`` are (heading, values) in the
    order of :data:`HEADINGS`. ``claims`` counts claims that speak of it, up to
    :data:`MANY`. ``file`` and ``line`` are where
    it was declared.
    """

    key: str
    kind: str
    label: str
    iri: str
    names: tuple[Form, ...] = ()
    facts: tuple[tuple[str, tuple[Said, ...]], ...] = ()
    articles: tuple[Said, ...] = ()
    sentences: tuple[Sentence, ...] = ()
    claims: int = 0
    records: tuple[str, ...] = ()
    file: str = ""
    line: int = 0

    @property
    def place(self) -> str:
        """Where it was declared."""
        return f"{self.file}:{self.line}" if self.line else self.file

    def said(self, heading: str) -> tuple[Said, ...]:
        """What is said under one heading."""
        return dict(self.facts).get(heading, ())


def portrait(key: str, lookup: Lookup, index: Index) -> Portrait | None:
    """What is known of a record by its full key; ``None`` where the published graph has no such node.

    Of a node on which half of a large graph rests only a part is looked at: no question has a long answer.
    """
    try:
        iri = lookup.find(key).value
    except UsageError:
        return None
    known = lookup.names.kind_and_key(iri)
    if known is None or not index.rows([iri]):
        return None
    rows = _some("portrait", iri, _LOOKED_AT, lookup)
    mentioned = [row["article"] for row in _some("mentioned", iri, _MOST_ARTICLES, lookup)]
    iris = {term.value for row in rows for term in row.values() if isinstance(term, IRI)}
    labels = lookup.labels({iri, *iris, *(article.value for article in mentioned)})
    reader = _Reader(lookup, labels)
    claims = _claims(iri, lookup)
    heard = evidence_of(claims[:_READ], lookup, index)
    place = index.origin_of(iri)
    return Portrait(
        known[1],
        known[0],
        labels.get(iri, ""),
        iri,
        _names(iri, lookup),
        reader.facts(rows, ask_part(lookup.store, "dates", {"_node_iri": [IRI(iri)]})),
        _articles(map(reader.said, mentioned), heard.values()),
        _sentences(claims[:_READ], heard),
        len(claims),
        tuple(former for former in index.formers_of(iri) if former != known[1]),
        place.file if place else "",
        place.line if place else 0,
    )


def _some(part: str, iri: str, most: int, lookup: Lookup) -> list[_Row]:
    """The first rows of the answer to one of the questions that commands are made of."""
    found = lookup.store.query(f"{bind(part_text(part), {'_node_iri': [IRI(iri)]})}\nLIMIT {most}")
    if not isinstance(found, Solutions):
        raise TypeError(f"{part} is no SELECT")
    return list(found)


def _names(iri: str, lookup: Lookup) -> tuple[Form, ...]:
    found = {
        Form(
            row["form"].value, row["language"].value, words_for(_local(row["kind"])) if "kind" in row else ""
        )
        for row in _some("names", iri, _LOOKED_AT, lookup)
    }
    return tuple(sorted(found, key=lambda one: (one.language, one.kind, one.text))[:_MOST_NAMES])


@dataclass(frozen=True)
class _Reader:
    lookup: Lookup
    labels: Mapping[str, str]

    def facts(self, rows: Iterable[_Row], dates: Iterable[_Row]) -> tuple[tuple[str, tuple[Said, ...]], ...]:
        found: dict[str, set[Said]] = defaultdict(set)
        for row in rows:
            self._sort(row, found)
        for row in dates:
            told = [
                row[name].value if name in row else "" for name in ("notBefore", "notAfter", "edtf", "text")
            ]
            slot, phrase = _local(row["slot"]), date_phrase(*told)
            found["date"].add(Said(phrase if slot == "when" else f"{slot} {phrase}"))
        order = [*HEADINGS, *sorted(found.keys() - set(HEADINGS))]
        return tuple((name, tuple(sorted(found[name])[:_MANY])) for name in order if found.get(name))

    def _sort(self, row: _Row, found: Mapping[str, set[Said]]) -> None:
        name = _local(row["what"])
        if name not in _TIES:
            found[_HEADING.get(name, words_for(name))].add(self.said(row["value"]))
            return
        also = self.said(row["also"]) if "also" in row else None
        value = self.said(row["value"]) if "value" in row else None
        if name in {"memberOf", "participation"} and also is not None:
            found["post"].add(also)
        if name == "currentStatus" and also is not None and value is not None:
            value = Said(f"{value.words}, {also.words}", value.key)
        heading = _TIES[name]
        if value is not None:
            span = _span(row)
            found[heading].add(Said(f"{value.words} ({span})", value.key) if span else value)

    def said(self, term: Term) -> Said:
        if isinstance(term, Literal):
            return Said(term.value)
        known = self.lookup.names.kind_and_key(term.value)
        key = known[1] if known else ""
        own = words_for(_local(term)) if term.value.startswith(expand("dkgv:")) else ""
        return Said(self.labels.get(term.value) or own or key or term.value, key)


_TIES = {
    "memberOf": "member of", "hasMember": "members", "holds": "posts", "heldBy": "holders",
    "currentStatus": "status", "participation": "takes part in",
}  # fmt: skip


def _span(row: _Row) -> str:
    begins, ends = (row[name].value if name in row else "" for name in ("begins", "ends"))
    return f"{begins} to {ends}" if begins and ends else f"from {begins}" if begins else ends and f"to {ends}"


def _claims(iri: str, lookup: Lookup) -> list[str]:
    """Claims that speak of a node, those that have it as content first."""
    order = list(LINKS)
    found = {
        (order.index(link) if (link := _local(row["link"])) in LINKS else len(order), row["claim"].value)
        for row in _some("claims-of", iri, _LOOKED_AT, lookup)
    }
    return list(dict.fromkeys(claim for _, claim in sorted(found)))


def _articles(mentioned: Iterable[Said], heard: Iterable[Evidence]) -> tuple[Said, ...]:
    """Articles that mention the record, or have one of the claims: an office often has claims alone."""
    found = {one.article.key: Said(_shown(one.article), one.article.key) for one in heard}
    found |= {one.key: one for one in mentioned}
    return tuple(found[key] for key in sorted(found))


def _sentences(claims: Sequence[str], evidence: Mapping[str, Evidence]) -> tuple[Sentence, ...]:
    """Some sentences, of as many articles as there are, in the order in which they are told."""
    turns: Counter[str] = Counter()
    ranked = []
    for place, one in enumerate(evidence[claim] for claim in claims if claim in evidence):
        ranked.append((turns[one.article.iri], place, one))
        turns[one.article.iri] += 1
    chosen = sorted(ranked, key=lambda each: each[:2])[:SENTENCES]
    return tuple(_sentence(one) for _, _, one in sorted(chosen, key=lambda each: each[1]))


def _sentence(one: Evidence) -> Sentence:
    words = " … ".join(part.shown for part in one.words if part.shown)
    published = "" if one.published == NOT_STATED else one.published
    says = one.claim.label
    title = _shown(one.article)
    return Sentence(
        words, says, said_by(one), one.article.key, title, published, one.file, one.line, one.where
    )


def _shown(one: Named) -> str:
    return one.label or one.key


def _local(term: Term) -> str:
    return term.value.replace("/", "#").rpartition("#")[2]
