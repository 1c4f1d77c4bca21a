"""`dkg link`: a reviewer's decisions on records, added to ``decisions.tsv``. Nothing is written otherwise.

Records are looked for in the published graph's index; one that is not there (nothing was built yet, or
the article is new) is looked for in the files.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cached_property

from diaspora_kg.errors import RunStopped, UsageError
from diaspora_kg.identity import JOINED_KINDS, Decision, Decisions, Directory, Verdict, read_decisions
from diaspora_kg.identity.decisions import same_key
from diaspora_kg.identity.effect import Effect, effect, parting
from diaspora_kg.identity.journal import append_all, numbered, understood
from diaspora_kg.index import Index
from diaspora_kg.pipeline import records
from diaspora_kg.project import Project
from diaspora_kg.store import Snapshots

_MINTED = re.compile(r"(?:^|\.)[0-9a-f]{12}$")


@dataclass(frozen=True, slots=True)
class Linked:
    """The line that was added, and what its writer should know (contradictions, earlier decisions)."""

    decision: Decision
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Draft:
    """What somebody decides of two records, which they name by their full keys."""

    left: str
    right: str
    decision: Verdict
    who: str
    why: str


def decide(project: Project, left: str, right: str, decision: Verdict, who: str, why: str) -> Linked:
    """Add a decision on two records, given by their full keys.

    Raises :class:`UsageError` for a record that does not exist (the nearest key is named), for two that
    cannot be one, and for words that cannot be written.
    """
    with Records(project) as known:
        draft = checked(known, Draft(left, right, decision, who, why))
    remarks: list[str] = []

    def make(held: Decisions) -> Decision:
        remarks.extend(_earlier(held, draft.left, draft.right, decision))
        remarks.extend(remarks_on(effect(held, draft.left, draft.right, decision)))
        return drafted(held, draft)

    return Linked(_append(project, make), tuple(remarks))


def checked(known: Records, draft: Draft) -> Draft:
    """The draft with its keys as they are compared; raises :class:`UsageError` as :func:`decide` does."""
    left, right = same_key(draft.left), same_key(draft.right)
    kinds = known.kind(left), known.kind(right)
    if left == right:
        raise UsageError(f"{left} would be compared with itself.")
    for key, kind in zip((left, right), kinds, strict=True):
        if kind not in JOINED_KINDS:
            raise UsageError(f"{key} is of the kind {kind}, of which no two are ever one.")
    if draft.decision is Verdict.SAME and kinds[0] != kinds[1]:
        raise UsageError(f"{left} is of the kind {kinds[0]} and {right} of the kind {kinds[1]}.")
    return replace(draft, left=left, right=right)


def drafted(held: Decisions, draft: Draft) -> Decision:
    """The line that a draft makes now; raises :class:`UsageError` for words that no line can hold."""
    row = Decision("", draft.left, draft.right, draft.decision, "", draft.who, _now(), draft.why)
    return numbered(held, row)


def decide_all(project: Project, make: Callable[[Decisions], Sequence[Decision]]) -> list[Decision]:
    """Add the lines that ``make`` makes of the decisions that stand, all or none."""
    _within(project)
    return append_all(project.decisions, project.derived / "decisions.lock", make)


def withdraw(project: Project, name: str, who: str, why: str = "") -> Linked:
    """Add a line that undoes the decision of this id; raises :class:`UsageError` if there is none."""
    return Linked(_append(project, lambda held: _withdrawal(held, name, who, why)))


def split(project: Project, left: str, right: str, who: str, why: str) -> list[Decision]:
    """Withdraw the fewest decisions without which two records are not one (see :func:`to_split`)."""

    def make(held: Decisions) -> list[Decision]:
        rows: list[Decision] = []
        for one in _to_split(held, left, right):
            rows.append(_withdrawal(replace(held, rows=(*held.rows, *rows)), one.id, who, why))
        return rows

    return decide_all(project, make)


def to_split(project: Project, left: str, right: str) -> tuple[Decision, ...]:
    """The fewest decisions whose withdrawal parts two records; nothing is written.

    Raises :class:`UsageError` where they are not one, or the file is not understood.
    """
    return _to_split(decisions_of(project), left, right)


def decisions_of(project: Project) -> Decisions:
    """What ``decisions.tsv`` says now; raises :class:`UsageError` for a file that is not understood."""
    _within(project)
    try:
        data = project.decisions.read_bytes() if project.decisions.exists() else b""
    except OSError as error:
        raise RunStopped(f"decisions.tsv cannot be read: {error.strerror or error}") from error
    held = read_decisions(data, project.decisions.name)
    understood(held)
    return held


def remarks_on(found: Effect) -> tuple[str, ...]:
    """What whoever decides should know of what follows: contradictions, and how to part two records."""
    told = [f"{conflict} Until that is mended they stay as last published." for conflict in found.conflicts]
    if found.parts:
        ids = " and ".join(one.id for one in found.parts)
        told.append(f"to part them, withdraw {ids} (dkg link split does so)")
    return tuple(told)


def _to_split(held: Decisions, left: str, right: str) -> tuple[Decision, ...]:
    found = parting(held, same_key(left), same_key(right))
    if not found:
        raise UsageError(f"no decisions in force make {left} and {right} one.")
    return found


def _withdrawal(held: Decisions, name: str, who: str, why: str) -> Decision:
    meant = held.get(name)
    if meant is None:
        known = ", ".join(row.id for row in held.active[:5])
        raise UsageError(f"there is no decision {name!r}." + (f" In force are: {known}." if known else ""))
    if meant.decision is Verdict.WITHDRAW:
        raise UsageError("a withdrawal cannot be withdrawn; decide about the two records again.")
    if name in held.withdrawn:
        raise UsageError(f"{name} is withdrawn already.")
    return numbered(held, Decision("", meant.left, meant.right, Verdict.WITHDRAW, name, who, _now(), why))


def _append(project: Project, make: Callable[[Decisions], Decision]) -> Decision:
    [made] = decide_all(project, lambda held: [make(held)])
    return made


def _within(project: Project) -> None:
    if not project.holds(project.decisions) or not project.holds(project.derived):
        raise UsageError("decisions.tsv or .dkg is a link that leaves the project, and is not followed.")


def _now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _earlier(held: Decisions, left: str, right: str, decision: Verdict) -> Iterator[str]:
    for row in held.active:
        if {same_key(row.left), same_key(row.right)} == {left, right}:
            told = f"{row.id} of {row.who} ({row.when[:10]}) says {row.decision}"
            if {row.decision, decision} == {Verdict.SAME, Verdict.DIFFERENT}:
                told += f": both hold each other up until one is withdrawn (dkg link withdraw {row.id})"
            yield told


class Records:
    """Finds the kinds of records by their full keys, until the block ends."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self._opened = ExitStack()
        self._index: Index | None = None

    def __enter__(self) -> Records:
        with suppress(UsageError, RunStopped):  # nothing is built yet: the files are read
            snapshot = self._opened.enter_context(Snapshots(self._project.derived).reading())
            self._index = self._opened.enter_context(Index(snapshot.index))
        return self

    def __exit__(self, *_: object) -> None:
        self._opened.close()

    def kind(self, key: str) -> str:
        """The kind of a record; raises :class:`UsageError` with the nearest key where there is none."""
        if kind := self._published(key):
            return kind
        if entry := self._written.record(key):
            return entry.kind
        near = self._written.suggested(key, JOINED_KINDS)
        raise UsageError(f"there is no record {key!r}." + (f" Did you mean {near}?" if near else ""))

    def _published(self, key: str) -> str:
        """The kind by the index, which has minted keys too: only the files know which those are."""
        if self._index is None or _MINTED.search(key):
            return ""
        with suppress(RunStopped):
            kinds = {node.kind for node in self._index.find(key)} & JOINED_KINDS
            return kinds.pop() if len(kinds) == 1 else ""
        return ""

    @cached_property
    def _written(self) -> Directory:
        return records(self._project)
