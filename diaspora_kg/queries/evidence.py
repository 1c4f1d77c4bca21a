"""From claims back to words: who says it, how, through what, in which article, at which place."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from diaspora_kg.names import PREFIXES, kebab
from diaspora_kg.queries.cells import Cells, natural
from diaspora_kg.queries.lookup import Lookup, ask_part
from diaspora_kg.terms import IRI, Term

_MANY = 100  # claims in one question
_Row = Mapping[str, Term]


class Origin(Protocol):
    """Where a node was written."""

    @property
    def file(self) -> str:
        """Relative to the project."""

    @property
    def line(self) -> int:
        """Counts from 1; 0 in a file without lines."""

    @property
    def where(self) -> str:
        """The place in a file without lines: ``annotation 17``."""


class Origins(Protocol):
    """Knows where nodes were written; a snapshot's index does (a remote endpoint does not)."""

    def origin_of(self, iri: str) -> Origin | None:
        """The first place, or ``None``."""


@dataclass(frozen=True, slots=True)
class Named:
    """A node or value: its IRI, its short form and the words by which it is shown."""

    iri: str
    key: str
    label: str

    @property
    def shown(self) -> str:
        """The words, with the key of a node; a value of a closed list has words only."""
        if self.iri.startswith(PREFIXES["dkgv"]):
            return self.words
        return f"{self.label} ({self.key})" if self.label and self.label != self.key else self.key

    @property
    def words(self) -> str:
        """The words alone, without a key."""
        return self.label or (
            kebab(self.key).replace("-", " ") if self.iri.startswith(PREFIXES["dkgv"]) else self.key
        )


@dataclass(frozen=True, slots=True)
class Claimant:
    """Who says something, in which office and on whose behalf.

    ``basis`` is that of acting for ``on_behalf_of``: stated by the source or inferred by the annotator.
    """

    actor: Named
    capacity: Named | None = None
    on_behalf_of: Named | None = None
    basis: str = ""


@dataclass(frozen=True, slots=True, order=True)
class Words:
    """A passage: code points from 0, the end not included; long ones show both ends only."""

    begin: int
    end: int
    region: str = ""
    quote: str = ""
    quote_start: str = ""
    quote_end: str = ""

    @property
    def shown(self) -> str:
        """The words that may be shown; empty where none may."""
        return self.quote or " … ".join(part for part in (self.quote_start, self.quote_end) if part)


@dataclass(frozen=True, slots=True)
class Evidence:
    """One claim as its source puts it. Concepts are local names; ``""`` means that there is none.

    ``statement`` is ``None`` where the article itself speaks. ``readings`` are the values between
    which the words leave a slot open, ``evaluations`` the evaluating words as printed. ``basis`` says
    whether the source states who says so.
    ``file`` and ``line`` are where a researcher annotated it (``line`` 0: not known), ``where`` the place
    in a file without lines.
    """

    claim: Named
    article: Named
    publisher: Named | None
    published: str
    statement: Named | None
    kinds: tuple[str, ...]
    claimants: tuple[Claimant, ...]
    basis: str
    media: tuple[Named, ...]
    attribution: str
    givenness: str
    modality: str
    polarity: str
    illocution: str
    readings: tuple[str, ...]
    stance: str
    stance_targets: tuple[Named, ...]
    evaluations: tuple[str, ...]
    fulfilment: str
    conditions: tuple[Named, ...]
    cue: str
    note: str
    sic: str
    words: tuple[Words, ...]
    file: str = ""
    line: int = 0
    where: str = ""

    @property
    def own_voice(self) -> bool:
        """Whether the article itself speaks."""
        return self.statement is None

    @property
    def asserts(self) -> bool:
        """Whether somebody puts it forward as so: stated, asserted, affirmed and under no condition."""
        put = (self.givenness, self.modality, self.polarity)
        return put == ("stated", "asserted", "affirmed") and not self.conditions


def evidence_of(claims: Iterable[str], lookup: Lookup, origins: Origins | None = None) -> dict[str, Evidence]:
    """The evidence of each claim that the graph holds, by its IRI."""
    wanted = sorted(set(claims))
    rows: dict[str, list[_Row]] = defaultdict(list)
    for start in range(0, len(wanted), _MANY):
        part = {"_claim_iri": [IRI(iri) for iri in wanted[start : start + _MANY]]}
        for row in ask_part(lookup.store, "evidence", part):
            rows[row["claim"].value].append(row)
    iris = {t.value for found in rows.values() for row in found for t in row.values() if isinstance(t, IRI)}
    reader = _Reader(Cells(lookup.names), lookup.labels(iris))
    return {iri: reader.evidence(found, origins) for iri, found in sorted(rows.items())}


@dataclass(frozen=True)
class _Reader:
    """Folds the rows of one claim, which differ in what there may be several of, into one value."""

    cells: Cells
    labels: Mapping[str, str]

    def evidence(self, rows: Sequence[_Row], origins: Origins | None) -> Evidence:
        first = rows[0]
        voice = first["voice"].value
        origin = origins.origin_of(first["claim"].value) if origins else None
        return Evidence(
            claim=self.named(first["claim"]),
            article=self.named(first["article"]),
            publisher=self.named(first["publisher"]) if "publisher" in first else None,
            published=self.short(first, "published"),
            statement=None if voice == first["article"].value else self.named(first["voice"]),
            kinds=self.shorts(rows, "kind"),
            claimants=self.claimants(rows),
            basis=self.short(first, "basis"),
            media=self.several(rows, "medium"),
            attribution=self.short(first, "attribution"),
            givenness=self.short(first, "givenness"),
            modality=self.short(first, "modality"),
            polarity=self.short(first, "polarity"),
            illocution=self.short(first, "illocution"),
            readings=self.shorts(rows, "reading"),
            stance=self.short(first, "stance"),
            stance_targets=self.several(rows, "stanceTarget"),
            evaluations=self.shorts(rows, "evaluation"),
            fulfilment=self.short(first, "fulfilment"),
            conditions=self.several(rows, "condition"),
            cue=self.short(first, "cue"),
            note=self.short(first, "note"),
            sic=self.short(first, "sic"),
            words=self.passages(rows),
            file=origin.file if origin else "",
            line=origin.line if origin else 0,
            where=origin.where if origin else "",
        )

    def named(self, term: Term) -> Named:
        key = self.cells.cell("", term)
        return Named(term.value, key, self.labels.get(term.value, ""))

    def short(self, row: _Row, slot: str) -> str:
        return self.cells.cell(slot, row.get(slot))

    def shorts(self, rows: Sequence[_Row], slot: str) -> tuple[str, ...]:
        return tuple(sorted({self.short(row, slot) for row in rows} - {""}))

    def several(self, rows: Sequence[_Row], slot: str) -> tuple[Named, ...]:
        found = {self.named(row[slot]) for row in rows if slot in row}
        return tuple(sorted(found, key=lambda named: natural(named.key)))

    def claimants(self, rows: Sequence[_Row]) -> tuple[Claimant, ...]:
        found = {self.claimant(row) for row in rows if "claimant" in row}
        return tuple(sorted(found, key=lambda one: (natural(one.actor.key), repr(one))))

    def claimant(self, row: _Row) -> Claimant:
        capacity, acts_for = row.get("capacity"), row.get("onBehalfOf")
        return Claimant(
            self.named(row["claimant"]),
            self.named(capacity) if capacity else None,
            self.named(acts_for) if acts_for else None,
            self.short(row, "actingBasis"),
        )

    def passages(self, rows: Sequence[_Row]) -> tuple[Words, ...]:
        slots = ("region", "quote", "quoteStart", "quoteEnd")
        found = {
            Words(int(row["begin"].value), int(row["end"].value), *(self.short(row, slot) for slot in slots))
            for row in rows
            if "begin" in row
        }
        return tuple(sorted(found))
