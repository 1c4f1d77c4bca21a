"""The saved queries of a project: one question, one ``.rq`` file, found by its name.

A file is plain SPARQL with a header in the grlc form: lines that begin with ``#+ `` are together one
YAML document. A header that cannot be read is an error with its line, never a query without a
header; an unknown key is a warning; a server named in the header is never asked.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from functools import cache, cached_property, lru_cache
from itertools import pairwise
from pathlib import Path

from pyoxigraph import Store

from diaspora_kg.content import content
from diaspora_kg.errors import DkgError, Finding, Report, Severity, UsageError
from diaspora_kg.names import CLASS_OF_KIND, PREFIXES
from diaspora_kg.queries.chart import check_columns
from diaspora_kg.queries.header import ALONE, Header, read_header
from diaspora_kg.queries.parameters import Parameter, declared
from diaspora_kg.sparql import DEEPEST, Kind, Refused, depth, form, guard, orders, projection, significant
from diaspora_kg.terms import Literal, write

_NAME = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


class NotSound(DkgError):
    """A saved query whose file has a violation: it is not asked. Ends a command with 1, as findings do."""


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
    def columns(self) -> tuple[str, ...] | None:
        """What it answers with, in order; ``None`` for ``SELECT *`` and where it makes no table."""
        return projection(self.text)

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
        return cls(_read_all(folders))

    @classmethod
    def later(cls, folders: Sequence[Path]) -> Catalog:
        """The same, read when somebody asks for a query: that takes longer than some commands do."""
        return cls(_Later(folders))

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What is wrong with the files, in the order of their names."""
        return tuple(finding for query in self.queries.values() for finding in query.findings)

    def get(self, name: str) -> SavedQuery:
        """The query of that name; raises :class:`UsageError` with the nearest when there is none.

        Raises :class:`NotSound` for one that has a violation.
        """
        if name not in self.queries:
            near = get_close_matches(name, self.queries, 1)
            raise UsageError(
                f"there is no saved query {name!r}."
                + (f" Did you mean {near[0]}?" if near else " List them with: dkg query list")
            )
        query = self.queries[name]
        if not query.sound:
            wrong = next(f for f in query.findings if f.severity is Severity.VIOLATION)
            raise NotSound(f"{wrong.file}:{wrong.line}: {wrong.message} {wrong.hint}".strip())
        return query


class _Later(Mapping[str, SavedQuery]):
    """The queries of some folders, read when they are wanted."""

    def __init__(self, folders: Sequence[Path]) -> None:
        self._folders = folders

    @cached_property
    def _read(self) -> Mapping[str, SavedQuery]:
        return _read_all(self._folders)

    def __getitem__(self, name: str) -> SavedQuery:
        return self._read[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._read)

    def __len__(self) -> int:
        return len(self._read)


def _read_all(folders: Sequence[Path]) -> dict[str, SavedQuery]:
    found = {path.stem: path for folder in folders for path in sorted(folder.glob("*.rq"))}
    queries = {name: read(path) for name, path in sorted(found.items())}
    return {name: _with_choices(query, queries) for name, query in queries.items()}


def read(path: Path, file: str = "") -> SavedQuery:
    """One query file with everything that is wrong about it as findings."""
    report = Report(file or f"{path.parent.name}/{path.name}")
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        report.violation(0, "query-unreadable", f"The query cannot be read: {error}.", "Save it as UTF-8.")
        return SavedQuery(path.stem, report.file, "", findings=tuple(report.findings))
    return _understood(path.name, report.file, text)


@lru_cache(maxsize=256)
def _understood(name: str, file: str, text: str) -> SavedQuery:
    """What a file of this name and text says; kept, since a server and tests ask for the same ones often."""
    stem, report = Path(name).stem, Report(file)
    if not _NAME.fullmatch(stem):
        hint = "Use small letters, digits and hyphens, such as legal-history.rq."
        report.violation(0, "query-name", f"{name!r} is no name for a query.", hint)
    header = read_header(text, report)
    parameters = declared(text, header, report)
    check_text(text, report)
    columns = projection(text)
    if header.chart is not None and (columns is not None or form(text) != "SELECT"):
        check_columns(header.chart, columns or (), report)
    _check_beginnings(header, text, columns, report)
    return SavedQuery(stem, report.file, text, header, parameters, tuple(report.findings))


def _check_beginnings(header: Header, text: str, columns: Sequence[str] | None, report: Report) -> None:
    """What ``articles`` and ``pieces`` name must be a column; a ``SELECT *`` does not say which it has."""
    for key, column in (("articles", header.articles), ("pieces", header.pieces[0])):
        line = header.keys.get(key, 0)
        if not column or not form(text):  # what is no query at all is told of already
            continue
        if columns is None and (key == "articles" or form(text) != "SELECT"):
            message = f"`{key}` is for a SELECT that names its columns, and this query does not."
            hint = f"Write the columns instead of *, or leave `{key}` out."
            report.violation(line, "query-header", message, hint, column)
        elif columns is not None and column not in columns and (key, column) != ("articles", ALONE):
            near = get_close_matches(column, columns, 1)
            hint = f"Did you mean {near[0]}?" if near else f"Columns are: {', '.join(columns) or 'none'}."
            message = f"`{key}` names `{column}`, which the query does not answer with."
            report.violation(line, "query-header", message, hint, column)


def part(name: str) -> SavedQuery | None:
    """One of the queries that commands and forms are made of (``queries/parts``)."""
    path = content("queries", "parts", f"{name}.rq")
    return read(path) if _NAME.fullmatch(name) and path.is_file() else None


def _with_choices(query: SavedQuery, queries: Mapping[str, SavedQuery]) -> SavedQuery:
    """The query with findings about the queries that its ``choices`` name."""
    report = Report(query.file)
    for parameter in query.parameters:
        choice = parameter.choice
        if choice is None or not choice.query:
            continue
        listing = queries.get(choice.query) or part(choice.query)
        if listing is None:
            near = get_close_matches(choice.query, queries, 1)
            hint = f"Did you mean {near[0]}?" if near else "List them with: dkg query list"
            kind = f" For nodes of that kind write `{parameter.name}: {{kind: {choice.query}}}`."
            hint = kind.strip() if choice.query in CLASS_OF_KIND else hint
            message = f"The choices of `{parameter.name}` come from a query that does not exist."
            report.violation(choice.line, "query-choices", message, hint, choice.query)
        elif any(not one.optional and one.default is None for one in listing.parameters):
            message = f"The choices of `{parameter.name}` come from a query that itself needs a parameter."
            report.violation(choice.line, "query-choices", message, "Name one that needs none.", choice.query)
        elif listing.columns is not None and choice.column and choice.column not in listing.columns:
            hint = f"Columns are: {', '.join(listing.columns)}."
            message = f"{choice.query} answers without the column `{choice.column}`."
            report.violation(choice.line, "query-choices", message, hint, choice.column)
    return replace(query, findings=(*query.findings, *report.findings)) if report.findings else query


def check_text(text: str, report: Report) -> None:
    """Report what keeps a query's text from being asked: an update, another server, a prefix, its syntax."""
    try:
        guard(text)
    except Refused as refused:
        report.violation(refused.line, "query-refused", f"{refused.reason}.", "Ask the project's own graph.")
        return
    _check_prefixes(text, report)
    if not any(finding.severity is Severity.VIOLATION for finding in report.findings):
        _check_syntax(text, report)


def _check_syntax(text: str, report: Report) -> None:
    """Parse by the engine that will be asked, on an empty graph; and see that a graph can hold the text."""
    if depth(text) > DEEPEST:
        message = f"More than {DEEPEST} braces stand within each other."
        report.violation(0, "query-syntax", message, "Write a simpler query.")
        return
    try:
        write(Literal(text))
        _empty().query(text)
    except SyntaxError as error:
        _not_sparql(text, str(error), report)
    except ValueError as error:
        report.violation(0, "query-syntax", f"No graph can hold this query: {error}.", "Take that out.")


def _not_sparql(text: str, said: str, report: Report) -> None:
    """A parser's error; its own words are a list of all that could have stood there."""
    found = _PLACE.match(said)
    line, column = (int(found[1]), int(found[2])) if found else (0, 1)
    lines = text.splitlines()
    words = lines[line - 1][column - 1 : column + 59].strip() if 0 < line <= len(lines) else ""
    message, hint = (
        "This is not SPARQL.",
        "Look at what stands before: a bracket, a full stop or a word is missing.",
    )
    for part, known, mend in _SAID:
        if part in said:
            message, hint = known, mend
    where = f" The parser stopped at column {column}." if line else ""
    report.violation(line, "query-syntax", message + where, hint, words)


_PLACE = re.compile(r"error at ([0-9]+):([0-9]+)")
_SAID = (
    ("a variable that is unbound", "SELECT names a variable that is not grouped.", "Add it to GROUP BY."),
    ("already in use", "BIND or AS names a variable that has a value already.", "Use a new name."),
)


@cache
def _empty() -> Store:
    return Store()


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
