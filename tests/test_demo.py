"""What `make demo` shows and proposes works, and an unfit Python is told apart from a fault."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.examples import ROOT
from tests.tools import need

BAD_PYTHONS = {
    "old": ("#!/bin/sh\nexit 1\n", "Python 3.11 or newer is needed"),
    "bare": ('#!/bin/sh\ncase "$2" in *ensurepip*) exit 1;; esac\n', "apt install python3-venv"),
}


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """The folder in which the demo was shown, and what it printed."""
    here = tmp_path_factory.mktemp("demo")
    command = here / "bin" / "dkg"
    command.parent.mkdir()
    command.write_text(
        f'#!/bin/sh\nPYTHONPATH="{ROOT}" exec "{sys.executable}" -m diaspora_kg "$@"\n', "utf-8"
    )
    command.chmod(0o755)
    return here, script(here, "sh", str(ROOT / "docs" / "demo.sh"), "bin/dkg", "project")


def script(here: Path, *command: str) -> str:
    done = subprocess.run(command, cwd=here, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_the_demo_answers_with_evidence(shown: tuple[Path, str]) -> None:
    text = shown[1]
    assert "“the court had dissolved the association” body, characters " in text
    assert "articles/only-suspended.yaml:" in text
    assert "\x1b" not in text  # no terminal, no escape codes


def test_each_command_that_the_demo_proposes_works(shown: tuple[Path, str]) -> None:
    here, text = shown
    proposed = [line.strip() for line in text.partition("Try next")[2].splitlines() if line[:2] == "  "]
    assert len(proposed) >= 5
    for command in proposed[1:]:
        assert script(here, "sh", "-c", f"{proposed[0]} && {command}")


@pytest.mark.parametrize("python", BAD_PYTHONS)
@pytest.mark.parametrize("target", ["demo", "test"])
def test_a_python_that_does_not_fit_is_told(python: str, target: str, tmp_path: Path) -> None:
    make = need("make")
    written, message = BAD_PYTHONS[python]
    fake = tmp_path / "python"
    fake.write_text(written, "utf-8")
    fake.chmod(0o755)
    clean = {k: v for k, v in os.environ.items() if not k.startswith("MAKE")}
    places = [f"PYTHON={fake}", f"DEMO={tmp_path}/demo", f"VENV={tmp_path}/venv"]
    done = subprocess.run(
        [make, target, *places], cwd=ROOT, env=clean, capture_output=True, text=True, check=False
    )
    assert done.returncode != 0
    assert message in done.stderr
    assert not (tmp_path / "demo").exists()
    assert not (tmp_path / "venv").exists()
