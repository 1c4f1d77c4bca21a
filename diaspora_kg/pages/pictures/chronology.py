"""The same as the picture of a legal status, in order of time: what stands in the table under it."""

from __future__ import annotations

from dataclasses import dataclass

from diaspora_kg.pages.dates import bounds
from diaspora_kg.pages.facts import Dated, Part, Put, Value
from diaspora_kg.pages.pictures.manner import Manner, Tone, tone
from diaspora_kg.pages.spoken import manner
from diaspora_kg.pages.views import StatusBar, StatusHistory, StatusMark


@dataclass(frozen=True, slots=True)
class Entry:
    """A row: a status that holds from ``starts`` to ``ends``, or a change (``ends`` is ``None``)."""

    iri: str
    anchor: str
    words: str
    tone: Tone
    manner: Manner
    starts: Dated
    ends: Dated | None
    jurisdiction: Value | None
    details: tuple[tuple[str, Value], ...]
    parts: tuple[Part, ...]
    puts: tuple[Put, ...]
    refs: tuple[int, ...]
    silent: tuple[str, ...]
    against: tuple[str, ...]


def chronology(found: StatusHistory) -> tuple[Entry, ...]:
    """Statuses and changes in order of time, as far as that is known; what has no date comes first."""
    rows = [*map(_bar, found.bars), *map(_mark, found.marks)]
    return tuple(sorted(rows, key=_when))


def _when(entry: Entry) -> tuple[str, int]:
    starts = bounds(entry.starts)
    known = starts.first or starts.last
    return (known.isoformat() if known else ""), int(entry.ends is not None)


def _bar(bar: StatusBar) -> Entry:
    found = (("legal form", Value(bar.legal_form) if bar.legal_form and bar.legal_form != bar.words else None),
             ("legal basis", bar.legal_basis),
             ("list", Value(bar.list_name) if bar.list_name else None))  # fmt: skip
    return Entry(
        bar.iri, bar.anchor, bar.words, tone(bar.value), manner(bar.puts), bar.starts, bar.ends, bar.jurisdiction,
        tuple((label, value) for label, value in found if value), bar.authorities, bar.puts, bar.refs,
        bar.silent, bar.against,
    )  # fmt: skip


def _mark(mark: StatusMark) -> Entry:
    return Entry(
        mark.iri, mark.anchor, mark.words, tone(mark.value), manner(mark.puts), mark.dated, None, None, (),
        mark.parts, mark.puts, mark.refs, mark.silent, (),
    )  # fmt: skip
