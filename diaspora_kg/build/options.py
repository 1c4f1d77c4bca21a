"""How a build is to go about its work."""

from __future__ import annotations

from dataclasses import dataclass

from diaspora_kg.glance import Glance
from diaspora_kg.pipeline.pool import Executor
from diaspora_kg.trust import Trusted


@dataclass(frozen=True, slots=True)
class Options:
    """What the command line says about one build.

    ``executor`` stands in for so many ``jobs`` here. Without ``every`` the report only counts the articles
    that are unchanged, and of which the text was at hand. ``glance`` has begun to look at the files.
    """

    jobs: int = 1
    allow_deletions: bool = False
    trusted: Trusted = False
    full: bool = False
    executor: Executor | None = None
    every: bool = True
    glance: Glance | None = None
