"""The label maps of a project: which there are, and their bytes.

A label map says what the labels of an annotation tool's tag set mean in our model. It is data, never run,
so that it needs no trust. A project's own, in ``ingest/labels/``, take the place of bundled ones.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from diaspora_kg.content import content
from diaspora_kg.errors import UsageError
from diaspora_kg.project import Project, is_leftover
from diaspora_kg.reading import LabelFile

SUFFIX = ".toml"
_LONGEST = 4_000_000  # bytes; a map is a few dozen lines


def label_files(project: Project) -> tuple[LabelFile, ...]:
    """Every label map, one for each name, in order of name; raises :class:`UsageError`."""
    found = {path.stem: LabelFile(path.stem, f"ingest/labels/{path.name}", path.read_bytes())
             for path in bundled()}  # fmt: skip
    for path in own(project):
        found[path.stem] = LabelFile(path.stem, project.relative(path), _read(project, path))
    return tuple(found[name] for name in sorted(found))


def bundled() -> tuple[Path, ...]:
    """The maps that come with the program."""
    return tuple(_below(content("ingest") / "labels"))


def own(project: Project) -> tuple[Path, ...]:
    """The project's own maps."""
    return tuple(_below(project.root / "ingest" / "labels"))


def map_name(file: str) -> str | None:
    """The name of the project's own map that a file is, by its path in the project.

    >>> map_name("ingest/labels/guild.toml"), map_name("ingest/guild.toml")
    ('guild', None)
    """
    folder, _, name = file.rpartition("/")
    return name.removesuffix(SUFFIX) if folder == "ingest/labels" and name.endswith(SUFFIX) else None


def _below(folder: Path) -> Iterator[Path]:
    if folder.is_dir():
        yield from sorted(p for p in folder.glob(f"*{SUFFIX}") if not is_leftover(p.name))


def _read(project: Project, path: Path) -> bytes:
    where = project.relative(path)
    if not project.holds(path):
        raise UsageError(f"{where} is a link that leaves the project, and is not followed.")
    try:
        if not path.is_file():
            raise UsageError(f"{where} is no file. Remove it.")
        with path.open("rb") as opened:
            data = opened.read(_LONGEST + 1)
    except OSError as error:
        raise UsageError(f"{where} cannot be read: {error.strerror}.") from error
    if len(data) > _LONGEST:
        raise UsageError(f"{where} is too large to be a label map.")
    return data
