"""A copy of the program that has no shapes for one article: its builds show what everything else costs."""

from __future__ import annotations

import compileall
import shutil
from pathlib import Path

from tests.bench.measure import ROOT

_PARTS = ("diaspora_kg", "ontology", "ingest", "queries")
_CHECKED = ("ontology", "shapes", "article.ttl")


def unchecked(folder: Path) -> Path:
    """Make it in ``folder/program``, anew."""
    program = folder / "program"
    shutil.rmtree(program, ignore_errors=True)
    leave = shutil.ignore_patterns("__pycache__", "_bundled")
    for part in _PARTS:
        shutil.copytree(ROOT / part, program / part, ignore=leave)
    shapes = program.joinpath(*_CHECKED)
    prefixes = [line for line in shapes.read_text("utf-8").splitlines() if line.startswith("@prefix")]
    shapes.write_text("\n".join(prefixes) + "\n", "utf-8")
    compileall.compile_dir(program / "diaspora_kg", quiet=2)  # as the program beside it is
    return program
