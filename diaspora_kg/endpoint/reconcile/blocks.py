"""Which nodes may be meant by a name in another script or spelling: the blocking keys of all names.

They are worked out when somebody first reconciles against a snapshot, and kept as long as it is served.
"""

from __future__ import annotations

from array import array
from collections import Counter, OrderedDict, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from threading import Lock

from diaspora_kg.endpoint.reconcile.kinds import KINDS
from diaspora_kg.index import Index
from diaspora_kg.index.nearby import FormRow, forms
from diaspora_kg.likeness import Form, NamedKind, keys

_KEPT = 2  # snapshots whose keys are kept: the current one and the one before
_LONGEST = 200  # characters of a form
_COMMON = 3000  # nodes with one key; a commoner key tells too little
_NAMED: dict[str, NamedKind] = {
    "person": "person",
    "organization": "organization",
    "collective": "organization",
    "polity": "place",
    "place": "place",
}
_BLOCKED = tuple(kind for kind in KINDS if kind != "article")
"""Titles of articles are found by their words alone."""


def named_kind(kind: str) -> NamedKind:
    """As what the names of a kind of node are compared."""
    return _NAMED.get(kind, "other")


@dataclass(frozen=True)
class Blocks:
    """The keys of one snapshot; a node is its place in ``iris``."""

    iris: tuple[str, ...]
    nodes: dict[str, array[int]]

    @classmethod
    def of(cls, rows: Iterable[tuple[str, FormRow]]) -> Blocks:
        """Work out the keys of forms, each with the kind of its node."""
        numbers: dict[str, int] = {}
        nodes: dict[str, array[int]] = defaultdict(lambda: array("I"))
        for kind, row in rows:
            number = numbers.setdefault(row.iri, len(numbers))
            form = Form(row.words[:_LONGEST], row.language)
            for key in keys(form, named_kind(kind)):
                if not nodes[key] or nodes[key][-1] != number:
                    nodes[key].append(number)
        return cls(tuple(numbers), dict(nodes))

    def sharing(self, words: str, kinds: Iterable[str], limit: int) -> list[str]:
        """The nodes that share the most, and the rarest, keys with a name."""
        asked = {key for kind in {*map(named_kind, kinds)} for key in keys(Form(words), kind)}
        votes: Counter[int] = Counter()
        for key in asked:
            having = self.nodes.get(key, ())
            if len(having) <= _COMMON:
                for number in having:
                    votes[number] += 1000 + 1000 // len(having)
        best = sorted(votes.items(), key=lambda pair: (-pair[1], pair[0]))[:limit]
        return [self.iris[number] for number, _ in best]


class Blocking:
    """Keeps the keys of the snapshots that are served."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, Blocks] = OrderedDict()
        self._lock = Lock()

    def of(self, snapshot: str, index: Index, base: str) -> Blocks:
        """The keys of a snapshot, by its id. Blocks the first time: call it in a thread."""
        with self._lock:
            if snapshot not in self._kept:
                self._kept[snapshot] = Blocks.of(_rows(index, base))
                while len(self._kept) > _KEPT:
                    self._kept.popitem(last=False)
            return self._kept[snapshot]


def _rows(index: Index, base: str) -> Iterator[tuple[str, FormRow]]:
    for kind in _BLOCKED:
        yield from ((kind, row) for row in forms(index, [kind], base))
