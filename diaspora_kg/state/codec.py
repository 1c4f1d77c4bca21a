"""Declared records as JSON, so that an article that did not change need not be read again.

JSON and not pickle: ``.dkg`` lies in the project's folder, and a cloned project is data.
"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import fields, is_dataclass, replace
from decimal import Decimal
from enum import Enum
from functools import lru_cache
from typing import Any, cast

from diaspora_kg import article as values
from diaspora_kg.article import Article, Claim, Statement
from diaspora_kg.identity import Entry, Record
from diaspora_kg.quickjson import encoder

_TYPES = {
    kind.__name__: kind
    for kind in vars(values).values()
    if isinstance(kind, type) and kind.__module__ == values.__name__
}


_SHORT = encoder(separators=(",", ":"))
_LONG = encoder(ensure_ascii=False)


def write(record: Record) -> str:
    """What others may need to know of a declared record, as JSON."""
    return _SHORT(_plain(_slim(record)))


def read(text: str) -> Record:
    """A record from its JSON; raises :class:`ValueError` for what is none."""
    try:
        return cast("Record", _value(json.loads(text)))
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"no record: {error}") from error


def fingerprint(entry: Entry, record: str) -> str:
    """A hash of all that others may depend on, not of files and lines; ``record`` is what was written."""
    if isinstance(entry.record, Article):
        record = write(replace(entry.record, file=""))
    text = _LONG([entry.key, entry.kind, entry.article]) + _LINE.sub("", record)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]


# No string can hold it: a quotation mark in one has a backslash before it.
_LINE = re.compile(r'(?<!\\)"line":-?\d+')


def _slim(record: Record) -> Record:
    if isinstance(record, Article):
        return Article(record.key, record.file, record.title, record.language, record.line)
    if isinstance(record, Statement):
        return replace(record, claims=(), anchors=(), passages=())
    if isinstance(record, Claim):
        return replace(record, anchors=(), passages=())
    return record


def _plain(value: object) -> object:
    kind = type(value)
    if kind in _ASIS:
        return value
    if kind is tuple:
        return [one if type(one) in _ASIS else _plain(one) for one in value]  # type: ignore[attr-defined]
    if isinstance(value, Enum):
        return {"!": kind.__name__, "v": value.value}
    if isinstance(value, Decimal):
        return {"!": "Decimal", "v": str(value)}
    if not (members := _members(kind)):  # type: ignore[arg-type]
        return value
    told: dict[str, object] = {"!": kind.__name__}
    for name, default in members:
        held = getattr(value, name)
        if held is not default and held != default:
            told[name] = held if type(held) in _ASIS else _plain(held)
    return told


_ASIS = frozenset({str, int, bool, type(None)})


@lru_cache(maxsize=64)
def _members(kind: type[object]) -> tuple[tuple[str, object], ...]:
    return tuple((member.name, member.default) for member in fields(kind)) if is_dataclass(kind) else ()


def _value(plain: Any) -> object:
    if isinstance(plain, list):
        return tuple(map(_value, plain))
    if not isinstance(plain, dict):
        return plain
    name = plain.pop("!")
    if name == "Decimal":
        return Decimal(plain["v"])
    kind = _TYPES[name]
    if issubclass(kind, Enum):
        return kind(plain["v"])
    return kind(**{key: _value(held) for key, held in plain.items()})
