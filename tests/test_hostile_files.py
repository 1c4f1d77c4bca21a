"""Hostile and broken files of every format: each a finding, all else built, nothing written outside."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from click.testing import CliRunner

from diaspora_kg.build import BuildReport, Options, Status, build
from diaspora_kg.check import check
from diaspora_kg.cli import main
from diaspora_kg.errors import Finding, Severity
from diaspora_kg.project import Project
from tests import traps
from tests.small import PLAIN_TEXT, SETTINGS, plain, write
from tests.traps import REFUSED, Sound, Trap


@dataclass(frozen=True)
class Sprung:
    """One project with all traps in it, built."""

    root: Path
    traps: dict[str, Trap]
    findings: dict[str, list[Finding]]
    report: BuildReport
    outside: tuple[set[Path], set[Path]]


def everything(folder: Path) -> set[Path]:
    return {path for path in folder.rglob("*") if "p/.dkg" not in path.as_posix()}


@pytest.fixture(scope="module")
def sprung(tmp_path_factory: pytest.TempPathFactory) -> Sprung:
    folder = tmp_path_factory.mktemp("hostile")
    sound = Sound.made(folder)
    root = folder / "p"
    write(root, "dkg.toml", SETTINGS)
    write(root, "articles/sound.txt", PLAIN_TEXT)
    write(root, "articles/sound.yaml", plain())
    laid = {}
    kinds = (traps.generic, traps.in_json, traps.in_xml, traps.in_lines)
    for number, trap in enumerate(trap for kind in kinds for trap in kind(sound)):
        laid[trap.lay(root / "articles", f"trap-{number}")] = trap
    before = everything(folder)
    report = build(Project.load(root), Options(trusted=True))
    findings = defaultdict(list)
    for finding in check(Project.load(root), trusted=True).findings:
        findings[finding.file].append(finding)
    return Sprung(root, laid, findings, report, (before, everything(folder)))


def test_each_trap_is_a_finding_with_its_file(sprung: Sprung) -> None:
    silent = []
    for file, trap in sprung.traps.items():
        stem = file.rpartition(".")[0]
        told = sprung.findings[file] + sprung.findings[f"{stem}.yaml"]
        wrong = [f for f in told if f.severity is Severity.VIOLATION]
        if not trap.harmless and not any(trap.code in {"", f.code} for f in wrong):
            silent.append((trap.name, [f.code for f in told]))
    assert silent == []


def test_no_script_fails(sprung: Sprung) -> None:
    failed = [
        (sprung.traps[f.file].name, f.message)
        for fs in sprung.findings.values()
        for f in fs
        if f.code == "script-failed"
    ]
    assert failed == []


def test_everything_else_is_built(sprung: Sprung) -> None:
    sound = [one for one in sprung.report.articles if one.key == "sound"]
    assert [one.status for one in sound] == [Status.OK]


def test_no_trap_is_published(sprung: Sprung) -> None:
    harmful = {Path(file).stem for file, trap in sprung.traps.items() if not trap.harmless}
    published = {one.key.partition(".")[0] for one in sprung.report.articles if one.status is Status.OK}
    assert [sprung.traps[file].name for file in sprung.traps if Path(file).stem in harmful & published] == []


def test_nothing_is_written_outside_of_the_project(sprung: Sprung) -> None:
    before, after = sprung.outside
    assert after - before == set()
    assert not Path("/tmp/evil.xmi").exists()


def test_messages_are_safe_to_show(sprung: Sprung) -> None:
    shown = CliRunner().invoke(main, ["check", "--project", str(sprung.root)]).output
    assert len(shown) > 10_000
    assert not set(shown) & {"\x1b", "\0", "\u202e"}
    for findings in sprung.findings.values():
        assert all(len(f.message + f.words + f.hint) < 5_000 for f in findings)


def test_links_that_leave_the_project_are_not_followed(tmp_path: Path) -> None:
    root = tmp_path / "p"
    write(root, "dkg.toml", SETTINGS)
    secret = write(tmp_path, "secret.txt", "Norland secret")
    for suffix in (".yaml", ".ann", ".json", ".jsonl", ".csv", ".xlsx", ".zip", ".tsv", ".xmi"):
        (root / f"articles/a{suffix[1:]}{suffix}").parent.mkdir(exist_ok=True)
        (root / f"articles/a{suffix[1:]}{suffix}").symlink_to(secret)
    (root / "articles/t.txt").symlink_to(secret)
    write(root, "articles/t.ann", "T1\tPerson 0 7\tNorland\n")
    told = check(Project.load(root), trusted=True).findings
    assert len([f for f in told if "leaves the project" in f.message]) >= 10
    assert not any("secret" in f.message + f.words for f in told)


def test_a_folder_that_becomes_a_link_out_of_the_project_is_seen(tmp_path: Path) -> None:
    root, outside = tmp_path / "p", tmp_path / "outside"
    write(root, "dkg.toml", SETTINGS)
    for folder in (root / "articles/a", outside):
        write(folder, "one.txt", "One.\n")
        write(folder, "two.txt", "Two.\n")
    project = Project.load(root)
    one, two = root / "articles/a/one.txt", root / "articles/a/two.txt"
    assert project.holds_file(one)
    assert project.holds_file(two)
    (root / "articles/a").rename(root / "articles/b")
    (root / "articles/a").symlink_to(outside)
    assert not project.holds_file(one)
    assert not project.holds_file(root / "articles/a/none.txt")
    assert project.holds_file(root / "articles/b/one.txt")
    (root / "articles/b/out.txt").symlink_to(outside / "one.txt")
    (root / "articles/b/in.txt").symlink_to(root / "articles/b/one.txt")
    assert not project.holds_file(root / "articles/b/out.txt")
    assert project.holds_file(root / "articles/b/in.txt")


@pytest.mark.parametrize("name", REFUSED)
def test_what_loses_too_much_is_refused_by_name(tmp_path: Path, name: str) -> None:
    suffix, content = REFUSED[name]
    write(tmp_path, "dkg.toml", SETTINGS)
    write(tmp_path, f"articles/a{suffix}", content.encode("latin-1"))
    [finding] = check(Project.load(tmp_path), trusted=True).findings
    assert finding.code == "format-refused"
    assert name.strip() in finding.message
    assert finding.hint


# -- limits -----------------------------------------------------------------------------------

_CHILD = """
import json, resource, signal, sys
from pathlib import Path
from diaspora_kg.pipeline import run
from diaspora_kg.project import Project

first, *roots = sys.stdin.read().split()
run(Project.load(Path(first)), trusted=True)  # loads what does not belong to any file
used = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
resource.setrlimit(resource.RLIMIT_AS, (used + (1 << 30), used + (1 << 30)))
for root in roots:
    print(json.dumps(["begins", root]), flush=True)
    signal.setitimer(signal.ITIMER_VIRTUAL, 10)
    found = run(Project.load(Path(root)), trusted=True).all_findings()
    signal.setitimer(signal.ITIMER_VIRTUAL, 0)
    codes = sorted({f.code for f in found if f.severity == "violation" and Path(f.file).stem == "trap"})
    print(json.dumps(["told", root, codes]), flush=True)
"""


def heavy(folder: Path) -> Iterator[Trap]:
    yield from traps.heavy_json()
    yield from traps.heavy_zips(Sound.made(folder))
    yield Trap("native: 100,000 deep", ".yaml", b"format: 1\narticle: " + b"[" * 100_000)
    yield Trap("native: a line of 50 MB", ".yaml", b"format: 1\narticle: " + b"x" * 50_000_000)
    line = b"T1\tPerson 0 3\t" + b"x" * 50_000_000
    yield Trap("brat: a line of 50 MB", ".ann", line, {".txt": b"Ada Venn"})


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="limits of memory are Linux's here")
def test_each_file_costs_at_most_ten_seconds_and_a_gigabyte(tmp_path: Path) -> None:
    """A child process reads each file under limits that kill it: the last that it began is the culprit."""
    small = write(tmp_path, "first/dkg.toml", SETTINGS).parent
    write(small, "articles/sound.txt", PLAIN_TEXT)
    write(small, "articles/sound.yaml", plain())
    laid: dict[str, Trap] = {}
    for number, trap in enumerate(heavy(tmp_path)):
        root = write(tmp_path, f"p{number}/dkg.toml", SETTINGS).parent
        (root / "articles").mkdir()
        trap.lay(root / "articles", "trap")
        laid[str(root)] = trap
    child = subprocess.run(
        [sys.executable, "-c", _CHILD],
        input="\n".join([str(small), *laid]),
        capture_output=True,
        text=True,
        check=False,
        cwd=Path(__file__).parents[1],
    )
    lines = [json.loads(line) for line in child.stdout.splitlines()]
    assert child.returncode == 0, (laid[lines[-1][1]].name, child.returncode, child.stderr[-600:])
    told = [(laid[line[1]], line[2]) for line in lines if line[0] == "told"]
    assert [trap.name for trap, codes in told if "script-failed" in codes] == []
    assert [trap.name for trap, codes in told if not codes and not trap.harmless] == []
    assert len(told) == len(laid)
