"""One run of ``dkg pages``: what must be made is planned, made in batches, written, and noted as done.

A run that is ended leaves its plan in the ledger. The next one makes all of it again, besides what changed
since; what it finds written as it should be stays as it is.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace

from filelock import FileLock, Timeout

from diaspora_kg import __version__
from diaspora_kg.content import content
from diaspora_kg.errors import RunStopped
from diaspora_kg.index import Index
from diaspora_kg.names import ACTOR_KINDS, CLASS_OF_KIND
from diaspora_kg.ontology import Ontology
from diaspora_kg.overviews.articles import PREFIX as TEXTS
from diaspora_kg.overviews.texts import shown_by
from diaspora_kg.pages import Site, Templates
from diaspora_kg.pages.maker import PageMaker
from diaspora_kg.pipeline import Progress
from diaspora_kg.project import Project
from diaspora_kg.queries.catalog import Catalog
from diaspora_kg.queries.lookup import Lookup
from diaspora_kg.queries.panels import Panels
from diaspora_kg.store import Snapshot, Snapshots
from diaspora_kg.store.written import Syntax
from diaspora_kg.website.behind import Behind
from diaspora_kg.website.changes import Change, compare, subjects_between
from diaspora_kg.website.folder import Folder
from diaspora_kg.website.ledger import Ledger, Written
from diaspora_kg.website.lists import COUNTS, Lists, can_differ
from diaspora_kg.website.places import Places
from diaspora_kg.website.questions import LABEL, WHOLE, Recording
from diaspora_kg.website.search import BUNDLE, Finder, can_index, index
from diaspora_kg.website.settings import STATE, Settings
from diaspora_kg.website.sources import Ground, News, Source, Unit
from diaspora_kg.website.things import PREFIX, Things
from diaspora_kg.website.touched import AskAllError, touched
from diaspora_kg.website.whole import Static, Whole, site_map

_BATCH = 200  # units
_LARGE = 24 << 20  # bytes that wait to be written
_MAP = "/sitemap.xml"

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
        ground = opened.enter_context(_ground(project, settings, snapshot))
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
def _ground(project: Project, settings: Settings, snapshot: Snapshot) -> Iterator[Ground]:
    store = snapshot.store()
    try:
        with Index(snapshot.index) as index:
            recording = Recording(store)
            dated = _site(settings, snapshot)
            panels = Panels.load(project.folders("queries"))
            apart = PageMaker(Lookup(store, project.names, project.languages), None, dated, panels)
            yield Ground(
                project=project,
                settings=settings,
                snapshot=snapshot,
                store=store,
                recording=recording,
                index=index,
                lookup=Lookup(recording, project.names, project.languages),
                templates=Templates.load(project.own("templates")),
                catalog=Catalog.load(project.folders("queries")),
                panels=panels,
                site=replace(dated, snapshot="", number=0, published=""),
                dated=dated,
                overall=Recording(store, loose=True),
                places=Places(recording, project.names, dated.kinds, apart, index),
                ontology=Ontology.load(project.folders("ontology")),
            )
    finally:
        store.close()


def _site(settings: Settings, snapshot: Snapshot) -> Site:
    articles = snapshot.manifest.counts.get("articles", 0)
    kinds = settings.kinds_with_pages(articles)
    return replace(
        Site.of(snapshot.manifest, ".", settings.language),
        static=True,
        languages=settings.languages,
        address=settings.address,
        server=settings.server,
        kinds=kinds,
        feeds=kinds & {*ACTOR_KINDS, "post", "event", "undertaking", "place"},
        data=frozenset(map(str, Syntax)) if articles <= settings.data else frozenset(),
    )


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
        self.snapshots = snapshots
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
        self._plan()
        self.ledger.commit()
        self.shown.step("Writing pages", self.ledger.planned())
        for name, batch in self.ledger.waiting(_BATCH, self.sources):
            self._batch(self.sources.get(name), name, batch)
            self.shown.advance(len(batch))
        self._map()
        self.ledger.put(rendered=self._mark, stamp=self._stamp, target="", texts=self._seen)
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

    @property
    def _mark(self) -> str:
        manifest = self.ground.snapshot.manifest
        return json.dumps([manifest.number, manifest.id])

    def _texts(self) -> None:
        """Plan all pages of texts where a text may no longer, or only now, be shown.

        That is said in files of the project, which can change without a build; no page of a text that was
        withheld since may stay.
        """
        if self.ledger.get("texts") != (now := shown_by(self.ground.project)):
            every = self.ledger.addresses(Lists.name)
            self.ledger.plan(Lists.name, [one for one in every if one.startswith(f"{TEXTS}/")])
            self._seen = now

    @property
    def _stamp(self) -> str:
        """A hash of everything besides the graph that pages depend on."""
        ground, digest = self.ground, hashlib.sha256()
        site = replace(ground.site, kinds=frozenset(), data=frozenset(), feeds=frozenset())
        told: list[object] = [__version__, ground.templates.digest, repr(site), sorted(ground.site.kinds)]
        told += [sorted(ground.site.data), ground.project.languages, sorted(self.sources)]
        told += [ground.settings.search and can_index()]
        digest.update(json.dumps(told).encode())
        for folder in ground.project.folders("queries"):
            for path in sorted(folder.rglob("*.rq")):
                digest.update(f"{path.relative_to(folder)}\n".encode() + path.read_bytes())
        for name in ("overviews", "pages", "queries", "website"):
            for path in sorted((content("queries").parent / "diaspora_kg" / name).glob("*.py")):
                digest.update(path.read_bytes())
        return digest.hexdigest()

    def _plan(self) -> None:
        ledger, target = self.ledger, f"{self._mark} {self._stamp}"
        self._heal()
        self._texts()
        if ledger.unfinished() and ledger.get("target") == target:
            return
        ledger.redo()
        ledger.put(target=target)
        try:
            self._plan_touched()
        except AskAllError as error:
            self.outcome.why = str(error)
            ledger.put(questions="{}", further="[]", whole="{}")
            self._renamed()
            ledger.plan_all()
            for source in self.sources.values():
                ledger.plan(source.name, source.units())

    def _plan_touched(self) -> None:
        rendered = self.ledger.get("rendered")
        if self.ground.settings.full:
            raise AskAllError("--full")
        if not rendered:
            raise AskAllError("nothing was written here before")
        if self.ledger.get("stamp") != self._stamp:
            raise AskAllError("templates, settings or the program changed")
        if rendered == self._mark:
            return
        number, name = json.loads(rendered)
        with self.snapshots.holding(number) as before:
            if before is None or before.manifest.id != name:
                raise AskAllError("the snapshot that was shown is no longer kept")
            news = self._news(before)
        for source in self.sources.values():
            self.ledger.plan(source.name, source.touched(news))
            self.ledger.plan(source.name, self.ledger.showing(news.shown, source.name))

    def _news(self, before: Snapshot) -> News:
        ground = self.ground
        subjects = subjects_between(self.snapshots, before, ground.snapshot)
        if subjects is None:
            raise AskAllError("the graph was built from nothing")
        old = before.store()
        try:
            change = compare(old, ground.store, subjects)
            questions, further, whole = self._questions()
            lookups = [
                Lookup(store, ground.project.names, ground.project.languages) for store in (old, ground.store)
            ]
            panels = (panel.text for kind in CLASS_OF_KIND for panel in ground.panels.of(kind))
            found = touched(change, questions, further, panels, *lookups)
            more = self._about_all(before, change, whole, found.own)
            return News(found.own | self._renamed(), found.shown | more, change.subjects)
        finally:
            old.close()

    def _about_all(
        self, before: Snapshot, change: Change, whole: Mapping[str, set[str]], own: frozenset[str]
    ) -> set[str]:
        """What pages over the whole graph rest on that is touched."""
        with Index(before.index) as index:
            known = sorted(change.subjects | own)
            old, new = set(index.rows(known)), set(self.ground.index.rows(known))
        moved = old ^ new
        answers = {
            place
            for place, texts in whole.items()
            if any(can_differ(text, quads) for text in texts for quads in (change.removed, change.added))
        }
        answers |= {f"kind {row.kind}" for row in moved}
        if before.manifest.counts != self.ground.snapshot.manifest.counts:
            answers.add(COUNTS)
        return {LABEL + row.iri for row in moved} | {WHOLE + place for place in answers}

    def _renamed(self) -> set[str]:
        """Nodes to which other keys lead than before."""
        return self.ledger.formers((row.key, row.iri) for row in self.ground.index.formers())

    def _heal(self) -> None:
        """Plan units of which a file is not as it was written."""
        folders: dict[str, None] = {}
        files: list[tuple[Written, str, str]] = list(self.ledger.paths())
        for written, _, _ in files:
            folders[written.path.rpartition("/")[0]] = None
        found = self.folder.look(folders)
        for written, address, source in files:
            if found.get(written.path) != (written.size, written.mtime_ns):
                self.ledger.plan(source, [address])

    def _map(self) -> None:
        """The map of the site, when pages came or went."""
        address, unit = self.ground.settings.address, Unit(_MAP)
        if not (self.outcome.changed or self.outcome.removed or self.outcome.why):
            return
        if address:
            unit = Unit(_MAP, site_map(address, (written.path for written, _, _ in self.ledger.paths())))
        self._put("map", [unit])

    def _batch(self, source: Source | None, name: str, addresses: Sequence[str]) -> None:
        made: set[str] = set()
        waiting: list[Unit] = []
        for unit in source.make(addresses) if source is not None else ():
            made.add(unit.address)
            waiting.append(unit)
            if sum(len(body) for one in waiting for body in one.files.values()) > _LARGE:
                self._remember()
                self._put(name, waiting)
                waiting = []
        self._remember()
        self._put(name, [*waiting, *(Unit(address) for address in addresses if address not in made)])
        self.outcome.made += len(made)

    def _remember(self) -> None:
        """Note all questions that pages were made of."""
        questions, further, whole = self._questions()
        for recording in (self.ground.recording, self.ground.overall):
            questions |= recording.questions
            further |= recording.further
            for place, texts in recording.whole.items():
                whole[place] = whole.get(place, set()) | texts
        told = {place: sorted(texts) for place, texts in whole.items()}
        self.ledger.put(
            questions=json.dumps(questions), further=json.dumps(sorted(further)), whole=json.dumps(told)
        )

    def _questions(self) -> tuple[dict[str, str], set[str], dict[str, set[str]]]:
        known = [json.loads(self.ledger.get(key) or "{}") for key in ("questions", "further", "whole")]
        return known[0], set(known[1]), {place: set(texts) for place, texts in known[2].items()}

    def _put(self, name: str, units: Sequence[Unit]) -> None:
        """Write units; what is about to be written is told before, so that no file is one of nobody."""
        for unit in units:
            self._intend(name, unit)
        self.ledger.commit()
        before = self.outcome.written + self.outcome.removed
        for unit in units:
            self._write(unit)
        if self.outcome.written + self.outcome.removed > before and name == Things.name:
            self.ledger.put(stale="yes")
        self.ledger.done(unit.address for unit in units)
        self.ledger.commit()

    def _intend(self, name: str, unit: Unit) -> None:
        known = self.ledger.files(unit.address)
        for path in unit.files.keys() - known.keys():
            if self.ledger.owner(path) is None:
                self.folder.foreign(path)
                self.outcome.changed = True
        if unit.files:
            self.ledger.intend(name, unit.address, unit.files, unit.shown)

    def _write(self, unit: Unit) -> None:
        known = self.ledger.files(unit.address)
        wrote = []
        for path, body in unit.files.items():
            self.outcome.files += 1
            before, digest = known.get(path), hashlib.sha256(body).digest()
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
