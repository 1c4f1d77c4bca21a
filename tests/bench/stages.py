"""What a build notes of its steps in ``.dkg/log``: how many seconds each took by the clock.

Steps begin with a capital letter, the parts of them that are noted apart with a small one.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path

DERIVING = "deriving"
SHAPES = "whole-graph shapes"
COMPACTING = "compacting"
APART = (DERIVING, SHAPES, COMPACTING)
"""The steps of a first build that are rows of their own, one after the other.

Beside the shapes, and within their seconds, what was derived is counted, and a small store is compacted.
"""

_DONE = re.compile(r"INFO (?P<step>.+): done in (?P<seconds>[\d.]+) s$")
_BEGUN = re.compile(r"INFO dkg \S+: build with ")


def stages(project: Path) -> Mapping[str, float]:
    """The steps of the last build of a project."""
    text = (project / ".dkg" / "log").read_text("utf-8")
    lines = text.splitlines()
    first = max((number for number, line in enumerate(lines) if _BEGUN.search(line)), default=0)
    found: defaultdict[str, float] = defaultdict(float)
    for line in lines[first:]:
        if done := _DONE.search(line):
            found[done["step"]] += float(done["seconds"])
    return dict(found)


def apart(found: Mapping[str, float]) -> float:
    """Seconds of the steps that are rows of their own."""
    return sum(found.get(step, 0.0) for step in APART)
