"""The vocabulary of what can go wrong: findings, and errors that know their consequence.

A *finding* speaks to the researcher about one place in one file. An *error* ends something: an
article's part in this run, the run, or a wrongly spelled command. Each error knows its exit code.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from diaspora_kg.light import light


class Severity(StrEnum):
    """How much a finding weighs: only a violation keeps an article out (SHACL, section 2.1.4)."""

    VIOLATION = "violation"
    WARNING = "warning"
    INFO = "info"


ENGINES_DISAGREE = "engines-disagree"
"""The code of the one violation that is no fault of an article, and keeps none out."""


@light
@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """What is wrong at one place, and how to mend it.

    ``file`` is relative to the project, ``line`` counts from 1 (0: the file as a whole), ``words``
    are those that the researcher wrote there, ``code`` is a short kebab-case name that is stable
    across versions, ``shape`` names the SHACL shape when one found it, ``article`` is the
    article's key.
    """

    file: str
    line: int
    severity: Severity
    code: str
    message: str
    hint: str = ""
    words: str = ""
    shape: str = ""
    article: str = ""


@dataclass(slots=True)
class Report:
    """What a reader finds in one file, in the order found; ``file`` is relative to the project."""

    file: str
    findings: list[Finding] = field(default_factory=list)

    def violation(self, line: int, code: str, message: str, hint: str = "", words: str = "") -> None:
        """Note something that keeps the article out."""
        self.findings.append(Finding(self.file, line, Severity.VIOLATION, code, message, hint, words))

    def warning(self, line: int, code: str, message: str, hint: str = "", words: str = "") -> None:
        """Note something that the researcher should look at; the article stays in."""
        self.findings.append(Finding(self.file, line, Severity.WARNING, code, message, hint, words))


class DkgError(Exception):
    """The root of all errors that a command reports without a traceback."""

    exit_code = 1


class ArticleRefused(DkgError):
    """This article cannot take part; every other one goes on."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        super().__init__("; ".join(f.message for f in findings))
        self.findings = tuple(findings)


class RunStopped(DkgError):
    """The run cannot go on; what was published before stays."""


class UsageError(DkgError):
    """The command or the configuration is wrong; nothing was done."""

    exit_code = 2


class StoreNotReachable(DkgError):
    """The store or the endpoint does not answer."""

    exit_code = 3


class ClusterNotReachable(DkgError):
    """The cluster does not answer, or can be used no more; what was published stays, a build can go on."""

    exit_code = 3


class AnsweredWrong(StoreNotReachable):
    """The store answers, but with an error of its own or with something else than was asked for."""
