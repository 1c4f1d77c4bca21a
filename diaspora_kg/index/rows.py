"""The rows of an index, and the folding of words by which they are found."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from json.encoder import encode_basestring as _quoted  # what JSON makes of a string, accents as they are

from diaspora_kg.sums import Total

ROLES = ("name", "label", "title", "paraphrase", "quote")
"""What words can be of a node, the best place to find it by first."""

LABELLED = ("label", "title", "name", "paraphrase")
"""The words that may be its label, the best first."""


@dataclass(frozen=True, slots=True, order=True)
class NodeRow:
    """One node of the graph: ``kind`` and ``key`` are those of its IRI."""

    iri: str
    kind: str
    key: str
    label: str = ""


@dataclass(frozen=True, slots=True, order=True)
class OriginRow:
    """Where a node was written; ``article`` is empty for the register.

    ``where`` is the place in a file without lines (``annotation 17``); ``line`` is 0 then.
    """

    iri: str
    article: str
    file: str
    line: int
    where: str = ""


@dataclass(frozen=True, slots=True, order=True)
class FormerRow:
    """A key that a node had before, or that one of the records has which are one node now."""

    key: str
    iri: str


@dataclass(frozen=True, slots=True, order=True)
class WordRow:
    """Words by which a node is found: role is name, label, title, paraphrase or quote."""

    iri: str
    role: str
    language: str
    words: str


@dataclass(frozen=True, slots=True)
class Hit:
    """A node that a search found, and the words in which it was found."""

    node: NodeRow
    role: str
    language: str
    words: str


@dataclass(frozen=True)
class Content:
    """All rows of an index."""

    nodes: tuple[NodeRow, ...] = ()
    origins: tuple[OriginRow, ...] = ()
    formers: tuple[FormerRow, ...] = ()
    words: tuple[WordRow, ...] = ()

    def sorted(self) -> Content:
        """The same rows, each once, in order."""
        return Content(
            tuple(sorted(set(self.nodes))),
            tuple(sorted(set(self.origins))),
            tuple(sorted(set(self.formers))),
            tuple(sorted(set(self.words))),
        )

    def sha256(self) -> str:
        """A hash over all rows, whatever their order."""
        total = Total()
        tables: tuple[tuple[Row, ...], ...] = (self.nodes, self.origins, self.formers, self.words)
        for table, rows in zip(TABLES, tables, strict=True):
            for row in set(rows):
                total.add(entry(table, row))
        return total.hex


Row = NodeRow | OriginRow | FormerRow | WordRow

TABLES = ("node", "origin", "former", "word")


def cells(row: Row) -> tuple[str | int, ...]:
    """A row's values (``dataclasses.astuple`` copies each of them, and takes ten times as long)."""
    return tuple(getattr(row, name) for name in row.__slots__)


def entry(table: str, row: Row) -> str:
    """A row as it is hashed."""
    return as_hashed(table, cells(row))


def as_hashed(table: str, values: tuple[str | int, ...]) -> str:
    """The same of a row's values."""
    shown = ", ".join([_quoted(one) if type(one) is str else str(one) for one in values])
    return f"{table} [{shown}]"


def fours_as_hashed(table: str, rows: Iterable[tuple[str, str, str, str]]) -> list[bytes]:
    """The same of many rows of four strings, in UTF-8."""
    return [
        f"{table} [{_quoted(one)}, {_quoted(two)}, {_quoted(three)}, {_quoted(four)}]".encode()
        for one, two, three, four in rows
    ]


def origins_as_hashed(origins: Iterable[tuple[str, str, str, int, str]]) -> list[bytes]:
    """The same of many rows of origins, in UTF-8."""
    return [
        f"origin [{_quoted(iri)}, {_quoted(article)}, {_quoted(file)}, {line}, {_quoted(where)}]".encode()
        for iri, article, file, line, where in origins
    ]


@dataclass
class Filling:
    """The cells of rows for a new index; ``total`` is the hash of the ``origins``, each of which is new.

    ``shared`` are the nodes of which these rows may not tell all, ``folded`` the ``words`` as they are
    searched, in the same order; none are given where the writer is to fold them.
    """

    nodes: list[tuple[str, str, str, str]] = field(default_factory=list)
    words: list[tuple[str, str, str, str]] = field(default_factory=list)
    origins: list[tuple[str, str, str, int, str]] = field(default_factory=list)
    formers: list[FormerRow] = field(default_factory=list)
    total: Total = field(default_factory=Total)
    shared: set[str] = field(default_factory=set)
    folded: list[str] = field(default_factory=list)


_LETTERS = str.maketrans(
    {
        **dict(zip("ıəøłđðħŧŋ", "ieolddhtn", strict=True)),
        **dict.fromkeys("ʻʼ‘’", "'"),  # as in Oʻzbek
        "æ": "ae", "œ": "oe", "þ": "th",
    }
)  # fmt: skip
"""Letters that Unicode does not take apart."""


def labels_of(words: Iterable[tuple[str, str, str, str]]) -> dict[str, str]:
    """One label a node: the best sort of words there is, English before other languages.

    The ``words`` are IRI, role, language and words.
    """
    best: dict[str, tuple[int, bool, str, str]] = {}
    for iri, role, language, said in words:
        if role in LABELLED:
            rank = (LABELLED.index(role), language != "en", language, said)
            best[iri] = min(best.get(iri, rank), rank)
    return {iri: rank[-1] for iri, rank in best.items()}


def fold(text: str) -> str:
    """A search key: no case, no diacritics, letters of their own as keyboards without them write, white space
    collapsed.

    >>> fold("Ümumrusiya  Azərbaycanlıları"), fold("İSTANBUL"), fold("Łódź, Tromsø")
    ('umumrusiya azerbaycanlilari', 'istanbul', 'lodz, tromso')
    """
    if text.isascii():  # what follows would change nothing else, and takes five times as long
        return " ".join(text.lower().split())
    for _ in range(2):  # folding case may bring new marks
        plain = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
        text = plain.casefold().translate(_LETTERS)
    return " ".join(text.split())
