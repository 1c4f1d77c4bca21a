"""Turns a finished graph into a snapshot, and writes down what the next build must know."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path

from diaspora_kg import __version__, index, state
from diaspora_kg.build.content import counts
from diaspora_kg.build.pieces import graphs_of
from diaspora_kg.build.report import ArticleReport
from diaspora_kg.build.weight import Weight, content_id
from diaspora_kg.errors import Finding
from diaspora_kg.index import Content
from diaspora_kg.names import Names
from diaspora_kg.pipeline import Run
from diaspora_kg.pipeline.setting import MAPPING
from diaspora_kg.project import Project
from diaspora_kg.state import ArticleState, FileStamp, State
from diaspora_kg.store import EmbeddedStore, Manifest, Snapshot, Snapshots
from diaspora_kg.store import snapshots as layout


def versions(run: Run) -> dict[str, str]:
    """Everything but the articles on which the graph depends."""
    scripts = hashlib.sha256("".join(script.sha256 for script in run.setting.scripts).encode()).hexdigest()
    return {
        "program": __version__,
        "mapping": MAPPING,
        "ontology": run.setting.ontology.version,
        "ontology-sha256": run.setting.ontology.sha256,
        "ontology-files": run.setting.stamp,
        "scripts": scripts,
    }


def manifest(run: Run, number: int, weights: Mapping[str, Weight], content: Content) -> Manifest:
    """The manifest of a snapshot that is published now."""
    project = run.setting.project
    return Manifest(
        id=content_id(weights),
        index=content.sha256(),
        number=number,
        published=datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        base=project.base,
        title=project.title,
        licence=project.licence,
        versions=versions(run),
        counts=counts(weights, content, project.names),
    )


def same(old: Manifest, new: Manifest) -> bool:
    """Whether a snapshot already says all that a new one would."""
    parts = ("id", "index", "base", "title", "licence", "format")
    fits = old.versions.get("mapping") == new.versions.get("mapping")
    return fits and all(getattr(old, part) == getattr(new, part) for part in parts)


def publish(project: Project, store: EmbeddedStore, content: Content, told: Manifest, path: Path) -> Snapshot:
    """Make the folder ``path``, prepared for the manifest's number, the published snapshot."""
    snapshots = Snapshots(project.derived)
    store.optimize()
    store.backup(path / "store")
    index.save(path / "index.sqlite", content)
    snapshot = snapshots.publish(path, told)
    snapshots.prune(project.keep)
    return snapshot


def keep_store(derived: Path) -> None:
    """Put the new store, closed, where the next build looks for it."""
    shutil.rmtree(derived / "store", ignore_errors=True)
    (derived / "store.new").replace(derived / "store")


def remember(
    run: Run,
    articles: Iterable[ArticleReport],
    findings: Iterable[Finding],
    weights: Mapping[str, Weight],
    snapshot: Snapshot,
) -> None:
    """Write the state that goes with a snapshot."""
    project = run.setting.project
    stamps: dict[str, list[FileStamp]] = {}
    for stamp in run.stamps:
        stamps.setdefault(stamp.article, []).append(stamp)
    rows = {row.key: _row(row, stamps.get(row.key, ()), weights, project.names) for row in articles}
    meta = {
        **versions(run),
        "base": project.base,
        "layout": str(layout.FORMAT),
        "snapshot": str(snapshot.manifest.number),
        "content": snapshot.manifest.id,
    }
    saved = State(
        meta=meta,
        files=run.stamps,
        articles=tuple(rows.values()),
        graphs={graph: (weight.sha256, weight.quads) for graph, weight in weights.items()},
        dependencies=run.dependencies,
        findings=tuple(findings),
    )
    state.save(project.derived / "state.sqlite", saved)


def _row(
    row: ArticleReport, stamps: Iterable[FileStamp], weights: Mapping[str, Weight], names: Names
) -> ArticleState:
    own = (f"{stamp.path} {stamp.sha256}\n" for stamp in stamps)
    held = (weights.get(graph) for graph in graphs_of(row.key, names))
    published = "".join(weight.sha256 for weight in held if weight is not None)
    return ArticleState(row.key, row.file, _hash(*own), _hash(published) if published else "", row.status)


def _hash(*parts: str) -> str:
    return hashlib.sha256("".join(parts).encode()).hexdigest()
