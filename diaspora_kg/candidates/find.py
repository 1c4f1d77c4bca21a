"""Finds the pairs of a published graph that may be one, the most promising first."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from diaspora_kg import likeness
from diaspora_kg.candidates import blocks, decided, evidence, rows, score
from diaspora_kg.candidates.blocks import Blocks, Cut
from diaspora_kg.candidates.decided import Decided
from diaspora_kg.candidates.gather import Gatherer, accompanied
from diaspora_kg.candidates.profiles import Profile
from diaspora_kg.candidates.values import Candidate
from diaspora_kg.candidates.weights import THRESHOLD
from diaspora_kg.errors import UsageError
from diaspora_kg.identity import JOINED_KINDS
from diaspora_kg.index import Index
from diaspora_kg.likeness import Prepared
from diaspora_kg.names import Names
from diaspora_kg.pipeline.pool import Progress, Quiet, Workers
from diaspora_kg.project import Project
from diaspora_kg.queries.lookup import Lookup
from diaspora_kg.store import Snapshots
from diaspora_kg.store.embedded import EmbeddedStore

_PIECE = 500  # records that a worker takes at once
_READY = 200_000  # names that are kept ready, about a kilobyte each

Scored = tuple[float, int, int]
"""A score and the places of two records."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked for: ``kind`` and ``record`` (a full key) may be empty; ``limit`` 0 means all.

    ``again``: pairs that somebody left unsure, too.
    """

    kind: str = ""
    record: str = ""
    threshold: float = THRESHOLD
    limit: int = 0
    again: bool = False


@dataclass(frozen=True, slots=True)
class Found:
    """The candidates asked for; ``total`` counts all above the threshold, ``records`` all records there are.

    ``compared`` counts the pairs that were looked at, ``cut`` says what was not.
    """

    candidates: tuple[Candidate, ...]
    total: int
    records: int
    compared: int
    cut: Cut
    decided: Decided


@dataclass(frozen=True, slots=True)
class Collection:
    """All records of a graph, ready to be compared."""

    profiles: tuple[Profile, ...]
    telling: Mapping[str, float] = field(default_factory=dict)
    _prepared: dict[str, Prepared] = field(default_factory=dict, repr=False, compare=False)

    def alike(self, left: Profile, right: Profile) -> float:
        """How alike two names are; names that were made ready are kept."""
        return likeness.score(self._ready(left), self._ready(right))

    def _ready(self, profile: Profile) -> Prepared:
        if (known := self._prepared.get(profile.iri)) is None:
            if len(self._prepared) >= _READY:
                self._prepared.clear()
            known = self._prepared[profile.iri] = likeness.prepare(profile.named)
        return known


def find(
    project: Project, wanted: Wanted | None = None, *, jobs: int = 1, progress: Progress | None = None
) -> Found:
    """Look for records of the published graph that may be one; nobody has decided about them yet.

    Raises :class:`UsageError` when nothing was built, and for a kind or a record that is none.
    """
    wanted = wanted or Wanted()
    if wanted.kind and wanted.kind not in JOINED_KINDS:
        raise UsageError(f"no two records of the kind {wanted.kind!r} are ever one. Kinds: {_kinds()}.")
    shown = progress or Quiet()
    with Snapshots(project.derived).reading() as snapshot, Index(snapshot.index) as index:
        store = snapshot.store()
        try:
            lookup = Lookup(store, project.names, project.languages)
            only = lookup.find(wanted.record).value if wanted.record else ""
            shown.step("reading records")
            collection = collect(store, project.names)
            judged = decided.read(project, index, again=wanted.again)
            return _found(collection, wanted, only, judged, lookup, index, jobs, shown)
        finally:
            store.close()


def collect(store: EmbeddedStore, names: Names) -> Collection:
    """Everything that is compared, of one published graph."""
    return Collection(*accompanied(Gatherer(rows.read(store, names), names).profiles()))


def _found(
    collection: Collection,
    wanted: Wanted,
    only: str,
    judged: Decided,
    lookup: Lookup,
    index: Index,
    jobs: int,
    progress: Progress,
) -> Found:
    profiles = collection.profiles
    if only and all(profile.iri != only for profile in profiles):
        raise UsageError(f"{wanted.record} is no record of which another may be the same. Kinds: {_kinds()}.")
    blocked = blocked_of(collection, jobs, progress)
    scored, compared, met = scored_pairs(collection, blocked, wanted, only, judged.judged, jobs, progress)
    chosen = scored[: wanted.limit] if wanted.limit else scored
    progress.step("reading sentences")
    candidates = tuple(_candidates(collection, chosen, lookup, index))
    cut = Cut(blocked.cut.keys, met, blocked.cut.widest)
    return Found(candidates, len(scored), len(profiles), compared, cut, judged)


def blocked_of(collection: Collection, jobs: int = 1, progress: Progress | None = None) -> Blocks:
    """The records put together by their keys."""
    profiles = collection.profiles
    shown = progress or Quiet()
    shown.step("finding keys", len(profiles))
    pieces = [profiles[n : n + _PIECE] for n in range(0, len(profiles), _PIECE)]
    with Workers(None, jobs) as workers:
        parts = workers.each(_keys, pieces)
        return blocks.block(_told(parts, shown), [blocks.context_of(profile) for profile in profiles])


def _keys(piece: Sequence[Profile], _: object) -> list[frozenset[str]]:
    return [blocks.keys_of(profile) for profile in piece]


def _told(parts: Iterable[list[frozenset[str]]], progress: Progress) -> Iterator[frozenset[str]]:
    """The keys of each record, one after the other."""
    for part in parts:
        yield from part
        progress.advance(len(part))


def pairs(collection: Collection, blocked: Blocks, kind: str = "", only: str = "") -> tuple[array[int], int]:
    """The pairs to compare, each as one number, in order; and how many records met too many others."""
    profiles, many = collection.profiles, len(collection.profiles)
    found: list[array[int]] = [array("I") for _ in profiles]
    too_many = 0
    one = next((place for place, profile in enumerate(profiles) if profile.iri == only), None)
    for place in range(many) if one is None else blocked.near(one):
        if kind and profiles[place].kind != kind:
            continue
        met, cut = blocked.met(place)
        too_many += cut
        for other in met:
            if one is None or one in {place, other}:
                found[min(place, other)].append(max(place, other))
    numbers = array("Q")
    for place, others in enumerate(found):
        numbers.extend(place * many + other for other in sorted(set(others)))
    return numbers, too_many


def scored_pairs(
    collection: Collection,
    blocked: Blocks,
    wanted: Wanted,
    only: str = "",
    judged: Callable[[str, str], bool] = lambda _left, _right: False,
    jobs: int = 1,
    progress: Progress | None = None,
) -> tuple[list[Scored], int, int]:
    """The pairs above the threshold, the best first; how many were compared; how many met too many."""
    shown, profiles = progress or Quiet(), collection.profiles
    numbers, too_many = pairs(collection, blocked, wanted.kind, only)
    shown.step("comparing", len(numbers))
    size = _PIECE * 8
    pieces = [(numbers[n : n + size], wanted.threshold) for n in range(0, len(numbers), size)]
    found: list[Scored] = []
    with Workers(collection, jobs) as workers:
        for (piece, _), part in zip(pieces, workers.each(_score, pieces), strict=True):
            found += part
            shown.advance(len(piece))
    kept = [one for one in found if not judged(profiles[one[1]].iri, profiles[one[2]].iri)]
    kept.sort(key=lambda one: (-one[0], one[1], one[2]))
    return kept, len(numbers), too_many


def _score(piece: tuple[array[int], float], collection: Collection) -> list[Scored]:
    numbers, threshold = piece
    many, found = len(collection.profiles), []
    alike = collection.alike
    for number in numbers:
        one, other = divmod(number, many)
        left, right = collection.profiles[one], collection.profiles[other]
        value = score.quick(left, right, collection.telling, threshold, alike)
        if value >= 0:
            found.append((value, one, other))
    return found


def _candidates(
    collection: Collection, chosen: Sequence[Scored], lookup: Lookup, index: Index
) -> Iterator[Candidate]:
    profiles = collection.profiles
    told = evidence.sides((profiles[place] for _, *both in chosen for place in both), lookup, index)
    for value, one, other in chosen:
        left, right = sorted((profiles[one], profiles[other]), key=lambda profile: profile.rank)
        found = score.features(left, right, collection.telling)
        yield Candidate(
            *(left.key, right.key, left.kind, value, score.hint(left.kind, found), found),
            left_record=told[left.iri],
            right_record=told[right.iri],
        )


def _kinds() -> str:
    return ", ".join(sorted(JOINED_KINDS))


__all__ = ["Collection", "Found", "Wanted", "collect", "find"]
