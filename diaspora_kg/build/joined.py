"""Decisions about records in a build: applied in one from nothing, and kept in one on the last.

What a decision reaches may lie in any article. So a build that finds other decisions, or a record of one
that came, went or changed, begins from nothing; every other build keeps what the decisions came to.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from diaspora_kg.build.pieces import outdated
from diaspora_kg.build.sources import Sources
from diaspora_kg.build.stored import StoredDirectory, storable
from diaspora_kg.build.work import Work
from diaspora_kg.errors import Finding
from diaspora_kg.identity import JOINED_KINDS
from diaspora_kg.pipeline.decided import Identity, decided
from diaspora_kg.pipeline.delta import batches
from diaspora_kg.terms import IRI, write


class DecisionsMovedError(Exception):
    """What the decisions come to may be another now: the build must begin from nothing."""


class DecisionsWaitError(Exception):
    """Old pieces go into the graph and speak of these records as published: decisions must wait.

    ``findings`` are those of the whole graph for which articles went back to their old pieces.
    """

    def __init__(self, keys: frozenset[str], findings: Iterable[Finding]) -> None:
        super().__init__(", ".join(sorted(keys)))
        self.keys = keys
        self.findings = frozenset(findings)


@dataclass(frozen=True)
class Held:
    """The keys whose clusters stay as published, and what was found when that was tried otherwise."""

    keys: frozenset[str] = frozenset()
    findings: frozenset[Finding] = frozenset()

    def more(self, wait: DecisionsWaitError) -> Held:
        """With those for which decisions must wait, too."""
        return Held(self.keys | wait.keys, self.findings | wait.findings)


def decide_anew(sources: Sources, work: Work, held: Held) -> bool:
    """Apply the decisions in a build from nothing; false where the file as a whole is not understood."""
    state, project = work.state, work.setting.project
    published = work.before.identity(work.names)
    found = decided(work.setting, StoredDirectory(state).record, published, held.keys)
    if found.stamp is not None:
        state.keep_files([found.stamp])
    file = project.relative(project.decisions)
    state.tell(file, "", found.findings)
    state.tell(_TRIED, "", held.findings)
    if not found.readable:
        return False
    work.canonical, work.published = found.canonical, published.canonical
    work.identity(found.mapped)
    state.put("canonical", json.dumps(dict(found.canonical)))
    state.put("decided", json.dumps(sorted(_depends(found))))
    state.put("unsettled", "yes" if found.clusters.held else "")
    state.put("renamed", _renamed(sources))
    return True


def _depends(found: Identity) -> set[str]:
    """The keys of records on which the decisions depend."""
    keys = {key for row in found.decisions.active for key in (row.left, row.right)}
    keys |= {key for one in found.clusters.judged for key in one.keys}
    return {storable(key) for key in {*keys, *found.canonical, *found.canonical.values()}}


def _renamed(sources: Sources) -> str:
    rows = sources.state.articles("WHERE formerly <> '[]'")
    return json.dumps([[row.key, row.path, row.formerly] for row in rows])


def decide_on(sources: Sources) -> dict[str, str]:
    """What the decisions came to; raises :class:`DecisionsMovedError` if that may be another now."""
    state = sources.state
    keys = set(json.loads(state.meta("decided") or "[]"))
    moved = bool(keys & sources.declared_anew) or (bool(keys) and state.meta("renamed") != _renamed(sources))
    if sources.decided_anew or moved or state.meta("unsettled"):
        raise DecisionsMovedError
    return dict(json.loads(state.meta("canonical") or "{}"))


def wait_for(work: Work, old: Iterable[str], held: Held, why: Iterable[Finding] = ()) -> None:
    """Raise :class:`DecisionsWaitError` if a published piece that stays is out of date."""
    if work.canonical == work.published or not work.fresh:
        return
    pieces = (piece for key in old if (piece := work.before.piece(key, work.names)) is not None)
    waits = outdated(pieces, work.published, work.canonical, work.names)
    if not waits <= held.keys:
        raise DecisionsWaitError(waits, why)


def joined_keys(work: Work) -> None:
    """Let the keys of records that are part of another lead to it, where it is in the graph."""
    parts: dict[str, set[str]] = defaultdict(set)
    for key, into in work.canonical.items():
        parts[into].add(key)
    nodes = {work.names.node(kind, into): into for into in sorted(parts) for kind in sorted(JOINED_KINDS)}
    there: set[str] = set()
    for batch in batches(sorted(nodes)):
        values = " ".join(write(IRI(node)) for node in batch)
        sparql = f"SELECT DISTINCT ?node {{ VALUES ?node {{ {values} }} GRAPH ?g {{ ?node a ?class }} }}"
        there |= {node.value for (node,) in work.store.stream(sparql) if isinstance(node, IRI)}
    for node, into in nodes.items():
        work.index.rename(node, parts[into] if node in there else ())


_TRIED = "tried before"  # what was found of articles before decisions waited for them
