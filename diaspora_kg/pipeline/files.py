"""The files of a project: which there are, what they are called, and their bytes.

Links that leave the project are not followed, links to folders never are. What cannot be read is a
finding, and everything else goes on.
"""

from __future__ import annotations

import hashlib
import os
import stat
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache, partial
from pathlib import Path
from typing import Protocol

from diaspora_kg.errors import Finding, Severity, UsageError
from diaspora_kg.light import light
from diaspora_kg.looks import looks_of
from diaspora_kg.project import Project, is_leftover
from diaspora_kg.state import FileStamp

COMPANIONS = (".txt", ".lock")
IGNORED = (".schema.json",)


@light
@dataclass(frozen=True, slots=True, order=True)
class InputFile:
    """One file that may be an annotation; ``key`` is the article's key unless the file says another."""

    file: str
    path: Path
    key: str


@dataclass(frozen=True)
class Listing:
    """What lies below ``articles/``: annotations, and the files beside them that readers never see."""

    files: tuple[InputFile, ...] = ()
    companions: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()


class NotReadableError(Exception):
    """A file that is there cannot be read; the text says why."""


def article_key(file: str) -> str:
    """The key of an article by its path in the project.

    >>> article_key("articles/wire/2018/a.yaml")
    'wire.2018.a'
    """
    written = file if file.isascii() else unicodedata.normalize("NFC", file)
    return bare(written).removeprefix("articles/").replace("/", ".")


def bare(file: str) -> str:
    """A path in the project without its suffix, as ``pathlib`` counts one; asked for every file that is read.

    >>> bare("articles/a.b.yaml"), bare("articles/2018.x/a"), bare("articles/a.")
    ('articles/a.b', 'articles/2018.x/a', 'articles/a.')
    """
    dot = file.rfind(".")
    return file[:dot] if file.rfind("/") + 1 < dot < len(file) - 1 else file


def listing(project: Project, beside: frozenset[str] = frozenset()) -> Listing:
    """Every file below ``articles/``, in order of path; raises :class:`UsageError` without the folder.

    ``beside`` are the names and suffixes of files that only stand beside others.
    """
    if not project.articles.is_dir():
        raise UsageError(
            "This project has no folder articles/. Make it, and put texts and annotations there."
        )
    if not project.holds(project.articles):
        raise UsageError("articles/ is a link that leaves the project, and is not followed.")
    files, companions, findings = [], [], []
    lost: list[OSError] = []
    for path in sorted(_walk(project.articles, lost)):
        file = project.relative(path)
        if finding := wrong(project, path, file):
            findings.append(finding)
        elif _told(path.is_dir) or path.name.endswith(IGNORED):
            continue
        elif is_companion(path.name, beside):
            companions.append(file)
        else:
            files.append(InputFile(file, path, article_key(file)))
    for error in lost:
        folder = project.relative(Path(error.filename))
        findings.append(not_read(folder, error.strerror or str(error)))
    return Listing(tuple(files), tuple(companions), tuple(findings))


def is_companion(name: str, beside: frozenset[str]) -> bool:
    """Whether a file only stands beside annotations, by its name."""
    lower = name.lower()
    return lower.endswith(_ends(beside)) or name in beside


@lru_cache(maxsize=8)
def _ends(beside: frozenset[str]) -> tuple[str, ...]:
    return (*COMPANIONS, *(one for one in beside if one.startswith(".")))


def content_of(project: Project, path: Path) -> tuple[bytes, FileStamp]:
    """The bytes of a file and its stamp; raises :class:`NotReadableError`."""
    if not project.holds_file(path):
        raise NotReadableError("it is a link that leaves the project, and is not followed")
    try:
        about, data = _read(path)
    except OSError as error:
        raise NotReadableError(error.strerror or str(error)) from None
    digest = hashlib.sha256(data).hexdigest()
    return data, FileStamp(project.relative(path), *looks_of(about), digest)


def _read(path: Path) -> tuple[os.stat_result, bytes]:
    """How a file looks, and its bytes: the fewest calls of the system, since there are many files."""
    opened = os.open(path, _READING)
    try:
        about = os.fstat(opened)
        if not stat.S_ISREG(about.st_mode):
            raise NotReadableError("it is not a file")
        data = os.read(opened, about.st_size + 1)
        if len(data) != about.st_size:  # it grows, or is one of those that hide their size
            data += b"".join(iter(partial(os.read, opened, _PIECE), b""))
    finally:
        os.close(opened)
    return about, data


# To open a pipe without the second would wait for ever; the third is there on Windows only.
_READING = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
_PIECE = 1 << 20  # bytes


class Files(Protocol):
    """Where the files of a project are read: on the disk, or from what was sent to another machine."""

    def there(self, project: Project, path: Path) -> bool:
        """Whether there is a file or a link."""

    def content_of(self, project: Project, path: Path) -> tuple[bytes, FileStamp]:
        """As :func:`content_of`."""


@dataclass(frozen=True)
class OnDisk:
    """The files of a project as they lie in its folder."""

    def there(self, project: Project, path: Path) -> bool:  # noqa: ARG002 - as Files has it
        """See :class:`Files`."""
        return os.path.lexists(path)

    def content_of(self, project: Project, path: Path) -> tuple[bytes, FileStamp]:
        """See :class:`Files`."""
        return content_of(project, path)


ON_DISK = OnDisk()


def shown(file: str) -> str:
    """A path as findings name it: bytes that are not UTF-8 as escapes."""
    return os.fsencode(file).decode("utf-8", "backslashreplace")


def not_read(file: str, why: str, article: str = "") -> Finding:
    """The finding for a file that cannot be read."""
    message = f"This file cannot be read: {why}."
    return Finding(file, 0, Severity.VIOLATION, "file-not-readable", message, article=article)


def _walk(folder: Path, lost: list[OSError]) -> Iterator[Path]:
    for here, folders, names in os.walk(folder, onerror=lost.append):
        folders[:] = [name for name in folders if not name.startswith(".")]
        yield from (Path(here, name) for name in folders if like_a_file(name))
        links = [name for name in folders if _told(Path(here, name).is_symlink)]
        yield from (Path(here, name) for name in [*names, *links] if not is_leftover(name))


def _told(asked: Callable[[], bool]) -> bool:
    """What a path says of itself; one in a folder that can be listed and not entered says no."""
    try:
        return asked()
    except OSError:
        return False


def like_a_file(name: str) -> bool:
    """Whether a folder is called what an annotation, a text or a lock would be called."""
    return name.lower().endswith((*COMPANIONS, ".yaml", ".yml"))


def wrong(project: Project, path: Path, file: str) -> Finding | None:
    """What keeps a file from being read, by its name or as a link or folder."""
    try:
        file.encode()
    except UnicodeEncodeError:
        return Finding(
            shown(file), 0, Severity.VIOLATION, "file-name", "The file's name is not UTF-8.", "Rename it."
        )
    link, folder = _told(path.is_symlink), _told(path.is_dir)
    if link and not project.holds(path):
        return not_read(file, "it is a link that leaves the project, and is not followed")
    if folder and not link:
        message = "This is a folder that is called like a file."
        hint = "Rename it: a folder beside x.txt or x.yaml needs another name than theirs."
        return Finding(file, 0, Severity.VIOLATION, "folder-named-file", message, hint)
    if folder:
        message = "This link to a folder is not followed."
        return Finding(file, 0, Severity.WARNING, "link-to-folder", message, "Copy the files, or remove it.")
    return None
