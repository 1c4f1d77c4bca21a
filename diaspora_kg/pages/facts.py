"""What the page of a node shows, as frozen values: names, facts, claims with who says so, sources.

They know nothing of stores or of HTML; :mod:`diaspora_kg.pages.thing` makes them of what was found, the
template ``thing.html.j2`` writes them. Panels to come are further fields with a value of their own.
"""

from __future__ import annotations

from dataclasses import dataclass

from diaspora_kg.pages.models import Link, Thing


@dataclass(frozen=True, slots=True)
class Name:
    """A name as sources write it; ``language`` may name a script too (``az-cyrl``)."""

    words: str
    language: str = ""
    kind: str = ""
    anchor: str = ""

    @property
    def tag(self) -> str:
        """What HTML is told of the language: nothing of a private one (RFC 5646, section 2.2.1)."""
        return "" if "qaa" <= self.language[:3] <= "qtz" else self.language


@dataclass(frozen=True, slots=True)
class Value:
    """Words, with the node or address that they stand for (empty: plain words)."""

    words: str
    iri: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One thing described of a node, with its values."""

    label: str
    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """Somebody's part in an event, a statement, an undertaking; ``actor`` is ``None``: not said who."""

    role: str
    actor: Value | None
    office: Value | None = None
    acting_for: Value | None = None
    inferred: bool = False


@dataclass(frozen=True, slots=True)
class Quote:
    """Words of a source that may be shown; code points from 0, the end not included.

    ``first``: nowhere earlier on an article's own page, so that links to the passage lead here.
    """

    words: str
    begin: int
    end: int
    region: str = ""
    first: bool = False

    @property
    def anchor(self) -> str:
        """Where the article's page shows it."""
        return f"passage-{self.begin}-{self.end}"


@dataclass(frozen=True, slots=True)
class Slot:
    """How a claim is put in one respect: ``slot`` is attribution, givenness, modality and so on.

    ``plain`` is what goes without saying, so that it is not set off.
    """

    slot: str
    value: str
    words: str
    plain: bool = False


@dataclass(frozen=True, slots=True)
class Speaker:
    """Who says it, in which office, for whom; ``inferred``: for whom is the annotator's inference."""

    who: Value
    office: Value | None = None
    acting_for: Value | None = None
    inferred: bool = False


@dataclass(frozen=True, slots=True)
class Claimed:
    """One claim as its source puts it. ``repeated``: it stands in an earlier group in full."""

    iri: str
    key: str
    anchor: str
    gloss: str
    speakers: tuple[Speaker, ...]
    own_voice: bool
    said_inferred: bool
    media: str
    statement: Value | None
    statement_kind: str
    slots: tuple[Slot, ...]
    notes: tuple[Line, ...]
    quotes: tuple[Quote, ...]
    article: Value
    published: str
    source: int
    repeated: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """Claims that point to the node in the same way."""

    title: str
    anchor: str
    claims: tuple[Claimed, ...]


@dataclass(frozen=True, slots=True)
class Source:
    """An article that claims of the page stand in; numbered from 1."""

    number: int
    article: Thing
    publisher: str
    published: str


@dataclass(frozen=True, slots=True)
class Decision:
    """What a reviewer decided of two records."""

    words: str
    records: tuple[str, ...]
    who: str
    day: str
    note: str
    iri: str = ""


@dataclass(frozen=True, slots=True)
class Paging:
    """Which of the claims the page shows; ``first`` counts from 1."""

    first: int
    last: int
    total: int
    earlier: str = ""
    later: str = ""

    @property
    def whole(self) -> bool:
        """Whether the page shows all."""
        return self.first <= 1 and self.last == self.total


@dataclass(frozen=True, slots=True)
class ThingPage:
    """The page of one node (template ``thing.html.j2``).

    ``data`` leads to its triples in each format (``alternates`` the same with media types),
    ``former`` are further keys that lead here, ``linked`` is JSON-LD with schema.org.
    """

    thing: Thing
    kind: str
    summary: str
    names: tuple[Name, ...]
    dates: tuple[Line, ...]
    facts: tuple[Line, ...]
    parts: tuple[Part, ...]
    not_stated: tuple[str, ...]
    groups: tuple[Group, ...]
    sources: tuple[Source, ...]
    decisions: tuple[Decision, ...]
    former: tuple[str, ...]
    paging: Paging
    canonical: str
    data: tuple[Link, ...]
    alternates: tuple[Link, ...]
    linked: str

    @property
    def title(self) -> str:
        """The heading; a label that is no name begins with a capital letter."""
        label = self.thing.label
        return label[:1].upper() + label[1:] if label and not self.names else label or self.thing.key

    @property
    def described(self) -> str:
        """One line for search engines."""
        return f"{self.title}: {self.kind}; {self.summary}"[:300]
