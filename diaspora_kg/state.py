"""What the last build read and found: ``.dkg/state.sqlite``.

Derived and never migrated: a state of another format, or one that cannot be read, is forgotten and the
next build reads everything. It is written whole beside the old one and takes its place after the
snapshot that it describes was published; ``snapshot`` in ``meta`` says which one that is.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping
from contextlib import closing
from dataclasses import astuple, dataclass, field
from pathlib import Path

from diaspora_kg.errors import Finding, Severity

FORMAT = "1"
"""The version of the tables."""

_TABLES = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE file (path TEXT PRIMARY KEY, size INTEGER NOT NULL, mtime_ns INTEGER NOT NULL,
  inode INTEGER NOT NULL, sha256 TEXT NOT NULL, article TEXT NOT NULL) WITHOUT ROWID;
CREATE INDEX file_article ON file (article);
CREATE TABLE article (key TEXT PRIMARY KEY, path TEXT NOT NULL, input_hash TEXT NOT NULL,
  published_hash TEXT NOT NULL, status TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE graph (iri TEXT PRIMARY KEY, sha256 TEXT NOT NULL, quads INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE dependency (article TEXT NOT NULL, node TEXT NOT NULL,
  PRIMARY KEY (article, node)) WITHOUT ROWID;
CREATE INDEX dependency_node ON dependency (node);
CREATE TABLE finding (file TEXT NOT NULL, line INTEGER NOT NULL, severity TEXT NOT NULL, code TEXT NOT NULL,
  message TEXT NOT NULL, hint TEXT NOT NULL, words TEXT NOT NULL, shape TEXT NOT NULL, article TEXT NOT NULL);
CREATE INDEX finding_article ON finding (article);
"""


@dataclass(frozen=True, slots=True, order=True)
class FileStamp:
    """One input file as it was read; ``article`` is the key of the article that it belongs to."""

    path: str
    size: int
    mtime_ns: int
    inode: int
    sha256: str
    article: str = ""


@dataclass(frozen=True, slots=True, order=True)
class ArticleState:
    """One article after a build.

    ``input_hash`` covers its files; ``published_hash`` its graphs as the store gives them back (empty:
    not in the graph); ``status`` is that of the build's report.
    """

    key: str
    path: str
    input_hash: str
    published_hash: str
    status: str


@dataclass(frozen=True)
class State:
    """Everything that one build leaves behind for the next.

    ``meta`` has the versions on which results depend. ``graphs`` maps a graph to the hash of its sorted
    N-Quads and their number. ``dependencies`` are (article, node) pairs: the nodes outside of an article
    that it names, whether they were found or not.
    """

    meta: Mapping[str, str] = field(default_factory=dict)
    files: tuple[FileStamp, ...] = ()
    articles: tuple[ArticleState, ...] = ()
    graphs: Mapping[str, tuple[str, int]] = field(default_factory=dict)
    dependencies: tuple[tuple[str, str], ...] = ()
    findings: tuple[Finding, ...] = ()

    def article(self, key: str) -> ArticleState | None:
        """One article's row."""
        return next((row for row in self.articles if row.key == key), None)


def save(path: Path, state: State) -> None:
    """Write the state beside ``path``, then put it there."""
    new = path.with_name(path.name + ".new")
    new.unlink(missing_ok=True)
    with closing(sqlite3.connect(new)) as db, db:
        db.executescript(_TABLES)
        _fill(db, "meta", sorted({**state.meta, "format": FORMAT}.items()))
        _fill(db, "file", map(astuple, sorted(state.files)))
        _fill(db, "article", map(astuple, sorted(state.articles)))
        _fill(db, "graph", ((iri, *value) for iri, value in sorted(state.graphs.items())))
        _fill(db, "dependency", sorted(set(state.dependencies)))
        _fill(db, "finding", map(astuple, state.findings))
    new.replace(path)


def load(path: Path) -> State | None:
    """The state of the last build; ``None`` where there is none that this program can use."""
    if not path.exists():
        return None
    try:
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as db:
            return _read(db)
    except (sqlite3.DatabaseError, ValueError):
        return None


def _read(db: sqlite3.Connection) -> State | None:
    meta = dict(db.execute("SELECT key, value FROM meta"))
    if meta.get("format") != FORMAT:
        return None
    return State(
        meta=meta,
        files=tuple(FileStamp(*row) for row in db.execute("SELECT * FROM file ORDER BY path")),
        articles=tuple(ArticleState(*row) for row in db.execute("SELECT * FROM article ORDER BY key")),
        graphs={iri: (sha, quads) for iri, sha, quads in db.execute("SELECT * FROM graph ORDER BY iri")},
        dependencies=tuple(db.execute("SELECT article, node FROM dependency ORDER BY article, node")),
        findings=tuple(
            Finding(row[0], row[1], Severity(row[2]), *row[3:])
            for row in db.execute("SELECT * FROM finding ORDER BY rowid")
        ),
    )


def _fill(db: sqlite3.Connection, table: str, rows: Iterable[tuple[object, ...]]) -> None:
    rows = iter(rows)
    first = next(rows, None)
    if first is None:
        return
    marks = ", ".join("?" * len(first))
    db.execute(f"INSERT INTO {table} VALUES ({marks})", first)  # noqa: S608 - our own table names
    db.executemany(f"INSERT INTO {table} VALUES ({marks})", rows)  # noqa: S608
