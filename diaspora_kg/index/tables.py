"""The tables of an index: the base, made once, and the changes since then beside it.

Writing some hundred megabytes anew because one article changed would take minutes. So snapshots share a
base file by hard link, and each has a small file of its own with what was changed since: the nodes and
articles of which the base no longer speaks, and their new rows.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

FORMAT = "4"
"""The version of the tables and of the folding of words (:func:`~diaspora_kg.index.rows.fold`)."""

BASE = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE node (iri TEXT PRIMARY KEY, kind TEXT NOT NULL, key TEXT NOT NULL,
  label TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE origin (iri TEXT NOT NULL, article TEXT NOT NULL, file TEXT NOT NULL, line INTEGER NOT NULL,
  place TEXT NOT NULL, PRIMARY KEY (iri, article, file, line, place)) WITHOUT ROWID;
CREATE TABLE former (key TEXT NOT NULL, iri TEXT NOT NULL, PRIMARY KEY (key, iri)) WITHOUT ROWID;
CREATE INDEX former_iri ON former (iri);
CREATE TABLE said (id INTEGER PRIMARY KEY, iri TEXT NOT NULL, role TEXT NOT NULL, language TEXT NOT NULL,
  words TEXT NOT NULL);
CREATE VIRTUAL TABLE word USING fts5 (folded, tokenize = 'trigram case_sensitive 1');
"""

INDEXES = (
    "CREATE INDEX node_key ON node (key)",
    "CREATE INDEX origin_article ON origin (article)",
    "CREATE INDEX said_iri ON said (iri)",
)
"""What tables in which there are many rows get last (:mod:`~diaspora_kg.index.unfinished`)."""

DELTA = """
CREATE TABLE gone (iri TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE left (article TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE renamed (iri TEXT PRIMARY KEY) WITHOUT ROWID;
"""


def delta_path(base: Path) -> Path:
    """Where the changes to a base lie."""
    return base.with_name("changes.sqlite")


def foreign(path: Path) -> str:
    """What an index from elsewhere holds or lacks beside our tables; empty where it is as a writer makes it.

    Views, triggers and computed columns of strangers would be run by whoever asks it. Raises
    :class:`ValueError` for what is no index.
    """
    try:
        with closing(sqlite3.connect(":memory:")) as own:
            own.executescript(";".join((BASE, *INDEXES)))
            wanted = set(own.execute(_SCHEMA))
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro&immutable=1", uri=True)) as db:
            found = set(db.execute(_SCHEMA))
            forms = db.execute("SELECT value FROM meta WHERE key = 'format'").fetchall()
    except (sqlite3.Error, UnicodeDecodeError) as error:
        raise ValueError(f"no index: {error}") from error
    odd = sorted(str(row[1])[:80] for row in found ^ wanted)
    return ", ".join(odd[:3]) or ("" if forms == [(FORMAT,)] else "its format")


_SCHEMA = "SELECT type, name, tbl_name, sql FROM sqlite_master"
