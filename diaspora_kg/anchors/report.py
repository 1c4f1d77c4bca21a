"""Collects the findings about one article."""

from __future__ import annotations

from diaspora_kg.article import Article
from diaspora_kg.errors import Finding, Severity
from diaspora_kg.text import Trouble


class Report:
    """The findings about one article."""

    def __init__(self, article: Article) -> None:
        self.article = article
        self.findings: list[Finding] = []

    def add(
        self, line: int, trouble: Trouble, words: str = "", severity: Severity = Severity.VIOLATION
    ) -> None:
        """Adds what a request has met; ``words`` are those of the annotation."""
        if trouble.code == "lock-incomplete" and any(f.code == trouble.code for f in self.findings):
            return  # one missing answer says it: the lock must be written again
        file, key = self.article.file, self.article.key
        self.findings.append(
            Finding(file, line, severity, trouble.code, trouble.message, trouble.hint, words, "", key)
        )

    def done(self) -> tuple[Finding, ...]:
        """The findings so far."""
        return tuple(self.findings)
