"""Pages: how quickly they are written, and brought up to date after a change: :mod:`tests.bench.pages`."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from typing import Any

from tests.bench.measure import Measure, command
from tests.bench.plan import Plan
from tests.bench.rows import Goal, Row, number

_MB = 1.048576  # to a MiB


def rows(plan: Plan) -> Iterator[Row]:
    """Speed, memory and weight."""
    project = plan.built(plan.articles)
    out = project.parent / "pages.json"
    words = ["-m", "tests.bench.pages", "--project", str(project), "--pages", str(plan.pages)]
    words += ["--articles", str(plan.articles), "--edit", "--out", str(out)]
    command([sys.executable, *words], project.parent)
    told = json.loads(out.read_text("utf-8"))
    steps = {name: Measure(**one) for name, one in told["steps"].items()}
    yield from _speed(told, steps)
    yield Row(
        "memory while pages are written",
        steps["first"].mib * _MB,
        "MB",
        Goal(1000),
        peer=f"Hugo: {steps['hugo'].mib * _MB:.0f} MB" if "hugo" in steps else "",
    )
    if "changed" in steps:
        said = f"{told['touched']:,} of them made again; {steps['changed'].told} {told['why']}".rstrip()
        yield Row(
            "pages after one changed article", steps["changed"].seconds, "s", Goal(3), ours=said,
            note="from the published snapshot on; the search index is left out.",
        )  # fmt: skip
    weighs = f"median {number(told['middle'])} kB, largest {number(told['most'])} kB"
    yield Row("HTML and CSS of the largest page", told["most"], "kB", Goal(60), ours=weighs)
    paint = told["paint"]
    note = "" if paint is not None else "no Chromium was found."
    yield Row(
        "Largest Contentful Paint of a page of middle size", None if paint is None else paint / 1000, "s",
        Goal(0.5), note=note,
    )  # fmt: skip


def _speed(told: dict[str, Any], steps: dict[str, Measure]) -> Iterator[Row]:
    first, pages = steps["first"], told["pages"]
    rates = {name: pages / one.cpu for name, one in steps.items() if name in {"hugo", "floor"}}
    peers = [f"{_PEERS[name]}: {rate:,.0f} a CPU second" for name, rate in sorted(rates.items())[::-1]]
    yield Row(
        "pages a second on one core",
        pages / max(first.seconds, first.cpu),
        "pages",
        Goal(300, least=True),
        ours=f"{pages:,} pages, {first.told}",
        peer=", ".join(peers),
        note="querying included; by the clock or by CPU, whichever says less. The peers write pages of the "
        "same size and query nothing.",
        figures={"steps": told["steps"]},
    )


_PEERS = {"hugo": "Hugo", "floor": "a loop of Jinja2, constant page"}
