"""What every step of one run needs to know: the project, its scripts, its ontology and shapes."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from diaspora_kg import loader
from diaspora_kg.labels import label_files
from diaspora_kg.loader import Script
from diaspora_kg.ontology import Ontology
from diaspora_kg.pipeline.files import ON_DISK, Files
from diaspora_kg.project import Project
from diaspora_kg.reading import LabelFile

if TYPE_CHECKING:
    from diaspora_kg.shapes.validate import Validator

MAPPING = "4"
"""The version of the way from an article to its quads and its index; another one rebuilds every article."""


@dataclass(frozen=True)
class Setting:
    """What every file of one run needs; small, since it travels to each worker.

    ``scripts`` may read files, ``folders`` hold the ontology, ``stamp`` is a hash of all that is in them,
    ``core`` of all but rules and whole-graph shapes, on which no article's own graph depends. ``labels``
    are the label maps, ``beside`` the names and suffixes of files that scripts read beside annotations,
    ``files`` is where the project's files are read.
    """

    project: Project
    scripts: tuple[Script, ...]
    folders: tuple[Path, ...]
    stamp: str
    core: str = ""
    labels: tuple[LabelFile, ...] = ()
    beside: frozenset[str] = frozenset()
    files: Files = ON_DISK

    @classmethod
    def of(cls, project: Project, scripts: tuple[Script, ...]) -> Setting:
        """The setting of a project as its files are now."""
        folders = project.folders("ontology")
        stamp, core = stamps_of(folders)
        beside = (name for script in scripts for name in getattr(loader.load(script), "BESIDE", ()))
        return cls(
            *(project, scripts, folders, stamp, core),
            labels=label_files(project),
            beside=frozenset(beside),
        )

    def scripts_for(self, suffix: str) -> tuple[Script, ...]:
        """The scripts that take files of a suffix, in lower case, by their first bytes."""
        found = self._by_suffix.get(suffix)
        if found is None:
            found = tuple(one for one in self.scripts if suffix in loader.load(one).SUFFIXES)
            self._by_suffix[suffix] = found
        return found

    @cached_property
    def _by_suffix(self) -> dict[str, tuple[Script, ...]]:
        return {}

    @cached_property
    def ontology(self) -> Ontology:
        """What can be said in this project, loaded once in each process."""
        return _ontology(self.folders, self.stamp)

    def __getstate__(self) -> dict[str, object]:
        """What travels: what each process loads for itself does not."""
        return {name: held for name, held in self.__dict__.items() if name in self.__dataclass_fields__}

    @property
    def article_shapes(self) -> Validator:
        """The shapes for one article, loaded once in each process."""
        return _article_shapes(self.folders, self.stamp, self.project.engine, self.project.sample)


def stamps_of(folders: Iterable[Path]) -> tuple[str, str]:
    """Hashes of all that is in the folders of an ontology, and of all that is not :func:`_late`."""
    digest, core = hashlib.sha256(), hashlib.sha256()
    for folder in folders:
        for path in sorted(p for p in folder.rglob("*") if p.is_file()):
            part = f"{path.relative_to(folder)}\0".encode() + path.read_bytes() + b"\0"
            digest.update(part)
            if not _late(path):
                core.update(part)
    return digest.hexdigest(), core.hexdigest()


def _late(path: Path) -> bool:
    """Whether a file has no say before the graph is put together."""
    rule = path.suffix == ".rq" and path.parent.name == "derive"
    return rule or (path.parent.name == "shapes" and path.match("graph*.ttl"))


@lru_cache(maxsize=2)
def _ontology(folders: tuple[Path, ...], stamp: str) -> Ontology:  # noqa: ARG001 - the stamp is for the cache
    return Ontology.load(folders)


@lru_cache(maxsize=2)
def _article_shapes(folders: tuple[Path, ...], stamp: str, engine: str, sample: float) -> Validator:
    from diaspora_kg.shapes.validate import Engine, Validator  # noqa: PLC0415 - so many modules for one step

    files = [path for folder in folders for path in sorted((folder / "shapes").glob("article*.ttl"))]
    return Validator(files, _ontology(folders, stamp).slim(), Engine(engine), sample)
