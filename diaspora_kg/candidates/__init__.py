"""Records that may be one, each pair with a score and the reasons for it: what `dkg link candidates` shows.

The published graph is read; records with a rare key in common are compared; every part of a score is told.
Nothing is ever decided here: a person reads the candidates, and what they decide is written elsewhere.
"""

from __future__ import annotations

from diaspora_kg.candidates.blocks import Cut
from diaspora_kg.candidates.find import Found, Wanted, find
from diaspora_kg.candidates.values import Candidate, Feature, Hint, Quote, Side
from diaspora_kg.candidates.weights import LIKELY, MEANING, THRESHOLD

__all__ = [
    "LIKELY",
    "MEANING",
    "THRESHOLD",
    "Candidate",
    "Cut",
    "Feature",
    "Found",
    "Hint",
    "Quote",
    "Side",
    "Wanted",
    "find",
]
