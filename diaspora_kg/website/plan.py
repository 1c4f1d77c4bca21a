"""What a run of ``dkg pages`` must make: all units, or those that a change touches or that were spoiled."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import astuple, dataclass, replace
from functools import cached_property
from itertools import groupby
from pathlib import Path

from diaspora_kg import __version__
from diaspora_kg.index import Index
from diaspora_kg.names import CLASS_OF_KIND
from diaspora_kg.overviews.articles import PREFIX as TEXTS
from diaspora_kg.overviews.texts import shown_by
from diaspora_kg.queries.lookup import Lookup
from diaspora_kg.store import Snapshot, Snapshots
from diaspora_kg.website.changes import Change, compare, subjects_between
from diaspora_kg.website.folder import Folder
from diaspora_kg.website.hubs import values_of
from diaspora_kg.website.latest import articles_of
from diaspora_kg.website.ledger import Ledger
from diaspora_kg.website.lists import COUNTS, Lists, can_differ
from diaspora_kg.website.questions import LABEL, WHOLE
from diaspora_kg.website.search import can_index
from diaspora_kg.website.sources import Ground, News, Source
from diaspora_kg.website.things import PREFIX
from diaspora_kg.website.touched import AskAllError, touched

_PROGRAM = frozenset({".py", ".mo", ".po"})


@dataclass(frozen=True)
class Plan:
    """Plans one run."""

    snapshots: Snapshots
    ground: Ground
    folder: Folder
    ledger: Ledger
    sources: Mapping[str, Source]

    @property
    def mark(self) -> str:
        """The snapshot that is shown."""
        manifest = self.ground.snapshot.manifest
        return json.dumps([manifest.number, manifest.id])

    @cached_property
    def stamp(self) -> str:
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
            for path in sorted((Path(__file__).parents[1] / name).rglob("*.*")):
                if path.suffix in _PROGRAM:
                    digest.update(path.read_bytes())
        return digest.hexdigest()

    @cached_property
    def texts(self) -> str:
        """Which texts may be shown, as files of the project say that can change without a build."""
        return shown_by(self.ground.project)

    def _of_texts(self) -> None:
        """Plan all pages of texts where a text may no longer, or only now, be shown.

        No page of a text that was withheld since may stay.
        """
        if self.ledger.get("texts") != self.texts:
            every = self.ledger.addresses(Lists.name)
            self.ledger.plan(Lists.name, [one for one in every if one.startswith(f"{TEXTS}/")])

    def make(self) -> str:
        """Plan everything that must be made; why all is asked for, or empty."""
        ledger, target = self.ledger, f"{self.mark} {self.stamp}"
        self._heal()
        self._of_texts()
        if ledger.unfinished():
            ledger.forget_panels()  # they may be noted of another snapshot than the one that was shown
            ledger.put(latest="")
            if ledger.get("target") == target:
                return ""
        ledger.redo()
        ledger.put(target=target)
        try:
            self._touched()
        except AskAllError as error:
            ledger.put(questions="{}", further="[]", whole="{}")
            self._renamed()
            ledger.plan_all()
            for source in self.sources.values():
                ledger.plan(source.name, source.units())
            return str(error)
        return ""

    def _touched(self) -> None:
        rendered = self.ledger.get("rendered")
        if self.ground.settings.full:
            raise AskAllError("--full")
        if not rendered:
            raise AskAllError("nothing was written here before")
        if self.ledger.get("stamp") != self.stamp:
            raise AskAllError("templates, settings or the program changed")
        if rendered == self.mark:
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
            questions, further, whole = self.questions()
            lookups = [
                Lookup(store, ground.project.names, ground.project.languages) for store in (old, ground.store)
            ]
            panels = {panel.text: panel for kind in CLASS_OF_KIND for panel in ground.panels.of(kind)}
            found = touched(change, questions, further, panels, *lookups)
            more = self._about_all(before, change, whole, found.own)
            ids = f"{ground.project.base}id/"
            hubs = [ids + address.removeprefix(PREFIX) for address in self.ledger.noted()]
            parts = {
                text: values_of(panel, change)
                for text, panel in panels.items()
                if any(hub in found.asked.get(text, ()) for hub in hubs)
            }
            renamed = self._renamed()
            listed = bool(renamed) or self._listed(before, change)
            articles = articles_of(change)
            return News(
                found.own | renamed, found.shown | more, change.subjects, found.asked, parts, found.dated,
                listed, articles,
            )  # fmt: skip
        finally:
            old.close()

    def _listed(self, before: Snapshot, change: Change) -> bool:
        """Whether a node came or went."""
        known = sorted(change.subjects)
        with Index(before.index) as index:
            old = {row.iri for row in index.rows(known)}
        return old != {row.iri for row in self.ground.index.rows(known)}

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
        """Nodes to which other keys lead than before, or that are told to have been parted otherwise."""
        index = self.ground.index
        rows = [(row.key, row.iri) for row in index.formers()]
        rows += [(" ".join(map(str, astuple(row))), row.iri) for row in index.parted()]
        return self.ledger.formers(rows)

    def _heal(self) -> None:
        """Plan units of which a file is not as it was written."""
        spoiled = set[int]()
        for folder, files in groupby(self.ledger.looks(), key=lambda one: one[0].rpartition("/")[0]):
            found = self.folder.look([folder])
            spoiled.update(unit for path, *looks, unit in files if found.get(path) != tuple(looks))
        for address, source in self.ledger.named(spoiled):
            self.ledger.plan(source, [address])

    def questions(self) -> tuple[dict[str, str], set[str], dict[str, set[str]]]:
        """All questions that pages were made of; those of further nodes; those of none, by their place."""
        known = [json.loads(self.ledger.get(key) or "{}") for key in ("questions", "further", "whole")]
        return known[0], set(known[1]), {place: set(texts) for place, texts in known[2].items()}
