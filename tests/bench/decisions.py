"""Identity decisions about the actors that articles of the corpus declare for themselves.

Every record knows who it really is, so no decision contradicts another: `same` joins records of one
actor, `different` parts those of two. A wrong `same` is always withdrawn again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import astuple, dataclass
from datetime import UTC, datetime, timedelta
from random import Random

HEADER = ("id", "left", "right", "decision", "of", "who", "when", "why")
_BEGINNING = datetime(2050, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Record:
    """An actor as one article declares it: ``known`` is its key in the register, or empty."""

    key: str
    actor: str
    known: str


@dataclass(frozen=True, slots=True)
class Decision:
    """One line of ``decisions.tsv``."""

    id: str
    left: str
    right: str
    decision: str
    of: str
    who: str
    when: str
    why: str


def decide(records: Iterable[Record], seed: int) -> Iterator[Decision]:
    """About three decisions for every four records, in the order of the records."""
    random = Random(f"{seed} decisions")
    first: dict[str, Record] = {}
    before: Record | None = None
    number = 0

    def row(left: str, right: str, decision: str, why: str, of: str = "") -> Decision:
        nonlocal number
        number += 1
        when = (_BEGINNING + timedelta(minutes=number)).strftime("%Y-%m-%dT%H:%M:%SZ")
        who = f"Reviewer {random.choice('ABC')}"
        return Decision(f"d{number:06}", left, right, decision, of, who, when, why)

    for record in records:
        known = record.known or first.setdefault(record.actor, record).key
        chance = random.random()
        if known != record.key and chance < 0.6:
            yield row(record.key, known, "same", "The same name and the same town.")
        elif known != record.key and chance < 0.65:
            yield row(record.key, known, "unsure", "The same name, and nothing else.")
        elif before is not None and _parted(before, record) and chance < 0.7:
            yield row(before.key, record.key, "different", "Both are named in one sentence.")
        elif before is not None and _parted(before, record) and chance < 0.72:
            wrong = row(before.key, record.key, "same", "Taken for one by mistake.")
            yield wrong
            yield row("", "", "withdraw", "They are two.", wrong.id)
        before = record


def as_tsv(decisions: Iterable[Decision]) -> str:
    """The file ``decisions.tsv``."""
    rows = ["# format: 1", "\t".join(HEADER), *("\t".join(astuple(row)) for row in decisions)]
    return "\n".join(rows) + "\n"


def _parted(left: Record, right: Record) -> bool:
    """Whether two records are two actors of one kind."""
    return left.actor != right.actor and left.actor.partition("-")[0] == right.actor.partition("-")[0]
