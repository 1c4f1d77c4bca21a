"""Collects the findings about one article."""

from __future__ import annotations

from diaspora_kg.article import Article
from diaspora_kg.errors import Finding, Severity
from diaspora_kg.text import Trouble


def sentence(words: str) -> str:
    """The words with a capital and a full stop, unless they begin or end with something quoted.

    >>> sentence("this is page furniture"), sentence("write `text: withheld`")
    ('This is page furniture.', 'Write `text: withheld`')
    """
    whole = words[:1].upper() + words[1:]
    return f"{whole}." if whole[-1:].isalnum() else whole


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
        message, hint = sentence(trouble.message), sentence(trouble.hint)
        self.findings.append(Finding(file, line, severity, trouble.code, message, hint, words, "", key))

    def done(self) -> tuple[Finding, ...]:
        """The findings so far."""
        return tuple(self.findings)
