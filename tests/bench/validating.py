"""What validation of an article costs, and what the two SHACL engines find: :mod:`tests.bench.shacl`."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from statistics import median
from typing import Any

from tests.bench.measure import command
from tests.bench.plan import Plan
from tests.bench.rows import Goal, Row, of_runs

_ARTICLES = 300
_CHANGES = 25
_DISAGREE = 1  # its exit code when the engines do


def rows(plan: Plan) -> Iterator[Row]:
    """Its cost, and the planted faults."""
    out = plan.folder / "shacl.json"
    articles, changes = min(plan.articles, _ARTICLES), 1 if plan.short else _CHANGES
    words = ["-m", "tests.bench.shacl", "--articles", str(articles), "--changes", str(changes)]
    words += ["--into", "0" if plan.short else "2"]
    words += [
        "--repeat",
        str(1 if plan.short else plan.repeat + 2),
        "--seed",
        str(plan.seed),
        "--out",
        str(out),
    ]
    taken = command([sys.executable, *words], plan.folder, fine=(0, _DISAGREE))
    told = json.loads(out.read_text("utf-8"))
    cost = next(one for one in told["costs"] if one["name"] == "made-up")
    by_quads = 120 / cost["quads"]
    yield of_runs(
        "validation, all shapes on, an article of 120 quads",
        [one * by_quads for one in cost["fast"]],
        "ms CPU",
        Goal(0.9),
        ours=f"{median(cost['fast']):.2f} ms for {cost['quads']:.0f} quads",
        peer=f"pyshacl: {median(cost['pyshacl']) * by_quads:.1f} ms",
        note=f"{articles} made-up articles, one at a time; pyshacl 60 of them.",
        figures=cost,
    )
    yield from _faults(told["faults"], taken.cpu)


def _faults(told: dict[str, dict[str, Any]], cpu: float) -> Iterator[Row]:
    sums = list(told.values())
    planted, fast, pyshacl = (sum(one[name] for one in sums) for name in ("planted", "fast", "pyshacl"))
    wrong = [line for one in sums for line in one["disagreements"]]
    yield Row(
        "disagreements of the two SHACL engines",
        len(wrong),
        goal=Goal(0),
        ours=f"{planted:,} faults and changes planted; something found in {fast:,}",
        peer=f"pyshacl: in {pyshacl:,}",
        note=f"{cpu:.0f} seconds of CPU. {'; '.join(wrong[:5])}".strip(),
    )
