"""Loads what the commands load when they are asked for; see ``tests/forks.py``."""

from __future__ import annotations

from importlib import import_module

import pyshacl  # noqa: F401 - a build loads it

import diaspora_kg.build  # noqa: F401
from diaspora_kg.cli.group import MODULES
from diaspora_kg.content import content
from diaspora_kg.shapes import read_rules

for name in set(MODULES.values()):
    import_module(f"diaspora_kg.cli.{name}")
read_rules(content("ontology", "derive").glob("*.rq"))
