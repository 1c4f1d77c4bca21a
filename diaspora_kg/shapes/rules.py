"""Derivation rules: one CONSTRUCT a file, whose triples all have ``?focus`` as their subject.

That is what lets an incremental build replace a node's derived triples alone (ontology.md, mechanism
17). The header is that of a saved query: lines of YAML behind ``#+``.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Set
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import yaml

from diaspora_kg.errors import UsageError
from diaspora_kg.sparql import Refused, guard

_HEADER = "#+ "


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: ``name`` is the file's stem, ``sparql`` the whole text."""

    name: str
    path: Path
    summary: str
    description: str
    sparql: str

    @property
    def sha256(self) -> str:
        """The hash of its text."""
        return _sha256(self.sparql)


def read_rules(paths: Iterable[Path], known: Set[str] = frozenset()) -> tuple[Rule, ...]:
    """The rules of some files, in the order of their names; ``known`` are hashes of texts found good before.

    Raises :class:`UsageError`, naming the file, for one that is no such rule or may not be run.
    """
    return tuple(sorted((_read(path, known) for path in paths), key=lambda rule: (rule.name, rule.path)))


def _read(path: Path, known: Set[str]) -> Rule:
    try:
        text = path.read_text("utf-8")
        header = _header(text)
        if _sha256(text) not in known:  # the parser that proves them takes half a second to load
            _check(text)
    except (OSError, UnicodeDecodeError, yaml.YAMLError, Refused, ValueError) as error:
        raise UsageError(f"{path}: this rule cannot be used: {error}") from error
    return Rule(path.stem, path, header["summary"], header["description"], text)


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _header(text: str) -> dict[str, str]:
    lines = [line.removeprefix(_HEADER) for line in text.splitlines() if line.startswith(_HEADER)]
    found = yaml.safe_load("\n".join(lines)) or {}
    if not isinstance(found, dict):
        raise ValueError("the header is no mapping")
    for key in ("summary", "description"):
        if not isinstance(found.get(key), str) or not found[key].strip():
            raise ValueError(f"the header has no {key}")
    return {key: " ".join(str(found[key]).split()) for key in ("summary", "description")}


@lru_cache(maxsize=256)  # a text is proven once in a process, in however many projects it lies
def _check(text: str) -> None:
    if guard(text) != "CONSTRUCT":
        raise ValueError("it is no CONSTRUCT query")
    from pyparsing import ParseException  # noqa: PLC0415 - half a second that most builds do not need
    from rdflib import Variable  # noqa: PLC0415
    from rdflib.plugins.sparql import prepareQuery  # noqa: PLC0415

    try:
        query = prepareQuery(text)
    except ParseException as error:
        raise ValueError(f"line {error.lineno}, column {error.column}: {error.msg}") from error
    template = query.algebra.template or []
    if not template or any(subject != Variable("focus") for subject, _, _ in template):
        raise ValueError("every triple of it must have ?focus as its subject")
