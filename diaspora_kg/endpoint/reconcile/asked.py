"""Reads what a client of the Reconciliation API 0.2 asks: a batch of queries, or a data extension.

Both come as JSON in one field of a form. What is not of the specification's form is refused with the name of
the query and the key that is wrong; members that the specification does not know are passed over.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass

from diaspora_kg.endpoint.errors import Problem

BATCH = 50
"""The most queries in one batch; the manifest tells it as ``batchSize``."""
LONGEST = 200
"""The longest query string, in characters."""
LIMIT, MOST_LIMIT = 5, 25
"""How many candidates a query gets that names no limit, and the most that it may name."""
MOST_IDS, MOST_PROPERTIES, MOST_VALUES = 500, 20, 20
"""Bounds of a data extension, and of the properties of a query."""

_DEPTH = 20  # levels of JSON; the specification has six
_QUERY_KEYS = frozenset({"query", "type", "limit", "properties", "type_strict"})
_HALF = re.compile("[\ud800-\udfff]")
_STRICT = ("any", "should", "all")


@dataclass(frozen=True, slots=True)
class Wanted:
    """A property that candidates should have, by its id, with one of these values."""

    id: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Query:
    """One query of a batch; ``strict`` is how its types restrict (``any``, ``should``, ``all``)."""

    words: str
    types: tuple[str, ...] = ()
    limit: int = LIMIT
    properties: tuple[Wanted, ...] = ()
    strict: str = ""


@dataclass(frozen=True, slots=True)
class Column:
    """A property to fetch, with the settings that the client made."""

    id: str
    settings: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Extension:
    """A data extension: which properties of which entities."""

    ids: tuple[str, ...]
    columns: tuple[Column, ...]


def read_batch(written: str) -> dict[str, Query]:
    """The queries of a batch by their names; raises :class:`Problem`: 400, and 413 for too many."""
    batch = _json(written, "queries")
    if not isinstance(batch, dict) or not batch:
        raise Problem(400, 'queries must be a JSON object of queries by name: {"q0": {"query": "…"}}.')
    if len(batch) > BATCH:
        raise Problem(413, f"one batch holds at most {BATCH} queries; this one has {len(batch)}.")
    return {name: _query(name, value) for name, value in batch.items()}


def read_extension(written: str) -> Extension:
    """What a data extension asks for; raises :class:`Problem`: 400, and 413 for too much."""
    asked = _json(written, "extend")
    ids, columns = (asked.get("ids"), asked.get("properties")) if isinstance(asked, dict) else (None, None)
    if not isinstance(ids, list) or not isinstance(columns, list):
        raise Problem(400, 'extend must be a JSON object: {"ids": ["…"], "properties": [{"id": "…"}]}.')
    if len(ids) > MOST_IDS or len(columns) > MOST_PROPERTIES:
        raise Problem(
            413, f"one extension is of at most {MOST_IDS} entities and {MOST_PROPERTIES} properties."
        )
    if not all(isinstance(one, str) for one in ids):
        raise Problem(400, "ids of extend must be strings.")
    return Extension(tuple(dict.fromkeys(ids)), tuple(map(_column, columns)))


def _json(written: str, field: str) -> object:
    try:
        found = json.loads(written)
    except (ValueError, RecursionError) as error:
        raise Problem(400, f"the field {field} is not JSON: {_why(error)}.") from error
    if _deeper(found, _DEPTH):
        raise Problem(400, f"the field {field} has more than {_DEPTH} levels.")
    if _HALF.search(json.dumps(found, ensure_ascii=False)):
        raise Problem(400, f"the field {field} holds half of a character (a lone surrogate).")
    return found


def _why(error: Exception) -> str:
    if isinstance(error, json.JSONDecodeError):
        return f"{error.msg[:1].lower()}{error.msg[1:]} (character {error.pos + 1})"
    return "it cannot be read"


def _deeper(value: object, levels: int) -> bool:
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return levels < 0 or any(_deeper(one, levels - 1) for one in inner)


def _query(name: str, written: object) -> Query:
    where = f"the query {name[:40]!a}"
    if not isinstance(written, dict):
        raise Problem(400, f"{where} is no JSON object.")
    asked = {key: value for key, value in written.items() if key in _QUERY_KEYS and value is not None}
    words = asked.get("query", "")
    if not isinstance(words, str):
        raise Problem(400, f"`query` of {where} must be a string.")
    words = " ".join(words.replace("\0", " ").split())
    if len(words) > LONGEST:
        raise Problem(413, f"`query` of {where} is longer than {LONGEST} characters.")
    properties = _properties(asked.get("properties", []), where)
    if not words and not properties:
        raise Problem(400, f"{where} has neither `query` nor `properties`.")
    return Query(words, _types(asked.get("type", []), where), _limit(asked.get("limit", LIMIT), where),
                 properties, _strict(asked.get("type_strict", ""), where))  # fmt: skip


def _types(written: object, where: str) -> tuple[str, ...]:
    """Type identifiers: one or a list, each a string or an object with ``id``."""
    listed = written if isinstance(written, list) else [written]
    ids = [str(one) for one in (_identified(one) for one in listed) if isinstance(one, str)]
    if len(ids) < len(listed):
        raise Problem(400, f"`type` of {where} must be the id of a type, or a list of such ids.")
    return tuple(dict.fromkeys(one for one in ids if one))


def _identified(written: object) -> object:
    return written.get("id") if isinstance(written, dict) else written


def _limit(written: object, where: str) -> int:
    if isinstance(written, bool) or not isinstance(written, int | float) or not written >= 1:
        raise Problem(400, f"`limit` of {where} must be a number from 1.")
    return int(min(written, MOST_LIMIT))


def _strict(written: object, where: str) -> str:
    if written not in ("", *_STRICT):
        raise Problem(400, f"`type_strict` of {where} must be one of {', '.join(_STRICT)}.")
    return str(written)


def _properties(written: object, where: str) -> tuple[Wanted, ...]:
    if not isinstance(written, list) or len(written) > MOST_PROPERTIES:
        raise Problem(400, f"`properties` of {where} must be a list of at most {MOST_PROPERTIES}.")
    found = []
    for one in written:
        if not isinstance(one, dict) or not isinstance(one.get("pid"), str) or "v" not in one:
            raise Problem(400, f"each of the `properties` of {where} needs `pid` and `v`.")
        values = _values(one["v"], where)
        if values:
            found.append(Wanted(one["pid"], values))
    return tuple(found)


def _values(written: object, where: str) -> tuple[str, ...]:
    listed = written if isinstance(written, list) else [written]
    if len(listed) > MOST_VALUES:
        raise Problem(413, f"a property of {where} has more than {MOST_VALUES} values.")
    return tuple(dict.fromkeys(text for one in listed if (text := _value(one, where))))


def _value(written: object, where: str) -> str:
    """A value as text: of an entity its id, of what is true or false ``true`` or ``false``."""
    if isinstance(written, dict) and isinstance(written.get("id"), str):
        written = written["id"]
    if isinstance(written, bool):
        return "true" if written else "false"
    if not isinstance(written, str | int | float):
        raise Problem(400, f"a value of {where} must be a string, a number, true, false or an entity.")
    return " ".join(str(written).replace("\0", " ").split())[:LONGEST]


def _column(written: object) -> Column:
    settings = written.get("settings", {}) if isinstance(written, dict) else None
    if not isinstance(written, dict) or not isinstance(written.get("id"), str):
        raise Problem(400, "each of the properties of extend needs the `id` of a property.")
    if not isinstance(settings, dict):
        raise Problem(400, "`settings` of a property must be a JSON object.")
    return Column(written["id"], settings)
