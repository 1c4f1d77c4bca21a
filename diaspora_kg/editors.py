"""What a project keeps for its editors and readers: the JSON Schemas and the reference, as files of its own.

An editor that knows the line ``# yaml-language-server: $schema=…`` completes keys and marks mistakes
while one types. The files lie in the project, so that this works offline.
"""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path

from diaspora_kg.content import content

FOLDER = ".schema"
SCHEMAS = ("article.schema.json", "register.schema.json")
_PAGES = ("native-format.md", "lists.md", "queries.md", "decisions.md", "answer.schema.json")
_IN_CHECKOUT = re.compile(r"(?<=\$schema=)(?:\.\./)+reference/")  # as the bundled examples write it


def equip(root: Path) -> None:
    """Write the schemas to ``.schema/`` and the reference to ``docs/`` of a new project."""
    _copy(SCHEMAS, root / FOLDER)
    _copy(_PAGES, root / "docs")


def schemas(root: Path) -> None:
    """Write the schemas where a project made earlier has none; nothing that is there is touched."""
    folder = root / FOLDER
    if not folder.exists() and not folder.is_symlink():
        _copy(SCHEMAS, folder)


def schema_of(root: Path, annotation: Path) -> str:
    """The schema of an annotation, as its first line names it."""
    return Path(os.path.relpath(root / FOLDER / SCHEMAS[0], annotation.parent)).as_posix()


def localize(root: Path) -> None:
    """Let the annotations and the register of an example that was copied to ``root`` name its own schemas."""
    for path in (root / "register.yaml", *(root / "articles").rglob("*.yaml")):
        folder = Path(os.path.relpath(root / FOLDER, path.parent)).as_posix()
        path.write_text(_IN_CHECKOUT.sub(f"{folder}/", path.read_text("utf-8"), count=1), "utf-8")


def _copy(names: tuple[str, ...], folder: Path) -> None:
    folder.mkdir(exist_ok=True)
    for name in names:
        shutil.copyfile(content("reference", name), folder / name)
