"""How alike two names are, across scripts and spellings, with every part of the answer shown.

A pure library: it reads no records and writes none. A score proposes, people decide.
"""

from __future__ import annotations

from diaspora_kg.likeness.blocking import keys
from diaspora_kg.likeness.comparing import compare, score
from diaspora_kg.likeness.model import LIKELY, UNSURE, Feature, Form, Likeness, Named, NamedKind
from diaspora_kg.likeness.prepared import Prepared, prepare

__all__ = [
    "LIKELY",
    "UNSURE",
    "Feature",
    "Form",
    "Likeness",
    "Named",
    "NamedKind",
    "Prepared",
    "compare",
    "keys",
    "prepare",
    "score",
]
