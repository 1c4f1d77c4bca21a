"""A build on a Dask cluster of two workers, which see none of the project's files, comes to the same."""

from __future__ import annotations

import importlib.util
import os
import shutil
import signal
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from diaspora_kg import loader
from diaspora_kg.build import BuildReport, Options, build, inflow
from diaspora_kg.cli import main
from diaspora_kg.credentials import Credentials
from diaspora_kg.errors import ClusterNotReachable, UsageError
from diaspora_kg.pipeline import afar, cluster, crew
from diaspora_kg.pipeline.cluster import Dask
from diaspora_kg.pipeline.setting import Setting
from diaspora_kg.project import Project
from diaspora_kg.state import ReadState
from tests.clusters import Cluster, cluster_in, wait_until
from tests.growing import contents
from tests.small import PLAIN_TEXT, plain, project, write
from tests.test_loader import SCRIPT

HELPER = "TITLE = 'Rain'\n"
OWN = SCRIPT.replace(
    "from dataclasses import dataclass\n",
    "import os, signal, sys\nfrom dataclasses import dataclass\nfrom pathlib import Path\n",
).replace(
    "SUFFIXES =",
    "sys.path.insert(0, str(Path(__spec__.origin).parent))\nimport _rain_helper\n\nSUFFIXES =",
).replace(
    "    claims = tuple(",
    "    if any('deadly' in row.words for row in rows):\n"
    "        os.kill(os.getpid(), signal.SIGKILL)\n"
    "    rows[1].words = _rain_helper.TITLE\n"
    "    claims = tuple(",
)  # fmt: skip
ARTICLES = 14
Seen = Callable[[str, int], None]


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """A scheduler and two workers, as a researcher starts them."""
    if importlib.util.find_spec("distributed") is None:
        pytest.skip("distributed is not installed here")
    with cluster_in(tmp_path_factory.mktemp("cluster")) as made:
        yield made


@pytest.fixture
def rainy(tmp_path: Path) -> Path:
    """Articles of a format of its own, two that speak of one another, one whose text lies elsewhere."""
    root = project(tmp_path / "p")
    write(root, "ingest/lines.py", OWN)
    write(root, "ingest/_rain_helper.py", HELPER)
    for number in range(ARTICLES):
        write(root, f"articles/rain{number}.txt", PLAIN_TEXT)
        write(root, f"articles/rain{number}.lines", f"lines\nRain {number}\nIt rained in Vesmark\n")
    write(root, "articles/torn.lines", "lines\ntorn\n")
    write(root, "articles/elsewhere.yaml", plain(1).replace("article:\n", "article:\n  text: far/off.txt\n"))
    write(root, "articles/far/off.txt", PLAIN_TEXT)
    return root


@pytest.fixture(autouse=True)
def _small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inflow, "BATCH", 2)
    monkeypatch.setattr(cluster, "_CONNECT", 5)


class Watching:
    """Progress that says what is done."""

    def __init__(self, seen: Seen) -> None:
        self.seen, self.now, self.done = seen, "", 0
        self.totals: dict[str, int | None] = {}

    def step(self, name: str, total: int | None = None) -> None:
        self.now, self.done = name, 0
        self.totals[name] = total

    def advance(self, count: int = 1) -> None:
        self.done += count
        self.seen(self.now, self.done)


def built(root: Path, running: Cluster, seen: Seen = lambda *_: None, *, full: bool = False) -> BuildReport:
    with Dask(running.address) as executor:
        options = Options(trusted=True, executor=executor, full=full)
        return build(Project.load(root), options, Watching(seen))


def twin(root: Path, to: Path, jobs: int = 1) -> tuple[Path, BuildReport]:
    """The same project, built by this machine."""
    shutil.copytree(root, to, ignore=shutil.ignore_patterns(".dkg"))
    return to, build(Project.load(to), Options(trusted=True, jobs=jobs))


def state_of(root: Path) -> dict[str, list[tuple[object, ...]]]:
    """What the state says, but for times and inodes."""
    state = ReadState(root / ".dkg/state.sqlite")
    try:
        tables = ("article", "entry", "need", "dotted", "finding", "piece", "source", "said")
        rows = {name: sorted(state.rows(f"SELECT * FROM {name}"), key=repr) for name in tables}
        return rows | {"file": sorted(state.rows("SELECT path, size, sha256 FROM file"))}
    finally:
        state.close()


def test_one_worker_is_killed_in_the_middle(running: Cluster, rainy: Path, tmp_path: Path) -> None:
    victims = running.pids()[:1]

    def kill(step: str, done: int) -> None:
        if step == "Reading" and done >= 4 and victims:
            os.kill(victims.pop(), signal.SIGKILL)

    report = built(rainy, running, kill)
    assert not victims
    other, wanted = twin(rainy, tmp_path / "twin", jobs=2)
    assert contents(rainy) == contents(other)
    assert state_of(rainy) == state_of(other)
    assert report.findings == wanted.findings
    assert {f.code for f in report.findings} == {"script-failed"}
    assert report.counts["articles"] == ARTICLES + 3
    again = build(Project.load(rainy), Options(trusted=True))
    assert again.identical
    assert {one.status for one in again.articles} == {"unchanged"}


def test_workers_run_what_the_project_has_now(running: Cluster, rainy: Path) -> None:
    """What a script imports, and the ontology, are others than those of the build before."""
    write(rainy, "ingest/_rain_helper.py", "TITLE = 'More rain'\n")
    write(rainy, "ontology/vocabulary/more.ttl", "<urn:x> <urn:y> <urn:z> .\n")
    for path in (rainy / "articles").glob("rain?*.lines"):
        path.unlink()
    write(rainy, "articles/rain1.lines", "lines\nRain\nIt rained in Vesmark\n")
    assert built(rainy, running).counts["articles"] == 4
    lines, _, _ = contents(rainy)
    assert any('"More rain"' in line for line in lines)
    assert not any('"Rain"' in line for line in lines)


def test_an_article_that_ends_its_workers_is_a_finding(
    running: Cluster, rainy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inflow, "BATCH", 1)
    write(rainy, "articles/deadly.lines", "lines\ndeadly\n")
    running.ask(lambda client: client.wait_for_workers(2, timeout=120))
    running.ask(
        lambda client: client.run_on_scheduler(
            lambda dask_scheduler: setattr(dask_scheduler, "allowed_failures", 0)
        )
    )
    report = built(rainy, running)
    found = [(f.file, f.code) for f in report.findings]
    assert found == [("articles/deadly.lines", "worker-died"), ("articles/torn.lines", "script-failed")]
    assert report.counts["articles"] == ARTICLES + 3


def test_a_build_that_is_interrupted_leaves_no_work(running: Cluster, rainy: Path) -> None:
    def interrupt(step: str, done: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        built(rainy, running, interrupt)
    left = "lambda dask_scheduler: [key for key in dask_scheduler.tasks if str(key).startswith('dkg')]"
    wait_until(lambda: not running.ask(lambda client: client.run_on_scheduler(eval(left))))


def test_a_worker_with_another_program_is_refused(
    running: Cluster, rainy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = replace(afar.program(), version="0.0.9", mapping="x")
    monkeypatch.setattr(cluster, "program", lambda: other)
    monkeypatch.setattr(crew, "program", lambda: other)
    with pytest.raises(
        UsageError, match=r"runs diaspora-kg 0\.1.*and this is diaspora-kg 0\.0\.9 \(mapping x"
    ):
        built(rainy, running)
    with pytest.raises(afar.Refused, match="diaspora-kg"):
        afar.work(other, "kit", None, max, b"")
    monkeypatch.setattr(Dask, "offer", lambda *_: None)  # as with a worker that comes later
    with pytest.raises(ClusterNotReachable, match="came to the cluster runs diaspora-kg 0"):
        built(rainy, running)


def test_a_worker_that_comes_later_asks_for_what_it_needs(
    running: Cluster, rainy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And long files travel one by one."""
    write(rainy, "ingest/_rain_helper.py", "TITLE = 'Late rain'\n")
    monkeypatch.setattr(Dask, "offer", lambda *_: None)
    monkeypatch.setattr(crew, "_LARGE", 10)
    assert built(rainy, running).counts["articles"] == ARTICLES + 3
    assert any("Late rain" in line for line in contents(rainy)[0])
    write(rainy, "articles/more.txt", PLAIN_TEXT)
    write(rainy, "articles/more.yaml", plain(2))
    assert built(rainy, running).counts["articles"] == ARTICLES + 4  # what is new was read here


def test_a_scheduler_that_is_lost(
    running: Cluster, rainy: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """It comes last: the cluster is gone then."""
    seen: list[int] = []

    def kill(step: str, done: int) -> None:
        seen.append(done)
        if len(seen) == 3:
            running.processes[0].kill()

    with pytest.raises(ClusterNotReachable, match="was lost during the build"):
        built(rainy, running, kill)
    assert not (rainy / ".dkg/current").exists()
    shown = Watching(lambda *_: None)
    report = build(Project.load(rainy), Options(trusted=True), shown)
    assert (shown.totals["Reading"] or 0) <= ARTICLES  # of four more
    assert report.counts["articles"] == ARTICLES + 3
    with pytest.raises(SystemExit) as ended:
        main(["build", "--project", str(rainy), "--executor", running.address])
    assert ended.value.code == 3
    assert "does not answer" in capsys.readouterr().err


def test_a_kit_has_no_credentials(rainy: Path) -> None:
    scripts, _ = loader.scripts(Project.load(rainy), trusted=True)
    secret = Credentials("https://graph.example.org", "reader", "very-secret-word")
    setting = Setting.of(replace(Project.load(rainy), credentials=secret), scripts)
    kit = afar.Kit.of(setting)
    assert b"very-secret-word" not in kit
    assert b"_rain_helper" in kit
    assert b"_rain_helper" not in afar.Kit.of(replace(setting, scripts=scripts[:-1]))  # none is trusted


@pytest.mark.parametrize(
    "address", ["dask://", "dask://host", "tcp://host:1", "dask://a:1/x", "dask://a b:1"]
)
def test_an_address_is_one_of_a_scheduler(address: str) -> None:
    with pytest.raises(UsageError, match="dask://HOST:PORT"):
        Dask(address)


def test_without_dask_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(UsageError, match=r"pip install 'diaspora-kg\[dask\]'"), Dask("dask://127.0.0.1:1"):
        pass
