"""No 18 words in a row of the two real articles leave with anything that is published.

The texts are not part of the project; where they are at hand (``DKG_SEED_TEXTS``), every artefact
is searched for them: the repository, the sdist, the wheel, a built graph, its index and its export.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
RUN = 18


def words(text: str) -> list[str]:
    """The words of a text, compared without case, punctuation or line breaks."""
    return re.findall(r"\w+", text.casefold())


def runs(text: str) -> set[tuple[str, ...]]:
    """Every run of eighteen consecutive words."""
    found = words(text)
    return {tuple(found[i : i + RUN]) for i in range(len(found) - RUN + 1)}


@pytest.fixture(scope="module")
def seed_runs() -> set[tuple[str, ...]]:
    folder = os.environ.get("DKG_SEED_TEXTS")
    if not folder:
        pytest.skip("DKG_SEED_TEXTS is not set: the real articles' texts are not at hand")
    texts = [path.read_text("utf-8") for path in sorted(Path(folder).glob("*.txt"))]
    assert texts, "DKG_SEED_TEXTS holds no text"
    return set().union(*map(runs, texts))


def as_words(data: bytes) -> str:
    r"""Bytes as text: UTF-8 where it is, and with ``\uXXXX`` escapes resolved."""
    text = data.decode("utf-8", "replace")
    return re.sub(r"\\u([0-9A-Fa-f]{4})", lambda m: chr(int(m[1], 16)), text)


def repository() -> Iterator[tuple[str, bytes]]:
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, capture_output=True, check=True,
    )  # fmt: skip
    for name in listed.stdout.decode("utf-8").split("\0"):
        path = ROOT / name
        if name and path.is_file():
            yield name, path.read_bytes()


def folder(path: Path) -> Iterator[tuple[str, bytes]]:
    for file in sorted(path.rglob("*")):
        if file.is_file():
            yield str(file.relative_to(path)), file.read_bytes()


def leaks(files: Iterator[tuple[str, bytes]], seed_runs: set[tuple[str, ...]]) -> list[str]:
    return [name for name, data in files if runs(as_words(data)) & seed_runs]


def test_the_search_finds_a_leak(seed_runs: set[tuple[str, ...]]) -> None:
    leaked = " ".join(sorted(seed_runs)[0]).title().replace(" ", ",\n ")
    assert leaks(iter([("x", f"<p>{leaked}</p>".encode())]), seed_runs) == ["x"]


def test_repository_holds_no_article(seed_runs: set[tuple[str, ...]]) -> None:
    files = repository() if (ROOT / ".git").exists() else folder(ROOT)
    assert leaks(files, seed_runs) == []


def test_distributions_hold_no_article(
    distributions: tuple[Path, Path], seed_runs: set[tuple[str, ...]]
) -> None:
    sdist, wheel = distributions
    with tarfile.open(sdist) as archive:
        members = [(m.name, archive.extractfile(m)) for m in archive.getmembers() if m.isfile()]
        assert leaks(((name, file.read()) for name, file in members if file), seed_runs) == []
    with zipfile.ZipFile(wheel) as archive_zip:
        assert leaks(((n, archive_zip.read(n)) for n in archive_zip.namelist()), seed_runs) == []


def test_built_project_holds_no_article(seeds_project: Path, seed_runs: set[tuple[str, ...]]) -> None:
    """With the texts at hand: the graph, the index, the export, the answers and the explanations."""
    dkg = [sys.executable, "-m", "diaspora_kg"]

    def run(*args: str) -> bytes:
        return subprocess.run([*dkg, *args], cwd=seeds_project, capture_output=True, check=True).stdout

    run("build")
    printed = [(" ".join(args), run(*args)) for args in (
        ("export", "graph", "--output", "nquads"),
        ("export", "graph", "--output", "trig"),
        ("query", "run", "words", "--output", "csv"),
        ("why", "a.vak-liquidation"),
    )]  # fmt: skip
    assert all(output for _, output in printed)
    assert leaks(iter(printed), seed_runs) == []
    assert leaks(folder(seeds_project / ".dkg"), seed_runs) == []
    assert {p.suffix for p in (seeds_project / "articles").iterdir()} >= {".txt", ".yaml", ".lock"}
