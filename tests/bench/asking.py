"""Saved queries at the size that was built, as :mod:`tests.bench.queries` tells, and what peers need.

The same texts are sent to ``oxigraph serve-read-only`` on the same snapshot, and to rdflib on as many
articles as it can read in the time that there is; of these our own times are taken too.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from operator import itemgetter
from pathlib import Path
from statistics import median, quantiles
from typing import Any

from diaspora_kg.content import content
from diaspora_kg.errors import UsageError
from diaspora_kg.project import Project
from diaspora_kg.queries.answer import prepared, run
from diaspora_kg.queries.catalog import Catalog
from diaspora_kg.queries.opened import opened
from tests.bench import askedpeers, queries
from tests.bench.askedpeers import OXIGRAPH, RDFLIB, Times
from tests.bench.loads import LINES, dump
from tests.bench.measure import command
from tests.bench.plan import Plan
from tests.bench.rows import Goal, Row, number

_HELD = 1000  # articles that rdflib reads in a quarter of a minute
_FIRST = 100  # rows
_SECOND = 1000.0  # milliseconds
_SOME = ("statements", "own-voice", "legal-history")  # of a run that shows no more than that it works

Found = Mapping[str, Mapping[str, Any]]
"""What :mod:`tests.bench.queries` tells of each query."""


def rows(plan: Plan) -> Iterator[Row]:
    """Ours, then the peers."""
    project = plan.built(plan.articles)
    ours = _ours(project, _SOME if plan.short else ())
    if not ours:
        yield Row("saved queries", None, note="tests.bench.queries tells nothing of a project that is built.")
        return
    yield from _goals(ours)
    texts = _texts(project, ours)
    theirs = askedpeers.oxigraph(project, texts)
    first = _times(ours, "first")
    yield _beside(f"first {_FIRST} rows beside {OXIGRAPH}", first, OXIGRAPH, theirs, "the same snapshot.")
    held = min(plan.articles, _HELD)
    small = project if held == plan.articles else plan.built(held)
    dump(small, small.parent)
    lines = small.parent / LINES
    read, slow = askedpeers.rdflib(lines, _texts(small, ours))
    lines.unlink()
    note = f"rdflib takes {read:.0f} s to read so many; more takes minutes, and all memory."
    what, mine = f"first {_FIRST} rows beside {RDFLIB}, {held:,} articles", _here(small, ours)
    yield _beside(what, mine, RDFLIB, slow, note)


def _ours(project: Path, names: Sequence[str]) -> Found:
    out = project.parent / "queries.json"
    out.unlink(missing_ok=True)
    words = ["-m", "tests.bench.queries", "--project", str(project), "--out", str(out), *names]
    command([sys.executable, *words], project.parent)
    told = json.loads(out.read_text("utf-8"))["queries"] if out.exists() else ()
    return {one["query"]: one for one in told}


def _times(ours: Found, what: str) -> dict[str, float]:
    """Milliseconds by the clock of the queries that were answered."""
    found = {name: one[what].get("wall") for name, one in ours.items()}
    return {name: float(taken) * _SECOND for name, taken in found.items() if taken is not None}


def _goals(ours: Found) -> Iterator[Row]:
    first, totals = _times(ours, "first"), _times(ours, "total")
    what = f"saved queries, first {_FIRST} rows"
    figures = {"queries": list(ours.values())}
    times = sorted(first.values())
    slow = f"{len(first)} queries; slowest: {_slowest(first)}"
    yield Row(f"{what}, the slowest", times[-1] / _SECOND, "s", Goal(1), ours=slow, figures=figures)
    quarter = quantiles(times, n=4, method="inclusive")[2]
    middle = f"median {number(median(times))} ms"
    yield Row(f"{what}, three quarters of them", quarter, "ms", Goal(50), ours=middle)
    again = sorted(_times(ours, "warm").values())
    if len(again) > 1:
        quarter = quantiles(again, n=4, method="inclusive")[2]
        what = f"{what}, three quarters of them, in a process that runs"
        yield Row(what, quarter, "ms", Goal(50), ours=f"median {number(median(again))} ms")
    slow = f"{len(totals)} queries; slowest: {_slowest(totals)}"
    most = max(totals.values(), default=None)
    total = None if most is None else most / _SECOND
    yield Row("saved queries, the true total, the slowest", total, "s", Goal(10), ours=slow)
    errors = [
        f"{name}, {what}: {one[what]['error']}"
        for name, one in ours.items()
        for what in ("first", "total")
        if "error" in one[what]
    ]
    yield Row("saved queries without an answer", len(errors), goal=Goal(0), note="; ".join(errors))


def _slowest(times: Mapping[str, float]) -> str:
    worst = sorted(times.items(), key=itemgetter(1))[:-4:-1]
    return ", ".join(f"{name} {number(taken)} ms" for name, taken in worst)


def _asked(name: str, catalog: Catalog) -> dict[str, list[str]]:
    """The parameters without which a query cannot be asked."""
    asked: Callable[..., dict[str, list[str]]] = getattr(queries, "asked", lambda *_: {})
    return asked(catalog.get(name), getattr(queries, "BUSIEST", {}))


def _texts(project: Path, ours: Found) -> Mapping[str, str]:
    """The queries as they are sent."""
    catalog, texts = Catalog.load([content("queries")]), {}
    with opened(Project.load(project)) as graph:
        for name in ours:
            try:
                text = prepared(catalog.get(name), _asked(name, catalog), graph.lookup)
            except UsageError:
                continue  # what it asks about does not occur
            texts[name] = askedpeers.first(text, _FIRST)
    return texts


def _here(project: Path, ours: Found) -> dict[str, float]:
    """Our own times of the first rows in this process."""
    catalog, found = Catalog.load([content("queries")]), {}
    with opened(Project.load(project)) as graph:
        for name in ours:
            begun = time.perf_counter()
            try:
                run(catalog.get(name), _asked(name, catalog), graph.lookup, limit=_FIRST)
            except UsageError:
                continue
            found[name] = (time.perf_counter() - begun) * _SECOND
    return found


def _beside(what: str, first: Mapping[str, float], peer: str, theirs: Times, note: str) -> Row:
    """How many times longer the peer takes, in the middle."""
    done = {name: taken for name, taken in theirs.items() if taken is not None and name in first}
    late = len(theirs) - len(done)
    if not done:
        return Row(what, None, note=f"{peer} answered none in {askedpeers.LONGEST} s. {note}")
    ratios = sorted(taken / max(first[name], 1) for name, taken in done.items())
    mine = median(first[name] for name in done)
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
