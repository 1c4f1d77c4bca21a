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
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from heapq import nlargest
from itertools import combinations

from diaspora_kg import likeness
from diaspora_kg.candidates.profiles import Profile, Tokens
from diaspora_kg.index import fold

MET = 600
"""How many others a record meets at most; the keys after that are not read."""

KEPT = 24
"""How many of those that it met are compared with it, those with the rarest keys in common first."""

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
    """The records of each key and the keys of each record, by their places, the rarest first."""

    members: Mapping[str, array[int]]
    keys: Sequence[tuple[str, ...]]
    total: int
    cut: Cut

    def met(self, place: int) -> tuple[list[int], bool]:
        """The places of those with which a record is compared, and whether it met too many to look at all."""
        weights: defaultdict[int, float] = defaultdict(float)
        visits = 0
        for key in self.keys[place]:
            members = self.members[key]
            if visits and visits + len(members) > MET:
                return _best(weights), True
            visits += len(members)
            telling = math.log((self.total + 1) / len(members)) + 0.1
            for other in members:
                if other != place:
                    weights[other] += telling
        return _best(weights), len(weights) > KEPT


def _best(weights: Mapping[int, float]) -> list[int]:
    if len(weights) <= KEPT:
        return sorted(weights)
    return sorted(nlargest(KEPT, weights, key=lambda place: (weights[place], -place)))


def keys_of(profile: Profile) -> frozenset[str]:
    """The keys of one record."""
    kind = profile.named.kind
    found = {key for form in profile.named.names for key in likeness.keys(form, kind)}
    found.update(f"id {one}" for one in profile.ids)
    found.update(f"words {one}" for one in profile.words)
    found.update(_combined(profile))
    return frozenset(f"{profile.kind} {key}" for key in found)


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


def block(keys: Sequence[frozenset[str]], contexts: Sequence[Tokens]) -> Blocks:
    """Put records together by their keys."""
    members: dict[str, array[int]] = {}
    for place, of_record in enumerate(keys):
        for key in of_record:
            members.setdefault(key, array("L")).append(place)
    large = [key for key, places in members.items() if len(places) > _LARGE]
    for key in large:
        for place in members[key]:
            for token in contexts[place]:
                members.setdefault(f"{key} @ {token}", array("L")).append(place)
    common = {key: len(members[key]) for key in large if len(members[key]) > _COMMON}
    of_records: list[list[tuple[int, str]]] = [[] for _ in keys]
    for key, places in members.items():
        if 1 < len(places) <= _COMMON:
            for place in places:
                of_records[place].append((len(places), key))
    ordered = [tuple(key for _, key in sorted(of_record)) for of_record in of_records]
    widest = sorted(common.items(), key=lambda item: (-item[1], item[0]))[:5]
    kept = {key: places for key, places in members.items() if 1 < len(places) <= _COMMON}
    return Blocks(kept, ordered, len(keys), Cut(len(common), 0, tuple(widest)))
