"""Why a node is in the graph: every claim that points to it, who says so, and in which words.

Claims that have the node as content come first: they are those that say that it is so. The rest
evaluate it, speak about it, were made by it or in it. What the source was read for and does not say
is listed too.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from diaspora_kg.errors import UsageError
from diaspora_kg.index import Index
from diaspora_kg.index.parted import Parted
from diaspora_kg.names import ACTOR_KINDS, expand
from diaspora_kg.queries.cells import Cells, natural
from diaspora_kg.queries.evidence import Evidence, Named, Origins, evidence_of
from diaspora_kg.queries.judged import Judgement, asked, judgements
from diaspora_kg.queries.lookup import Lookup, ask_part
from diaspora_kg.queries.wording import (
    NOT_STATED,
    SILENCES,
    count,
    date_phrase,
    role_words,
    summary,
    words_for,
)
from diaspora_kg.terms import IRI, Literal, Term

_Row = Mapping[str, Term]

LINKS = {
    "content": "content of",
    "stanceTarget": "evaluated in",
    "about": "spoken about in",
    "claimant": "says",
    "participation": "part of what is claimed in",
    "expressedIn": "holds",
    "reportedIn": "reports",
    "condition": "condition of",
    "respondsTo": "answered by",
    "retracts": "retracted by",
    "conflictsWith": "in conflict with",
}
"""How a claim may point to a node, the strongest first, with the words before the number of claims."""

_FACTS = (
    "dkg:kind", "dkg:subject", "dkg:object", "dkg:status", "dkg:legalForm", "dkg:legalBasis",
    "dkg:jurisdiction", "dkg:beganWith", "dkg:endedWith", "dkg:reverses", "org:member",
    "org:organization", "dkg:post", "org:postIn", "dkg:foresees", "dkg:place", "dct:isPartOf",
    "dkg:medium", "dkg:measure", "dkg:low", "dkg:high", "dkg:externalId", "dkg:listName",
)  # fmt: skip
_ENTITIES = ACTOR_KINDS | {"post", "place", "document"}
"""Kinds of node that no claim has as content; they are parts of what is claimed."""


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing described of a node; ``inverse`` when the value points to the node."""

    property: str
    value: Named
    inverse: bool = False


@dataclass(frozen=True, slots=True)
class Date:
    """A date: ``slot`` is when, starts or ends; ``phrase`` says it in words."""

    slot: str
    phrase: str
    edtf: str
    not_before: str
    not_after: str
    basis: str


@dataclass(frozen=True, slots=True)
class Role:
    """A part that somebody takes; ``actor`` is ``None`` where the source does not say who.

    ``basis`` says whether it is stated or inferred that they act for ``on_behalf_of``.
    """

    role: str
    actor: Named | None
    capacity: Named | None = None
    on_behalf_of: Named | None = None
    basis: str = ""


@dataclass(frozen=True, slots=True)
class Use:
    """One claim and how it points to the node."""

    link: str
    evidence: Evidence


@dataclass(frozen=True)
class Why:
    """Everything that is known of why a node is there; ``kind`` is the segment of its IRI.

    ``totals`` says how many claims point to the node by each link; ``uses`` may be the first of them only.
    ``asked`` is the key that was asked for, where that is a record which is part of the node. ``parted`` are
    nodes with which it was thought to be one, until that decision was withdrawn.
    """

    node: Named
    kind: str
    summary: str
    facts: tuple[Fact, ...]
    dates: tuple[Date, ...]
    roles: tuple[Role, ...]
    not_stated: tuple[str, ...]
    uses: tuple[Use, ...]
    asked: str = ""
    judgements: tuple[Judgement, ...] = ()
    parted: tuple[Parted, ...] = ()
    totals: Mapping[str, int] = field(default_factory=dict)


def why(written: str, lookup: Lookup, origins: Origins | None = None, most: int | None = None) -> Why:
    """Explain a node by its key or IRI; raises :class:`UsageError` when there is no such node.

    At most ``most`` claims of each link are told (``None``: all); ``totals`` are the true numbers.
    """
    iri = lookup.find(written)
    node = {"_node_iri": [iri]}
    facts = list(ask_part(lookup.store, "node", node))
    if not facts:
        raise UsageError(f"nothing in the graph has the IRI {iri.value}.")
    roles = list(ask_part(lookup.store, "roles", node))
    known = lookup.names.kind_and_key(iri.value)
    kind = known[0] if known else ""
    links = _links(iri, kind, lookup)
    told_of = _first(links, most)
    uses = _uses(told_of, lookup, origins)
    reader = _Reader(Cells(lookup.names), lookup.labels(_iris([*facts, *roles], iri)))
    dates = sorted(map(reader.date, ask_part(lookup.store, "dates", node)), key=repr)
    found = Why(
        reader.named(iri),
        kind,
        "",
        tuple(reader.facts(facts)),
        tuple(dates),
        tuple(sorted(map(reader.role, roles), key=repr)),
        (),
        uses,
        totals={link: sum(one.link == link for one in links) for link in ["", *LINKS]},
    )
    return replace(
        found,
        summary=_summary(found, links),
        totals={link: total for link, total in found.totals.items() if total},
        not_stated=tuple(_silences(found, facts)),
        asked=asked(written, iri, lookup),
        judgements=tuple(judgements(iri, facts, lookup)),
        parted=origins.parted_of(iri.value) if isinstance(origins, Index) else (),
    )


@dataclass(frozen=True, slots=True)
class _Link:
    """How a claim points to the node, and the article that reports the claim."""

    link: str
    claim: str
    article: str


def _links(iri: IRI, kind: str, lookup: Lookup) -> list[_Link]:
    """How claims point to the node, in the order in which they are told."""
    links = {
        _Link(_local(row["link"]), row["claim"].value, row["article"].value)
        for row in ask_part(lookup.store, "uses", {"_node_iri": [iri]})
    }
    known = {one.claim for one in links if one.link != "participation"}
    if kind not in _ENTITIES:
        links = {one for one in links if one.link != "participation"}
    links = {one for one in links if one.link != "participation" or one.claim not in known}
    if kind == "claim":
        links.add(_Link("", iri.value, ""))
    if kind == "article":  # every claim that an article expresses it also reports
        links = {one for one in links if one.link != "expressedIn"}
    order, cells = ["", *LINKS], Cells(lookup.names)
    return sorted(links, key=lambda one: (order.index(one.link), natural(cells.iri(one.claim))))


def _first(links: Sequence[_Link], most: int | None) -> list[_Link]:
    """So many of each link."""
    taken: Counter[str] = Counter()
    chosen = []
    for one in links:
        taken[one.link] += 1
        if most is None or taken[one.link] <= most:
            chosen.append(one)
    return chosen


def _uses(links: Sequence[_Link], lookup: Lookup, origins: Origins | None) -> tuple[Use, ...]:
    evidence = evidence_of((one.claim for one in links), lookup, origins)
    return tuple(Use(one.link, evidence[one.claim]) for one in links if one.claim in evidence)


def _iris(rows: Sequence[_Row], node: IRI) -> set[str]:
    return {term.value for row in rows for term in row.values() if isinstance(term, IRI)} | {node.value}


def _local(term: Term) -> str:
    return term.value.replace("/", "#").rpartition("#")[2]


@dataclass(frozen=True)
class _Reader:
    cells: Cells
    labels: Mapping[str, str]

    def named(self, term: Term) -> Named:
        if isinstance(term, Literal):
            return Named("", term.value, "")
        return Named(term.value, self.cells.iri(term.value), self.labels.get(term.value, ""))

    def facts(self, rows: Sequence[_Row]) -> Iterator[Fact]:
        order = {expand(name): place for place, name in enumerate(_FACTS)}
        shown = [row for row in rows if row["property"].value in order]
        found = {
            (order[row["property"].value], row["inverse"].value in {"true", "1"}, self.named(row["value"]))
            for row in shown
        }
        for place, inverse, value in sorted(found, key=lambda one: (one[0], one[1], natural(one[2].key))):
            yield Fact(_FACTS[place].partition(":")[2], value, inverse)

    def date(self, row: _Row) -> Date:
        values = {name: row[name].value if name in row else "" for name in ("edtf", "notBefore", "notAfter")}
        text = row["text"].value if "text" in row else ""
        basis = self.cells.cell("", row.get("dateBasis"))
        phrase = date_phrase(values["notBefore"], values["notAfter"], values["edtf"], text)
        return Date(
            _local(row["slot"]), phrase, values["edtf"], values["notBefore"], values["notAfter"], basis
        )

    def role(self, row: _Row) -> Role:
        actor = row.get("actor")
        silent = actor is None or self.cells.cell("", actor) == NOT_STATED
        return Role(
            _local(row["role"]),
            None if actor is None or silent else self.named(actor),
            self.named(row["capacity"]) if "capacity" in row else None,
            self.named(row["onBehalfOf"]) if "onBehalfOf" in row else None,
            self.cells.cell("", row.get("basis")),
        )


def _silences(found: Why, rows: Sequence[_Row]) -> Iterator[str]:
    """What the source was read for and does not say: parts that nobody is known for, then properties."""
    unknown = expand("dkg:unknown")
    properties = {_local(row["value"]) for row in rows if row["property"].value == unknown}
    nobody = [role for role in found.roles if not (role.actor or role.capacity or role.on_behalf_of)]
    yield from (role_words(role.role) for role in nobody)
    yield from sorted(SILENCES.get(name, words_for(name)) for name in properties)


def _summary(found: Why, links: Sequence[_Link]) -> str:
    if found.kind == "claim":
        return summary([use.evidence for use in found.uses if not use.link], itself=True)
    articles = {one.article for one in links}
    claims = {one.claim for one in links}
    content = [use.evidence for use in found.uses if use.link == "content"]
    if found.kind in _ENTITIES:
        spoken = f"{count(len(claims), 'claim')} of {count(len(articles), 'article')}"
        return f"in {spoken}: speaking, spoken about or part of what is claimed"
    if found.kind in {"article", "statement"} and not content:
        return f"{count(len(links), 'claim')} in it"
    return summary(content)
