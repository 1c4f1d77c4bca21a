"""What the rows of lists say of their nodes, and what they rest on; asked for one page at a time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from diaspora_kg.index import NodeRow
from diaspora_kg.names import PREFIXES, expand
from diaspora_kg.overviews.sheets import Ground
from diaspora_kg.pages.language import Language, language
from diaspora_kg.pages.listing import Why
from diaspora_kg.pages.models import Link, Thing
from diaspora_kg.pages.site import Site
from diaspora_kg.queries.evidence import Evidence, evidence_of
from diaspora_kg.queries.lookup import Lookup, ask_part
from diaspora_kg.queries.wording import NOT_STATED, fulfilment_words, words_for
from diaspora_kg.terms import IRI, Term

MOST = 4
"""Claims that are shown in one row; the node's own page has all."""

_MANY = 100  # nodes in one question
_PLAIN = {"stated", "asserted", "affirmed", "assertive", ""}
_SPEAKING = {"speaker", "signatory", "requester", "committedParty"}


@dataclass(frozen=True, slots=True)
class Entry:
    """A node in a list: ``notes`` tell it apart from others, ``more`` counts reasons that are not shown."""

    thing: Thing
    notes: tuple[str, ...] = ()
    whys: tuple[Why, ...] = ()
    more: int = 0


def contents(nodes: Iterable[str], lookup: Lookup) -> dict[str, list[str]]:
    """The claims that have each node as content, in order."""
    found: dict[str, set[str]] = defaultdict(set)
    for row in asked("content-claims", nodes, lookup):
        found[row["node"].value].add(row["claim"].value)
    return {node: sorted(claims) for node, claims in found.items()}


def asked(part: str, nodes: Iterable[str], lookup: Lookup) -> Iterable[Mapping[str, Term]]:
    """The rows of a part query about these nodes."""
    wanted = sorted(set(nodes))
    for start in range(0, len(wanted), _MANY):
        yield from ask_part(
            lookup.store, part, {"_node_iri": [IRI(iri) for iri in wanted[start : start + _MANY]]}
        )


def why(evidence: Evidence, site: Site) -> Why:
    """One claim as what a row rests on: by whom, how where not plainly, in which article, in which words."""
    article = evidence.article
    shown = next((words.shown for words in evidence.words if words.shown), "")
    return Why(
        Link(site.href(article.iri), article.label or article.key),
        by(evidence, site.language),
        manner(evidence),
        Link(site.href(evidence.claim.iri), evidence.claim.label or evidence.claim.key),
        shown,
        said=True,
        iris=(evidence.claim.iri, article.iri),
    )


def by(evidence: Evidence, tongue: str) -> str:
    """Who says it, in a few words of a language; empty: the article itself."""
    names = [one.actor.words for one in evidence.claimants]
    speech = language(tongue)
    return speech.names(names) if names or evidence.own_voice else speech.words("nobody named")


def manner(evidence: Evidence) -> tuple[tuple[str, str], ...]:
    """What sets a claim apart from a plain one, each as a value and its words."""
    slots = (evidence.givenness, evidence.modality, evidence.polarity, evidence.illocution)
    found = [
        (slot, "denied" if slot == "negated" else words_for(slot)) for slot in slots if slot not in _PLAIN
    ]
    if evidence.conditions:
        found.append(("conditional", "under a condition"))
    if evidence.fulfilment:
        found.append(("fulfilment", fulfilment_words(evidence.fulfilment)))
    return tuple(found)


def whys(claims: Iterable[str], lookup: Lookup, site: Site) -> dict[str, Why]:
    """Each claim as what a row rests on."""
    return {iri: why(evidence, site) for iri, evidence in evidence_of(claims, lookup).items()}


def described(rows: Sequence[NodeRow], ground: Ground, site: Site) -> tuple[Entry, ...]:
    """Nodes as entries of a list that rest on the articles (or the register) which speak of them."""
    lookup = ground.lookup
    found: dict[str, dict[str, tuple[str, int]]] = defaultdict(dict)
    for told in asked("listed-in", (row.iri for row in rows), lookup):
        if "way" in told:
            count = int(told["articles"].value)
            found[told["node"].value][told["way"].value] = (article_of(told["first"].value, site), count)
    best = {iri: ways.get("mentioned") or ways["described"] for iri, ways in found.items()}
    labels = lookup.labels(iri for iri, _ in best.values() if iri)
    called = notes(rows, lookup, site.language)
    entries = []
    for row in rows:
        iri, count = best.get(row.iri, ("", 1))
        words = labels.get(iri) or iri.rpartition("/")[2]
        source = Link(site.href(iri), words) if iri else Link("", "the register of the project")
        reason = Why(source, iris=(iri,) if iri else ())
        entries.append(Entry(*called[row.iri], whys=(reason,), more=count - 1))
    return tuple(entries)


def led_to(entries: Iterable[Entry]) -> frozenset[str]:
    """The nodes to which entries lead."""
    found = set()
    for entry in entries:
        found.add(entry.thing.iri)
        found.update(iri for why in entry.whys for iri in why.iris)
    return frozenset(found)


def claimed(rows: Sequence[NodeRow], ground: Ground, site: Site) -> tuple[Entry, ...]:
    """Claims as entries of a list: by their paraphrases, with who says so, how and where."""
    told = whys((row.iri for row in rows), ground.lookup, site)
    return tuple(
        Entry(
            Thing(row.iri, row.kind, row.key, row.label),
            whys=(replace(told[row.iri], claim=None),) if row.iri in told else (),
        )
        for row in rows
    )


def article_of(graph: str, site: Site) -> str:
    """The article whose graph this is; an article is itself, and the register none.

    >>> article_of("https://a.example/graph/article/one", Site("", "https://a.example/"))
    'https://a.example/id/article/one'
    """
    if graph.startswith(f"{site.base}id/"):
        return graph
    begin = f"{site.base}graph/article/"
    return f"{site.base}id/article/{graph[len(begin) :]}" if graph.startswith(begin) else ""


def notes(
    rows: Sequence[NodeRow], lookup: Lookup, tongue: str = "en"
) -> dict[str, tuple[Thing, tuple[str, ...]]]:
    """How each node is called in a list, and what tells it apart: its sort in a language, date, publisher."""
    slots: dict[str, dict[str, list[Term]]] = defaultdict(lambda: defaultdict(list))
    for row in asked("listed-row", (row.iri for row in rows), lookup):
        if "value" in row:
            slots[row["node"].value][row["slot"].value].append(row["value"])
    values = (t for node in slots.values() for terms in node.values() for t in terms)
    labels = lookup.labels(term.value for term in values if isinstance(term, IRI))
    return {row.iri: _called(row, slots[row.iri], labels, language(tongue)) for row in rows}


def _called(
    row: NodeRow, slots: Mapping[str, Sequence[Term]], labels: Mapping[str, str], tongue: Language
) -> tuple[Thing, tuple[str, ...]]:
    def words(*names: str) -> list[str]:
        terms = [term for name in names for term in slots.get(expand(name), ())]
        return list(dict.fromkeys(_words(term, labels) for term in terms))

    kinds = list(map(tongue.words, sorted(words("dkg:kind", "dkg:status", "dkg:measure"))))
    dates = list(map(tongue.day, words("dkg:when")))
    speakers = sorted(words(*(f"dkgv:{role}" for role in sorted(_SPEAKING))))
    label = row.label
    if row.kind in {"statement", "undertaking"} and speakers and not label:
        label = tongue.called(tongue.words(" and ").join(kinds) or tongue.words(row.kind), speakers)
        kinds = []
    elif whose := words("dkg:subject", "org:member"):
        what = kinds or words("dkg:post", "org:organization") or [tongue.words(row.kind.replace("-", " "))]
        label = f"{tongue.words(' and ').join(whose)}: {label or ' '.join([*what, *words('dkg:object')])}"
        kinds = []
    return Thing(row.iri, row.kind, row.key, label), (*kinds, *words("dct:publisher"), *dates)


def _words(term: Term, labels: Mapping[str, str]) -> str:
    if not isinstance(term, IRI):
        return term.value
    if term.value.startswith(PREFIXES["dkgv"]):
        local = term.value.removeprefix(PREFIXES["dkgv"])
        return labels.get(term.value) or (words_for(local) if local != NOT_STATED else "not stated")
    return labels.get(term.value) or term.value.rpartition("/")[2]
