"""The view ``status``: legal statuses and the changes between them in the order of time, and the latest."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace

from diaspora_kg.names import expand
from diaspora_kg.pages.facts import Dated, Put
from diaspora_kg.pages.making import Items, Making, first_of
from diaspora_kg.pages.statusviews import StatusBadge, StatusBar, StatusHistory, StatusMark

_KIND, _STATUS, _FORM = expand("dkg:kind"), expand("dkg:status"), expand("dkg:legalForm")
_CONFLICTS = expand("dkg:conflictsWith")
_NO_DATE = "9999"  # stands behind every date


def status(page: Making, items: Items) -> StatusHistory:
    """View ``status``."""
    bars, marks = [], []
    for iri, rows in items.items():
        claims = page.claims(rows)
        puts, (refs, more) = page.said.puts(claims), page.numbers.some(claims)
        if page.said.anchor(iri).startswith("status-change-"):
            marks.append(replace(_mark(page, iri, puts, refs), more=more))
        else:
            bars.append((replace(_bar(page, iri, puts, refs), more=more), claims))
    against = _disputes(page, bars)
    joined = [_with(bar, against[bar.iri]) if bar.iri in against else bar for bar, _ in bars]
    marks.sort(key=lambda mark: (_latest(mark.dated), mark.anchor))
    return StatusHistory(tuple(sorted(joined, key=_in_time)), tuple(marks))


def _latest(dated: Dated) -> str:
    return dated.not_after or dated.not_before or _NO_DATE


def _in_time(bar: StatusBar) -> tuple[str, bool, str]:
    """What has begun or ended earlier comes first; what nothing ended is last of those."""
    bounds = [bar.starts.not_after, bar.starts.not_before, bar.ends.not_after]
    return next((bound for bound in bounds if bound), _NO_DATE), bar.stands, bar.anchor


def _mark(page: Making, iri: str, puts: tuple[Put, ...], refs: tuple[int, ...]) -> StatusMark:
    kind = page.gathered.local(iri, _KIND)
    words = page.gathered.words(page.gathered.one(iri, _KIND)) if kind else "change of status"
    place = page.said.anchor(iri)
    return StatusMark(
        iri, place, kind, words, page.said.dated(iri, "when"), page.said.parts(iri), puts, refs,
        page.silent(iri),
    )  # fmt: skip


def _bar(page: Making, iri: str, puts: tuple[Put, ...], refs: tuple[int, ...]) -> StatusBar:
    gathered, said = page.gathered, page.said
    value, form = gathered.local(iri, _STATUS), gathered.one(iri, _FORM)
    began, ended = (first_of(gathered.iris(iri, expand(f"dkg:{n}"))) for n in ("beganWith", "endedWith"))
    starts = said.dated(iri, "starts")
    ends = said.dated(iri, "ends")
    legal_form = gathered.words(form) if form else ""
    basis = gathered.terms(iri, expand("dkg:legalBasis"))
    place = first_of(gathered.iris(iri, expand("dkg:jurisdiction")))
    change = gathered.told(began) if began else {}
    return StatusBar(
        iri=iri,
        anchor=said.anchor(iri),
        value=value,
        words=gathered.words(gathered.one(iri, _STATUS)) if value else legal_form or "status not stated",
        legal_form=legal_form,
        jurisdiction=said.value(place) if place else None,
        legal_basis=page.value(basis[0]) if basis else None,
        list_name=gathered.one(iri, expand("dkg:listName")),
        starts=said.dated(began, "when") if starts.form == "unknown" and change else starts,
        ends=said.dated(ended, "when") if ends.form == "unknown" and ended else ends,
        began=said.value(began) if began else None,
        ended=said.value(ended) if ended else None,
        authorities=tuple(part for part in said.parts(began) if part.role == "authority") if began else (),
        puts=puts,
        refs=refs,
        silent=page.silent(iri),
    )


def _disputes(page: Making, bars: Sequence[tuple[StatusBar, list[str]]]) -> Mapping[str, set[str]]:
    """What stands against a bar, by its IRI: those of which a claim conflicts with one of its own."""
    behind: dict[str, list[StatusBar]] = defaultdict(list)
    for bar, claims in bars:
        for claim in claims:
            behind[claim].append(bar)
    against: dict[str, set[str]] = defaultdict(set)
    for bar, claims in bars:
        for other in (
            o for a in claims for b in page.gathered.iris(a, _CONFLICTS) for o in behind.get(b, ())
        ):
            if other.iri != bar.iri:
                against[bar.iri].add(other.anchor)
                against[other.iri].add(bar.anchor)
    return against


def _with(bar: StatusBar, against: set[str]) -> StatusBar:
    return replace(bar, against=tuple(sorted(against)))


def badge(history: StatusHistory) -> StatusBadge | None:
    """The latest status that nothing is said to have ended; else the latest change; else nothing.

    One that nobody holds to be so (it is only possible, predicted, wished for or under a condition) stands
    behind those that somebody does, one that is only denied behind all. Of which nobody knows when it began
    cannot be the latest as long as there are others.
    """
    named = [bar for bar in history.bars if bar.value]
    standing = [bar for bar in named if bar.stands]
    if standing:
        last = max(
            standing, key=lambda bar: (*_weight(bar.puts), _in_time(bar)[0] != _NO_DATE, _in_time(bar))
        )
        other = sum(1 for bar in named if bar.value != last.value and bar in standing)
        disputed = bool(last.against) or (last.denied and not _only_denied(last.puts))
        return StatusBadge(
            last.value, last.words, last.puts, last.starts, last.jurisdiction, last.refs, last.anchor,
            last.plain, disputed, other,
        )  # fmt: skip
    if not history.marks:
        return None
    mark = max(
        history.marks,
        key=lambda mark: (*_weight(mark.puts), _latest(mark.dated) != _NO_DATE, _latest(mark.dated)),
    )
    plain = any(put.plain for put in mark.puts)
    disputed = any(put.denied for put in mark.puts) and not _only_denied(mark.puts)
    return StatusBadge(
        mark.value, mark.words, mark.puts, mark.dated, None, mark.refs, mark.anchor, plain, disputed
    )


def _weight(puts: Sequence[Put]) -> tuple[bool, bool]:
    """Whether it is not only denied, and whether anybody holds it to be so; what is presupposed is held."""
    return not _only_denied(puts), held(puts)


def held(puts: Sequence[Put]) -> bool:
    """Whether anybody holds it to be so, or nobody speaks of it."""
    return not puts or any(
        not (put.denied or put.conditional or any(s.slot in {"modality", "illocution"} for s in put.slots))
        for put in puts
    )


def _only_denied(puts: Sequence[Put]) -> bool:
    return bool(puts) and all(put.denied for put in puts)
