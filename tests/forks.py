"""Children that start with the program loaded: what a new Python needs a second for takes them no time.

Each is a process of its own, forked from one that has loaded the program and run none of it.
"""

from __future__ import annotations

import multiprocessing
import os
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

KIND = multiprocessing.get_context("forkserver")
KIND.set_forkserver_preload(["tests.loaded"])


def dkg(words: Sequence[str], folder: Path, environment: dict[str, str]) -> tuple[int, str]:
    """Run ``dkg`` in a folder: its exit code, and all that it printed, errors too."""
    with tempfile.NamedTemporaryFile() as printed:
        child = KIND.Process(target=_be_dkg, args=(list(words), folder, environment, printed.name))
        child.start()
        child.join()
        assert child.exitcode is not None
        return child.exitcode, Path(printed.name).read_text("utf-8")


def _be_dkg(words: list[str], folder: Path, environment: dict[str, str], printed: str) -> None:
    out = os.open(printed, os.O_WRONLY | os.O_APPEND)
    os.dup2(out, 1)
    os.dup2(out, 2)
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    sys.argv = ["dkg", *words]
    from diaspora_kg.cli import main  # noqa: PLC0415 - here it is loaded already

    main(words, prog_name="dkg")
