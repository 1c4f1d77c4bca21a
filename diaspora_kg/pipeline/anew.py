"""Rules and whole-graph shapes over everything, as a build from nothing runs them: several at once.

They are independent of each other, and the store evaluates a query, writes its answer into a file and loads
a file without the interpreter, so that threads are enough.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import NamedTuple, TypeVar

from diaspora_kg.errors import UsageError
from diaspora_kg.pipeline.delta import portions
from diaspora_kg.pipeline.derive import Family, derived
from diaspora_kg.shapes import GraphShape, Rule, at_fault
from diaspora_kg.sparql import narrowed, scanned
from diaspora_kg.store import EmbeddedStore, QueryRefused

_BLANK = b"_:"
_TYPED = b'"^^<'

Outcome = TypeVar("Outcome")


@dataclass(frozen=True, slots=True)
class Made:
    """Files that hold what rules made, as N-Triples, and its properties (``None``: any).

    A line may stand in several of them, or twice in one.
    """

    files: tuple[Path, ...]
    properties: frozenset[str] | None = None


def derive_all(
    store: EmbeddedStore, families: Sequence[Family], graph: str, folder: Path, jobs: int = 1
) -> tuple[Made, ...]:
    """Put all that the rules make into a graph, which must be empty; ``jobs`` rules are run at once.

    Every rule writes into a file in ``folder``, and no file is loaded before the last one is written: lines
    are never held, and no rule sees a derived triple. The files have the lines of the graph. Raises
    :class:`UsageError` for a rule that cannot be run, by file; then nothing is in the graph.
    """
    rules = [rule for family in families for rule in family.rules]
    files = {rule: folder / f"{number}.nt" for number, rule in enumerate(rules)}
    _each([partial(_write, store, rule, file) for rule, file in files.items()], jobs)
    holds = dict(zip(rules, _each([partial(_holds, file) for file in files.values()], jobs), strict=True))
    plain = [file for rule, file in files.items() if not holds[rule].blank and file.stat().st_size]
    plain.sort(key=lambda file: -file.stat().st_size)  # the longest first: they end at about one time
    _each([partial(store.load_triples, file, graph) for file in plain], jobs)
    for rule in rules:
        if holds[rule].blank:  # a node of its own for each; the way by values names them
            for lines in portions(derived(store, rule, graph, None)):
                store.load(lines)
    if any(one.blank or one.typed for one in holds.values()):
        store.dump(graph, folder / "all.nt")
        return (Made((folder / "all.nt",)),)
    return tuple(Made(tuple(files[one] for one in family.rules), family.properties) for family in families)


@contextmanager
def checking(
    store: EmbeddedStore, shapes: Sequence[GraphShape], jobs: int = 1
) -> Iterator[Callable[[], list[list[str]]]]:
    """Run shapes beside what the ``with`` block does, which counts as one of ``jobs``.

    The block is given a function that runs what waits, too, and tells the nodes that each shape finds; it
    raises as :func:`~diaspora_kg.shapes.at_fault`.
    """
    tasks = [partial(at_fault, store, for_all(shape)) for shape in shapes]
    with _threads(jobs - 1) as pool:
        others = [pool.submit(task) for task in tasks]

        def found() -> list[list[str]]:
            last = range(len(tasks) - 1, -1, -1) if jobs > 1 else ()
            mine = {number: tasks[number]() for number in last if others[number].cancel()}
            return [mine[n] if n in mine else other.result() for n, other in enumerate(others)]

        yield found


def for_all(shape: GraphShape) -> GraphShape:
    """The same shape, as it is quickest for all nodes together."""
    return replace(shape, query=_whole(shape.query))


@contextmanager
def compacting(store: EmbeddedStore, within: AbstractContextManager[None] | None = None) -> Iterator[None]:
    """Compact a store, ``within`` another block, beside what this one does, which may ask the store."""

    def compact() -> None:
        with within or nullcontext():
            store.optimize()

    with _threads(1) as pool:
        done = pool.submit(compact)
        yield
        done.result()


def _each(tasks: Sequence[Callable[[], Outcome]], jobs: int) -> list[Outcome]:
    """The outcomes of tasks, some of which run at once; raises what the first of them raised."""
    if jobs <= 1:
        return [task() for task in tasks]
    with _threads(jobs) as pool:
        return [one.result() for one in [pool.submit(task) for task in tasks]]


@contextmanager
def _threads(jobs: int) -> Iterator[ThreadPoolExecutor]:
    """So many threads; after an error or Ctrl-C nothing more is begun."""
    pool = ThreadPoolExecutor(max(1, jobs))
    try:
        yield pool
    finally:
        pool.shutdown(cancel_futures=True)


def _whole(sparql: str) -> str:
    """A query as it is quickest for all nodes together."""
    return scanned(narrowed(sparql))


def _write(store: EmbeddedStore, rule: Rule, file: Path) -> None:
    try:
        store.write_construct(_whole(rule.sparql), file)
    except QueryRefused as error:
        raise UsageError(f"The rule {rule.path.name} cannot be run: {error}") from error


class _Holds(NamedTuple):
    """Whether a file has blank nodes, and literals that the store may write in another way."""

    blank: bool
    typed: bool


def _holds(file: Path) -> _Holds:
    blank = typed = False
    with file.open("rb") as lines:
        for line in lines:
            blank = blank or _BLANK in line
            typed = typed or _TYPED in line
    return _Holds(blank, typed)
