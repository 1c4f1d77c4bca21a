"""Work on a Dask cluster: what is sent, what is asked for, and what comes back."""

from __future__ import annotations

import hashlib
import pickle
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import CancelledError
from contextlib import suppress
from dataclasses import dataclass
from threading import Lock
from typing import Any, Generic, Protocol, Self, TypeVar

from diaspora_kg.errors import ClusterNotReachable, DkgError, RunStopped
from diaspora_kg.pipeline.afar import Kit, Lacking, Refused, Sent, program
from diaspora_kg.pipeline.files import NotReadableError
from diaspora_kg.pipeline.job import Afar, Job, Losses, WorkerLost, alone, in_order
from diaspora_kg.pipeline.pool import Workers
from diaspora_kg.pipeline.setting import Setting

Item = TypeVar("Item")
Outcome = TypeVar("Outcome")

_LOOK = 5  # seconds between two looks at the cluster while an outcome is waited for
_LARGE = 16_000_000  # bytes of files that travel together
_INSTALL = "Install the same version on all machines of the cluster."


class Cluster(Protocol):
    """What a crew needs of the connection: see :class:`~diaspora_kg.pipeline.cluster.Dask`."""

    jobs: int

    def submit(self, *what: object) -> Any:
        """A future of Dask's."""

    def offer(self, name: str, kit: bytes) -> None:
        """Bring a kit to all workers."""

    def ahead(self) -> int:
        """How many pieces of work may be under way."""

    def look(self) -> None:
        """See who works."""

    def lost(self) -> ClusterNotReachable:
        """What is said when the scheduler is gone."""


def other_program(who: str, said: str) -> str:
    """What is said of a worker that runs another program."""
    return f"{who} runs {said}, and this is {program()}. {_INSTALL}"


def cannot_load(who: str, error: object) -> str:
    """What is said of a worker that does not have the program."""
    return f"{who} cannot load diaspora-kg: {error}. {_INSTALL}"


@dataclass(frozen=True)
class _Load(Generic[Item]):
    """An item as it travels; ``item`` is what it was made of."""

    item: Item
    packed: Any
    files: dict[str, Sent]

    @property
    def size(self) -> int:
        return sum(len(one[0]) for one in self.files.values() if isinstance(one, tuple))


class DaskCrew:
    """A :class:`~diaspora_kg.pipeline.pool.Crew` on a cluster; ``each`` is done here."""

    def __init__(self, cluster: Cluster, shared: Any) -> None:
        self.cluster, self._here = cluster, Workers(shared, cluster.jobs)
        self.flights: set[_Flight[Any]] = set()
        self._setting: Setting
        self.share(shared)

    def begin(self, first: Callable[[], None], items: int) -> None:
        """Nothing: the workers are there."""

    def share(self, shared: Any) -> None:
        """See :class:`~diaspora_kg.pipeline.pool.Crew`."""
        self._shared = shared
        self._here.share(shared)
        self._setting = shared if isinstance(shared, Setting) else shared.setting

    def each(self, function: Callable[[Item, Any], Outcome], items: Sequence[Item]) -> Iterator[Outcome]:
        """On this machine: these are the rounds of a build with little to do."""
        return self._here.each(function, items)

    def stream(self, job: Job[Item, Any, Outcome], items: Iterable[Item]) -> Iterator[Outcome]:
        """See :class:`~diaspora_kg.pipeline.pool.Crew`."""
        kit = Kit.of(job.afar.given(self._shared))
        name = hashlib.sha256(kit).hexdigest()
        self.cluster.offer(name, kit)

        def submit(load: _Load[Item]) -> _Flight[Outcome]:
            return _Flight(self, job.afar, (name, kit), load)

        def parts(load: _Load[Item]) -> list[_Load[Item]]:
            return [self._load(job, part) for part in job.parts(load.item)]

        losses = Losses()

        def again(load: _Load[Item]) -> Iterator[Outcome]:
            return alone(load, submit, parts, lambda part: job.lost(part.item, self._shared), losses)

        loads = (load for item in items for load in self._loads(job, item))
        yield from in_order(submit, loads, self.cluster.ahead, again, losses)

    def _loads(self, job: Job[Item, Any, Outcome], item: Item) -> Iterator[_Load[Item]]:
        load = self._load(job, item)
        parts = job.parts(item) if load.size > _LARGE else ()
        if len(parts) > 1:
            yield from (self._load(job, part) for part in parts)
        else:
            yield load

    def _load(self, job: Job[Item, Any, Outcome], item: Item) -> _Load[Item]:
        packed, files = job.afar.pack(item, self._shared)
        return _Load(item, packed, self.contents(files))

    def contents(self, files: Iterable[str]) -> dict[str, Sent]:
        """Files of the project as they are sent."""
        return {file: self._content(file) for file in files}

    def _content(self, file: str) -> Sent:
        project, here = self._setting.project, self._setting.files
        path = project.root / file
        if not here.there(project, path):
            return None
        try:
            return here.content_of(project, path)
        except NotReadableError as error:
            return str(error)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *wrong: object) -> None:
        self._here.__exit__(*wrong)
        for flight in self.flights:
            flight.cancel()
        self.flights.clear()


class _Flight(Generic[Outcome]):
    """A load under way; it is sent again with what it was found to lack."""

    def __init__(
        self, crew: DaskCrew, afar: Afar[Any, Any, Outcome], kit: tuple[str, bytes], load: _Load[Any]
    ) -> None:
        self._crew, self._function, self._kit = crew, afar.function, kit
        self._packed, self._files = load.packed, set(load.files)
        self._with_kit, self._lock = False, Lock()
        crew.flights.add(self)
        self._future = self._send(load.files)

    def result(self) -> Outcome:
        """See :class:`~diaspora_kg.pipeline.job.Pending`."""
        cluster, patience = self._crew.cluster, float(_LOOK)
        while True:
            future = self._future
            try:
                error = future.exception(timeout=patience)
                made = future.result(timeout=patience) if error is None else b""
            except TimeoutError:
                cluster.look()
                patience *= 2  # what is long may be long on its way
                continue
            except (CancelledError, OSError) as gone:
                raise cluster.lost() from gone
            if isinstance(error, Lacking):
                self._again(future, error)
                continue
            self._crew.flights.discard(self)
            if error is None:
                future.release()
                outcome: Outcome = pickle.loads(made)  # noqa: S301 - of a worker of ours
                return outcome
            raise _told(error) from error

    def cancel(self) -> None:
        """Let it not be done."""
        if self._future.client is not None and self._future.client.status == "running":
            self._future.cancel(force=True)

    def _send(self, files: dict[str, Sent]) -> Any:
        name, kit = self._kit
        item = pickle.dumps((self._packed, files), pickle.HIGHEST_PROTOCOL)
        future = self._crew.cluster.submit(name, kit if self._with_kit else None, self._function, item)
        future.add_done_callback(self._seen)
        return future

    def _seen(self, future: Any) -> None:
        """Called in a thread of Dask's: what lacks is sent before it is asked for the outcome."""
        if future.status == "error" and isinstance(error := future.exception(), Lacking):
            with suppress(DkgError):  # it is raised where the outcome is asked for
                self._again(future, error)

    def _again(self, future: Any, error: Lacking) -> None:
        with self._lock:
            if future is not self._future:
                return
            if error.files and error.files <= self._files:
                raise RunStopped(f"A worker asked twice for {min(error.files)}, which it was sent.")
            self._files |= error.files
            self._with_kit = self._with_kit or not error.files
            self._future = self._send(self._crew.contents(self._files))


def _told(error: BaseException) -> Exception:
    """What is raised here for what a worker raised."""
    if type(error).__name__ == "KilledWorker":
        return WorkerLost()
    if isinstance(error, CancelledError):
        return ClusterNotReachable(f"The cluster gave up what it was to do: {error}.")
    if isinstance(error, Refused):
        return ClusterNotReachable(other_program("A worker that came to the cluster", str(error)))
    if isinstance(error, ImportError):
        return ClusterNotReachable(cannot_load("A worker that came to the cluster", error))
    return RunStopped(f"A worker of the cluster failed: {type(error).__name__}: {error}")
