"""The same as the picture of a legal status, in order of time: what stands in the table under it."""

from __future__ import annotations

from dataclasses import dataclass

from diaspora_kg.light import light
from diaspora_kg.pages.dates import bounds
from diaspora_kg.pages.facts import Dated, Part, Put, Value
from diaspora_kg.pages.pictures.manner import Manner, Tone, tone
from diaspora_kg.pages.spoken import manner
from diaspora_kg.pages.statusviews import StatusBar, StatusEnd, StatusHistory, StatusMark


@light
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
    more: int = 0
    ending: StatusEnd | None = None


def chronology(found: StatusHistory) -> tuple[Entry, ...]:
    """Statuses and changes in order of time, as far as that is known; what has no date comes first."""
    rows = [*map(_bar, found.bars), *map(_mark, found.marks)]
    return tuple(sorted(rows, key=_when))


def _when(entry: Entry) -> tuple[str, int]:
    starts = bounds(entry.starts)
    known = starts.first or starts.last
    return (known.isoformat() if known else ""), int(entry.ends is not None)


def _bar(bar: StatusBar) -> Entry:
    form = bar.legal_form if bar.legal_form != bar.words else ""
    found = (("legal form", Value(form, model=True) if form else None),
             ("legal basis", bar.legal_basis),
             ("list", Value(bar.list_name) if bar.list_name else None))  # fmt: skip
    return Entry(
        iri=bar.iri,
        anchor=bar.anchor,
        words=bar.words,
        tone=tone(bar.value),
        manner=manner(bar.puts),
        starts=bar.starts,
        ends=bar.ends,
        jurisdiction=bar.jurisdiction,
        details=tuple((label, value) for label, value in found if value),
        parts=bar.authorities,
        puts=bar.puts,
        refs=bar.refs,
        more=bar.more,
        silent=bar.silent,
        against=bar.against,
        ending=bar.ending,
    )


def _mark(mark: StatusMark) -> Entry:
    return Entry(
        iri=mark.iri,
        anchor=mark.anchor,
        words=mark.words,
        tone=tone(mark.value),
        manner=manner(mark.puts),
        starts=mark.dated,
        ends=None,
        jurisdiction=None,
        details=(),
        parts=mark.parts,
        puts=mark.puts,
        refs=mark.refs,
        more=mark.more,
        silent=mark.silent,
        against=(),
    )
