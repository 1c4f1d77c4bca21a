"""From described nodes to quads: actors, posts, places, situations, events, undertakings."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from diaspora_kg.article import Concept, Link, Name, Node, Participation, Ref, Scalar, Text, When
from diaspora_kg.identity import Entry
from diaspora_kg.keys import minted
from diaspora_kg.quads.sheet import Sheet, label_of
from diaspora_kg.terms import boolean, day, number

_GLOSSED = frozenset({"rdfs:label", "dkg:legalBasis", "dkg:note"})
_PRINTED = frozenset({"dkg:listName"})
_PASSED_ON = ("dkg:subject", "dkg:jurisdiction", "dkg:legalBasis", "dkg:listName")
"""What the status that a change leads to has from the change."""


def describe(sheet: Sheet, node: Node, key: str) -> str:
    """Write one node under its full key; its IRI."""
    subject = sheet.open(node.kind, key, node.line, label_of(node))
    if node.key and sheet.scope.owner:
        sheet.source_id(subject, key)
    fill(sheet, subject, key, (slot for slot in node.slots if slot[0] not in {"dkg:from", "dkg:to"}))
    sheet.unknown(subject, node.unknown)
    _names(sheet, subject, key, node.names)
    for part in node.participations:
        participate(sheet, subject, key, part)
    if node.kind == "status-change":
        _change_status(sheet, node, subject, key)
    elif node.kind == "membership":
        _default_organization(sheet, node, subject)
    return subject


def fill(sheet: Sheet, subject: str, key: str, slots: Iterable[tuple[str, Scalar]]) -> None:
    """Write the slots of the node that has this full key."""
    for prop, value in slots:
        match value:
            case Ref():
                sheet.refer(subject, prop, [value])
            case Concept(name):
                sheet.concept(subject, prop, name)
            case Link(iri):
                sheet.iri(subject, prop, iri)
            case When():
                date(sheet, subject, key, prop, value)
            case Text(words, language):
                sheet.words(subject, prop, words, language or _language(sheet, prop))
            case bool():
                sheet.add(subject, prop, boolean(value))
            case int() | Decimal():
                sheet.add(subject, prop, number(value))


def _language(sheet: Sheet, prop: str) -> str:
    if prop in _GLOSSED:
        return sheet.scope.gloss
    return sheet.scope.language if prop in _PRINTED else ""


def date(sheet: Sheet, owner: str, owner_key: str, prop: str, when: When) -> None:
    """Write one date of a node; the bounds are days, the printed words as they are."""
    key = minted(sheet.scope.owner, "when", owner_key, prop, when)
    subject = sheet.open("when", key, when.line, when.words or when.edtf or when.basis)
    sheet.iri(owner, prop, subject)
    sheet.concept(subject, "dkg:dateBasis", when.basis)
    sheet.printed(subject, "dkg:dateText", when.words)
    if when.edtf:
        sheet.words(subject, "dkg:edtf", when.edtf)
    for bound, value in (("dkg:notBefore", when.not_before), ("dkg:notAfter", when.not_after)):
        if value:
            sheet.add(subject, bound, day(value))


def participate(sheet: Sheet, owner: str, owner_key: str, part: Participation) -> None:
    """Write who took part in a node; a post in the actor's place is its holder, who is not named."""
    key = minted(sheet.scope.owner, "participation", owner_key, part)
    actor = sheet.find(part.actor) if part.actor else None
    words = part.actor.key if part.actor else part.role
    subject = sheet.open("participation", key, part.line, words)
    sheet.iri(owner, "dkg:participation", subject)
    sheet.concept(subject, "dkg:role", part.role)
    sheet.concept(subject, "dkg:sourceKind", part.source_kind)
    if actor and actor.kind != "post":
        sheet.iri(subject, "dkg:actor", actor.iri(sheet.names))
    elif actor:
        sheet.iri(subject, "dkg:capacity", actor.iri(sheet.names))
    if part.actor is None or (actor and actor.kind == "post"):
        sheet.unknown(subject, ["dkg:actor"])
    sheet.unknown(subject, part.unknown)
    sheet.refer(subject, "dkg:capacity", [part.capacity] if part.capacity else [])
    if part.on_behalf_of:
        sheet.refer(subject, "dkg:onBehalfOf", [part.on_behalf_of])
        sheet.concept(subject, "dkg:basis", part.basis or "stated")


def _names(sheet: Sheet, owner: str, owner_key: str, names: tuple[Name, ...]) -> None:
    keys = {name: minted(sheet.scope.owner, "name", owner_key, name) for name in names}
    for name in names:
        subject = sheet.open("name", keys[name], name.line, name.form)
        sheet.iri(owner, "dkg:name", subject)
        sheet.words(subject, "skosxl:literalForm", name.form, name.language)
        sheet.concept(subject, "dkg:kind", name.kind)
        if name.transliterates:
            _transliterate(sheet, subject, name.transliterates, keys)


def _transliterate(sheet: Sheet, subject: str, form: str, keys: dict[Name, str]) -> None:
    rendered = [sheet.names.node("name", key) for name, key in keys.items() if name.form == form]
    for other in rendered:
        if other != subject:
            sheet.iri(subject, "dkg:transliterates", other)
    if not rendered:
        sheet.refuse(subject, f"No other name here is written `{form}`, so none is transliterated.", form)


def _change_status(sheet: Sheet, change: Node, subject: str, key: str) -> None:
    for entry in sheet.entries(change.refs("dkg:from")):
        sheet.iri(entry.iri(sheet.names), "dkg:endedWith", subject)
    for status in resulting_statuses(sheet, change, key, sheet.scope.article):
        sheet.iri(status, "dkg:beganWith", subject)
    for value in change.values("dkg:to"):
        if isinstance(value, Concept):
            _begin_status(sheet, change, key, value)


def _begin_status(sheet: Sheet, change: Node, key: str, status: Concept) -> None:
    status_key = _status_key(sheet.scope.owner, key, status)
    subject = sheet.open("legal-status", status_key, change.line, label_of(change))
    sheet.concept(subject, "dkg:status", status.name)
    fill(sheet, subject, status_key, (slot for slot in change.slots if slot[0] in _PASSED_ON))
    sheet.unknown(subject, (prop for prop in change.unknown if prop in _PASSED_ON))


def _status_key(owner: str, change_key: str, status: Concept) -> str:
    return minted(owner, "legal-status", change_key, status)


def resulting_statuses(sheet: Sheet, change: Node, key: str, article: str | None) -> list[str]:
    """The IRIs of the legal statuses that a change, described in this article, leads to."""
    found = []
    for value in change.values("dkg:to"):
        if isinstance(value, Concept):
            found.append(sheet.names.node("legal-status", _status_key(article or "", key, value)))
        elif isinstance(value, Ref) and (entry := sheet.find(value, article)):
            found.append(entry.iri(sheet.names))
    return found


def _default_organization(sheet: Sheet, membership: Node, subject: str) -> None:
    if "org:organization" in membership.unknown or any(membership.refs("org:organization")):
        return
    for post in sheet.entries(membership.refs("dkg:post")):
        for body in _bodies(sheet, post):
            sheet.iri(subject, "org:organization", body.iri(sheet.names))


def _bodies(sheet: Sheet, post: Entry) -> list[Entry]:
    refs = post.record.refs("org:postIn") if isinstance(post.record, Node) else ()
    return [entry for ref in refs if (entry := sheet.find(ref, post.article))]
