"""Which pairs are looked at at all: records that share a rare key.

To compare every record with every other takes the square of their number. So each record gets keys (of its
names by :func:`diaspora_kg.likeness.keys`, its external ids, what it is known by without a name), and only
records with a key in common meet. A key that many records have tells little and would make most of the
work: each record reads its keys from the rarest on and stops when it has met enough; then the pairs that
share the rarest keys are kept. So the work grows with the number of records, and what was left out is
counted. The result does not depend on how the work is split.
"""

from __future__ import annotations

import math
from array import array
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from heapq import nlargest
from itertools import combinations, permutations

from diaspora_kg import likeness
from diaspora_kg.candidates.profiles import Profile, Tokens
from diaspora_kg.index import fold

MET = 1000
"""How many others a record meets at most; the keys after that are not read."""

KEPT = 40
"""How many of those that it met are compared with it, those with the rarest keys in common first."""

_PAIRS = 250_000  # in a graph of few records each is compared with more

_COMMON = 3000  # a key of more records is not read at all
_LARGE = 100  # a key of more records is read with what else they have in common first
_FEW = 6  # parties of one record that are combined


@dataclass(frozen=True, slots=True)
class Cut:
    """What blocking left out: keys that too many records have, and records that met too many others.

    ``widest`` are the commonest of the keys that were not read, with how many records have each.
    """

    keys: int = 0
    records: int = 0
    widest: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Blocks:
    """Groups of records, by their places, and the groups of each record, the rarest first."""

    groups: Sequence[array[int]]
    of_records: Sequence[array[int]]
    cut: Cut

    @property
    def total(self) -> int:
        """How many records there are."""
        return len(self.of_records)

    @property
    def kept(self) -> int:
        """How many others each record is compared with at most."""
        return max(KEPT, _PAIRS // (self.total or 1))

    def near(self, place: int) -> list[int]:
        """A record and all that share a key with it."""
        return sorted({place, *(other for number in self.of_records[place] for other in self.groups[number])})

    def met(self, place: int) -> tuple[list[int], bool]:
        """The places of those with which a record is compared, and whether it met too many to look at all."""
        weights: defaultdict[int, float] = defaultdict(float)
        visits = 0
        for number in self.of_records[place]:
            members = self.groups[number]
            if visits and visits + len(members) > MET:
                return _best(weights, self.kept), True
            visits += len(members)
            telling = math.log((self.total + 1) / len(members)) + 0.1
            for other in members:
                if other != place:
                    weights[other] += telling
        return _best(weights, self.kept), len(weights) > self.kept


def _best(weights: Mapping[int, float], most: int) -> list[int]:
    if len(weights) <= most:
        return sorted(weights)
    return sorted(nlargest(most, weights, key=lambda place: (weights[place], -place)))


def keys_of(profile: Profile) -> frozenset[str]:
    """The keys of one record."""
    kind = profile.named.kind
    found = {key for form in profile.named.names for key in likeness.keys(form, kind)}
    found.update(_whole(profile))
    if kind == "person":
        found.update(_initials(profile))
    found.update(f"id {one}" for one in profile.ids)
    found.update(f"words {one}" for one in profile.words)
    found.update(_combined(profile))
    return frozenset(f"{profile.kind} {key}" for key in found)


def _whole(profile: Profile) -> Iterator[str]:
    """All words of a name, in any order: who has exactly this name is met before who has a similar one."""
    for form in profile.named.names:
        yield "=" + " ".join(sorted(fold(form.text).split()))


def _initials(profile: Profile) -> Iterator[str]:
    """The sound of each word of a person's name, with the first sound of each other, initials too."""
    for shape in likeness.prepare(profile.named).shapes:
        parts = [part.word for part in shape.parts if part.role in {"name", "initial"}]
        for one, other in permutations(parts, 2):
            if len(one.text) > 1:
                yield from (f"{bone} {sound[:1]}." for bone in one.bones for sound in other.folds)


def _combined(profile: Profile) -> Iterator[str]:
    """Two things of a record that has no telling name of its own."""
    parties = sorted(profile.slots.get("parties", ()))[:_FEW]
    if profile.kind == "post":
        words = {word for form in profile.named.names for word in fold(form.text).split()}
        yield from (f"{party} {word}" for party in parties for word in words)
        return
    dated = [f"{slot}={span[0] or span[1]}" for slot, span in sorted(profile.spans.items())]
    yield from (f"{one} {other}" for one, other in combinations([*parties, *dated], 2))


def context_of(profile: Profile) -> Tokens:
    """What tells namesakes apart: where many have one key, those meet first who have this in common too."""
    slots = profile.slots
    return frozenset().union(*(slots.get(slot, ()) for slot in ("memberships", "people", "places")))


def block(keys: Iterable[Iterable[str]], contexts: Sequence[Tokens]) -> Blocks:
    """Put records together by their keys, and those of a key that many have by what else they share.

    The keys are read once, record by record, and not held.
    """
    members = _members(keys)
    ordered = sorted(members)
    large = [key for key in ordered if len(members[key]) > _LARGE]
    groups = [members[key] for key in ordered if len(members[key]) <= _COMMON]
    groups += _split(members, large, contexts)
    of_records = [array("I") for _ in contexts]
    for number in sorted(range(len(groups)), key=lambda number: len(groups[number])):
        for place in groups[number]:
            of_records[place].append(number)
    common = sorted((-len(members[key]), key) for key in large if len(members[key]) > _COMMON)
    widest = tuple((key, -size) for size, key in common[:5])
    return Blocks(groups, of_records, Cut(len(common), 0, widest))


def _members(keys: Iterable[Iterable[str]]) -> dict[str, array[int]]:
    """The records of each key that more than one has; most keys are of one, and take little room."""
    first: dict[str, int] = {}
    members: dict[str, array[int]] = {}
    for place, of_record in enumerate(keys):
        for key in of_record:
            before = first.setdefault(key, place)
            if before != place:
                members.setdefault(key, array("I", [before])).append(place)
    return members


def _split(
    members: Mapping[str, array[int]], large: Sequence[str], contexts: Sequence[Tokens]
) -> Iterator[array[int]]:
    """The records of a large group by a second key of many, or by a token of their context."""
    of_place: defaultdict[int, list[str]] = defaultdict(list)
    for key in large:
        for place in members[key]:
            of_place[place].append(key)
    for key in large:
        parts: dict[str, array[int]] = {}
        for place in members[key]:
            for other in (one for one in of_place[place] if one > key):
                parts.setdefault(other, array("I")).append(place)
            for token in contexts[place]:
                parts.setdefault(f"@ {token}", array("I")).append(place)
        yield from (parts[other] for other in sorted(parts) if 1 < len(parts[other]) <= _COMMON)
