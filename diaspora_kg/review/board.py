"""What stands between a reviewer and ``decisions.tsv``: what is decided, what would follow, the next pair.

The file is read anew whenever it changed, so that several may review at once: a pair that somebody else has
decided meanwhile is not shown, and one that was decided again since it was shown is not written twice.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from diaspora_kg.article import Node
from diaspora_kg.candidates import Candidate
from diaspora_kg.errors import UsageError
from diaspora_kg.identity import JOINED_KINDS, Decision, Decisions, Entry, Verdict
from diaspora_kg.identity.decisions import same_key
from diaspora_kg.identity.effect import Effect, canonical, effect
from diaspora_kg.identity.live import Live
from diaspora_kg.index import Index
from diaspora_kg.link import Draft, decide_all, decisions_of, drafted, withdraw
from diaspora_kg.project import Project


class AlreadyDecidedError(UsageError):
    """Somebody decided about these records since they were shown."""


class ConflictError(UsageError):
    """The decision contradicts others; nothing was written, since nobody said that this is meant."""

    def __init__(self, found: Effect) -> None:
        super().__init__(" ".join(found.conflicts))
        self.effect = found


@dataclass
class Board:
    """The decisions of one project, and the records that its published graph knows."""

    project: Project
    index: Index
    _entries: dict[str, Entry | None] = field(default_factory=dict)
    _seen: tuple[int, int, int] | None = None
    _held: Decisions = field(default_factory=Decisions)
    _live: Live | None = None

    @property
    def live(self) -> Live:
        """Which pairs are settled now."""
        held = self.decisions
        if self._live is None:
            self._live = Live(held, self.find)
        return self._live

    @property
    def decisions(self) -> Decisions:
        """What the file says now; raises :class:`UsageError` for one that is not understood."""
        looks = _looks(self.project)
        if looks is None or looks != self._seen:
            self._held = decisions_of(self.project)
            self._seen = looks
            self._live = None
        return self._held

    def find(self, key: str) -> Entry | None:
        """The published record of a full key, also one of an article that was renamed since."""
        if key not in self._entries:
            self._entries[key] = self._entry(key)
        return self._entries[key]

    def _entry(self, key: str) -> Entry | None:
        kinds = {node.kind for node in self.index.find(key)} & JOINED_KINDS
        if len(kinds) == 1:
            full = same_key(key)
            article, _, local = full.rpartition(".")
            kind = kinds.pop()
            return Entry(full, kind, full, Node(kind, local, 0), article or None, "", 0)
        article, _, local = key.rpartition(".")
        now = [node.key for node in self.index.formerly(article) if node.kind == "article"] if article else []
        return self._entry(f"{now[0]}.{local}") if len(now) == 1 and now[0] != article else None

    def settled(self, left: str, right: str, *, again: bool = False) -> str:
        """Why a pair need not be shown; empty where it must. ``again``: show what was left unsure, too."""
        live = self.live
        if live.one(left, right):
            return "they are one by the decisions in force"
        for row in live.told(left, right):
            verdict = row.decision.decision
            if not (again and verdict is Verdict.UNSURE):
                return f"{row.decision.who} said {verdict} ({row.decision.id})"
        return ""

    def effect(self, left: str, right: str, verdict: Verdict) -> Effect:
        """What a decision would do."""
        return self._effect(self.decisions, left, right, verdict)

    def _effect(self, held: Decisions, left: str, right: str, verdict: Verdict) -> Effect:
        """The same of decisions at hand; only contradictions are looked into, which takes long."""
        live = self.live if held is self._held else Live(held, self.find)
        if live.contradicts(left, right, verdict):
            return effect(held, left, right, verdict, self.find)
        if verdict is not Verdict.SAME:
            return Effect()
        records = live.members(left) | live.members(right)
        return Effect(tuple(sorted(records)), canonical(records, self.find))

    def decide(self, draft: Draft, *, anyway: bool = False) -> Decision:
        """Write a decision; raises :class:`ConflictError` for one that contradicts others unless ``anyway``.

        Raises :class:`AlreadyDecidedError` where the two were decided about since, so that a form that is
        sent twice writes once.
        """

        def make(held: Decisions) -> list[Decision]:
            kinds = {entry.kind for key in (draft.left, draft.right) if (entry := self.find(key))}
            if draft.decision is Verdict.SAME and len(kinds) > 1:
                raise UsageError(f"{' and '.join(sorted(kinds))}: two kinds of record are never one.")
            for row in held.active:
                pair = {same_key(row.left), same_key(row.right)} == {
                    same_key(draft.left),
                    same_key(draft.right),
                }
                if pair and row.decision is draft.decision:
                    raise AlreadyDecidedError(
                        f"{row.who} said {row.decision} of these two already ({row.id})."
                    )
            known = self._held if held.rows == self.decisions.rows else held
            found = self._effect(known, draft.left, draft.right, draft.decision)
            if found.conflicts and not anyway:
                raise ConflictError(found)
            return [drafted(held, draft)]

        if same_key(draft.left) == same_key(draft.right):
            raise UsageError(f"{draft.left} would be compared with itself.")
        for key in (draft.left, draft.right):
            if self.find(key) is None:
                raise UsageError(f"there is no record {key!r} in the published graph.")
        [row] = decide_all(self.project, make)
        return row

    def undo(self, name: str, who: str, why: str = "") -> Decision:
        """Withdraw a decision; raises :class:`UsageError` where that cannot be."""
        return withdraw(self.project, name, who, why).decision


def waiting(board: Board, pairs: Iterable[Candidate], *, again: bool = False) -> Iterator[Candidate]:
    """The pairs that nobody has decided about, each looked at when it is its turn."""
    return (pair for pair in pairs if not board.settled(pair.left, pair.right, again=again))


def _looks(project: Project) -> tuple[int, int, int] | None:
    try:
        about = project.decisions.stat()
    except OSError:
        return None
    return about.st_size, about.st_mtime_ns, about.st_ino
