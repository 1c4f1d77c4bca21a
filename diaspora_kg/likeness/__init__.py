"""How alike two names are, across scripts and spellings, with every part of the answer shown.

A pure library: it reads no records and writes none. A score proposes, people decide.
"""

from __future__ import annotations

from diaspora_kg.likeness.model import LIKELY, UNSURE, Feature, Form, Likeness, Named, NamedKind
from diaspora_kg.likeness.simple import Prepared, compare, keys, prepare

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
]
