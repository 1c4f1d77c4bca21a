"""The tutorial and the recipes are run: each command in turn, its output compared with the one that is shown.

A block ``console`` holds commands (after ``$``) and what they print; ``…`` stands for anything, white space
counts as one blank. ``exit=N`` beside it is the code of its last command. A block with ``file=PATH`` is
saved there.
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests import forks
from tests.examples import ROOT

DOCS = ROOT / "docs"
RUN = ["tutorial.md", *sorted(path.relative_to(DOCS).as_posix() for path in DOCS.glob("how-to/*.md"))]

_SHELL = set("|&;<>()$`\\'*?[]{}#~\n")
"""What means something to a shell: a command without any of it needs none."""

_BLOCK = re.compile(r"^```(\w+)(?: (file|exit)=(\S+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Command:
    """One command, what it should print, and its exit code."""

    words: str
    shown: str
    code: int


def commands(block: str, code: int) -> Iterator[Command]:
    """The commands of one block; the code is that of the last."""
    parts = re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]
    for number, part in enumerate(parts, 1):
        words, _, shown = part.partition("\n")
        yield Command(words, shown, code if number == len(parts) else 0)


def fits(shown: str, printed: str) -> bool:
    """Whether an output is the one that is shown."""
    pieces = [re.escape(" ".join(piece.split())) for piece in shown.split("…")]
    return re.fullmatch(r"\s*.*?\s*".join(pieces), " ".join(printed.split()), re.DOTALL) is not None


def run(command: Command, here: Path) -> Path:
    """Run a command; the folder in which the next one runs."""
    if command.words.startswith("cd "):
        return here / command.words.removeprefix("cd ")
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])  # for programs of extras
    env = {**os.environ, "PATH": path, "PYTHONPATH": str(ROOT), "DKG_WHO": "Reviewer One"}
    if command.words.startswith("dkg ") and not _SHELL & set(command.words):
        code, printed = forks.dkg(shlex.split(command.words)[1:], here, env)
    else:
        code, printed = in_shell(command.words, here, env)
    assert code == command.code, f"{command.words}\n{printed}"
    assert fits(command.shown, printed), f"{command.words}\n{printed}\nis not\n{command.shown}"
    return here


def in_shell(words: str, here: Path, env: dict[str, str]) -> tuple[int, str]:
    """The exit code of a line of the shell, and what it printed."""
    line = ["sh", "-c", f'dkg() {{ {shlex.quote(sys.executable)} -m diaspora_kg "$@"; }}\n{words}']
    done = subprocess.run(
        line, cwd=here, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    )
    return done.returncode, done.stdout


@pytest.mark.parametrize("page", RUN)
def test_a_page_can_be_followed(page: str, tmp_path: Path) -> None:
    here, ran = tmp_path, 0
    for language, option, value, block in _BLOCK.findall((DOCS / page).read_text("utf-8")):
        if option == "file":
            path = here / value
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(block, "utf-8")
        elif language == "console":
            for command in commands(block, int(value or 0)):
                here = run(command, here)
                ran += 1
    assert ran


def test_what_is_shown_is_compared() -> None:
    assert fits("one … three", "one\n  two three\n")
    assert fits("one\n…\n", "one\ntwo\n")
    assert not fits("one three", "one two three")
    assert not fits("", "one")
