"""From two articles to one organization and back: proposed, reviewed, joined, shown, parted again."""

from __future__ import annotations

import http.client
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from diaspora_kg.cli import main
from tests.examples import ROOT
from tests.serving import serving
from tests.test_link import ask

ONE, OTHER = "a.uar", "b.uar"


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("seeds") / "p"
    shutil.copytree(ROOT / "docs/examples/two-articles", root, ignore=shutil.ignore_patterns(".dkg"))
    (root / "decisions.tsv").unlink()
    return root


def run(root: Path, *args: str, keys: str = "") -> Result:
    done = CliRunner(env={"DKG_WHO": "Reviewer One"}).invoke(
        main, [*args, "--project", str(root)], input=keys or None
    )
    assert done.exit_code == 0, done.output
    return done


def graph(root: Path) -> str:
    return ask(root, "export", "graph", "--output", "nquads")


def test_proposed_joined_told_and_parted_again(project: Path) -> None:
    run(project, "build")
    first = graph(project)
    assert f"organization/{OTHER}>" in first

    shown = run(project, "link", "review", "--record", ONE, "--kind", "organization", keys="s\n\nq\n").output
    assert OTHER in shown.partition("names")[0]
    assert f"2 records are one at the next build: {ONE}, with {OTHER}." in shown
    run(project, "build")
    merged = graph(project)
    assert f"organization/{OTHER}>" not in "".join(
        line for line in merged.splitlines() if "/graph/identity>" not in line
    )
    told = ask(project, "why", OTHER)
    assert f"{OTHER} is a record of this node" in told
    assert "the same: a.uar and b.uar (Reviewer One" in told
    assert "Reviewed side by side: same name" in told

    site = project / "site"
    run(project, "pages", "--out", str(site))
    page = site / f"en/page/organization/{ONE}.html"
    assert OTHER in page.read_text("utf-8")
    assert not page.with_name(f"{OTHER}.html").exists()
    assert f"/page/organization/{OTHER}" in (site / "_redirects").read_text("utf-8")
    with serving(project) as served:
        line = http.client.HTTPConnection(served.host, served.port, timeout=60)
        line.request("GET", f"/page/organization/{OTHER}", headers={"Accept": "text/html"})
        answer = line.getresponse()
        assert answer.status in {301, 302, 303, 307, 308}
        assert (answer.getheader("location") or "").endswith(f"/page/organization/{ONE}")
        line.close()

    run(project, "link", "split", ONE, OTHER, "--withdraw", "--why", "To see that it can be undone.")
    run(project, "build")
    assert graph(project) == first
    run(project, "pages", "--out", str(site))
    for key, other in ((ONE, OTHER), (OTHER, ONE)):
        text = (site / f"en/page/organization/{key}.html").read_text("utf-8")
        assert "Formerly thought identical:" in text
        assert f"{other}.html" in text
    assert f"formerly thought the same: {OTHER}" in ask(project, "why", ONE)
    # what was withdrawn is proposed again
    assert OTHER in run(project, "link", "review", "--record", ONE, keys="q\n").output


def test_the_interpreter_that_reviews_needs_no_terminal(project: Path) -> None:
    command = [sys.executable, "-m", "diaspora_kg", "link", "review", "--project", str(project)]
    done = subprocess.run(
        command, stdin=subprocess.DEVNULL, capture_output=True, text=True, cwd=ROOT, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "Decided: nothing." in done.stdout
