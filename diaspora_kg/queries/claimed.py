"""Which claims rows name, whatever form the rows have by now: a frame, a column, a row, a list or a key.

Frames are known by what they can do, since pandas may be absent.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from diaspora_kg.errors import UsageError
from diaspora_kg.queries.cells import CLAIM_COLUMNS
from diaspora_kg.queries.plain import Cell

_NO_CLAIMS = "these rows name no claims: evidence follows the column claim or claims."


def keyed(rows: object) -> Iterator[tuple[Cell, str]]:
    """The keys of the claims of rows, each with the index of its row (0 for a single one).

    Raises :class:`UsageError` for what has no column of claims.
    """
    if isinstance(rows, str):
        yield from ((0, key) for key in rows.split())
    elif isinstance(rows, Mapping):
        yield from ((0, key) for key in _claims_in(rows))
    elif hasattr(rows, "iterrows"):
        for index, row in rows.iterrows():
            yield from ((index, key) for key in _claims_in(row))
    elif hasattr(rows, "items") and hasattr(rows, "index"):
        yield from _of_series(rows)
    elif isinstance(rows, Iterable):
        for number, row in enumerate(rows):
            yield from ((number, key) for _, key in keyed(row))
    else:
        raise UsageError(_NO_CLAIMS)


def _of_series(series: Any) -> Iterator[tuple[Cell, str]]:
    """A row of a frame, whose index holds the columns; else a column of claims."""
    if any(name in series.index for name in CLAIM_COLUMNS):
        yield from ((series.name, key) for key in _claims_in(series))
    else:
        for index, cell in series.items():
            yield from ((index, key) for key in _text(cell).split())


def _claims_in(row: Any) -> list[str]:
    """The claims that the columns of a row name, each once."""
    if not any(column in row for column in CLAIM_COLUMNS):
        raise UsageError(_NO_CLAIMS)
    named = (_text(row[column]).split() for column in CLAIM_COLUMNS if column in row)
    return list(dict.fromkeys(key for keys in named for key in keys))


def _text(cell: object) -> str:
    return cell if isinstance(cell, str) else ""
