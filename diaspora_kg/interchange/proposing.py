"""Which ids of other registers may be those of our entries: proposals with scores, each part of them shown.

Our names are few and a file may have millions: ours are kept by their blocking keys, the file runs past.
"""

from __future__ import annotations

import heapq
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from diaspora_kg.article import Link, Node, Text
from diaspora_kg.interchange.authorities import authority_of, canonical
from diaspora_kg.interchange.outside import Outside
from diaspora_kg.likeness import UNSURE, Feature, Form, Named, NamedKind, compare, keys
from diaspora_kg.names import camel

LEAST = UNSURE
"""The least score of a proposal."""
MOST = 5
"""Proposals for one entry and register."""

_NAMED: dict[str, NamedKind] = {
    "person": "person",
    "organization": "organization",
    "collective": "organization",
    "polity": "place",
    "place": "place",
}
_EITHER: tuple[NamedKind, ...] = ("person", "organization", "place")
_COMMON = 500  # of ours that share a key; a commoner key tells too little
_COMPARED = 50  # of ours that are compared with one of theirs
_LONGEST = 200  # characters of a name that is compared


@dataclass(frozen=True, slots=True)
class Ours:
    """An entry of the register, or a record of an article: what is looked for."""

    key: str
    kind: str
    name: str
    names: tuple[Form, ...]
    addresses: frozenset[str]
    file: str = ""
    line: int = 0

    @property
    def named(self) -> Named:
        """As names are compared."""
        return Named(_NAMED.get(self.kind, "other"), self.names)

    @property
    def authorities(self) -> frozenset[str]:
        """The registers of which it has an id."""
        return frozenset(authority_of(address)[0] for address in self.addresses) - {""}


@dataclass(frozen=True, slots=True)
class Proposal:
    """An address that may be one of ours, with how alike the names are; ``source`` is a file or a service."""

    key: str
    name: str
    address: str
    authority: str
    found: str
    about: str
    score: float
    features: tuple[Feature, ...]
    source: str
    line: int = 0


def ours(node: Node, file: str, key: str = "") -> Ours | None:
    """What is looked for of a node; ``None`` for one without a name."""
    forms = [Form(name.form[:_LONGEST], name.language, name.kind) for name in node.names]
    label = next((v.value for p, v in node.slots if p == "rdfs:label" and isinstance(v, Text)), "")
    if not forms and not label:
        return None
    forms = forms or [Form(label[:_LONGEST])]
    addresses = frozenset(canonical(value.iri) for _, value in node.slots if isinstance(value, Link))
    return Ours(key or node.key, node.kind, forms[0].text, tuple(forms), addresses, file, node.line)


class Proposing:
    """Keeps the best proposals for each of ours while what others have runs past."""

    def __init__(self, wanted: Iterable[Ours], least: float = LEAST, most: int = MOST) -> None:
        self._least, self._most = least, most
        self._ours: list[Ours] = list(wanted)
        self._blocks: dict[str, list[int]] = defaultdict(list)
        for number, one in enumerate(self._ours):
            for key in {key for form in one.names for key in keys(form, one.named.kind)}:
                self._blocks[key].append(number)
        self._taken = {address: one.key for one in self._ours for address in one.addresses}
        self._best: dict[tuple[int, str], list[tuple[float, str, Proposal]]] = defaultdict(list)

    def take(self, outside: Iterable[Outside], source: str) -> None:
        """Compare what a file or service has with ours."""
        for one in outside:
            for number in self._near(one):
                self._compare(number, one, source)

    def _near(self, one: Outside) -> Sequence[int]:
        kinds: tuple[NamedKind, ...] = (_NAMED.get(one.kind, "other"),) if one.kind else _EITHER
        forms = [Form(name.words[:_LONGEST], name.language) for name in one.names]
        votes: Counter[int] = Counter()
        for key in {key for form in forms for kind in kinds for key in keys(form, kind)}:
            having = self._blocks.get(key, ())
            if len(having) <= _COMMON:
                votes.update(having)
        return [number for number, _ in votes.most_common(_COMPARED)]

    def _compare(self, number: int, one: Outside, source: str) -> None:
        mine = self._ours[number]
        authority = authority_of(one.address)[0]
        if one.kind and _NAMED.get(one.kind, "other") != mine.named.kind:
            return
        if canonical(one.address) in self._taken or authority in mine.authorities:
            return  # an id of an entry is no other entry's, and of one register an entry has one
        forms = tuple(Form(name.words[:_LONGEST], name.language, camel(name.kind)) for name in one.names)
        alike = compare(mine.named, Named(mine.named.kind, forms))
        if alike.score < self._least:
            return
        proposal = Proposal(
            mine.key, mine.name, one.address, authority, one.names[0].words, one.about,
            round(alike.score, 4), alike.features, source, one.line,
        )  # fmt: skip
        best = self._best[number, authority]
        if any(known == one.address and score >= alike.score for score, known, _ in best):
            return
        best[:] = [entry for entry in best if entry[1] != one.address]
        heapq.heappush(best, (alike.score, one.address, proposal))
        if len(best) > self._most:
            heapq.heappop(best)

    def proposals(self) -> tuple[Proposal, ...]:
        """The proposals, by key, the likeliest first."""
        found = (proposal for best in self._best.values() for *_, proposal in best)
        return tuple(sorted(found, key=lambda one: (one.key, -one.score, one.address)))
