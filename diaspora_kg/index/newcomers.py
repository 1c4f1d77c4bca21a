"""Which nodes of many articles are new to a base, and what those that are not must not count for."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence, Set
from operator import itemgetter

from diaspora_kg.index.hashed import Four
from diaspora_kg.index.rows import Filling
from diaspora_kg.sums import Total

NODE = "INSERT INTO node VALUES (?, ?, ?, ?)"
"""Adds the row of a node."""

_KIND = itemgetter(1)


def put_new(db: sqlite3.Connection, nodes: Sequence[Four]) -> set[str]:
    """Add the rows of nodes to a base; the IRIs of those that it has already, or that are given twice.

    Of these none is added. To ask for all of them before takes longer than to be refused now and then.
    """
    known, start = _more_than_once([node[0] for node in nodes]), 0
    if known:
        nodes = [node for node in nodes if node[0] not in known]
    while start < len(nodes):
        before = db.total_changes
        try:
            db.executemany(NODE, nodes[start:] if start else nodes)
            break
        except sqlite3.IntegrityError as refused:  # those before the one that is refused are in
            if refused.sqlite_errorcode != sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY:
                raise
            start += db.total_changes - before
            known.add(nodes[start][0])
            start += 1
    return known


def left_out(rows: Filling, known: Set[str]) -> tuple[list[Four], Total]:
    """The rows of nodes that are not added, and what they and their words were counted for in the total."""
    nodes = [(node, one) for node, one in zip(rows.nodes, rows.digests, strict=True) if node[0] in known]
    total = Total()
    total.add_digests([one for _, one in nodes], len(nodes) + sum(said[0] in known for said in rows.words))
    return [node for node, _ in nodes], total


def kinds_of(nodes: Iterable[Four]) -> Iterator[str]:
    """The kind of each."""
    return map(_KIND, nodes)


def _more_than_once(iris: Sequence[str]) -> set[str]:
    if len(set(iris)) == len(iris):
        return set()
    return {iri for iri, times in Counter(iris).items() if times > 1}
