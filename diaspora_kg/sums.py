"""A hash of many lines that does not depend on their order, and that lines can leave and join.

The sum of the SHA-256 of each line, modulo 2 to the 256 (an additive multiset hash, as described by
Bellare and Micciancio, 1997). It tells contents apart; it is no signature: who may choose the lines can
find two sets with one sum. Lines that come and go together may be hashed as one: that is many times quicker.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable
from dataclasses import dataclass

_SIZE = 1 << 256


@dataclass
class Total:
    """The hash of a multiset of lines, and how many they are.

    >>> one, other = Total(), Total()
    >>> one.add("a"), one.add("b"), other.add("b"), other.add("a")
    (None, None, None, None)
    >>> one == other
    True
    """

    value: int = 0
    count: int = 0

    def add(self, line: str) -> None:
        """One more line."""
        self.value = (self.value + _digest(line)) % _SIZE
        self.count += 1

    def add_all(self, lines: Iterable[str]) -> None:
        """Many lines at once."""
        self.add_encoded([line.encode() for line in lines])

    def add_encoded(self, lines: Collection[bytes]) -> None:
        """The same of lines in UTF-8."""
        self.add_digests([digest(line) for line in lines])

    def add_digests(self, digests: Collection[bytes], count: int | None = None) -> None:
        """The same of lines by their :func:`digest`; ``count`` is how many they are if not one each."""
        number = int.from_bytes
        self.value = (self.value + sum([number(one, "big") for one in digests])) % _SIZE
        self.count += len(digests) if count is None else count

    def add_whole(self, data: bytes, count: int) -> None:
        """Several lines that are hashed as one, and how many they are."""
        self.value = (self.value + int.from_bytes(digest(data), "big")) % _SIZE
        self.count += count

    def part_digests(self, digests: Collection[bytes]) -> None:
        """Without these lines, which must be among those of the total."""
        gone = Total()
        gone.add_digests(digests)
        self.part(gone)

    def join(self, other: Total) -> None:
        """All lines of another total."""
        self.value = (self.value + other.value) % _SIZE
        self.count += other.count

    def part(self, other: Total) -> None:
        """Without the lines of another total, which must be among these."""
        self.value = (self.value - other.value) % _SIZE
        self.count -= other.count

    def take(self, line: str) -> None:
        """One line less; it must be one of them."""
        self.value = (self.value - _digest(line)) % _SIZE
        self.count -= 1

    def change(self, removed: Iterable[str], added: Iterable[str]) -> None:
        """Lines that left and lines that came."""
        for line in removed:
            self.take(line)
        for line in added:
            self.add(line)

    @property
    def hex(self) -> str:
        """64 hex digits that stand for the lines and their number."""
        return hashlib.sha256(f"{self.value:064x} {self.count}".encode()).hexdigest()

    def write(self) -> str:
        """The total as text, for :meth:`read`."""
        return f"{self.value:x} {self.count}"

    @classmethod
    def read(cls, text: str) -> Total:
        """A total from its text; raises :class:`ValueError`."""
        value, count = text.split()
        return cls(int(value, 16), int(count))


def digest(line: bytes) -> bytes:
    """What a line in UTF-8 adds to a total."""
    return hashlib.sha256(line).digest()


def _digest(line: str) -> int:
    return int.from_bytes(hashlib.sha256(line.encode()).digest(), "big")
