"""Brings a build's changes into the store, derives, checks, and holds back what the graph does not bear.

When a whole-graph shape is violated, the articles changed in this build that take part go back to their
last valid version, or out, and the step runs again, for what that touches. If none of them changed, nothing
can be published.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Set
from contextlib import nullcontext
from dataclasses import replace

from diaspora_kg.build.culprits import culprits
from diaspora_kg.build.derived import FOLDER, count_derived, forget_derived, index_nodes
from diaspora_kg.build.outcome import HELD
from diaspora_kg.build.spool import emptied
from diaspora_kg.build.timed import timed
from diaspora_kg.build.work import Work
from diaspora_kg.errors import Finding, Severity
from diaspora_kg.index import OriginRow
from diaspora_kg.pipeline.anew import checking, compacting, derive_all, for_all
from diaspora_kg.pipeline.delta import Quads, TooMuchError
from diaspora_kg.pipeline.derive import (
    Family,
    families,
    made,
    shape_probes,
    standing,
    touched,
)
from diaspora_kg.pipeline.graph import rules, whole_shapes
from diaspora_kg.quads import Origin
from diaspora_kg.shapes import GraphShape, at_fault, fault
from diaspora_kg.state import told, written
from diaspora_kg.terms import IRI, write

_LARGE = 1_000_000  # quads from which on compacting a store takes less than it saves
_FEW = 500  # articles; what was in more of them is not held in memory


class Assembly:
    """The rules and shapes of one build, run on what changed; all of them in a build from nothing.

    ``meanwhile`` is done once, beside compacting the store of a build from nothing if it is large.
    """

    def __init__(self, work: Work, jobs: int = 1, meanwhile: Callable[[], None] | None = None) -> None:
        self.work = work
        self._jobs = jobs
        self._meanwhile = meanwhile
        self.graph = work.names.graph("derived")
        known = json.loads(work.state.meta("rules") or "{}")
        self.rules = rules(work.setting, frozenset(known))
        self.families = families(self.rules)
        self.shapes = whole_shapes(work.setting)
        self._known_rules: Mapping[str, list[str]] = known
        self._known_shapes: Mapping[str, str] = json.loads(work.state.meta("shapes") or "{}")
        self._read: dict[str, Mapping[str, str]] = {}
        self.met: dict[Finding, None] = {}

    @property
    def changed(self) -> bool:
        """Whether a rule or a shape is another than at the last build."""
        now = {shape.shape.iri: _mark(shape) for shape in self.shapes}
        return (
            set(self._known_rules) != {rule.sha256 for rule in self.rules} or dict(self._known_shapes) != now
        )

    def settle(self) -> str:
        """Apply, derive and check until it holds; the reason why nothing can be published, or empty."""
        first = few = True
        met = self.met
        while True:
            self._round(first=first, few=few)
            first = False
            bad = [row for row in self._faults() if row[1].severity is Severity.VIOLATION]
            met.update((finding, None) for _, finding in bad)
            self.work.state.tell(HELD, "", met)
            if not bad:
                return ""
            found = culprits(self.work, bad)
            if not found:
                return "The whole graph has a violation that no article changed in this build made."
            few = len(found) <= _FEW
            for key, why in found.items():
                self.work.revert(key, why, noted=few)

    def remember(self) -> None:
        """Note the rules and shapes in the state."""
        made_of = {
            rule.sha256: sorted(next(f for f in self.families if rule in f.rules).properties)
            for rule in self.rules
        }
        self.work.state.put("rules", json.dumps(made_of, sort_keys=True))
        marks = {shape.shape.iri: _mark(shape) for shape in self.shapes}
        self.work.state.put("shapes", json.dumps(marks, sort_keys=True))

    def _round(self, *, first: bool, few: bool) -> None:
        """Look at what changed since the last round; ``few`` articles went back to what they were."""
        if self.work.fresh and (first or not few):
            self._anew()
            return
        try:
            self._amend(first=first)
        except TooMuchError:
            self._anew()

    def _amend(self, *, first: bool) -> None:
        """What is touched; raises :class:`TooMuchError` where a build from nothing had better look at all."""
        removed, added = self.work.turn()
        store = self.work.store
        stale = self._stale_families() if first else set()
        before = {
            family: None if family in stale else family.touched(store, removed) for family in self.families
        }
        probes = {shape: shape_probes(shape) for shape in self.shapes}
        other = {
            shape
            for shape in self.shapes
            if first and self._known_shapes.get(shape.shape.iri) != _mark(shape)
        }
        nodes = {s: None if s in other else touched(store, removed, probes[s]) for s in self.shapes}
        self._bear(*before.values(), *nodes.values())
        self.work.apply()
        gone, come = self._derive(before, added, orphaned=first)
        for shape in self.shapes:
            nodes[shape] = _joined(nodes[shape], lambda s=shape: touched(store, gone[1], probes[s]))
        store.change(gone[0], come[0])
        self._drop_empty()
        added.add(come[0])
        for shape in self.shapes:
            nodes[shape] = _joined(nodes[shape], lambda s=shape: touched(store, added, probes[s]))
        self._bear(*nodes.values())
        for shape in self.shapes:
            self._check(shape, nodes[shape])
        self._drop_shapes()

    def _bear(self, *nodes: set[str] | None) -> None:
        """Where a rule or shape needs all nodes, a build from nothing runs all of them: several at once."""
        if self.work.fresh and None in nodes:
            raise TooMuchError

    def _anew(self) -> None:
        """Everything, in a store that began empty."""
        work = self.work
        work.apply()
        large = work.content.count > _LARGE
        if large:
            # Joins of what was loaded in portions take twice as long.
            with compacting(work.store, timed("compacting")):
                self._do_meanwhile()
        self._do_meanwhile()
        with emptied(work.setting.project.derived / FOLDER) as folder:
            with timed("deriving"):
                if work.held:
                    forget_derived(work, self.graph, folder)
                made_now = derive_all(work.store, self.families, self.graph, folder, self._jobs)
            with (
                timed("whole-graph shapes"),  # and what goes on beside them
                # what was derived may lie beside a large store that is compact: queries gain next to nothing
                nullcontext() if large else compacting(work.store),
                checking(work.store, self.shapes, self._jobs) as found,
            ):
                count_derived(work, made_now, self.graph)
                index_nodes(work)
                work.index.make_searchable()
                for shape, foci in zip(self.shapes, found(), strict=True):
                    self._note(shape, foci)

    def _do_meanwhile(self) -> None:
        if (meanwhile := self._meanwhile) is not None:
            self._meanwhile = None
            meanwhile()

    def _derive(
        self, before: Mapping[Family, set[str] | None], added: Quads, *, orphaned: bool
    ) -> tuple[tuple[set[str], Quads], tuple[set[str], Quads]]:
        store = self.work.store
        old: set[str] = set()
        new: set[str] = set()
        found = {f: _joined(known, lambda f=f: f.touched(store, added)) for f, known in before.items()}
        self._bear(*found.values())
        for family, nodes in found.items():
            if nodes is None or nodes:
                order = None if nodes is None else sorted(nodes)
                old |= standing(store, family.properties, self.graph, order)
                new |= made(store, family, self.graph, order)
        if orphaned:
            mine = frozenset().union(*(family.properties for family in self.families))
            lost = {p for made_of in self._known_rules.values() for p in made_of} - mine
            old |= standing(store, frozenset(lost), self.graph, None) if lost else set()
        gone, come = old - new, new - old
        self.work.count(gone, come)
        quads = Quads(), Quads()
        quads[0].add(gone)
        quads[1].add(come)
        return (gone, quads[0]), (come, quads[1])

    def _stale_families(self) -> set[Family]:
        """Families of which a rule is new, changed or gone."""
        now = {rule.sha256 for rule in self.rules}
        went = {p for sha, made_of in self._known_rules.items() if sha not in now for p in made_of}
        return {
            family
            for family in self.families
            if family.properties & went or any(r.sha256 not in self._known_rules for r in family.rules)
        }

    def _drop_empty(self) -> None:
        if self.work.store.query(f"ASK {{ GRAPH {write(IRI(self.graph))} {{ ?s ?p ?o }} }}") is False:
            self.work.store.replace({self.graph: ()})

    def _check(self, shape: GraphShape, nodes: set[str] | None) -> None:
        if nodes is not None and not nodes:
            return
        state, iri = self.work.state, shape.shape.iri
        if nodes is None:
            self._note(shape, at_fault(self.work.store, for_all(shape)))
            return
        order = sorted(nodes)
        for node in order:
            state.do("DELETE FROM fault WHERE shape = ? AND focus = ?", iri, node)
        for focus in at_fault(self.work.store, shape, order):
            self._tell(shape, focus)

    def _note(self, shape: GraphShape, foci: Iterable[str]) -> None:
        """All that a shape finds, and no other fault of it."""
        self.work.state.do("DELETE FROM fault WHERE shape = ?", shape.shape.iri)
        for focus in foci:
            self._tell(shape, focus)

    def _tell(self, shape: GraphShape, focus: str) -> None:
        places: list[OriginRow] = []

        def origin(iri: str) -> Origin | None:
            rows = self.work.index.origins(iri)
            places.extend(rows[:1])
            return _origin(rows[0], self._words(rows[0])) if rows else None

        finding = fault(self.work.store, shape, focus, origin).finding
        article = next((row.article for row in places if row.file == finding.file), "")
        finding = replace(finding, article=article)
        row = (shape.shape.iri, focus, article, written(finding))
        self.work.state.fill("fault", [row])

    def _words(self, row: OriginRow) -> str:
        key = f"{row.file} {row.article}"
        if key not in self._read:
            self._read[key] = self.work.state.words(row.file, row.article)
        return self._read[key].get(row.iri, "")

    def refresh(self, articles: Set[str]) -> None:
        """The places of faults of nodes that these articles (empty: the register) declare or declared.

        In a build from nothing every place was known before the faults were found.
        """
        faults = [] if self.work.fresh else self.work.state.rows("SELECT shape, focus, article FROM fault")
        if not faults:
            return
        shapes = {shape.shape.iri: shape for shape in self.shapes}
        nodes = {row.iri for key in articles for row in self.work.index.origins_in(key)}
        for iri, focus, article in faults:
            if iri in shapes and (article in articles or focus in nodes):
                self._tell(shapes[iri], focus)

    def _drop_shapes(self) -> None:
        known = {shape.shape.iri for shape in self.shapes}
        for (iri,) in self.work.state.rows("SELECT DISTINCT shape FROM fault"):
            if iri not in known:
                self.work.state.do("DELETE FROM fault WHERE shape = ?", iri)

    def _faults(self) -> list[tuple[str, Finding]]:
        rows = self.work.state.rows("SELECT focus, text FROM fault ORDER BY shape, focus")
        return [(focus, told(text)) for focus, text in rows]


def _mark(shape: GraphShape) -> str:
    return repr(shape)


def _joined(known: set[str] | None, more: object) -> set[str] | None:
    if known is None or not callable(more):
        return None
    found: set[str] | None = more()
    return None if found is None else known | found


def _origin(row: OriginRow, words: str) -> Origin:
    return Origin(row.file, row.line, words, row.where)
