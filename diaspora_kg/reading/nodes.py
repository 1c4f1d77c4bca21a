"""The table of the native format: for each kind of node its keys, properties and types of value.

The reader, the JSON Schema for editors and the reference are made from this one table. Two slots of a
status change are written in the change but stand on the statuses: ``dkg:from`` holds the key of the
status that ends (``endedWith``), ``dkg:to`` a value of the list Status or the key of the status that
begins (``beganWith``); the mapping to the graph turns them round.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from dataclasses import field as made
from enum import StrEnum


class Type(StrEnum):
    """What a key takes."""

    TEXT = "text in the language of paraphrases"
    WORDS = "words as printed, in the language of the article"
    REF = "the key of a node"
    CONCEPT = "a value of a closed list"
    STATUS_OR_REF = "a status, or the key of a legal status"
    REF_OR_TEXT = "the key of a document, or text"
    WHEN = "a date"
    NUMBER = "a number"
    EXACT = "a number, lowest and highest at once"
    OTHERS = "how many more there were"
    BOOLEAN = "true or false"
    DURATION = "a duration"
    LINK = "an address"
    LANGUAGE = "a language tag"
    CURRENCY = "a currency"
    NAMES = "names"
    FORMS = "mentions"
    ACTORS = "who took part"
    SILENCE = "nothing but not-stated"


@dataclass(frozen=True, slots=True)
class Field:
    """One key. ``prop`` is the property's CURIE, ``scheme`` the closed list of its values.

    ``role`` is that of those who take part (empty: told by the kind); ``open_role`` lets an entry change
    it. ``silence``: the key may be not-stated. ``required``: it must be written, or said to be silent.
    """

    key: str
    prop: str
    type: Type
    about: str
    scheme: str = ""
    role: str = ""
    open_role: bool = False
    many: bool = False
    silence: bool = True
    required: bool = False


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of node: its IRI segment, the section it is declared in, its keys."""

    name: str
    section: str
    about: str
    fields: tuple[Field, ...]
    named: bool = False
    rows: Mapping[str, Field] = made(init=False, repr=False, compare=False)
    required: tuple[Field, ...] = made(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Note the fields by key, and those that must be written: each node of the kind asks for them."""
        object.__setattr__(self, "rows", {row.key: row for row in self.fields})
        object.__setattr__(self, "required", tuple(row for row in self.fields if row.required))

    def field(self, key: str) -> Field | None:
        """The field of a key."""
        return self.rows.get(key)


_LABEL = Field("label", "rdfs:label", Type.TEXT, "A short description where there is no name.", silence=False)
_NAMES = Field(
    "names", "dkg:name", Type.NAMES, "Names, one entry each, with language and kind.", silence=False
)
_FORMS = Field("mentions", "", Type.FORMS, "Other words by which the article means it.", silence=False)
_EXTERNAL = Field(
    "external-ids", "dkg:externalId", Type.LINK, "Addresses in other registers.", many=True, silence=False
)
_NAMED = (_LABEL, _NAMES, _FORMS, _EXTERNAL)

_WHEN = Field("when", "dkg:when", Type.WHEN, "When it happened.")
_STARTS = Field("starts", "dkg:starts", Type.WHEN, "When it began.")
_ENDS = Field("ends", "dkg:ends", Type.WHEN, "When it ended.")
_PLACE = Field("place", "dkg:place", Type.REF, "Where.", many=True)
_RECURRENCE = Field(
    "recurrence", "dkg:recurrence", Type.DURATION, "How often it returns: P3M, every 3 months."
)
_PART_OF = Field("part-of", "dct:isPartOf", Type.REF, "The larger event.", many=True)
_JURISDICTION = Field("jurisdiction", "dkg:jurisdiction", Type.REF, "The state whose law it is.")
_BASIS = Field("legal-basis", "dkg:legalBasis", Type.REF_OR_TEXT, "The law or ground.", many=True)
_LIST_NAME = Field("list-name", "dkg:listName", Type.WORDS, "The law's own word for a list.")
_FINALITY = Field("finality", "dkg:finality", Type.CONCEPT, "Whether it can be appealed.", "Finality")
_OF = Field("of", "dkg:subject", Type.REF, "Whose it is.", required=True)
_PARTICIPANTS = Field(
    "participants", "dkg:participation", Type.ACTORS, "Who took part, in which role.",
    role="participant", open_role=True, many=True,
)  # fmt: skip
_BY = Field("by", "dkg:participation", Type.ACTORS, "Who acts.", open_role=True, many=True)
_TO = Field("to", "dkg:participation", Type.ACTORS, "To whom.", role="addressee", many=True)


def _kind(scheme: str, *, required: bool = False) -> Field:
    return Field(
        "kind", "dkg:kind", Type.CONCEPT, "The annotator's sorting.", scheme, many=True, required=required
    )


ACTORS = (
    Kind(
        "organization",
        "actors",
        "An organised body.",
        (
            _kind("OrganizationKind"),
            *_NAMED,
            Field("members", "org:hasMember", Type.SILENCE, "Who belongs to it; a member is a membership."),
            Field(
                "leaders", "dkg:ledBy", Type.SILENCE, "Who leads it; a leader is a membership with `post`."
            ),
            Field(
                "seat", "org:hasPrimarySite", Type.SILENCE, "Where it sits; that is a relation operates-in."
            ),
        ),
        named=True,
    ),
    Kind("person", "actors", "A person.", _NAMED, named=True),
    Kind("collective", "actors", "An unorganised group, as the source refers to it.", _NAMED, named=True),
    Kind(
        "polity",
        "actors",
        "A state, territory or authority; says nothing of recognition.",
        _NAMED,
        named=True,
    ),
)
POST = Kind(
    "post", "posts", "An office, with or without a holder.",
    (
        *_NAMED,
        Field("in", "org:postIn", Type.REF, "The organization or polity it is in.", required=True),
        Field("holder", "org:heldBy", Type.SILENCE, "Who holds it; a holder is a membership with `post`."),
    ),
    named=True,
)  # fmt: skip
PLACE = Kind("place", "places", "A place.", _NAMED, named=True)
WORLD = (
    Kind("document", "world", "A law, bill, letter or report that is talked about.", _NAMED, named=True),
    Kind("legal-status", "world", "Legal status and form over one interval.", (
        _OF,
        Field("status", "dkg:status", Type.CONCEPT, "The status.", "Status"),
        Field("form", "dkg:legalForm", Type.CONCEPT, "The legal form.", "LegalForm", many=True),
        _BASIS, _JURISDICTION, _LIST_NAME, _FINALITY, _STARTS, _ENDS,
    )),
    Kind("status-change", "world", "What begins or ends a legal status.", (
        _kind("StatusChangeKind", required=True), _OF, _WHEN,
        Field("from", "dkg:from", Type.REF, "The legal status that ends.", many=True, silence=False),
        Field("to", "dkg:to", Type.STATUS_OR_REF, "The status that begins.", many=True, silence=False),
        Field("authority", "dkg:participation", Type.ACTORS, "Who is named as having decided.",
              role="decidingAuthority", many=True),
        _PARTICIPANTS, _JURISDICTION, _BASIS,
        Field("reverses", "dkg:reverses", Type.REF, "The change that it undoes.", many=True),
        _FINALITY, _LIST_NAME,
        Field("original-organization", "org:originalOrganization", Type.REF, "What was before.", many=True),
        Field("resulting-organization", "org:resultingOrganization", Type.REF, "What came out.", many=True),
        _PLACE, _PART_OF, _LABEL, _NAMES, _FORMS,
    )),
    Kind("relation", "world", "A political relation.", (
        _kind("RelationKind", required=True),
        Field("subject", "dkg:subject", Type.REF, "Who.", required=True),
        Field("object", "dkg:object", Type.REF, "To whom or what.", required=True),
        _STARTS, _ENDS,
    )),
    Kind("membership", "world", "Somebody in an organization, or an organization in an umbrella.", (
        Field("member", "org:member", Type.REF, "Who.", required=True),
        Field("organization", "org:organization", Type.REF, "In what; by default the post's."),
        Field("post", "dkg:post", Type.REF, "The office held."),
        _STARTS, _ENDS,
    )),
    Kind("figure", "world", "A number that is claimed.", (
        Field("of", "dkg:subject", Type.REF, "Of what.", required=True),
        Field("measure", "dkg:measure", Type.CONCEPT, "What is counted.", "Measure", required=True),
        Field("exactly", "dkg:low", Type.EXACT, "The number.", silence=False),
        Field("low", "dkg:low", Type.NUMBER, "The lowest number."),
        Field("high", "dkg:high", Type.NUMBER, "The highest number."),
        Field("per-side", "dkg:perSide", Type.BOOLEAN, "Whether each side has as many.", silence=False),
        Field("currency", "dkg:currency", Type.CURRENCY, "Of money: three capitals."),
        _STARTS, _ENDS,
    )),
    Kind("event", "world", "What happened, happens or is proposed.", (
        _kind("EventKind", required=True), *_NAMED, _WHEN, _STARTS, _ENDS, _PLACE, _RECURRENCE, _PART_OF,
        _PARTICIPANTS,
    )),
    Kind("undertaking", "world", "What somebody commits to, asks for or proposes.", (
        _kind("UndertakingKind", required=True), _BY, _TO,
        Field("foresees", "dkg:foresees", Type.REF, "What is to happen.", many=True),
        _WHEN, _PLACE, _RECURRENCE, _LABEL,
    )),
)  # fmt: skip
STATEMENT = Kind(
    "statement", "statements", "A speech act.",
    (
        _kind("StatementKind", required=True), replace(_BY, about="Who spoke or signed."), _TO,
        Field("medium", "dkg:medium", Type.REF, "Through what.", many=True),
        Field("via", "prov:wasQuotedFrom", Type.REF, "Who relayed it, from the reader back.", many=True),
        replace(_WHEN, about="When it was made."), _PLACE,
        Field("language", "dct:language", Type.LANGUAGE, "The language it was made in."),
        Field("url", "dkg:postUrl", Type.LINK, "Where it was posted."),
        Field("archived", "dkg:archivedUrl", Type.LINK, "An archived copy.", many=True),
        Field("others", "dkg:low", Type.OTHERS, "How many more signed; not-stated: there were more."),
        _LABEL,
    ),
)  # fmt: skip
HEADER = Kind(
    "article", "article", "The article itself.",
    (
        Field("publisher", "dct:publisher", Type.REF, "Who published it."),
        Field("author", "dct:creator", Type.REF, "Who wrote it.", many=True),
        Field("url", "schema:url", Type.LINK, "Its address."),
        Field("published", "dkg:when", Type.WHEN, "When it was published."),
    ),
)  # fmt: skip

KINDS: Mapping[str, Kind] = {kind.name: kind for kind in (*ACTORS, POST, PLACE, *WORLD)}
"""Every kind of node that can be declared, by name."""

ACTOR_NAMES = tuple(kind.name for kind in ACTORS)
WORLD_NAMES = tuple(kind.name for kind in WORLD)
INLINE_NAMES = tuple(name for name in WORLD_NAMES if name != "document")

_COMMITTED = frozenset({"commitment", "agreement", "policy"})
_REQUESTED = frozenset({"appeal", "demand", "proposal"})
_SIGNED = frozenset({"jointStatement", "openLetter"})


def acting_role(kind: str, kinds: frozenset[str]) -> str | None:
    """The role of those in ``by``; ``None`` where an undertaking's kinds do not tell.

    >>> acting_role("undertaking", frozenset({"appeal"}))
    'requester'
    """
    if kind == "statement":
        return "signatory" if kinds & _SIGNED else "speaker"
    if kinds and kinds <= _COMMITTED:
        return "committedParty"
    return "requester" if kinds and kinds <= _REQUESTED else None
