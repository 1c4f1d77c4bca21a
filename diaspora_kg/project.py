"""A project folder and its settings: ``dkg.toml`` as one frozen value.

Paths that leave the project through a symbolic link are never followed: a cloned project is data.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from diaspora_kg.content import content
from diaspora_kg.credentials import Credentials
from diaspora_kg.errors import UsageError
from diaspora_kg.names import Names
from diaspora_kg.settings.reading import read
from diaspora_kg.settings.rules import ReaderRule
from diaspora_kg.settings.tables import SAMPLE


@dataclass(frozen=True)
class Project:
    """The settings of one project; ``root`` is its folder, resolved.

    ``asks`` says that whoever runs the program lets it connect to the ``store``: settings of a cloned project
    are a stranger's.
    """

    root: Path
    title: str
    base: str
    languages: tuple[str, ...] = ("en",)
    licence: str = ""
    withheld: bool = False
    quote_words: int = 15
    keep: int = 5
    readers: tuple[ReaderRule, ...] = ()
    publish: tuple[str, ...] = ()
    serve: Mapping[str, int | str | tuple[str, ...]] = field(default_factory=dict)
    pages: Mapping[str, object] = field(default_factory=dict)
    engine: str = "fast"
    sample: float = SAMPLE
    store: Mapping[str, str] = field(default_factory=dict)
    credentials: Credentials | None = field(default=None, repr=False, compare=False)
    asks: bool = field(default=False, compare=False)

    @classmethod
    def load(cls, folder: Path) -> Project:
        """Read ``dkg.toml``; raises :class:`UsageError` with its line when something is wrong."""
        root = folder.resolve()
        path = root / "dkg.toml"
        if not path.is_file():
            where = "This folder" if folder == Path() else str(folder)
            hint = "Go to a project's folder, name it with --project, or make one: dkg init NAME"
            raise UsageError(f"{where} holds no dkg.toml, so it is no project. {hint}")
        if not _inside(path, root):
            raise UsageError("dkg.toml is a link that leaves the project, and is not followed.")
        return cls(root, **read(path, root.name))  # type: ignore[arg-type]

    def may_ask(self) -> None:
        """Raises :class:`UsageError` where a store is named and nobody has said that it may be asked."""
        if self.store and not self.asks:
            raise UsageError(
                f"dkg.toml names the store {self.store['url']}, and you have not said that it may be "
                "asked. If it is the server that is meant, run: dkg trust"
            )

    @cached_property
    def names(self) -> Names:
        """Mints the IRIs of this project."""
        return Names(self.base)

    @property
    def gloss_language(self) -> str:
        """The language of paraphrases, unless an article says otherwise."""
        return self.languages[0]

    @property
    def articles(self) -> Path:
        """The folder of texts and annotations."""
        return self.root / "articles"

    @property
    def register(self) -> Path:
        """The file of known entities; it may be absent."""
        return self.root / "register.yaml"

    @property
    def decisions(self) -> Path:
        """The file of reviewed decisions on identity; it may be absent."""
        return self.root / "decisions.tsv"

    @property
    def derived(self) -> Path:
        """The folder of everything that is made and never edited: ``.dkg``."""
        return self.root / ".dkg"

    def folders(self, name: str) -> tuple[Path, ...]:
        """The bundled folder of that name (``ontology``, ``queries``), then the project's own.

        Raises :class:`UsageError` as :meth:`own` does.
        """
        own = self.own(name)
        return (content(name), own) if own else (content(name),)

    def own(self, name: str) -> Path | None:
        """The project's own folder of that name, ``None`` without one.

        Raises :class:`UsageError` for what cannot be read in it: a folder, a link that leaves the
        project, and what is no file (reading a pipe would wait for ever).
        """
        own = self.root / name
        if not own.is_dir():
            return None
        for path in (own, *_below(own, self)):
            where = self.relative(path)
            if path.is_symlink() and not self.holds(path):
                raise UsageError(f"{where} is a link that leaves the project, and is not followed.")
            if path.exists() and not (path.is_file() or path.is_dir()):
                raise UsageError(f"{where} is neither a file nor a folder. Remove it.")
        return own

    def holds(self, path: Path) -> bool:
        """Whether a path, its links followed, lies in the project."""
        return _inside(path, self.root)

    def holds_file(self, path: Path) -> bool:
        """The same of a file that is asked for among many of its folder; looks at it and at the folder."""
        try:
            if stat.S_ISLNK(os.lstat(path).st_mode):
                return self.holds(path)
            folder = os.path.dirname(path)  # noqa: PTH120 - quick
            about = os.stat(folder)  # noqa: PTH116 - quick
        except OSError:
            return self.holds(path)
        same = about.st_dev, about.st_ino
        if self._folders.get(folder) != same:
            if not self.holds(Path(folder)):
                return False
            self._folders[folder] = same
        return True

    @cached_property
    def _folders(self) -> dict[str, tuple[int, int]]:
        """Folders that were seen to lie in the project, and which they were then."""
        return {}

    def relative(self, path: Path) -> str:
        """A path as findings name it: relative to the project, with forward slashes."""
        whole, folder = os.fspath(path), os.fspath(self.root) + os.sep
        if whole.startswith(folder) and not folder.endswith(os.sep * 2):
            return whole[len(folder) :].replace(os.sep, "/")
        return path.relative_to(self.root).as_posix() if path.is_relative_to(self.root) else path.name


def is_leftover(name: str) -> bool:
    """Whether a file is hidden or what an editor leaves behind, which is never read."""
    return name.startswith((".", "#")) or name.endswith("~")


def _below(folder: Path, project: Project) -> Iterator[Path]:
    """Everything in a folder, in order; one that cannot be listed is an error, never empty."""

    def lost(error: OSError) -> None:
        where = project.relative(Path(error.filename))
        raise UsageError(f"{where} cannot be read: {error.strerror}.") from error

    for here, folders, files in os.walk(folder, onerror=lost):
        folders.sort()
        yield from (Path(here, name) for name in sorted([*folders, *files]))


def _inside(path: Path, root: Path) -> bool:
    try:
        real, folder = os.path.realpath(path, strict=False), os.fspath(root)
    except (OSError, RuntimeError):
        return False
    if not real.startswith(folder):
        return False
    if real != folder and not folder.endswith(os.sep) and not real.startswith(folder + os.sep):
        return False
    return not os.path.islink(real)  # noqa: PTH114 - quick; what is left of a link to itself leads nowhere
