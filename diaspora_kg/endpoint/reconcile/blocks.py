"""Which nodes may be meant by a name in another script or spelling: the blocking keys of all names.

They are worked out when somebody first reconciles against a snapshot, and kept as long as it is served.
"""

from __future__ import annotations

from array import array
from collections import Counter, OrderedDict, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from heapq import nsmallest
from threading import Lock

from diaspora_kg.endpoint.reconcile.kinds import KINDS
from diaspora_kg.index import Index
from diaspora_kg.index.nearby import FormRow, forms
from diaspora_kg.likeness import Form, NamedKind, keys

_KEPT = 2  # snapshots whose keys are kept: the current one and the one before
_LONGEST = 200  # characters of a form
_COMMON = 2000  # nodes with one key; a commoner key tells too little
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
    """The keys of one snapshot; a node is its place in ``iris``, where one that is no more is empty.

    ``made`` has for each node what its keys were made of, so that of a later snapshot only the nodes whose
    names changed are looked at again.
    """

    iris: tuple[str, ...] = ()
    nodes: Mapping[str, array[int]] = field(default_factory=dict)
    made: Mapping[str, tuple[int, int]] = field(default_factory=dict)

    @classmethod
    def of(cls, rows: Iterable[tuple[str, FormRow]], before: Blocks | None = None) -> Blocks:
        """Work out the keys of forms, each with the kind of its node."""
        before = before or cls()
        forms: dict[str, list[tuple[str, str, str]]] = defaultdict(list)
        for kind, row in rows:
            forms[row.iri].append((kind, row.words[:_LONGEST], row.language))
        hashes = {iri: hash(tuple(sorted(given))) for iri, given in forms.items()}
        made = {iri: old for iri, old in before.made.items() if hashes.get(iri) == old[1]}
        alive = {number for number, _ in made.values()}
        iris = [iri if number in alive else "" for number, iri in enumerate(before.iris)]
        fresh: dict[str, array[int]] = defaultdict(lambda: array("I"))
        for iri, given in forms.items():
            if iri in made:
                continue
            made[iri] = (len(iris), hashes[iri])
            for key in {
                key for kind, words, tag in given for key in keys(Form(words, tag), named_kind(kind))
            }:
                fresh[key].append(len(iris))
            iris.append(iri)
        nodes = {
            **before.nodes,
            **{key: before.nodes.get(key, array("I")) + new for key, new in fresh.items()},
        }
        return cls(tuple(iris), nodes, made)

    def sharing(self, words: str, kinds: Iterable[str], limit: int) -> list[str]:
        """The nodes that share the most, and the rarest, keys with a name."""
        asked = {key for kind in {*map(named_kind, kinds)} for key in keys(Form(words), kind)}
        votes: Counter[int] = Counter()
        for key in asked:
            having = self.nodes.get(key, ())
            if len(having) <= _COMMON:
                for number in having:
                    votes[number] += 1000 + 1000 // len(having)
        best = nsmallest(limit, votes.items(), key=lambda pair: (-pair[1], pair[0]))
        return [self.iris[number] for number, _ in best if self.iris[number]]


class Blocking:
    """Keeps the keys of the snapshots that are served."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, Blocks] = OrderedDict()
        self._lock = Lock()

    def knows(self, snapshot: str) -> bool:
        """Whether the keys of a snapshot are there."""
        return snapshot in self._kept

    def of(self, snapshot: str, index: Index, base: str) -> Blocks:
        """The keys of a snapshot, by its id. Blocks the first time: call it in a thread."""
        with self._lock:
            if snapshot not in self._kept:
                before = next(reversed(self._kept.values()), None)
                self._kept[snapshot] = Blocks.of(_rows(index, base), before)
                while len(self._kept) > _KEPT:
                    self._kept.popitem(last=False)
            return self._kept[snapshot]


def _rows(index: Index, base: str) -> Iterator[tuple[str, FormRow]]:
    for kind in _BLOCKED:
        yield from ((kind, row) for row in forms(index, [kind], base))
