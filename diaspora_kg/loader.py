"""Reader scripts, loaded by their path.

A script in ``ingest/`` has ``SUFFIXES``, ``sniff(head)`` and ``read(source)``. It is named by its path
and never by a function object, so that a worker process can load it for itself. The module is
registered in ``sys.modules`` before it runs, without which a dataclass in it fails.

A project's own scripts are somebody else's code: they run only where the caller says that they are
trusted. What such a script raises becomes a finding here, since its types must not travel.
"""

from __future__ import annotations

import hashlib
import pickle
import sys
import traceback
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from pathlib import Path
from types import CodeType, ModuleType, TracebackType

from diaspora_kg.content import content
from diaspora_kg.errors import DkgError, Finding, Severity, UsageError
from diaspora_kg.project import Project
from diaspora_kg.reading import ReadResult, Source
from diaspora_kg.trust import OwnScript, Trusted, may_run, own_scripts

_PACKAGE = "dkg_ingest"

HEAD = 4096
"""How many bytes of a file a script's ``sniff`` is shown."""


class ScriptFailed(DkgError):
    """A reader script could not be loaded, or raised; ``line`` is that of the script (0: not known)."""

    def __init__(self, message: str, line: int = 0) -> None:
        super().__init__(message)
        self.line = line


@dataclass(frozen=True, slots=True)
class Script:
    """One reader script: ``sha256`` is that of its bytes."""

    path: Path
    sha256: str

    @property
    def name(self) -> str:
        """What ``reader =`` in dkg.toml calls it."""
        return self.path.stem

    @property
    def module(self) -> str:
        """Its name in ``sys.modules``."""
        return f"{_PACKAGE}.{self.path.stem}_{self.sha256[:12]}"


def scripts(project: Project, *, trusted: Trusted) -> tuple[tuple[Script, ...], tuple[Finding, ...]]:
    """The bundled scripts, then the project's own that can be loaded; and findings for the others."""
    found = [script_at(path) for path in _files(content("ingest"))]
    findings: list[Finding] = []
    folder = project.root / "ingest"
    known = {own.path: own for own in own_scripts(project)}
    for path in _files(folder) if folder.is_dir() else ():
        own = _own(project, path, known.get(path), trusted)
        if isinstance(own, Finding):
            findings.append(own)
        else:
            found.append(own)
    return tuple(found), tuple(findings)


def _own(project: Project, path: Path, known: OwnScript | None, trusted: Trusted) -> Script | Finding:
    file = project.relative(path)
    if not project.holds(path):
        return _finding(file, "link-leaves-project", *_LINK)
    if path.exists() and not path.is_file():  # reading a pipe would wait for ever
        return _finding(file, "file-not-readable", "This script is no file.", "Remove it.")
    if not (may_run(known, trusted) if known else trusted is True):
        return _finding(file, "script-not-trusted", *_TRUST)
    try:
        # The bytes that were found trusted, and no others that have taken their place since.
        own = Script(path, known.sha256) if known else script_at(path)
        load(own)
    except OSError as error:
        return _finding(file, "file-not-readable", f"This script cannot be read: {error.strerror}.", "")
    except ScriptFailed as error:
        message = f"This script cannot be loaded: {error}"
        return replace(_finding(file, "script-failed", message, "Mend the script."), line=error.line)
    return own


_LINK = (
    "This script is a link that leaves the project, and is not followed.",
    "Copy the file into the project.",
)
_TRUST = (
    "This script belongs to the project and was not run.",
    "Read it; when you trust it, say so with `dkg trust` (where nobody can be asked: with --trust).",
)


def load(script: Script) -> ModuleType:
    """The script as a module; raises :class:`ScriptFailed`."""
    return _load(script)


def forget() -> None:
    """Forget every script that was loaded; each is loaded again when it is needed."""
    _load.cache_clear()
    for name in [name for name in sys.modules if name.startswith(f"{_PACKAGE}.")]:
        del sys.modules[name]


def accepts(script: Script, path: Path, head: bytes) -> bool:
    """Whether a script takes a file: by suffix, then by its first bytes."""
    module = load(script)
    if path.suffix.lower() not in module.SUFFIXES:
        return False
    with _Guarded(script.path):
        return bool(module.sniff(head))


def read(script: Script, source: Source) -> ReadResult:
    """What a script makes of one file; raises :class:`ScriptFailed`."""
    module = load(script)
    with _Guarded(script.path):
        result = module.read(source)
        if not isinstance(result, ReadResult):
            raise ScriptFailed(f"{script.path.name}: read() gave {type(result).__name__}, not a ReadResult")
    if _bundled(script.path):
        return result  # our own scripts have no types of their own
    try:
        pickle.dumps(result)  # a type of the script's own is not found by its name, here or elsewhere
    except (pickle.PicklingError, AttributeError, TypeError) as error:
        raise ScriptFailed(f"{script.path.name}: read() gave a value that cannot travel: {error}") from None
    return result


@lru_cache(maxsize=64)
def _bundled(path: Path) -> bool:
    """Whether a script ships with the program; asked for every file that is read."""
    return path.parent == content("ingest")


class _Source(SourceFileLoader):
    """Runs the very bytes that were hashed, and leaves no compiled file in the project."""

    def __init__(self, script: Script) -> None:
        super().__init__(script.module, str(script.path))
        self._sha256 = script.sha256

    def get_code(self, fullname: str) -> CodeType:
        data = self.get_data(self.get_filename(fullname))
        if hashlib.sha256(data).hexdigest() != self._sha256:
            raise ScriptFailed(f"{Path(self.path).name} was changed during the run")
        code: CodeType = self.source_to_code(data, self.path)
        return code


@lru_cache(maxsize=64)
def _load(script: Script) -> ModuleType:
    spec = spec_from_loader(script.module, _Source(script), origin=str(script.path))
    if spec is None or spec.loader is None:
        raise ScriptFailed(f"{script.path.name} is no Python file")
    module = module_from_spec(spec)
    sys.modules[script.module] = module
    try:
        with _Guarded(script.path):
            spec.loader.exec_module(module)
    except ScriptFailed:
        del sys.modules[script.module]
        raise
    missing = [part for part in ("SUFFIXES", "sniff", "read") if not hasattr(module, part)]
    if missing:
        raise ScriptFailed(f"{script.path.name} has no {' and no '.join(missing)}")
    return module


class _Guarded:
    """A ``with`` block in which a script runs; what it raises comes out as :class:`ScriptFailed`."""

    __slots__ = ("_path",)

    def __init__(self, path: Path) -> None:
        self._path = path

    def __enter__(self) -> None:
        """There is nothing to begin."""

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if isinstance(error, Exception | SystemExit) and not isinstance(error, DkgError):
            raise ScriptFailed(*_told(self._path, error)) from None


def _told(path: Path, error: BaseException) -> tuple[str, int]:
    if isinstance(error, SyntaxError) and error.filename == str(path):
        return f"{path.name}, line {error.lineno}: {error.msg}", error.lineno or 0
    own = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename == str(path)]
    line = own[-1].lineno or 0 if own else 0
    # This never fails, where str() of a script's own exception may.
    said = "".join(traceback.format_exception_only(error)).strip().partition(": ")[2]
    where = f", line {line}" if line else ""
    return f"{path.name}{where}: {type(error).__name__}: {said}", line


def script_at(path: Path) -> Script:
    """The script at a path, under the hash of what it is now."""
    return Script(path, hashlib.sha256(path.read_bytes()).hexdigest())


def _files(folder: Path) -> Sequence[Path]:
    """Its scripts; raises :class:`UsageError`, where ``glob`` would find nothing in silence."""
    try:
        return sorted(path for path in folder.iterdir() if path.suffix == ".py" and path.name[0] not in "_.")
    except OSError as error:
        raise UsageError(f"{folder.name}/ cannot be read: {error.strerror}.") from error


def _finding(file: str, code: str, message: str, hint: str) -> Finding:
    return Finding(file, 0, Severity.VIOLATION, code, message, hint)
