"""A review in a terminal: one pair after another, one key for each decision, undo, and an end at any time.

What is decided is written at once. A pair that was skipped is shown again by the next review, one that was
decided is not.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Protocol

from diaspora_kg.candidates import Candidate
from diaspora_kg.errors import UsageError
from diaspora_kg.identity import Verdict
from diaspora_kg.link import Draft
from diaspora_kg.queries.lookup import Lookup
from diaspora_kg.review.board import AlreadyDecidedError, Board, waiting
from diaspora_kg.review.columns import follows, reasons, side_by_side, wrapped
from diaspora_kg.review.portrait import Portrait, portrait
from diaspora_kg.review.reasons import reason

KEYS = {"s": Verdict.SAME, "d": Verdict.DIFFERENT, "u": Verdict.UNSURE}
"""What each key decides."""

PROMPT = "[s]ame [d]ifferent [u]nsure s[k]ip [z] undo [q]uit [?] help"
_SURE = "write it all the same? [y]es, any other key: no"
HELP = """\
s  same: both records are one; the next build joins them
d  different: they are not; nobody is asked about them again, and no detour joins them
u  unsure: you looked and cannot tell; the next review does not ask again (--again does)
k  skip: nothing is written; the next review asks again
z  undo the last decision of this review: a line is added that withdraws it
q  quit: what you decided is written already
What both records show alike has = before it."""


_TYPED = str.maketrans("ывгляйнЫВГЛЯЙН", "sdukzqysdukzqy")


def _meant(key: str) -> str:
    """The key as it is named here, also where the keyboard is set to Russian letters.

    >>> _meant("S"), _meant("ы"), _meant("?")
    ('s', 's', '?')
    """
    return key.translate(_TYPED).lower()


class Screen(Protocol):
    """Where a review is shown and read from."""

    @property
    def width(self) -> int:
        """Columns."""

    def say(self, line: str = "") -> None:
        """Show a line."""

    def style(self, text: str, how: str) -> str:
        """Text as it is shown (see :data:`diaspora_kg.review.columns.Style`)."""

    def key(self, prompt: str) -> str:
        """One key; empty where the input ends."""

    def line(self, prompt: str, default: str) -> str | None:
        """A line, the default if it is left empty; ``None`` where the input ends."""


@dataclass
class Session:
    """One review by one reviewer; ``done`` are the decisions that were written in it, with their pairs."""

    board: Board
    lookup: Lookup
    screen: Screen
    who: str
    again: bool = False
    done: list[tuple[str, Verdict, Candidate]] = field(default_factory=list)
    skipped: int = 0
    _ended: bool = False

    def run(self, pairs: Iterable[Candidate]) -> None:
        """Show each pair that nobody has decided about, until there is none or the reviewer ends it."""
        left = deque(pairs)
        while left and not self._ended:
            pair = left.popleft()
            if not any(waiting(self.board, [pair], again=self.again)):
                continue
            back = self._one(pair, len(left))
            if back is not None or self._ended:
                left.extendleft([pair, back] if back is not None and back is not pair else [pair])
        self._tell(sum(1 for _ in waiting(self.board, left, again=self.again)) if left else 0)

    def _one(self, pair: Candidate, more: int) -> Candidate | None:
        """Ask about one pair; the pair to be shown next where that is an earlier one."""
        sides = tuple(portrait(key, self.lookup, self.board.index) for key in (pair.left, pair.right))
        left, right = sides
        if left is None or right is None:
            self.screen.say(f"{pair.left} or {pair.right} is not in the published graph any more.")
            return None
        self._show(pair, left, right, more)
        while True:
            key = _meant(self.screen.key(PROMPT))
            if key in {"", "q", "\x03", "\x04"}:
                self._ended = True
                return None
            if key == "k":
                self.skipped += 1
                return None
            if key == "z":
                if (undone := self._undo()) is not None:
                    return undone
            elif key in KEYS:
                if self._decide(pair, left, right, KEYS[key]):
                    return None
                if self._ended:
                    return None
            else:
                self._help()

    def _show(self, pair: Candidate, left: Portrait, right: Portrait, more: int) -> None:
        say, room = self.screen.say, self.screen.width
        say()
        for line in side_by_side(left, right, room, self.screen.style):
            say(line)
        for line in reasons(pair.score, pair.hint, pair.features, room, self.screen.style):
            say(line)
        after = f"; {more} more after this" if more else ""
        for line in wrapped(f"{pair.left} and {pair.right}{after}", room):
            say(self.screen.style(line, "dim"))

    def _help(self) -> None:
        for line in HELP.splitlines():
            first, *rest = wrapped(line, max(self.screen.width - 3, 10))
            self.screen.say(first)
            for more in rest:
                self.screen.say(f"   {more}")

    def _decide(self, pair: Candidate, left: Portrait, right: Portrait, verdict: Verdict) -> bool:
        """Write one decision; false where that is not to be."""
        found = self.board.effect(pair.left, pair.right, verdict)
        for line in follows(found, verdict):
            self.screen.say(self.screen.style(line, "against") if found.conflicts else line)
        if found.conflicts and _meant(self.screen.key(_SURE)) != "y":
            self.screen.say("Nothing was written.")
            return False
        why = self.screen.line(f"why {verdict}", reason(left, right, verdict))
        if why is None:
            self._ended = True
            self.screen.say("Nothing was written of this pair.")
            return False
        draft = Draft(pair.left, pair.right, verdict, self.who, why)
        try:
            row = self.board.decide(draft, anyway=bool(found.conflicts))
        except AlreadyDecidedError as error:
            self.screen.say(f"Not written: {error}")
            return True
        except UsageError as error:
            self.screen.say(f"Not written: {error}")
            return False
        self.done.append((row.id, verdict, pair))
        self.screen.say(self.screen.style(f"{row.id}: {verdict}", "dim"))
        return True

    def _undo(self) -> Candidate | None:
        if not self.done:
            self.screen.say("There is nothing to undo in this review.")
            return None
        name, verdict, pair = self.done[-1]
        try:
            row = self.board.undo(name, self.who, "Undone in the same review.")
        except UsageError as error:
            self.screen.say(f"Not undone: {error}")
            return None
        self.done.pop()
        self.screen.say(f"{row.id}: withdrew {name} ({verdict}: {pair.left}, {pair.right})")
        return pair

    def _tell(self, more: int) -> None:
        counts = Counter(verdict for _, verdict, _ in self.done)
        told = [f"{counts[verdict]} {verdict}" for verdict in KEYS.values() if counts[verdict]]
        say = self.screen.say
        say(f"Decided: {', '.join(told) or 'nothing'}. Skipped: {self.skipped}. Not looked at: {more}.")
        if told:
            say("They are in decisions.tsv; dkg build applies them.")
