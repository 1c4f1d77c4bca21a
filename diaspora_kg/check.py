"""`dkg check`: what is wrong, without changing anything; on request, what was filled in, and locks.

It needs no earlier build. Every file is read, since any article may speak of another's nodes; only
those asked for are taken further. The whole graph is looked at when nothing narrower was asked for.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from diaspora_kg.article import Article
from diaspora_kg.defaults import Default
from diaspora_kg.errors import Finding, RunStopped, Severity, UsageError
from diaspora_kg.identity import suggest
from diaspora_kg.labels import own as own_maps
from diaspora_kg.marked import read_labels
from diaspora_kg.pipeline import Progress, Quiet, Run, lock_path, run
from diaspora_kg.pipeline.files import shown
from diaspora_kg.pipeline.graph import derive, faults, fill
from diaspora_kg.project import Project
from diaspora_kg.quads import Origin
from diaspora_kg.queries.catalog import Catalog
from diaspora_kg.queries.lint import lint_all, lint_panels
from diaspora_kg.queries.panels import FOLDER, Panels, own_views
from diaspora_kg.store import EmbeddedStore
from diaspora_kg.trust import Trusted

_COMPANIONS = {".txt", ".lock"}


@dataclass(frozen=True, slots=True)
class Explained:
    """The defaults that one article took, in the order of its lines."""

    article: str
    file: str
    defaults: tuple[Default, ...]


@dataclass(frozen=True)
class CheckReport:
    """The findings in the files asked for; ``locks`` are the files written by ``--lock``."""

    findings: tuple[Finding, ...]
    explained: tuple[Explained, ...] = ()
    locks: tuple[str, ...] = ()

    def exit_code(self, *, strict: bool = False) -> int:
        """0, or 1 when there is a violation (with ``strict``: or a warning)."""
        bad = {Severity.VIOLATION, Severity.WARNING} if strict else {Severity.VIOLATION}
        return int(any(finding.severity in bad for finding in self.findings))


def check(
    project: Project,
    paths: Sequence[Path] = (),
    *,
    lock: bool = False,
    trusted: Trusted = False,
    jobs: int = 1,
    progress: Progress | None = None,
) -> CheckReport:
    """Check the files and folders named by ``paths``; none: the whole project.

    With ``lock``, each article whose text is withheld and at hand gets its lock beside it. Raises
    :class:`UsageError` for a path that is not of this project, :class:`RunStopped` if a lock cannot be
    written.
    """
    told = progress or Quiet()
    asked = _Asked(project, paths)
    done = run(project, jobs=jobs, trusted=trusted, locks=lock, wanted=asked.article, progress=told)
    findings = {finding for finding in done.all_findings() if asked.file(finding.file)}
    findings.update(done.register.findings if not done.register.valid else ())
    findings.update(suggest((prepared.article for prepared in done.articles), done.register.entries))
    findings.update(finding for finding in _queries(done) if asked.file(finding.file))
    findings.update(finding for finding in _label_maps(done) if asked.file(finding.file))
    if not paths:
        told.step("Checking the whole graph")
        findings.update(_whole_graph(done))
    explained = (Explained(p.article.key, p.article.file, p.defaults) for p in done.articles if p.defaults)
    written = _write_locks(done) if lock else ()
    mended = {prepared.article.file for prepared in done.articles if lock and prepared.lock is not None}
    left = (f for f in findings if f.code != "lock-stale" or f.file not in mended)
    return CheckReport(tuple(sorted(left)), tuple(explained), written)


def _queries(done: Run) -> Iterator[Finding]:
    """What is wrong with the project's own saved queries."""
    project = done.setting.project
    own = project.own("queries")
    files = {project.relative(path) for path in own.glob("*.rq")} if own else set()
    if files:
        catalog = Catalog.load(project.folders("queries"))
        yield from lint_all(catalog, files, done.setting.ontology.schemes)
    pages = {project.relative(path) for path in (own / FOLDER).glob("*.rq")} if own else set()
    if pages:
        views = own_views(project.own("templates"))
        yield from lint_panels(Panels.load(project.folders("queries"), views), pages)


def _label_maps(done: Run) -> Iterator[Finding]:
    """What is wrong with the project's own label maps, be they used or not."""
    own_files = {done.setting.project.relative(path) for path in own_maps(done.setting.project)}
    for one in done.setting.labels:
        if one.file in own_files:
            yield from read_labels(one)[1]


def asked_for(project: Project, paths: Sequence[Path]) -> Callable[[Article], bool]:
    """Whether an article is one of those that files and folders name; all are where there are none.

    Raises :class:`UsageError` for a path that is not of this project.
    """
    return _Asked(project, paths).article


class _Asked:
    """Which files a check was asked for; a text or a lock stands for its annotation."""

    def __init__(self, project: Project, paths: Sequence[Path]) -> None:
        self._named = [_in_project(project, path) for path in paths]

    def file(self, file: str) -> bool:
        """Whether a file, by its path in the project, was asked for."""
        return not self._named or any(_covers(named, file) for named in self._named)

    def article(self, article: Article) -> bool:
        """Whether an article was asked for."""
        files = (article.file, article.header, _text(article) if article.text_file else "")
        return any(self.file(file) for file in files if file)


def _text(article: Article) -> str:
    return (Path(article.file).parent / article.text_file).as_posix()


def _covers(named: str, file: str) -> bool:
    if named in {".", file} or file.startswith(f"{named}/"):
        return True
    asked = PurePosixPath(named)
    return asked.suffix in _COMPANIONS and PurePosixPath(file).with_suffix("") == asked.with_suffix("")


def _in_project(project: Project, path: Path) -> str:
    """A path in the project, given from here or from the project's folder; its links are kept."""
    for candidate in (path, project.root / path):
        if not candidate.exists() and not candidate.is_symlink():
            continue
        full = Path(os.path.abspath(candidate))  # noqa: PTH100 - resolve() would follow the last link
        full = full.parent.resolve() / full.name
        if full == project.root or full.is_relative_to(project.root):
            return shown(full.relative_to(project.root).as_posix())
        raise UsageError(f"{path} is not in this project.")
    raise UsageError(f"{path} does not exist.")


def _whole_graph(done: Run) -> Iterator[Finding]:
    """What the whole-graph shapes find, but for files that have violations of their own already."""
    mapped = [prepared.mapped for prepared in done.articles if prepared.mapped is not None]
    rows: dict[str, Origin] = dict(done.register.mapped.origins)
    for one in mapped:
        rows.update(one.origins)
    store = EmbeddedStore()
    try:
        graphs = (lines for one in (*mapped, done.identity.mapped) for lines in one.graphs.values())
        fill(store, done.setting, done.register.mapped, graphs)
        derive(store, done.setting)
        found = faults(store, done.setting, rows.get)
    finally:
        store.close()
    broken = {f.file for f in done.all_findings() if f.severity is Severity.VIOLATION}
    keys = {prepared.article.file: prepared.article.key for prepared in done.articles}
    for fault in found:
        if fault.finding.file not in broken:
            yield replace(fault.finding, article=keys.get(fault.finding.file, ""))


def _write_locks(done: Run) -> tuple[str, ...]:
    written = []
    for prepared in done.articles:
        if prepared.lock is None:
            continue
        path = lock_path(done.setting.project, prepared.article)
        new = path.with_name(path.name + ".new")
        try:
            new.write_bytes(prepared.lock)
            new.replace(path)
        except OSError as error:
            raise RunStopped(f"{path.name} cannot be written: {error.strerror or error}") from error
        written.append(done.setting.project.relative(path))
    return tuple(written)
