"""What the page of a node shows, as frozen values: names, facts, claims with who says so, sources.

They know nothing of stores or of HTML; :mod:`diaspora_kg.pages.maker` makes them of what was found, the
template ``thing.html.j2`` writes them. Panels to come are further fields with a value of their own.
"""

from __future__ import annotations

from dataclasses import dataclass

from diaspora_kg.light import light
from diaspora_kg.pages.models import Thing


@light
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


@light
@dataclass(frozen=True, slots=True)
class Value:
    """Words, with the node or address that they stand for (empty: plain words).

    ``model`` tells words of the model, which pages translate; words of sources stay as they are.
    """

    words: str
    iri: str = ""
    model: bool = False


@light
@dataclass(frozen=True, slots=True)
class Line:
    """One thing described of a node, with its values."""

    label: str
    values: tuple[Value, ...]


@light
@dataclass(frozen=True, slots=True)
class Part:
    """Somebody's part in an event, a statement, an undertaking; ``actor`` is ``None``: not said who."""

    role: str
    actor: Value | None
    office: Value | None = None
    acting_for: Value | None = None
    inferred: bool = False


@light
@dataclass(frozen=True, slots=True)
class Quote:
    """Words of a source that may be shown; code points from 0, the end not included.

    ``first``: nowhere earlier on an article's own page, so that links to the passage lead here. ``link`` is
    the passage in the publisher's own page (a text fragment), where the address and words are kept.
    """

    words: str
    begin: int
    end: int
    region: str = ""
    first: bool = False
    link: str = ""

    @property
    def anchor(self) -> str:
        """Where the article's page shows it."""
        return f"passage-{self.begin}-{self.end}"


@light
@dataclass(frozen=True, slots=True)
class Slot:
    """How a claim is put in one respect: ``slot`` is attribution, givenness, modality and so on.

    ``plain`` is what goes without saying, so that it is not set off.
    """

    slot: str
    value: str
    words: str
    plain: bool = False


@light
@dataclass(frozen=True, slots=True)
class Dated:
    """A date as far as it is known; bounds are ISO dates, ``words`` what the source prints.

    ``form`` is ``on``, ``between``, ``by`` (on or before), ``from`` (on or after), ``printed`` (only words,
    that nobody resolved) or ``unknown`` (``silent``: the source was read for it and does not say).
    """

    form: str = "unknown"
    not_before: str = ""
    not_after: str = ""
    words: str = ""
    edtf: str = ""
    basis: str = ""
    silent: bool = False

    @property
    def certain(self) -> bool:
        """Whether it is one day."""
        return self.form == "on"


@light
@dataclass(frozen=True, slots=True)
class Put:
    """How something is said, and by whom: "presupposed by Hajiyev", "denied by the ministry".

    ``slots`` are only those that are to be set off; ``plain``: there are none, and it is under no condition.
    ``by`` is empty where the article itself speaks (``own_voice``) or nobody is named. ``derived``: no claim
    says it, a rule made it of claims.
    """

    slots: tuple[Slot, ...]
    by: tuple[Value, ...]
    own_voice: bool
    article: Value
    plain: bool
    denied: bool = False
    conditional: bool = False
    derived: bool = False


@light
@dataclass(frozen=True, slots=True)
class Speaker:
    """Who says it, in which office, for whom; ``inferred``: for whom is the annotator's inference."""

    who: Value
    office: Value | None = None
    acting_for: Value | None = None
    inferred: bool = False


@light
@dataclass(frozen=True, slots=True)
class Claimed:
    """One claim as its source puts it. ``repeated``: it stands in an earlier group in full.

    ``links`` are message ids of how it points to the page's node.
    """

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
    links: tuple[str, ...] = ()


@light
@dataclass(frozen=True, slots=True)
class Source:
    """What facts of the page rest on; numbered from 1.

    ``kind`` is ``article``, ``register`` (an entry of the project's register), ``decision`` (of a reviewer)
    or ``rule`` (what is derived); of the last three ``article`` holds the entry, the decision or the rule.
    ``link`` leads to the publisher's page, to the first kept words of the page where there are any.
    ``decision`` tells what was decided, by whom, when and why.
    """

    number: int
    article: Thing
    publisher: str
    published: str
    kind: str = "article"
    sha256: str = ""
    link: str = ""
    note: str = ""
    decision: Decision | None = None


@light
@dataclass(frozen=True, slots=True)
class Decision:
    """What a reviewer decided of two records."""

    words: str
    records: tuple[str, ...]
    who: str
    day: str
    note: str
    iri: str = ""
    refs: tuple[int, ...] = ()


@light
@dataclass(frozen=True, slots=True)
class Citation:
    """How to cite: the node by its own address, in which snapshot, of which day."""

    title: str
    dataset: str
    iri: str
    key: str
    snapshot: str
    number: int
    day: str


@light
@dataclass(frozen=True, slots=True)
class Jump:
    """A link to a further page; ``day`` is that of its newest entry."""

    day: str
    href: str


@light
@dataclass(frozen=True, slots=True)
class Paging:
    """Which entries the page shows; ``first`` counts from 1, 0: the first page shows none of them.

    Only the first page knows the ``total``. A further page (0) says from when its entries are instead: as
    long as these stay as they are, so does it.
    """

    first: int
    last: int
    total: int
    earlier: str = ""
    later: str = ""
    newest: str = ""
    oldest: str = ""
    jumps: tuple[Jump, ...] = ()

    @property
    def whole(self) -> bool:
        """Whether the page shows all."""
        return self.first <= 1 and self.last == self.total

    @property
    def elsewhere(self) -> bool:
        """Whether the page shows none of those that there are."""
        return not self.last and self.total > 0
