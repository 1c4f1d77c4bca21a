"""A corpus with a fault in every hundredth article, beside the same one without: speed, and what is told."""

from __future__ import annotations

import csv
import json
import shutil
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from tests.bench import loads
from tests.bench.corpus import Corpus
from tests.bench.measure import Measure, command, surroundings
from tests.bench.plan import TICK, Plan
from tests.bench.rows import Goal, Row, of_runs

Place = tuple[str, int, str]  # file, line, shape

_MOST = 2000  # articles
_FAULTS = 1000  # of the report, in a project of little else
_A_SET = 35  # faults that are planted together


def rows(plan: Plan) -> Iterator[Row]:
    """The rest at the same speed; each fault once, at its place."""
    articles = min(plan.articles, _MOST)
    clean, root = plan.project(articles), plan.home(articles) / "faulty"
    count = _plant(plan.corpus(articles), root, max(1, articles // 100 // _A_SET))
    taken: dict[Path, list[Measure]] = {clean: [], root: []}
    for project in (clean, root) if plan.short else (clean, root, root, clean) * 2:
        taken[project].append(_build(plan, project))
    share = articles / (articles + count)
    for project in (clean, root):
        taken[project].sort(key=lambda one: one.cpu)
    yield of_runs(
        f"build of {articles:,} articles and {count} with a fault beside the {articles:,} alone",
        [(bad.cpu / good.cpu) * share for bad in taken[root] for good in taken[clean]],
        "of the CPU time an article",
        Goal(1.1),
        ours=taken[root][0].told,
        peer=f"without faults: {taken[clean][0].told}",
        note="the issue says the same speed; a tenth more is taken for that.",
    )
    if not plan.short:
        sets = max(1, min(_FAULTS, articles) // _A_SET)
        _plant(Corpus(20, plan.seed), root, sets)
        _build(plan, root)
    yield _told(root)
    shutil.rmtree(root)


def _plant(corpus: Corpus, root: Path, sets: int) -> int:
    """The corpus again with faulty articles among the others; how many of them."""
    shutil.rmtree(root, ignore_errors=True)
    corpus.write(root)
    corpus.plant(root, sets)
    time.sleep(TICK)
    return len({file for file, _, _ in _planted(root)})


def _planted(root: Path) -> list[Place]:
    with (root / "planted.tsv").open(encoding="utf-8", newline="") as file:
        return [(row["file"], int(row["line"]), row["shape"]) for row in csv.DictReader(file, delimiter="\t")]


def _build(plan: Plan, project: Path) -> Measure:
    shutil.rmtree(project / ".dkg", ignore_errors=True)
    loads.settle()
    words = ["-m", "diaspora_kg", "build", *plan.parallel, "--project", project.name]
    return command([sys.executable, *words], project.parent, fine=(0, 1))


def _told(root: Path) -> Row:
    """What the report says of the planted faults."""
    told = json.loads(_report(root, "json"))["findings"]
    found = Counter((one["file"], one["line"], one["code"]) for one in told)
    wanted = Counter(_planted(root))
    missing, more = wanted - found, found - wanted
    lines = len(_report(root, "text").splitlines())
    return Row(
        "faults that are not told once, at their place",
        (missing + more).total(),
        goal=Goal(0),
        ours=f"{wanted.total()} planted, {found.total()} told; in words on {lines:,} lines",
        note="; ".join(f"{file}:{line} {code}" for file, line, code in [*missing, *more][:5]),
        figures={"missing": sorted(missing), "more": sorted(more)},
    )


def _report(root: Path, form: str) -> str:
    """What a build that finds nothing new says of all articles."""
    words = [sys.executable, "-m", "diaspora_kg", "build", "--project", root.name, "--format", form]
    environment = surroundings()
    done = subprocess.run(
        words, cwd=root.parent, env=environment, capture_output=True, text=True, check=False
    )
    return done.stdout
