"""An answer that can be cited: which question, asked of which snapshot, and a hash of what came out.

The hash is over the terms of all rows (or triples), whatever their order, so it is the same on every
server that answers the same. A permalink carries the beginnings of three hashes: those of the snapshot, of
the query's text and of the answer. Who opens it later is told which of them still agree.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlencode

from diaspora_kg.queries.answer import Answer
from diaspora_kg.queries.catalog import SavedQuery
from diaspora_kg.queries.wording import count
from diaspora_kg.store.snapshots import Manifest
from diaspora_kg.terms import IRI, Literal, Term, write

_SHOWN = 16  # hex digits of a hash that an address carries
_FIXED = re.compile(rf"([0-9a-f]{{{_SHOWN}}})\.([0-9a-f]{{{_SHOWN}}})\.([0-9a-f]{{{_SHOWN}}})")


def text_hash(query: SavedQuery) -> str:
    """SHA-256 of a query's text, line ends as in Unix."""
    return hashlib.sha256("\n".join(query.text.splitlines()).encode()).hexdigest()


def result_hash(answer: Answer) -> str:
    """SHA-256 over the columns and all rows as N-Triples writes their terms, sorted.

    ``answer`` is the whole one: no page of it. The claims in one cell are sorted too.
    """
    if answer.triples is not None:
        return _hash([], (" ".join(write(term) for term in triple) for triple in answer.triples))
    rows = (
        "\t".join(_written(column, term) for column, term in zip(answer.columns, row, strict=True))
        for row in answer.rows
    )
    return _hash(answer.columns, rows)


@dataclass(frozen=True, slots=True)
class Fixed:
    """What a permalink fixes: the beginnings of hashes of snapshot, query and answer."""

    snapshot: str
    query: str
    result: str

    @classmethod
    def of(cls, query: SavedQuery, answer: Answer, manifest: Manifest) -> Fixed:
        """What is so now; ``answer`` is the whole one."""
        hashes = (manifest.id, text_hash(query), result_hash(answer))
        return cls(*(value[:_SHOWN] for value in hashes))

    @classmethod
    def read(cls, written: str) -> Fixed:
        """From an address; raises :class:`ValueError`."""
        match = _FIXED.fullmatch(written)
        if match is None:
            raise ValueError("this is no permalink of this server: three times 16 hex digits, parted by dots")
        return cls(*match.groups())

    @property
    def text(self) -> str:
        """As an address carries it."""
        return f"{self.snapshot}.{self.query}.{self.result}"


@dataclass(frozen=True, slots=True)
class Verdict:
    """How an answer given now compares with the one that was cited."""

    same_snapshot: bool
    same_query: bool
    same_result: bool

    @property
    def sentence(self) -> str:
        """What a reader should know."""
        if self.same_snapshot and self.same_query and self.same_result:
            return "This is the cited answer: the snapshot, the query and the result are the same."
        changed = []
        if not self.same_snapshot:
            changed.append("the cited snapshot is not served any more")
        if not self.same_query:
            changed.append("the text of the query has changed since")
        outcome = (
            "the result hash agrees, so the rows are still those that were cited"
            if self.same_result
            else "the result hash does not agree: the rows differ from those that were cited"
        )
        told = f"{' and '.join(changed)}; asked again now, {outcome}." if changed else f"{outcome}."
        return told[0].upper() + told[1:]


def compared(cited: Fixed, now: Fixed) -> Verdict:
    """What has changed since an answer was cited."""
    return Verdict(cited.snapshot == now.snapshot, cited.query == now.query, cited.result == now.result)


@dataclass(frozen=True, slots=True)
class Citation:
    """How an answer is cited; ``url`` is its permalink."""

    line: str
    url: str
    result: str


def citation(
    query: SavedQuery, parameters: Iterable[tuple[str, str]], whole: Answer, manifest: Manifest, page: str
) -> Citation:
    """The citation line of an answer; ``page`` is the public address of the query's page."""
    given, fixed = tuple(parameters), Fixed.of(query, whole, manifest)
    url = f"{page}?{urlencode([*given, ('fixed', fixed.text)])}"
    asked = "".join(f", {name}={value}" for name, value in given)
    parts = [
        manifest.title,
        f"“{query.summary or query.name}” (saved query {query.name}{asked})",
        f"Snapshot {manifest.id[:_SHOWN]}, published {manifest.published[:10]}",
        f"{count(whole.total, 'triple' if whole.triples is not None else 'row')}, result hash {fixed.result}",
        manifest.licence,
        url,
    ]
    line = ". ".join(" ".join(part.split()) for part in parts if part)
    return Citation(line, url, result_hash(whole))


def _written(column: str, term: Term | None) -> str:
    if term is None:
        return ""
    if column == "claims" and isinstance(term, Literal):
        return " ".join(sorted(write(IRI(iri)) for iri in term.value.split()))
    return write(term)


def _hash(columns: Iterable[str], lines: Iterable[str]) -> str:
    digest = hashlib.sha256("\t".join(columns).encode())
    for line in sorted(lines):
        digest.update(b"\n" + line.encode())
    return digest.hexdigest()
