"""An explanation of a node (:mod:`diaspora_kg.queries.why`) as text and as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict

from diaspora_kg.index.parted import Parted
from diaspora_kg.queries.judged import Judgement
from diaspora_kg.queries.why import LINKS, Fact, Role, Why
from diaspora_kg.queries.wording import count, lines, role_words, sources, words_for
from diaspora_kg.visible import visible

INVERSE = {
    "beganWith": "begins",
    "endedWith": "ends",
    "reverses": "reversed by",
    "isPartOf": "has part",
    "foresees": "foreseen by",
}
"""What a property is called from the side of the node that it points to."""


def as_json(found: Why) -> str:
    """The explanation as JSON (schema: docs/reference/why.schema.json)."""
    return json.dumps(asdict(found), ensure_ascii=False, indent=2)


def as_text(found: Why) -> Iterator[str]:
    """The explanation as lines for a person; nothing in them can move a terminal's cursor."""
    yield from map(visible, _text(found))


def _text(found: Why) -> Iterator[str]:
    kind = found.kind.replace("-", " ")
    node = found.node.key if found.kind == "claim" else found.node.shown
    yield f"{node}: {kind}" if kind else node
    if found.asked:
        yield f"  {found.asked} is a record of this node: a reviewer found them to be the same"
    yield f"  {found.summary}"
    for date in found.dates:
        slot = "" if date.slot == "when" else f"{date.slot} "
        yield f"  {slot}{date.phrase}" + (f" ({words_for(date.basis)})" if date.basis else "")
    if found.not_stated:
        yield f"  not stated: {', '.join(found.not_stated)}"
    yield from map(_fact, found.facts)
    yield from map(_role, (r for r in found.roles if r.actor or r.capacity or r.on_behalf_of))
    yield from map(_judgement, found.judgements)
    yield from map(_parted, found.parted)
    yield from _claims(found)
    if found.uses:
        yield ""
        yield from sources(use.evidence for use in found.uses)


def _judgement(one: Judgement) -> str:
    """A decision; of one between two records of the node itself both keys stand there."""
    who = ", ".join(part for part in (one.reviewer, one.when[:10]) if part)
    verb = {"same": "the same", "different": "not the same", "unsure": "perhaps the same"}
    told = f"{verb.get(one.decision, one.decision)}: {' and '.join(one.records)}"
    return f"  {told} ({who}; decision {one.key})" + (f": {one.note}" if one.note else "")


def _parted(one: Parted) -> str:
    """A decision that is in force no more: who decided so and why, who withdrew it and why."""
    decided = f"{one.who}, {one.when[:10]}; decision {one.decision}"
    undone = f"withdrawn by {one.undone_by}, {one.undone[:10]}" + (
        f": {one.undone_why}" if one.undone_why else ""
    )
    return (
        f"  formerly thought the same: {one.other} ({decided})"
        + (f": {one.why}" if one.why else "")
        + f"; {undone}"
    )


def _fact(fact: Fact) -> str:
    name = INVERSE.get(fact.property, words_for(fact.property)) if fact.inverse else words_for(fact.property)
    return f"  {name}: {fact.value.shown}"


def _role(role: Role) -> str:
    if role.actor:
        who = role.actor.shown + (f", as {role.capacity.shown}" if role.capacity else "")
    else:
        who = (f"the holder of {role.capacity.shown}" if role.capacity else "somebody") + ", not named"
    if role.on_behalf_of:
        how = " by the annotator's inference" if role.basis == "inferred" else ""
        who += f", acting for {role.on_behalf_of.shown}{how}"
    return f"  {role_words(role.role)}: {who}"


def _claims(found: Why) -> Iterator[str]:
    shown: set[str] = set()
    for link in ["", *LINKS]:
        uses = [use for use in found.uses if use.link == link]
        if not uses:
            continue
        yield ""
        if link:
            total = found.totals.get(link, len(uses))
            part = f" (the first {len(uses)} of them)" if len(uses) < total else ""
            yield f"{LINKS[link]} {count(total, 'claim')}{part}:"
        for use in uses:
            block = list(lines(use.evidence))
            repeated = use.evidence.claim.iri in shown
            shown.add(use.evidence.claim.iri)
            yield from (f"  {line}" for line in (block[:1] if repeated else block))
