"""What a build says: what became of every article, and every finding."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from operator import attrgetter

from diaspora_kg.build.report import ArticleReport, Status
from diaspora_kg.build.work import Work
from diaspora_kg.errors import Finding, Severity
from diaspora_kg.pipeline import Words
from diaspora_kg.pipeline.run import unannotated
from diaspora_kg.pipeline.scan import Scan
from diaspora_kg.state import ArticleState, State
from diaspora_kg.state import told as finding_of

_WORDS = {one.value: one for one in Words}

_SHARE = 8  # to look at all articles takes less than to look at one in so many by its key

HELD = "held back"
"""Owner, in the state, of what was found of articles that then went back to what they were."""


def told(
    state: State, changed: set[str], gone: dict[str, str], *, every: bool
) -> tuple[tuple[ArticleReport, ...], int]:
    """What became of articles, and of how many more there is nothing to say; ``every``: of all of them."""
    held = dict(state.rows("SELECT key, why FROM pending"))
    [(number,)] = state.rows("SELECT count(*) FROM article")
    keys = changed | held.keys()
    if every or len(keys) * _SHARE > number:
        found = [row for row in state.articles() if every or row.key in keys or _is_noted(row)]
    else:
        found = _noted(state, keys)
    rows = []
    for row in found:
        why = held.get(row.key) or row.why
        if why:
            status = Status.HELD_BACK if _piece(state, row.key) else Status.REFUSED
        else:
            status = Status.OK if row.key in changed else Status.UNCHANGED
        rows.append(ArticleReport(row.key, row.path, status, _WORDS[row.words], why))
    for key, path in state.rows("SELECT key, path FROM piece WHERE key IN (SELECT key FROM alone)"):
        why = held.get(key) or "Its file gave no article."
        rows.append(ArticleReport(key, path, Status.HELD_BACK, why=why))
    left = (key for key in gone if not state.articles("WHERE key = ?", key) and not _piece(state, key))
    rows += (ArticleReport(key, gone[key], Status.REMOVED) for key in left)
    return tuple(sorted(rows, key=attrgetter("key", "file"))), number - len(found)


def _is_noted(row: ArticleState) -> bool:
    return bool(row.why) or row.words == Words.LOCK.value


def _noted(state: State, keys: Iterable[str]) -> list[ArticleState]:
    """The articles of some keys, those that are kept out, and those of which the text was not at hand."""
    found = {(row.path, row.key): row for row in state.articles("WHERE why <> '' OR words = 'lock'")}
    for key in keys:
        found |= {(row.path, row.key): row for row in state.articles("WHERE key = ?", key)}
    return list(found.values())


def _piece(state: State, key: str) -> bool:
    return bool(state.rows("SELECT 1 FROM piece WHERE key = ?", key))


def dangling(work: Work) -> Iterator[Finding]:
    """A warning for each reference to a node that the published graph will not hold."""
    state = work.state
    # Written so that what is asked of each of many is whether an index holds it.
    lacking = state.rows(
        "SELECT DISTINCT other FROM dotted WHERE (other NOT IN (SELECT key FROM piece) OR other IN"
        " (SELECT key FROM alone UNION SELECT key FROM article a WHERE valid = 0 AND NOT EXISTS"
        "  (SELECT 1 FROM article b WHERE b.key = a.key AND b.valid = 1)))"
        " AND other NOT IN (SELECT key FROM pending)"
    )
    for (other,) in lacking:
        held = {pair[1] for pair in map(work.names.kind_and_key, _nodes_of(work, other)) if pair}
        uses_of = state.rows(
            "SELECT d.path, d.article, d.key, d.line FROM dotted d JOIN article a"
            " ON a.path = d.path AND a.key = d.article WHERE d.other = ? AND a.valid = 1",
            other,
        )
        for path, article, key, line in uses_of:
            if key in held or work.canonical.get(key, key) in held:
                continue
            message = f"`{key}` is of an article that is not published, so nothing is known of it."
            place = (path, line, Severity.WARNING, "not-published", message)
            yield Finding(*place, f"Mend the article `{other}`.", key, article=article)


def _nodes_of(work: Work, article: str) -> set[str]:
    if not work.state.rows("SELECT 1 FROM piece WHERE key = ?", article):
        return set()
    return {row.iri for row in work.index.origins_in(article)}


def tell(scan: Scan, findings: Iterable[Finding], work: Work) -> None:
    """Findings of the project as a whole."""
    state = work.state
    paths = [path for folder in state.folders().values() for path in folder.loose]
    loose = unannotated(paths, set(), set())
    state.tell("", "", (*findings, *scan.findings, *loose, *dangling(work), *_damage(work)))


def _damage(work: Work) -> list[Finding]:
    if not work.before.damaged:
        return []
    message = "What was published before cannot be read, so articles with violations are not kept in it."
    place = (".dkg", 0, Severity.WARNING, "snapshot-damaged", message)
    return [Finding(*place, words=work.before.damaged)]


def all_findings(state: State) -> tuple[Finding, ...]:
    """Everything that was found, in order of place."""
    graph = {finding_of(text) for (text,) in state.rows("SELECT text FROM fault")}
    return tuple(sorted({*state.findings(), *graph}))


def read_findings(state: State) -> tuple[Finding, ...]:
    """What was found of files as such: all there is to say when no article was looked at."""
    rows = state.rows("SELECT text FROM finding WHERE key = '' AND owner NOT IN ('', ?)", HELD)
    return tuple(sorted({finding_of(text) for (text,) in rows}))


def plain(finding: Finding) -> list[object]:
    """A finding, as far as two builds compare it."""
    return [finding.file, finding.line, finding.code, finding.message]
