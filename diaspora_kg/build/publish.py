"""Turns a finished graph into a snapshot, and seals it: what was published is known by how it looks."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from diaspora_kg import __version__
from diaspora_kg.build.folders import inputs as of_files
from diaspora_kg.build.work import Work
from diaspora_kg.index import compact, delta_path
from diaspora_kg.index.parted import mark, parted_path
from diaspora_kg.labels import bundled
from diaspora_kg.pipeline.setting import MAPPING, Setting
from diaspora_kg.queries.totals import KEPT
from diaspora_kg.state import State
from diaspora_kg.store import Manifest, Snapshot, Snapshots
from diaspora_kg.store.snapshots import FORMAT, link
from diaspora_kg.store.turned import Turned
from diaspora_kg.sums import Total
from diaspora_kg.terms import IRI, write

_OF_ALL = ("vocabulary", "register", "identity", "derived")
_TOLD = 100_000  # changed subjects; of more it is not told which


def versions(setting: Setting) -> dict[str, str]:
    """Everything but the articles on which the graph depends."""
    return {
        "program": __version__,
        "mapping": MAPPING,
        "ontology": setting.ontology.version,
        "ontology-sha256": setting.ontology.sha256,
        "ontology-files": setting.stamp,
        "scripts": scripts(setting),
    }


def scripts(setting: Setting) -> str:
    """A hash of all reader scripts."""
    total = Total()
    for script in setting.scripts:
        total.add(f"{script.name} {script.sha256}")
    return total.hex


def core(setting: Setting) -> str:
    """A hash of all on which every article's own graph depends, and how its lines are hashed."""
    project = setting.project
    what = [
        *(__version__, MAPPING, setting.core, scripts(setting), project.base, project.gloss_language),
        *(project.withheld, project.quote_words, project.publish, FORMAT),
        [[rule.glob, rule.reader, rule.labels, rule.publish] for rule in project.readers],
        *([path.name, hashlib.sha256(path.read_bytes()).hexdigest()] for path in bundled()),
    ]
    return json.dumps(what)


def inputs(setting: Setting, state: State) -> str:
    """A hash of everything that a build is made from."""
    total = of_files(state)
    total.add(f"{core(setting)} {setting.stamp} {setting.project.title} {setting.project.licence}")
    total.add(f"queries {state.meta('queries')}")
    return total.hex


def manifest(work: Work, number: int) -> Manifest:
    """The manifest of a snapshot that is published now."""
    project = work.setting.project
    kinds = {f"nodes.{kind}": n for kind, n in sorted(work.index.kinds.items()) if n}
    articles = work.state.rows("SELECT count(*) FROM piece")[0][0]
    counts = {"quads": work.content.count, "graphs": _graphs(work, articles), "articles": articles}
    return Manifest(
        id=work.content.hex,
        index=work.index.total.hex,
        number=number,
        published=datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        base=project.base,
        title=project.title,
        licence=project.licence,
        versions=versions(work.setting),
        counts={**counts, **kinds},
        inputs=inputs(work.setting, work.state),
        parted=mark(work.state.meta("parted")),
    )


def _graphs(work: Work, articles: int) -> int:
    """How many graphs there are: two for each article, and those of the whole project."""
    graphs = (write(IRI(work.names.graph(name))) for name in _OF_ALL)
    return 2 * articles + sum(
        bool(work.store.query(f"ASK {{ GRAPH {one} {{ ?s ?p ?o }} }}")) for one in graphs
    )


def same(old: Manifest, new: Manifest) -> bool:
    """Whether a snapshot already says all that a new one would."""
    parts = ("id", "index", "base", "title", "licence", "format", "parted")
    fits = old.versions.get("mapping") == new.versions.get("mapping")
    return fits and all(getattr(old, part) == getattr(new, part) for part in parts)


def publish(work: Work, told: Manifest, path: Path) -> Snapshot:
    """Make the folder ``path``, prepared for the manifest's number, the published snapshot."""
    snapshots = Snapshots(work.setting.project.derived)
    swollen = not work.fresh and work.index.swollen
    work.index.close()
    if work.fresh:
        (work.setting.project.derived / "index.new").replace(path / "index.sqlite")
    if swollen:
        compact(path / "index.sqlite")
    if text := work.state.meta("parted"):
        parted_path(path / "index.sqlite").write_text(text, "utf-8")
    work.store.backup(path / "store")
    base = work.before.snapshot
    if not work.fresh and base is not None and len(work.subjects) <= _TOLD:
        subjects, graphs = frozenset(work.subjects), frozenset(work.graphs)
        Turned(base.manifest.number, base.manifest.id, subjects, graphs).write(path)
    return snapshots.publish(path, told)


def begin_index(before: Snapshot, path: Path) -> None:
    """Begin the index of a new snapshot as that of the one before."""
    link(before.index, path / "index.sqlite")
    late = delta_path(before.index)
    if late.exists():
        delta_path(path / "index.sqlite").write_bytes(late.read_bytes())


def seal(snapshot: Snapshot) -> str:
    """How the files of a snapshot look: size, time and inode of each.

    Kept totals are not among them: they come when somebody asks for them.
    """
    return json.dumps(_looks(snapshot), sort_keys=True)


def _looks(snapshot: Snapshot) -> Mapping[str, list[int]]:
    found = {}
    for path in sorted(snapshot.path.rglob("*")):
        about = path.stat()
        if path.is_file() and not path.name.startswith(KEPT):
            found[path.relative_to(snapshot.path).as_posix()] = [
                *(about.st_size, about.st_mtime_ns, about.st_ino)
            ]
    return found
