"""Decisions about records in a build: what they come to, and which articles that reaches.

An article speaks of each record by the key of the record that decisions make of it. So when that key is
another than when the last build ended, the articles that declare or use the record are read again, and
no others. A build in which nothing moved of what decisions depend on keeps what they came to.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from diaspora_kg.build.pieces import outdated
from diaspora_kg.build.sources import Sources
from diaspora_kg.build.stored import StoredDirectory, storable
from diaspora_kg.build.work import Work
from diaspora_kg.errors import Finding
from diaspora_kg.identity import JOINED_KINDS, Verdict
from diaspora_kg.identity.decisions import same_key
from diaspora_kg.index.parted import Parted, written
from diaspora_kg.pipeline.decided import Identity, Published, decided
from diaspora_kg.pipeline.delta import batches
from diaspora_kg.terms import IRI, write


class StartOverError(Exception):
    """Only a build from nothing can tell what is to be published."""


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


def join_records(sources: Sources, work: Work, held: Held) -> bool:
    """Settle which records are one, and read what that reaches; false where the file is not understood.

    Raises :class:`StartOverError` where the state knows records that a build from nothing would not see.
    """
    work.standing = dict(json.loads(work.state.meta("canonical") or "{}"))
    work.published = work.before.canonical(work.names)
    if not (work.fresh or held.keys or _moved(sources)):
        work.canonical = work.standing
        return True
    if not work.fresh and sources.scan.lost:
        raise StartOverError
    found = _decided(work, held)
    if not found.readable:
        return False
    work.canonical = found.canonical
    work.identity(found.mapped, found.gone)
    _note(sources, found)
    if not work.fresh:
        sources.reach(map(storable, _differing(work.standing, work.canonical)))
    return True


def _decided(work: Work, held: Held) -> Identity:
    state, project = work.state, work.setting.project
    published = Published(work.published, lambda: work.before.lines(work.names.graph("identity")))
    known = json.loads(state.meta("judged") or "{}")
    found = decided(work.setting, StoredDirectory(state).record, published, held.keys, known)
    if found.stamp is not None:
        state.keep_files([found.stamp])
    state.tell(project.relative(project.decisions), "", found.findings)
    state.tell(_TRIED, "", held.findings)
    return found


def _note(sources: Sources, found: Identity) -> None:
    """What the next build must know, to see whether decisions moved."""
    state = sources.state
    state.put("canonical", json.dumps(dict(found.canonical)))
    state.put("judged", json.dumps({} if found.mapped.findings else dict(found.marks)))
    state.put("decided", json.dumps(sorted(_depends(sources, found))))
    state.put("unsettled", "yes" if found.clusters.held else "")
    state.put("renamed", json.dumps(_renamed(sources)))
    state.put("parted", written(_parted_by(sources, found)))


def _parted_by(sources: Sources, found: Identity) -> Iterator[Parted]:
    """The nodes that a ``same`` decision joined, or would have, until it was withdrawn."""
    names, record = sources.setting.project.names, StoredDirectory(sources.state).record
    canonical = found.canonical
    undone = {row.of: row for row in reversed(found.decisions.rows) if row.decision is Verdict.WITHDRAW}
    for row in found.decisions.rows:
        by = undone.get(row.id)
        if by is None or row.decision is not Verdict.SAME:
            continue
        entries = record(row.left), record(row.right)
        if entries[0] is None or entries[1] is None:
            continue
        keys = [canonical.get(same_key(entry.key), entry.key) for entry in entries if entry is not None]
        kinds = [entry.kind for entry in entries if entry is not None]
        nodes = [names.node(kind, key) for kind, key in zip(kinds, keys, strict=True)]
        if nodes[0] != nodes[1]:
            told = (row.id, row.who, row.when, row.why, by.who, by.when, by.why)
            yield Parted(nodes[0], nodes[1], keys[1], *told)
            yield Parted(nodes[1], nodes[0], keys[0], *told)


def _depends(sources: Sources, found: Identity) -> set[str]:
    """The keys of records on which the decisions depend, be they there or not."""
    joining = (row for row in found.decisions.rows if row.decision is Verdict.SAME)
    keys = {key for row in (*found.decisions.active, *joining) for key in (row.left, row.right)}
    now = {old: key for key, _, formerly in _renamed(sources) for old in formerly}
    parted = [same_key(key).rpartition(".") for key in keys]
    keys |= {f"{now[article]}.{local}" for article, _, local in parted if article in now}
    keys |= {key for one in found.clusters.judged for key in one.keys}
    return {storable(key) for key in {*keys, *found.canonical, *found.canonical.values()}}


def _renamed(sources: Sources) -> list[tuple[str, str, list[str]]]:
    rows = sources.state.articles("WHERE formerly <> '[]'")
    return [(row.key, row.path, [same_key(old) for old in row.formerly]) for row in rows]


def _moved(sources: Sources) -> bool:
    """Whether decisions may come to something else than when the last build ended."""
    state = sources.state
    if sources.decided_anew or state.meta("unsettled"):
        return True
    keys = set(json.loads(state.meta("decided") or "[]"))
    if not keys:
        return False
    return bool(keys & sources.declared_anew) or state.meta("renamed") != json.dumps(_renamed(sources))


def _differing(one: Mapping[str, str], other: Mapping[str, str]) -> list[str]:
    """The keys of records that two mappings join otherwise."""
    return sorted(key for key in one.keys() | other.keys() if one.get(key, key) != other.get(key, key))


def wait_for(work: Work, held: Held, why: Iterable[Finding] = ()) -> None:
    """Raise :class:`DecisionsWaitError` if a published piece that stays is out of date.

    Those pieces stay that have no valid version now, and those that the whole graph made go back.
    """
    if work.canonical == work.published:
        return
    invalid = "SELECT key FROM piece WHERE key NOT IN (SELECT key FROM article WHERE valid = 1)"
    stay = {key for (key,) in work.state.rows(invalid)} | work.held.keys()
    pieces = (piece for key in sorted(stay) if (piece := work.piece(key)) is not None)
    waits = outdated(pieces, work.published, work.canonical, work.names)
    if not waits <= held.keys:
        raise DecisionsWaitError(waits, why)


def joined_keys(work: Work) -> None:
    """Let the keys of records that are part of another lead to it, where it is in the graph."""
    parts = _parts(work.canonical)
    nodes = _nodes(work, parts)
    there: set[str] = set()
    for batch in batches(sorted(nodes)):
        values = " ".join(write(IRI(node)) for node in batch)
        sparql = f"SELECT DISTINCT ?node {{ VALUES ?node {{ {values} }} GRAPH ?g {{ ?node a ?class }} }}"
        there |= {node.value for (node,) in work.store.stream(sparql) if isinstance(node, IRI)}
    for node, into in nodes.items():
        work.index.rename(node, parts.get(into, ()) if node in there else ())


def _nodes(work: Work, parts: Mapping[str, set[str]]) -> dict[str, str]:
    """The nodes that keys of others may lead to, with their keys; of a later build, those that changed."""
    names = work.names
    if work.fresh:
        return {names.node(kind, into): into for into in sorted(parts) for kind in sorted(JOINED_KINDS)}
    before = _parts(work.standing)
    changed = sorted(into for into in parts.keys() | before.keys() if parts.get(into) != before.get(into))
    nodes = {names.node(kind, into): into for into in changed for kind in sorted(JOINED_KINDS)}
    for node in work.subjects:
        known = names.kind_and_key(node)
        if known is not None and known[0] in JOINED_KINDS and known[1] in parts:
            nodes[node] = known[1]
    return dict(sorted(nodes.items()))


def _parts(canonical: Mapping[str, str]) -> dict[str, set[str]]:
    parts: dict[str, set[str]] = defaultdict(set)
    for key, into in canonical.items():
        parts[into].add(key)
    return dict(parts)


_TRIED = "tried before"  # what was found of articles before decisions waited for them
