"""How the files of a project look from outside: nothing is opened, and 60,000 take half a second.

It sees what :func:`~diaspora_kg.pipeline.files.listing` sees, with plain strings in place of paths.
"""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass, field
from operator import attrgetter
from pathlib import Path

from diaspora_kg.errors import Finding, UsageError
from diaspora_kg.pipeline.files import (
    IGNORED,
    InputFile,
    article_key,
    is_companion,
    like_a_file,
    not_read,
    wrong,
)
from diaspora_kg.project import Project, is_leftover

Looks = tuple[int, int, int, int]


@dataclass
class Scan:
    """What lies below ``articles/``, by path in the project: size, time of content, of change, inode.

    ``lost`` are folders and files of which no more is known than that they are there, ``beside`` the names
    and suffixes of files that only stand beside others.
    """

    annotations: dict[str, Looks] = field(default_factory=dict)
    companions: dict[str, Looks] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    lost: set[str] = field(default_factory=set)
    beside: frozenset[str] = frozenset()


def scan(project: Project, beside: frozenset[str] = frozenset()) -> Scan:
    """Look at every file below ``articles/``; raises :class:`UsageError` without the folder."""
    if not project.articles.is_dir():
        raise UsageError(
            "This project has no folder articles/. Make it, and put texts and annotations there."
        )
    if not project.holds(project.articles):
        raise UsageError("articles/ is a link that leaves the project, and is not followed.")
    found = Scan(beside=beside)
    _walk(project, str(project.articles), "articles", found)
    found.findings.sort()
    return found


def look(path: Path) -> Looks | None:
    """How one file looks; ``None`` if it is not there, zeros if that cannot be told."""
    try:
        return looks_of(path.stat())
    except FileNotFoundError:
        return (0, 0, 0, 0) if path.is_symlink() else None
    except OSError:
        return (0, 0, 0, 0)


def looks_of(about: os.stat_result) -> Looks:
    """What of a file's description is compared."""
    return about.st_size, about.st_mtime_ns, about.st_ctime_ns, about.st_ino


def input_file(project: Project, file: str) -> InputFile:
    """An annotation as readers are given it."""
    return InputFile(file, project.root / file, article_key(file))


def _walk(project: Project, folder: str, name: str, found: Scan) -> None:
    try:
        entries = sorted(os.scandir(folder), key=attrgetter("name"))
    except OSError as error:
        found.findings.append(not_read(name, error.strerror or str(error)))
        found.lost.add(name)
        return
    for entry in entries:
        file = f"{name}/{entry.name}"
        if entry.is_dir(follow_symlinks=False):
            if entry.name.startswith("."):
                continue
            if like_a_file(entry.name):
                _see(project, file, entry, found)
            _walk(project, entry.path, file, found)
        elif not is_leftover(entry.name):
            _see(project, file, entry, found)


def _see(project: Project, file: str, entry: os.DirEntry[str], found: Scan) -> None:
    plain = file.isascii() and entry.is_file(follow_symlinks=False)
    if not plain and (finding := wrong(project, Path(entry.path), file)):
        found.findings.append(finding)
        found.lost.add(finding.file)
        return
    if not plain and entry.is_dir():
        return
    if entry.name.endswith(IGNORED):
        return
    try:
        about = entry.stat()
        looks = looks_of(about) if stat.S_ISREG(about.st_mode) else (0, 0, 0, 0)
    except OSError:
        looks = (0, 0, 0, 0)
    kept = found.companions if is_companion(entry.name, found.beside) else found.annotations
    kept[file] = looks
