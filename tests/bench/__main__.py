"""``python -m tests.bench``: the program's figures on made-up corpora, as a table.

Each line is one command in a process of its own: the median of its times, its highest peak of memory,
and how many times longer it took than the floor that it is compared with. Floors are named peers
that do a part of the work on the same data, in the same run. Nothing here passes or fails.
"""

from __future__ import annotations

import argparse
import os
import platform
import sys
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

from diaspora_kg import __version__
from tests.bench.corpus import Corpus
from tests.bench.steps import Bench, Row


def table(rows: Iterable[Row]) -> Iterator[str]:
    """The rows as Markdown."""
    yield "| step | command | seconds | fastest to slowest | times the floor | peak MiB |"
    yield "|---|---|---:|---:|---:|---:|"
    known: dict[str, Row] = {}
    for row in rows:
        known[row.step] = row
        times = sorted(one.seconds for one in row.measures)
        spread = f"{times[0]:.2f} to {times[-1]:.2f}" if len(times) > 1 else "once"
        floor = known.get(row.floor)
        ratio = f"{row.seconds / floor.seconds:.1f} ({floor.step.partition(':')[0]})" if floor else "floor"
        yield f"| {row.step} | `{row.command}` | {row.seconds:.2f} | {spread} | {ratio} | {row.mib:.0f} |"


def main(arguments: list[str] | None = None) -> None:
    """The command."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument(
        "--articles", type=int, nargs="+", default=[200], metavar="N", help="sizes of corpora"
    )
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=1, help="worker processes")
    parser.add_argument(
        "--repeat", type=int, default=3, help="how often each step is run (the first build once)"
    )
    parser.add_argument("--work", type=Path, help="where the corpora are made (default: a temporary folder)")
    given = parser.parse_args(arguments)
    _say(f"diaspora-kg {__version__}, Python {platform.python_version()}, {platform.system()}")
    _say(f"{platform.machine()}, {os.cpu_count()} processors\n")
    _say(f"    python -m tests.bench {' '.join(sys.argv[1:] if arguments is None else arguments)}\n")
    for articles in given.articles:
        with tempfile.TemporaryDirectory(prefix="dkg-bench-", dir=given.work) as folder:
            bench = Bench(Path(folder), Corpus(articles, given.seed), given.jobs, given.repeat)
            _say(f"## {articles} articles\n")
            for line in table(bench.rows()):
                _say(line)
            _say("")


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
