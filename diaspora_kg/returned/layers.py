"""Our own layers for INCEpTION, made from the table of the native format.

A layer for whoever and whatever is named (``Entity``), one for each kind of node of the world, statements,
claims, and small ones for dates, words and those who take part. A key of the native format whose value is
a node, a date or somebody who takes part is a role of the layer's slot; every other one is a feature.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache

from diaspora_kg.marked.rules import CLAIM, DATE, EVIDENCE, FURNITURE, MENTION, STATEMENT, TAKES_PART, WORDS
from diaspora_kg.names import camel
from diaspora_kg.reading.how import SLOTS
from diaspora_kg.reading.nodes import STATEMENT as SPEECH
from diaspora_kg.reading.nodes import WORLD, Field, Kind, Type
from diaspora_kg.returned.entries import NAMED

PACKAGE = "custom"
ENTITY, MARKED_WORDS, ARTICLE = f"{PACKAGE}.Entity", f"{PACKAGE}.Words", f"{PACKAGE}.Article"
VALUE, SLOT, NOTE, IDENTIFIER = "value", "roles", "note", "identifier"
"""Names of features: what an annotation is, the slot, free words, the concept."""

HEADER_KEYS = ("title", "language", "publisher", "url", "author", "published", "annotated", "annotator")

_ARROWS = {Type.REF, Type.REF_OR_TEXT, Type.STATUS_OR_REF, Type.ACTORS, Type.WHEN}
_ASIDE = {Type.NAMES, Type.FORMS, Type.SILENCE}
_CLAIM_ROLES = ("in", "content", "about", "by", "if", "responds-to", "retracts", "conflicts-with",
                "stance-target", "stance-words", "cue", "by.inferred", EVIDENCE)  # fmt: skip
_PART_ROLES = ("who", "as", "for", "for.inferred")


@dataclass(frozen=True, slots=True)
class Feature:
    """One feature: ``key`` is that of the native format, ``tags`` a closed list or ``""``."""

    name: str
    key: str
    about: str
    tags: str = ""
    boolean: bool = False


@dataclass(frozen=True, slots=True)
class Layer:
    """One layer: what its annotations become, by the value of ``value`` where there are several."""

    type: str
    title: str
    about: str
    becomes: tuple[str, ...]
    features: tuple[Feature, ...]
    roles: tuple[str, ...] = ()

    @property
    def slotted(self) -> bool:
        """Whether its annotations point to others."""
        return bool(self.roles)

    @property
    def link(self) -> str:
        """The type of what fills its slot."""
        return f"{self.type}{SLOT.capitalize()}Link"

    def feature(self, key: str) -> Feature | None:
        """The feature that holds a key of the native format."""
        return next((each for each in self.features if each.key == key), None)


_ID = Feature("id", "id", "The key of what is meant; annotations of one id mean the same.")
_IMPLIED = Feature(
    "implied", "implied", "The words only hold the annotation; they do not name it.", boolean=True
)
_NOTE = Feature(NOTE, NOTE, "Remarks, and further keys: `key: value | key: value`.")


@cache
def layers() -> tuple[Layer, ...]:
    """All layers, those that a beginner needs first."""
    return (
        _entity(),
        _statement(),
        _claim(),
        *(_world(kind) for kind in WORLD if kind.name != "document"),
        *_small(),
    )


def layer_of(becomes: str) -> Layer:
    """The layer that holds what becomes this (``organization``, ``claim``)."""
    return next(layer for layer in layers() if becomes in layer.becomes)


def _entity() -> Layer:
    features = (
        Feature(VALUE, "", "What is named.", tags=ENTITY),
        Feature(IDENTIFIER, "", "Who or what it is: an entry of the register."),
        _ID,
        Feature("kind", "kind", "What sort of organization it is.", "OrganizationKind"),
        Feature("name", "name", "The words are a name, of this sort.", "NameKind"),
        Feature("language", "language", "The language of the name, if not the article's."),
        Feature("label", "label", "What it is, where it has no name."),
        _IMPLIED,
        _NOTE,
    )
    about = "Whoever and whatever the article names: mark each place where it does."
    return Layer(ENTITY, "Entity", about, (*sorted(NAMED), MENTION), features)


def _statement() -> Layer:
    features = (*_features(SPEECH), _ID, _IMPLIED, _NOTE)
    about = "Somebody speaks, writes or signs: mark the words that say so."
    roles = (*_roles(SPEECH), EVIDENCE, "claims")
    return Layer(f"{PACKAGE}.Statement", "Statement", about, (STATEMENT,), features, roles)


def _claim() -> Layer:
    features = (
        Feature("says", "says", "What is claimed, in your own words."),
        *(Feature(slot, slot, f"How it is put: {slot}.", slot.capitalize()) for slot in SLOTS),
        Feature("stance", "stance", "How the source judges what it speaks of.", "Stance"),
        Feature("fulfilment", "fulfilment", "What is said of a promise's fate.", "Fulfilment"),
        Feature("voice", "voice", "Whose voice: statement, headline or article.", tags=f"{PACKAGE}.Voice"),
        Feature("cue", "cue", "The word that introduces it."),
        Feature("sic", "sic", "A misprint, as printed."),
        _ID, _IMPLIED, _NOTE,
    )  # fmt: skip
    about = "One thing that is claimed: mark the words that it rests on."
    return Layer(f"{PACKAGE}.Claim", "Claim", about, (CLAIM,), features, _CLAIM_ROLES)


def _world(kind: Kind) -> Layer:
    title = "".join(part.capitalize() for part in kind.name.split("-"))
    name = "PoliticalRelation" if kind.name == "relation" else title
    features = (*_features(kind), _ID, _IMPLIED, _NOTE)
    return Layer(f"{PACKAGE}.{name}", name, kind.about, (kind.name,), features, _roles(kind))


def _small() -> Iterator[Layer]:
    values = Feature(VALUE, "", "What these words are.", tags=MARKED_WORDS)
    about = "Words that another annotation points to, further evidence, or page furniture."
    yield Layer(MARKED_WORDS, "Words", about, (WORDS, EVIDENCE, FURNITURE), (values, _NOTE))
    dates = tuple(
        Feature(key, key, told)
        for key, told in (
            ("date", "The date: 2018-04-25, 2018-04 or 2018."),
            ("by", "It was so by this date."),
            ("after", "It was so after this date."),
        )
    )
    basis = Feature("basis", "basis", "What the date rests on.", "DateBasis")
    yield Layer(f"{PACKAGE}.Date", "Date", "A date as printed.", (DATE,), (*dates, basis, _NOTE))
    role = Feature("role", "role", "In which role.", "Role")
    source = Feature("sourceKind", "source-kind", "What sort of source it is.", "SourceKind")
    about = "Somebody who takes part in an office, or for somebody else."
    yield Layer(
        f"{PACKAGE}.TakesPart", "Takes part", about, (TAKES_PART,), (role, source, _NOTE), _PART_ROLES
    )


def _features(kind: Kind) -> tuple[Feature, ...]:
    rows = (row for row in kind.fields if row.type not in _ARROWS | _ASIDE)
    return tuple(_feature(row) for row in rows)


def _feature(row: Field) -> Feature:
    tags = row.scheme if row.type is Type.CONCEPT else ""
    return Feature(camel(row.key), row.key, row.about, tags, row.type is Type.BOOLEAN)


def _roles(kind: Kind) -> tuple[str, ...]:
    return tuple(row.key for row in kind.fields if row.type in _ARROWS)


def schemes(found: Iterable[Layer]) -> tuple[str, ...]:
    """The closed lists that the layers' features take values of."""
    listed = (feature.tags for layer in found for feature in layer.features)
    return tuple(dict.fromkeys(name for name in listed if name and not name.startswith(PACKAGE)))


def own_values(tags: str) -> tuple[str, ...]:
    """The values of a list of ours that is in no ontology."""
    if tags == f"{PACKAGE}.Voice":
        return ("statement", "headline", "article")
    return next(layer.becomes for layer in layers() if layer.type == tags)
