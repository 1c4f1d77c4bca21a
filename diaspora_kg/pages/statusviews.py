"""What the panel of legal statuses shows: frozen values, as those of the other panels (``views.py``)."""

from __future__ import annotations

from dataclasses import dataclass

from diaspora_kg.light import light
from diaspora_kg.pages.facts import Dated, Part, Put, Value


@light
@dataclass(frozen=True, slots=True)
class StatusEnd:
    """The change that ended a status, and how claims put that; not ``held``: nobody holds it to be so.

    What is only possible, predicted, asked for or under a condition is not held, nor what is only denied.
    """

    change: Value
    puts: tuple[Put, ...]
    refs: tuple[int, ...]
    held: bool


@light
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


@light
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


@light
@dataclass(frozen=True, slots=True)
class StatusHistory:
    """View ``status``: in order of time as far as that is known; several jurisdictions are lanes."""

    bars: tuple[StatusBar, ...]
    marks: tuple[StatusMark, ...]


@light
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
