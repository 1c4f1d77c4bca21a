"""Minting: a key for every node that the researcher gave none (architecture.md, "How data flows").

A minted key is ``{article}.{hash}``, the hash taken over the node's kind, its parent's key and what
the researcher wrote there: a claim's anchors, else the node's content. Lines and layout do not
count, so inserting, moving or reformatting one claim changes no other key. Two nodes that come out
equal are a finding.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from decimal import Decimal
from functools import cache

from diaspora_kg.article import Claim
from diaspora_kg.errors import Finding, Severity
from diaspora_kg.names import mint, segment

_NOT_CONTENT = frozenset({"line", "passages", "forms", "addition"})

_SETS = frozenset({"slots", "unknown"})

# Parts of a node: two equal ones are one and the same, so nothing is lost.
_PARTS = {"name": "name", "participation": "participation", "when": "date"}


def full_key(owner: str, key: str) -> str:
    """A local key as the whole project knows it; the register's ``owner`` is empty.

    >>> full_key("a", "vak"), full_key("", "vak")
    ('a.vak', 'vak')
    """
    return f"{owner}.{key}" if owner else key


def minted(owner: str, kind: str, parent: str, *content: object) -> str:
    """The full key of a node without a key of its own; ``parent`` is a full key."""
    return full_key(owner, mint(kind, parent, *(canonical(part) for part in content)))


def claim_key(owner: str, claim: Claim, parent: str) -> str:
    """A claim's full key: its ``id``, else minted from its anchors (without any: from its gloss)."""
    if claim.key:
        return full_key(owner, claim.key)
    return minted(owner, "claim", parent, claim.anchors or claim.says)


def canonical(value: object) -> object:
    r"""A value as JSON can write it: no lines, no empty slots, each run of white space one blank.

    The slots of a node count as a set, everything else in its order.

    >>> canonical(" two\n words")
    'two words'
    """
    kind = type(value)
    if kind is str:
        return " ".join(value.split())  # type: ignore[attr-defined]
    if kind is tuple:
        return [canonical(item) for item in value]  # type: ignore[attr-defined]
    if value is None or kind is int or kind is bool:
        return value
    return _canonical(value)


def _canonical(value: object) -> object:
    if isinstance(value, str):
        return " ".join(value.split())
    if isinstance(value, Decimal):
        return [f"{value.normalize():f}"]
    if isinstance(value, tuple):
        return [canonical(item) for item in value]
    if members := _members(type(value)):  # type: ignore[arg-type]
        return [type(value).__name__, dict(_content(value, members))]
    return value


@cache
def _members(kind: type[object]) -> tuple[str, ...]:
    """The members of a dataclass that are content."""
    return tuple(m.name for m in fields(kind) if m.name not in _NOT_CONTENT) if is_dataclass(kind) else ()


def _content(value: object, members: tuple[str, ...]) -> Iterator[tuple[str, object]]:
    for name in members:
        held = getattr(value, name)
        if held is None or held is False or held in ("", ()):
            continue
        plain = canonical(held)
        if name in _SETS and isinstance(plain, list):
            plain = sorted(plain, key=repr)
        yield name, plain


class Ledger:
    """Notes each key that a described node gets, and finds those that two nodes would share."""

    def __init__(self, file: str, article: str) -> None:
        self._file = file
        self._article = article
        self._lines: dict[tuple[str, str], int] = {}
        self._findings: list[Finding] = []

    @property
    def findings(self) -> tuple[Finding, ...]:
        """One for each key that was given to a second node."""
        return tuple(self._findings)

    def give(self, kind: str, key: str, line: int, words: str = "") -> None:
        """Note that the node written in this line gets this key; call it once for each node."""
        node = (kind, segment(key))
        first = self._lines.get(node)
        if first is None:
            self._lines[node] = line
        else:
            severity, message, hint = _equal(kind, first, line)
            self._findings.append(
                Finding(self._file, line, severity, "equal-keys", message, hint, words, article=self._article)
            )


def _equal(kind: str, first: int, line: int) -> tuple[Severity, str, str]:
    lines = f"lines {first} and {line}" if first != line else f"line {line}"
    if kind == "claim":
        message = f"Two claims rest on the same words ({lines}), so they would get the same key."
        return Severity.VIOLATION, message, "Give one of them an `id`."
    if kind in _PARTS:
        message = f"The same {_PARTS[kind]} is written twice ({lines})."
        return Severity.WARNING, message, "Delete one of them."
    message = f"Two nodes of the kind {kind} say the same ({lines}), so they would get the same key."
    return Severity.VIOLATION, message, "Give one of them an `id`, or describe it once under `world`."
