"""A portion of an answer: what a query has for some nodes, its halves asked at once where that is quicker."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import TypeVar

from diaspora_kg.queries.lookup import Lookup
from diaspora_kg.store.base import Solutions

T = TypeVar("T")

_FEW = 8  # nodes that are asked about in one question: to read it takes as long as to answer it


def portion(nodes: Sequence[T], written: Callable[[Sequence[T]], str], lookup: Lookup) -> Solutions:
    """The rows for some nodes, in any order; ``written`` is the query for those that it is given.

    No row may rest on two nodes. Raises what the store raises.
    """
    if lookup.at_once < 2 or len(nodes) < _FEW:
        return table(written(nodes), lookup)
    half = len(nodes) // 2
    with ThreadPoolExecutor(1) as other:
        later = other.submit(table, written(nodes[half:]), lookup)
        first = table(written(nodes[:half]), lookup)
        return replace(first, rows=first.rows + later.result().rows)


def table(text: str, lookup: Lookup) -> Solutions:
    """The rows of a SELECT; raises :class:`TypeError` for a query of another form."""
    found = lookup.store.query(text)
    if not isinstance(found, Solutions):
        raise TypeError("this is no SELECT")
    return found
