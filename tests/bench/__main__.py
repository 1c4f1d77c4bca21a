"""``python -m tests.bench``: the program's figures on made-up corpora, as a table.

Each line is one command in a process of its own: the median of its times by the clock, the seconds of CPU
of that run, the highest peak of memory, and how many times longer it took than the floor that it is
compared with. Floors are named peers that do a part of the work on the same data, in the same run. Nothing
here passes or fails. ``BENCH_ARTICLES`` (sizes, with spaces between them) and ``BENCH_OUT`` (a file for the
figures as JSON) stand for the options of that name.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

from diaspora_kg import __version__
from tests.bench.corpus import Corpus
from tests.bench.steps import Bench, Row


def table(rows: Iterable[Row]) -> Iterator[str]:
    """The rows as Markdown."""
    yield "| step | command | seconds | fastest to slowest | CPU seconds | times the floor | peak MiB |"
    yield "|---|---|---:|---:|---:|---:|---:|"
    known: dict[str, Row] = {}
    for row in rows:
        known[row.step] = row
        times = sorted(one.seconds for one in row.measures)
        spread = f"{times[0]:.2f} to {times[-1]:.2f}" if len(times) > 1 else "once"
        floor, one = known.get(row.floor), row.median
        ratio = (
            f"{one.seconds / floor.median.seconds:.1f} ({floor.step.partition(':')[0]})" if floor else "floor"
        )
        cells = (row.step, f"`{row.command}`", f"{one.seconds:.2f}", spread, f"{one.cpu:.2f}", ratio)
        yield f"| {' | '.join(cells)} | {row.mib:.0f} |"


def machine() -> dict[str, str | int]:
    """What the figures were measured on."""
    return {
        "program": __version__,
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.machine()}",
        "processor": _processor(),
        "processors": os.cpu_count() or 0,
        "memory": f"{_memory():.0f} GiB",
    }


def main(arguments: list[str] | None = None) -> None:
    """The command."""
    given = _arguments(arguments)
    about = machine()
    _say(", ".join(f"{name} {value}" for name, value in about.items()) + "\n")
    _say(f"    python -m tests.bench {' '.join(sys.argv[1:] if arguments is None else arguments)}\n")
    told: list[dict[str, Any]] = []
    sizes = [*((n, True) for n in given.articles), *((n, False) for n in given.unchecked)]
    for articles, checked in sizes:
        with _folder(given, articles, checked=checked) as folder:
            corpus = Corpus(articles, given.seed)
            bench = Bench(folder, corpus, given.jobs, given.repeat, checked, given.without)
            left_out = "" if checked else ", the shapes for one article left out"
            _say(f"## {articles} articles{left_out}\n")
            rows: list[Row] = []
            for line in table(_kept(bench.rows(), rows)):
                _say(line)
            _say(f"\nLoad of the machine in the last 15 minutes: {_load():.1f}\n")
            figures = [asdict(row) for row in rows]
            told.append({"articles": articles, "shapes": checked, "load": _load(), "rows": figures})
    if given.out:
        text = json.dumps({"machine": about, "jobs": given.jobs, "sizes": told}, indent=2)
        given.out.write_text(f"{text}\n", encoding="utf-8")


def _arguments(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    sizes = [int(size) for size in os.environ.get("BENCH_ARTICLES", "200").split()]
    out = os.environ.get("BENCH_OUT")
    parser.add_argument(
        "--articles", type=int, nargs="*", default=sizes, metavar="N", help="sizes of corpora"
    )
    parser.add_argument(
        "--unchecked",
        type=int,
        nargs="*",
        default=[],
        metavar="N",
        help="sizes at which the shapes for one article are left out, which take most of a first build",
    )
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=1, help="worker processes")
    parser.add_argument(
        "--repeat", type=int, default=3, help="how often each step is run (the first build once)"
    )
    parser.add_argument("--without", nargs="*", default=[], metavar="STEP", help="steps to leave out")
    parser.add_argument("--out", type=Path, default=Path(out) if out else None, help="figures as JSON")
    parser.add_argument("--work", type=Path, help="where the corpora are made (default: a temporary folder)")
    parser.add_argument(
        "--kept", type=Path, help="a folder in which corpora stay, so that the next run builds on them"
    )
    return parser.parse_args(arguments)


@contextmanager
def _folder(given: argparse.Namespace, articles: int, *, checked: bool) -> Iterator[Path]:
    if given.kept is not None:
        folder = given.kept / (f"{articles}" if checked else f"{articles}-unchecked")
        folder.mkdir(parents=True, exist_ok=True)
        yield folder
        return
    with tempfile.TemporaryDirectory(prefix="dkg-bench-", dir=given.work) as made:
        yield Path(made)


def _kept(rows: Iterable[Row], found: list[Row]) -> Iterator[Row]:
    for row in rows:
        found.append(row)
        yield row


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text("utf-8").splitlines()
    except OSError:
        return platform.processor()
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor()


def _memory() -> float:
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    except (ValueError, OSError):
        return 0.0


def _load() -> float:
    return os.getloadavg()[2] if hasattr(os, "getloadavg") else 0.0


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
