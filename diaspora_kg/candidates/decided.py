"""What reviewers have decided already, also since the last build: those pairs are not proposed again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from diaspora_kg.errors import RunStopped
from diaspora_kg.identity import Decision, Decisions, Verdict, read_decisions
from diaspora_kg.identity.sets import Sets
from diaspora_kg.index import Index
from diaspora_kg.project import Project


@dataclass
class Decided:
    """Says of two published nodes, by their IRIs, whether somebody has judged them.

    ``not_built`` are decisions in force that the published graph does not know, ``undone`` those that it
    knows and that are no longer in force: what it joined by them is still one record here.
    """

    sets: Sets = field(default_factory=Sets)
    apart: set[tuple[str, str]] = field(default_factory=set)
    not_built: tuple[str, ...] = ()
    undone: tuple[str, ...] = ()

    def judged(self, left: str, right: str) -> bool:
        """Whether two nodes are one already, or a decision about their clusters says anything else."""
        one, other = self.sets.root(left), self.sets.root(right)
        return one == other or (min(one, other), max(one, other)) in self.apart


def read(project: Project, index: Index, *, again: bool = False) -> Decided:
    """The decisions in force; ``again``: without those that left a pair unsure.

    Raises :class:`RunStopped` for a file that cannot be read.
    """
    if not project.holds(project.decisions):
        raise RunStopped("decisions.tsv is a link that leaves the project, and is not followed.")
    try:
        data = project.decisions.read_bytes() if project.decisions.exists() else b""
    except OSError as error:
        raise RunStopped(f"decisions.tsv cannot be read: {error.strerror or error}") from error
    held = read_decisions(data, project.decisions.name)
    if not held.readable:
        wrong = held.findings[0]
        raise RunStopped(f"{wrong.file}:{wrong.line}: {wrong.message} {wrong.hint}")
    return decided(held, index, again=again)


def decided(held: Decisions, index: Index, *, again: bool = False) -> Decided:
    """The same from decisions at hand."""
    nodes = _nodes(held.active, index)
    found = Decided()
    pairs = [(row, nodes.get(row.left), nodes.get(row.right)) for row in held.active]
    known = [(row, left, right) for row, left, right in pairs if left and right and left != right]
    for row, left, right in known:
        if row.decision is Verdict.SAME:
            found.sets.join(left, right)
    for row, left, right in known:
        if row.decision is Verdict.DIFFERENT or (row.decision is Verdict.UNSURE and not again):
            one, other = found.sets.root(left), found.sets.root(right)
            found.apart.add((min(one, other), max(one, other)))
    published = {node.key for node in index.of_kind("decision")}
    there = {row.id for row, left, right in pairs if left and right}
    found.not_built = tuple(sorted(there - published))
    found.undone = tuple(sorted(published - {row.id for row in held.active}))
    return found


def _nodes(rows: Iterable[Decision], index: Index) -> Mapping[str, str]:
    """The published node of each record that is decided about."""
    return dict(_found({key for row in rows for key in (row.left, row.right)}, index))


def _found(keys: Iterable[str], index: Index) -> Iterator[tuple[str, str]]:
    for key in sorted(keys):
        nodes = index.find(key)
        if nodes:
            yield key, nodes[0].iri
