"""How fast the first rows of an answer are asked for: as few nodes at a time as are likely to be enough.

One node of the register may have more rows than anybody looks at, while another query finds one row in forty
nodes. So one node begins, and how many follow depends on how many rows there were so far. That must not
depend on how many rows are wanted: more rows begin with those that fewer rows are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Generic, TypeVar

T = TypeVar("T")

MOST = 616
"""Nodes after which all rows are asked for."""

NODES = 40
"""Nodes in one question: with many more than these the engine begins at another end of the pattern."""

ARTICLES = 16
"""Articles in one question: what is found in one of their graphs is looked for in each of the others."""

_GROWTH = 10  # times as many nodes as before
_CAUTION = 3  # the same where not every node had a row: the first may be none of those of which much is said

_AIM = 60  # rows that a question should bring
_TRIED = 96  # nodes after which it is plain whether there will be rows enough
_EARLY = (16, 136)  # nodes that are looked up before it is known whether more are wanted


@dataclass
class Pace:
    """The ``nodes`` that were asked for, at most so many at a time, and the ``rows`` that they had."""

    largest: int = NODES
    nodes: int = 0
    rows: int = 0

    def sizes(self) -> Iterator[int]:
        """How many nodes to ask for next, until there were so many that all rows are asked for."""
        while self.nodes < MOST:
            wanted = -(-_AIM * self.nodes // max(self.rows, 1))
            growth = _GROWTH if self.rows >= self.nodes else _CAUTION
            wanted = min(max(wanted, self.nodes), growth * self.nodes)
            size = min(max(wanted, 1), self.largest, MOST - self.nodes)
            self.nodes += size
            yield size

    def vain(self, count: int) -> bool:
        """Whether there will not be so many rows in the end, if it goes on as it did so far."""
        return self.nodes >= _TRIED and self.rows * MOST < count * self.nodes


class Slowly(Generic[T]):
    """What a question finds, of which a part is asked for first, and all only when they are wanted.

    ``ask`` is given how many it may find at most, and finds the same in the same order each time.
    """

    def __init__(
        self, ask: Callable[[int], Sequence[T]], most: int = MOST, *, early: Sequence[int] = _EARLY
    ) -> None:
        self._ask = ask
        self._sizes = [*(size for size in early if size < most), most]
        self._found: Sequence[T] = ()
        self._every = False
        self._look()

    def __iter__(self) -> Iterator[T]:
        """At most so many as there may be."""
        done = 0
        while True:
            yield from self._found[done : self._known]
            done = self._known
            if not self._sizes:
                return
            self._look()

    @property
    def every(self) -> bool:
        """Whether there are no others than those that it goes through."""
        while self._sizes:
            self._look()
        return self._every

    def _look(self) -> None:
        """Ask for the next ones, and for one more, which tells whether there are any."""
        self._known = self._sizes.pop(0)
        self._found = self._ask(self._known + 1)
        if len(self._found) <= self._known:
            self._every = True
            self._sizes.clear()


def batches(every: Iterable[T], sizes: Iterable[int]) -> Iterator[list[T]]:
    """As many at a time as the sizes say, none of them empty."""
    left = iter(every)
    for size in sizes:
        if not (some := list(islice(left, size))):
            return
        yield some
