"""What a proposal is: two records that may be one, how likely that is, and every reason for it.

Nothing here is a decision. A candidate is shown to a person, who decides; the program writes neither
"same" nor "different" by itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Hint(StrEnum):
    """How a candidate may be read before anybody has looked at it."""

    LIKELY = "likely same"
    UNSURE = "unsure"


@dataclass(frozen=True, slots=True)
class Feature:
    """One reason: ``value`` from 0 to 1, and what it is worth.

    ``effect`` is ``value * weight``; the score is the sum of all effects, kept between 0 and 1. A negative
    weight speaks against. ``left`` and ``right`` are what was compared, ``note`` says it in words. ``parts``
    tell how a value was found that has reasons of its own (names).
    """

    name: str
    value: float
    weight: float
    left: str = ""
    right: str = ""
    note: str = ""
    parts: tuple[Feature, ...] = ()

    @property
    def effect(self) -> float:
        """What it adds to the score."""
        return round(self.value * self.weight, 4)

    @property
    def told(self) -> bool:
        """Is it worth a line for a reader? An effect that would be told as 0.00 is not."""
        return abs(self.effect) >= 0.005


@dataclass(frozen=True, slots=True)
class Quote:
    """A short passage in which a record comes up, and where it was annotated.

    ``article`` is the article's key, ``claim`` the claim's; ``line`` is 0 in a file without lines, where
    ``place`` says it (``annotation 17``).
    """

    words: str
    article: str
    claim: str
    file: str
    line: int
    place: str = ""

    @property
    def source(self) -> str:
        """File and line, or the place in the file; the article's key where neither is known."""
        if not self.file:
            return self.article
        return f"{self.file}:{self.line}" if self.line else f"{self.file} {self.place}".rstrip()


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two records: ``name`` is by what it is shown, ``names`` all its names.

    ``registered`` says that it is an entry of the register; two of these are never joined by a decision, and
    one of them is taken out of the register instead. ``articles`` and ``claims`` count where it comes up.
    ``file`` and ``line`` are where it was declared.
    """

    key: str
    kind: str
    name: str
    names: tuple[str, ...] = ()
    registered: bool = False
    articles: int = 0
    claims: int = 0
    file: str = ""
    line: int = 0
    quotes: tuple[Quote, ...] = ()


@dataclass(frozen=True, slots=True)
class Candidate:
    """Two records that may be one: ``left`` and ``right`` are their full keys.

    ``score`` is from 0 to 1. It is no probability: it puts the most promising pairs first.
    """

    left: str
    right: str
    kind: str
    score: float
    hint: Hint
    features: tuple[Feature, ...]
    left_record: Side
    right_record: Side
