"""What goes into the graph: each article's new version, its last valid one, or nothing.

An article leaves when its files are gone. When more than a tenth of the published articles (and more
than ten) would leave, something else is wrong more often than not, and the build refuses.
"""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import Any

from diaspora_kg.article import Article
from diaspora_kg.build.rounds import RESTLESS
from diaspora_kg.build.sources import Sources
from diaspora_kg.build.stored import StoredDirectory, elsewhere, needs, twins
from diaspora_kg.build.work import Work
from diaspora_kg.errors import RunStopped
from diaspora_kg.pipeline import Prepared
from diaspora_kg.pipeline.chosen import twice
from diaspora_kg.pipeline.prepare import Part, part_of, prepare
from diaspora_kg.state import ArticleState, State

_FEW = 10  # deletions up to this many are never asked about
_SHARE = 10  # one in so many
_CHUNK = 64


def prepare_all(sources: Sources, work: Work) -> None:
    """Prepare every article that is to be looked at, and hand the valid ones to ``work``."""
    directory = StoredDirectory(work.state, work.canonical)
    places = sorted(sources.todo, key=lambda place: (place[1], place[0]))
    sources.shown.step("Preparing", len(places))
    for start in range(0, len(places), _CHUNK):
        parts = [_part(sources, directory, place) for place in places[start : start + _CHUNK]]
        for part, done in zip(parts, sources.workers.each(prepare, parts), strict=True):
            _keep(work, directory, part, done)
            sources.shown.advance()


def _part(sources: Sources, directory: StoredDirectory, place: tuple[str, str]) -> Part:
    one = sources.spool.get(sources.todo[place])
    others = [Article(row.key, row.path, "", "", row.line) for row in twins(sources.state, one.article)]
    findings = (*one.findings, twice(one.article, others)) if others else one.findings
    return part_of(one, directory, findings)


def _keep(work: Work, directory: StoredDirectory, part: Part, done: Prepared) -> None:
    article = part.article
    state, place = work.state, (article.file, article.key)
    runs = (done, *done.runs)
    files = {run.article.file for run in runs}
    state.keep_files(stamp for run in runs for stamp in run.stamps if stamp.path not in files)
    state.tell(*place, done.all_findings())
    [row] = state.articles("WHERE path = ? AND key = ?", *place)
    state.keep_article(
        ArticleState(
            *(row.path, row.key, row.line, row.text, row.lock, row.formerly),
            words=done.words.value,
            valid=done.valid,
            restless=any(f.code in RESTLESS for f in done.all_findings()),
            why=done.why,
        )
    )
    state.do("DELETE FROM need WHERE path = ? AND article = ?", *place)
    needed = needs(article, directory).union(
        *(needs(run.article, directory.aside(run.article)) for run in part.runs)
    )
    state.fill("need", ((key, *place) for key in sorted(needed)))
    state.do("DELETE FROM dotted WHERE path = ? AND article = ?", *place)
    state.fill("dotted", ((other, *place, key, line) for other, key, line in elsewhere(article, directory)))
    if done.valid:
        work.put(done)


def decide(sources: Sources, work: Work, *, allow_deletions: bool) -> dict[str, str]:
    """What becomes of published articles that have no valid version now; the files of those that leave.

    Raises :class:`RunStopped` when too many would.
    """
    state = work.state
    published = (
        dict(work.before.articles) if work.fresh else _of(state, "SELECT key, path FROM piece", sources)
    )
    if not published:
        return {}
    sql = "SELECT key, max(valid) FROM article"
    valid = dict(state.rows(f"{sql} GROUP BY key")) if work.fresh else _of(state, sql, sources)
    kept, gone = [], {}
    for key in sorted(published):
        state.do("DELETE FROM alone WHERE key = ?", key)
        if valid.get(key):
            continue
        file = published[key]
        if key in valid or _failed(sources, file):
            kept.append(key)
            state.fill("alone", [] if key in valid else [(key,)])
        else:
            gone[key] = file
    if not allow_deletions and len(gone) > _FEW:
        renamed = {former for row in state.articles("WHERE formerly <> '[]'") for former in row.formerly}
        many = len(published) if work.fresh else state.rows("SELECT count(*) FROM piece")[0][0]
        _guard([key for key in gone if key not in renamed], many)
    for key in kept:
        work.keep(key)
    for key in gone:
        work.take_out(key)
    return gone


def _of(state: State, sql: str, sources: Sources) -> dict[str, Any]:
    """The rows of articles that came, changed or went, by key."""
    rows = (row for key in sources.touched for row in state.rows(f"{sql} WHERE key = ? GROUP BY key", key))
    return dict(rows)


def _failed(sources: Sources, file: str) -> bool:
    """Whether a file, or a folder that it lies in, is there and could not be read."""
    if file in sources.scan.annotations:
        return not sources.state.rows("SELECT 1 FROM article WHERE path = ?", file)
    return any(str(path) in sources.scan.lost for path in (PurePosixPath(file), *PurePosixPath(file).parents))


def _guard(gone: list[str], published: int) -> None:
    if len(gone) > _FEW and len(gone) * _SHARE > published:
        some = ", ".join(gone[:5])
        raise RunStopped(
            f"{len(gone)} of {published} published articles would leave the graph, since their files are gone"
            f" ({some}, …). If that is meant, build with --allow-deletions."
        )
