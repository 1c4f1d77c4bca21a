"""Which arrows and values each label of our brat tag set takes: what brat's own checks are made from.

All of it follows from the table of the native format, the closed lists and the label map; only what an
arrow may lead to is said here.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from diaspora_kg.marked.rules import (
    CLAIM,
    DATE,
    ENTRIES,
    EVIDENCE,
    FURNITURE,
    MENTION,
    STATEMENT,
    TAKES_PART,
    WORDS,
)
from diaspora_kg.ontology import Ontology
from diaspora_kg.reading.how import SLOTS
from diaspora_kg.reading.nodes import ACTOR_NAMES, KINDS, WORLD_NAMES, Kind, Type
from diaspora_kg.reading.nodes import STATEMENT as SPEECH
from diaspora_kg.returned.bratset import TagSet

_ACTORS = (*ACTOR_NAMES, MENTION)
_WORLD = tuple(name for name in WORLD_NAMES if name != "document")
_DOING = (*_ACTORS, "post", TAKES_PART)
_ANY = (*ACTOR_NAMES, "post", "place", "document", MENTION, *_WORLD, STATEMENT, CLAIM)
_LEADS = {
    "in": (STATEMENT,), "content": (*_WORLD, STATEMENT), "if": (CLAIM,), "responds-to": (CLAIM, STATEMENT),
    "retracts": (CLAIM,), "conflicts-with": (CLAIM,), "cue": (WORDS,), "sic": (WORDS,), "list-name": (WORDS,),
    "stance-words": (WORDS,), EVIDENCE: (EVIDENCE,), "by": _DOING, "to": _DOING, "participants": _DOING,
    "authority": _DOING, "by.inferred": _ACTORS, "who": (*_ACTORS, "post"), "as": ("post",), "for": _ACTORS,
    "for.inferred": _ACTORS, "via": _ACTORS, "medium": _ACTORS, "member": _ACTORS, "when": (DATE,),
    "starts": (DATE,), "ends": (DATE,), "place": ("place", "polity", MENTION), "post": ("post", MENTION),
    "organization": ("organization", "polity", MENTION), "jurisdiction": ("polity", MENTION),
    "legal-basis": ("document", WORDS, MENTION), "from": ("legal-status",), "reverses": ("status-change",),
    "foresees": _WORLD, "part-of": ("event", "status-change", STATEMENT),
    "original-organization": ("organization", MENTION), "resulting-organization": ("organization", MENTION),
}  # fmt: skip
_OF_CLAIMS = (
    "in", "content", "about", "by", "by.inferred", "if", "stance-target", "stance-words", "cue", "sic",
    EVIDENCE, "responds-to", "retracts", "conflicts-with",
)  # fmt: skip
_OF_PARTS = ("who", "as", "for", "for.inferred")
_MANY = frozenset({"content", "about", "by", "by.inferred", "if", "stance-target", "stance-words", EVIDENCE,
                   "responds-to", "retracts", "conflicts-with", "for", "for.inferred"})  # fmt: skip
_VALUES = {
    "stance": "Stance", "fulfilment": "Fulfilment", "role": "Role", "source-kind": "SourceKind",
    "basis": "DateBasis", "name": "NameKind",
}  # fmt: skip

_NEVER = {"Fulfilment": ("not-reported",), "DateBasis": ("not-stated",)}
"""Values that the graph has and nobody writes."""


@dataclass(frozen=True, slots=True)
class Arrow:
    """One role of a label: what it may lead to, and whether more than once."""

    role: str
    key: str
    labels: tuple[str, ...]
    many: bool = True


@dataclass(frozen=True, slots=True)
class Value:
    """One attribute: the labels that take it and its values (none: it is only there or not)."""

    name: str
    key: str
    labels: tuple[str, ...]
    values: tuple[str, ...] = ()
    scheme: str = ""


def about(becomes: str) -> str:
    """What an annotation of this sort is, in a sentence."""
    return ENTRIES[becomes]


def arrows(tags: TagSet, label: str) -> tuple[Arrow, ...]:
    """The roles of an event label, in the order of the tag set."""
    becomes = tags.labels.frames[label].becomes
    keys = dict(_keys(becomes))
    found = []
    for role, slot in tags.labels.roles.items():
        if slot.key not in keys or role not in _said_by(tags, slot.key, label, role):
            continue
        leads = ("legal-status",) if role == "Becomes" else _LEADS.get(slot.key, _ANY)
        labels = tuple(_label(tags, one) for one in leads)
        found.append(Arrow(role, slot.key, tuple(dict.fromkeys(labels)), keys[slot.key]))
    return tuple(found)


def _said_by(tags: TagSet, key: str, label: str, role: str) -> tuple[str, ...]:
    """Of two roles for one key, the one that is meant for a label; and those that only add a role to it."""
    return (tags.role(key, label), *((role,) if tags.labels.roles[role].role else ()))


def values(tags: TagSet, ontology: Ontology) -> tuple[Value, ...]:
    """The attributes of the tag set that have a list of values, or are only there or not."""
    found = []
    every = {**tags.labels.spans, **tags.labels.frames}
    for name, reading in tags.labels.attributes.items():
        takers = tuple(
            label
            for label, rule in every.items()
            if _takes(rule.becomes, reading.key) and tags.attribute(reading.key, label) == name
        )
        scheme = next((s for label in takers if (s := _scheme(every[label].becomes, reading.key))), "")
        if reading.key == "voice":
            found.append(Value(name, "voice", takers, ("statement", "headline", "article")))
        elif reading.key == "implied":
            found.append(Value(name, "implied", takers))
        elif takers and scheme:
            said = tuple(one for one in ontology.values(scheme) if one not in _NEVER.get(scheme, ()))
            found.append(Value(name, reading.key, takers, said, scheme))
    return tuple(found)


def free(tags: TagSet, label: str) -> tuple[str, ...]:
    """The keys that only the note of an annotation can say."""
    every = {**tags.labels.spans, **tags.labels.frames}
    kind = _kind(every[label].becomes)
    said = {arrow.key for arrow in arrows(tags, label)} if label in tags.labels.frames else set()
    left = [row.key for row in kind.fields if row.type is not Type.FORMS] if kind else []
    left = ["says", "reading", "note", "fulfilment"] if every[label].becomes == CLAIM else left
    return tuple(key for key in left if key not in said and not tags.attribute(key, label))


def _keys(becomes: str) -> Iterator[tuple[str, bool]]:
    """The keys of an event whose values are annotations, and whether there may be several."""
    if becomes == CLAIM:
        yield from ((key, key in _MANY) for key in _OF_CLAIMS)
    elif becomes == TAKES_PART:
        yield from ((key, key in _MANY) for key in _OF_PARTS)
    elif kind := _kind(becomes):
        pointing = {Type.REF, Type.REF_OR_TEXT, Type.STATUS_OR_REF, Type.ACTORS, Type.WHEN}
        yield from ((row.key, row.many) for row in kind.fields if row.type in pointing or row.key in _LEADS)
        if becomes == STATEMENT:
            yield EVIDENCE, True


def _takes(becomes: str, key: str) -> bool:
    if key == "implied":
        return becomes not in {CLAIM, TAKES_PART, DATE, WORDS, EVIDENCE, FURNITURE, MENTION}
    if becomes == CLAIM:
        return key in {*SLOTS, "stance", "fulfilment", "voice"}
    if becomes in {TAKES_PART, DATE}:
        return key in ({"role", "source-kind"} if becomes == TAKES_PART else {"basis"})
    kind = _kind(becomes)
    if key == "name":
        return kind is not None and kind.named and becomes in KINDS
    row = kind.field(key) if kind else None
    return row is not None and row.type in {Type.CONCEPT, Type.STATUS_OR_REF}


def _scheme(becomes: str, key: str) -> str:
    if becomes == CLAIM and key in SLOTS:
        return key.capitalize()
    if key in _VALUES:
        return _VALUES[key]
    kind = _kind(becomes)
    row = kind.field(key) if kind else None
    if row is None:
        return ""
    return "Status" if row.type is Type.STATUS_OR_REF else row.scheme


def _kind(becomes: str) -> Kind | None:
    return SPEECH if becomes == STATEMENT else KINDS.get(becomes)


def _label(tags: TagSet, becomes: str) -> str:
    return tags.spans.get(becomes) or tags.frames[becomes]
