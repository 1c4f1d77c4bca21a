"""Puts the graph together in a new store, and holds back what the whole graph does not bear.

When a whole-graph shape is violated, the articles changed in this build that take part go back to their
last valid version, or out, and the step runs again. If none of them changed, nothing can be published.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from itertools import chain

from diaspora_kg.build.pieces import Piece, graphs_of
from diaspora_kg.errors import Finding
from diaspora_kg.pipeline import Run, violated
from diaspora_kg.pipeline.graph import derive, faults, fill, takes_part
from diaspora_kg.quads import Origin
from diaspora_kg.shapes import Fault
from diaspora_kg.store import EmbeddedStore


@dataclass
class Assembly:
    """The graph in the making: ``pieces`` by article, and what each changed one was before.

    ``changed`` maps an article that this build adds, replaces or takes away to its last valid version
    (``None``: there is none). ``held`` says of each article that was held back why.
    """

    pieces: dict[str, Piece]
    changed: dict[str, Piece | None]
    held: dict[str, str] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()
    stopped: str = ""


def assemble(store: EmbeddedStore, run: Run, work: Assembly) -> None:
    """Fill an empty store and settle what is held back; ``work`` tells the outcome.

    Raises :class:`~diaspora_kg.errors.RunStopped` for a rule or shape that cannot be run.
    """
    articles = (lines for piece in work.pieces.values() for lines in piece.graphs.values())
    graphs = chain(run.identity.mapped.graphs.values(), articles)
    fill(store, run.setting, run.register.mapped, graphs)
    told: dict[Finding, None] = {}
    while True:
        derive(store, run.setting)
        met = faults(store, run.setting, _origins(run, work.pieces))
        keys = {piece.file: key for key, piece in work.pieces.items()}
        found = [_named(fault, keys) for fault in met]
        bad = [fault for fault in found if violated([fault.finding])]
        told.update((fault.finding, None) for fault in bad)
        if not bad:
            break
        culprits = _culprits(store, run, work, bad)
        if not culprits:
            work.stopped = "The whole graph has a violation that no article changed in this build made."
            break
        _revert(store, run, work, culprits)
    told.update((fault.finding, None) for fault in found)
    work.findings = tuple(told)


def _culprits(store: EmbeddedStore, run: Run, work: Assembly, bad: Iterable[Fault]) -> Mapping[str, str]:
    """The changed articles that take part in a fault, each with the message.

    Those that describe the node; else those that point to it, or spoke of it before this build.
    """
    names = run.setting.project.names
    owner = {graph: key for key in work.changed for graph in graphs_of(key, names)}
    culprits: dict[str, str] = {}
    for fault in bad:
        describing, pointing = takes_part(store, fault.focus)
        keys = {owner[graph] for graph in describing if graph in owner}
        if not keys:
            keys = {owner[graph] for graph in pointing if graph in owner}
            keys |= {key for key, old in work.changed.items() if old and _speaks_of(old, fault.focus)}
        for key in sorted(keys):
            culprits.setdefault(key, fault.finding.message)
    return culprits


def _speaks_of(piece: Piece, node: str) -> bool:
    return any(f"<{node}>" in line for lines in piece.graphs.values() for line in lines)


def _revert(store: EmbeddedStore, run: Run, work: Assembly, culprits: Mapping[str, str]) -> None:
    names = run.setting.project.names
    replaced: dict[str, Iterable[str]] = {}
    for key, why in culprits.items():
        old = work.changed.pop(key)
        work.held[key] = why
        replaced.update((graph, ()) for graph in graphs_of(key, names))
        work.pieces.pop(key, None)
        if old is not None:
            work.pieces[key] = old
            replaced.update(old.graphs)
    store.replace(replaced)


def _origins(run: Run, pieces: Mapping[str, Piece]) -> Callable[[str], Origin | None]:
    """Where each node was written, with its words where this build has read them."""
    rows = {row.iri: row for piece in pieces.values() for row in piece.origins}
    read = {key: done.mapped.origins for done in run.articles if done.mapped for key in [done.article.key]}

    def origin(iri: str) -> Origin | None:
        row = rows.get(iri)
        if row is None:
            return run.register.mapped.origins.get(iri) or run.identity.mapped.origins.get(iri)
        now = read.get(row.article, {}).get(iri)
        same = now is not None and (now.file, now.line) == (row.file, row.line)
        return now if same else Origin(row.file, row.line, "")

    return origin


def _named(fault: Fault, keys: Mapping[str, str]) -> Fault:
    """The fault with the key of the article in whose file it was found."""
    return replace(fault, finding=replace(fault.finding, article=keys.get(fault.finding.file, "")))
