"""The rows of an index, and the folding of words by which they are found."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Any

from diaspora_kg.index.hashed import Four, Place, node_digests, of_formers, of_nodes, of_places
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
        total = of_nodes(each_once(self.nodes), each_once(self.words))
        total.join(of_places(each_once(self.origins)))
        total.join(of_formers(each_once(self.formers)))
        return total.hex


Row = NodeRow | OriginRow | FormerRow | WordRow


def each_once(rows: Iterable[Row]) -> list[tuple[Any, ...]]:
    """The cells of different rows."""
    return [cells(row) for row in dict.fromkeys(rows)]


def cells(row: Row) -> tuple[Any, ...]:
    """A row's values (``dataclasses.astuple`` copies each of them, and takes ten times as long)."""
    return tuple(getattr(row, name) for name in row.__slots__)


@dataclass
class Filling:
    """The cells of rows for a new index; ``total`` is the hash of all but the ``formers``.

    The ``origins`` are new, each of them. ``shared`` are the nodes of which these rows may not tell all.
    ``digests`` are what each of the ``nodes``, with its words, adds to the hash, ``folded`` the ``words`` as
    they are searched, in the same order.
    """

    nodes: list[Four] = field(default_factory=list)
    words: list[Four] = field(default_factory=list)
    origins: list[Place] = field(default_factory=list)
    formers: list[FormerRow] = field(default_factory=list)
    total: Total = field(default_factory=Total)
    shared: set[str] = field(default_factory=set)
    digests: list[bytes] = field(default_factory=list)
    folded: list[str] = field(default_factory=list)

    def tell(self, nodes: Collection[Four], words: Collection[Four]) -> None:
        """Add nodes, each with all words that these lines have of it."""
        self.nodes += nodes
        self.words += words
        digests = node_digests(nodes, words)
        self.digests += digests
        self.total.add_digests(digests, len(nodes) + len(words))
        self.folded += [fold(said[3]) for said in words]

    def place(self, origins: Collection[Place]) -> None:
        """Add all places that one article has."""
        self.origins += origins
        self.total.join(of_places(origins))


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
