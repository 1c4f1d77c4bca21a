"""A project's own scripts run only where the user said so, of these bytes, outside of the project."""

from __future__ import annotations

import json
import os
import pty
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from diaspora_kg import loader
from diaspora_kg.queries.totals import Totals
from diaspora_kg.store import Snapshots
from tests.examples import ROOT
from tests.small import PLAIN_TEXT, plain, project, write
from tests.test_cli import process, run

SCRIPT = """\
open(ROOT + "/ran", "w").close()
SUFFIXES = (".lines",)
def sniff(head): return False
def read(source): return None
"""


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The user's configuration folder."""
    folder = tmp_path / "config"
    monkeypatch.setenv("XDG_CONFIG_HOME", str(folder))
    return folder / "diaspora-kg" / "trusted.json"


@pytest.fixture
def small(tmp_path: Path, config: Path) -> Path:
    root = project(tmp_path / "p")
    write(root, "ingest/lines.py", script(root))
    return root


def script(root: Path, mark: str = "ran") -> str:
    return SCRIPT.replace("ROOT", repr(str(root))).replace('"/ran"', repr(f"/{mark}"))


def ran(root: Path, *options: str) -> bool:
    """Whether `dkg check` ran the script; an untrusted one is a finding."""
    loader._load.cache_clear()
    done = run("check", *options, "--project", root)
    assert done.exit_code == (1 if "script-not-trusted" in done.stdout else 0), done.output
    mark = root / "ran"
    found = mark.exists()
    mark.unlink(missing_ok=True)
    assert found != ("script-not-trusted" in done.stdout)
    return found


def test_a_script_runs_once_it_is_trusted(small: Path, config: Path) -> None:
    assert not ran(small)
    done = run("trust", "--yes", "--project", small)
    assert (done.exit_code, done.stdout.splitlines()[-1]) == (0, "Trusted: ingest/lines.py")
    assert ran(small)
    assert run("build", "--project", small).exit_code == 0
    assert json.loads(config.read_text("utf-8"))["projects"].keys() == {str(small)}
    assert stat.S_IMODE(config.stat().st_mode) == 0o600
    again = run("trust", "--project", small)
    assert (again.exit_code, ": trusted" in again.stdout) == (0, True)


def test_a_changed_script_asks_again(small: Path) -> None:
    run("trust", "--yes", "--project", small)
    write(small, "ingest/lines.py", script(small) + "\n")
    assert not ran(small)
    done = run("trust", "--project", small)
    assert done.exit_code == 2
    assert "ingest/lines.py  5 lines" in done.stdout
    assert "changed since you trusted it" in done.stdout
    assert "nobody to ask" in done.stderr
    write(small, "ingest/lines.py", script(small))
    assert ran(small)


@pytest.mark.parametrize("helper", ["ingest/_helper.py", "ingest/deep/helper.py"])
def test_a_file_that_a_script_may_import_asks_again(small: Path, helper: str) -> None:
    write(small, helper, "ONE = 1\n")
    run("trust", "--yes", "--project", small)
    assert ran(small)
    write(small, helper, "ONE = 2\n")
    assert not ran(small)
    (small / helper).unlink()
    assert not ran(small)


def test_a_new_script_is_asked_about_and_the_trusted_one_goes_on(small: Path) -> None:
    run("trust", "--yes", "--project", small)
    write(small, "ingest/more.py", script(small, "more"))
    loader._load.cache_clear()
    done = run("check", "--format", "json", "--project", small)
    assert [finding["file"] for finding in json.loads(done.stdout)["findings"]] == ["ingest/more.py"]
    assert (small / "ran").exists()
    assert not (small / "more").exists()


def test_trust_is_of_one_folder_and_can_be_withdrawn(small: Path, tmp_path: Path) -> None:
    run("trust", "--yes", "--project", small)
    other = project(tmp_path / "other")
    write(other, "ingest/lines.py", script(other))
    assert not ran(other)
    assert run("trust", "--withdraw", "--project", small).exit_code == 0
    assert not ran(small)
    assert ran(small, "--trust")
    assert not ran(small)


def test_what_a_project_says_of_its_own_scripts_counts_for_nothing(
    small: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(small / "config"))
    done = run("trust", "--yes", "--project", small)
    assert (done.exit_code, "kept outside" in done.stderr) == (2, True)
    stamps = {str(small): {"ingest/lines.py": "0" * 64}}
    write(small, "config/diaspora-kg/trusted.json", json.dumps({"format": 1, "projects": stamps}))
    assert not ran(small)


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("{", "cannot be read"),
        ('{"format": 1, "projects": 3}', "cannot be read"),
        ('{"format": 2, "projects": {}}', "has format 2; this program reads 1"),
    ],
)
def test_a_spoilt_file_is_told(small: Path, config: Path, written: str, said: str) -> None:
    config.parent.mkdir(parents=True)
    config.write_text(written, "utf-8")
    done = run("check", "--project", small)
    assert (done.exit_code, said in done.stderr) == (2, True)


def test_without_scripts_there_is_nothing_to_trust(small: Path, config: Path) -> None:
    (small / "ingest/lines.py").unlink()
    done = run("trust", "--yes", "--project", small)
    assert (done.exit_code, "nothing to trust" in done.stdout) == (0, True)
    assert not config.exists()


@pytest.mark.parametrize(("answer", "code"), [(b"y\n", 0), (b"n\n", 2)])
def test_somebody_at_a_terminal_is_asked(small: Path, answer: bytes, code: int) -> None:
    ours, theirs = pty.openpty()
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "diaspora_kg", "trust", "--project", str(small)]
    with subprocess.Popen(command, stdin=theirs, stdout=subprocess.PIPE, stderr=theirs, env=env) as asked:
        os.write(ours, answer)
        assert asked.wait(60) == code
    os.close(ours)
    os.close(theirs)
    assert ran(small) == (code == 0)


def test_trust_asks_nobody_where_there_is_no_terminal(small: Path) -> None:
    done = process("trust", "--project", small, stdin=subprocess.DEVNULL)
    assert done.returncode == 2
    assert "dkg trust --yes" in done.stderr


def test_a_module_of_a_project_is_no_module_of_ours(
    small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PYTHONSAFEPATH", raising=False)
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    (small / "ingest" / "lines.py").unlink()
    for name in ("multiprocessing", "json", "pyoxigraph", "pagefind"):
        write(small, f"{name}.py", f"open({str(small / 'ran')!r}, 'w').close()\n")
    for number in range(20):  # enough for worker processes
        write(small, f"articles/a{number}.txt", PLAIN_TEXT)
        write(small, f"articles/a{number}.yaml", plain(number))
    dkg = tmp_path / "dkg.py"  # as an installed one, it is not in the folder where it is called
    dkg.write_text('if __name__ == "__main__":\n    from diaspora_kg.cli import main\n    main()\n')
    for words in ("build", "--jobs", "2"), ("pages", "--out", str(tmp_path / "site")):
        command = [sys.executable, str(dkg), *words]
        done = subprocess.run(command, cwd=small, capture_output=True, text=True, check=False)
        assert not (small / "ran").exists(), words
        assert done.returncode == 0, done.stderr
    monkeypatch.chdir(small)
    snapshot = Snapshots(small / ".dkg").current()
    assert snapshot is not None
    assert Totals(snapshot.path).count("SELECT ?a { GRAPH ?g { ?a a ?b } }", 60)
    assert not (small / "ran").exists()
