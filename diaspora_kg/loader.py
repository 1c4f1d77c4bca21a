"""Reader scripts, loaded by their path.

A script in ``ingest/`` has ``SUFFIXES``, ``sniff(head)`` and ``read(source)``. It is named by its path
and never by a function object, so that a worker process can load it for itself. The module is
registered in ``sys.modules`` before it runs, without which a dataclass in it fails.

A project's own scripts are somebody else's code: they run only where the caller says that they are
trusted. What such a script raises becomes a finding here, since its types must not travel.
"""

from __future__ import annotations

import hashlib
import importlib.util
import sys
import traceback
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from types import ModuleType

from diaspora_kg.content import content
from diaspora_kg.errors import DkgError, Finding, Severity
from diaspora_kg.project import Project
from diaspora_kg.reading import ReadResult, Source

HEAD = 4096
"""How many bytes of a file a script's ``sniff`` is shown."""


class ScriptFailed(DkgError):
    """A reader script could not be loaded, or raised; the text says what and at which line."""


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
        return f"dkg_ingest.{self.path.stem}_{self.sha256[:12]}"


def scripts(project: Project, *, trusted: bool) -> tuple[tuple[Script, ...], tuple[Finding, ...]]:
    """The bundled scripts, then the project's own, each by name; and findings for those not run."""
    found = [_script(path) for path in _files(content("ingest"))]
    findings = []
    for path in _files(project.root / "ingest"):
        if not project.holds(path):
            findings.append(_finding(project.relative(path), "link-leaves-project", *_LINK))
        elif not trusted:
            findings.append(_finding(project.relative(path), "script-not-trusted", *_TRUST))
        else:
            found.append(_script(path))
    return tuple(found), tuple(findings)


_LINK = (
    "This script is a link that leaves the project, and is not followed.",
    "Copy the file into the project.",
)
_TRUST = (
    "This script belongs to the project and was not run.",
    "Read it; when you trust it, say so with --trust.",
)


def load(script: Script) -> ModuleType:
    """The script as a module; raises :class:`ScriptFailed`."""
    return _load(script.path, script.module)


def accepts(script: Script, path: Path, head: bytes) -> bool:
    """Whether a script takes a file: by suffix, then by its first bytes."""
    module = load(script)
    if path.suffix.lower() not in module.SUFFIXES:
        return False
    with _guarded(script.path):
        return bool(module.sniff(head))


def read(script: Script, source: Source) -> ReadResult:
    """What a script makes of one file; raises :class:`ScriptFailed`."""
    module = load(script)
    with _guarded(script.path):
        result = module.read(source)
    if not isinstance(result, ReadResult):
        raise ScriptFailed(f"{script.path.name}: read() gave {type(result).__name__}, not a ReadResult")
    return result


@lru_cache(maxsize=64)
def _load(path: Path, name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise ScriptFailed(f"{path.name} is no Python file")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    try:
        with _guarded(path):
            spec.loader.exec_module(module)
    except ScriptFailed:
        del sys.modules[name]
        raise
    missing = [part for part in ("SUFFIXES", "sniff", "read") if not hasattr(module, part)]
    if missing:
        raise ScriptFailed(f"{path.name} has no {' and no '.join(missing)}")
    return module


@contextmanager
def _guarded(path: Path) -> Iterator[None]:
    try:
        yield
    except DkgError:
        raise
    except (Exception, SystemExit) as error:  # noqa: BLE001 - what a script raises cannot be listed here
        raise ScriptFailed(_told(path, error)) from None


def _told(path: Path, error: BaseException) -> str:
    if isinstance(error, SyntaxError) and error.filename == str(path):
        return f"{path.name}, line {error.lineno}: {error.msg}"
    own = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename == str(path)]
    where = f", line {own[-1].lineno}" if own else ""
    return f"{path.name}{where}: {type(error).__name__}: {error}"


def _script(path: Path) -> Script:
    return Script(path, hashlib.sha256(path.read_bytes()).hexdigest())


def _files(folder: Path) -> Sequence[Path]:
    return sorted(path for path in folder.glob("*.py") if not path.name.startswith("_"))


def _finding(file: str, code: str, message: str, hint: str) -> Finding:
    return Finding(file, 0, Severity.VIOLATION, code, message, hint)
