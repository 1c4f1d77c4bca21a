"""Makes ``docs/reference/crashes.md`` from records of the crash tests: ``python docs/crashes.py RECORD...``.

A record is what ``tests/test_crash.py`` writes into the file that ``DKG_CRASH_TABLE`` names: a line for each
build that was started and killed, of four cells behind tabs (:class:`Crash`).
"""

from __future__ import annotations

import re
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

PAGE = Path(__file__).parent / "reference" / "crashes.md"
NOTE = "<!-- made by python docs/crashes.py: do not edit -->\n\n"

STEPS = ("Reading", "Preparing", "Deriving and checking the whole graph", "Publishing")
"""The steps of a build, as it tells them while it runs, in their order."""

HEAD = """\
# When a build is killed

A build may be ended at any moment, by the user or by the disk. What was published goes on
answering, and the next build mends what was left.

`tests/test_crash.py` starts builds of a small project, kills them at random moments, and builds again.
Each time it compares what is published before and after with each other, and the published graph and its
index with those of a build from nothing. So the table is made:

    DKG_CRASHES=300 DKG_CRASH_TABLE=crashes.tsv python -m pytest tests/test_crash.py -k killed
    python docs/crashes.py crashes.tsv

"""
FOOT = """\

- A snapshot or index half made is thrown away by the next build. So are a store, a state and lines half made,
  unless a build from nothing came to rest: it does after some thousand articles each, and when everything is
  loaded. There it is taken up (see [speed](speed.md)).
- While the store is changed, `.dkg/writing` says so; a build that finds it makes the store again from the
  snapshot of which the state speaks.
- "Found it published" means that the build was killed after the pointer to the new snapshot was replaced.
- Tried were processes that are killed (SIGKILL) and disks that refuse to write. Power cuts were not tried.
"""
_COLUMNS = ("the build", "ended", "left behind", "the next build", "times")
_TABLE = re.compile(r"\n(\| the build(?:.*\n)+?)(?!\|)")


class Crash(NamedTuple):
    """One build: how it began, when it ended, what it left, and what the next one did."""

    build: str
    ended: str
    left: str
    after: str


def ended(step: str, *, killed: bool) -> str:
    """When a build ended; ``step`` is the last that it told of, empty before the first.

    >>> ended("Reading", killed=True)
    'killed in: Reading'
    """
    if not killed:
        return "by itself"
    return f"killed in: {step}" if step else "killed before its first step"


def page(crashes: Iterable[Crash]) -> str:
    """The page with a table of these builds."""
    return NOTE + HEAD + "".join(f"{line}\n" for line in _table(Counter(crashes))) + FOOT


def crashes_on(text: str) -> Iterator[Crash]:
    """The builds that a page tells of; raises :class:`ValueError` for a table of another form."""
    found = _TABLE.search(text)
    if found is None:
        raise ValueError("the page has no table of builds")
    for line in found[1].splitlines()[2:]:
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if len(cells) != len(_COLUMNS):
            raise ValueError(f"not a row of this table: {line}")
        yield from [Crash(*cells[:4])] * int(cells[4])


def read(path: Path) -> Iterator[Crash]:
    """The builds of a record; raises :class:`OSError` and :class:`ValueError`."""
    for line in path.read_text("utf-8").splitlines():
        cells = line.split("\t")
        if len(cells) != len(Crash._fields):
            raise ValueError(f"{path}: not a line of a record: {line}")
        yield Crash(*cells)


def _table(counted: Counter[Crash]) -> Iterator[str]:
    killed = sum(n for crash, n in counted.items() if crash.ended != ended("", killed=False))
    yield f"{counted.total()} builds were started, and {killed} of them were killed before their end."
    yield ""
    yield f"| {' | '.join(_COLUMNS)} |"
    yield "|" + "---|" * len(_COLUMNS)
    for crash in sorted(counted, key=_order):
        yield f"| {' | '.join(crash)} | {counted[crash]} |"


def _order(crash: Crash) -> tuple[str, int, Crash]:
    """By the moment: before the first step, in each step, by itself."""
    moments = [ended(step, killed=True) for step in ("", *STEPS)]
    return crash.build, moments.index(crash.ended) if crash.ended in moments else len(moments), crash


def main(records: Iterable[Path]) -> None:
    """Write the page."""
    PAGE.write_text(page(crash for record in records for crash in read(record)), encoding="utf-8")


if __name__ == "__main__":
    if not sys.argv[1:]:
        sys.exit("Name a record: python docs/crashes.py RECORD...")
    main(map(Path, sys.argv[1:]))
