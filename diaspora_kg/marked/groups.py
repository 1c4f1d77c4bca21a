"""Joins annotations that are of one node: by ``id``, by identity, by equivalence, by a rule's ``join``."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from diaspora_kg.errors import Report
from diaspora_kg.marked.entries import Entry
from diaspora_kg.marked.model import Equivalence
from diaspora_kg.marked.rules import CLAIM, MENTION, STATEMENT
from diaspora_kg.reading.nodes import KINDS

JOINED = frozenset({*KINDS, STATEMENT, CLAIM, MENTION})
"""What becomes a node with a key."""


@dataclass(slots=True)
class Group:
    """The annotations of one node; ``head`` is the one that says what it is."""

    head: Entry
    entries: list[Entry]
    key: str = ""
    registered: bool = False

    @property
    def kind(self) -> str:
        """What the node is."""
        return self.head.becomes


class _Roots:
    """Union-find over annotations, the first in the file being the root."""

    def __init__(self) -> None:
        self._over: dict[str, str] = {}

    def root(self, mark: str) -> str:
        top = mark
        while self._over.get(top, top) != top:
            top = self._over[top]
        while self._over.get(mark, mark) != top:
            self._over[mark], mark = top, self._over.get(mark, mark)
        return top

    def join(self, one: str, other: str) -> None:
        first, second = self.root(one), self.root(other)
        if first != second:
            self._over[second] = first


def grouped(
    entries: Sequence[Entry], equivalences: Iterable[Equivalence], report: Report
) -> dict[str, Group]:
    """The node of each annotation that becomes one, by the annotation's id."""
    joined = [entry for entry in entries if entry.becomes in JOINED]
    roots = _Roots()
    first: dict[tuple[str, ...], str] = {}
    for entry in joined:
        for reason in _reasons(entry):
            roots.join(first.setdefault(reason, entry.mark), entry.mark)
    known = {entry.mark for entry in joined}
    for same in equivalences:
        _equal(same, known, roots, report)
    members: dict[str, list[Entry]] = {}
    for entry in joined:
        members.setdefault(roots.root(entry.mark), []).append(entry)
    groups = [_group(found, report) for found in members.values()]
    _give_keys(groups)
    return {entry.mark: group for group in groups for entry in group.entries}


def _reasons(entry: Entry) -> Iterator[tuple[str, ...]]:
    """Why an annotation may be of one node with another."""
    if entry.key:
        yield ("id", entry.key)
    for iri in entry.identities:
        yield ("iri", iri)
    if entry.rule.join and entry.places:
        yield ("words", entry.becomes, " ".join(entry.words.split()))


def _equal(same: Equivalence, known: set[str], roots: _Roots, report: Report) -> None:
    for member in same.members:
        if member not in known:
            message = f"This makes {member} the same as others, and it is no node here."
            hint = "Delete it from this line, or map its label to something that can be named twice."
            report.violation(same.line, "dangling-reference", message, hint, member)
    here = [member for member in same.members if member in known]
    for member in here[1:]:
        roots.join(here[0], member)


def _group(entries: list[Entry], report: Report) -> Group:
    telling = [entry for entry in entries if entry.becomes != MENTION]
    head = telling[0] if telling else entries[0]
    for entry in telling:
        if entry.becomes != head.becomes:
            message = f"One node is marked as {head.becomes} (line {head.line}) and as {entry.becomes}."
            hint = "Give them different ids, or the same label."
            report.violation(entry.line, "two-kinds", message, hint, entry.words[:60])
    keys = list(dict.fromkeys(entry.key for entry in entries if entry.key))
    if len(keys) > 1:
        message = f"One node has several ids: {', '.join(keys[:5])}."
        hint = "Keep one `id`, or take the equivalence (or the register's id) that joins them away."
        report.violation(head.line, "two-ids", message, hint, head.words[:60])
    registered = any(entry.registered for entry in entries)
    return Group(head, entries, keys[0] if keys else "", registered)


def _give_keys(groups: Sequence[Group]) -> None:
    """A key by place for each node that has none: it stays while other annotations come and go."""
    taken = {group.key for group in groups if group.key}
    for group in groups:
        if group.key:
            continue
        places = [place for entry in group.entries for place, _ in entry.places]
        where = "-".join(str(number) for number in min(places)) if places else "nowhere"
        stem = key = f"{group.kind}-{where}"
        number = 1
        while key in taken:
            number += 1
            key = f"{stem}-{number}"
        group.key = key
        taken.add(key)
