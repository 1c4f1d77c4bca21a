"""The wheel, built from the sdist and installed away from the checkout, does what the README says."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest


@pytest.fixture(scope="module")
def installed(distributions: tuple[Path, Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The `dkg` command of a fresh virtual environment."""
    env = tmp_path_factory.mktemp("env")
    venv.create(env)
    # The pip of the tests serves the other Python too; what is imported compiles itself.
    pip = [sys.executable, "-m", "pip", "--python", str(env / "bin" / "python"), "install", "--no-compile"]
    subprocess.run([*pip, "--quiet", "--disable-pip-version-check", distributions[1]], check=True)
    return env / "bin" / "dkg"


def run(dkg: Path, *args: str, cwd: Path) -> str:
    clean = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "DKG_"))}
    done = subprocess.run([dkg, *args], cwd=cwd, env=clean, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"dkg {' '.join(args)}: {done.stdout}{done.stderr}"
    return done.stdout


def test_wheel_carries_the_three_folders_and_the_demo(distributions: tuple[Path, Path]) -> None:
    names = zipfile.ZipFile(distributions[1]).namelist()
    for wanted in (
        "_bundled/ontology/diaspora.ttl",
        "_bundled/ontology/shapes/article.ttl",
        "_bundled/ingest/native.py",
        "_bundled/queries/legal-history.rq",
        "_bundled/examples/demo/dkg.toml",
        "_bundled/reference/article.schema.json",
        "_bundled/reference/native-format.md",
        "py.typed",
    ):
        assert f"diaspora_kg/{wanted}" in names
    assert not [n for n in names if n.startswith(("ontology/", "ingest/", "queries/", "tests/"))]


def test_demo_from_the_wheel(installed: Path, tmp_path: Path) -> None:
    run(installed, "init", "x", "--demo", cwd=tmp_path)
    run(installed, "build", cwd=tmp_path / "x")
    run(installed, "query", "test", cwd=tmp_path / "x")
    rows = json.loads(run(installed, "query", "run", "statements", "--output", "json", cwd=tmp_path / "x"))
    assert rows


def test_empty_project_builds(installed: Path, tmp_path: Path) -> None:
    run(installed, "init", "empty", cwd=tmp_path)
    run(installed, "build", cwd=tmp_path / "empty")
    assert (tmp_path / "empty" / ".schema" / "article.schema.json").is_file()


def test_version_and_help(installed: Path, tmp_path: Path) -> None:
    assert run(installed, "--version", cwd=tmp_path).strip() == "dkg 0.1.0"
    assert "query" in run(installed, "--help", cwd=tmp_path)


def test_python_of_the_tests_is_supported() -> None:
    assert sys.version_info >= (3, 11)
