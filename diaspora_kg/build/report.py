"""What a build did, article by article, for the command line and for programs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from diaspora_kg.errors import Finding, Severity
from diaspora_kg.light import light
from diaspora_kg.pipeline import Words
from diaspora_kg.store import Snapshot


class Status(StrEnum):
    """What became of an article. ``HELD_BACK``: the graph keeps the last valid version of it."""

    OK = "ok"
    UNCHANGED = "unchanged"
    HELD_BACK = "held back"
    REFUSED = "refused"
    REMOVED = "removed"


@light
@dataclass(frozen=True, slots=True, order=True)
class ArticleReport:
    """One article: ``words`` says whether its text was at hand, ``why`` what kept it from the graph."""

    key: str
    file: str
    status: Status
    words: Words = Words.NOTHING
    why: str = ""


@dataclass(frozen=True)
class BuildReport:
    """The outcome of a build.

    ``articles`` are all, or all but ``unlisted`` ones that are unchanged and of which nothing is to be said.
    ``snapshot`` is the one that is published now, ``None`` if there never was one. ``published`` says
    whether this build made it; without it either the content is ``identical`` to what was published, or
    ``stopped`` says why nothing was, or it is ``pinned``: made from what a withdrawn snapshot was made
    from. ``counts`` are those of the snapshot's manifest.
    """

    articles: tuple[ArticleReport, ...] = ()
    findings: tuple[Finding, ...] = ()
    counts: Mapping[str, int] = field(default_factory=dict)
    snapshot: Snapshot | None = None
    published: bool = False
    identical: bool = False
    stopped: str = ""
    pinned: bool = False
    unlisted: int = 0

    def count(self, status: Status) -> int:
        """How many articles have this status."""
        listed = sum(1 for article in self.articles if article.status is status)
        return listed + self.unlisted * (status is Status.UNCHANGED)

    def exit_code(self, *, strict: bool = False) -> int:
        """0, or 1 when the build stopped or there is a violation (with ``strict``: or a warning)."""
        bad = {Severity.VIOLATION, Severity.WARNING} if strict else {Severity.VIOLATION}
        return int(bool(self.stopped) or any(finding.severity in bad for finding in self.findings))
