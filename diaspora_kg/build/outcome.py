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
from diaspora_kg.pipeline.units import stem
from diaspora_kg.state import State
from diaspora_kg.state import told as finding_of

_WORDS = {one.value: one for one in Words}

HELD = "held back"
"""Owner, in the state, of what was found of articles that then went back to what they were."""


def told(state: State, changed: set[str], gone: dict[str, str]) -> tuple[ArticleReport, ...]:
    """What became of every article."""
    pieces = dict(state.rows("SELECT key, path FROM piece"))
    held = dict(state.rows("SELECT key, why FROM pending"))
    rows = []
    keys = set()
    for row in state.articles():
        keys.add(row.key)
        why = held.get(row.key) or row.why
        if why:
            status = Status.HELD_BACK if row.key in pieces else Status.REFUSED
        else:
            status = Status.OK if row.key in changed else Status.UNCHANGED
        rows.append(ArticleReport(row.key, row.path, status, _WORDS[row.words], why))
    for key in pieces.keys() - keys:
        why = held.get(key) or "Its file gave no article."
        rows.append(ArticleReport(key, pieces[key], Status.HELD_BACK, why=why))
    left = gone.keys() - keys - pieces.keys()
    rows += (ArticleReport(key, gone[key], Status.REMOVED) for key in left)
    return tuple(sorted(rows, key=attrgetter("key", "file")))


def dangling(work: Work) -> Iterator[Finding]:
    """A warning for each reference to a node that the published graph will not hold."""
    state = work.state
    lacking = state.rows(
        "SELECT DISTINCT other FROM dotted WHERE other NOT IN"
        " (SELECT piece.key FROM piece JOIN article USING (key) WHERE article.valid = 1"
        "  UNION SELECT key FROM pending)"
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
    texts = {path for (path,) in state.rows("SELECT text FROM article UNION SELECT text FROM run")}
    stems = {stem(path) for path in scan.annotations}
    loose = unannotated(scan.companions, texts, stems, scan.beside)
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
