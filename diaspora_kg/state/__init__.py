"""Everything that one build leaves behind for the next: ``.dkg/state.sqlite``.

Derived and never migrated: a state of another format, or one that cannot be read, is forgotten and the
next build reads everything. A build changes it in one transaction, which it ends after the snapshot that
the state then describes was published; ``snapshot`` in ``meta`` says which one that is. A build from
nothing writes a new file, which takes the old one's place at that moment.
"""

from __future__ import annotations

import json
import sqlite3
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import astuple, dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from diaspora_kg.errors import Finding, Severity
from diaspora_kg.light import light
from diaspora_kg.quickjson import encoder
from diaspora_kg.state.folders import FolderState, folder_of
from diaspora_kg.state.tables import FORMAT, INDEXES, TABLES


@light
@dataclass(frozen=True, slots=True, order=True)
class FileStamp:
    """One input file as it was read (``sha256`` is empty for one whose content was not needed)."""

    path: str
    size: int
    mtime_ns: int
    ctime_ns: int
    inode: int
    sha256: str = ""

    @property
    def looks(self) -> tuple[int, int, int, int]:
        """What can be seen of the file without reading it."""
        return (self.size, self.mtime_ns, self.ctime_ns, self.inode)


@light
@dataclass(frozen=True, slots=True, order=True)
class ArticleState:
    """One article as it was last read and prepared.

    ``valid`` says whether it may be published, ``why`` what keeps it out, ``words`` what its words were
    taken from. ``restless`` ones depend on more than their keys (on what else could have been meant), so
    they are looked at again whenever anything was declared anew.
    """

    path: str
    key: str
    line: int = 1
    text: str = ""
    lock: str = ""
    formerly: tuple[str, ...] = ()
    words: str = "nothing"
    valid: bool = False
    restless: bool = False
    why: str = ""


LEFT = ("-journal", "-wal", "-shm")
"""Ends of the names of files that SQLite may leave beside one that it writes."""


class ReadState:
    """The state in its file, for a process that reads it while another writes."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.db = sqlite3.connect(f"file:{quote(str(path))}?mode=ro", uri=True, isolation_level=None)

    def meta(self, key: str) -> str:
        """One note; empty if there is none."""
        row = self.db.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
        return str(row[0]) if row else ""

    def rows(self, sql: str, *values: object) -> list[Any]:
        """What a SELECT of our own finds."""
        return self.db.execute(sql, values).fetchall()

    def articles(self, where: str = "", *values: object) -> list[ArticleState]:
        """Articles in order of key and file."""
        sql = f"SELECT {_ARTICLE} FROM article {where} ORDER BY key, path"  # noqa: S608 - our own text
        return [_article(row) for row in self.db.execute(sql, values)]

    def needing(self, key: str) -> list[tuple[str, str]]:
        """The articles, by file and key, for which it matters what a key means."""
        return self.db.execute(_NEEDING, (key,)).fetchall()

    def close(self) -> None:
        """Let go of the file."""
        self.db.close()


class State(ReadState):
    """The state in its file, changed in one transaction that :meth:`commit` ends.

    A fresh one lacks some indexes until :meth:`index`, and is nobody else's to read until :meth:`share`.
    ``unsettled`` are the folders of which the rows of files changed, or which of them an article uses, and
    whose own rows are to be made again.
    """

    def __init__(self, path: Path, *, fresh: bool = False, taken_up: bool = False) -> None:
        """Open it; raises :class:`sqlite3.DatabaseError` for a file that is none of this format.

        ``fresh`` begins a new one, ``taken_up`` goes on with one that was begun so.
        """
        self.path = path
        self.unsettled: set[str] = set()
        self._closed = False
        if fresh:
            for end in ("", *LEFT):
                path.with_name(path.name + end).unlink(missing_ok=True)
        self._fresh = fresh or taken_up
        self.db = sqlite3.connect(path, isolation_level=None)
        try:
            if self._fresh:
                self.db.execute("PRAGMA synchronous = OFF")  # when it is finished it is brought to the disk
                self.db.execute("PRAGMA cache_size = -131072")
            if fresh:
                self.db.executescript(TABLES)
                self.put("format", FORMAT)
            if self.meta("format") != FORMAT:
                raise sqlite3.DatabaseError("this state is of another format")
            self.db.execute("BEGIN IMMEDIATE")
            if taken_up:
                self.index()
        except sqlite3.Error:
            self.db.close()
            raise

    def index(self) -> None:
        """Make the indexes that a fresh one lacks, before somebody asks for rows by what only these find."""
        for statement in INDEXES:
            self.db.execute(statement)

    def share(self) -> None:
        """Make all changes last, and let others read from now on while this process writes."""
        self.db.execute("COMMIT")
        self.db.execute("PRAGMA journal_mode = WAL")
        self.db.execute("BEGIN IMMEDIATE")

    def commit(self) -> None:
        """Make all changes last."""
        self.db.execute("COMMIT")
        self.db.execute("BEGIN IMMEDIATE")

    def close(self) -> None:
        """Let go of the file; what was not committed is forgotten."""
        if not self._closed and self.db.in_transaction:
            self.db.rollback()
        if not self._closed and self._fresh:
            self.db.execute("PRAGMA journal_mode = DELETE")
        self._closed = True
        self.db.close()

    def put(self, key: str, value: str) -> None:
        """Note something."""
        self.db.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (key, value))

    def do(self, sql: str, *values: object) -> None:
        """A change of our own."""
        self.db.execute(sql, values)

    def fill(self, table: str, rows: Iterable[Sequence[object]]) -> None:
        """Add rows to a table."""
        rows = list(rows)
        if rows:
            marks = ", ".join("?" * len(rows[0]))
            self.db.executemany(f"INSERT OR REPLACE INTO {table} VALUES ({marks})", rows)  # noqa: S608 - ours

    # -- files ------------------------------------------------------------------------------------------

    WITHIN = "WHERE path >= ?1 AND path < ?2 AND instr(substr(path, ?3), '/') = 0"
    """The condition of a SELECT for the files of one folder, for the values of :meth:`within`."""

    @staticmethod
    def within(folder: str) -> tuple[str, str, int]:
        """Between which names the paths below a folder lie, and where in each of them the rest begins."""
        return f"{folder}/", f"{folder}0", len(folder) + 2

    def files(self) -> dict[str, FileStamp]:
        """Every file as it was read last."""
        return self._stamps("")

    def files_in(self, folder: str) -> dict[str, FileStamp]:
        """The files of one folder, those of its folders apart."""
        return self._stamps(self.WITHIN, *self.within(folder))

    def files_outside(self, folder: str) -> dict[str, FileStamp]:
        """The files that lie neither in a folder nor below it."""
        first, last, _ = self.within(folder)
        return self._stamps("WHERE path < ?", first) | self._stamps("WHERE path >= ?", last)

    def _stamps(self, where: str, *values: object) -> dict[str, FileStamp]:
        rows = self.db.execute(f"SELECT * FROM file {where}", values)  # noqa: S608 - our own text
        return {row[0]: FileStamp(*row) for row in rows}

    def keep_files(self, stamps: Iterable[FileStamp]) -> None:
        """Note how files look now."""
        rows = [stamp_cells(stamp) for stamp in stamps]
        self.unsettled.update(folder_of(stamp[0]) for stamp in rows)
        self.fill("file", rows)

    def forget_file(self, path: str) -> None:
        """Forget how a file looked."""
        self.unsettled.add(folder_of(path))
        self.do("DELETE FROM file WHERE path = ?", path)

    def folders(self) -> dict[str, FolderState]:
        """The folders of the files, as they were when the state was left."""
        return {row[0]: FolderState.read(row) for row in self.db.execute("SELECT * FROM folder")}

    # -- articles ---------------------------------------------------------------------------------------

    def keep_article(self, row: ArticleState) -> None:
        """Note an article."""
        self.fill("article", [article_cells(row)])

    def forget_article(self, path: str, key: str) -> None:
        """Forget an article that its file no longer holds."""
        self.do("DELETE FROM article WHERE path = ? AND key = ?", path, key)
        for table in ("entry", "need", "dotted", "said"):
            self.do(f"DELETE FROM {table} WHERE path = ? AND article = ?", path, key)  # noqa: S608 - ours
        self.do("DELETE FROM finding WHERE owner = ? AND key = ?", path, key)

    # -- findings ---------------------------------------------------------------------------------------

    def tell(self, owner: str, key: str, findings: Iterable[Finding]) -> None:
        """Replace what was found of a file (``key`` empty) or of one article in it."""
        self.do("DELETE FROM finding WHERE owner = ? AND key = ?", owner, key)
        self.db.executemany(
            "INSERT INTO finding VALUES (?, ?, ?)", ((owner, key, written(finding)) for finding in findings)
        )

    def findings(self) -> Iterator[Finding]:
        """Every finding but those of the whole graph."""
        return (told(text) for (text,) in self.db.execute("SELECT text FROM finding"))

    # -- words ------------------------------------------------------------------------------------------

    def keep_words(self, path: str, article: str, words: Mapping[str, str]) -> None:
        """Keep the words by which the nodes of an article are recognised, by IRI."""
        self.fill("said", [(path, article, packed(words))])

    def words(self, path: str, article: str) -> dict[str, str]:
        """The words of :meth:`keep_words`."""
        for (blob,) in self.rows("SELECT words FROM said WHERE path = ? AND article = ?", path, article):
            return dict(json.loads(zlib.decompress(blob)))
        return {}


_JSON = encoder()
_WINDOW = 12  # as a power of two: to clear a larger one takes longer than to pack the words of an article
_NEEDING = (
    "SELECT path, article FROM need WHERE key = ?1"
    " UNION SELECT path, article FROM entry WHERE key = ?1 AND article <> ''"
)
_ARTICLE = "path, key, line, text, lock, formerly, words, valid, restless, why"


def article_cells(row: ArticleState) -> tuple[object, ...]:
    """The cells of an article in its table."""
    formerly = _JSON(row.formerly)
    return (
        *(row.path, row.key, row.key.casefold(), row.line, row.text, row.lock, formerly),
        *(row.words, row.valid, row.restless, row.why),
    )


def stamp_cells(stamp: FileStamp) -> tuple[str, int, int, int, int, str]:
    """The cells of a file in its table."""
    return stamp.path, stamp.size, stamp.mtime_ns, stamp.ctime_ns, stamp.inode, stamp.sha256


def packed(words: Mapping[str, str]) -> bytes:
    """Words by IRI, as the state keeps them."""
    small = zlib.compressobj(1, wbits=_WINDOW)
    return small.compress(_JSON(dict(words)).encode()) + small.flush()


def _article(row: Sequence[Any]) -> ArticleState:
    path, key, line, text, lock, formerly, words, valid, restless, why = row
    former = () if formerly == "[]" else tuple(json.loads(formerly))
    return ArticleState(path, key, line, text, lock, former, words, bool(valid), bool(restless), why)


def written(finding: Finding) -> str:
    """A finding as JSON."""
    return _JSON(astuple(finding))


def told(text: str) -> Finding:
    """A finding from its JSON."""
    row = json.loads(text)
    return Finding(row[0], row[1], Severity(row[2]), *row[3:])
