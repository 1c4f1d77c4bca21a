"""Where an article points to a node by its key, and which kinds of node may stand there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from diaspora_kg.article import Article, Claim, Node, Participation, Ref, Scalar, Statement
from diaspora_kg.identity.kept import Kept
from diaspora_kg.light import light
from diaspora_kg.names import ACTOR_KINDS, kebab

_Kinds = frozenset[str] | None

_EVENTS = frozenset({"event", "status-change", "statement"})
_SITUATIONS = frozenset({"membership", "legal-status", "relation", "figure"})
_DESCRIBED = _EVENTS | _SITUATIONS | {"undertaking"}
_BODIES = frozenset({"organization", "polity"})
_HOLDERS = frozenset({"organization", "person"})
_NAMED = ACTOR_KINDS | {"post", "place", "document"}

ENTRY = "entry"
"""The kind of an addition to whatever the register has under its key: a tool's mark need not say what."""

_KINDS_OF_SLOT: dict[str, _Kinds] = {
    "dct:creator": ACTOR_KINDS,
    "dct:isPartOf": _EVENTS,
    "dct:publisher": ACTOR_KINDS,
    "dkg:foresees": _DESCRIBED,
    "dkg:from": frozenset({"legal-status"}),
    "dkg:jurisdiction": frozenset({"polity"}),
    "dkg:legalBasis": frozenset({"document", "statement"}),
    "dkg:object": _NAMED | _DESCRIBED,
    "dkg:place": frozenset({"place", "polity"}),
    "dkg:post": frozenset({"post"}),
    "dkg:reverses": frozenset({"status-change"}),
    "dkg:to": frozenset({"legal-status"}),
    "org:heldBy": frozenset({"person"}),
    "org:member": ACTOR_KINDS,
    "org:organization": _BODIES,
    "org:originalOrganization": frozenset({"organization"}),
    "org:postIn": _BODIES,
    "org:resultingOrganization": frozenset({"organization"}),
}

# What a node is about depends on the node; a slot that is in neither table takes any kind.
_KINDS_OF_SUBJECT: dict[str, _Kinds] = {
    "legal-status": _HOLDERS,
    "relation": ACTOR_KINDS,
    "status-change": _HOLDERS,
}

_KEY_OF_ROLE = {
    "addressee": "to",
    "committedParty": "by",
    "decidingAuthority": "authority",
    "requester": "by",
    "signatory": "by",
    "speaker": "by",
}
_WRITTEN = {"org:postIn": "in", "dct:creator": "author", "dct:isPartOf": "part-of"}


@light
@dataclass(frozen=True, slots=True)
class Use:
    """One reference: the slot as a researcher writes it, and the kinds that fit (``None``: any).

    ``addition``: the article adds mentions to what must be an entry of the register.
    """

    ref: Ref
    slot: str
    kinds: frozenset[str] | None = None
    addition: bool = False


def uses(article: Article) -> tuple[Use, ...]:
    """Every reference of an article, in the order written; those of some articles are kept at hand."""
    return _OF_ARTICLES.of(article)


def uses_of_node(node: Node) -> tuple[Use, ...]:
    """The references of one node, to itself too where it only adds to the register's; kept as above."""
    return _OF_NODES.of(node)


def _uses(article: Article) -> Iterator[Use]:
    yield from _in_slots("article", article.slots)
    for node in article.nodes:
        yield from _in_node(node)
    for statement in article.statements:
        yield from _in_statement(statement)
    for claim in article.all_claims():
        yield from _in_claim(claim)
    for mention in article.mentions:
        yield from _each("mentions", [mention.actor] if mention.actor else [], _NAMED | _EVENTS)


def _in_node(node: Node) -> Iterator[Use]:
    if node.addition:
        kinds = frozenset({node.kind}) if node.kind else ACTOR_KINDS
        if node.kind == ENTRY:
            kinds = ACTOR_KINDS | {"post", "place"}
        yield Use(Ref(node.key, node.line), "mentions", kinds, addition=True)
    yield from _in_slots(node.kind, node.slots)
    for part in node.participations:
        yield from _in_participation(part)
    for form in node.forms:
        yield from _each("unclear", form.unclear, _NAMED | _EVENTS)


def _in_slots(kind: str, slots: Iterable[tuple[str, Scalar]]) -> Iterator[Use]:
    for prop, value in slots:
        if isinstance(value, Ref):
            yield Use(value, _written(prop), _kinds(kind, prop))


def _kinds(kind: str, prop: str) -> _Kinds:
    table, name = (_KINDS_OF_SUBJECT, kind) if prop == "dkg:subject" else (_KINDS_OF_SLOT, prop)
    return table.get(name)


def _written(prop: str) -> str:
    return _WRITTEN.get(prop) or kebab(prop.partition(":")[2])


def _in_participation(part: Participation) -> Iterator[Use]:
    # A post in `who`, `by` or `to` means its holder, who is not named.
    yield from _each(
        _KEY_OF_ROLE.get(part.role, "who"), [part.actor] if part.actor else [], ACTOR_KINDS | {"post"}
    )
    yield from _each("as", [part.capacity] if part.capacity else [], frozenset({"post"}))
    yield from _each("for", [part.on_behalf_of] if part.on_behalf_of else [], ACTOR_KINDS)


def _in_statement(statement: Statement) -> Iterator[Use]:
    for part in statement.participations:
        yield from _in_participation(part)
    yield from _each("medium", statement.medium, ACTOR_KINDS)
    yield from _each("via", statement.via, ACTOR_KINDS)
    yield from _in_slots("statement", statement.slots)


def _in_claim(claim: Claim) -> Iterator[Use]:
    if claim.expressed_in:
        yield Use(claim.expressed_in, "of", frozenset({"statement"}))
    yield from _each("by", claim.claimants or (), ACTOR_KINDS)
    yield from _each("about", claim.about or ())
    yield from _each("stance", claim.stance.targets if claim.stance else ())
    yield from _each("content", (c for c in claim.content if isinstance(c, Ref)), _DESCRIBED)
    for part in claim.content:
        if isinstance(part, Node):
            yield from _in_node(part)
    yield from _each("if", claim.condition, frozenset({"claim"}))
    yield from _each("responds-to", claim.responds_to, frozenset({"claim", "statement"}))
    yield from _each("retracts", claim.retracts, frozenset({"claim", "article"}))
    yield from _each("conflicts-with", claim.conflicts_with, frozenset({"claim"}))


def _each(slot: str, refs: Iterable[Ref], kinds: _Kinds = None) -> Iterator[Use]:
    for ref in refs:
        yield Use(ref, slot, kinds)


_OF_ARTICLES = Kept(_uses, 128)
_OF_NODES = Kept(_in_node, 2048)
