"""First builds beside ``oxigraph load`` of the same quads: time, memory, and how both grow with the size.

A first build counts from the start of the command to its end, state, snapshot and ``index.sqlite`` included.
Rules, whole-graph shapes and compacting are rows of their own. Builds with and without the shapes for one
article and loads take turns; each build is compared with the loads before and after it, and each large build
with the small ones before and after it.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from itertools import islice
from pathlib import Path
from statistics import mean, median

from tests.bench import loads
from tests.bench.measure import ROOT, Measure, measured
from tests.bench.plan import Plan
from tests.bench.rows import Goal, Row, number, of_runs
from tests.bench.stages import APART, COMPACTING, DERIVING, SHAPES, apart, stages
from tests.bench.unchecked import unchecked

OF_LOAD = "of the load"
_LOOKED_AT = 1000  # articles
_MB = 1.048576  # to a MiB
_LEFT_OUT = "rules, whole-graph shapes and compacting left out"
_TITLES = {DERIVING: "derivation rules", SHAPES: "whole-graph shapes", COMPACTING: "compacting the store"}


@dataclass(frozen=True)
class First:
    """One first build; ``turn`` is when it ran, ``beside`` are the loads before and after it."""

    checked: bool
    turn: int
    measure: Measure
    stages: Mapping[str, float]
    beside: list[Measure] = field(default_factory=list)

    @property
    def seconds(self) -> float:
        """By the clock, without the rows of their own."""
        return self.measure.seconds - apart(self.stages)


@dataclass
class Size:
    """Everything that was measured at one size."""

    articles: int
    quads: int = 0
    builds: list[First] = field(default_factory=list)
    loads: list[Measure] = field(default_factory=list)

    def of(self, *, checked: bool) -> list[First]:
        """The builds of one kind."""
        return [one for one in self.builds if one.checked is checked]

    def an_article(self, *, whole: bool) -> dict[int, float]:
        """Milliseconds of each validated build, by its turn."""
        taken = {one.turn: one.measure.seconds if whole else one.seconds for one in self.of(checked=True)}
        return {turn: seconds / self.articles * 1000 for turn, seconds in taken.items()}


def rows(plan: Plan) -> Iterator[Row]:
    """Everything."""
    found = _measured(plan)
    for size in found:
        at = "" if size.articles == plan.articles else f", {size.articles:,} articles"
        yield from _ratios(size, at, goals=size.articles == plan.articles)
    last = found[-1]
    yield _validation(last)
    yield from _stages(last)
    yield from _memory(last)
    if len(found) > 1:
        yield from growth(found[0], last)
    yield _sheet(plan, last)


def order(plan: Plan) -> Iterator[tuple[int, int, bool]]:
    """Every build in its order: how many articles, in which turn, and whether with all shapes on.

    Small ones go before and after each large one, so that a change of the machine's pace meets both. The
    last of each size has all shapes on, and stays.
    """
    *smaller, largest = plan.sizes
    both = [False, True]
    kinds = [checked for turn in range(plan.times(largest)) for checked in both[:: -1 if turn % 2 else 1]]
    turns = kinds if kinds[-1] else [*kinds, True]
    for turn, checked in enumerate(turns):
        yield from ((small, turn, kind) for small in smaller for kind in both)
        yield largest, turn, checked
    yield from ((small, len(turns), kind) for small in smaller for kind in both)


def _measured(plan: Plan) -> list[Size]:
    """Builds, and a load after each."""
    sizes = {articles: Size(articles) for articles in plan.sizes}
    last = (0, 0)
    for articles, turn, checked in order(plan):
        size, project, home = sizes[articles], plan.project(articles), plan.home(articles)
        found = _first(plan, project, ROOT if checked else unchecked(home), turn, checked=checked)
        if not size.quads:
            size.quads = loads.dump(project, home)
        near = articles == plan.articles or last == (articles, turn)  # else it was long ago
        found.beside.extend([*(size.loads[-1:] if near else []), loads.load(home)])
        size.loads.append(found.beside[-1])
        size.builds.append(found)
        last = (articles, turn)
    for articles in sizes:
        (plan.home(articles) / loads.LINES).unlink(missing_ok=True)
    return [*sizes.values()]


def _first(plan: Plan, project: Path, program: Path, turn: int, *, checked: bool) -> First:
    shutil.rmtree(project / ".dkg", ignore_errors=True)
    loads.settle()
    words = ["-m", "diaspora_kg", "build", *plan.parallel, "--project", project.name]
    return First(checked, turn, measured(words, project.parent, program, watch=True), stages(project))


def _ratios(size: Size, at: str, *, goals: bool) -> Iterator[Row]:
    wanted = {False: ("validation left out", 0.45), True: ("with full validation", 0.35)}
    for checked, (how, bound) in wanted.items():
        builds = size.of(checked=checked)
        middle = sorted(builds, key=lambda one: one.seconds)[len(builds) // 2]
        beside = sorted((load for one in builds for load in one.beside), key=lambda one: one.seconds)
        load = beside[len(beside) // 2]
        yield of_runs(
            f"first build, {how}{at}",
            [load.seconds / one.seconds for one in builds for load in one.beside],
            OF_LOAD,
            Goal(bound, least=True) if goals else None,
            ours=f"{middle.seconds:.2f} s of {middle.measure.told}",
            peer=f"{loads.NAME}: {load.told}",
            note=_how(size, middle, load) if goals else "",
            figures={"builds": [_told(one) for one in builds], "quads": size.quads},
        )


def _how(size: Size, one: First, load: Measure) -> str:
    by_cpu = load.cpu / one.measure.cpu
    said = f"{_LEFT_OUT}. By CPU seconds, with these, the command is at {number(by_cpu)} of the load."
    if one.measure.disk or load.disk:
        said += f" From the disk came {one.measure.disk:,.0f} MB, to the load {load.disk:,.0f}."
    return f"{said} {size.quads:,} quads. {loads.THREADS}" if one.checked else said


def _told(one: First) -> dict[str, object]:
    measure, beside = one.measure, [load.seconds for load in one.beside]
    told = {"validated": one.checked, **asdict(measure), "command": measure.seconds, "seconds": one.seconds}
    return {**told, "stages": dict(one.stages), "loads": beside}


def _validation(size: Size) -> Row:
    """What the shapes for one article cost within a build."""
    checked, bare = (median(one.measure.cpu for one in size.of(checked=is_so)) for is_so in (True, False))
    each = (checked - bare) / size.articles * 1000
    said = f"{checked:.1f} s of CPU with them, {bare:.1f} without"
    return Row("validation within the build, an article", each, "ms CPU", ours=said)


def _stages(size: Size) -> Iterator[Row]:
    builds = size.builds
    load = median(one.seconds for one in size.loads)
    for step in APART:
        taken = [one.stages.get(step, 0.0) for one in builds]
        said = f"{median(taken):.2f} s"
        yield of_runs(_TITLES[step], [one / load for one in taken], OF_LOAD, ours=said)
    taken = [apart(one.stages) for one in builds]
    yield of_runs(
        "rules, whole-graph shapes and compacting together",
        [one / load for one in taken],
        OF_LOAD,
        Goal(1.0),
        ours=f"{median(taken):.2f} s",
        peer=f"{loads.NAME}: {load:.2f} s",
        note=_profile(size),
    )


def _profile(size: Size) -> str:
    """Where the time of a validated first build goes."""
    builds = size.of(checked=True)
    steps = dict.fromkeys(step for one in builds for step in one.stages)
    parts = {step: median(one.stages.get(step, 0.0) for one in builds) for step in steps}
    whole = median(one.measure.seconds for one in builds)
    rest = whole - sum(taken for step, taken in parts.items() if step[0].isupper())
    said = [f"{step} {taken:.1f} s" for step, taken in parts.items() if step[0].isupper()]
    within = [f"{step} {taken:.1f} s" for step, taken in parts.items() if not step[0].isupper()]
    return (
        f"the steps of the validated first build: {', '.join(said)}; start and list of files {rest:.1f} s. "
        f"Within these: {', '.join(within)}."
    )


def _memory(size: Size) -> Iterator[Row]:
    most = [one.measure for one in size.builds]
    peers = max(load.mib for load in size.loads) * _MB
    ours = (
        f"largest process {max(one.mib for one in most) * _MB:.0f} MB, "
        f"each worker at most {max(one.worker for one in most) * _MB:.0f} MB"
    )
    yield of_runs(
        "memory of the whole build",
        [one.whole * _MB for one in most],
        "MB",
        Goal(2500),
        ours=ours,
        peer=f"{loads.NAME}: {peers:.0f} MB",
        note="all its processes added up, looked at five times a second; what they share counts in each.",
    )


def growth(small: Size, large: Size) -> Iterator[Row]:
    """How much more an article takes, and a worker, in each large build than in the small ones around it."""
    between = f"from {small.articles:,} to {large.articles:,} articles"
    for how, whole in ((f"first build, {_LEFT_OUT}", False), ("the whole command", True)):
        few, many = small.an_article(whole=whole), large.an_article(whole=whole)
        yield of_runs(
            f"growth of the time an article {between}: {how}",
            [(many[turn] / few[near] - 1) * 100 for turn in many for near in (turn, turn + 1)],
            "%",
            Goal(20),
            ours=f"{median(few.values()):.2f} ms, then {median(many.values()):.2f} ms",
        )
    workers = [max(one.measure.worker for one in size.builds) * _MB for size in (small, large)]
    if workers[0]:
        yield Row(
            f"growth of the largest worker's memory {between}",
            (workers[1] / workers[0] - 1) * 100,
            "%",
            Goal(10),
            ours=f"{workers[0]:.0f} MB, then {workers[1]:.0f} MB",
            note="the issue says flat; a tenth is taken for that.",
        )


def _sheet(plan: Plan, size: Size) -> Row:
    """What an article is."""
    corpus = plan.corpus(size.articles)
    made = [corpus.article(one, corpus.cast) for one in islice(corpus.plans(), _LOOKED_AT)]
    lines = mean(len(one.annotation.splitlines()) for one in made)
    written = mean(len(one.annotation.encode()) for one in made)
    text = mean(len(one.text.encode()) for one in made)
    said = f"{lines:.0f} lines and {number(written)} bytes of YAML, {number(text)} bytes of text"
    quads = size.quads / size.articles
    return Row("quads of an article (all graphs but the derived one)", quads, ours=said)
