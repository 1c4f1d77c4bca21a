"""How the files of a project look from outside: nothing is opened, and 200,000 take half a second.

It sees what :func:`~diaspora_kg.pipeline.files.listing` sees, with plain strings in place of paths. Which
files are annotations is only told of folders of which somebody asks it.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from diaspora_kg.errors import Finding, UsageError
from diaspora_kg.glance import Glance, parts
from diaspora_kg.looks import UNKNOWN, Looks, looks_of, packed, plain, unpacked
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
from diaspora_kg.state.folders import folder_of, mark_of


@dataclass
class Folder:
    """The files of one folder that may be read, in order of their names, and how each looks (packed)."""

    name: str
    beside: frozenset[str] = frozenset()
    files: list[str] = field(default_factory=list)
    looks: list[bytes] = field(default_factory=list)

    @property
    def mark(self) -> str:
        """See :func:`~diaspora_kg.state.folders.mark_of`."""
        return mark_of(self.files, self.looks)

    @property
    def annotations(self) -> dict[str, Looks]:
        """The annotations, by path in the project."""
        return self._parted[0]

    @property
    def companions(self) -> dict[str, Looks]:
        """The files that stand beside them, by path in the project."""
        return self._parted[1]

    @cached_property
    def _parted(self) -> tuple[dict[str, Looks], dict[str, Looks]]:
        annotations: dict[str, Looks] = {}
        companions: dict[str, Looks] = {}
        for file, looks in zip(self.files, self.looks, strict=True):
            kept = companions if is_companion(file, self.beside) else annotations
            kept[f"{self.name}/{file}"] = unpacked(looks)
        return annotations, companions


class _Those(Mapping[str, Looks]):
    """The annotations of all folders, or what stands beside them; a folder is looked at when it is asked."""

    def __init__(self, folders: Mapping[str, Folder], *, companions: bool) -> None:
        self._folders = folders
        self._companions = companions

    def _of(self, folder: Folder) -> dict[str, Looks]:
        return folder.companions if self._companions else folder.annotations

    def __getitem__(self, path: str) -> Looks:
        return self._of(self._folders[folder_of(path)])[path]

    def __iter__(self) -> Iterator[str]:
        return (path for folder in self._folders.values() for path in self._of(folder))

    def __len__(self) -> int:
        return sum(len(self._of(folder)) for folder in self._folders.values())


@dataclass
class Scan:
    """What lies below ``articles/``, by path in the project: size, time of content, of change, inode.

    ``lost`` are folders and files of which no more is known than that they are there, ``beside`` the names
    and suffixes of files that only stand beside others.
    """

    folders: dict[str, Folder] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    lost: set[str] = field(default_factory=set)
    beside: frozenset[str] = frozenset()

    @property
    def annotations(self) -> Mapping[str, Looks]:
        """The annotations of all folders."""
        return _Those(self.folders, companions=False)

    @property
    def companions(self) -> Mapping[str, Looks]:
        """What stands beside them."""
        return _Those(self.folders, companions=True)


def scan(project: Project, beside: frozenset[str] = frozenset(), glance: Glance | None = None) -> Scan:
    """Look at every file below ``articles/``, those that ``glance`` has seen apart.

    Raises :class:`UsageError` without the folder.
    """
    if not project.articles.is_dir():
        raise UsageError(
            "This project has no folder articles/. Make it, and put texts and annotations there."
        )
    if not project.holds(project.articles):
        raise UsageError("articles/ is a link that leaves the project, and is not followed.")
    found = Scan(beside=beside)
    _walk(project, str(project.articles), "articles", found, glance)
    found.findings.sort()
    return found


def annotations_up_to(folder: Path, beside: frozenset[str], most: int) -> int:
    """About how many annotations lie in and below a folder; many are not counted to the end."""
    waiting, found = [str(folder)], 0
    while waiting and found < most:
        try:
            entries = list(os.scandir(waiting.pop()))
        except OSError:
            continue
        waiting += [entry.path for entry in entries if entry.is_dir(follow_symlinks=False)]
        found += sum(not is_companion(entry.name, beside) for entry in entries if entry.is_file())
    return min(found, most)


def look(path: Path) -> Looks | None:
    """How one file looks; ``None`` if it is not there, zeros if that cannot be told."""
    try:
        return looks_of(path.stat())
    except FileNotFoundError:
        return UNKNOWN if path.is_symlink() else None
    except OSError:
        return UNKNOWN


def input_file(project: Project, file: str) -> InputFile:
    """An annotation as readers are given it."""
    return InputFile(file, project.root / file, article_key(file))


def _walk(project: Project, folder: str, name: str, found: Scan, glance: Glance | None) -> None:
    try:
        listed = _listed(folder, glance, simple=_utf8(name))
    except OSError as error:
        found.findings.append(not_read(name, error.strerror or str(error)))
        found.lost.add(name)
        return
    here = found.folders[name] = Folder(name, found.beside)
    add_file, add_looks = here.files.append, here.looks.append
    for file, looks in listed:
        if isinstance(looks, os.DirEntry):
            _other(project, f"{name}/{file}", looks, found, glance)
        elif not is_leftover(file) and not file.endswith(IGNORED):
            add_looks(looks)
            add_file(file)


def _listed(
    folder: str, glance: Glance | None, *, simple: bool
) -> Iterable[tuple[str, bytes | os.DirEntry[str]]]:
    """What lies in a folder, in order of names: how a file with a plain name looks, the entry of all else."""
    opened = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)  # names are looked up from here, not from the root
    try:
        names = sorted(os.listdir(opened))  # noqa: PTH208 - it is a number
        looks = [*_looks_in(folder, names, opened, glance)] if simple else []
    finally:
        os.close(opened)
    if simple and None not in looks:
        return zip(names, filter(None, looks), strict=True)
    seen: dict[str, bytes | os.DirEntry[str]] = {entry.name: entry for entry in os.scandir(folder)}
    seen.update((name, one) for name, one in zip(names, looks, strict=simple) if one)
    return sorted(seen.items())


def _looks_in(folder: str, names: list[str], opened: int, glance: Glance | None) -> Iterator[bytes | None]:
    """How the files of a folder look that have a plain name, packed; each was seen in time, or is now."""
    for part in parts(names):
        yield from (glance.of(folder, part) if glance else None) or plain(part, opened)


def _other(project: Project, file: str, entry: os.DirEntry[str], found: Scan, glance: Glance | None) -> None:
    if not entry.is_dir(follow_symlinks=False):
        if not is_leftover(entry.name):
            _see(project, file, entry, found)
    elif not entry.name.startswith("."):
        if like_a_file(entry.name):
            _see(project, file, entry, found)
        _walk(project, entry.path, file, found, glance)


def _utf8(name: str) -> bool:
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True


def _looks(entry: os.DirEntry[str]) -> Looks:
    try:
        about = entry.stat()
    except OSError:
        return UNKNOWN
    return looks_of(about) if stat.S_ISREG(about.st_mode) else UNKNOWN


def _see(project: Project, file: str, entry: os.DirEntry[str], found: Scan) -> None:
    """What is no plain file with a plain name."""
    if finding := wrong(project, Path(entry.path), file):
        found.findings.append(finding)
        found.lost.add(finding.file)
        return
    if entry.is_dir() or entry.name.endswith(IGNORED):
        return
    here = found.folders[folder_of(file)]
    here.looks.append(packed(_looks(entry)))
    here.files.append(entry.name)
