"""What the panels of a page show: frozen values, one class for each view.

``Panel.view`` names the partial template (``panels/VIEW.html.j2``) that shows ``Panel.body``. All words of a
label, a title and a kind are English message ids, which templates translate; names, quotes and paraphrases
are not. ``refs`` are numbers of the page's sources: whatever stands on a page has at least one.
"""

from __future__ import annotations

from dataclasses import dataclass

from diaspora_kg.light import light
from diaspora_kg.pages.facts import Claimed, Dated, Name, Part, Put, Speaker, Value


@light
@dataclass(frozen=True, slots=True)
class Told:
    """One value of a key fact. ``puts`` is empty for what is described (a kind is the annotator's)."""

    value: Value
    refs: tuple[int, ...]
    puts: tuple[Put, ...] = ()
    language: str = ""
    dated: Dated | None = None
    derived: bool = False
    more: int = 0


@light
@dataclass(frozen=True, slots=True)
class KeyFact:
    """A label with its values; none: sources ``refs`` were read for it and do not say.

    ``more`` counts further values, or further such sources.
    """

    label: str
    values: tuple[Told, ...]
    refs: tuple[int, ...] = ()
    more: int = 0

    @property
    def stated(self) -> bool:
        """Whether any source says it."""
        return bool(self.values)


@light
@dataclass(frozen=True, slots=True)
class Facts:
    """View ``facts``."""

    rows: tuple[KeyFact, ...]


@light
@dataclass(frozen=True, slots=True)
class NameTold:
    """A name and the sources that write it; ``users`` are speakers that use it, where that is known."""

    name: Name
    refs: tuple[int, ...]
    renders: str = ""
    more: int = 0


@light
@dataclass(frozen=True, slots=True)
class Names:
    """View ``names``."""

    rows: tuple[NameTold, ...]


@light
@dataclass(frozen=True, slots=True)
class StatementCard:
    """Claims of one statement (or of one article's own voice) that are shown together.

    ``dated`` is the statement's own date, ``published`` the article's.
    """

    statement: Value | None
    anchor: str
    kind: str
    own_voice: bool
    speakers: tuple[Speaker, ...]
    addressees: tuple[Part, ...]
    media: str
    dated: Dated
    article: Value
    published: str
    source: int
    claims: tuple[Claimed, ...]


@light
@dataclass(frozen=True, slots=True)
class StatementMark:
    """A statement in time, for the picture: by its own date, else by its article's (``by``)."""

    statement: Value
    words: str
    dated: Dated
    claims: int
    stance: str
    anchor: str
    refs: tuple[int, ...]


@light
@dataclass(frozen=True, slots=True)
class Statements:
    """View ``statements``; ``marks`` is every statement of the panel in time, also of further pages."""

    cards: tuple[StatementCard, ...]
    marks: tuple[StatementMark, ...] = ()


@light
@dataclass(frozen=True, slots=True)
class Fate:
    """What is reported of an undertaking afterwards; ``derived``: that nobody reports anything."""

    value: str
    words: str
    put: Put | None
    refs: tuple[int, ...]
    derived: bool = False


@light
@dataclass(frozen=True, slots=True)
class UndertakingTold:
    """A commitment, appeal, demand, proposal or agreement with who is to do what."""

    iri: str
    anchor: str
    kind: str
    words: str
    parties: tuple[Part, ...]
    foresees: tuple[Value, ...]
    dated: Dated
    puts: tuple[Put, ...]
    fates: tuple[Fate, ...]
    refs: tuple[int, ...]
    silent: tuple[str, ...] = ()
    more: int = 0


@light
@dataclass(frozen=True, slots=True)
class Undertakings:
    """View ``undertakings``."""

    rows: tuple[UndertakingTold, ...]


@light
@dataclass(frozen=True, slots=True)
class Office:
    """A membership or an office held: member, post (``None``: a membership without one), organization.

    ``direction`` says what the page's node is in it: ``member``, ``organization`` or ``post``.
    """

    iri: str
    anchor: str
    member: Value | None
    post: Value | None
    organization: Value | None
    direction: str
    starts: Dated
    ends: Dated
    puts: tuple[Put, ...]
    refs: tuple[int, ...]
    silent: tuple[str, ...] = ()
    more: int = 0


@light
@dataclass(frozen=True, slots=True)
class Offices:
    """View ``offices``."""

    rows: tuple[Office, ...]


@light
@dataclass(frozen=True, slots=True)
class EventTold:
    """An event with who takes part; ``planned``: some undertaking foresees it."""

    iri: str
    anchor: str
    kind: str
    words: str
    dated: Dated
    place: Value | None
    parts: tuple[Part, ...]
    puts: tuple[Put, ...]
    refs: tuple[int, ...]
    planned: bool = False
    more: int = 0


@light
@dataclass(frozen=True, slots=True)
class Events:
    """View ``events``."""

    rows: tuple[EventTold, ...]
