"""Real files of other people's tools, which are no part of the project (``DKG_REAL_DATA`` names them)."""

from __future__ import annotations

import json
import os
from functools import cache
from pathlib import Path
from typing import Any

import pytest


def folder(name: str) -> Path:
    """One of the folders of real files; the test is skipped where they are not at hand."""
    root = os.environ.get("DKG_REAL_DATA")
    if not root:
        pytest.skip("DKG_REAL_DATA is not set: real files of annotation tools are not at hand")
    return Path(root) / name


@cache
def expected(path: Path) -> Any:
    """What is known of the files of a folder."""
    return json.loads(path.read_text("utf-8"))
