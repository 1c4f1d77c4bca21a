"""What was written into a site, and of what: an SQLite file in the site's own hidden folder.

A *unit* is what is made at once: a page with its data and its feed, or one further page. Of each it is known
which files it has and which nodes it shows (:mod:`~diaspora_kg.website.touched` says why). ``todo`` holds
the units of the run that goes on; a run that was ended leaves them, and the next one makes them again.
"""

from __future__ import annotations

import hashlib
import sqlite3
from array import array
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from diaspora_kg.light import light
from diaspora_kg.website.kept import Noted
from diaspora_kg.website.showing import TABLE, Showing

FORMAT = "3"

_TABLES = f"""
{TABLE}
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE unit (id INTEGER PRIMARY KEY, source TEXT NOT NULL, address TEXT NOT NULL UNIQUE,
  shown BLOB NOT NULL);
CREATE TABLE file (path TEXT PRIMARY KEY, unit INTEGER NOT NULL, sha256 BLOB, size INTEGER NOT NULL DEFAULT 0,
  mtime_ns INTEGER NOT NULL DEFAULT 0) WITHOUT ROWID;
CREATE INDEX file_unit ON file (unit);
CREATE TABLE former (key TEXT NOT NULL, iri TEXT NOT NULL, PRIMARY KEY (key, iri)) WITHOUT ROWID;
CREATE TABLE gone (address TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE panel (unit TEXT NOT NULL, panel TEXT NOT NULL, total INTEGER NOT NULL, start INTEGER NOT NULL,
  leaves TEXT NOT NULL, head BLOB NOT NULL, tail BLOB NOT NULL, PRIMARY KEY (unit, panel)) WITHOUT ROWID;
CREATE TABLE sheet (unit TEXT NOT NULL, part TEXT NOT NULL, digest TEXT NOT NULL, PRIMARY KEY (unit, part))
  WITHOUT ROWID;
CREATE TABLE todo (address TEXT PRIMARY KEY, source TEXT NOT NULL, done INTEGER NOT NULL DEFAULT 0)
  WITHOUT ROWID;
"""


@light
@dataclass(frozen=True, slots=True)
class Written:
    """A file as it was written; without ``sha256`` it was only about to be."""

    path: str
    sha256: bytes | None
    size: int
    mtime_ns: int


@lru_cache(maxsize=1 << 15)
def node_id(iri: str) -> int:
    """A number for an IRI; that two IRIs have one would only make a page be looked at for nothing."""
    return int.from_bytes(hashlib.blake2b(iri.encode(), digest_size=8).digest(), "big", signed=True)


class Ledger:
    """Opened for one run; everything is committed step by step (:meth:`commit`)."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._db = sqlite3.connect(path, isolation_level=None)
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.execute("PRAGMA synchronous = OFF")  # after a loss of power everything is looked at again
        self._db.execute("PRAGMA cache_size = -65536")
        tables = _TABLES.replace("CREATE TABLE", "CREATE TABLE IF NOT EXISTS")
        tables = tables.replace("CREATE INDEX", "CREATE INDEX IF NOT EXISTS")
        self._db.executescript(f"BEGIN;{tables}DROP TABLE IF EXISTS shown;COMMIT;")
        self.put(format=FORMAT)
        self._db.execute("BEGIN")
        self._showing = Showing(self._db)

    def close(self) -> None:
        """Keep what was told and let go of the file."""
        self.commit()
        self._db.execute("COMMIT")
        self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        self._db.close()

    def commit(self) -> None:
        """Keep what was told until now."""
        self._db.execute("COMMIT")
        self._db.execute("BEGIN")

    def get(self, key: str) -> str:
        """What was noted under a key; empty: nothing."""
        row = self._db.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
        return str(row[0]) if row else ""

    def put(self, **values: str) -> None:
        """Note values under keys."""
        self._db.executemany("INSERT OR REPLACE INTO meta VALUES (?, ?)", values.items())

    def plan(self, source: str, addresses: Iterable[str]) -> None:
        """Units to make in this run."""
        rows = ((address, source) for address in addresses)
        self._db.executemany(
            "INSERT INTO todo (address, source) VALUES (?, ?) ON CONFLICT (address) DO UPDATE SET done = 0",
            rows,
        )

    def plan_all(self) -> None:
        """Make again what there is: units that are no more are found so, further pages with their nodes."""
        self._db.execute(
            "INSERT OR IGNORE INTO todo (address, source) SELECT address, source FROM unit"
            " WHERE instr(address, '?') = 0"
        )

    def planned(self) -> int:
        """How many units wait."""
        return int(self._db.execute("SELECT count(*) FROM todo WHERE done = 0").fetchone()[0])

    def unfinished(self) -> bool:
        """Whether a run was ended before its end."""
        return self._db.execute("SELECT 1 FROM todo LIMIT 1").fetchone() is not None

    def waiting(self, size: int, order: Iterable[str]) -> Iterator[tuple[str, list[str]]]:
        """Batches of units of one source, until none waits; a batch must be told as done before the next."""
        found = {name for (name,) in self._db.execute("SELECT DISTINCT source FROM todo WHERE done = 0")}
        first = [name for name in order if name in found]
        for source in [*sorted(found - {*first}), *first]:
            last = ""
            while True:
                sql = (
                    "SELECT address FROM todo WHERE done = 0 AND source = ? AND address > ?"
                    " ORDER BY address LIMIT ?"
                )
                batch = [address for (address,) in self._db.execute(sql, (source, last, size))]
                if not batch:
                    break
                yield source, batch
                last = batch[-1]

    def redo(self) -> None:
        """What a run that was ended made is made again too: it may show another snapshot."""
        self._db.execute("UPDATE todo SET done = 0")

    def done(self, addresses: Iterable[str]) -> None:
        """Units that are made."""
        self._db.executemany("UPDATE todo SET done = 1 WHERE address = ?", ((one,) for one in addresses))

    def finish(self) -> None:
        """The run is at its end."""
        self._showing.settle()
        self._db.execute("DELETE FROM todo")

    def addresses(self, source: str) -> Iterator[str]:
        """The units of a source that there are."""
        return (
            row[0]
            for row in self._db.execute("SELECT address FROM unit WHERE source = ?", (source,)).fetchall()
        )

    def showing(self, iris: Iterable[str], source: str) -> Iterator[str]:
        """The units of a source that show one of these nodes, some of them several times."""
        sql = "SELECT address FROM unit WHERE id = ? AND source = ?"
        for unit in set(self._showing.units(set(map(node_id, iris)))):
            yield from (address for (address,) in self._db.execute(sql, (unit, source)))

    def parts(self, address: str) -> list[str]:
        """The addresses of the further pages of a unit, which are units of their own."""
        sql = "SELECT address FROM unit WHERE address > ? AND address < ?"
        return [one for (one,) in self._db.execute(sql, (f"{address}?", f"{address}@"))]

    def panels(self, address: str) -> list[Noted]:
        """What is noted of the panels of a unit."""
        sql = "SELECT panel, total, start, leaves, head, tail FROM panel WHERE unit = ?"
        return [Noted.of(*row) for row in self._db.execute(sql, (address,))]

    def noted(self) -> list[str]:
        """The units of whose panels something is noted."""
        return [one for (one,) in self._db.execute("SELECT DISTINCT unit FROM sheet")]

    def sheets(self, address: str) -> dict[str, str]:
        """What tells apart the pages of a unit, by their names."""
        return dict(self._db.execute("SELECT part, digest FROM sheet WHERE unit = ?", (address,)))

    def keep(self, address: str, panels: Iterable[Noted], sheets: Mapping[str, str]) -> None:
        """Note the panels of a unit and what tells apart its pages."""
        before = {one.panel: one.line for one in self.panels(address)}
        now = {one.panel: one.line for one in panels}
        gone = [(address, name) for name in before if now.get(name) != before[name]]
        self._db.executemany("DELETE FROM panel WHERE unit = ? AND panel = ?", gone)
        rows = ((address, *line) for name, line in now.items() if before.get(name) != line)
        self._db.executemany("INSERT INTO panel VALUES (?, ?, ?, ?, ?, ?, ?)", rows)
        old = self.sheets(address)
        left = ((address, part) for part, digest in old.items() if sheets.get(part) != digest)
        self._db.executemany("DELETE FROM sheet WHERE unit = ? AND part = ?", left)
        new = ((address, part, digest) for part, digest in sheets.items() if old.get(part) != digest)
        self._db.executemany("INSERT INTO sheet VALUES (?, ?, ?)", new)

    def forget_panels(self, address: str = "") -> None:
        """Forget what is noted of the panels of a unit, or of all."""
        for table in ("panel", "sheet"):
            where = "WHERE unit = ?" if address else ""
            self._db.execute(f"DELETE FROM {table} {where}", (address,) if address else ())  # noqa: S608

    def files(self, address: str) -> Mapping[str, Written]:
        """The files of a unit."""
        sql = (
            "SELECT path, sha256, size, mtime_ns FROM file JOIN unit ON unit.id = file.unit WHERE address = ?"
        )
        return {row[0]: Written(*row) for row in self._db.execute(sql, (address,))}

    def paths(self) -> Iterator[tuple[Written, str, str]]:
        """Every file, with its unit and its source."""
        sql = (
            "SELECT path, sha256, size, mtime_ns, address, source FROM file JOIN unit ON unit.id = file.unit"
        )
        return ((Written(*row[:4]), row[4], row[5]) for row in self._db.execute(sql))

    def looks(self) -> Iterator[tuple[str, int, int, int]]:
        """Every file in the order of the paths: its size and time, and the number of its unit."""
        return iter(self._db.execute("SELECT path, size, mtime_ns, unit FROM file ORDER BY path"))

    def named(self, units: Iterable[int]) -> list[tuple[str, str]]:
        """The addresses and the sources of units by their numbers."""
        sql = "SELECT address, source FROM unit WHERE id = ?"
        return [row for unit in sorted(units) for row in self._db.execute(sql, (unit,))]

    def owner(self, path: str) -> str | None:
        """The unit that a file is of."""
        sql = "SELECT address FROM file JOIN unit ON unit.id = file.unit WHERE path = ?"
        row = self._db.execute(sql, (path,)).fetchone()
        return str(row[0]) if row else None

    def intend(self, source: str, address: str, paths: Iterable[str], shown: Iterable[str]) -> None:
        """Files that are about to be written for a unit, and what it shows."""
        nodes = array("q", sorted(set(map(node_id, shown)))).tobytes()
        row = self._db.execute("SELECT id, shown FROM unit WHERE address = ?", (address,)).fetchone()
        if row is None:
            made = self._db.execute(
                "INSERT INTO unit (source, address, shown) VALUES (?, ?, ?)", (source, address, nodes)
            )
            self._db.execute("DELETE FROM gone WHERE address = ?", (address,))
            row = (made.lastrowid, b"")
        elif row[1] != nodes:
            self._db.execute("UPDATE unit SET shown = ? WHERE id = ?", (nodes, row[0]))
        unit, before = row
        if before != nodes:
            self._showing.change(unit, before, nodes)
        self._db.executemany(
            "INSERT OR IGNORE INTO file (path, unit) VALUES (?, ?)", ((path, unit) for path in paths)
        )

    def wrote(self, files: Iterable[Written]) -> None:
        """Files as they are now."""
        rows = ((one.sha256, one.size, one.mtime_ns, one.path) for one in files)
        self._db.executemany("UPDATE file SET sha256 = ?, size = ?, mtime_ns = ? WHERE path = ?", rows)

    def forget(self, paths: Iterable[str]) -> None:
        """Files that are no more."""
        self._db.executemany("DELETE FROM file WHERE path = ?", ((path,) for path in paths))

    def formers(self, rows: Iterable[tuple[str, str]]) -> set[str]:
        """Note which keys lead to which nodes; the nodes for which that is new."""
        now = set(rows)
        before = set(self._db.execute("SELECT key, iri FROM former"))
        self._db.executemany("DELETE FROM former WHERE key = ? AND iri = ?", before - now)
        self._db.executemany("INSERT INTO former VALUES (?, ?)", now - before)
        return {iri for _, iri in before ^ now}

    def gone(self, start: str) -> list[str]:
        """The addresses of pages, beginning so, that there were once and are no more."""
        every = self._db.execute("SELECT address FROM gone ORDER BY 1")
        return [address for (address,) in every if address.startswith(start)]

    def drop(self, address: str) -> None:
        """A unit that is no more, after its files were forgotten."""
        if "?" not in address:
            self._db.execute("INSERT OR IGNORE INTO gone VALUES (?)", (address,))
        row = self._db.execute("SELECT id, shown FROM unit WHERE address = ?", (address,)).fetchone()
        if row is not None:
            self._showing.change(row[0], row[1], b"")
            self._db.execute("DELETE FROM unit WHERE id = ?", (row[0],))
