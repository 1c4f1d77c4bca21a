"""Makes ``docs/reference/faults.md`` from a record of the fault tests: ``python docs/faults.py RECORD...``.

A record is what ``tests/test_faults.py`` writes into the file that ``DKG_FAULT_TABLE`` names: a line for each
fault, of four cells behind tabs (:class:`Fault`).
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

PAGE = Path(__file__).parent / "reference" / "faults.md"
NOTE = "<!-- made by python docs/faults.py: do not edit -->\n\n"

HEAD = """\
# What a server survives

`dkg serve` is meant to run unattended. Whatever is taken from it, an answer is right, or it is a 503 with
`Retry-After` and a sentence; the reason stands in the server's log once a minute at most; and when what was
taken is back, all is well without a restart. `/readyz` says `problem` while what is published is not what is
served, and 503 while some questions cannot be answered at all.

`tests/test_faults.py` does each of these things to one server that runs all the time, and asks for a page, a
thing, a search, a saved query and SPARQL meanwhile. So the table is made:

    DKG_FAULT_TABLE=faults.tsv python -m pytest tests/test_faults.py
    python docs/faults.py faults.tsv

"""
FOOT = """\

- "As always" is 200 or 303: workers and open files go on with what they have opened, even when its folder is
  gone. Only a worker that has to be started anew needs the files.
- The server never goes back by itself to a snapshot that was published before: what is damaged is told, not
  replaced by something older.
- A fault of an earlier version that these tests found: where no worker could be started, a query waited for
  ever; and a worker that was lost while no file could be opened was never started again.
- A snapshot that is published in the middle of a long download changes nothing for the download: it ends on
  the snapshot that it began with (`tests/test_switching.py`). SIGTERM, and SIGHUP unless it is ignored as
  under `nohup`, end the server when what was begun is answered, after 20 seconds at most.
- What a build does on a full disk, and when it is killed, is told in [crashes](crashes.md). How the server
  does over a longer time is told in [soak](soak.md).
"""
_COLUMNS = ("what was done", "answered meanwhile", "left afterwards", "recovered")
_TABLE = re.compile(r"\n(\| what was done(?:.*\n)+?)(?!\|)")


class Fault(NamedTuple):
    """One fault: what was done, what was answered meanwhile, what was left, when all was well again."""

    done: str
    meanwhile: str
    left: str
    recovered: str


def page(faults: Iterable[Fault]) -> str:
    """The page with a table of these faults."""
    rows = [f"| {' | '.join(_COLUMNS)} |", "|" + "---|" * len(_COLUMNS)]
    rows += [f"| {' | '.join(fault)} |" for fault in faults]
    return NOTE + HEAD + "".join(f"{row}\n" for row in rows) + FOOT


def faults_on(text: str) -> Iterator[Fault]:
    """The faults that a page tells of; raises :class:`ValueError` for a table of another form."""
    found = _TABLE.search(text)
    if found is None:
        raise ValueError("the page has no table of faults")
    for line in found[1].splitlines()[2:]:
        yield _fault([cell.strip() for cell in line.strip("|").split("|")], line)


def read(path: Path) -> Iterator[Fault]:
    """The faults of a record; raises :class:`OSError` and :class:`ValueError`."""
    for line in path.read_text("utf-8").splitlines():
        yield _fault(line.split("\t"), f"{path}: {line}")


def _fault(cells: list[str], where: str) -> Fault:
    if len(cells) != len(Fault._fields):
        raise ValueError(f"not a row of this table: {where}")
    return Fault(*cells)


def main(records: Iterable[Path]) -> None:
    """Write the page."""
    PAGE.write_text(page(fault for record in records for fault in read(record)), encoding="utf-8")


if __name__ == "__main__":
    if not sys.argv[1:]:
        sys.exit("Name a record: python docs/faults.py RECORD...")
    main(map(Path, sys.argv[1:]))
