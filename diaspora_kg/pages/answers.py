"""The answer of a saved query as a page shows it: columns, cells with their links, the words under a row.

Columns in which no row has anything are left out. A slot that a source leaves open says "not stated",
which is something else than an empty cell, where nothing was recorded.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from diaspora_kg.names import PREFIXES
from diaspora_kg.pages.figures import NOT_STATED
from diaspora_kg.pages.language import language
from diaspora_kg.pages.models import Link
from diaspora_kg.pages.site import Site
from diaspora_kg.pages.voices import voice
from diaspora_kg.queries.answer import Answer, Row
from diaspora_kg.queries.cells import Cells
from diaspora_kg.queries.evidence import Evidence
from diaspora_kg.queries.wording import put, said_by, source, words_for
from diaspora_kg.terms import IRI, XSD_DECIMAL, XSD_INTEGER, Literal, Term

MOST_CLAIMS = 12
"""Claims that are shown under one row; the exports have all."""

_LONG = 32  # characters


@dataclass(frozen=True, slots=True)
class Column:
    """A heading: ``href`` sorts by it, ``direction`` is how it is sorted now (empty: it is not)."""

    name: str
    words: str
    href: str
    direction: str
    number: bool


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell; ``gap`` is one that the source leaves open, ``note`` a key where words do not suffice."""

    words: str
    href: str = ""
    note: str = ""
    gap: bool = False
    number: bool = False

    @property
    def long(self) -> bool:
        """Whether the words need room."""
        return len(self.words) > _LONG


@dataclass(frozen=True, slots=True)
class Passage:
    """Words that may be shown (empty: withheld) and where they stand."""

    words: str
    place: str


@dataclass(frozen=True, slots=True)
class Saying:
    """One claim under a row: who says it, in which words, how firmly, where."""

    claim: Link
    key: str
    passages: tuple[Passage, ...]
    manner: str
    voice: str
    source: str
    article: Link
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """One row: ``more`` counts the claims that are not shown; ``silent`` is an article without a claim.

    ``put`` is how the row is put where not plainly: the columns that say so may lie outside the window.
    """

    number: int
    cells: tuple[Cell, ...]
    claims: int
    sayings: tuple[Saying, ...]
    more: int
    silent: Link | None
    put: str


@dataclass(frozen=True, slots=True)
class Table:
    """A page of rows; ``empty`` names the columns that are left out."""

    columns: tuple[Column, ...]
    lines: tuple[Line, ...]
    empty: tuple[str, ...]


@dataclass(frozen=True)
class Tabulation:
    """Makes a table of one page of an answer; ``whole`` decides which columns have anything at all."""

    site: Site
    whole: Answer
    page: Answer
    evidence: Mapping[str, Evidence]
    first: int = 1
    headings: Mapping[str, str] = field(default_factory=dict)

    def table(self, sorting: Mapping[str, tuple[str, str]]) -> Table:
        """``sorting`` gives for each column its link and its direction now."""
        filled = {
            n for row in self.whole.rows for n, term in enumerate(row) if term is not None and term.value
        }
        shown = [n for n, name in enumerate(self.page.columns) if n in filled and name != "claims"]
        empty = [n for n, name in enumerate(self.page.columns) if n not in filled and name != "claims"]
        columns = tuple(self._column(n, sorting) for n in shown)
        lines = (self._line(number, row, shown) for number, row in enumerate(self.page.rows, self.first))
        return Table(columns, tuple(lines), tuple(self._heading(self.page.columns[n]) for n in empty))

    def _column(self, at: int, sorting: Mapping[str, tuple[str, str]]) -> Column:
        name = self.page.columns[at]
        terms = [row[at] for row in self.whole.rows if row[at] is not None]
        href, direction = sorting.get(name, ("", ""))
        number = bool(terms) and all(_numeric(term) for term in terms)
        return Column(name, self._heading(name), href, direction, number)

    def _heading(self, name: str) -> str:
        return self.headings.get(name) or words_for(name)

    def _line(self, number: int, row: Row, shown: Sequence[int]) -> Line:
        claims = self.page.claims(row)
        found = [self.evidence[claim] for claim in claims if claim in self.evidence]
        article = self.page.article(row) if not claims else None
        return Line(
            number,
            tuple(self.cell(self.page.columns[n], row[n]) for n in shown),
            len(claims),
            tuple(self._saying(one) for one in found[:MOST_CLAIMS]),
            len(claims) - min(len(found), MOST_CLAIMS),
            self._article(article) if article else None,
            voice(self.page, row, self._words).put,
        )

    def _words(self, term: Term | None) -> str:
        """The words of a term in English: the badges of a row go by them."""
        if isinstance(term, IRI) and term.value.startswith(PREFIXES["dkgv"]) and term.value != NOT_STATED:
            return self.page.labels.get(term.value, "") or words_for(Cells(self.page.names).cell("", term))
        return self.cell("", term).words

    def cell(self, column: str, term: Term | None) -> Cell:
        """One cell with its link."""
        if term is None:
            return Cell("")
        short = Cells(self.page.names).cell(column, term)
        if isinstance(term, Literal):
            return Cell(language(self.site.language).day(short), number=_numeric(term))
        if term.value == NOT_STATED:
            return Cell("not stated", gap=True)
        label = self.page.labels.get(term.value, "")
        if term.value.startswith((PREFIXES["dkgv"], PREFIXES["dkg"])):
            return Cell(language(self.site.language).words(label or words_for(short)))
        return Cell(label or short, self.site.href(term.value), short if label in self._shared else "")

    @cached_property
    def _shared(self) -> frozenset[str]:
        """Labels that several nodes of this page have: only there is a key needed to tell them apart."""
        return frozenset(label for label, nodes in Counter(self.page.labels.values()).items() if nodes > 1)

    def _article(self, iri: str) -> Link:
        return Link(self.site.href(iri), self.page.labels.get(iri) or Cells(self.page.names).iri(iri))

    def _saying(self, evidence: Evidence) -> Saying:
        notes = [f"printed so (sic): {evidence.sic}"] * bool(evidence.sic)
        notes += [f"note: {evidence.note}"] * bool(evidence.note)
        rendered = f"; {words_for(evidence.attribution)}" if evidence.attribution else ""
        cue = f" (cue: {evidence.cue})" if evidence.cue else ""
        return Saying(
            Link(self.site.href(evidence.claim.iri), evidence.claim.label or evidence.claim.key),
            evidence.claim.key,
            tuple(
                Passage(w.shown, f"{w.region}, characters {w.begin}-{w.end}".strip(", "))
                for w in evidence.words
            ),
            f"{put(evidence)}{rendered}{cue}",
            said_by(evidence),
            source(evidence),
            Link(self.site.href(evidence.article.iri), evidence.article.label or evidence.article.key),
            tuple(notes),
        )


def claims_of(answer: Answer) -> frozenset[str]:
    """The claims whose words a page shows: the first of each row."""
    return frozenset(claim for row in answer.rows for claim in answer.claims(row)[:MOST_CLAIMS])


def _numeric(term: Term | None) -> bool:
    return isinstance(term, Literal) and term.datatype in {XSD_INTEGER, XSD_DECIMAL}
