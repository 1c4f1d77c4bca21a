"""The sheet that a graph is written on: lines, where each node came from, what went wrong."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache

from diaspora_kg.article import Node, Ref
from diaspora_kg.errors import Finding, Severity
from diaspora_kg.identity import Directory, Entry
from diaspora_kg.keys import Ledger, full_key
from diaspora_kg.light import light
from diaspora_kg.names import CLASS_OF_KIND, Names, expand, is_minted
from diaspora_kg.ontology import Ontology
from diaspora_kg.quads.said import ONE_FORM, Cells, Said, lines_of
from diaspora_kg.terms import XSD_INTEGER, Literal, Term, write, write_iri, write_text

WORDS = {
    "rdfs:label": "label",
    "dct:title": "title",
    "dkg:gloss": "paraphrase",
    "skosxl:literalForm": "name",
    "dkg:quote": "quote",
    "dkg:quoteStart": "quote",
    "dkg:quoteEnd": "quote",
}
"""The properties whose values are words of a node, and what they are of it."""

_TELLING = frozenset(write_iri(expand(prop)) for prop in ("rdf:type", "dkg:name", *WORDS))
_SHORT = 500
_PLAIN = re.compile(r"[A-Za-z0-9._~/-]+")
"""What follows the base in most IRIs of our own; the base is an IRI, so they need not be looked at closer."""

_INTEGER = write_iri(XSD_INTEGER)


@light
@dataclass(frozen=True, slots=True)
class Origin:
    """The place that a researcher wrote a node in, and words by which to recognise it.

    ``where`` is the place in a file without lines (``annotation 17``); ``line`` is 0 then.
    """

    file: str
    line: int
    words: str
    where: str = ""

    def told(self, message: str) -> str:
        """A message about the node, with the place of one that has no line."""
        return f"{self.where.capitalize()}: {message}" if self.where else message


@light
@dataclass(frozen=True, slots=True)
class Scope:
    """Whose keys are local here, in which file and graph, and which languages its strings have.

    ``owner`` is the article's key, empty for the register. ``language`` is that of printed words,
    ``gloss`` that of labels and paraphrases.
    """

    owner: str
    file: str
    graph: str
    language: str
    gloss: str

    @property
    def article(self) -> str | None:
        """The article in which keys are looked up; ``None`` in the register."""
        return self.owner or None


class Sheet:
    """Collects the quads of one article, or of the register."""

    def __init__(self, scope: Scope, names: Names, directory: Directory) -> None:
        self.scope = scope
        self.names = names
        self.directory = directory
        self._cells: dict[str, dict[str, Cells]] = {scope.graph: {}}
        self._begun: dict[str | tuple[str, str], Cells] = {}
        self._varied: set[str] = set()
        self.origins: dict[str, Origin] = {}
        self.outside: dict[str, Entry] = {}
        self._article = scope.article
        self._written: dict[str, str] = {}
        self._ends: dict[str, str] = {}
        self._ledger = Ledger(scope.file, scope.owner)
        self._findings: list[Finding] = []

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What could not be written, and what was written twice."""
        return (*self._findings, *self._ledger.findings)

    def key(self, local: str) -> str:
        """A local key as the whole project knows it."""
        return full_key(self.scope.owner, local)

    def open(self, kind: str, key: str, line: int, words: str = "") -> str:
        """Begin a node that has this full key; call it once for each node."""
        self._ledger.give(kind, key, line, words)
        return self.begin(kind, key, line, words)

    def begin(self, kind: str, key: str, line: int, words: str = "", graph: str = "") -> str:
        """Begin a node that may be begun again (a span that several claims rest on).

        A record that decisions joined with others goes by the IRI that all of them have.
        """
        subject = self.names.node(kind, self.directory.speaks_of(kind, key))
        if subject not in self.origins:
            self.origins[subject] = Origin(self.scope.file, line, words)
        self._put(subject, "rdf:type", _class(kind), CLASS_OF_KIND[kind], graph)
        return subject

    def add(self, subject: str, prop: str, value: Term, graph: str = "") -> None:
        """Write one quad; a value that no graph can keep is a finding."""
        try:
            written = write(value)
        except ValueError as problem:
            self.refuse(subject, f"This cannot be written into a graph: {problem}.", value.value)
            return
        if isinstance(value, Literal) and value.datatype not in ONE_FORM:
            self._varied.add(_property(prop))
        self._put(subject, prop, written, value.value, graph)

    def words(self, subject: str, prop: str, words: str, language: str = "", graph: str = "") -> None:
        """Write a string, as :meth:`add` does; half of all quads have one."""
        try:
            written = write_text(words, language)
        except ValueError as problem:
            self.refuse(subject, f"This cannot be written into a graph: {problem}.", words)
            return
        self._put(subject, prop, written, words, graph)

    def whole(self, subject: str, prop: str, number: int) -> None:
        """Write a whole number."""
        self._put(subject, prop, f'"{number}"^^{_INTEGER}', str(number))

    def _put(self, subject: str, prop: str, value: str, words: str, graph: str = "") -> None:
        """Write one quad of which the value is written already; ``words`` are those of a refusal."""
        try:
            begin = self._written.get(subject) or self._node(subject)
            key = (graph, prop) if graph else prop
            cells = self._begun.get(key)
            if cells is None:
                cells = self._begin_cells(key, graph or self.scope.graph, prop)
        except ValueError as problem:
            self.refuse(subject, f"This cannot be written into a graph: {problem}.", words)
            return
        there = cells.get(begin)
        if there is None:
            cells[begin] = (value,)
        elif isinstance(there, dict):
            there[value] = None
        else:
            cells[begin] = dict.fromkeys((*there, value))

    def _begin_cells(self, key: str | tuple[str, str], graph: str, prop: str) -> Cells:
        """The cells of a property in a graph; raises :class:`ValueError` for a graph that is none."""
        if graph not in self._ends:
            self._ends[graph] = f" {write_iri(graph)} ."
        cells = self._cells.setdefault(graph, {}).setdefault(_property(prop), {})
        self._begun[key] = cells
        return cells

    def _node(self, iri: str) -> str:
        """A node as lines have it; most nodes stand in many lines."""
        own = iri.startswith(self.names.base) and len(iri) < _SHORT
        plain = own and _PLAIN.fullmatch(iri, len(self.names.base)) is not None
        written = self._written[iri] = f"<{iri}>" if plain else write_iri(iri)
        return written

    def lines(self) -> tuple[dict[str, tuple[str, ...]], tuple[str, ...]]:
        """The sorted lines of each graph, and those of them that say of what kind a node is, or its words."""
        graphs: dict[str, tuple[str, ...]] = {}
        telling: list[str] = []
        for graph, said in self._cells.items():
            lines, picked = lines_of(said, self._ends.get(graph, ""), _TELLING)
            graphs[graph] = tuple(lines)
            telling += picked
        return graphs, tuple(telling)

    def said(self) -> Said:
        """The same as terms; nothing must be written afterwards."""
        return Said(tuple(self._cells.values()), frozenset(self._varied))

    def source_id(self, subject: str, key: str) -> None:
        """Write the full key that a record has in its article, spelled as in its IRI.

        A minted key is nobody's: an export writes it down so that the node keeps its IRI.
        """
        if is_minted(key):
            return
        self.words(subject, "dkg:sourceId", unicodedata.normalize("NFC", key))

    def iri(self, subject: str, prop: str, value: str) -> None:
        """Write a quad whose object is an IRI."""
        try:
            written = self._written.get(value) or self._node(value)
        except ValueError as problem:
            self.refuse(subject, f"This cannot be written into a graph: {problem}.", value)
            return
        self._put(subject, prop, written, value)

    def concepts(self, subject: str, prop: str, names: Iterable[str]) -> None:
        """Write values of closed lists, as :meth:`concept` does."""
        for name in names:
            self.concept(subject, prop, name)

    def concept(self, subject: str, prop: str, name: str | None) -> None:
        """Write a value of a closed list (a project's own may be an IRI); an empty one is left out."""
        if not name:
            return
        try:
            written = _concept(name)
        except ValueError as problem:
            value = Ontology.concept_iri(name)
            self.refuse(subject, f"This cannot be written into a graph: {problem}.", value)
            return
        self._put(subject, prop, written, name)

    def printed(self, subject: str, prop: str, words: str | None) -> None:
        """Write words of the article, in its language."""
        if words:
            self.words(subject, prop, words, self.scope.language)

    def glossed(self, subject: str, prop: str, words: str | None) -> None:
        """Write words of the annotator, in the language of glosses."""
        if words:
            self.words(subject, prop, words, self.scope.gloss)

    def unknown(self, subject: str, props: Iterable[str]) -> None:
        """Write that the source was read and is silent on these properties."""
        for prop in props:
            self._put(subject, "dkg:unknown", _property(prop), prop)

    def refer(self, subject: str, prop: str, refs: Iterable[Ref]) -> None:
        """Write references; one to a key that nobody declares is left to the check of references."""
        for ref in refs:
            if entry := self.find(ref):
                self.iri(subject, prop, entry.iri(self.names))

    def entries(self, refs: Iterable[Ref]) -> Iterator[Entry]:
        """The nodes that references mean, as far as they exist."""
        for ref in refs:
            if entry := self.find(ref):
                yield entry

    def find(self, ref: Ref, article: str | None = None) -> Entry | None:
        """What a reference means, read in this article if no other is given."""
        entry = self.directory.find(ref.key, article or self._article)
        if entry and entry.article != self._article:
            self.outside[entry.iri(self.names)] = entry
        return entry

    def refuse(self, subject: str, message: str, words: str) -> None:
        """Note a violation at the place where a node was written."""
        origin = self.origins.get(subject, Origin(self.scope.file, 0, ""))
        self._findings.append(
            Finding(
                *(origin.file, origin.line, Severity.VIOLATION, "not-writable", message),
                words=words,
                article=self.scope.owner,
            )
        )


@cache
def _property(curie: str) -> str:
    """A property as it stands in a line; there are a few dozen of them."""
    return write_iri(expand(curie))


@lru_cache(maxsize=4096)
def _concept(name: str) -> str:
    """A value of a closed list as it stands in a line."""
    return write_iri(Ontology.concept_iri(name))


@cache
def _class(kind: str) -> str:
    """The class of a kind of node as it stands in a line."""
    return write_iri(expand(CLASS_OF_KIND[kind]))


def label_of(node: Node) -> str:
    """Words by which a researcher recognises a node: its key, else a label or name, else its kind."""
    if node.key:
        return node.key
    labels = (str(value.value) for value in node.values("rdfs:label") if hasattr(value, "value"))
    return next(labels, "") or next((name.form for name in node.names), node.kind)
