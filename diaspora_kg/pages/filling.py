"""From the rows of a panel to what it shows: facts, names, undertakings, offices, events."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice

from diaspora_kg.names import expand
from diaspora_kg.pages.facts import Name, Value
from diaspora_kg.pages.making import (
    MOST_SOURCES,
    Items,
    Making,
    date_words,
    first_of,
    property_words,
    some_of,
)
from diaspora_kg.pages.panel import Body
from diaspora_kg.pages.reading import Row
from diaspora_kg.pages.said import anchor
from diaspora_kg.pages.statuses import status
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
    Told,
    Undertakings,
    UndertakingTold,
)
from diaspora_kg.queries.wording import fulfilment_words, words_for
from diaspora_kg.terms import Literal, Term

_KIND = expand("dkg:kind")
_LITERAL, _RENDERS = expand("skosxl:literalForm"), expand("dkg:transliterates")
_FULFILMENT, _FORESEES = expand("dkg:fulfilment"), expand("dkg:foresees")
_MEMBER, _IN, _POST = expand("org:member"), expand("org:organization"), expand("dkg:post")

_NAME_ORDER = ("fullName", "shortName", "acronym", "pressVariant", "selfDesignation", "formerName", "metonym")
_DATES = {"when": "date", "starts": "starts", "ends": "ends"}


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


def names(page: Making, items: Items) -> Names:
    """View ``names``: full names first, a name that several sources write once."""
    gathered = page.gathered
    found: dict[tuple[str, str, str], list[str]] = defaultdict(list)
    rows: dict[str, list[Row]] = defaultdict(list)
    for row in (row for same in items.values() for row in same):
        rows[row["name"].value].append(row)
    for iri in rows:
        for term in gathered.first(iri, _LITERAL):
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
    member, post, body = (first_of(gathered.iris(iri, name)) for name in (_MEMBER, _POST, _IN))
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
    place = first_of(gathered.iris(iri, expand("dkg:place")))
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
