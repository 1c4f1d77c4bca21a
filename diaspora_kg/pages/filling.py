"""From the rows of a panel to what it shows: facts, names, status, undertakings, offices, events."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice

from diaspora_kg.names import PREFIXES, expand
from diaspora_kg.pages.facts import Dated, Name, Put, Value
from diaspora_kg.pages.gather import Gathered, Row
from diaspora_kg.pages.panel import Body
from diaspora_kg.pages.said import Said, anchor
from diaspora_kg.pages.site import Site
from diaspora_kg.pages.sourced import Numbers
from diaspora_kg.pages.views import (
    Events,
    EventTold,
    Facts,
    Fate,
    KeyFact,
    Names,
    NameTold,
    Office,
    Offices,
    StatusBadge,
    StatusBar,
    StatusHistory,
    StatusMark,
    Told,
    Undertakings,
    UndertakingTold,
)
from diaspora_kg.queries.why import SILENCES, role_words
from diaspora_kg.queries.wording import fulfilment_words, words_for
from diaspora_kg.terms import IRI, Literal, Term

Items = Mapping[str, Sequence[Row]]
"""The rows of a panel by what they are about (``content``, ``name`` ...), in the order of showing."""

MOST_SOURCES = 6
"""Sources of one value or name, and values of one fact, on a page, which counts the rest."""

_DKG = PREFIXES["dkg"]
_KIND = expand("dkg:kind")
_STATUS, _FORM, _SUBJECT = expand("dkg:status"), expand("dkg:legalForm"), expand("dkg:subject")
_CONFLICTS, _UNKNOWN = expand("dkg:conflictsWith"), expand("dkg:unknown")
_LITERAL, _RENDERS = expand("skosxl:literalForm"), expand("dkg:transliterates")
_FULFILMENT, _FORESEES = expand("dkg:fulfilment"), expand("dkg:foresees")
_PARTICIPATION, _ACTOR, _ROLE = (expand(f"dkg:{name}") for name in ("participation", "actor", "role"))
_MEMBER, _IN, _POST = expand("org:member"), expand("org:organization"), expand("dkg:post")
_POST_IN = expand("org:postIn")

_LABELS = {
    "textHash": "SHA-256 of the text", "url": "address", "creator": "author", "isPartOf": "part of",
    "externalId": "external identifier", "postIn": "office in", "legalForm": "legal form",
    "ofCommunity": "community", "operatesIn": "operates in",
}  # fmt: skip
_NAME_ORDER = ("fullName", "shortName", "acronym", "pressVariant", "selfDesignation", "formerName", "metonym")
_NO_DATE = "9999"  # stands behind every date
_DATES = {"when": "date", "starts": "starts", "ends": "ends"}


@dataclass
class Making:
    """One page in the making: what was gathered, and the numbers of its sources."""

    iri: str
    kind: str
    key: str
    gathered: Gathered
    said: Said
    numbers: Numbers
    site: Site
    shown: set[str] = field(default_factory=set)
    passages: set[tuple[int, int]] = field(default_factory=set)

    def local(self, iri: str) -> str:
        """The local name of a value or property."""
        return self.gathered.cells.iri(iri).replace("/", "#").rpartition("#")[2]

    def claims(self, rows: Iterable[Row]) -> list[str]:
        """The claims that rows rest on, each once, in order."""
        found = {row["claim"].value for row in rows if "claim" in row}
        return sorted(found)

    def value(self, term: Term) -> Value:
        """A value of a fact."""
        if isinstance(term, IRI):
            if self.gathered.lookup.names.kind_and_key(term.value):
                return Value(self.gathered.words(term.value), term.value)
            known = term.value.startswith((PREFIXES["dkgv"], _DKG))
            return Value(self.gathered.words(term.value), "" if known else term.value, model=known)
        web = term.value.startswith(("https://", "http://"))
        return Value(term.value, term.value if web else "")

    def silent(self, node: str) -> tuple[str, ...]:
        """What the sources were read for and do not say of a node."""
        words = [property_words(self.local(name)) for name in self.gathered.iris(node, _UNKNOWN)]
        parts = self.gathered.iris(node, _PARTICIPATION)
        nobody = [part for part in parts if _ACTOR in self.gathered.iris(part, _UNKNOWN)]
        words += [role_words(self.gathered.local(part, _ROLE)) for part in nobody]
        return tuple(sorted(set(words)))


def property_words(local: str) -> str:
    """A property as a reader would look for it.

    >>> property_words("when"), property_words("legalBasis")
    ('date', 'legal basis')
    """
    return SILENCES.get(local) or _LABELS.get(local) or words_for(local)


def facts(page: Making, items: Items) -> Facts:
    """View ``facts``: described values with their graphs, claimed ones with how they are put."""
    rows: list[KeyFact] = []
    for name, same in items.items():
        if (slot := page.local(name)) in _DATES:
            rows += _date(page, slot, same)
            continue
        label = property_words(page.local(name))
        told = tuple(_told(page, name, [row for row in same if "value" in row]))
        silent = {row["graph"].value for row in same if "value" not in row and "graph" in row}
        if told:
            values = len({row["value"] for row in same if "value" in row})
            rows.append(KeyFact(label, told, more=values - len(told)))
        elif silent:
            some, more = some_of(silent)
            rows.append(KeyFact(label, (), page.numbers.graphs(some, page.iri), more))
    rows.sort(key=lambda row: not row.stated)
    return Facts(tuple(rows))


def _date(page: Making, slot: str, rows: Sequence[Row]) -> Iterator[KeyFact]:
    dated = page.said.dated(page.iri, slot)
    refs = page.numbers.graphs({row["graph"].value for row in rows if "graph" in row}, page.iri)
    if dated.form != "unknown":
        yield KeyFact(_DATES[slot], (Told(Value(date_words(dated)), refs, dated=dated),))
    elif dated.silent:
        yield KeyFact(_DATES[slot], (), refs)


def date_words(dated: Dated) -> str:
    """A date in plain English, for where no template writes it."""
    low, high = dated.not_before, dated.not_after
    if dated.form == "on":
        return high
    if dated.form == "between":
        return f"between {low} and {high}"
    if dated.form in {"by", "from"}:
        return f"by {high}" if high else f"from {low}"
    return f"“{dated.words}”" if dated.words else ""


def _told(page: Making, name: str, rows: Iterable[Row]) -> Iterator[Told]:
    by_value: dict[Term, list[Row]] = defaultdict(list)
    for row in rows:
        by_value[row["value"]].append(row)
    for term, same in islice(by_value.items(), MOST_SOURCES):
        every = page.claims(same)
        claims = every[:MOST_SOURCES]
        graphs, more = some_of({row["graph"].value for row in same if "graph" in row})
        refs = sorted({*page.numbers.claims(claims), *page.numbers.graphs(graphs, page.iri, name)})
        language = term.language if isinstance(term, Literal) else ""
        more += len(every) - len(claims)
        yield Told(page.value(term), tuple(refs), page.said.puts(claims), language, more=more)


def some_of(graphs: set[str]) -> tuple[list[str], int]:
    """As many as a page names, and how many more there are."""
    return sorted(graphs)[:MOST_SOURCES], max(0, len(graphs) - MOST_SOURCES)


def names(page: Making, items: Items) -> Names:
    """View ``names``: full names first, a name that several sources write once."""
    gathered = page.gathered
    found: dict[tuple[str, str, str], list[str]] = defaultdict(list)
    rows: dict[str, list[Row]] = defaultdict(list)
    for row in (row for same in items.values() for row in same):
        rows[row["name"].value].append(row)
    for iri in rows:
        for term in gathered.told(iri).get(_LITERAL, ())[:1]:
            language = term.language if isinstance(term, Literal) else ""
            found[gathered.local(iri, _KIND), language, term.value].append(iri)
    ordered = sorted(found, key=lambda one: (name_rank(one[0]), one[1:]))
    return Names(tuple(_name(page, one, sorted(found[one]), rows) for one in ordered))


def name_rank(kind: str) -> int:
    """Where names of a kind stand among the names of a page."""
    return _NAME_ORDER.index(kind) if kind in _NAME_ORDER else len(_NAME_ORDER)


def _name(page: Making, name: tuple[str, str, str], iris: Sequence[str], items: Items) -> NameTold:
    kind, language, words = name
    gathered = page.gathered
    graphs = {row["graph"].value for iri in iris for row in items[iri] if "graph" in row}
    renders = [gathered.one(other, _LITERAL) for iri in iris for other in gathered.iris(iri, _RENDERS)]
    place = anchor("name", gathered.cells.iri(iris[0]))
    some, more = some_of(graphs)
    refs = page.numbers.graphs(some, page.iri)
    name_told = Name(words, language, words_for(kind), place)
    return NameTold(name_told, refs, " / ".join(filter(None, renders)), more)


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
    began, ended = (_first(gathered.iris(iri, expand(f"dkg:{n}"))) for n in ("beganWith", "endedWith"))
    starts = said.dated(iri, "starts")
    ends = said.dated(iri, "ends")
    legal_form = gathered.words(form) if form else ""
    basis = gathered.terms(iri, expand("dkg:legalBasis"))
    place = _first(gathered.iris(iri, expand("dkg:jurisdiction")))
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


def _first(iris: Sequence[str]) -> str:
    return iris[0] if iris else ""


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


def undertakings(page: Making, items: Items) -> Undertakings:
    """View ``undertakings``."""
    return Undertakings(tuple(_undertaking(page, iri, page.claims(rows)) for iri, rows in items.items()))


def _undertaking(page: Making, iri: str, claims: Sequence[str]) -> UndertakingTold:
    gathered, said = page.gathered, page.said
    reporting = [claim for claim in claims if gathered.told(claim).get(_FULFILMENT)]
    making = [claim for claim in claims if claim not in reporting]
    refs, more = page.numbers.some(claims)
    fates = tuple(_fates(page, iri, reporting[:MOST_SOURCES], refs))
    return UndertakingTold(
        iri=iri,
        anchor=said.anchor(iri),
        kind=words_for(gathered.local(iri, _KIND)),
        words=gathered.words(iri),
        parties=said.parts(iri),
        foresees=tuple(map(said.value, gathered.iris(iri, _FORESEES))),
        dated=said.dated(iri, "when"),
        puts=said.puts(making),
        fates=fates,
        refs=refs,
        silent=page.silent(iri),
        more=max(more, len(reporting) - MOST_SOURCES),
    )


def _fates(page: Making, iri: str, reporting: Sequence[str], refs: tuple[int, ...]) -> Iterator[Fate]:
    gathered = page.gathered
    for claim in reporting:
        value = gathered.local(claim, _FULFILMENT)
        yield Fate(value, fulfilment_words(value), page.said.put(claim), page.numbers.claims([claim]))
    if not reporting and (value := gathered.local(iri, _FULFILMENT)):
        numbers = {*refs, page.numbers.rule(_FULFILMENT)}
        yield Fate(value, fulfilment_words(value), None, tuple(sorted(numbers)), derived=True)


def offices(page: Making, items: Items) -> Offices:
    """View ``offices``."""
    return Offices(tuple(_office(page, iri, page.claims(rows)) for iri, rows in items.items()))


def _office(page: Making, iri: str, claims: Sequence[str]) -> Office:
    gathered, said = page.gathered, page.said
    member, post, body = (_first(gathered.iris(iri, name)) for name in (_MEMBER, _POST, _IN))
    refs, more = page.numbers.some(claims)
    direction = "post" if post == page.iri else "member" if member == page.iri else "organization"
    return Office(
        iri, said.anchor(iri), said.value(member) if member else None, said.value(post) if post else None,
        said.value(body) if body else None, direction, said.dated(iri, "starts"), said.dated(iri, "ends"),
        said.puts(claims), refs, page.silent(iri), more,
    )  # fmt: skip


def events(page: Making, items: Items) -> Events:
    """View ``events``."""
    return Events(tuple(_event(page, iri, page.claims(rows)) for iri, rows in items.items()))


def _event(page: Making, iri: str, claims: Sequence[str]) -> EventTold:
    gathered, said = page.gathered, page.said
    place = _first(gathered.iris(iri, expand("dkg:place")))
    refs, more = page.numbers.some(claims)
    return EventTold(
        iri, said.anchor(iri), words_for(gathered.local(iri, _KIND)), gathered.words(iri),
        said.dated(iri, "when"), said.value(place) if place else None, said.parts(iri), said.puts(claims),
        refs, more=more,
    )  # fmt: skip


SIMPLE: Mapping[str, Callable[[Making, Items], Body]] = {
    "facts": facts,
    "names": names,
    "status": status,
    "undertakings": undertakings,
    "offices": offices,
    "events": events,
}
"""The views of this module, and what fills them."""
