"""The text of an article where it may be shown and is at hand; else why not.

A snapshot holds no texts. They lie in the project, and one is shown only if all of this holds: the project
says so (``[pages] texts = true``), neither it nor the annotation withholds the text, the file is there, and
its SHA-256 is the one in the graph. Whatever cannot be made out counts as withheld.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import PurePosixPath

from diaspora_kg.errors import Report
from diaspora_kg.pipeline.files import NotReadableError, content_of
from diaspora_kg.project import Project
from diaspora_kg.yamlnodes import Leaf, Table, parse

LONGEST = 200_000
"""The longest text that a page shows, in characters."""

_HEADERS = (".yaml", ".yml")
_WITHHELD = "withheld"

WITHHELD = "The text is withheld: its owner has not allowed that it is shown here."
NOT_SHOWN = "This project shows no whole texts on its pages."
NOT_HERE = "The text is not at hand where these pages are made."
CHANGED = "The text at hand is not the one that was annotated, so it is not shown."
TOO_LONG = "The text is too long for a page."


@dataclass(frozen=True, slots=True)
class Reading:
    """A text, or (``text`` is ``None``) why it is not shown, as a message id."""

    text: str | None
    why: str = ""


def at_hand(project: Project, file: str, sha256: str) -> Reading:
    """The text of an article that was annotated in ``file``; ``sha256`` is that of the graph, in hex."""
    if project.withheld:
        return Reading(None, WITHHELD)
    if project.pages.get("texts") is not True:
        return Reading(None, NOT_SHOWN)
    if not file or not sha256:
        return Reading(None, NOT_HERE)
    named = _named(project, file)
    if named is None:
        return Reading(None, WITHHELD)
    return _read(project, named, sha256)


def shown_by(project: Project) -> str:
    """A hash that changes with whatever of the project's files may change which texts are shown."""
    told: list[object] = [project.withheld, project.pages.get("texts") is True]
    if told == [False, True]:
        for path in sorted(project.articles.rglob("*")):
            stat = path.lstat()
            told.append([str(path), stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns])
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()


def _named(project: Project, file: str) -> str | None:
    """The file of the text; ``None`` where the annotation, or a header beside it, withholds it.

    A header that cannot be read says nothing that one may rely on, so it withholds.
    """
    path = PurePosixPath(file)
    text = path.with_suffix(".txt")
    for header in sorted({path.with_suffix(suffix) for suffix in _HEADERS}):
        if not (project.root / header).exists():
            continue
        try:
            data, _ = content_of(project, project.root / header)
        except NotReadableError:
            return None
        tree = parse(data, Report(str(header)))
        article = tree.get("article") if isinstance(tree, Table) else None
        if not isinstance(article, Table):
            return None
        named = article.get("text")
        if named is not None:
            if not isinstance(named, Leaf) or named.text == _WITHHELD:
                return None
            if named.text:
                text = path.parent / named.text
    return str(text)


def _read(project: Project, named: str, sha256: str) -> Reading:
    path = project.root / named
    if ".." in PurePosixPath(named).parts or not path.exists():
        return Reading(None, NOT_HERE)
    try:
        data, _ = content_of(project, path)
        if hashlib.sha256(data).hexdigest() != sha256:
            return Reading(None, CHANGED)
        text = data.decode("utf-8")
    except (NotReadableError, UnicodeDecodeError):
        return Reading(None, NOT_HERE)
    return Reading(text) if len(text) <= LONGEST else Reading(None, TOO_LONG)
