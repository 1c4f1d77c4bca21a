"""Whose scripts may run, and which server may be asked: what this user has said of each project.

A cloned project is data until its user says otherwise. What was said is kept outside of every project,
by the project's folder and, for each script, a stamp: the hash of its bytes together with those of
all other Python files below ``ingest/``, which it may import. A change of any of them asks again. So does
one of the server that holds the graph: else a stranger's ``dkg.toml`` could send requests anywhere.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock

from diaspora_kg.errors import UsageError
from diaspora_kg.project import Project

FORMAT = 1
"""The version of the file in which trust is kept."""

NAME = "trusted.json"
"""The name of that file."""

STORE = "store"
"""By which name trust in the server is kept, beside the files of scripts."""

_ADDRESSES = frozenset({"url", "query", "update", "graphs"})

Trusted = bool | frozenset[str]
"""What may run: all scripts of the project, none, or those with one of these stamps."""


@dataclass(frozen=True, slots=True)
class OwnScript:
    """A reader script of the project's own; ``file`` is relative to the project, ``sha256`` of its bytes."""

    file: str
    path: Path
    sha256: str
    stamp: str


def own_scripts(project: Project) -> tuple[OwnScript, ...]:
    """The project's own scripts as they are now, but for those that cannot be read or leave the project."""
    folder = project.root / "ingest"
    bytes_of = {path: _read(path) for path in sorted(folder.rglob("*.py")) if project.holds(path)}
    own = [path for path in bytes_of if path.parent == folder and not path.name.startswith("_")]
    beside = hashlib.sha256()
    for path, data in bytes_of.items():
        if path not in own:
            beside.update(project.relative(path).encode("utf-8", "surrogateescape") + b"\0" + _hash(data))
    scripts = ((project.relative(path), path, bytes_of[path]) for path in own)
    return tuple(
        OwnScript(file, path, _hash(data).hex(), _stamp(file, data, beside.digest()))
        for file, path, data in scripts
        if data is not None
    )


def store_stamp(project: Project) -> str:
    """A stamp of the server that ``dkg.toml`` names, as it is now; empty without one."""
    written = json.dumps(sorted(project.store.items()))
    return _stamp(STORE, written.encode(), b"") if project.store else ""


def may_ask(project: Project, trusted: Trusted) -> bool:
    """Whether a command may connect to the server that ``dkg.toml`` names.

    Who gives a name and a password for its origin has said so as well.
    """
    addresses = [value for key, value in project.store.items() if key in _ADDRESSES]
    given = project.credentials is not None and all(map(project.credentials.fits, addresses))
    return given or (trusted if isinstance(trusted, bool) else store_stamp(project) in trusted)


def may_run(script: OwnScript, trusted: Trusted) -> bool:
    """Whether a script may run."""
    return trusted if isinstance(trusted, bool) else script.stamp in trusted


@dataclass(frozen=True, slots=True)
class Said:
    """What the user has said, in ``folder``, the program's configuration folder."""

    folder: Path

    def stamps(self, project: Project) -> frozenset[str]:
        """The stamps of this project's scripts that are trusted.

        A folder inside of the project counts for nothing: whoever made the project may have written it.
        Raises :class:`UsageError` for a file that cannot be read, or is of a newer format.
        """
        if project.holds(self.folder):
            return frozenset()
        return frozenset(self._projects().get(str(project.root), {}).values())

    def known(self, project: Project) -> Mapping[str, str]:
        """The stamp of each script for which trust was given, by its file, whatever it is now."""
        return {} if project.holds(self.folder) else self._projects().get(str(project.root), {})

    def give(self, project: Project, scripts: tuple[OwnScript, ...], *, store: bool = False) -> None:
        """Trust these scripts of a project as they are, its server, and no others; none forgets the project.

        Raises :class:`UsageError` when the folder is inside of the project or cannot be written.
        """
        if project.holds(self.folder):
            raise UsageError(f"{self.folder} is inside of the project; trust is kept outside.")
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            with FileLock(self.folder / f"{NAME}.lock", timeout=10):
                projects = dict(self._projects())
                projects.pop(str(project.root), None)
                stamps = {script.file: script.stamp for script in scripts}
                if store and project.store:
                    stamps[STORE] = store_stamp(project)
                if stamps:
                    projects[str(project.root)] = stamps
                self._write(projects)
        except OSError as error:
            raise UsageError(f"{self.folder} cannot be written: {error.strerror or error}") from error

    def _projects(self) -> Mapping[str, Mapping[str, str]]:
        path = self.folder / NAME
        try:
            written = json.loads(path.read_text("utf-8"))
            version, projects = written["format"], written["projects"]
            if version == FORMAT:
                return {root: dict(stamps) for root, stamps in projects.items()}
        except FileNotFoundError:
            return {}
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise UsageError(f"{path} cannot be read ({error}). Remove it, then: dkg trust") from error
        raise UsageError(f"{path} has format {version}; this program reads {FORMAT}. Update dkg.")

    def _write(self, projects: Mapping[str, Mapping[str, str]]) -> None:
        new = self.folder / f"{NAME}.new"
        written = {"format": FORMAT, "projects": projects}
        new.write_text(json.dumps(written, indent=2, sort_keys=True) + "\n", "utf-8")
        new.chmod(0o600)
        new.replace(self.folder / NAME)


def _read(path: Path) -> bytes | None:
    try:
        return path.read_bytes() if path.is_file() else None
    except OSError:
        return None


def _hash(data: bytes | None) -> bytes:
    return b"-" if data is None else hashlib.sha256(data).digest()


def _stamp(file: str, data: bytes | None, beside: bytes) -> str:
    return hashlib.sha256(file.encode("utf-8", "surrogateescape") + b"\0" + _hash(data) + beside).hexdigest()
