"""What a build takes after one change, or none: the command from start to end, so the publishing too."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from tests.bench.edits import Edits
from tests.bench.measure import Measure, measured
from tests.bench.plan import Plan
from tests.bench.rows import Goal, Row, of_runs

_MANY = 20_000  # articles from which on a change without a goal is made once
_GOALS = {"nothing changed": Goal(3), "one changed article": Goal(2)}


def rows(plan: Plan) -> Iterator[Row]:
    """Nothing, an article, and whatever else may change."""
    project = plan.built(plan.articles)
    edits = Edits(project, plan.corpus(plan.articles))
    changes: dict[str, Callable[[], None]] = {"nothing changed": lambda: None}
    changes |= {f"one changed {what}": change for what, change in edits.all().items()}
    command = ["-m", "diaspora_kg", "build", *plan.parallel, "--project", project.name]
    for what, change in changes.items():
        if plan.short and what not in _GOALS:
            continue
        found: list[Measure] = []
        for _ in range(1 if what not in _GOALS and plan.articles > _MANY else plan.repeat):
            change()
            found.append(measured(command, project.parent))
        middle = sorted(found, key=lambda one: one.seconds)[len(found) // 2]
        yield of_runs(
            f"build, {what}",
            [one.seconds for one in found],
            "s",
            _GOALS.get(what),
            ours=f"{middle.told}, {max(one.mib for one in found):.0f} MiB",
            figures={"cpu": [one.cpu for one in found]},
        )
