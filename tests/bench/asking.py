"""Saved queries at the size that was built, as :mod:`tests.bench.queries` tells, and what peers need.

The same texts are sent to ``oxigraph serve-read-only`` on the same snapshot, and to rdflib on as many
articles as it can read in the time that there is; of these our own times are taken too.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from statistics import median, quantiles
from typing import Any

from diaspora_kg.content import content
from diaspora_kg.errors import UsageError
from diaspora_kg.project import Project
from diaspora_kg.queries.answer import prepared
from diaspora_kg.queries.catalog import Catalog
from diaspora_kg.queries.opened import opened
from tests.bench import askedpeers
from tests.bench.askedpeers import OXIGRAPH, RDFLIB, Times
from tests.bench.loads import LINES, dump
from tests.bench.measure import command
from tests.bench.plan import Plan
from tests.bench.rows import Goal, Row, number

_HELD = 1000  # articles that rdflib reads in a quarter of a minute
_FIRST = 100  # rows
_SECOND = 1000.0  # milliseconds

Found = Mapping[str, Mapping[str, Any]]
"""What :mod:`tests.bench.queries` tells of each query."""


def rows(plan: Plan) -> Iterator[Row]:
    """Ours, then the peers."""
    project = plan.built(plan.articles)
    ours = _ours(project)
    if not ours:
        yield Row("saved queries", None, note="tests.bench.queries tells nothing of a project that is built.")
        return
    yield from _goals(ours)
    texts = _texts(project, ours)
    theirs = askedpeers.oxigraph(project, texts)
    yield _beside(f"first {_FIRST} rows beside {OXIGRAPH}", ours, OXIGRAPH, theirs, "the same snapshot.")
    held = min(plan.articles, _HELD)
    small = plan.built(held)
    dump(small, small.parent)
    lines = small.parent / LINES
    texts = _texts(small, ours)
    read, slow = askedpeers.rdflib(lines, texts)
    lines.unlink()
    note = f"{held:,} articles, which rdflib needs {read:.0f} s to read; it holds no {plan.articles:,}."
    note = note if held < plan.articles else f"{held:,} articles."
    yield _beside(f"first {_FIRST} rows beside {RDFLIB}, {held:,} articles", _ours(small), RDFLIB, slow, note)


def _ours(project: Path) -> Found:
    out = project.parent / "queries.json"
    out.unlink(missing_ok=True)
    words = ["-m", "tests.bench.queries", "--project", str(project), "--out", str(out)]
    command([sys.executable, *words], project.parent)
    told = json.loads(out.read_text("utf-8"))["queries"] if out.exists() else ()
    return {one["name"]: one for one in told}


def _goals(ours: Found) -> Iterator[Row]:
    first = sorted((one["first_ms"], name) for name, one in ours.items())
    times = [taken for taken, _ in first]
    slowest = ", ".join(f"{name} {number(taken)} ms" for taken, name in first[:-4:-1])
    what = f"saved queries, first {_FIRST} rows"
    figures = {"queries": list(ours.values())}
    said = f"{len(times)} queries; slowest: {slowest}"
    yield Row(f"{what}, the slowest", times[-1] / _SECOND, "s", Goal(1), ours=said, figures=figures)
    quarter = quantiles(times, n=4, method="inclusive")[2]
    yield Row(
        f"{what}, three quarters of them", quarter, "ms", Goal(50), ours=f"median {number(median(times))} ms"
    )
    totals = sorted((one["total_ms"], name) for name, one in ours.items() if one.get("total_ms") is not None)
    if not totals:
        yield Row("saved queries, the true total, the slowest", None, note="totals are not told.")
        return
    slowest = ", ".join(f"{name} {number(taken)} ms" for taken, name in totals[:-4:-1])
    counted = f"{len(totals)} queries; slowest: {slowest}"
    yield Row(
        "saved queries, the true total, the slowest", totals[-1][0] / _SECOND, "s", Goal(10), ours=counted
    )


def _texts(project: Path, ours: Found) -> Mapping[str, str]:
    """The queries as they are sent, with their default parameters."""
    texts = {}
    with opened(Project.load(project)) as graph:
        catalog = Catalog.load([content("queries")])
        for name, one in ours.items():
            try:
                text = one.get("text") or prepared(catalog.get(name), {}, graph.lookup)
            except UsageError:
                continue  # it cannot do without a parameter
            texts[name] = askedpeers.first(text, _FIRST)
    return texts


def _beside(what: str, ours: Found, peer: str, theirs: Times, note: str) -> Row:
    """How many times longer the peer takes, in the middle."""
    done = {name: taken for name, taken in theirs.items() if taken is not None and name in ours}
    late = len(theirs) - len(done)
    if not done:
        return Row(what, None, note=f"{peer} answered none in {askedpeers.LONGEST} s. {note}")
    ratios = sorted(taken / max(float(ours[name]["first_ms"]), 0.001) for name, taken in done.items())
    mine = median(float(ours[name]["first_ms"]) for name in done)
    return Row(
        what,
        median(ratios),
        f"times as long at {peer}",
        low=ratios[0],
        high=ratios[-1],
        ours=f"median {number(mine)} ms",
        peer=f"{peer}: median {number(median(done.values()))} ms, {late} without an answer in "
        f"{askedpeers.LONGEST} s",
        note=f"over {len(done)} queries: the range is that of the queries. {note}",
        figures={"peer_ms": dict(theirs)},
    )
