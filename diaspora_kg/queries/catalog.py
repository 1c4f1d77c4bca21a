"""The saved queries of a project: one question, one ``.rq`` file, found by its name.

A file is plain SPARQL with a header in the grlc form: lines that begin with ``#+ `` are together one
YAML document. A header that cannot be read is an error with its line, never a query without a
header; an unknown key is a warning; a server named in the header is never asked.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import cached_property
from itertools import pairwise
from pathlib import Path

from diaspora_kg.errors import Finding, Report, Severity, UsageError
from diaspora_kg.names import PREFIXES
from diaspora_kg.queries.header import Header, read_header
from diaspora_kg.queries.parameters import Parameter, declared
from diaspora_kg.sparql import Kind, Refused, guard, orders, significant

_NAME = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


@dataclass(frozen=True)
class SavedQuery:
    """A query that can be asked by name; ``file`` is shown in messages, ``parts`` are not listed."""

    name: str
    file: str
    text: str
    header: Header = field(default_factory=Header)
    parameters: tuple[Parameter, ...] = ()
    findings: tuple[Finding, ...] = ()

    @property
    def summary(self) -> str:
        """The question in one sentence."""
        return self.header.summary

    @property
    def sound(self) -> bool:
        """Whether it can be asked: nothing about it is a violation."""
        return not any(finding.severity is Severity.VIOLATION for finding in self.findings)

    @cached_property
    def ordered(self) -> bool:
        """Whether the query itself says in what order its rows come."""
        return orders(self.text)


@dataclass(frozen=True)
class Catalog:
    """Saved queries by name; a project's own one hides the bundled one of the same name."""

    queries: Mapping[str, SavedQuery]

    @classmethod
    def load(cls, folders: Sequence[Path]) -> Catalog:
        """Read ``*.rq`` of each folder, the later folder winning; one that is not there is empty."""
        found = {path.stem: path for folder in folders for path in sorted(folder.glob("*.rq"))}
        return cls({name: read(path) for name, path in sorted(found.items())})

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What is wrong with the files, in the order of their names."""
        return tuple(finding for query in self.queries.values() for finding in query.findings)

    def get(self, name: str) -> SavedQuery:
        """The query of that name; raises :class:`UsageError` with the nearest when there is none."""
        if name not in self.queries:
            near = get_close_matches(name, self.queries, 1)
            raise UsageError(
                f"there is no saved query {name!r}."
                + (f" Did you mean {near[0]}?" if near else " List them with: dkg query list")
            )
        query = self.queries[name]
        if not query.sound:
            wrong = next(f for f in query.findings if f.severity is Severity.VIOLATION)
            raise UsageError(f"{wrong.file}:{wrong.line}: {wrong.message} {wrong.hint}".strip())
        return query


def read(path: Path, file: str = "") -> SavedQuery:
    """One query file with everything that is wrong about it as findings."""
    report = Report(file or f"{path.parent.name}/{path.name}")
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        report.violation(0, "query-unreadable", f"The query cannot be read: {error}.", "Save it as UTF-8.")
        return SavedQuery(path.stem, report.file, "", findings=tuple(report.findings))
    if not _NAME.fullmatch(path.stem):
        hint = "Use small letters, digits and hyphens, such as legal-history.rq."
        report.violation(0, "query-name", f"{path.name!r} is no name for a query.", hint)
    header = read_header(text, report)
    parameters = declared(text, header, report)
    _check_text(text, report)
    return SavedQuery(path.stem, report.file, text, header, parameters, tuple(report.findings))


def _check_text(text: str, report: Report) -> None:
    try:
        guard(text)
    except Refused as refused:
        report.violation(refused.line, "query-refused", f"{refused.reason}.", "Ask the project's own graph.")
        return
    _check_prefixes(text, report)


def _check_prefixes(text: str, report: Report) -> None:
    """A prefix that is used must be written in the file, or other programs cannot run it."""
    found = significant(text)
    known = {b.text for a, b in pairwise(found) if a.is_word("PREFIX")}
    for token in found:
        prefix = token.text.partition(":")[0] + ":"
        if token.kind is not Kind.NAME or prefix in known:
            continue
        known.add(prefix)
        iri = PREFIXES.get(prefix[:-1], "…")
        report.violation(
            text.count("\n", 0, token.start) + 1,
            "query-prefix",
            f"The prefix {prefix} is used and not declared.",
            f"Add a line before the query: PREFIX {prefix} <{iri}>",
            token.text,
        )
