"""Which articles of a build are to blame for what a whole-graph shape finds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from diaspora_kg.build.pieces import graphs_of
from diaspora_kg.build.work import Work
from diaspora_kg.errors import Finding
from diaspora_kg.pipeline.graph import takes_part


def culprits(work: Work, bad: Iterable[tuple[str, Finding]]) -> Mapping[str, str]:
    """The changed articles that take part in faults of nodes, each with the message.

    Those that describe the node; else those that point to it, or spoke of it before this build.
    """
    owner = {graph: key for key in work.changed for graph in graphs_of(key, work.names)}
    found: dict[str, str] = {}
    for focus, finding in bad:
        describing, pointing = takes_part(work.store, focus)
        keys = {owner[graph] for graph in describing if graph in owner}
        if not keys:
            keys = {owner[graph] for graph in pointing if graph in owner}
            keys |= {key for key in work.changed if _spoke_of(work, key, focus)}
        for key in sorted(keys):
            found.setdefault(key, finding.message)
    return found


def _spoke_of(work: Work, key: str, node: str) -> bool:
    piece = work.version(key, old=True)
    lines = (line for lines in piece.graphs.values() for line in lines) if piece else ()
    return any(f"<{node}>" in line for line in lines)
