"""`dkg link`: a reviewer's decisions on records, added to ``decisions.tsv``. Nothing is written otherwise.

Records are looked for in the published graph's index; one that is not there (nothing was built yet, or
the article is new) is looked for in the files.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property

from diaspora_kg.errors import RunStopped, UsageError
from diaspora_kg.identity import JOINED_KINDS, Decision, Decisions, Directory, Verdict
from diaspora_kg.identity.decisions import same_key
from diaspora_kg.identity.journal import append, numbered
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


def decide(project: Project, left: str, right: str, decision: Verdict, who: str, why: str) -> Linked:
    """Add a decision on two records, given by their full keys.

    Raises :class:`UsageError` for a record that does not exist (the nearest key is named), for two that
    cannot be one, and for words that cannot be written.
    """
    known = _Records(project)
    left, right = same_key(left), same_key(right)
    kinds = known.kind(left), known.kind(right)
    if left == right:
        raise UsageError(f"{left} would be compared with itself.")
    for key, kind in zip((left, right), kinds, strict=True):
        if kind not in JOINED_KINDS:
            raise UsageError(f"{key} is of the kind {kind}, of which no two are ever one.")
    if decision is Verdict.SAME and kinds[0] != kinds[1]:
        raise UsageError(f"{left} is of the kind {kinds[0]} and {right} of the kind {kinds[1]}.")
    remarks: list[str] = []

    def make(held: Decisions) -> Decision:
        remarks.extend(_earlier(held, left, right, decision))
        return numbered(held, Decision("", left, right, decision, "", who, _now(), why))

    return Linked(_append(project, make), tuple(remarks))


def withdraw(project: Project, name: str, who: str, why: str = "") -> Linked:
    """Add a line that undoes the decision of this id; raises :class:`UsageError` if there is none."""

    def make(held: Decisions) -> Decision:
        meant = held.get(name)
        if meant is None:
            known = ", ".join(row.id for row in held.active[:5])
            raise UsageError(
                f"there is no decision {name!r}." + (f" In force are: {known}." if known else "")
            )
        if meant.decision is Verdict.WITHDRAW:
            raise UsageError("a withdrawal cannot be withdrawn; decide about the two records again.")
        if name in held.withdrawn:
            raise UsageError(f"{name} is withdrawn already.")
        return numbered(held, Decision("", meant.left, meant.right, Verdict.WITHDRAW, name, who, _now(), why))

    return Linked(_append(project, make))


def _append(project: Project, make: Callable[[Decisions], Decision]) -> Decision:
    if not project.holds(project.decisions) or not project.holds(project.derived):
        raise UsageError("decisions.tsv or .dkg is a link that leaves the project, and is not followed.")
    return append(project.decisions, project.derived / "decisions.lock", make)


def _now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _earlier(held: Decisions, left: str, right: str, decision: Verdict) -> Iterator[str]:
    for row in held.active:
        if {same_key(row.left), same_key(row.right)} == {left, right}:
            told = f"{row.id} of {row.who} ({row.when[:10]}) says {row.decision}"
            if {row.decision, decision} == {Verdict.SAME, Verdict.DIFFERENT}:
                told += f": both hold each other up until one is withdrawn (dkg link withdraw {row.id})"
            yield told


class _Records:
    """Finds the kinds of records by their full keys."""

    def __init__(self, project: Project) -> None:
        self._project = project

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
        if _MINTED.search(key):
            return ""
        with (
            suppress(UsageError, RunStopped),
            Snapshots(self._project.derived).reading() as snapshot,
            Index(snapshot.index) as index,
        ):
            kinds = {node.kind for node in index.find(key)} & JOINED_KINDS
            return kinds.pop() if len(kinds) == 1 else ""
        return ""

    @cached_property
    def _written(self) -> Directory:
        return records(self._project)
