"""What the panels of a page show: frozen values, one class for each view.

``Panel.view`` names the partial template (``panels/VIEW.html.j2``) that shows ``Panel.body``. All words of a
label, a title and a kind are English message ids, which templates translate; names, quotes and paraphrases
are not. ``refs`` are numbers of the page's sources: whatever stands on a page has at least one.
"""

from __future__ import annotations

from dataclasses import dataclass

from diaspora_kg.frozen import swift
from diaspora_kg.pages.facts import Claimed, Dated, Name, Part, Put, Speaker, Value


@swift
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


@swift
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


@swift
@dataclass(frozen=True, slots=True)
class Facts:
    """View ``facts``."""

    rows: tuple[KeyFact, ...]


@swift
@dataclass(frozen=True, slots=True)
class NameTold:
    """A name and the sources that write it; ``users`` are speakers that use it, where that is known."""

    name: Name
    refs: tuple[int, ...]
    renders: str = ""
    more: int = 0


@swift
@dataclass(frozen=True, slots=True)
class Names:
    """View ``names``."""

    rows: tuple[NameTold, ...]


@swift
@dataclass(frozen=True, slots=True)
class StatusEnd:
    """The change that ended a status, and how claims put that; not ``held``: nobody holds it to be so.

    What is only possible, predicted, asked for or under a condition is not held, nor what is only denied.
    """

    change: Value
    puts: tuple[Put, ...]
    refs: tuple[int, ...]
    held: bool


@swift
@dataclass(frozen=True, slots=True)
class StatusBar:
    """One legal status over time, as claims say. ``value`` is the key of the list (``registered``).

    ``words`` is the status, or where there is none the legal form. ``against`` are anchors of other bars of
    the page that some claim puts against this one. ``silent`` are message ids of what is not stated.
    ``more`` counts, here and below, further articles that say so; the page of the node itself has them all.
    ``ending`` tells how that it ended is put, where a change ended it.
    """

    iri: str
    anchor: str
    value: str
    words: str
    legal_form: str
    jurisdiction: Value | None
    legal_basis: Value | None
    list_name: str
    starts: Dated
    ends: Dated
    began: Value | None
    ended: Value | None
    authorities: tuple[Part, ...]
    puts: tuple[Put, ...]
    refs: tuple[int, ...]
    silent: tuple[str, ...] = ()
    against: tuple[str, ...] = ()
    more: int = 0
    ending: StatusEnd | None = None

    @property
    def stands(self) -> bool:
        """Whether nobody holds it to have ended."""
        ended = self.ended is not None and (self.ending is None or self.ending.held)
        return not ended and self.ends.form == "unknown"

    @property
    def plain(self) -> bool:
        """Whether at least one source says plainly that it is so."""
        return any(put.plain for put in self.puts)

    @property
    def denied(self) -> bool:
        """Whether some source says that it is not so."""
        return any(put.denied for put in self.puts)


@swift
@dataclass(frozen=True, slots=True)
class StatusMark:
    """A change of status: liquidation, founding, listing, with when and how it is put."""

    iri: str
    anchor: str
    value: str
    words: str
    dated: Dated
    parts: tuple[Part, ...]
    puts: tuple[Put, ...]
    refs: tuple[int, ...]
    silent: tuple[str, ...] = ()
    more: int = 0


@swift
@dataclass(frozen=True, slots=True)
class StatusHistory:
    """View ``status``: in order of time as far as that is known; several jurisdictions are lanes."""

    bars: tuple[StatusBar, ...]
    marks: tuple[StatusMark, ...]


@swift
@dataclass(frozen=True, slots=True)
class StatusBadge:
    """The latest status, never without how it is put and by whom. ``others``: further statuses on the page.

    ``dated`` is when it began, or by when it is reported.
    """

    value: str
    words: str
    puts: tuple[Put, ...]
    dated: Dated
    jurisdiction: Value | None
    refs: tuple[int, ...]
    anchor: str
    plain: bool
    disputed: bool = False
    others: int = 0


@swift
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


@swift
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


@swift
@dataclass(frozen=True, slots=True)
class Statements:
    """View ``statements``; ``marks`` is every statement of the panel in time, also of further pages."""

    cards: tuple[StatementCard, ...]
    marks: tuple[StatementMark, ...] = ()


@swift
@dataclass(frozen=True, slots=True)
class Fate:
    """What is reported of an undertaking afterwards; ``derived``: that nobody reports anything."""

    value: str
    words: str
    put: Put | None
    refs: tuple[int, ...]
    derived: bool = False


@swift
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


@swift
@dataclass(frozen=True, slots=True)
class Undertakings:
    """View ``undertakings``."""

    rows: tuple[UndertakingTold, ...]


@swift
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


@swift
@dataclass(frozen=True, slots=True)
class Offices:
    """View ``offices``."""

    rows: tuple[Office, ...]


@swift
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


@swift
@dataclass(frozen=True, slots=True)
class Events:
    """View ``events``."""

    rows: tuple[EventTold, ...]
