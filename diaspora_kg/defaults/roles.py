"""Who took part: roles that the kind tells, posts that stand for their holders."""

from __future__ import annotations

from collections.abc import Iterator

from diaspora_kg.amended import amended
from diaspora_kg.article import Node, Participation, Ref, Statement
from diaspora_kg.defaults.desk import Desk, kinds, seen_from_here

_SIGNED = frozenset({"jointStatement", "openLetter"})
REQUESTS = frozenset({"appeal", "demand", "proposal"})
ACTING = {
    "commitment": "committedParty",
    "agreement": "committedParty",
    "policy": "committedParty",
} | dict.fromkeys(REQUESTS, "requester")


def settle_node(node: Node, desk: Desk) -> Node:
    """A node with its participations filled; a membership is one in the post's organization."""
    name = node.key or f"{node.kind} in line {node.line}"
    parts, slots = node.participations, node.slots
    if parts:
        role = next((ACTING[kind] for kind in kinds(node) if kind in ACTING), "participant")
        parts = tuple(_participation(one, role, name, desk) for one in parts)
    if node.kind == "membership" and not any(node.refs("org:organization")):
        slots += tuple(("org:organization", ref) for ref in _organization_of_post(node, name, desk))
    same = parts is node.participations and slots is node.slots
    return node if same else amended(node, participations=parts, slots=slots)


def _organization_of_post(node: Node, name: str, desk: Desk) -> Iterator[Ref]:
    """A membership with a post is one in the post's organization."""
    if "org:organization" in node.unknown:
        return
    for post in node.refs("dkg:post"):
        found = desk.find(post)
        owners = [ref.key for ref in found.refs("org:postIn")] if isinstance(found, Node) else []
        for key in owners[:1]:
            there = seen_from_here(post, key, desk)
            desk.take(node.line, name, "organization", there, f"the post `{post.key}` is in it")
            yield Ref(there, post.line)


def statement_roles(statement: Statement, desk: Desk) -> tuple[Participation, ...]:
    """Who took part in a statement: its signatories or speakers, unless another role is written."""
    role = "signatory" if _SIGNED & set(statement.kinds) else "speaker"
    return tuple(_participation(one, role, statement.key, desk) for one in statement.participations)


def _participation(one: Participation, role: str, node: str, desk: Desk) -> Participation:
    """A post as actor means its holder, not named; a role and a basis that are not written are filled."""
    if one.actor is not None and _is_post(one.actor, desk):
        why = f"`{one.actor.key}` is a post: its holder is meant, who is not named"
        desk.take(one.line, node, "capacity", one.actor.key, why)
        unknown = tuple(dict.fromkeys((*one.unknown, "dkg:actor")))
        one = amended(one, actor=None, capacity=one.capacity or one.actor, unknown=unknown)
    if not one.role:
        one = amended(one, role=desk.take(one.line, node, "role", role, "the kind tells the role"))
    if one.on_behalf_of and not one.basis:
        one = amended(one, basis=desk.take(one.line, node, "basis", "stated", "nothing says inferred"))
    return one


def _is_post(ref: Ref, desk: Desk) -> bool:
    found = desk.find(ref)
    return isinstance(found, Node) and found.kind == "post"
