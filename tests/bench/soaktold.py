"""What a soak came to, as rows of its table and as what is told after it."""

from __future__ import annotations

import math
import statistics
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

from tests.bench.soakload import Told
from tests.bench.soakseen import SERIES, Sample, Verdict, least, verdict

_WARM = 0.25  # of the time, which the verdict leaves out: caches fill
_COLUMNS = ("minute", "requests", "failed", "p50 ms", "p99 ms", "published", "server MiB", "its open files",
         "workers MiB", "their open files", "processes", "disk MiB", "snapshots")  # fmt: skip
HEAD = f"| {' | '.join(_COLUMNS)} |\n|{'---:|' * len(_COLUMNS)}"
"""The head of the table."""
PAGE = Path(__file__).parents[2] / "docs" / "reference" / "soak.md"
BEGIN = "<!-- made by python -m tests.bench.soak --write: do not edit -->"


@dataclass
class Row:
    """What is known of one part of the time."""

    requests: int
    failed: int
    p50: float
    p99: float
    published: int
    sample: Sample
    minute: float = 0.0

    @property
    def cells(self) -> str:
        """The row of the table."""
        name = f"{self.minute:.1f}"
        one = self.sample
        own = (f"{one.server_mib:.1f}", f"{one.server_files:.0f}")
        others = (f"{one.workers_mib:.0f}", f"{one.workers_files:.0f}", f"{one.processes:.0f}")
        kept = (f"{one.disk_mib:.1f}", f"{one.snapshots:.0f}")
        asked = (f"{self.requests}", f"{self.failed}", f"{self.p50:.1f}", f"{self.p99:.0f}")
        return f"| {' | '.join((name, *asked, str(self.published), *own, *others, *kept))} |"


@dataclass
class Result:
    """What a soak came to."""

    rows: list[Row] = field(default_factory=list)
    told: Told = field(default_factory=Told)
    published: int = 0
    builds: list[str] = field(default_factory=list)
    after: Sample | None = None
    minutes: list[float] = field(default_factory=list)
    samples: list[Sample] = field(default_factory=list)
    log: dict[str, int] = field(default_factory=dict)

    def figures(self) -> dict[str, object]:
        """All of it for a file."""
        told = self.told
        return {
            "rows": [asdict(row) for row in self.rows],
            "minutes": self.minutes,
            "samples": [asdict(one) for one in self.samples],
            "kinds": told.kinds,
            "wrong": told.wrong,
            "hostile": told.hostile,
            "left": told.left,
            "published": self.published,
        }

    def verdicts(self, length: float) -> list[Verdict]:
        """Whether something grows, after the beginning, by the least of each part of the time."""
        each = max(1, len(self.samples) // 20)
        parts = [
            (statistics.fmean(self.minutes[n : n + each]), least(self.samples[n : n + each]))
            for n in range(0, len(self.samples), each)
        ]
        later = [(minute, one) for minute, one in parts if minute >= _WARM * length / 60]
        if len(later) < 3:
            return []
        return [verdict(name, [m for m, _ in later], [one for _, one in later]) for name in SERIES]


def report(result: Result, length: float) -> Iterator[str]:
    """What is told after the table."""
    told, after = result.told, result.after
    yield "\n| kind | right answers | p50 ms | p99 ms | slowest ms |"
    yield "|---|---:|---:|---:|---:|"
    for kind in sorted(told.kinds):
        times = sorted(told.times[kind])
        shown = " | ".join(f"{quantile(times, share):.1f}" for share in (0.5, 0.99, 1.0))
        yield f"| {kind} | {told.kinds[kind]} | {shown} |"
    yield f"\n- Failed: {told.wrong.total()} {dict(told.wrong) or ''}".rstrip()
    yield from (f"    {example}" for example in told.examples)
    ends = ", ".join(f"{count} x {end}" for end, count in sorted(told.hostile.items()))
    yield f"- Hostile queries ended as: {ends or 'none'}. Clients that hung up: {told.left}."
    yield f"- Snapshots published: {result.published}; builds that did not publish: {len(result.builds)}."
    yield from (f"    {one}" for one in result.builds[:5])
    yield f"- The server's log: {', '.join(f'{count} {name}' for name, count in result.log.items())}."
    if after is not None:
        values = ", ".join(f"{name} {getattr(after, name):.1f}" for name in SERIES)
        yield f"- Afterwards, at rest: {values}."
    yield "\n| series, the least of each part | mean | change a minute | 95 % interval | verdict |"
    yield "|---|---:|---:|---:|---|"
    for one in result.verdicts(length):
        between = f"{one.slope - one.half:+.3f} to {one.slope + one.half:+.3f}"
        yield f"| {one.series} | {one.mean:.1f} | {one.slope:+.3f} | {between} | {one.said} |"


def quantile(ordered: Sequence[float], share: float) -> float:
    """How much this share is at most; not a number where there is none."""
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))] if ordered else math.nan


def page(result: Result, length: float) -> Iterator[str]:
    """All that is told, for the page."""
    yield HEAD
    yield from (row.cells for row in result.rows)
    yield from report(result, length)
