"""What a decision would do, told before it is written; and which decisions part two records again.

Nothing here writes. Whoever decides is shown what follows: which records are one then, and which decisions
contradict each other by it, along the shortest chain.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from diaspora_kg.article import Node
from diaspora_kg.identity.clusters import Clusters, Judged, clusters, judge, rank
from diaspora_kg.identity.decisions import Decision, Decisions, Verdict, same_key
from diaspora_kg.identity.directory import Entry
from diaspora_kg.identity.paths import cut, shortest

Find = Callable[[str], Entry | None]

_KIND = "organization"


@dataclass(frozen=True, slots=True)
class Effect:
    """What follows from a decision.

    ``records`` are those that are one by it (of any other decision than ``same``: none) and ``canonical``
    the key by which they go. ``conflicts`` say in words which decisions contradict each other then.
    ``parts`` are the decisions whose withdrawal parts two records that are to be different, the fewest.
    """

    records: tuple[str, ...] = ()
    canonical: str = ""
    conflicts: tuple[str, ...] = ()
    parts: tuple[Decision, ...] = ()


def assumed(key: str) -> Entry:
    """A record of this key, taken to be there and of a kind that is joined; its article stands before the
    last dot.
    """
    article, _, local = same_key(key).rpartition(".")
    node = Node(_KIND, local, 0)
    return Entry(same_key(key), _KIND, same_key(key), node, article or None, "", 0)


def effect(decisions: Decisions, left: str, right: str, verdict: Verdict, find: Find = assumed) -> Effect:
    """What the decision that two records are ``verdict`` would do to those in force."""
    draft = Decision("", left, right, verdict, "", "", "", "")
    before = _settled(decisions, find)
    after = _settled(replace(decisions, rows=(*decisions.rows, draft)), find)
    known = {finding.message for finding in before.findings}
    conflicts = tuple(
        f.message for f in after.findings if f.code == "decision-contradiction" and f.message not in known
    )
    meant = _key(left, find), _key(right, find)
    if verdict is Verdict.SAME:
        records = together(decisions, meant[0], find) | together(decisions, meant[1], find)
        return Effect(tuple(sorted(records)), canonical(records, find), conflicts)
    if verdict is Verdict.DIFFERENT:
        return Effect((), "", conflicts, parting(decisions, *meant, find))
    return Effect((), "", conflicts)


def together(decisions: Decisions, key: str, find: Find = assumed) -> frozenset[str]:
    """The records that are one with this one by the ``same`` decisions in force, itself too."""
    same, found, waiting = _same(decisions, find), {key}, [key]
    near: dict[str, set[str]] = {}
    for one in same:
        for left, right in (one.keys, one.keys[::-1]):
            near.setdefault(left, set()).add(right)
    while waiting:
        more = near.get(waiting.pop(), set()) - found
        found |= more
        waiting += more
    return frozenset(found)


def parting(decisions: Decisions, left: str, right: str, find: Find = assumed) -> tuple[Decision, ...]:
    """The fewest decisions whose withdrawal parts two records; empty where they are not one."""
    return tuple(one.decision for one in cut(_same(decisions, find), left, right))


def joining(decisions: Decisions, left: str, right: str, find: Find = assumed) -> tuple[Judged, ...]:
    """The shortest chain of decisions by which two records are one; empty where they are not."""
    return shortest(_same(decisions, find), left, right)


def _settled(decisions: Decisions, find: Find) -> Clusters:
    return clusters(replace(decisions, doubtful=()), find, {}, "")


def _same(decisions: Decisions, find: Find) -> list[Judged]:
    return [one for one in judge(decisions, find) if one.decision.decision is Verdict.SAME]


def _key(key: str, find: Find) -> str:
    entry = find(key)
    return same_key(entry.key if entry is not None else key)


def canonical(records: frozenset[str], find: Find) -> str:
    """The key by which records go that are one."""
    entries = [entry for key in records if (entry := find(key)) is not None]
    if not entries:
        return min(records, default="")
    return min(entries, key=rank).key
