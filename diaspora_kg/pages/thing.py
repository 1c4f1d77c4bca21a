"""Makes the page of a node from what ``dkg why`` knows of it. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from diaspora_kg.names import PREFIXES, segment
from diaspora_kg.pages.facts import (
    Claimed,
    Decision,
    Group,
    Line,
    Name,
    Paging,
    Part,
    Quote,
    Slot,
    Source,
    Speaker,
    Value,
)
from diaspora_kg.pages.linked import linked
from diaspora_kg.pages.models import Link, Thing
from diaspora_kg.pages.panel import ThingPage
from diaspora_kg.pages.site import Site
from diaspora_kg.queries.evidence import Claimant, Evidence, Named
from diaspora_kg.queries.explained import INVERSE
from diaspora_kg.queries.judged import Judgement
from diaspora_kg.queries.why import LINKS, Fact, Role, Use, Why, role_words
from diaspora_kg.queries.wording import NOT_STATED, fulfilment_words, words_for
from diaspora_kg.store.written import Syntax

PER_PAGE = 100
"""Claims on one page of a node; more go on to further pages."""

_PLAIN = frozenset({"stated", "asserted", "affirmed", "assertive"})
_TITLES = {**LINKS, "": "the claim", "content": "claimed or denied in", "claimant": "says"}
_SPEAKING, _NAMED = ("speaker", "signatory"), 3
_VERBS = {"same": "the same", "different": "not the same", "unsure": "perhaps the same"}


@dataclass(frozen=True)
class Found:
    """What is known of a node: ``total`` counts its uses, of which ``why`` holds those from ``first``."""

    why: Why
    names: tuple[Name, ...] = ()
    extra: tuple[Line, ...] = ()
    former: tuple[str, ...] = ()
    first: int = 0
    total: int = 0


def anchor(kind: str, key: str) -> str:
    """The fragment of a node that is shown on another page; nothing in it needs an escape.

    >>> anchor("claim", "a b")
    'claim-a%20b'
    """
    return f"{kind}-{segment(key)}"


_WHOSE = frozenset({"legal-status", "status-change", "relation", "membership", "figure"})


def thing_page(found: Found, site: Site, address: str = "") -> ThingPage:
    """The page of a node; ``address`` is the site's own where it is known, without a slash at its end."""
    why = found.why
    names = found.names
    thing = Thing(why.node.iri, why.kind, why.node.key, _label(why, names))
    sources = _sources(why.uses)
    numbers = {source.article.iri: source.number for source in sources}
    groups = tuple(_groups(why.uses, numbers))
    if why.kind == "article":
        groups = tuple(_anchored(groups))
    path = site.href(why.node.iri)
    data = path.replace("/page/", "/data/", 1)
    return ThingPage(
        thing=thing,
        kind=why.kind.replace("-", " "),
        summary=_summary(found),
        names=names,
        dates=tuple(_dates(why)),
        facts=(*_facts(why.facts), *found.extra),
        parts=tuple(map(_part, why.roles)),
        not_stated=why.not_stated,
        groups=groups,
        sources=sources,
        decisions=tuple(_decision(one, site) for one in why.judgements),
        former=found.former,
        paging=_paging(found, path),
        canonical=address + path.removeprefix(site.root) if address else path,
        data=tuple(Link(f"{data}.{syntax}", syntax.words) for syntax in Syntax),
        alternates=tuple(Link(f"{data}.{syntax}", syntax.media) for syntax in Syntax),
        linked=linked(thing, names, [one for group in groups for one in group.claims], site),
    )


def _label(why: Why, names: Sequence[Name]) -> str:
    """What the page is called; a statement has no name and is called by who makes it."""
    label = why.node.label or (names[0].words if names else "")
    speakers = [role.actor.words for role in why.roles if role.actor and role.role in _SPEAKING]
    if why.kind != "statement" or not speakers:
        return _described(why, label)
    shown = [*speakers[:_NAMED], "others"] if len(speakers) > _NAMED else speakers
    return f"{label or why.kind} by {' and '.join(shown)}"


def _described(why: Why, label: str) -> str:
    """A status, a relation, an office held or a number is nothing without whose it is."""
    told: dict[str, str] = {}
    for fact in why.facts:
        if not fact.inverse:
            told.setdefault(fact.property, fact.value.words)
    whose = told.get("subject") or told.get("member")
    if why.kind not in _WHOSE or not whose:
        return label
    what = label or told.get("measure") or told.get("post") or told.get("organization") or why.kind
    return f"{whose}: {' '.join(part for part in (what, told.get('object')) if part)}"


def _summary(found: Found) -> str:
    if not found.total:
        return "no claim points to it"
    if len(found.why.uses) == found.total or found.total <= PER_PAGE:
        return found.why.summary
    return f"claims point to it {found.total} times"


def _paging(found: Found, path: str) -> Paging:
    first, last = found.first, found.first + len(found.why.uses)
    back = max(0, first - PER_PAGE)
    return Paging(
        first=min(first + 1, last),
        last=last,
        total=found.total,
        earlier=(f"{path}?from={back + 1}" if back else path) if first else "",
        later=f"{path}?from={last + 1}" if last < found.total else "",
    )


def _value(named: Named) -> Value:
    """A node by its words; a value of a closed list is words only."""
    if named.iri.startswith(PREFIXES["dkgv"]):
        return Value(named.words)
    return Value(named.words, named.iri)


def _optional(named: Named | None) -> Value | None:
    return _value(named) if named else None


def _dates(why: Why) -> Iterator[Line]:
    for date in why.dates:
        basis = f" ({words_for(date.basis)})" if date.basis else ""
        yield Line({"when": "date"}.get(date.slot, date.slot), (Value(date.phrase + basis),))


def _facts(facts: Iterable[Fact]) -> Iterator[Line]:
    for (name, inverse), group in groupby(facts, key=lambda fact: (fact.property, fact.inverse)):
        label = INVERSE.get(name, words_for(name)) if inverse else words_for(name)
        yield Line(label, tuple(_value(fact.value) for fact in group))


def _part(role: Role) -> Part:
    return Part(
        role_words(role.role),
        _optional(role.actor),
        _optional(role.capacity),
        _optional(role.on_behalf_of),
        role.basis == "inferred",
    )


def _decision(one: Judgement, site: Site) -> Decision:
    words = _VERBS.get(one.decision, words_for(one.decision))
    iri = f"{site.base}id/decision/{segment(one.key)}"
    return Decision(words, one.records, one.reviewer, one.when[:10], one.note, iri)


def _sources(uses: Iterable[Use]) -> tuple[Source, ...]:
    articles: dict[str, Evidence] = {}
    for use in uses:
        articles.setdefault(use.evidence.article.iri, use.evidence)
    return tuple(_source(number, evidence) for number, evidence in enumerate(articles.values(), 1))


def _source(number: int, evidence: Evidence) -> Source:
    article, publisher = evidence.article, evidence.publisher
    if publisher is None:
        by = ""
    else:
        by = "publisher not stated" if publisher.key == NOT_STATED else publisher.words
    return Source(number, Thing(article.iri, "article", article.key, article.label), by, _published(evidence))


def _published(evidence: Evidence) -> str:
    return "date not stated" if evidence.published == NOT_STATED else evidence.published


def _groups(uses: Iterable[Use], numbers: Mapping[str, int]) -> Iterator[Group]:
    shown: set[str] = set()
    for link, group in groupby(uses, key=lambda use: use.link):
        claims = []
        for use in group:
            iri = use.evidence.claim.iri
            claims.append(_claimed(use.evidence, numbers, iri in shown))
            shown.add(iri)
        yield Group(_TITLES[link], f"as-{link or 'itself'}", tuple(claims))


def _anchored(groups: Iterable[Group]) -> Iterator[Group]:
    """The same, each passage marked where it comes first."""
    seen: set[tuple[int, int]] = set()

    def marked(quote: Quote) -> Quote:
        place = (quote.begin, quote.end)
        first = place not in seen
        seen.add(place)
        return replace(quote, first=first)

    for group in groups:
        claims = [
            one if one.repeated else replace(one, quotes=tuple(map(marked, one.quotes)))
            for one in group.claims
        ]
        yield replace(group, claims=tuple(claims))


def _claimed(evidence: Evidence, numbers: Mapping[str, int], repeated: bool) -> Claimed:
    claim, article = evidence.claim, evidence.article
    media = [words_for("medium not stated") if m.key == NOT_STATED else m.words for m in evidence.media]
    return Claimed(
        iri=claim.iri,
        key=claim.key,
        anchor=anchor("claim", claim.key),
        gloss=claim.label,
        speakers=tuple(map(_speaker, evidence.claimants)),
        own_voice=evidence.own_voice,
        said_inferred=evidence.basis == "inferred",
        media=" and ".join(media),
        statement=_optional(evidence.statement),
        statement_kind=" and ".join(map(words_for, evidence.kinds)) or "statement",
        slots=tuple(_slots(evidence)),
        notes=tuple(_notes(evidence)),
        quotes=tuple(Quote(w.shown, w.begin, w.end, words_for(w.region)) for w in evidence.words),
        article=Value(article.label or article.key, article.iri),
        published=_published(evidence),
        source=numbers[article.iri],
        repeated=repeated,
    )


def _speaker(claimant: Claimant) -> Speaker:
    return Speaker(
        _value(claimant.actor),
        _optional(claimant.capacity),
        _optional(claimant.on_behalf_of),
        claimant.basis == "inferred",
    )


def _slots(evidence: Evidence) -> Iterator[Slot]:
    for slot in ("attribution", "givenness", "modality", "polarity", "illocution"):
        if value := getattr(evidence, slot):
            yield Slot(slot, value, words_for(value), value in _PLAIN or slot == "attribution")
    if evidence.readings:
        words = " or ".join(map(words_for, evidence.readings))
        yield Slot("reading", "open", f"open: {words}")
    if evidence.stance:
        yield Slot("stance", evidence.stance, f"{words_for(evidence.stance)} stance")
    if evidence.fulfilment:
        yield Slot("fulfilment", evidence.fulfilment, fulfilment_words(evidence.fulfilment))


def _notes(evidence: Evidence) -> Iterator[Line]:
    if evidence.stance_targets:
        yield Line("stance towards", tuple(map(_value, evidence.stance_targets)))
    if evidence.evaluations:
        yield Line("in the words", tuple(Value(f"“{words}”") for words in evidence.evaluations))
    if evidence.conditions:
        yield Line("on the condition of", tuple(map(_value, evidence.conditions)))
    if evidence.cue:
        yield Line("cue", (Value(f"“{evidence.cue}”"),))
    if evidence.sic:
        yield Line("printed so (sic)", (Value(evidence.sic),))
    if evidence.note:
        yield Line("note", (Value(evidence.note),))
