"""One function over long items, and what its executor must know when workers die or are far away.

An item is some articles that travel together. A worker that dies (out of memory, a crash in a library, a
machine that is switched off) loses what it was at: that is done again, and nothing else. An article that
ends its worker again when nothing else is under way has a finding, and the others go on.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

from diaspora_kg.errors import RunStopped

_MOST = 10
Item = TypeVar("Item")
Shared = TypeVar("Shared")
Outcome = TypeVar("Outcome")
Made_co = TypeVar("Made_co", covariant=True)


class WorkerLost(Exception):
    """The worker that had an item died, as often as that is borne."""


class Pending(Protocol[Made_co]):
    """An item under way."""

    def result(self) -> Made_co:
        """Wait for its outcome; raises :class:`WorkerLost`."""


@dataclass(frozen=True)
class Afar(Generic[Item, Shared, Outcome]):
    """The same for workers that see none of this machine's files.

    ``pack`` makes of an item what travels, and names the files that will probably be read, by paths in the
    project; a worker asks for others. ``function`` does the work there with what ``given`` makes of
    ``shared``, which holds or is the setting of the project.
    """

    pack: Callable[[Item, Shared], tuple[Any, Iterable[str]]]
    function: Callable[[Any, Any], Outcome]
    given: Callable[[Shared], Any]


@dataclass(frozen=True)
class Job(Generic[Item, Shared, Outcome]):
    """``function(item, shared)``, by its name in a module, so that each process finds it.

    ``parts`` are the items of one article each that make up an item, ``lost`` is the outcome of such a
    part whose worker dies of it. ``files`` are the paths of those that will probably be read for an
    item; where they are given, workers of this machine find them at hand.
    """

    function: Callable[[Item, Shared], Outcome]
    parts: Callable[[Item], Sequence[Item]]
    lost: Callable[[Item, Shared], Outcome]
    afar: Afar[Item, Shared, Outcome]
    files: Callable[[Item, Shared], Iterable[str]] | None = None


def in_order(
    submit: Callable[[Item], Pending[Outcome]],
    items: Iterable[Item],
    ahead: Callable[[], int],
    alone: Callable[[Item], Iterator[Outcome]],
    losses: Losses,
) -> Iterator[Outcome]:
    """Outcomes in the order of the items, at most ``ahead()`` of which are under way.

    Where one was lost, all others that are under way are waited for, and those that were lost are done
    again one by one, by ``alone``: so it is known whose fault it is when a worker dies once more.
    """
    waiting: deque[tuple[Item, Pending[Outcome]]] = deque()
    for item in items:
        waiting.append((item, submit(item)))
        if len(waiting) > ahead():
            yield from _next(waiting, alone, losses)
    while waiting:
        yield from _next(waiting, alone, losses)


@dataclass
class Losses:
    """How many articles, one after another, have ended their workers: of many, it is no article's fault."""

    in_a_row: int = 0

    def one_more(self) -> None:
        """Raises :class:`RunStopped` when it is one too many."""
        self.in_a_row += 1
        if self.in_a_row > _MOST:
            raise RunStopped(
                f"{_MOST} articles in a row ended the worker processes that they were given to, so it is not"
                " theirs: too little memory, or a reader script or a library that crashes. --jobs 1 does"
                " without workers."
            )


def alone(
    item: Item,
    submit: Callable[[Item], Pending[Outcome]],
    parts: Callable[[Item], Sequence[Item]],
    lost: Callable[[Item], Outcome],
    losses: Losses,
) -> Iterator[Outcome]:
    """The outcome of an item while nothing else is under way, or those of its parts."""
    try:
        made = submit(item).result()
    except WorkerLost:
        several = parts(item)
        if len(several) < 2:
            losses.one_more()
            yield lost(item)
            return
        for part in several:
            yield from alone(part, submit, lambda _: (), lost, losses)
    else:
        losses.in_a_row = 0
        yield made


def _next(
    waiting: deque[tuple[Item, Pending[Outcome]]],
    again: Callable[[Item], Iterator[Outcome]],
    losses: Losses,
) -> Iterator[Outcome]:
    item, first = waiting.popleft()
    try:
        made = first.result()
    except WorkerLost:
        settled: list[tuple[Item, list[Outcome]]] = [(item, [])]
        settled += [(other, _made(pending)) for other, pending in waiting]
        waiting.clear()
        for other, outcome in settled:
            losses.in_a_row = 0 if outcome else losses.in_a_row
            yield from outcome or again(other)
    else:
        losses.in_a_row = 0
        yield made


def _made(pending: Pending[Outcome]) -> list[Outcome]:
    try:
        return [pending.result()]
    except WorkerLost:
        return []
