"""The two rounds of a build from nothing, as they are given to workers here or on other machines.

A worker elsewhere has neither the project's files nor the state: the files come with the articles, and what
the state knows of those that waited is asked here, before they travel.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from diaspora_kg.build.batch import Batch
from diaspora_kg.build.given import Given
from diaspora_kg.build.pickled import pickled, unpickled
from diaspora_kg.build.rounds import (
    Known,
    Waiting,
    known,
    note,
    note_files,
    prepare_known,
    prepare_waiting,
    read_first,
)
from diaspora_kg.errors import Finding, Severity
from diaspora_kg.pipeline import Prepared
from diaspora_kg.pipeline.files import NotReadableError, bare, content_of
from diaspora_kg.pipeline.job import Afar, Job
from diaspora_kg.pipeline.prepare import lock_path, text_path
from diaspora_kg.pipeline.read import FileRead, UnitRead
from diaspora_kg.pipeline.setting import Setting
from diaspora_kg.state import FileStamp

Item = TypeVar("Item")

Groups = Sequence[Sequence[str]]
"""Files, by paths in the project, that are read together."""

_DIED = "Each worker process that was given this article ended at once: a crash, or too little memory."
_BESIDE = (".txt", ".lock")
_HINT = "Every other article was built. It is tried again when its files change, or with `dkg build --full`."


def _died(file: str, article: str = "") -> Finding:
    return Finding(file, 0, Severity.VIOLATION, "worker-died", _DIED, _HINT, article=article)


def _unread(groups: Groups, given: Given) -> Batch:
    """What is noted of files that end every worker which reads them."""
    batch = Batch(len(groups))
    for files in groups:
        stamps = {file: _stamp(given.setting, given.setting.project.root / file) for file in files}
        note_files(UnitRead(tuple(FileRead(f, (_died(f),), stamps[f]) for f in files), ()), batch)
    return batch


def _unprepared(waiting: Sequence[Waiting], given: Given) -> Batch:
    """What is noted of articles that end every worker which prepares them."""
    batch, setting = Batch(len(waiting)), given.setting
    for one in known(waiting, given):
        article = one.part.article
        paths = (text_path(setting.project, article), lock_path(setting.project, article))
        stamps = tuple(stamp for path in paths if (stamp := _stamp(setting, path)))
        findings = (*one.part.findings, _died(article.file, article.key))
        note(one, Prepared(article, findings, stamps), setting, batch)
    return batch


def _stamp(setting: Setting, path: Path) -> FileStamp | None:
    try:
        return content_of(setting.project, path)[1] if os.path.lexists(path) else None
    except NotReadableError:
        return None


def _one_by_one(items: Sequence[Item]) -> list[list[Item]]:
    return [[item] for item in items]


def _files_of_groups(groups: Groups, setting: Setting) -> Iterator[str]:
    """The annotations, and what mostly lies beside them."""
    beside = {*_BESIDE, *setting.beside}
    for files in groups:
        for file in files:
            yield file
            stem, folder = bare(file), file.rpartition("/")[0]
            for name in beside:
                yield stem + name if name.startswith(".") else f"{folder}/{name}"


def _files_of_known(todo: Sequence[Known], setting: Setting) -> Iterator[str]:
    project = setting.project
    for one in todo:
        for part in (one.part, *one.part.runs):
            yield project.relative(text_path(project, part.article))
            yield project.relative(lock_path(project, part.article))


def _paths_of_groups(groups: Groups, given: Given) -> Iterator[str]:
    return _paths(_files_of_groups(groups, given.setting), given)


def _paths_of_waiting(waiting: Sequence[Waiting], given: Given) -> Iterator[str]:
    """What mostly lies beside the annotations; which are not read again."""
    return _paths((bare(one.file) + name for one in waiting for name in _BESIDE), given)


def _paths(files: Iterable[str], given: Given) -> Iterator[str]:
    root = os.fspath(given.setting.project.root)
    return (f"{root}/{file}" for file in files)


def _pack_groups(groups: Groups, given: Given) -> tuple[Groups, Iterator[str]]:
    return groups, _files_of_groups(groups, given.setting)


def _pack_waiting(waiting: Sequence[Waiting], given: Given) -> tuple[bytes, Iterator[str]]:
    """With all that the state tells of them: there is no state where they go."""
    todo = known(waiting, given)
    return pickled(todo), _files_of_known(todo, given.setting)


def _prepare_packed(data: bytes, setting: Setting) -> Batch:
    todo: list[Known] = unpickled(data)
    return prepare_known(todo, setting)


def _first(given: Given) -> Given:
    """With the register itself: neither its file nor our folders are there where this goes."""
    return replace(given, register=given.register.carried(), outbox=None)


def _setting(given: Given) -> Setting:
    return given.setting


READING = Job(read_first, _one_by_one, _unread, Afar(_pack_groups, read_first, _first), _paths_of_groups)
"""Read files, and prepare the articles that speak of no other."""

PREPARING = Job(
    *(prepare_waiting, _one_by_one, _unprepared),
    Afar(_pack_waiting, _prepare_packed, _setting),
    _paths_of_waiting,
)
"""Prepare articles that waited."""
