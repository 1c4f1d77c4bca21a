"""The saved queries in the graph, so that SPARQL editors and people find them at the endpoint.

Their graph belongs to no article. It is written again when the file of a query came, changed or went; that is
seen by a hash of all these files, which are small and few.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from diaspora_kg.build.work import Work
from diaspora_kg.errors import Finding
from diaspora_kg.project import Project
from diaspora_kg.queries.catalog import Catalog
from diaspora_kg.queries.examples import Examples

GRAPH = "queries"
"""The last part of the graph's IRI, beside those of the register and the vocabulary."""

_META = "queries"
_OWNER = "queries/"  # of the findings in the state: no file has this name


def stamp(project: Project) -> str:
    """A hash of every query file; raises :class:`UsageError` as :meth:`Project.own` does."""
    digest = hashlib.sha256()
    for folder in project.folders("queries"):
        for path in sorted(folder.glob("*.rq")):
            try:
                text = path.read_bytes()
            except OSError:
                text = b"not readable"
            digest.update(f"{path.name}\0{len(text)}\0".encode() + text)
        digest.update(b"\0")
    return digest.hexdigest()


def put_queries(work: Work) -> None:
    """Bring the graph of queries up to date; a query with a violation is left out and reported."""
    project = work.setting.project
    now = stamp(project)
    if work.state.meta(_META) == now:
        return
    graph = project.names.graph(GRAPH)
    made = _made(project.folders("queries"), now, endpoint(project), graph)
    work.state.tell(_OWNER, "", made.findings)
    work.loose(graph, made.lines)
    work.state.put(_META, now)


@dataclass(frozen=True)
class _Made:
    lines: tuple[str, ...]
    findings: tuple[Finding, ...]


@lru_cache(maxsize=2)
def _made(folders: tuple[Path, ...], stamp: str, endpoint: str, graph: str) -> _Made:  # noqa: ARG001
    catalog = Catalog.load(folders)
    return _Made(Examples(catalog, endpoint).quads(graph), catalog.findings)


def endpoint(project: Project) -> str:
    """Where the graph is asked: below the same base as its nodes."""
    return f"{project.base}sparql"
