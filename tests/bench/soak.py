"""``python -m tests.bench.soak --minutes 20``: a server under mixed load, while builds publish all the time.

Honest clients ask for pages, things, searches, saved queries, SPARQL in several forms, reconciliation and
health, with HEAD and If-None-Match; one takes long answers slowly, one asks for what the limits must end, one
hangs up in the middle. Meanwhile ``dkg build`` publishes another edit of one article every few seconds. A
request of an honest client that gets a 5xx, a wrong answer or a broken connection has failed. It prints a row
for each minute, and at the end whether memory and open files grow.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import platform
import re
import shutil
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from diaspora_kg import __version__
from diaspora_kg.init import init
from diaspora_kg.store import Snapshots
from tests.bench.marked import placed
from tests.bench.measure import surroundings
from tests.bench.soakasks import MARKS, Judge, asks, shuffled
from tests.bench.soakload import WEIGHTS, Load
from tests.bench.soakseen import Sample, look, middle
from tests.bench.soaktold import BEGIN, HEAD, PAGE, Result, Row, page, quantile, report
from tests.serving import Served, serving

_LIMITS = "\n[serve]\nseconds = 3\n"
_ANNOTATOR = re.compile(r"(?m)^( *annotator: ).*$")
_CALM = 5.0  # seconds after the load, in which what was begun may end


@dataclass(frozen=True)
class Plan:
    """How long, how many honest clients, what they wait between two requests and a build waits between two
    edits (seconds), and how often a row is told (seconds).
    """

    seconds: float
    clients: int = 4
    pause: float = 0.05
    between: float = 3.0
    every: float = 60.0


class Soak:
    """One run on one project."""

    def __init__(self, folder: Path, served: Served, plan: Plan) -> None:
        self.folder, self.served, self.plan = folder, served, plan
        self.result = Result()
        self._began = time.monotonic()

    async def run(self) -> Result:
        """The whole run."""
        load = Load(self.served.host, self.served.port, self.result.told, Judge(), self.plan.pause)
        found = asks(self.folder)
        self._began = time.monotonic()
        tasks = [
            *(
                asyncio.create_task(load.honest(shuffled(found, WEIGHTS, n), n))
                for n in range(self.plan.clients)
            ),
            asyncio.create_task(load.honest(shuffled(found, {"download": 1}, 98), 98)),
            asyncio.create_task(load.hostile(2.0)),
            asyncio.create_task(load.leaving(1.0)),
            asyncio.create_task(self._publishing()),
        ]
        try:
            await self._watch(tasks)
        finally:
            await _ended(tasks)
        await asyncio.sleep(min(_CALM, self.plan.seconds))
        self.result.after = look(self.served.process.pid, self.folder / ".dkg")
        self.result.log = _logged(self.folder / "serve.log")
        return self.result

    async def _watch(self, tasks: Sequence[asyncio.Task[None]]) -> None:
        end, told, taken = self._began + self.plan.seconds, self._began, 0
        published, samples = 0, self.result.samples
        while time.monotonic() < end or not self.result.published:
            await asyncio.sleep(max(0.02, min(self.plan.every / 30, end - time.monotonic())))
            for task in tasks:
                if task.done():
                    task.result()  # it ends by an error only
            samples.append(look(self.served.process.pid, self.folder / ".dkg"))
            self.result.minutes.append((time.monotonic() - self._began) / 60)
            if time.monotonic() - told >= self.plan.every or time.monotonic() >= end:
                row = self._row(samples[taken:], self.result.published - published)
                row.minute = self.result.minutes[-1]
                told, taken, published = time.monotonic(), len(samples), self.result.published
                self.result.rows.append(row)
                _say(row.cells)

    def _row(self, samples: Sequence[Sample], published: int) -> Row:
        seen = self.result.told.taken()
        ordered = sorted(seen.times)
        return Row(
            len(seen.times) + seen.wrong.total(),
            seen.wrong.total(),
            quantile(ordered, 0.5),
            quantile(ordered, 0.99),
            published,
            middle(samples),
        )

    async def _publishing(self) -> None:
        """Edit one article and build, over and over."""
        path, turn = edited(self.folder), 0
        while True:
            await asyncio.sleep(self.plan.between)
            mark(path, MARKS[turn % 2])
            turn += 1
            code, said = await _build(self.folder)
            if code == 0 and "published" in said:
                self.result.published += 1
            else:
                self.result.builds.append(f"exit {code}: {said[-300:]}")


def edited(folder: Path) -> Path:
    """The annotation that is edited: the first that names its annotator."""
    paths = sorted((folder / "articles").rglob("*.yaml"))
    return next(path for path in paths if _ANNOTATOR.search(path.read_text("utf-8")))


def mark(path: Path, name: str) -> None:
    """Give an article this annotator, by another file at its place."""
    new = path.with_suffix(".new")
    new.write_text(_ANNOTATOR.sub(rf"\g<1>{name}", path.read_text("utf-8"), count=1), "utf-8")
    new.replace(path)


async def _build(folder: Path) -> tuple[int, str]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "diaspora_kg", "build", cwd=folder, env=surroundings(),
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    try:
        out, _ = await process.communicate()
    except asyncio.CancelledError:
        process.terminate()
        await process.wait()
        raise
    return process.returncode or 0, out.decode("utf-8", "replace")


async def _ended(tasks: Sequence[asyncio.Task[None]]) -> None:
    for task in tasks:
        task.cancel()
    for task in tasks:
        with suppress(asyncio.CancelledError):
            await task


def _logged(log: Path) -> dict[str, int]:
    """How many lines the server's log has, and how many of them are warnings or tracebacks."""
    lines = log.read_text("utf-8").splitlines()
    counted = {word: sum(word in line for line in lines) for word in ("WARNING", "ERROR", "Traceback")}
    return {"lines": len(lines), **counted}


def prepared(folder: Path, given: Path | None) -> Path:
    """A copy of a project, or the demo, with limits that end slow queries soon, built."""
    project = folder / "project"
    if given is None:
        init(project, demo=True)
    else:
        shutil.copytree(given, project, ignore=shutil.ignore_patterns(".dkg", "site"))
    settings = (project / "dkg.toml").read_text("utf-8")
    if "[serve]" not in settings:
        (project / "dkg.toml").write_text(settings + _LIMITS, "utf-8")
    mark(edited(project), MARKS[1])
    code, said = asyncio.run(_build(project))
    if code or Snapshots(project / ".dkg").current() is None:
        raise SystemExit(f"the project could not be built: {said}")
    return project


def soaked(folder: Path, given: Path | None, plan: Plan) -> Result:
    """A soak from the beginning to the end; rows are printed as they come."""
    project = prepared(folder, given)
    _say(HEAD)
    with serving(project) as served:
        return asyncio.run(Soak(project, served, plan).run())


def main(arguments: Sequence[str] | None = None) -> Result:
    """The command."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.soak", description=__doc__)
    parser.add_argument("--minutes", type=float, default=20.0)
    parser.add_argument("--project", type=Path, help="a project to copy; without it: the demo")
    parser.add_argument("--clients", type=int, default=4, help="honest ones")
    parser.add_argument("--pause", type=float, default=0.05, help="seconds between two requests of a client")
    parser.add_argument("--between", type=float, default=3.0, help="seconds between two builds")
    parser.add_argument("--every", type=float, default=60.0, help="seconds of a row")
    parser.add_argument("--out", type=Path, help="a file for all figures, as JSON")
    parser.add_argument("--write", action="store_true", help=f"put what it came to into {PAGE.name}")
    parser.add_argument("--note", default="", help="what is to be known of the machine")
    given = parser.parse_args(arguments)
    plan = Plan(given.minutes * 60, given.clients, given.pause, given.between, given.every)
    about = _about(given.note)
    _say(f"{about}\n")
    with tempfile.TemporaryDirectory(prefix="dkg-soak-") as made:
        result = soaked(Path(made), given.project, plan)
    for line in report(result, plan.seconds):
        _say(line)
    if given.write:
        lines = [about, "", *page(result, plan.seconds)]
        PAGE.write_text(placed(PAGE.read_text("utf-8"), BEGIN, lines), "utf-8")
    if given.out:
        given.out.write_text(json.dumps(result.figures(), indent=1) + "\n", "utf-8")
    return result


def _about(note: str) -> str:
    day = time.strftime("%Y-%m-%d", time.gmtime())
    load = f"load before {os.getloadavg()[0]:.1f}"
    machine = f"Python {platform.python_version()}, {platform.system()}, {os.cpu_count()} processors, {load}"
    return f"{day}, diaspora-kg {__version__}, {machine}{note and f', {note}'}."


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
