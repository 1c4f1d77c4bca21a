"""Decisions as they come to stand one after another: which pairs are settled, which would contradict.

What :func:`~diaspora_kg.identity.effect.effect` explains in words, this says with yes or no, for thousands of
pairs at once.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable

from diaspora_kg.identity.clusters import Judged, judge
from diaspora_kg.identity.decisions import Decisions, Verdict, same_key
from diaspora_kg.identity.directory import Entry
from diaspora_kg.identity.sets import Sets

Find = Callable[[str], Entry | None]


class Live:
    """The decisions in force; ``find`` knows the records."""

    def __init__(self, decisions: Decisions, find: Find) -> None:
        self._find = find
        self._sets = Sets()
        self._told: dict[str, dict[str, list[Judged]]] = defaultdict(lambda: defaultdict(list))
        self._registered: dict[str, set[str]] = defaultdict(set)
        self._members: dict[str, set[str]] = {}
        rows = judge(decisions, find)
        for row in rows:
            self._known(row)
            if row.decision.decision is Verdict.SAME:
                self._join(*row.keys)
        for row in rows:
            if row.decision.decision is not Verdict.SAME:
                self._note(row)

    def key(self, key: str) -> str:
        """The key of the record that is meant, as it is compared."""
        entry = self._find(key)
        return same_key(entry.key if entry is not None else key)

    def one(self, left: str, right: str) -> bool:
        """Whether two records are one."""
        return self._root(left) == self._root(right)

    def members(self, key: str) -> frozenset[str]:
        """The records that are one with this one, itself too."""
        return frozenset({self.key(key), *self._members.get(self._root(key), ())})

    def told(self, left: str, right: str) -> tuple[Judged, ...]:
        """The decisions ``different`` and ``unsure`` between two records, or what they are part of."""
        return tuple(self._told[self._root(left)].get(self._root(right), ()))

    def contradicts(self, left: str, right: str, verdict: Verdict) -> bool:
        """Whether this decision would contradict others."""
        if verdict is Verdict.DIFFERENT:
            return self.one(left, right)
        if verdict is not Verdict.SAME or self.one(left, right):
            return False
        apart = any(row.decision.decision is Verdict.DIFFERENT for row in self.told(left, right))
        known = {key for side in (left, right) for key in self._register_keys(side)}
        return apart or len(known) > 1

    def add(self, row: Judged) -> None:
        """One more decision is in force."""
        self._known(row)
        if row.decision.decision is Verdict.SAME:
            self._join(*row.keys)
        else:
            self._note(row)

    def _root(self, key: str) -> str:
        return self._sets.root(self.key(key))

    def _register_keys(self, key: str) -> set[str]:
        entry = self._find(key)
        own = {self.key(key)} if entry is not None and entry.article is None else set()
        return self._registered[self._root(key)] | own

    def _known(self, row: Judged) -> None:
        for entry, key in zip((row.left, row.right), row.keys, strict=True):
            if entry.article is None:
                self._registered[self._sets.root(key)].add(key)

    def _note(self, row: Judged) -> None:
        one, other = map(self._sets.root, row.keys)
        self._told[one][other].append(row)
        if one != other:
            self._told[other][one].append(row)

    def _join(self, one: str, other: str) -> None:
        before = {self._sets.root(one), self._sets.root(other)}
        self._sets.join(one, other)
        now = self._sets.root(one)
        parts = [self._members.pop(old, set()) for old in before]
        self._members[now] = {one, other}.union(*parts)
        for old in before - {now}:
            self._registered[now] |= self._registered.pop(old, set())
            for root, rows in self._told.pop(old, {}).items():
                if root in {old, now}:  # between two records that are one now
                    self._told[now][now] += rows
                else:
                    self._told[now][root] += rows
                    self._told[root][now] += self._told[root].pop(old, [])
            self._told[now].pop(old, None)
