"""By which decisions two records are one: the shortest chain of them, and the fewest that part the two.

Both are questions on a graph whose nodes are records and whose edges are the ``same`` decisions in force.
They are answered alike whatever the order of lines: of two chains of one length the one whose decisions
come first by id is taken.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol, TypeVar


class Joining(Protocol):
    """A decision that joins two records, as it is sorted and as its records are compared."""

    @property
    def name(self) -> str:
        """The id of the decision."""

    @property
    def keys(self) -> tuple[str, str]:
        """The keys of the two records."""


J = TypeVar("J", bound=Joining)


def shortest(same: Iterable[J], left: str, right: str) -> tuple[J, ...]:
    """The shortest chain of decisions from one record to another; empty where none leads there."""
    near = _edges(same)
    came: dict[str, tuple[str, J] | None] = {left: None}
    waiting = deque([left])
    while waiting and right not in came:
        key = waiting.popleft()
        for one in near.get(key, ()):
            other = _other(one, key)
            if other not in came:
                came[other] = (key, one)
                waiting.append(other)
    return _back(came, right)


def chain(found: Sequence[Joining], begin: str) -> tuple[str, ...]:
    """The keys that a chain of decisions passes, from ``begin`` to its end."""
    keys = [begin]
    for one in found:
        keys.append(_other(one, keys[-1]))
    return tuple(keys)


def cut(same: Iterable[J], left: str, right: str) -> tuple[J, ...]:
    """The fewest decisions without which two records are not one, in order of id (a minimum cut).

    Each decision weighs one. Chains that share no decision are looked for until there are no more, and the
    last one to be found goes back over decisions that an earlier one had better left (Ford and Fulkerson
    1956); what is reached then and what is not is where the records part. Of several cuts of one size it is
    the one nearest to ``left``. Empty where they are not one.
    """
    near = _edges(same)
    used: dict[str, str] = {}  # decision -> the record from which a chain goes over it
    while True:
        came = _reached(near, used, left, right)
        if right not in came:
            break
        for key, one in _steps(came, right):
            if one.name in used:
                del used[one.name]  # two chains in opposite ways need neither
            else:
                used[one.name] = key
    if not used:
        return ()
    found = {one.name: one for key in came for one in near[key] if _other(one, key) not in came}
    return tuple(found[name] for name in sorted(found))


def _edges(same: Iterable[J]) -> Mapping[str, list[J]]:
    near: dict[str, list[J]] = defaultdict(list)
    for one in sorted(same, key=lambda one: one.name):
        for key in one.keys:
            near[key].append(one)
    return near


def _other(one: Joining, key: str) -> str:
    first, second = one.keys
    return second if key == first else first


def _reached(
    near: Mapping[str, list[J]], used: Mapping[str, str], left: str, right: str
) -> dict[str, tuple[str, J] | None]:
    """Where one more chain may go: over decisions that none uses, and back over those that one does."""
    came: dict[str, tuple[str, J] | None] = {left: None}
    waiting = deque([left])
    while waiting and right not in came:
        key = waiting.popleft()
        for one in near.get(key, ()):
            other = _other(one, key)
            if other not in came and used.get(one.name) != key:
                came[other] = (key, one)
                waiting.append(other)
    return came


def _steps(came: Mapping[str, tuple[str, J] | None], right: str) -> list[tuple[str, J]]:
    found: list[tuple[str, J]] = []
    step = came.get(right)
    while step is not None:
        found.append(step)
        step = came[step[0]]
    return found


def _back(came: Mapping[str, tuple[str, J] | None], right: str) -> tuple[J, ...]:
    return tuple(one for _, one in reversed(_steps(came, right)))
