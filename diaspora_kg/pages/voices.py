"""Whose words a row is and how they are put: what no picture and no short line may leave out.

Saved queries give it in the columns ``saidBy``, ``givenness``, ``modality`` and ``polarity``. What is
presupposed, possible or negated must never look like what is plainly asserted.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from diaspora_kg.names import expand
from diaspora_kg.pages.svg import cut
from diaspora_kg.queries.answer import Answer, Row
from diaspora_kg.terms import Term

_GROUP = 20  # characters: its colour and the legend tell it too

PLAIN: Mapping[str, str] = MappingProxyType(
    {
        "polarity": expand("dkgv:affirmed"),
        "modality": expand("dkgv:asserted"),
        "givenness": expand("dkgv:stated"),
    }
)
"""The columns that say how a claim is put, each with the value that needs no mention."""


@dataclass(frozen=True, slots=True, order=True)
class Voice:
    """Who says it (empty: no column tells) and how, where not plainly: ``negated``, ``possible``."""

    said: str = ""
    put: str = ""

    def under(self, label: str, group: str) -> str:
        """The line under the name of a mark; what stands in the name is not said again.

        >>> Voice("Ministry of Justice", "negated").under("suspended", "Ministry of Justice")
        'negated, says Ministry of Justice'
        """
        says = f"says {self.said}" if self.said and self.said != label else ""
        own = group if group not in {label, self.said, *self.put.split(", ")} else ""
        return ", ".join(part for part in (self.put, cut(own, _GROUP), says) if part)


def voice(answer: Answer, row: Row, words: Callable[[Term | None], str]) -> Voice:
    """The voice of a row; ``words`` gives those by which a term is shown."""
    cells = dict(zip(answer.columns, row, strict=True))
    put = (
        words(term)
        for column, plain in PLAIN.items()
        if (term := cells.get(column)) is not None and term.value and term.value != plain
    )
    return Voice(words(cells.get("saidBy")), ", ".join(put))


def marked(voices: set[str], marks: str) -> tuple[str, ...]:
    """The note under a picture that says what its ``marks`` mean that are drawn apart; none without such."""
    kinds = sorted({kind for put in voices if put for kind in put.split(", ")})
    return (f"{marks}: not put as a plain assertion ({', '.join(kinds)}).",) if kinds else ()
