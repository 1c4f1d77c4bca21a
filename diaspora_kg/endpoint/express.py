"""Short answers without a wait: several questions are on their way to one worker at once.

A question is tried here first. Whatever does not end at once with a short answer (it is long, it is
wrong, it takes too long, the worker dies, somebody waits in the lane) is asked again in the ordinary
way, which tells what has to be told. Asking twice is harmless: a query changes nothing.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

from diaspora_kg.endpoint.engine import Engine
from diaspora_kg.endpoint.frames import TRY, WHOLE, frame
from diaspora_kg.endpoint.generation import Generation
from diaspora_kg.endpoint.lanes import Penalties, Shapes, Slots
from diaspora_kg.endpoint.streams import Turn
from diaspora_kg.store import Snapshot

_DEPTH = 8  # questions that are on their way to one worker
_SECONDS = 0.3  # in which each must be answered

Done = Callable[[bytes | None, Snapshot], None]
"""Takes a short answer, or ``None``: ask in the ordinary way."""


@dataclass(slots=True)
class _Asked:
    client: str
    done: Done


@dataclass(slots=True)
class _Line:
    """One worker with the questions that are on their way to it, the one it works on first."""

    engine: Engine
    generation: Generation
    turn: Turn
    waiting: deque[_Asked] = field(default_factory=deque)
    since: float = 0.0


class Express:
    """Uses places of the quick lane that nobody waits for."""

    def __init__(self, slots: Slots, shapes: Shapes, penalties: Penalties) -> None:
        self._slots = slots
        self._shapes = shapes
        self._penalties = penalties
        self._lines: list[_Line] = []

    def ask(self, generation: Generation, query: str, media: str, client: str, done: Done) -> bool:
        """Try a query that has passed the guard; ``False``: not now, and ``done`` is not called."""
        if self._shapes.knows(query):
            return False
        line = self._open(generation) or self._shortest(generation)
        if line is None:
            return False
        if not line.waiting:
            line.since = time.monotonic()
        line.waiting.append(_Asked(client, done))
        line.engine.send(frame(TRY, f"{media}\n{query}".encode("utf-8", "replace")))
        return True

    def _shortest(self, generation: Generation) -> _Line | None:
        if self._slots.waiting:
            return None
        mine = [one for one in self._lines if one.generation is generation and len(one.waiting) < _DEPTH]
        return min(mine, key=lambda one: len(one.waiting), default=None)

    def _open(self, generation: Generation) -> _Line | None:
        """One more worker, if the lane has a place for it."""
        if not self._slots.take_now():
            return None
        shelf = generation.shelves.quick
        engine = shelf.take_now()
        if engine is None:
            self._slots.give()
            return None
        generation.enter()
        turn = Turn(generation.leave)
        turn.holds(self._slots.give)
        turn.runs(engine, shelf)
        line = _Line(engine, generation, turn)
        self._lines.append(line)

        def heard(kind: bytes, body: bytes) -> None:
            self._heard(line, kind, body)

        engine.listener = heard
        asyncio.get_running_loop().call_later(_SECONDS, self._look, line)
        return line

    def _heard(self, line: _Line, kind: bytes, body: bytes) -> None:
        if not kind:
            self._give_up(line)
        elif line.waiting:
            asked = line.waiting.popleft()
            line.since = time.monotonic()
            if not line.waiting:
                self._close(line)
            asked.done(body if kind == WHOLE else None, line.generation.snapshot)

    def _close(self, line: _Line) -> None:
        self._lines.remove(line)
        line.engine.listener = None
        line.turn.done()

    def _look(self, line: _Line) -> None:
        """Whether a worker has been busy with one question for too long."""
        if line not in self._lines:
            return
        left = line.since + _SECONDS - time.monotonic()
        if left > 0:
            asyncio.get_running_loop().call_later(left, self._look, line)
            return
        self._penalties.add(line.waiting[0].client, _SECONDS)
        self._give_up(line)

    def _give_up(self, line: _Line) -> None:
        """Kill the worker; all that is on its way there is asked again."""
        if line not in self._lines:
            return
        self._lines.remove(line)
        line.engine.listener = None
        line.turn.drop()
        for asked in line.waiting:
            asked.done(None, line.generation.snapshot)
