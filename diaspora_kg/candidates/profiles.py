"""What is compared of a record: its names, and where it stands among other records.

Other records are compared by tokens: two records of one kind that have a name in common share a token, so
that an office in "the Foreign Ministry" of one article and of another count as one office. This serves the
comparison only, and joins nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
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
    """One record. ``slots`` hold tokens of what it is joined to, by the name of a feature.

    ``homes`` are the articles that declare it (none: an entry of the register), ``seen`` those that speak of
    it, as far as they are looked at. ``labelled`` says that it has no name, so that the annotator's label
    stands for one. ``token`` is its own.
    """

    iri: str
    kind: str
    key: str
    named: Named
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


class Sets:
    """Union-find over strings; a set goes by its smallest member."""

    def __init__(self) -> None:
        self._up: dict[str, str] = {}

    def root(self, key: str) -> str:
        """The name of the set that holds a string."""
        path = [key]
        while (up := self._up.setdefault(path[-1], path[-1])) != path[-1]:
            path.append(up)
        for step in path:
            self._up[step] = path[-1]
        return path[-1]

    def join(self, one: str, other: str) -> None:
        """Make one set of two."""
        low, high = sorted((self.root(one), self.root(other)))
        self._up[high] = low


def named(kind: str, forms: Iterable[Form]) -> Named:
    """The names of a record of some kind."""
    return Named(LIKENESS_KIND.get(kind, "other"), tuple(forms))


def shown(profile: Profile) -> Iterator[str]:
    """The names of a record, the best first, each once."""
    yield from dict.fromkeys(form.text for form in profile.named.names)
