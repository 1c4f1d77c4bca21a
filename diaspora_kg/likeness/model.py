"""What goes into a comparison of two names and what comes out of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

NamedKind = Literal["person", "organization", "place", "other"]

LIKELY = 0.8
"""The default threshold: two names with this score or more are proposed as likely the same."""

UNSURE = 0.5
"""Below this score two names are not worth a reviewer's look."""


@dataclass(frozen=True, slots=True, order=True)
class Form:
    """One way in which a name is written.

    `language` is a BCP 47 tag or ""; `kind` is a value of the list NameKind (fullName, shortName,
    acronym, pressVariant, formerName, metonym, selfDesignation) or "".
    """

    text: str
    language: str = ""
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Named:
    """What has names: a person, an organization, a place or something else, with all its known forms."""

    kind: NamedKind
    names: tuple[Form, ...]


@dataclass(frozen=True, slots=True)
class Feature:
    """One part of a score.

    `value` (0 to 1) says how well this part agrees, `weight` how much it counts; `left` and `right` are the
    forms or words that were compared, as written; `note` says in one sentence why.
    """

    name: str
    value: float
    weight: float
    left: str
    right: str
    note: str


@dataclass(frozen=True, slots=True)
class Likeness:
    """How alike two names are, from 0 to 1, with every part of the answer. It proposes; people decide."""

    score: float
    features: tuple[Feature, ...] = ()
