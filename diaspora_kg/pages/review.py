"""What the page of a review is made from: one pair of records, what a decision does, what was decided so far.

The page is served by ``dkg serve --local`` alone and is part of no site.
"""

from __future__ import annotations

from dataclasses import dataclass

from diaspora_kg.candidates import Candidate
from diaspora_kg.identity import Verdict
from diaspora_kg.identity.effect import Effect
from diaspora_kg.index import fold
from diaspora_kg.review.columns import alike, sections
from diaspora_kg.review.portrait import Portrait
from diaspora_kg.review.reasons import reason

_MOST = 24  # values below one heading


@dataclass(frozen=True, slots=True)
class Cell:
    """One thing that a record shows; ``same``: the other one shows it too."""

    words: str
    same: bool


@dataclass(frozen=True, slots=True)
class Row:
    """One heading, and what each record has below it; ``more`` values are not shown."""

    title: str
    left: tuple[Cell, ...]
    right: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Weighed:
    """One reason of the score: what it adds, in words; ``against`` it if it takes away."""

    name: str
    effect: str
    against: bool
    left: str
    right: str
    note: str


@dataclass(frozen=True, slots=True)
class Shown:
    """The pair that is decided about; ``whys`` are the reasons that are written where none is given."""

    left: Portrait
    right: Portrait
    keys: tuple[str, str]
    score: str
    hint: str
    rows: tuple[Row, ...]
    reasons: tuple[Weighed, ...]
    whys: tuple[tuple[str, str], ...]
    records: tuple[str, ...]
    canonical: str


@dataclass(frozen=True, slots=True)
class Done:
    """One decision of this review, which can be undone."""

    id: str
    verdict: str
    left: str
    right: str


@dataclass(frozen=True, slots=True)
class Conflict:
    """A decision that was not written since it contradicts others, with the words of each contradiction."""

    verdict: str
    why: str
    told: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ReviewPage:
    """The page (template ``review.html.j2``).

    ``at`` is the place of the pair among those of ``kind``, ``waiting`` counts those that nobody has decided
    about. ``looking``: candidates are still being looked for.
    """

    pair: Shown | None
    at: int
    waiting: int
    kinds: tuple[str, ...]
    kind: str
    who: str
    done: tuple[Done, ...] = ()
    conflict: Conflict | None = None
    said: str = ""
    looking: bool = False


def shown(candidate: Candidate, left: Portrait, right: Portrait, follows: Effect) -> Shown:
    """A candidate with all that is told of its records; ``follows`` is what joining them would do."""
    return Shown(
        left,
        right,
        (candidate.left, candidate.right),
        f"{candidate.score:.2f}",
        candidate.hint.value,
        tuple(
            Row(
                one.title,
                _cells(one.left, alike(one)),
                _cells(one.right, alike(one)),
            )
            for one in sections(left, right)
            if one.title != "record"
        ),
        tuple(
            Weighed(
                one.name.replace("-", " "),
                f"{one.effect:+.2f}".replace("-", "\N{MINUS SIGN}"),
                one.effect < 0,
                one.left,
                one.right if one.right != one.left else "",
                one.note,
            )
            for one in candidate.features
            if one.told
        ),
        tuple(
            (verdict.value, reason(left, right, verdict))
            for verdict in (Verdict.SAME, Verdict.DIFFERENT, Verdict.UNSURE)
        ),
        follows.records,
        follows.canonical,
    )


def _cells(values: tuple[str, ...], both: frozenset[str]) -> tuple[Cell, ...]:
    return tuple(Cell(value, fold(value) in both) for value in values[:_MOST])
