"""Joins annotations that are of one node: by ``id``, by identity, by equivalence, by a rule's ``join``."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import dataclass

from diaspora_kg.errors import Report
from diaspora_kg.marked.entries import Entry
from diaspora_kg.marked.model import Equivalence
from diaspora_kg.marked.rules import CLAIM, MENTION, STATEMENT
from diaspora_kg.reading.nodes import KINDS

JOINED = frozenset({*KINDS, STATEMENT, CLAIM, MENTION})
"""What becomes a node with a key."""

_NAMED = frozenset(name for name, kind in KINDS.items() if kind.field("names"))


@dataclass(slots=True, eq=False)
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
    bare = {_places(entry) for entry in joined if _is_bare(entry)}
    for entry in joined:
        for reason in _reasons(entry, bare):
            roots.join(first.setdefault(reason, entry.mark), entry.mark)
    known = {entry.mark for entry in joined}
    for same in equivalences:
        _equal(same, known, roots, report)
    members: dict[str, list[Entry]] = {}
    for entry in joined:
        members.setdefault(roots.root(entry.mark), []).append(entry)
    groups = [_group(found, report) for found in members.values()]
    groups = [group for group in groups if group.kind in JOINED]
    _give_keys(groups)
    return {entry.mark: group for group in groups for entry in group.entries}


def _is_bare(entry: Entry) -> bool:
    """Whether a mention says of nobody whose it is."""
    return entry.becomes == MENTION and not entry.key and "unclear" not in entry.fields


def _places(entry: Entry) -> str:
    return " ".join(f"{begin}-{end}" for (begin, end), _ in entry.places)


def _reasons(entry: Entry, bare: Set[str]) -> Iterator[tuple[str, ...]]:
    """Why an annotation may be of one node with another."""
    named = entry.becomes == MENTION or entry.becomes in _NAMED
    if bare and named and entry.places and (place := _places(entry)) in bare:
        yield ("place", place)
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
    if not telling and all(_is_bare(entry) for entry in entries):
        _alone(head, report)
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


def _alone(head: Entry, report: Report) -> None:
    """A mention of nobody who is named elsewhere becomes what its rule says."""
    if head.rule.otherwise:
        head.becomes = head.rule.otherwise
        return
    message = "This mention does not say of whom: it has no id, and nothing else marks the same words."
    hint = "Write the `id` of its node into the note, or link it to an entry of the register."
    report.violation(head.line, "mention-of-nobody", message, hint, head.words[:60])


def _give_keys(groups: Sequence[Group]) -> None:
    """A key by place for each node that has none: it stays while other annotations come and go."""
    taken = {group.key for group in groups if group.key}
    numbers: dict[str, int] = {}
    for group in groups:
        if group.key:
            continue
        stem = key = f"{group.kind}-{_where(group)}"
        while key in taken:
            numbers[stem] = numbers.get(stem, 1) + 1
            key = f"{stem}-{numbers[stem]}"
        group.key = key
        taken.add(key)


def _where(group: Group) -> str:
    """The first mention of a node; of what is marked once, from its beginning to its end."""
    places = [place for entry in group.entries for place, _ in entry.places]
    if not places:
        return "nowhere"
    begin, end = min(places)
    if len(group.entries) == 1:
        end = max(last for _, last in places)
    return f"{begin}-{end}"
