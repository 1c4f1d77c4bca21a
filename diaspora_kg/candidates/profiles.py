"""What is compared of a record: its names, and where it stands among other records.

Other records are compared by tokens: two records of one kind that have a name in common share a token, so
that an office in "the Foreign Ministry" of one article and of another count as one office. This serves the
comparison only, and joins nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from diaspora_kg.likeness import Form, Named, NamedKind
from diaspora_kg.names import ACTOR_KINDS

LIKENESS_KIND: Mapping[str, NamedKind] = {
    "person": "person",
    "organization": "organization",
    "polity": "place",
    "place": "place",
}
"""The kind of name of each kind of record; any other is ``other``."""

Span = tuple[str, str]
"""The earliest and the latest day of a date, each empty where it is open."""

Tokens = frozenset[str]


@dataclass(frozen=True, slots=True)
class Office:
    """An office that somebody holds: the words of its title, and the token of where it is."""

    title: Tokens
    of: str
    shown: str


@dataclass(frozen=True, slots=True)
class Profile:
    """One record. ``names`` are as written, ``label`` is the annotator's.

    ``slots`` hold tokens of what it is joined to, by the name of a feature, ``token`` is its own.
    ``homes`` are the articles that declare it (none: an entry of the register), ``seen`` those that speak of
    it, as far as they are looked at. ``labelled`` says that it has no name, so that the annotator's label
    stands for one.
    """

    iri: str
    kind: str
    key: str
    named: Named
    names: tuple[str, ...]
    label: str
    token: str
    homes: Tokens = frozenset()
    seen: Tokens = frozenset()
    labelled: bool = False
    ids: Tokens = frozenset()
    slots: Mapping[str, Tokens] = field(default_factory=dict)
    offices: tuple[Office, ...] = ()
    spans: Mapping[str, Span] = field(default_factory=dict)
    words: Tokens = frozenset()
    namesakes: bool = False

    @property
    def actor(self) -> bool:
        """Whether it is one that acts."""
        return self.kind in ACTOR_KINDS

    @property
    def rank(self) -> tuple[bool, str]:
        """Where it stands in a pair: an entry of the register is on the left."""
        return bool(self.homes), self.key


def named(kind: str, forms: Iterable[Form]) -> Named:
    """The names of a record of some kind."""
    return Named(LIKENESS_KIND.get(kind, "other"), tuple(forms))
