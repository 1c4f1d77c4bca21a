"""``python -m tests.bench``: every number of speed as one table, with goals and with peers in the same run.

The machine should have nothing else to do. Each part is a process of its own; one that fails is told in the
table, the others are measured, and the exit code is 1. A goal that is missed is only said. ``BENCH_ARTICLES``
and ``BENCH_OUT`` (a file for the figures as JSON) stand for the options of that name.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from tests.bench import runner
from tests.bench.machine import load, machine
from tests.bench.part import PARTS
from tests.bench.plan import Plan, processors
from tests.bench.rows import Row, table

_PATHS = ("--kept", "--work", "--out", "--markdown", "--morph-kgc")
BEGIN, END = "<!-- figures begin -->", "<!-- figures end -->"


@dataclass(frozen=True)
class Told:
    """What came of one part."""

    name: str
    rows: tuple[Row, ...]
    failed: str
    minutes: float
    load: float


def main(arguments: Sequence[str] | None = None) -> int:
    """The command."""
    given = _arguments(arguments)
    words = _told_again(sys.argv[1:] if arguments is None else arguments)
    about = machine()
    head = [
        f"    python -m tests.bench {' '.join(words)}".rstrip(),
        "",
        f"{given.articles:,} articles, seed {given.seed}, {given.jobs} worker processes. "
        + ", ".join(f"{name} {value}" for name, value in about.items())
        + f". Load average before: {load():.1f}.",
        "",
    ]
    _say(*head)
    found: list[Told] = []
    with _folder(given) as folder:
        for name in _chosen(given):
            plan = replace(_plan(given), folder=folder)
            found.append(_part(name, plan, given.minutes))
            _say(*_section(found[-1]), "")
    _say(*_summary(found))
    if given.out:
        told = {"machine": about, "arguments": words, "plan": json.loads(_plan(given).told())}
        parts = [{**asdict(one), "rows": [json.loads(row.told()) for row in one.rows]} for one in found]
        given.out.write_text(json.dumps({**told, "parts": parts}, indent=2) + "\n", "utf-8")
    if given.markdown:
        lines = [*head, *(line for one in found for line in (*_section(one), "")), *_summary(found)]
        _paste(given.markdown, lines)
    return int(any(one.failed for one in found))


def _arguments(arguments: Sequence[str] | None) -> argparse.Namespace:
    told = "\n".join(f"  {name}: {what}" for name, what in PARTS.items())
    parser = argparse.ArgumentParser(
        prog="python -m tests.bench",
        description=__doc__,
        epilog=f"parts:\n{told}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    out = os.environ.get("BENCH_OUT")
    parser.add_argument(
        "--articles", type=int, default=int(os.environ.get("BENCH_ARTICLES") or 300), metavar="N"
    )
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=processors(), help="worker processes of a build")
    parser.add_argument("--repeat", type=int, default=3, help="how often each short step is run")
    parser.add_argument("--rounds", type=int, default=0, help="how often a first build is (default: by size)")
    parser.add_argument("--pages", type=int, default=10_000, help="pages that are written, at most")
    parser.add_argument("--only", nargs="*", choices=[*PARTS], metavar="PART", help="these parts alone")
    parser.add_argument(
        "--without", nargs="*", default=[], choices=[*PARTS], metavar="PART", help="all but these parts"
    )
    parser.add_argument("--minutes", type=float, default=45, help="after which a part is given up")
    parser.add_argument("--morph-kgc", default="", metavar="PYTHON", help="a Python that has morph-kgc")
    parser.add_argument("--out", type=Path, default=Path(out) if out else None, help="figures as JSON")
    parser.add_argument("--markdown", type=Path, help="a page whose marked place gets the table")
    parser.add_argument("--work", type=Path, help="where the corpora are made (default: a temporary folder)")
    parser.add_argument(
        "--kept", type=Path, help="a folder in which corpora stay: DIR/N/corpus; graphs in them are made anew"
    )
    return parser.parse_args(arguments)


def _told_again(arguments: Sequence[str]) -> list[str]:
    """The arguments but for the paths, which say nothing to others."""
    told, left = [], iter(arguments)
    for word in left:
        option, equals, _ = word.partition("=")
        if option not in _PATHS:
            told.append(word)
        elif not equals:
            next(left, "")
    return told


def _plan(given: argparse.Namespace) -> Plan:
    return Plan(
        *(Path(), given.articles, given.seed, given.jobs, given.repeat, given.rounds, given.pages),
        morph=given.morph_kgc,
    )


def _chosen(given: argparse.Namespace) -> list[str]:
    return [name for name in given.only or PARTS if name not in given.without]


@contextmanager
def _folder(given: argparse.Namespace) -> Iterator[Path]:
    if given.kept is not None:
        given.kept.mkdir(parents=True, exist_ok=True)
        yield given.kept.resolve()
        return
    with tempfile.TemporaryDirectory(prefix="dkg-bench-", dir=given.work) as made:
        yield Path(made)


def _part(name: str, plan: Plan, minutes: float) -> Told:
    begun, rows, failed = time.monotonic(), list[Row](), ""
    try:
        for row in runner.rows(name, plan, minutes * 60):
            rows.append(row)
            sys.stderr.write(f"{name}: {row.line()}\n")
    except runner.PartFailed as error:
        failed = str(error)
    return Told(name, tuple(rows), failed, (time.monotonic() - begun) / 60, load())


def _section(one: Told) -> Iterator[str]:
    took = f"{one.minutes:.1f} minutes" if one.minutes >= 1 else f"{one.minutes * 60:.0f} seconds"
    title = PARTS[one.name]
    yield f"### {title[0].upper()}{title[1:]}"
    yield ""
    yield from table(one.rows)
    yield ""
    if one.failed:
        yield f"**This part failed:** {one.failed}"
        yield ""
    yield f"Took {took}; load average at its end {one.load:.1f}."


def _summary(found: Sequence[Told]) -> Iterator[str]:
    judged = [row for one in found for row in one.rows if row.met is not None]
    missed = [row.what for row in judged if not row.met]
    failed = [one.name for one in found if one.failed]
    yield f"Goals met: {len(judged) - len(missed)} of {len(judged)}."
    if missed:
        yield f"Missed: {'; '.join(missed)}."
    if failed:
        yield f"Failed: {', '.join(failed)}."
    yield f"All together took {sum(one.minutes for one in found):.0f} minutes."


def _paste(page: Path, lines: Sequence[str]) -> None:
    """Put the table into the marked place of a page, or make the page where there is none."""
    text = page.read_text("utf-8") if page.exists() else f"{BEGIN}\n{END}\n"
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not (begin and end):
        raise SystemExit(f"{page} has no place for the table: a line {BEGIN} and a line {END}")
    page.write_text("\n".join([before + BEGIN, "", *lines, "", END + after]), "utf-8")


def _say(*lines: str) -> None:
    sys.stdout.write("".join(f"{line}\n" for line in lines))
    sys.stdout.flush()


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that a part ends with it
    sys.exit(main())
