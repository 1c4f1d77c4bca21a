"""Declared records as JSON, so that an article that did not change need not be read again.

JSON and not pickle: ``.dkg`` lies in the project's folder, and a cloned project is data.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Container
from dataclasses import fields, is_dataclass
from decimal import Decimal
from enum import Enum
from typing import Any, cast

from diaspora_kg import article as values
from diaspora_kg.article import Article, Claim, Statement
from diaspora_kg.identity import Record
from diaspora_kg.quickjson import encoder

_TYPES = {
    kind.__name__: kind
    for kind in vars(values).values()
    if isinstance(kind, type) and kind.__module__ == values.__name__
}


_SHORT = encoder(separators=(",", ":"))


def write(record: Record) -> str:
    """What others may need to know of a declared record, as JSON."""
    return _SHORT(_TAKEN_APART[type(record)](record))


def read(text: str) -> Record:
    """A record from its JSON; raises :class:`ValueError` for what is none."""
    try:
        return cast("Record", _value(json.loads(text)))
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"no record: {error}") from error


def said(kind: str, record: str) -> str:
    r"""What a record that was written says apart from files and lines: all on which others may depend.

    >>> said("event", '{"line":3,"key":"rally"}') == said("event", '{"line":4,"key":"rally"}')
    True
    """
    return _LINE.sub("", _FILE.sub("", record) if kind == "article" else record)


# No string can hold these: a quotation mark in one has a backslash before it.
_LINE = re.compile(r'"line":(?<!\\"line":)-?\d+')
_FILE = re.compile(r'"file":"(?:[^"\\]|\\.)*"')

_ASIS = frozenset({str, int, bool, type(None)})


def _plain(value: object) -> object:
    kind = type(value)
    if kind in _ASIS:
        return value
    if kind is tuple:
        return [one if type(one) in _ASIS else _plain(one) for one in value]  # type: ignore[attr-defined]
    if (taken_apart := _PARTS.get(kind)) is not None:
        return taken_apart(value)
    if isinstance(value, Enum):
        return {"!": kind.__name__, "v": value.value}
    if isinstance(value, Decimal):
        return {"!": "Decimal", "v": str(value)}
    return value


def _apart(kind: type[object], without: Container[str] = ()) -> Callable[[Any], dict[str, object]]:
    """What makes a dictionary of a dataclass: members that are not as they are by default."""
    members = [member for member in fields(kind) if member.name not in without]  # type: ignore[arg-type]
    given: dict[str, object] = {"_plain": _plain, "_ASIS": _ASIS}
    lines = ["def apart(value):", f"    told = {{'!': {kind.__name__!r}}}"]
    for number, member in enumerate(members):
        given[f"d{number}"] = member.default
        lines += [
            f"    held = value.{member.name}",
            f"    if held is not d{number} and held != d{number}:",
            f"        told[{member.name!r}] = held if type(held) in _ASIS else _plain(held)",
        ]
    exec("\n".join([*lines, "    return told"]), given)  # noqa: S102 - names of members of our own classes
    made: Callable[[Any], dict[str, object]] = given["apart"]  # type: ignore[assignment]
    return made


_PARTS: dict[type, Callable[[Any], dict[str, object]]] = {
    kind: _apart(kind) for kind in _TYPES.values() if is_dataclass(kind)
}

_NOT_OF_OTHERS = {member.name for member in fields(Article)} - {"key", "file", "title", "language", "line"}
_TAKEN_APART = {
    **_PARTS,
    Article: _apart(Article, _NOT_OF_OTHERS),
    Statement: _apart(Statement, {"claims", "anchors", "passages"}),
    Claim: _apart(Claim, {"anchors", "passages"}),
}


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
