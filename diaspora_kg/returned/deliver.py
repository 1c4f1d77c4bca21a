"""Writes the articles of a project for an annotation tool: `dkg export annotations`.

What comes out is a folder as a project's ``articles/``: copied there, it gives the same graph. Texts that
are withheld go into a folder of their own, whose README says so.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from diaspora_kg.article import Article, Node
from diaspora_kg.errors import RunStopped, UsageError
from diaspora_kg.pipeline import Prepared, Progress, Words, run
from diaspora_kg.pipeline.texts import text_of
from diaspora_kg.project import Project, is_leftover
from diaspora_kg.returned.bratfiles import brat_files
from diaspora_kg.trust import Trusted

Form = Callable[[Article, str, Mapping[str, Node]], dict[str, bytes]]
"""From an article, its text and the register's nodes to files by suffix."""

FORMS: Mapping[str, Form] = {"brat": brat_files}
"""What ``--format`` takes."""

OPEN, WITHHELD = "articles", "withheld"
"""The folders of what may be passed on and of what may not."""

README = """\
# These texts must not be passed on

The project withholds the texts of the articles in this folder (`text: withheld`): they were exported
here because they are at hand on this computer, so that they can be annotated. Keep the folder off
shared drives and out of version control, and delete it when the annotations are back.

To bring them back, copy the annotation files (not this one) into the project's `articles/`.
"""


@dataclass(frozen=True)
class Delivered:
    """What was written: articles by folder, and what was left out with the reason."""

    written: tuple[str, ...]
    withheld: tuple[str, ...]
    left_out: tuple[tuple[str, str], ...]


def deliver(
    project: Project,
    form: str,
    out: Path,
    wanted: Callable[[Article], bool] = lambda _: True,
    *,
    trusted: Trusted = False,
    jobs: int = 1,
    progress: Progress | None = None,
) -> Delivered:
    """Write the articles that are ``wanted`` into ``out``.

    Raises :class:`UsageError` for a form that is not in :data:`FORMS` and where ``out`` cannot be written
    to or holds other files under these names.
    """
    if form not in FORMS:
        raise UsageError(f"{form} is no format of annotations. There are: {', '.join(FORMS)}.")
    done = run(project, jobs=jobs, trusted=trusted, wanted=wanted, progress=progress)
    register = {e.key: e.record for e in done.register.entries if isinstance(e.record, Node)}
    files: dict[str, bytes] = {}
    keys: dict[str, list[str]] = {OPEN: [], WITHHELD: []}
    left_out = []
    for prepared in done.articles:
        key = prepared.article.key
        if why := _kept(prepared):
            left_out.append((key, why))
            continue
        folder = WITHHELD if prepared.article.withheld else OPEN
        made = FORMS[form](prepared.article, text_of(project, prepared.article), register)
        files |= {f"{folder}/{key}{suffix}": data for suffix, data in made.items()}
        keys[folder].append(key)
    if keys[WITHHELD]:
        files[f"{WITHHELD}/README.md"] = README.encode()
    _write(out, files)
    return Delivered(tuple(keys[OPEN]), tuple(keys[WITHHELD]), tuple(left_out))


def _kept(prepared: Prepared) -> str:
    """Why an article is not exported."""
    key = prepared.article.key
    if not prepared.valid or prepared.mapped is None:
        return "it has violations: see dkg check"
    if prepared.words is not Words.TEXT:
        return "its text is not at hand"
    if is_leftover(key) or any(char in key for char in '/\\:*?"<>|') or not key.isprintable():
        return "its key cannot be the name of a file"
    return ""


def _write(out: Path, files: Mapping[str, bytes]) -> None:
    try:
        for name, data in sorted(files.items()):
            path = out / name
            if path.is_symlink() or (path.exists() and not path.is_file()):
                raise UsageError(f"{path} is no plain file, so nothing is written over it.")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
    except OSError as error:
        raise RunStopped(f"{out} cannot be written to: {error.strerror or error}") from error
