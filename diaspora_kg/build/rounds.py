"""The two rounds in which articles are read and prepared in a build from nothing, as workers go through them.

Most articles speak of nothing but what they declare and what the register has. These are read, anchored,
mapped and checked at once. The others wait until all of them were read, and come here a second time.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from diaspora_kg import loader
from diaspora_kg.article import Article, Node
from diaspora_kg.build.batch import Batch
from diaspora_kg.build.given import Given
from diaspora_kg.build.pickled import pickled, unpickled
from diaspora_kg.build.spoken import spoken
from diaspora_kg.build.stored import elsewhere, entry_rows, needs, twins
from diaspora_kg.errors import DkgError, Finding
from diaspora_kg.identity import Directory, declared, uses
from diaspora_kg.identity.decisions import same_key
from diaspora_kg.identity.near import NearDirectory
from diaspora_kg.identity.references import uses_of_node
from diaspora_kg.index import FormerRow
from diaspora_kg.light import light
from diaspora_kg.names import Names
from diaspora_kg.pipeline import Prepared
from diaspora_kg.pipeline.chosen import Annotated, twice
from diaspora_kg.pipeline.prepare import Part, lock_path, part_of, prepare_many, text_path
from diaspora_kg.pipeline.read import UnitRead, read_unit
from diaspora_kg.pipeline.scan import input_file
from diaspora_kg.pipeline.setting import Setting
from diaspora_kg.state import (
    ArticleState,
    FileStamp,
    article_cells,
    packed,
    stamp_cells,
    written,
)
from diaspora_kg.store.hashed import add_graph

_AT_ONCE = 8  # articles whose graphs are held beside each other

RESTLESS = frozenset({"unknown-key", "wrong-kind", "key-in-register", "duplicate-article"})
"""Findings that depend on more than the keys that an article speaks of."""


def make_ready(setting: Setting) -> None:
    """Load what every worker needs; what cannot be loaded is told when it is needed."""
    with suppress(DkgError, loader.ScriptFailed):
        for script in setting.scripts:
            loader.load(script)
        if setting.ontology and setting.article_shapes.shapes:
            _ = setting.article_shapes.unknown


def read_first(groups: Sequence[Sequence[str]], given: Given) -> Batch:
    """Read the files of some articles, and prepare those that speak of no other."""
    setting, batch = given.setting, Batch(len(groups))
    alone: list[Known] = []
    for files in groups:
        read = read_unit(tuple(input_file(setting.project, file) for file in files), setting)
        note_files(read, batch)
        for one in read.articles:
            own = NearDirectory(declared(one.article), given.near)
            _declare(one, setting, batch)
            if one.runs or not _stands_alone(one.article, own, given.decided):
                batch.state["article"].append(article_cells(_row(one.article, setting)))
                batch.waiting.append(((one.article.file, one.article.key), pickled(one)))
            else:
                alone.append(_known(one, own, one.findings))
    _prepare(alone, setting, batch)
    return batch.completed(given.outbox)


@light
@dataclass(frozen=True)
class Known:
    """An article with all that must be known of others: the keys on which it depends, and what is theirs."""

    part: Part
    need: tuple[str, ...]
    dotted: tuple[tuple[str, str, int], ...]


class Waiting(NamedTuple):
    """An article that was read and waits, pickled; ``file`` annotates it (its path in the project)."""

    file: str
    data: bytes


def prepare_waiting(waiting: Sequence[Waiting], given: Given) -> Batch:
    """Prepare articles that were read before, now that everything is known of which they may speak."""
    return prepare_known(known(waiting, given), given.setting, given.outbox)


def known(waiting: Sequence[Waiting], given: Given) -> list[Known]:
    """What the state tells of articles that waited."""
    todo: list[Known] = []
    for each in waiting:
        one: Annotated = unpickled(each.data)
        others = [Article(row.key, row.path, "", "", row.line) for row in twins(given.reading, one.article)]
        findings = (*one.findings, twice(one.article, others)) if others else one.findings
        todo.append(_known(one, given.directory, findings))
    return todo


def prepare_known(todo: Sequence[Known], setting: Setting, outbox: Path | None = None) -> Batch:
    """Prepare articles of which everything is known; no state is asked."""
    batch = Batch(len(todo))
    _prepare(todo, setting, batch)
    return batch.completed(outbox)


def _known(one: Annotated, directory: Directory, findings: Iterable[Finding]) -> Known:
    part, article = part_of(one, directory, findings), one.article
    needed = needs(article, directory).union(
        *(needs(run.article, directory.aside(run.article)) for run in part.runs)
    )
    return Known(part, tuple(sorted(needed)), tuple(elsewhere(article, directory)))


def _stands_alone(article: Article, near: Directory, decided: frozenset[str]) -> bool:
    """Whether all that an article speaks of is its own or the register's, and no decision is about it."""
    if decided and any(same_key(entry.key) in decided for entry in declared(article)):
        return False
    seen: set[str] = set()
    for use in uses(article):
        if use.ref.key in seen:
            continue
        seen.add(use.ref.key)
        entry = near.find(use.ref.key, article.key) if "." not in use.ref.key else None
        if entry is None or same_key(entry.key) in decided:
            return False
        if entry.article is None and isinstance(entry.record, Node):
            for further in uses_of_node(entry.record):
                other = near.find(further.ref.key, None) if "." not in further.ref.key else None
                if other is None or same_key(other.key) in decided:
                    return False
    return True


def note_files(read: UnitRead, batch: Batch) -> None:
    """Rows of the files that were read, and of what was found in them."""
    for file in read.files:
        batch.state["source"].append((file.file, file.reader, file.labels))
        stamps = (file.stamp or FileStamp(file.file, 0, 0, 0, 0), *file.beside)
        batch.state["file"] += map(stamp_cells, stamps)
        batch.state["finding"] += [(file.file, "", written(finding)) for finding in file.findings]


def _declare(one: Annotated, setting: Setting, batch: Batch) -> None:
    project, article = setting.project, one.article
    rows = entry_rows(article.file, article.key, declared(article))
    batch.state["entry"] += rows
    batch.odd = batch.odd or any("." in entry.key[len(article.key) + 1 :] for entry in declared(article))
    batch.state["run"] += {
        (run.article.file, article.key, project.relative(text_path(project, run.article))) for run in one.runs
    }


def _row(article: Article, setting: Setting) -> ArticleState:
    project = setting.project
    text, lock = text_path(project, article), lock_path(project, article)
    return ArticleState(
        *(article.file, article.key, article.line, project.relative(text), project.relative(lock)),
        formerly=article.formerly,
    )


def _prepare(todo: Sequence[Known], setting: Setting, batch: Batch) -> None:
    for start in range(0, len(todo), _AT_ONCE):
        some = todo[start : start + _AT_ONCE]
        for one, done in zip(some, prepare_many([one.part for one in some], setting), strict=True):
            note(one, done, setting, batch)


def note(one: Known, done: Prepared, setting: Setting, batch: Batch) -> None:
    """Rows of an article as it was prepared, and what of it may be published."""
    article, state = one.part.article, batch.state
    place = article.file, article.key
    runs = (done, *done.runs)
    files = {run.article.file for run in runs}
    state["file"] += [stamp_cells(s) for run in runs for s in run.stamps if s.path not in files]
    findings = done.all_findings()
    state["finding"] += [(*place, written(finding)) for finding in findings]
    row = _row(article, setting)
    state["article"].append(
        article_cells(
            ArticleState(
                *(row.path, row.key, row.line, row.text, row.lock, row.formerly),
                words=done.words.value,
                valid=done.valid,
                restless=any(f.code in RESTLESS for f in findings),
                why=done.why,
            )
        )
    )
    state["need"] += [(key, *place) for key in one.need]
    state["dotted"] += [(other, *place, key, line) for other, key, line in one.dotted]
    if done.valid and done.mapped is not None:
        _publish(done, setting.project.names, batch)


def _publish(done: Prepared, names: Names, batch: Batch) -> None:
    mapped, article = done.mapped, done.article
    if mapped is None:
        return
    key, file = article.key, article.file
    batch.add(key, b"".join([add_graph(batch.total, lines) for lines in mapped.graphs.values()]))
    batch.state["piece"].append((key, file))
    words = {iri: origin.words for iri, origin in mapped.origins.items() if origin.words}
    batch.state["said"].append((file, key, packed(words)))
    index = batch.index
    index.place([(iri, key, one.file, one.line, one.where) for iri, one in mapped.origins.items()])
    index.formers += [FormerRow(former, names.node("article", key)) for former in article.formerly]
    found = spoken(mapped.telling, names)
    index.tell(found.nodes, found.words)
    index.shared |= found.elsewhere
