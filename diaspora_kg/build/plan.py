"""What goes into the graph: each article's new version, its last valid one, or nothing.

An article leaves when its files are gone. When more than a tenth of the published articles (and more
than ten) would leave, something else is wrong more often than not, and the build refuses.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from diaspora_kg.build.assemble import Assembly
from diaspora_kg.build.pieces import Piece, Previous, piece_of
from diaspora_kg.build.report import ArticleReport, Status
from diaspora_kg.errors import Finding, RunStopped, Severity
from diaspora_kg.identity import uses
from diaspora_kg.names import Names
from diaspora_kg.pipeline import Prepared, Run

_FEW = 10  # deletions up to this many are never asked about
_SHARE = 10  # one in so many


@dataclass(frozen=True)
class Plan:
    """``pieces`` by article, as they are to be published; ``changed`` as :class:`Assembly` has it.

    ``kept`` are articles that stay in their last valid version, ``gone`` those that leave.
    """

    pieces: Mapping[str, Piece]
    changed: Mapping[str, Piece | None]
    kept: frozenset[str] = frozenset()
    gone: Mapping[str, str] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()


def plan(done: Run, before: Previous, *, allow_deletions: bool) -> Plan:
    """Decide for every article; raises :class:`RunStopped` when too many would leave."""
    names = done.setting.project.names
    valid = {prepared.article.key: piece_of(prepared) for prepared in done.articles if prepared.valid}
    refused = {prepared.article.key for prepared in done.articles if not prepared.valid}
    kept = {
        key
        for key, file in before.articles.items()
        if key not in valid and (key in refused or _failed(done, file))
    }
    gone = {key: file for key, file in before.articles.items() if key not in valid and key not in kept}
    renamed = {former for piece in valid.values() for former in piece.formers}
    if not allow_deletions:
        _guard([key for key in gone if key not in renamed], len(before.articles))
    pieces, changed = dict(valid), dict[str, Piece | None]()
    for key in sorted(kept | gone.keys() | (valid.keys() & before.articles.keys())):
        old = before.piece(key, names)
        if key in kept and old is not None:
            pieces[key] = old
        elif key in gone or (old is not None and not _equal(old, valid[key])):
            changed[key] = old
    changed.update((key, None) for key in valid.keys() - before.articles.keys())
    findings = (*_damage(before), *_dangling(done, pieces, kept, names))
    return Plan(dict(sorted(pieces.items())), changed, frozenset(kept), gone, findings)


def told(done: Run, planned: Plan, work: Assembly) -> tuple[ArticleReport, ...]:
    """What became of every article."""
    rows = {(p.article.key, p.article.file): _row(p, planned, work) for p in done.articles}
    keys = {key for key, _ in rows}
    for key in planned.kept - keys:
        file = planned.pieces[key].file
        rows[key, file] = ArticleReport(key, file, Status.HELD_BACK, why="Its file gave no article.")
    for key, file in planned.gone.items():
        why = work.held.get(key, "")
        status = Status.HELD_BACK if key in work.held else Status.REMOVED
        rows[key, file] = ArticleReport(key, file, status, why=why)
    return tuple(sorted(rows.values()))


def _row(prepared: Prepared, planned: Plan, work: Assembly) -> ArticleReport:
    key, file = prepared.article.key, prepared.article.file
    why = work.held.get(key) or next(
        (f.message for f in prepared.findings if f.severity is Severity.VIOLATION), ""
    )
    if why:
        status = Status.HELD_BACK if key in work.pieces else Status.REFUSED
    else:
        status = Status.OK if key in planned.changed else Status.UNCHANGED
    return ArticleReport(key, file, status, prepared.words, why)


def _failed(done: Run, file: str) -> bool:
    """Whether a file, or a folder that it lies in, is there and could not be read."""
    return any(str(path) in done.failed for path in (PurePosixPath(file), *PurePosixPath(file).parents))


def _equal(old: Piece, new: Piece) -> bool:
    return {graph: list(lines) for graph, lines in old.graphs.items()} == {
        graph: list(lines) for graph, lines in new.graphs.items()
    }


def _guard(gone: list[str], published: int) -> None:
    if len(gone) > _FEW and len(gone) * _SHARE > published:
        some = ", ".join(gone[:5])
        raise RunStopped(
            f"{len(gone)} of {published} published articles would leave the graph, since their files are gone"
            f" ({some}, …). If that is meant, build with --allow-deletions."
        )


def _damage(before: Previous) -> Iterator[Finding]:
    if before.damaged:
        message = "What was published before cannot be read, so articles with violations are not kept in it."
        yield Finding(".dkg", 0, Severity.WARNING, "snapshot-damaged", message, words=before.damaged)


def _dangling(done: Run, pieces: Mapping[str, Piece], kept: set[str], names: Names) -> Iterator[Finding]:
    """A warning for each reference to a node that the published graph will not hold."""
    for prepared in done.articles:
        if not prepared.valid:
            continue
        for use in uses(prepared.article):
            other = use.ref.key.rpartition(".")[0]
            if not other or (other in pieces and other not in kept):
                continue
            spoken = {use.ref.key, done.identity.canonical.get(use.ref.key, use.ref.key)}
            if other in pieces and _holds(pieces[other], spoken, names):
                continue
            message = f"`{use.ref.key}` is of an article that is not published, so nothing is known of it."
            place = (prepared.article.file, use.ref.line, Severity.WARNING, "not-published", message)
            hint = f"Mend the article `{other}`."
            yield Finding(*place, hint, use.ref.key, article=prepared.article.key)


def _holds(piece: Piece, keys: set[str], names: Names) -> bool:
    found = (names.kind_and_key(row.iri) for row in piece.origins)
    return any(pair is not None and pair[1] in keys for pair in found)
