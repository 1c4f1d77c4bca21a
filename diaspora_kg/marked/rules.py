"""The rules of a label map, as frozen values.

A rule turns an annotation into an *entry*: a node of the native format, a statement, a claim, somebody who
takes part, a date, or words. What an entry says are keys of the native format, so that everything that
checks a hand-written annotation checks this one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from diaspora_kg.reading.nodes import KINDS
from diaspora_kg.reading.nodes import STATEMENT as SPEECH

IGNORE = "ignore"
"""What a label, role or attribute becomes that the map leaves out by name."""

CLAIM, STATEMENT, TAKES_PART, DATE = "claim", "statement", "participation", "date"
WORDS, EVIDENCE, FURNITURE, MENTION, SAME = "words", "evidence", "furniture", "mention", "same"

ENTRIES: Mapping[str, str] = {
    **{name: kind.about for name, kind in KINDS.items()},
    STATEMENT: "A speech act.",
    CLAIM: "What is said, resting on the words marked.",
    TAKES_PART: "Somebody in a role: who, in which office, on whose behalf.",
    DATE: "A date: the words marked, and a value.",
    WORDS: "Words that another annotation points to (a cue, an evaluating word, a legal basis).",
    EVIDENCE: "Further words that a claim or statement rests on.",
    FURNITURE: "Words of the page that are none of the article.",
    MENTION: "A mention of what another annotation declares under the same `id`.",
    SAME: "Of a relation or chain: its ends are one node.",
    IGNORE: "Left out by name.",
}
"""What an annotation can become, with what it is."""

OWN_KEYS: Mapping[str, str] = {
    "is": "what the annotation becomes, in place of what its label says",
    "id": "the key of this node; annotations of one `id` are one node",
    "identity": "an IRI of a register",
    "name": "the words marked are a name; its value is the kind of name",
    "language": "the language of the words marked, where they are a name",
    "implied": "the words marked do not name it; they only hold the annotation",
    "in": "the statement that a claim was made in",
    "voice": "whose voice a claim is put in: `statement`, `headline` or `article`",
    "claims": "of a statement: what was said in it",
    "stance-target": "what a claim evaluates",
    "stance-words": "the source's evaluating words",
    "by.inferred": "who is inferred to have said it",
    "for.inferred": "for whom somebody is inferred to act",
    "unclear": "of a mention: who may be meant",
    "timex": "of a date: a value that is taken if it is a plain year, month or day",
    "evidence": "further words that a claim or statement rests on",
}
"""Keys that rules may give beside those of the native format."""

_CLAIM_KEYS = (
    "says", "how", "attribution", "givenness", "illocution", "modality", "polarity", "stance", "about",
    "content", "if", "responds-to", "retracts", "conflicts-with", "reading", "cue", "fulfilment", "note",
    "sic", "by", "of", "quote",
)  # fmt: skip
_OTHER_KEYS = ("who", "as", "for", "role", "source-kind", "names", "mentions", "not-stated",
               "date", "after", "between", "words", "basis")  # fmt: skip


def known_keys() -> frozenset[str]:
    """Every key that a rule may give; whether it suits the kind of node is seen when a file is read."""
    kinds = (*KINDS.values(), SPEECH)
    native = {row.key for kind in kinds for row in kind.fields}
    return frozenset({*native, *_CLAIM_KEYS, *_OTHER_KEYS, *OWN_KEYS})


@dataclass(frozen=True, slots=True)
class Slot:
    """What a role becomes: a key of the entry, or (``on_claims``) of the claims made in it.

    ``role`` makes the target take part in that role.
    """

    key: str
    role: str = ""
    on_claims: bool = False


@dataclass(frozen=True, slots=True)
class Reading:
    """What an attribute becomes: values of ``key`` as they are written, or what ``values`` makes of them."""

    key: str
    values: Mapping[str, tuple[tuple[str, str], ...]] | None = None
    constant: str = ""


@dataclass(frozen=True, slots=True)
class Asserted:
    """The claim that a node of the world gets with it: its gloss, and constant keys."""

    says: str
    put: tuple[tuple[str, tuple[str, ...]], ...] = ()


@dataclass(frozen=True, slots=True)
class Rule:
    """What a span, frame or relation becomes.

    ``put`` are constant keys, ``note`` the key of plain words in its note, ``roles`` and ``attributes`` its
    own (before the map's). ``source`` and ``target`` are what the ends of a relation become; a relation
    with ``key`` makes no entry: its target is a value of its source (``turned``: the other way).
    ``join`` makes mentions of the same words one node. ``mentions``: the words marked name the node.
    ``otherwise`` is what a mention becomes whose words nothing else marks.
    """

    name: str
    becomes: str = ""
    put: tuple[tuple[str, tuple[str, ...]], ...] = ()
    note: str = ""
    says: str = ""
    name_from: str = ""
    label_from: str = ""
    join: bool = False
    mentions: bool = True
    roles: Mapping[str, Slot] = field(default_factory=dict)
    attributes: Mapping[str, Reading] = field(default_factory=dict)
    claim: Asserted | None = None
    key: str = ""
    source: Slot | None = None
    target: Slot | None = None
    turned: bool = False
    otherwise: str = ""


@dataclass(frozen=True, slots=True)
class Scheme:
    """Which ids of a register are believed: ``own`` are keys of the project's register."""

    name: str
    prefix: str
    pattern: str
    own: bool = False


@dataclass(frozen=True)
class Labels:
    """One label map, checked: rules by label (``Entity``, ``layer/Entity``) or by layer."""

    name: str
    file: str
    about: str = ""
    spans: Mapping[str, Rule] = field(default_factory=dict)
    frames: Mapping[str, Rule] = field(default_factory=dict)
    relations: Mapping[str, Rule] = field(default_factory=dict)
    roles: Mapping[str, Slot] = field(default_factory=dict)
    attributes: Mapping[str, Reading] = field(default_factory=dict)
    metadata: Mapping[str, Reading] = field(default_factory=dict)
    layers: Mapping[str, str] = field(default_factory=dict)
    schemes: tuple[Scheme, ...] = ()
