"""``decisions.tsv`` in one run: what is decided, what it makes of the records, and its graph."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import astuple, dataclass, field, replace

from diaspora_kg.errors import Finding
from diaspora_kg.identity import Clusters, Decisions, Entry, Judged, clusters, read_decisions
from diaspora_kg.identity.decisions import same_key
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
    """The decisions of one run; ``readable`` is false where the file as a whole is not understood.

    ``marks`` say by id what each published decision's quads are made of. ``mapped`` has all of them or,
    where ``gone`` is not ``None``, those that came since, and ``gone`` the ids of those that went.
    """

    decisions: Decisions
    clusters: Clusters
    mapped: Mapped
    findings: tuple[Finding, ...]
    stamp: FileStamp | None = None
    marks: Mapping[str, str] = field(default_factory=dict)
    gone: frozenset[str] | None = None

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
    known: Mapping[str, str] | None = None,
) -> Identity:
    """Read the decisions and apply them to the records that ``record`` finds by their full keys.

    The clusters of the keys ``hold`` stay as ``published``. With the ``marks`` of what is ``known`` only
    the decisions that came or went since are mapped, unless some are held back.
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
    marks = {one.decision.id: _mark(one) for one in found.judged}
    gone = None
    if known and not found.held:
        gone = frozenset(name for name, mark in known.items() if marks.get(name) != mark)
        came = tuple(one for one in found.judged if marks[one.decision.id] != known.get(one.decision.id))
        shown = replace(found, judged=came)
    else:
        shown = found
    kept = published.lines() if found.held else ()
    mapped = map_identity(shown, file, project.names, project.gloss_language, kept)
    findings = tuple(sorted({*decisions.findings, *found.findings, *mapped.findings}))
    return Identity(decisions, found, mapped, findings, stamp, {} if found.held else marks, gone)


def decided_keys(setting: Setting) -> frozenset[str] | None:
    """The full keys of which decisions speak, as they were written; ``None`` where the file says nothing."""
    path = setting.project.decisions
    if not path.exists() and not path.is_symlink():
        return frozenset()
    try:
        data, _ = content_of(setting.project, path)
    except NotReadableError:
        return None
    found = read_decisions(data, setting.project.relative(path))
    return frozenset(same_key(key) for one in found.active for key in (one.left, one.right)) or (
        frozenset() if found.readable else None
    )


def _mark(one: Judged) -> str:
    """A hash of all that the quads and the place of a decision are made of."""
    what = [astuple(one.decision), *((entry.kind, entry.key) for entry in (one.left, one.right))]
    return hashlib.sha256(json.dumps(what).encode()).hexdigest()[:16]
