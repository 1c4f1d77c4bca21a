"""What a worker on another machine is sent, and how it does its part of a build with that.

It sees none of the project's files. The settings, the register and the project's own scripts and ontology
come once, as a :class:`Kit` that is named by its hash; the files of articles come with each piece of work.
What was not sent and is needed is asked for (:class:`Lacking`), and the work is sent again with it.

A worker serves one kit at a time, one piece of work at a time: what the scripts of another build imported
is forgotten before these are loaded, and scripts need not be written for threads.
"""

from __future__ import annotations

import atexit
import hashlib
import os
import pickle
import shutil
import sys
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path, PurePosixPath
from threading import Lock
from typing import Any

from diaspora_kg import __version__, loader
from diaspora_kg.content import content
from diaspora_kg.errors import RunStopped
from diaspora_kg.loader import Script
from diaspora_kg.pipeline.files import NotReadableError
from diaspora_kg.pipeline.setting import MAPPING, Setting, stamps_of
from diaspora_kg.project import Project
from diaspora_kg.state import FileStamp

Sent = tuple[bytes, FileStamp] | str | None
"""A file that was sent: bytes and stamp, why it cannot be read, or that it is not there."""


class Lacking(Exception):
    """Files that were not sent and are needed, by path in the project; none: the kit itself."""

    @property
    def files(self) -> frozenset[str]:
        """The files; empty where the kit is lacking."""
        return frozenset(self.args)


class Refused(Exception):
    """This worker cannot take part; the text says why."""


@dataclass(frozen=True)
class Program:
    """What must be the same on every machine: versions, and a hash of the program and its content."""

    version: str
    mapping: str
    python: str
    sha256: str

    def __str__(self) -> str:
        return (
            f"diaspora-kg {self.version} (mapping {self.mapping}, {self.sha256[:12]}, Python {self.python})"
        )


@lru_cache(maxsize=1)
def program() -> Program:
    """The program that runs here."""
    digest = hashlib.sha256()
    here = Path(__file__).resolve().parents[1]
    for folder, end in ((here, "*.py"), (content("ontology"), "*"), (content("ingest"), "*")):
        for path in sorted(folder.rglob(end)):
            file = path.relative_to(folder)
            if path.is_file() and not {"__pycache__", "_bundled"} & set(file.parts):
                digest.update(f"{file.as_posix()}\0".encode())
                digest.update(hashlib.sha256(path.read_bytes()).digest())
    python = ".".join(map(str, sys.version_info[:2]))
    return Program(__version__, MAPPING, python, digest.hexdigest())


@dataclass(frozen=True)
class Kit:
    """What all work of one round needs: ``given`` holds or is the setting, ``files`` are the project's own.

    ``scripts`` are named by whether they are the project's own, their name and their hash.
    """

    given: Any
    scripts: tuple[tuple[bool, str, str], ...]
    files: Mapping[str, bytes]

    @classmethod
    def of(cls, given: Any) -> bytes:
        """A kit as it travels; no credentials are in it. Raises :class:`RunStopped` if files changed."""
        setting = given if isinstance(given, Setting) else given.setting
        project = replace(setting.project, credentials=None)
        scripts = tuple(
            (one.path.parent != content("ingest"), one.path.name, one.sha256) for one in setting.scripts
        )
        folders = ["ontology"] if len(setting.folders) > 1 else []
        folders += ["ingest"] if any(own for own, _, _ in scripts) else []
        files = {file: data for folder in folders for file, data in _own(project, folder)}
        for own, name, sha256 in scripts:
            if own and hashlib.sha256(files.get(f"ingest/{name}", b"")).hexdigest() != sha256:
                raise RunStopped(f"ingest/{name} was changed during the run. Build again.")
        bare = replace(setting, project=project, scripts=(), folders=())
        return pickle.dumps(cls(_with(given, bare), scripts, files), pickle.HIGHEST_PROTOCOL)


def _with(given: Any, setting: Setting) -> Any:
    return setting if isinstance(given, Setting) else replace(given, setting=setting)


def _own(project: Project, folder: str) -> list[tuple[str, bytes]]:
    paths = sorted((project.root / folder).rglob("*"))
    kept = (p for p in paths if p.is_file() and p.parent.name != "__pycache__" and project.holds(p))
    return [(project.relative(path), path.read_bytes()) for path in kept]


@dataclass
class SentFiles:
    """The files of a project as they were sent with a piece of work; see :class:`~.files.Files`."""

    sent: Mapping[str, Sent] = field(default_factory=dict)
    lacking: set[str] = field(default_factory=set)

    def there(self, project: Project, path: Path) -> bool:
        """Whether there is a file or a link."""
        return self._sent(project, path) is not None

    def content_of(self, project: Project, path: Path) -> tuple[bytes, FileStamp]:
        """The bytes of a file and its stamp; raises :class:`NotReadableError`."""
        found = self._sent(project, path)
        if isinstance(found, tuple):
            return found
        raise NotReadableError(found or "it is not there")

    def _sent(self, project: Project, path: Path) -> Sent:
        inside = path.is_relative_to(project.root)
        file = project.relative(path) if inside else path.as_posix()
        if file not in self.sent:
            self.lacking.add(file)
        return self.sent.get(file)


@dataclass
class _Bench:
    """What this process is at: one kit, in a folder of its own."""

    kit: str = ""
    given: Any = None
    files: SentFiles = field(default_factory=SentFiles)
    folder: str = ""
    folder_hash: str = ""

    def take(self, name: str, packed: bytes) -> None:
        kit: Kit = pickle.loads(packed)  # noqa: S301 - a worker of Dask does what it is sent
        mark = hashlib.sha256(pickle.dumps(sorted(kit.files.items()))).hexdigest()
        if mark != self.folder_hash:
            self._unfold(kit.files, mark)
        setting = kit.given if isinstance(kit.given, Setting) else kit.given.setting
        root = Path(self.folder)
        scripts = tuple(
            Script((root / "ingest" if own else content("ingest")) / script, sha256)
            for own, script, sha256 in kit.scripts
        )
        folders = (content("ontology"), *([root / "ontology"] if (root / "ontology").is_dir() else []))
        if stamps_of(folders) != (setting.stamp, setting.core):
            raise Refused("The ontology was changed during the run. Build again.")
        project = replace(setting.project, root=root)
        self.files = SentFiles()
        made = replace(setting, project=project, scripts=scripts, folders=folders, files=self.files)
        self.given, self.kit = _with(kit.given, made), name

    def _unfold(self, files: Mapping[str, bytes], mark: str) -> None:
        self.kit = self.folder_hash = ""
        old, self.folder = self.folder, os.path.realpath(tempfile.mkdtemp(prefix="dkg-"))
        if old:
            _forget_modules(old)
            shutil.rmtree(old, ignore_errors=True)
        atexit.register(shutil.rmtree, self.folder, ignore_errors=True)
        for file, data in files.items():
            path = Path(self.folder, *PurePosixPath(file).parts)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        self.folder_hash = mark


def _forget_modules(folder: str) -> None:
    """What scripts of another build imported from beside them is not what these ones mean."""
    loader.forget()
    for name, module in list(sys.modules.items()):
        if str(getattr(module, "__file__", None) or "").startswith(folder + os.sep):
            del sys.modules[name]
    sys.path[:] = [one for one in sys.path if not one.startswith(folder)]


_ONE_AT_A_TIME = Lock()
_bench = _Bench()
_offered: dict[str, bytes] = {}


def offer(name: str, kit: bytes, wanted: Program) -> str:
    """Put a kit by for the work that will come; says why this worker cannot take part, if it cannot."""
    if wanted != program():
        return str(program())
    _offered.clear()
    _offered[name] = kit
    return ""


def work(
    wanted: Program, name: str, kit: bytes | None, function: Callable[[Any, Any], Any], packed: bytes
) -> bytes:
    """``function(item, given)`` with the files that came along; the outcome, pickled.

    Raises :class:`Lacking` for what must be sent too, :class:`Refused` if another program runs here.
    """
    if wanted != program():
        raise Refused(str(program()))
    with _ONE_AT_A_TIME:
        if _bench.kit != name:
            found = kit or _offered.get(name)
            if found is None:
                raise Lacking
            _bench.take(name, found)
        files = _bench.files
        item, files.sent = pickle.loads(packed)  # noqa: S301 - see above
        files.lacking = set()
        made = function(item, _bench.given)
        if files.lacking:
            raise Lacking(*sorted(files.lacking))
        files.sent = {}
        return pickle.dumps(made, pickle.HIGHEST_PROTOCOL)
