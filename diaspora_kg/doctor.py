"""`dkg doctor`: is this project in order, and if not, what is to be done.

It looks at versions, at scripts that wait for trust, at locks, and at what was built; it reads no
article and changes nothing. Something is *wrong* if a build would stop or leave something out for it;
what is only worth knowing is a *note*.
"""

from __future__ import annotations

import glob
import hashlib
import json
import platform
import re
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from importlib.metadata import version
from pathlib import Path

from diaspora_kg import __version__
from diaspora_kg.errors import DkgError, Severity
from diaspora_kg.identity.decisions import FORMAT as DECISIONS_FORMAT
from diaspora_kg.locks import VERSION as LOCK_FORMAT
from diaspora_kg.locks import LockMalformed, read_lock
from diaspora_kg.pipeline.files import listing
from diaspora_kg.pipeline.setting import MAPPING, Setting
from diaspora_kg.project import Project
from diaspora_kg.queries.catalog import Catalog
from diaspora_kg.reading.documents import FORMAT as NATIVE_FORMAT
from diaspora_kg.settings.keys import FORMAT as SETTINGS_FORMAT
from diaspora_kg.store import Manifest, Snapshots
from diaspora_kg.trust import OwnScript

LIBRARIES = ("pyoxigraph", "rdflib", "pyshacl", "PyYAML", "SPARQLWrapper", "click", "rich", "filelock")

_HEAD = 4096
_STATED = re.compile(rb"""^(?:# ?)?format:[ ]*["']?(\d{1,9})\b""", re.MULTILINE)
_SHOWN = 5


class Level(StrEnum):
    """How much a line weighs."""

    OK = "ok"
    NOTE = "note"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that was looked at: ``what`` it is, how it is, and what to do about it."""

    level: Level
    what: str
    found: str
    mend: str = ""


def examine(project: Project, waiting: Iterable[OwnScript]) -> Iterator[Line]:
    """Everything about one project; ``waiting`` are its scripts that nobody trusts as they are."""
    yield Line(Level.OK, "dkg.toml", f"format {SETTINGS_FORMAT}")
    yield from _formats(project)
    yield from _scripts(waiting)
    yield from _locks(project)
    yield from _content(project)
    yield from _built(project)


def libraries() -> Iterator[Line]:
    """The versions of what the program runs on."""
    parts = [f"{name} {version(name)}" for name in LIBRARIES]
    here = f"dkg {__version__}, Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}"
    yield Line(Level.OK, "program", f"{here}, {platform.system()} {platform.machine()}")
    yield Line(Level.OK, "libraries", ", ".join(parts))


def as_text(lines: Iterable[Line]) -> list[str]:
    """The lines for a reader."""
    rows: list[str] = []
    for line in lines:
        rows.append(f"{line.level.ljust(5)}  {line.what}: {line.found}")
        rows += [f"       {line.mend}"] if line.mend else []
    return rows


def as_json(lines: Iterable[Line]) -> str:
    """The lines as JSON (schema: docs/reference/doctor.schema.json)."""
    return json.dumps([asdict(line) for line in lines], ensure_ascii=False, indent=2)


def _formats(project: Project) -> Iterator[Line]:
    """The version that each file of ours states: newer ones are refused, older ones are read."""
    native = [found.path for found in listing(project).files if found.path.suffix in {".yaml", ".yml"}]
    files = (
        ("annotations", native, NATIVE_FORMAT),
        ("register.yaml", [project.register], NATIVE_FORMAT),
        ("decisions.tsv", [project.root / "decisions.tsv"], DECISIONS_FORMAT),
        ("locks", _lock_files(project), LOCK_FORMAT),
    )
    for what, paths, known in files:
        stated = {path: _stated(project, path) for path in paths if path.exists()}
        if stated:
            yield from _compared(project, what, stated, known)


def _stated(project: Project, path: Path) -> int | None:
    """The version in the first lines of a file; ``None`` where there is none to be read."""
    if not project.holds(path) or not path.is_file():
        return None
    try:
        with path.open("rb") as opened:
            match = _STATED.search(opened.read(_HEAD))
    except OSError:
        return None
    return int(match[1]) if match else None


def _compared(project: Project, what: str, stated: dict[Path, int | None], known: int) -> Iterator[Line]:
    same = sum(found == known for found in stated.values())
    if same:
        yield Line(Level.OK, what, f"{same} of format {known}" if len(stated) > 1 else f"format {known}")
    newer = [path for path, number in stated.items() if number is not None and number > known]
    if newer:
        found = f"{_names(project, newer)}: newer than this program reads (format {known})"
        yield Line(Level.WRONG, what, found, "Install a newer diaspora-kg.")
    older = [path for path, number in stated.items() if number is not None and number < known]
    if older:
        mend = f"Bring them up to the reference, then write `format: {known}`."
        yield Line(Level.NOTE, what, f"{_names(project, older)}: older than format {known}; still read", mend)
    silent = [path for path, number in stated.items() if number is None]
    if silent:
        mend = f"Its first line should say `format: {known}`; see dkg check."
        yield Line(Level.WRONG, what, f"{_names(project, silent)}: no format is stated", mend)


def _scripts(waiting: Iterable[OwnScript]) -> Iterator[Line]:
    for script in waiting:
        mend = "Read it; when you trust it: dkg trust"
        yield Line(Level.WRONG, script.file, "this script is not trusted as it is, and does not run", mend)


def _locks(project: Project) -> Iterator[Line]:
    """Locks that no build can use: without an annotation, or of another annotation than is there."""
    for path in _lock_files(project):
        file = project.relative(path)
        beside = [other for other in path.parent.glob(f"{glob.escape(path.stem)}.*") if _annotates(other)]
        if not beside:
            yield Line(Level.NOTE, file, "no annotation goes with this lock", "Remove it.")
        elif (found := _lock_fault(path, beside)) is not None:
            yield Line(Level.WRONG, file, *found)


def _annotates(path: Path) -> bool:
    return path.is_file() and path.suffix.lower() not in {".lock", ".txt"}


def _lock_files(project: Project) -> list[Path]:
    companions = (project.root / file for file in listing(project).companions)
    return [path for path in companions if path.suffix.lower() == ".lock"]


def _names(project: Project, paths: list[Path]) -> str:
    shown = ", ".join(project.relative(path) for path in paths[:_SHOWN])
    return shown + (f" and {len(paths) - _SHOWN} more" if len(paths) > _SHOWN else "")


def _lock_fault(path: Path, beside: list[Path]) -> tuple[str, str] | None:
    """What is wrong with a lock, and how to mend it.

    A lock of a tool's file is bound to its header and label map too, which only a check can tell.
    """
    again = "Where the text is: dkg check --lock"
    try:
        lock = read_lock(path.read_bytes())
        ours = [one for one in beside if one.suffix.lower() in {".yaml", ".yml"}]
        alone = ours[0] if len(beside) == 1 and ours else None
        written = hashlib.sha256(alone.read_bytes()).hexdigest() if alone else ""
    except LockMalformed as error:
        return error.trouble.message, again
    except OSError as error:
        return f"cannot be read: {error.strerror or error}", ""
    if written and lock.annotation_sha256 != written:
        return "the annotation has changed since this lock was written", again
    return None


def _content(project: Project) -> Iterator[Line]:
    """The project's own ontology, shapes and queries: whether they can be read."""
    try:
        setting = Setting.of(project, ())
        ontology = setting.ontology
        shapes = setting.article_shapes
        own = " with the project's own" if len(setting.folders) > 1 else ""
        yield Line(Level.OK, "ontology", f"{ontology.version}{own}, {len(ontology.terms)} terms")
        yield from _validation(project, len(shapes.shapes), shapes.unknown)
    except DkgError as error:
        yield Line(Level.WRONG, "ontology", str(error), "Mend the file.")
    try:
        catalog = Catalog.load(project.folders("queries"))
    except DkgError as error:
        yield Line(Level.WRONG, "queries", str(error), "Mend the file.")
        return
    faults = [f for f in catalog.findings if f.severity is Severity.VIOLATION]
    if not faults:
        yield Line(Level.OK, "queries", f"{len(catalog.queries)} can be asked")
    for fault in faults:
        yield Line(Level.WRONG, f"{fault.file}:{fault.line}", fault.message, fault.hint)


def _validation(project: Project, shapes: int, unknown: Mapping[str, str]) -> Iterator[Line]:
    """Which engine checks articles, and which shapes only the slow one can."""
    again = f"pyshacl again what it flags, and {project.sample:.2%} of the others"
    how = "pyshacl checks each article" if project.engine == "pyshacl" else f"a fast engine, {again}"
    yield Line(Level.OK, "validation", f"{shapes} shapes for one article; {how}")
    if project.engine == "pyshacl":
        mend = 'Without engine = "pyshacl" under [validation] a build is many times faster.'
        yield Line(Level.NOTE, "validation", "every article is checked by the slow engine", mend)
        return
    for shape, why in sorted(unknown.items()):
        mend = "Every article is checked by pyshacl for it; see docs/reference/validation.md."
        yield Line(Level.NOTE, shape, f"the fast engine does not know this shape: {why}", mend)


def _built(project: Project) -> Iterator[Line]:
    """What was published, and whether the next build makes more of it anew than what was edited."""
    snapshots = Snapshots(project.derived)
    again = "Run: dkg build"
    try:
        snapshot = snapshots.current()
    except DkgError as error:
        yield Line(Level.WRONG, ".dkg", str(error), again)
        return
    if snapshot is None:
        yield Line(Level.NOTE, ".dkg", "nothing is built yet", again)
        return
    told = snapshot.manifest
    kept = len(snapshots.numbers())
    found = f"snapshot {told.number} of {told.published}, {told.counts.get('quads', 0)} quads; {kept} kept"
    yield Line(Level.OK, ".dkg", found)
    changed = [what for what, then, now in _versions(project, told) if then != now]
    if changed:
        found = f"changed since it was published: {', '.join(changed)}"
        yield Line(Level.NOTE, ".dkg", found, "The next build makes anew what depends on it.")


def _versions(project: Project, told: Manifest) -> Iterator[tuple[str, str, str]]:
    then = told.versions.get
    yield "the base of IRIs", told.base, project.base
    yield "the program", then("program", ""), __version__
    yield "the way from an article to its graph", then("mapping", ""), MAPPING
    try:
        stamp = Setting.of(project, ()).stamp
    except (DkgError, OSError):
        return
    yield "the ontology, its shapes or rules", then("ontology-files", ""), stamp
