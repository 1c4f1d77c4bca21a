"""Which records are one: the connected components of the `same` decisions in force.

The canonical record of a cluster is its register entry; without one, the record whose article comes
first by key. A contradiction (records of two kinds, two register entries, a `different` between two
records of one cluster) holds back the clusters that it concerns: their records stay as they were
published, and every other cluster goes on. The order of decisions never counts.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from itertools import combinations

from diaspora_kg.errors import Finding, Severity
from diaspora_kg.identity.decisions import Decision, Decisions, Verdict, same_key
from diaspora_kg.identity.directory import Entry
from diaspora_kg.identity.paths import chain, shortest
from diaspora_kg.identity.sets import Sets
from diaspora_kg.names import ACTOR_KINDS

_WRONG = "Withdraw the decision that is wrong: dkg link withdraw ID."
_FEW = 20  # entries of the register of which the nearest two are looked for

JOINED_KINDS = ACTOR_KINDS | {
    *("document", "event", "figure", "legal-status", "membership", "place", "post", "relation"),
    *("statement", "status-change", "undertaking"),
}
"""The kinds of node of which two records may be one; what an article says in a place is its own."""


@dataclass(frozen=True, slots=True)
class Judged:
    """A decision in force and the two records, which exist."""

    decision: Decision
    left: Entry
    right: Entry

    @property
    def keys(self) -> tuple[str, str]:
        """The keys of the two records, as they are compared."""
        return same_key(self.left.key), same_key(self.right.key)

    @property
    def name(self) -> str:
        """The id of the decision."""
        return self.decision.id


@dataclass(frozen=True)
class Clusters:
    """What the decisions come to.

    ``canonical`` maps each record that is part of another to the key of that one; any other key is its
    own. ``held`` are the keys that stay as last published. ``judged`` are the decisions to be published
    now; of pairs in ``held`` the ones published before stay in their place.
    """

    canonical: Mapping[str, str]
    held: frozenset[str] = frozenset()
    judged: tuple[Judged, ...] = ()
    findings: tuple[Finding, ...] = ()


def clusters(
    decisions: Decisions,
    find: Callable[[str], Entry | None],
    last_published: Mapping[str, str],
    file: str,
    hold: frozenset[str] = frozenset(),
) -> Clusters:
    """Work out the clusters; ``find`` knows the records that exist now.

    ``last_published`` is the ``canonical`` of what was published before, ``hold`` are keys whose
    clusters must stay as they are there, as must those of which a faulty line speaks.
    """
    judged, findings = _judge(decisions.active, find, file)
    same = [one for one in judged if one.decision.decision is Verdict.SAME]
    merged, near = Sets(), Sets()
    for one in same:
        merged.join(*one.keys)
        near.join(*one.keys)
    for pair in last_published.items():
        near.join(*pair)
    faults = dict(_contradictions(judged, same, merged, file))
    bad = {near.root(key) for _, keys in faults.items() for key in keys}
    bad |= {near.root(key) for key in hold}
    doubts = dict(_doubts(decisions, find, {*last_published, *last_published.values(), *_keys(judged)}, file))
    bad |= {near.root(key) for keys in doubts.values() for key in keys}
    held = frozenset(key for root, keys in near.members().items() if root in bad for key in keys)
    findings += (*faults, *doubts)
    findings += tuple(_waits(key, file) for key in sorted(hold))
    canonical = {key: last_published[key] for key in held if key in last_published}
    canonical.update(_canonical(same, merged, held))
    published = tuple(one for one in judged if not held.issuperset(one.keys))
    return Clusters(dict(sorted(canonical.items())), held, published, tuple(sorted(findings)))


def _canonical(same: Iterable[Judged], merged: Sets, held: frozenset[str]) -> dict[str, str]:
    entries = {same_key(entry.key): entry for one in same for entry in (one.left, one.right)}
    found: dict[str, str] = {}
    for keys in merged.members().values():
        if keys[0] in held or len(keys) == 1:
            continue
        chosen = min(keys, key=lambda key: rank(entries[key]))
        found.update((key, chosen) for key in keys if key != chosen)
    return found


def _judge(
    active: Iterable[Decision], find: Callable[[str], Entry | None], file: str
) -> tuple[tuple[Judged, ...], tuple[Finding, ...]]:
    judged, findings = [], []
    for row in active:
        left, right = find(row.left), find(row.right)
        if left is None or right is None:
            findings.append(
                _rests(row, [k for k, e in ((row.left, left), (row.right, right)) if not e], file)
            )
        elif wrong := next((entry for entry in (left, right) if entry.kind not in JOINED_KINDS), None):
            message = f"`{wrong.key}` is of the kind {wrong.kind}, of which no two are ever one."
            findings.append(_finding(row, file, "decision-kind", message, _withdraw(row)))
        elif left.key == right.key:
            message = f"Both keys are those of `{left.key}` now, so this decision rests."
            findings.append(_finding(row, file, "decision-rests", message, _withdraw(row), Severity.WARNING))
        else:
            judged.append(Judged(row, left, right))
    return tuple(judged), tuple(findings)


def _contradictions(
    judged: Iterable[Judged], same: Iterable[Judged], merged: Sets, file: str
) -> Iterator[tuple[Finding, tuple[str, ...]]]:
    """Each contradiction, with keys of the clusters that it concerns."""
    inside: dict[str, list[Judged]] = defaultdict(list)
    for one in same:
        inside[merged.root(one.keys[0])].append(one)
        if one.left.kind != one.right.kind:
            message = (
                f"`{one.left.key}` is of the kind {one.left.kind} and `{one.right.key}` of the kind"
                f" {one.right.kind}, so they cannot be one."
            )
            hint = "Correct the kind in the article, or withdraw the decision."
            yield _finding(one.decision, file, "decision-contradiction", message, hint), one.keys
    for one in judged:
        root = merged.root(one.keys[0])
        if one.decision.decision is Verdict.DIFFERENT and root == merged.root(one.keys[1]):
            told = by_way_of(shortest(inside[root], *one.keys), one.keys[0])
            message = f"`{one.left.key}` and `{one.right.key}` are different here, but one by {told}."
            yield _finding(one.decision, file, "decision-contradiction", message, _WRONG), one.keys
    for ones in inside.values():
        known = sorted({same_key(e.key) for one in ones for e in (one.left, one.right) if e.article is None})
        if known[1:]:
            ways = [shortest(ones, one, other) for one, other in combinations(known[:_FEW], 2)]
            way = min(ways, key=len)
            names = " and ".join(f"`{key}`" for key in known)
            several = "two" if len(known) == 2 else len(known)
            begin = next(key for key in known if key in way[0].keys)
            message = f"{names} are {several} entries of the register, but one by {by_way_of(way, begin)}."
            hint = "Keep one entry in the register, or withdraw a decision: dkg link withdraw ID."
            last = max(way, key=lambda one: (one.decision.line, one.name))
            yield _finding(last.decision, file, "decision-contradiction", message, hint), tuple(known)


def by_way_of(way: Sequence[Judged], begin: str) -> str:
    """A chain of decisions in words: each pair with the id of its decision and the line where it stands."""
    keys = chain(way, begin)
    told = []
    for one, left, right in zip(way, keys, keys[1:], strict=False):
        line = f", line {one.decision.line}" if one.decision.line else ""
        told.append(f"`{left}` same `{right}` ({one.name or 'this one'}{line})")
    return ", ".join(told)


def _rests(row: Decision, missing: list[str], file: str) -> Finding:
    names = " and no ".join(f"`{key}`" for key in missing)
    hint = f"It counts again when the record is back. To end it: dkg link withdraw {row.id}"
    message = f"There is no {names} now, so this decision rests."
    return _finding(row, file, "decision-rests", message, hint, Severity.WARNING)


def judge(decisions: Decisions, find: Callable[[str], Entry | None]) -> tuple[Judged, ...]:
    """The decisions in force about records that exist and may be one, whether they contradict or not."""
    return _judge(decisions.active, find, "")[0]


def rank(entry: Entry) -> tuple[bool, str, str]:
    """The record of a cluster by whose key it goes comes first: the register's, else that of the article."""
    return entry.article is not None, entry.article or "", entry.key


def _keys(judged: Iterable[Judged]) -> Iterator[str]:
    return (key for one in judged for key in one.keys)


def _doubts(
    decisions: Decisions, find: Callable[[str], Entry | None], known: Set[str], file: str
) -> Iterator[tuple[Finding, tuple[str, ...]]]:
    """For each faulty line the records that it names, as far as there is something to be kept of them."""
    for line, cells in decisions.doubtful:
        rows = [row for cell in cells if (row := decisions.get(cell)) is not None]
        named = [*cells, *(key for row in rows for key in (row.left, row.right) if key)]
        entries = [entry for key in dict.fromkeys(named) if (entry := find(key)) is not None]
        keys = tuple(sorted({same_key(entry.key) for entry in entries} & known))
        if keys:
            stay = "stays" if len(keys) == 1 else "stay"
            message = f"{' and '.join(f'`{key}`' for key in keys)} {stay} as last published until then."
            hint = "Mend the line, whose fault is told beside this."
            yield Finding(file, line, Severity.WARNING, "decision-waits", message, hint, keys[0]), keys


def _waits(key: str, file: str) -> Finding:
    message = f"`{key}` stays as last published, since an article that is held back speaks of it so."
    return Finding(file, 0, Severity.WARNING, "decision-waits", message, "Mend that article first.", key)


def _withdraw(row: Decision) -> str:
    return f"Withdraw it: dkg link withdraw {row.id}"


def _finding(
    row: Decision, file: str, code: str, message: str, hint: str, severity: Severity = Severity.VIOLATION
) -> Finding:
    return Finding(file, row.line, severity, code, message, hint, row.id)
