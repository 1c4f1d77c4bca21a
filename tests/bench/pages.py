"""``python -m tests.bench.pages``: how quickly a site is written, and brought up to date after one change.

Organization and person pages of a made-up corpus, spread evenly over all of them, each line in a process of
its own. Peers write as many pages of the same size in the same run: Hugo (where it is installed) from pages
that are ready, and one loop of Jinja2 that fills a constant page, which is the floor. Then the weight of the
pages, and the Largest Contentful Paint of one of middle size in headless Chromium (where it is installed).
Nothing here passes or fails.
"""

from __future__ import annotations

import argparse
import functools
import http.server
import json
import re
import shutil
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path

from playwright.sync_api import sync_playwright

from diaspora_kg.pipeline.pool import Quiet
from diaspora_kg.project import Project
from diaspora_kg.website.run import SOURCES, write_site
from diaspora_kg.website.settings import STATE, Settings
from diaspora_kg.website.sources import Ground, News
from diaspora_kg.website.things import Things
from tests.bench.corpus import Corpus
from tests.bench.edits import Edits
from tests.bench.measure import Measure, measured

KINDS = ("organization", "person")
Changes = Iterator[tuple[str, bool]]
BUSIEST = {"organization": "org-0", "person": "person-0"}
FLOOR = "Jinja2 loop, constant page"
_TICK = 2.5  # seconds, as in tests.bench.steps
_HUGO = (
    '<!doctype html><html><head><meta charset="utf-8"><title>{{ .Title }}</title></head>{{ .Content }}</html>'
)
_LOOP = """\
import sys, jinja2, pathlib
size, count, out = int(sys.argv[1]), int(sys.argv[2]), pathlib.Path(sys.argv[3])
page = jinja2.Environment(autoescape=True).from_string("<title>{{ title }}</title><p>{{ words }}</p>")
out.mkdir()
for number in range(count):
    (out / f"{number}.html").write_text(page.render(title=f"Page {number}", words="x" * size))
"""
_LAST = re.compile(r"\n {8}says: ([^\n]*)\n(?:        [^\n]*\n)*\Z")  # the last claim, of a statement
_PAINT = """() => new Promise(done => new PerformanceObserver(
  list => done(list.getEntries().at(-1).startTime)
).observe({type: "largest-contentful-paint", buffered: true}))"""


def write(project: str, out: str, pages: str) -> None:
    """Write or bring up to date the site of so many pages; what a measured process runs.

    No pages: those of the two things of which most is said.
    """
    most = int(pages)

    class Some(Things):
        """Pages spread evenly over all."""

        def units(self) -> list[str]:
            every = sorted(super().units())
            if not most:
                return sorted({f"/page/{kind}/{key}" for kind, key in BUSIEST.items()}.intersection(every))
            return every[:: max(1, len(every) // most)][:most]

        def touched(self, news: News) -> Iterable[str]:
            return sorted(set(super().touched(news)) & set(self.ground.known(self.name)))

    def some(ground: Ground) -> Things:
        return Some(ground)

    loaded = Project.load(Path(project))
    settings = Settings.of(loaded, Path(out), KINDS, search=False)
    told = write_site(loaded, settings, Quiet(), [some, *SOURCES[1:]])
    sys.stdout.write(f"{json.dumps({'made': told.made, 'written': told.written, 'why': told.why})}\n")


def ours(project: Path, out: Path, pages: int) -> tuple[Measure, dict[str, object]]:
    """The same in a process of its own."""
    script = f"from tests.bench.pages import write; write({str(project)!r}, {str(out)!r}, '{pages}')"
    found = measured(["-c", script], out.parent)
    return found, json.loads((out.parent / "bench.log").read_text("utf-8").splitlines()[-1])


def hugo(site: Path, folder: Path) -> Measure:
    """Hugo writes the same pages from files that hold their bodies."""
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "layouts/_default").mkdir(parents=True)
    (folder / "content/page").mkdir(parents=True)
    (folder / "layouts/_default/single.html").write_text(_HUGO, "utf-8")
    (folder / "config.json").write_text(
        json.dumps({"disableKinds": ["taxonomy", "term", "RSS", "sitemap"]}), "utf-8"
    )
    for number, page in enumerate(sorted(site.glob("page/*/*.html"))):
        text = page.read_text("utf-8")
        body = text[text.index("<body>") :].removesuffix("</html>\n")
        head = json.dumps({"title": f"Page {number}"})
        (folder / f"content/page/p{number}.html").write_text(f"{head}\n{body}", "utf-8")
    script = "import subprocess; subprocess.run(['hugo', '--quiet', '--source', 'hugo'], check=True)"
    return measured(["-c", script], folder.parent)


def loop(size: int, pages: int, folder: Path) -> Measure:
    """The floor."""
    shutil.rmtree(folder, ignore_errors=True)
    return measured(["-c", _LOOP, str(size), str(pages), str(folder)], folder.parent)


def weights(site: Path) -> list[int]:
    """Bytes of HTML of each page, with the stylesheet that it loads."""
    styles = sum(path.stat().st_size for path in site.glob("static/style.*.css"))
    return sorted(path.stat().st_size + styles for path in site.glob("page/*/*.html"))


def paint(site: Path, page: Path) -> float:
    """Milliseconds until the largest part of a page is painted, the median of five loads."""
    handler = functools.partial(_Silent, directory=str(site))
    with (
        http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server,
        sync_playwright() as playwright,
    ):
        threading.Thread(target=server.serve_forever, daemon=True).start()
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium") or shutil.which("chromium-browser"),
            args=["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"],
        )
        times = []
        for _ in range(5):
            tab = browser.new_context().new_page()
            tab.goto(f"http://127.0.0.1:{server.server_port}/{page.relative_to(site).as_posix()}")
            times.append(float(tab.evaluate(_PAINT)))
        browser.close()
        server.shutdown()
    return statistics.median(times)


class _Silent(http.server.SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name that it has there
        """Say nothing."""


@dataclass
class Told:
    """The figures, for whoever wants them as JSON: ``pages`` were written, weights are in thousand bytes."""

    pages: int = 0
    steps: dict[str, Measure] = field(default_factory=dict)
    touched: int = 0
    why: str = ""
    middle: float = 0.0
    most: float = 0.0
    paint: float | None = None


def rows(folder: Path, project: Path, pages: int, *, edit: Changes | None, told: Told) -> Iterator[str]:
    """Everything, as a table."""
    out, figures = folder / "site", told
    first, _ = ours(project, out, pages)
    figures.pages = made = len(list(out.glob("page/*/*.html")))
    size = sum(path.stat().st_size for path in out.glob("page/*/*.html")) // max(made, 1)
    yield "| step | pages | seconds | CPU seconds | pages a CPU second | peak MiB |"
    yield "|---|---:|---:|---:|---:|---:|"
    steps = figures.steps
    steps["floor"] = loop(size, made, folder / "loop")
    yield _row(FLOOR, made, steps["floor"])
    if shutil.which("hugo"):
        steps["hugo"] = hugo(out, folder / "hugo")
        yield _row("Hugo, from pages that are ready", made, steps["hugo"])
    steps["first"] = first
    yield _row("dkg pages, from nothing", made, first)
    steps["again"], _ = ours(project, out, pages)
    yield _row("dkg pages, nothing changed", 0, steps["again"])
    if edit:
        found, said = ours(project, folder / "busiest", 0)
        yield _row("dkg pages, the two busiest things from nothing", int(str(said["made"])), found)
    for what, busiest in edit or ():
        found, said = ours(project, folder / "busiest" if busiest else out, 0 if busiest else pages)
        why = f" ({said['why']})" if said["why"] else ""
        yield _row(f"dkg pages, {what}{why}", int(str(said["made"])), found)
        if not busiest:
            steps["changed"] = found
            figures.touched, figures.why = int(str(said["made"])), str(said["why"] or "")
    heavy = weights(out)
    figures.middle, figures.most = heavy[len(heavy) // 2] / 1000, heavy[-1] / 1000
    yield f"\nHTML and CSS of a page: median {figures.middle:.1f} kB, largest {figures.most:.1f} kB."
    state = sum(path.stat().st_size for path in (out / STATE).iterdir()) / 1e6
    yield f"What is noted of the site: {state:.1f} MB."
    if shutil.which("chromium") or shutil.which("chromium-browser"):
        page = sorted(out.glob("page/*/*.html"), key=lambda path: path.stat().st_size)[made // 2]
        figures.paint = paint(out, page)
        yield f"Largest Contentful Paint of the page of middle size: {figures.paint:.0f} ms."


def _row(step: str, pages: int, one: Measure) -> str:
    rate = f"{pages / one.cpu:.0f}" if pages else ""
    return f"| {step} | {pages} | {one.seconds:.2f} | {one.cpu:.2f} | {rate} | {one.mib:.0f} |"


def changes(project: Path, articles: int) -> Changes:
    """Change one article and build, each time; what was changed, and whether it is of the busiest things."""
    for what, change, busiest in (
        ("one article changed", Edits(project, Corpus(articles)).article, False),
        ("the busiest: one claim worded otherwise", lambda: _edit(project, more=False), True),
        ("the busiest: one more claim, by one about the other", lambda: _edit(project, more=True), True),
    ):
        change()
        time.sleep(_TICK)
        measured(["-m", "diaspora_kg", "build", "--project", str(project)], project.parent)
        yield what, busiest


def _edit(project: Path, *, more: bool) -> None:
    """Change the first article in which the busiest person speaks, and of the busiest organization too."""
    asked = re.compile(
        rf"(?s)\b(?<!-){BUSIEST['organization']}\b.*who: {BUSIEST['person']}\n.*\n {{8}}quote: "
    )
    for path in sorted((project / "articles").rglob("*.yaml")):
        text = path.read_text("utf-8")
        if asked.search(text) and (found := _LAST.search(text)):
            stamp = f"{time.time_ns()}"
            new = f"{found[1]} So it was said at {stamp}."
            text = text[: found.start(1)] + new + text[found.end(1) :]
            if more:
                quote = text[text.rindex(" quote: ") :].rstrip("\n")
                about = f"        about: {BUSIEST['organization']}\n       {quote}\n"
                text += f"      - id: also{stamp}\n        says: It was said again.\n{about}"
            path.write_text(text, "utf-8")
            return


def main(arguments: list[str] | None = None) -> None:
    """The command."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.pages")
    parser.add_argument("--articles", type=int, default=1000, help="articles of the made-up corpus")
    parser.add_argument("--pages", type=int, default=10_000, help="pages, at most")
    parser.add_argument("--project", type=Path, help="a project that is built already")
    parser.add_argument(
        "--edit", action="store_true", help="change articles of that project, made of so many --articles"
    )
    parser.add_argument("--out", type=Path, help="a file for the figures as JSON")
    given = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="dkg-pages-") as made:
        folder = Path(made)
        project = given.project.resolve() if given.project else folder / "corpus"
        if given.project is None:
            Corpus(given.articles).write(project)
            time.sleep(_TICK)
            measured(["-m", "diaspora_kg", "build", "--project", str(project)], folder)
        some = given.edit or not given.project
        edit = changes(project, given.articles) if some else None
        told = Told()
        for line in rows(folder, project, given.pages, edit=edit, told=told):
            sys.stdout.write(f"{line}\n")
            sys.stdout.flush()
    if given.out:
        given.out.write_text(json.dumps(asdict(told)), "utf-8")


if __name__ == "__main__":
    main()
