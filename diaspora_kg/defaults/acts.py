"""What is done by making a claim, and what it is about."""

from __future__ import annotations

from collections.abc import Iterator

from diaspora_kg.amended import amended
from diaspora_kg.article import Claim, Node, Participation, Ref, Statement
from diaspora_kg.defaults.desk import Desk, kinds, seen_from_here
from diaspora_kg.defaults.roles import ACTING, REQUESTS, statement_roles

_VOICING = frozenset({"speaker", "signatory"})
_TOPICS = ("dkg:subject", "dkg:object", "org:member", "org:organization")


def voicing(claim: Claim, desk: Desk) -> tuple[Participation, ...]:
    """Who spoke or signed in the statement that a claim is expressed in."""
    found = desk.find(claim.expressed_in) if claim.expressed_in else None
    if not isinstance(found, Statement):
        return ()
    if found.key not in desk.statements:
        found = amended(found, participations=statement_roles(found, Desk(desk.article, desk.lookup)))
    return tuple(one for one in found.participations if one.role in _VOICING)


def illocution(claim: Claim, desk: Desk) -> tuple[str, str]:
    """What is done by making the claim, and why it is taken for that."""
    if claim.stance is not None:
        return "evaluative", "it has a stance"
    if claim.fulfilment is not None:
        return "assertive", "it reports what became of a promise"
    claimants = _acting(claim, desk)
    for undertaking in contents(claim, desk):
        for kind in kinds(undertaking) if undertaking.kind == "undertaking" else ():
            own = claimants & _undertakers(undertaking, ACTING.get(kind, ""))
            if kind == "commitment" and own:
                return "commissive", "who claims it, or one for whom they act, is the one who promises"
            if kind in REQUESTS and own:
                return "directive", "who claims it, or one for whom they act, is the one who asks"
    return "assertive", "nothing makes it anything else"


def contents(claim: Claim, desk: Desk) -> Iterator[Node]:
    """The nodes that a claim has as content, in this article's keys."""
    for part in claim.content:
        found = desk.find(part) if isinstance(part, Ref) else part
        if isinstance(found, Node):
            yield _dotted(part, found, desk) if isinstance(part, Ref) else found


def _dotted(ref: Ref, node: Node, desk: Desk) -> Node:
    """Another article's node with the keys that this article would write."""
    if "." not in ref.key:
        return node

    def here(target: Ref | None) -> Ref | None:
        return Ref(seen_from_here(ref, target.key, desk), ref.line) if target else None

    slots = tuple(
        (prop, here(value) or value) if isinstance(value, Ref) else (prop, value)
        for prop, value in node.slots
    )
    parts = tuple(
        amended(one, actor=here(one.actor), capacity=here(one.capacity), on_behalf_of=here(one.on_behalf_of))
        for one in node.participations
    )
    return amended(node, slots=slots, participations=parts)


def _acting(claim: Claim, desk: Desk) -> set[str]:
    """The claimants, and those for whom one of them acts in that statement.

    Where all who are named claim it, so does who spoke or signed without a name: the holder of an
    office, known by the office alone.
    """
    claimants = {ref.key for ref in claim.claimants or ()}
    parts = voicing(claim, desk)
    named = {_key(one.actor, claim, desk) for one in parts if one.actor}
    unnamed_too = not claimants or named <= claimants
    found = set(claimants)
    for one in parts:
        if one.actor:
            acts = {one.on_behalf_of} if _key(one.actor, claim, desk) in claimants else set()
        else:
            acts = {one.on_behalf_of, one.capacity} if unnamed_too else set()
        found |= {_key(ref, claim, desk) for ref in acts if ref}
    return found


def _key(ref: Ref | None, claim: Claim, desk: Desk) -> str:
    """The key of somebody in the statement that a claim is expressed in, as this article writes it."""
    return seen_from_here(claim.expressed_in, ref.key, desk) if ref and claim.expressed_in else ""


def _undertakers(undertaking: Node, role: str) -> set[str]:
    """Who promises or asks, in which office and in whose name."""
    parts = [one for one in undertaking.participations if one.role in {role, ""}]
    return {ref.key for one in parts for ref in (one.actor, one.capacity, one.on_behalf_of) if ref}


def settle_about(claim: Claim, name: str, desk: Desk) -> Claim:
    """By default the subjects and objects of what is claimed, and what the stance is about."""
    if claim.about is not None:
        return claim
    keys = dict.fromkeys(_topics(claim, desk)) if "dkg:about" not in claim.unknown else {}
    if keys:
        why = "subject and object of the content, and what the stance is about"
        desk.take(claim.line, name, "about", " ".join(keys), why)
    return amended(claim, about=tuple(Ref(key, claim.line) for key in keys))


def _topics(claim: Claim, desk: Desk) -> Iterator[str]:
    for node in contents(claim, desk):
        for prop in _TOPICS:
            yield from (ref.key for ref in node.refs(prop))
    if claim.stance:
        yield from (ref.key for ref in claim.stance.targets)
