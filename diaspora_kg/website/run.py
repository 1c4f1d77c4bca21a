"""One run of ``dkg pages``: what must be made is planned, made in batches, written, and noted as done.

A run that is ended leaves its plan in the ledger. The next one makes all of it again, besides what changed
since; what it finds written as it should be stays as it is.
"""

from __future__ import annotations

import gc
import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace

from filelock import FileLock, Timeout

from diaspora_kg.errors import RunStopped
from diaspora_kg.pipeline import Progress
from diaspora_kg.project import Project
from diaspora_kg.store import Snapshots
from diaspora_kg.website.behind import Behind
from diaspora_kg.website.folder import Folder
from diaspora_kg.website.ground import grounded
from diaspora_kg.website.ledger import Ledger, Written
from diaspora_kg.website.lists import Lists
from diaspora_kg.website.plan import Plan
from diaspora_kg.website.search import BUNDLE, Finder, can_index, index
from diaspora_kg.website.settings import STATE, Settings
from diaspora_kg.website.sources import Ground, Source, Unit
from diaspora_kg.website.things import PREFIX, Things
from diaspora_kg.website.whole import Static, Whole, site_map

_BATCH = 200  # units
_LARGE = 24 << 20  # bytes that wait to be written
_MAPS, _MAP = "map", "/sitemap.xml"

SOURCES: tuple[Callable[[Ground], Source], ...] = (Things, Lists, Finder, Behind, Static, Whole)
"""Everything that pages come from."""


@dataclass
class Outcome:
    """What a run did. ``why`` says why everything was asked for; empty: only what a change touches."""

    out: str
    why: str = ""
    made: int = 0
    written: int = 0
    removed: int = 0
    files: int = 0
    changed: bool = False
    indexed: bool = False


def write_site(
    project: Project,
    settings: Settings,
    shown: Progress,
    makers: Sequence[Callable[[Ground], Source]] = SOURCES,
) -> Outcome:
    """Bring the site of the published snapshot up to date; raises :class:`~diaspora_kg.errors.DkgError`."""
    snapshots = Snapshots(project.derived)
    project = replace(project, languages=tuple(dict.fromkeys((settings.language, *project.languages))))
    with ExitStack() as opened:
        snapshot = opened.enter_context(snapshots.reading())
        folder = Folder(settings.out, STATE)
        opened.enter_context(_alone(folder))
        ledger = Ledger(folder.state / "pages.sqlite")
        opened.callback(ledger.close)
        ground = opened.enter_context(grounded(project, settings, snapshot, ledger))
        ground = replace(ground, gone=lambda: ledger.gone(PREFIX), known=ledger.addresses)
        sources = {source.name: source for source in (make(ground) for make in makers)}
        return _Run(snapshots, ground, folder, ledger, sources, shown).go()


@contextmanager
def _alone(folder: Folder) -> Iterator[None]:
    lock = FileLock(folder.state / "lock")
    try:
        with lock.acquire(timeout=0):
            yield
    except Timeout as error:
        raise RunStopped(f"Another dkg pages is writing to {folder.root}.") from error


@contextmanager
def _collecting_rarely() -> Iterator[None]:
    """Look for cycles of garbage only when told to: pages leave few, and are made of very many objects."""
    before = gc.isenabled()
    gc.disable()
    gc.collect()
    gc.freeze()  # what was made until now is kept until the end
    try:
        yield
    finally:
        gc.unfreeze()
        if before:
            gc.enable()


class _Run:
    """The run itself."""

    def __init__(
        self,
        snapshots: Snapshots,
        ground: Ground,
        folder: Folder,
        ledger: Ledger,
        sources: dict[str, Source],
        shown: Progress,
    ) -> None:
        self.plan = Plan(snapshots, ground, folder, ledger, sources)
        self.ground = ground
        self.folder = folder
        self.ledger = ledger
        self.sources = sources
        self.shown = shown
        self.outcome = Outcome(str(folder.root))
        self._seen = ledger.get("texts")

    def go(self) -> Outcome:
        """Plan, make, finish."""
        self.shown.step("Looking for what changed")
        self.outcome.why = self.plan.make()
        self.ledger.commit()
        self.shown.step("Writing pages", self.ledger.planned())
        mapped = bool(self.outcome.why)
        with _collecting_rarely():
            for name, batch in self.ledger.waiting(_BATCH, self.sources):
                if name == _MAPS:
                    mapped = True
                    continue
                self._batch(self.sources.get(name), name, batch)
                gc.collect(1)
                self.shown.advance(len(batch))
        if mapped or self.outcome.changed or self.outcome.removed:
            self._map()
        self.ledger.put(rendered=self.plan.mark, stamp=self.plan.stamp, target="", texts=self.plan.texts)
        self.ledger.finish()
        self.ledger.commit()
        self._search()
        return self.outcome

    def _search(self) -> None:
        """The search index, when any page changed since it was made."""
        if not self.ground.settings.search or not can_index():
            if self.ledger.get("indexed") == "yes":  # it would go on to tell of what is no more
                self.folder.drop(BUNDLE)
                self.ledger.put(indexed="")
            return
        whole = (self.folder.root / BUNDLE / "pagefind.js").is_file()
        if self.ledger.get("indexed") == "yes" and whole and not self.ledger.get("stale"):
            return
        self.shown.step("Making the search index")
        if self.ledger.get("indexed") != "yes":
            self.folder.foreign(BUNDLE)
        self.ledger.put(indexed="yes")
        self.ledger.commit()
        index(self.folder, self.ground.site.language)
        self.ledger.put(stale="")
        self.outcome.indexed = True

    def _map(self) -> None:
        """The map of the site."""
        address, unit = self.ground.settings.address, Unit(_MAP)
        if address:
            unit = Unit(_MAP, site_map(address, (written.path for written, _, _ in self.ledger.paths())))
        self._put(_MAPS, [unit])

    def _batch(self, source: Source | None, name: str, addresses: Sequence[str]) -> None:
        made: set[str] = set()
        waiting: list[Unit] = []
        size = 0
        for unit in source.make(addresses) if source is not None else ():
            made.add(unit.address)
            waiting.append(unit)
            size += sum(map(len, unit.files.values()))
            if size > _LARGE:
                self._remember()
                self._put(name, waiting)
                waiting, size = [], 0
        self._remember()
        self._put(name, [*waiting, *(Unit(address) for address in addresses if address not in made)])
        self.outcome.made += len(made)

    def _remember(self) -> None:
        """Note all questions that pages were made of."""
        questions, further, whole = self.plan.questions()
        for recording in (self.ground.recording, self.ground.overall):
            questions |= recording.questions
            further |= recording.further
            for place, texts in recording.whole.items():
                whole[place] = whole.get(place, set()) | texts
        told = {place: sorted(texts) for place, texts in whole.items()}
        self.ledger.put(
            questions=json.dumps(questions), further=json.dumps(sorted(further)), whole=json.dumps(told)
        )

    def _put(self, name: str, units: Sequence[Unit]) -> None:
        """Write units; what is about to be written is told before, so that no file is one of nobody."""
        intended = [(unit, *self._intend(name, unit)) for unit in units]
        self.ledger.commit()
        before = self.outcome.written + self.outcome.removed
        for unit, known, new in intended:
            self._write(unit, known, new)
        if self.outcome.written + self.outcome.removed > before and name == Things.name:
            self.ledger.put(stale="yes")
        self.ledger.done(unit.address for unit in units)
        self.ledger.commit()

    def _intend(self, name: str, unit: Unit) -> tuple[Mapping[str, Written], frozenset[str]]:
        """Tell what is about to be written; the files that are known of the unit, and those of nobody yet."""
        known = self.ledger.files(unit.address)
        new = frozenset(path for path in unit.files.keys() - known.keys() if not self.ledger.owner(path))
        for path in new:
            self.folder.foreign(path)
            self.outcome.changed = True
        if unit.files:
            self.ledger.intend(name, unit.address, unit.files, unit.shown)
        return known, new

    def _write(self, unit: Unit, known: Mapping[str, Written], new: Set[str]) -> None:
        wrote = []
        for path, body in unit.files.items():
            self.outcome.files += 1
            before = known.get(path)
            if before is not None or path not in new:
                digest = hashlib.sha256(body).digest()
                if before is not None and before.sha256 == digest and self.folder.holds(before):
                    continue
                if self.folder.has(path, body):
                    wrote.append(self.folder.looks(path, digest))
                    continue
            wrote.append(self.folder.write(path, body))
            self.outcome.written += 1
        self.ledger.wrote(wrote)
        self._clear(unit, known.keys() - unit.files.keys())

    def _clear(self, unit: Unit, gone: Iterable[str]) -> None:
        paths = sorted(gone)
        for path in paths:
            self.folder.remove(path)
            self.outcome.removed += 1
        self.ledger.forget(paths)
        if not unit.files:
            self.ledger.drop(unit.address)
