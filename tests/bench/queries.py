"""How long each saved query takes on a built project: its first rows, and apart from them all rows.

``python -m tests.bench.queries --project DIR`` asks every query of the catalog that is asked by name, each in
a process of its own that is ended when its time is over, and prints a table: seconds of CPU and of the clock
for the first 100 rows and for the true total. One process more asks all of them one after the other, three
times, as a server is asked that runs: the median of each query is its ``warm`` figure. All is found anew each
time, and no total that is known helps; labels alone are kept in that process, as ``dkg serve`` keeps them.

What must be told something is told the busiest nodes of the generated corpus (``tests/bench/corpus.py``), or
what ``--param NAME=VALUE`` says.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from diaspora_kg.errors import DkgError, RunStopped
from diaspora_kg.project import Project
from diaspora_kg.queries.answer import prepared, run
from diaspora_kg.queries.catalog import Catalog, SavedQuery
from diaspora_kg.queries.counters import count
from diaspora_kg.queries.lookup import Lookup
from diaspora_kg.queries.opened import opened
from diaspora_kg.queries.totals import Totals

ROWS = 100
ROUNDS = 3
"""How often a process that runs is asked the same."""

_LONGEST = 50.0
"""Seconds for counting, less than what a figure may take: who began processes must end them."""

GOALS = {"first": 1.0, "most": 0.05, "total": 10.0}
"""Seconds: the first rows of each, the first rows of three quarters, the total of each."""

BUSIEST = {
    "organization": "org-0",
    "target": "org-0",
    "thing": "org-0",
    "node": "org-0",
    "first": "<https://example.org/corpus/id/organization/org-0>",
    "second": "<https://example.org/corpus/id/organization/org-1>",
    "language": "ru",
    "form": "<https://w3id.org/diaspora-kg/vocab/publicOrganization>",
    "date": "2019-06-01",
    "words": "court",
}
"""What is asked where something must be: the nodes of a generated corpus that most articles speak of."""


def asked(query: SavedQuery, given: Mapping[str, str]) -> dict[str, list[str]]:
    """The parameters that a query must have."""
    needed = [one.name for one in query.parameters if not one.optional and one.default is None]
    return {name: [given[name]] for name in needed if name in given}


def measure(project: Project, name: str, what: str, given: Mapping[str, str]) -> dict[str, object]:
    """One figure of one query: ``first`` or ``total``."""
    query = Catalog.load(project.folders("queries")).get(name)
    with opened(project) as graph:
        lookup = _forgetful(graph.lookup, project)
        lookup.labels(["urn:nothing"])  # the store's files are open
        begun, clock = _cpu_used(), time.perf_counter()
        try:
            if what == "first":
                rows = len(run(query, asked(query, given), lookup, limit=ROWS).rows)
            else:
                text = prepared(query, asked(query, given), lookup)
                begun, clock = _cpu_used(), time.perf_counter()
                rows = _counted(graph.lookup, text)
        except DkgError as error:
            return {"error": str(error)}
        return {
            "cpu": round(_cpu_used() - begun, 3),
            "wall": round(time.perf_counter() - clock, 3),
            "rows": rows,
        }


def _counted(lookup: Lookup, text: str) -> int:
    """The number of rows, as the program counts it: in processes of their own."""
    total = None if lookup.totals is None else count(lookup.totals.folder / "store", text, _LONGEST)
    if total is None:
        raise RunStopped(f"its rows were not counted in {_LONGEST:.0f} seconds")
    return total


def _cpu_used() -> float:
    """Seconds of this process and of those that it has begun and that have ended."""
    return time.process_time() + sum(os.times()[2:4])


def _forgetful(lookup: Lookup, project: Project) -> Lookup:
    """It keeps no totals: one that is kept answers a question that has no rows."""
    totals = lookup.totals
    return lookup if totals is None else replace(lookup, totals=Totals(project.derived / "no", totals.quads))


def warm(project: Project, names: Sequence[str], given: Mapping[str, str]) -> dict[str, dict[str, object]]:
    """The first rows of queries in this process, which asks them all again and again: medians."""
    catalog = Catalog.load(project.folders("queries"))
    found: dict[str, list[tuple[float, float, int]]] = {}
    faults: dict[str, dict[str, object]] = {}
    with opened(project) as graph:
        lookup = replace(_forgetful(graph.lookup, project), known={})
        for name in [*(names or sorted(catalog.queries))] * ROUNDS:
            query = catalog.get(name)
            begun, clock = time.process_time(), time.perf_counter()
            try:
                rows = len(run(query, asked(query, given), lookup, limit=ROWS).rows)
            except DkgError as error:
                faults[name] = {"error": str(error)}
                continue
            taken = (time.process_time() - begun, time.perf_counter() - clock, rows)
            found.setdefault(name, []).append(taken)
    medians: dict[str, dict[str, object]] = {
        name: {
            "cpu": round(statistics.median(one[0] for one in several), 3),
            "wall": round(statistics.median(one[1] for one in several), 3),
            "rows": several[-1][2],
        }
        for name, several in found.items()
    }
    return {**medians, **faults}


def apart(folder: Path, name: str, what: str, seconds: float, given: Mapping[str, str]) -> dict[str, object]:
    """The same in a process of its own."""
    command = [sys.executable, "-m", "tests.bench.queries", "--project", str(folder), "--one", name, what]
    command += [f"--param={key}={value}" for key, value in given.items()]
    return _told(command, seconds)


def warm_apart(
    folder: Path, names: Sequence[str], seconds: float, given: Mapping[str, str]
) -> dict[str, dict[str, object]]:
    """The warm figures, from a process of its own; a query that has none has the reason."""
    command = [sys.executable, "-m", "tests.bench.queries", "--project", str(folder), "--warm"]
    command += [*(f"--param={key}={value}" for key, value in given.items()), *names]
    found = _told(command, seconds * len(names))
    return {name: one if isinstance(one := found.get(name, found), dict) else found for name in names}


def _told(command: Sequence[str], seconds: float) -> dict[str, object]:
    try:
        told = subprocess.run(command, capture_output=True, timeout=seconds, check=True)
        found: dict[str, object] = json.loads(told.stdout)
    except subprocess.TimeoutExpired:
        return {"error": f"more than {seconds:.0f} s"}
    except subprocess.CalledProcessError as error:
        return {"error": error.stderr.decode()[-200:]}
    return found


def report(folder: Path, names: list[str], seconds: float, given: Mapping[str, str]) -> dict[str, object]:
    """All figures, sorted by the time of the first rows."""
    catalog = Catalog.load(Project.load(folder).folders("queries"))
    rows: list[dict[str, object]] = []
    names = names or sorted(catalog.queries)
    again = warm_apart(folder, names, seconds, given)
    for name in names:
        first, total = (apart(folder, name, what, seconds, given) for what in ("first", "total"))
        rows.append({"query": name, "first": first, "warm": again[name], "total": total})
        print(_line(rows[-1]), file=sys.stderr)  # noqa: T201
    rows.sort(key=lambda row: -_seconds(row["first"]))
    return {
        "queries": rows,
        "first_over_goal": [row["query"] for row in rows if _seconds(row["first"]) > GOALS["first"]],
        "first_quick_share": _quick_share(rows, "first"),
        "warm_over_goal": [row["query"] for row in rows if _seconds(row["warm"]) > GOALS["first"]],
        "warm_quick_share": _quick_share(rows, "warm"),
        "total_over_goal": [row["query"] for row in rows if _seconds(row["total"]) > GOALS["total"]],
    }


def _quick_share(rows: Sequence[Mapping[str, object]], what: str) -> float:
    quick = sum(_seconds(row[what]) <= GOALS["most"] for row in rows)
    return round(quick / max(1, len(rows)), 3)


def _seconds(found: object) -> float:
    """By the clock: halves of a question may be asked at once."""
    wall = found.get("wall") if isinstance(found, dict) else None
    return float(wall) if isinstance(wall, int | float) else float("inf")


def _line(row: Mapping[str, object]) -> str:
    cells = [f"{row['query']!s:40}"]
    for what in ("first", "warm", "total"):
        found = row[what]
        if isinstance(found, dict) and "cpu" in found:
            cells.append(f"{found['cpu']:8.3f} {found['wall']:8.3f} {found['rows']:9d}")
        else:
            cells.append(f"{str(found.get('error') if isinstance(found, dict) else found)[:40]:>27}")
    return "  ".join(cells)


def main() -> None:
    """Print the table, or write the figures into a file."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--project", type=Path, required=True)
    parser.add_argument("--one", nargs=2, metavar=("NAME", "WHAT"), help="one figure, as JSON")
    parser.add_argument("--warm", action="store_true", help="the warm figures alone, as JSON")
    parser.add_argument("--param", action="append", default=[], metavar="NAME=VALUE")
    parser.add_argument("--seconds", type=float, default=60.0, help="of the clock, for each figure")
    parser.add_argument("--out", type=Path, help="figures as JSON")
    parser.add_argument("names", nargs="*")
    options = parser.parse_args()
    given = {**BUSIEST, **dict(pair.split("=", 1) for pair in options.param)}
    if options.one:
        name, what = options.one
        print(json.dumps(measure(Project.load(options.project), name, what, given)))  # noqa: T201
        return
    if options.warm:
        print(json.dumps(warm(Project.load(options.project), options.names, given)))  # noqa: T201
        return
    found = report(options.project, options.names, options.seconds, given)
    if options.out:
        options.out.write_text(json.dumps(found, indent=2) + "\n", "utf-8")
    rows = found["queries"]
    heads = ("first 100: cpu, clock, rows", "warm: cpu, clock, rows", "all: cpu, clock, rows")
    print("  ".join([f"{'query':40}", *(f"{head:27}" for head in heads)]))  # noqa: T201
    for row in rows if isinstance(rows, list) else ():
        print(_line(row))  # noqa: T201
    print({name: value for name, value in found.items() if name != "queries"})  # noqa: T201


if __name__ == "__main__":
    main()
