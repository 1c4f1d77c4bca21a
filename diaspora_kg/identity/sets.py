"""Sets that grow together: union-find over strings, the same whatever the order of joining."""

from __future__ import annotations

from collections import defaultdict


class Sets:
    """Union-find over keys; a set goes by its smallest member."""

    def __init__(self) -> None:
        self._up: dict[str, str] = {}

    def root(self, key: str) -> str:
        """The member by which the set of a key goes; a key that is new is a set of its own."""
        path = [key]
        while (up := self._up.setdefault(path[-1], path[-1])) != path[-1]:
            path.append(up)
        for step in path:
            self._up[step] = path[-1]
        return path[-1]

    def join(self, one: str, other: str) -> None:
        """Make one set of two."""
        low, high = sorted((self.root(one), self.root(other)))
        self._up[high] = low

    def members(self) -> dict[str, list[str]]:
        """All sets by the members by which they go."""
        found = defaultdict(list)
        for key in sorted(self._up):
            found[self.root(key)].append(key)
        return found
