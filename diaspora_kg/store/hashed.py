"""The hash of a graph's content, by which a snapshot is known.

What an article says changes as a whole. So each graph of an article counts as one: its N-Quads lines, sorted
by bytes, each with its line break. The other graphs (register, identity, derived, vocabulary) count line by
line. In snapshots of format 1 each graph did.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from itertools import groupby

from diaspora_kg.names import Names
from diaspora_kg.sums import Total

_SINCE = 2  # the format of snapshots from which on it is so


def add_graph(total: Total, lines: Sequence[str]) -> bytes:
    """Let the sorted lines of one graph of an article count; the same lines in UTF-8, each with its end."""
    data = "\n".join((*lines, "")).encode()
    if lines:
        total.add_whole(data, len(lines))
    return data


def of_article(graphs: Iterable[Sequence[str]]) -> Total:
    """The hash of the graphs of an article, the lines of each sorted."""
    total = Total()
    for lines in graphs:
        add_graph(total, lines)
    return total


def by_graph(lines: Iterable[str]) -> list[list[str]]:
    """Lines of which those of one graph stand together, as one list for each graph."""
    return [list(some) for _, some in groupby(lines, graph_of)]


def graph_of(line: str) -> str:
    """The IRI of the graph in an N-Quads line.

    >>> graph_of("<urn:s> <urn:p> <urn:o> <urn:g> .")
    'urn:g'
    """
    return line[line.rfind("<") + 1 : line.rfind(">")]


class Hashing:
    """The hash of a graph of which the lines are told one by one, those of each named graph together.

    ``form`` is the format of the snapshot that it is of.
    """

    def __init__(self, names: Names, form: int) -> None:
        self._total = Total()
        self._names, self._form = names, form
        self._graph: str | None = None
        self._open: hashlib._Hash | None = None  # of the graph of an article, as far as it was told
        self._count = 0

    def add(self, line: str) -> None:
        """The next line; within the graph of an article they must be sorted."""
        graph = graph_of(line)
        if graph != self._graph:
            self._finish()
            self._graph = graph
            whole = self._form >= _SINCE and self._names.is_of_article(graph)
            self._open = hashlib.sha256() if whole else None
        if self._open is None:
            self._total.add(line)
        else:
            self._open.update(f"{line}\n".encode())
            self._count += 1

    def _finish(self) -> None:
        if self._open is not None:
            self._total.add_digests([self._open.digest()], self._count)
        self._open, self._count = None, 0

    @property
    def total(self) -> Total:
        """The hash of all lines that were told; none may follow."""
        self._finish()
        return self._total
