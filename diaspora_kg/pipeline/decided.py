"""``decisions.tsv`` in one run: what is decided, what it makes of the records, and its graph."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from diaspora_kg.errors import Finding
from diaspora_kg.identity import Clusters, Decisions, Entry, clusters, read_decisions
from diaspora_kg.pipeline.files import NotReadableError, content_of, not_read
from diaspora_kg.pipeline.setting import Setting
from diaspora_kg.quads import Mapped, map_identity
from diaspora_kg.state import FileStamp


@dataclass(frozen=True)
class Published:
    """What was published before of identity: ``canonical`` as :class:`Clusters` has it, and the graph.

    The ``lines`` of the graph are asked for only where clusters are held back.
    """

    canonical: Mapping[str, str] = field(default_factory=dict)
    lines: Callable[[], Sequence[str]] = tuple


@dataclass(frozen=True)
class Identity:
    """The decisions of one run; ``readable`` is false where the file as a whole is not understood."""

    decisions: Decisions
    clusters: Clusters
    mapped: Mapped
    findings: tuple[Finding, ...]
    stamp: FileStamp | None = None

    @property
    def readable(self) -> bool:
        """Whether the file says something, be it with faults; a project may have none."""
        return self.decisions.readable

    @property
    def canonical(self) -> Mapping[str, str]:
        """The record that each joined record is part of."""
        return self.clusters.canonical


def decided(
    setting: Setting,
    record: Callable[[str], Entry | None],
    published: Published,
    hold: frozenset[str] = frozenset(),
) -> Identity:
    """Read the decisions and apply them to the records that ``record`` finds by their full keys.

    The clusters of the keys ``hold`` stay as ``published``.
    """
    project = setting.project
    file = project.relative(project.decisions)
    decisions, stamp = Decisions(), None
    if project.decisions.exists() or project.decisions.is_symlink():
        try:
            data, stamp = content_of(project, project.decisions)
        except NotReadableError as error:
            decisions = Decisions((), (not_read(file, str(error)),), readable=False)
        else:
            decisions = read_decisions(data, file)
    found = clusters(decisions, record, published.canonical, file, hold)
    kept = published.lines() if found.held else ()
    mapped = map_identity(found, file, project.names, project.gloss_language, kept)
    findings = tuple(sorted({*decisions.findings, *found.findings, *mapped.findings}))
    return Identity(decisions, found, mapped, findings, stamp)
