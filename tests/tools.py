"""Programs that a test needs from the system: found, or the test is skipped with a reason that is counted."""

from __future__ import annotations

import re
import shutil
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import pytest

ABSENT = re.compile(r"(\S+) is not installed here")


def need(*names: str) -> str:
    """The path of the first of these programs; without any the test is skipped (in CI it fails)."""
    found = next((path for name in names if (path := shutil.which(name))), None)
    if found is None:
        pytest.skip(f"{names[0]} is not installed here")
    return str(Path(found))


def absent(reasons: Iterable[str]) -> dict[str, int]:
    """How many tests did not run for want of each program, by the reasons of their skips."""
    return dict(sorted(Counter(found[1] for reason in reasons if (found := ABSENT.search(reason))).items()))
