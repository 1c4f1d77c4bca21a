"""What the published graph is asked for, so that records can be compared: some tables of plain strings.

Each question runs once over the whole graph, and its rows are folded as they come: nothing here grows faster
than the number of records.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import unquote

from diaspora_kg.identity import JOINED_KINDS
from diaspora_kg.likeness import Form
from diaspora_kg.names import PREFIXES, Names
from diaspora_kg.store.embedded import EmbeddedStore
from diaspora_kg.terms import IRI, Literal

FACTS = (
    "dkg:kind", "dkg:externalId", "dkg:subject", "dkg:object", "dkg:status", "dkg:jurisdiction",
    "dkg:measure", "dkg:low", "dkg:high", "dkg:place", "dkg:medium", "dkg:post", "org:postIn",
    "org:member", "org:organization",
)  # fmt: skip
"""The plain properties that are read of every node."""

_MOST_ARTICLES = 60  # articles of one record that are looked at: what it is known for shows in fewer

_PREFIXES = "".join(
    f"PREFIX {prefix}: <{PREFIXES[prefix]}>\n" for prefix in ("dkg", "dct", "org", "rdfs", "skosxl")
)
_DECLARED = "SELECT ?graph ?node WHERE { GRAPH ?graph { ?node dkg:sourceId ?key } }"
_REGISTERED = "SELECT ?node WHERE { GRAPH <%s> { ?node a ?class } }"
_NAMES = """SELECT ?node ?form ?kind WHERE { GRAPH ?graph {
  ?node dkg:name ?name . ?name skosxl:literalForm ?form . OPTIONAL { ?name dkg:kind ?kind } } }"""
_LABELS = "SELECT ?graph ?node ?label WHERE { GRAPH ?graph { ?node rdfs:label ?label } }"
_FACT = "SELECT ?node ?value WHERE { GRAPH ?graph { ?node %s ?value } }"
_DATES = """SELECT ?node ?from ?to WHERE { GRAPH ?graph {
  ?node %s ?when . OPTIONAL { ?when dkg:notBefore ?from } OPTIONAL { ?when dkg:notAfter ?to } } }"""
_ROLES = """SELECT ?node ?role ?actor ?capacity ?for WHERE { GRAPH ?graph {
  ?node dkg:participation ?part . ?part dkg:role ?role . OPTIONAL { ?part dkg:actor ?actor }
  OPTIONAL { ?part dkg:capacity ?capacity } OPTIONAL { ?part dkg:onBehalfOf ?for } } }"""
_SEEN = "SELECT ?node ?article WHERE { GRAPH <%s> { ?node dkg:mentionedIn ?article } }"
_WORDS = """SELECT ?node ?hash WHERE { GRAPH ?graph {
  ?claim dkg:expressedIn ?node ; dkg:evidence ?passage . ?passage dkg:quoteHash ?hash } }"""

Values = dict[str, set[str]]


@dataclass(frozen=True, slots=True, order=True)
class Part:
    """Somebody's part in a node, by IRIs and the local name of the role; empty where nothing is said."""

    role: str
    actor: str = ""
    capacity: str = ""
    behalf: str = ""


@dataclass(slots=True)
class Rows:
    """All that was read, by the IRI of the node. ``records`` are those that a person may join with others."""

    records: dict[str, str] = field(default_factory=dict)
    homes: Values = field(default_factory=lambda: defaultdict(set))
    registered: set[str] = field(default_factory=set)
    names: dict[str, set[Form]] = field(default_factory=lambda: defaultdict(set))
    labels: dict[str, set[Form]] = field(default_factory=lambda: defaultdict(set))
    facts: dict[str, Values] = field(default_factory=dict)
    dates: dict[str, dict[str, tuple[str, str]]] = field(default_factory=dict)
    parts: dict[str, set[Part]] = field(default_factory=lambda: defaultdict(set))
    seen: Values = field(default_factory=lambda: defaultdict(set))
    words: Values = field(default_factory=lambda: defaultdict(set))

    def values(self, fact: str, node: str) -> set[str]:
        """The values of one property of a node."""
        return self.facts[fact].get(node, set())


def read(store: EmbeddedStore, names: Names) -> Rows:
    """Read the published graph."""
    found, reader = Rows(), _Reader(store, names)
    reader.records(found)
    reader.words(found)
    reader.described(found)
    return found


class _Reader:
    def __init__(self, store: EmbeddedStore, names: Names) -> None:
        self._store = store
        self._names = names
        self._articles = names.graph("article") + "/"
        self._known: dict[str, str] = {}

    def records(self, found: Rows) -> None:
        for (node,) in self._ask(_REGISTERED % self._names.graph("register")):
            if self._kind(node) in JOINED_KINDS:
                found.registered.add(node)
                found.records[node] = self._kind(node)
        for graph, node in self._ask(_DECLARED):
            if graph.startswith(self._articles) and self._kind(node) in JOINED_KINDS:
                found.records[node] = self._kind(node)
                found.homes[node].add(self._kept(unquote(graph.removeprefix(self._articles))))

    def words(self, found: Rows) -> None:
        for node, form, kind in self._terms(_NAMES):
            if node.value in found.records and isinstance(form, Literal):
                said = kind.value.rpartition("/")[2] if isinstance(kind, IRI) else ""
                found.names[self._kept(node.value)].add(Form(form.value, form.language, self._kept(said)))
        for graph, node, label in self._terms(_LABELS):
            told = graph.value.startswith(self._articles) or graph.value == self._names.graph("register")
            if told and node.value in found.records and isinstance(label, Literal):
                found.labels[self._kept(node.value)].add(Form(label.value, label.language, ""))

    def described(self, found: Rows) -> None:
        for fact in FACTS:
            values: Values = defaultdict(set)
            for node, value in self._ask(_FACT % fact):
                if node in found.records:
                    values[self._kept(node)].add(self._kept(value))
            found.facts[fact] = values
        for slot in ("when", "starts", "ends"):
            found.dates[slot] = self._dates(_DATES % f"dkg:{slot}", found)
        for node, role, actor, capacity, behalf in self._ask(_ROLES):
            if node in found.records:
                part = Part(*map(self._kept, (role.rpartition("/")[2], actor, capacity, behalf)))
                found.parts[self._kept(node)].add(part)
        for node, article in self._ask(_SEEN % self._names.graph("derived")):
            known = self._names.kind_and_key(article)
            if node in found.records and known:
                _few(found.seen[self._kept(node)], self._kept(known[1]))
        for node, quoted in self._ask(_WORDS):
            if found.records.get(node) == "statement":
                found.words[self._kept(node)].add(self._kept(quoted))

    def _dates(self, sparql: str, found: Rows) -> dict[str, tuple[str, str]]:
        """The first date of each record, where several articles date it."""
        kept: dict[str, tuple[str, str]] = {}
        for node, low, high in self._ask(sparql):
            if node in found.records and low + high:
                kept[node] = min(kept.get(node, (low, high)), (low, high))
        return kept

    def _kind(self, node: str) -> str:
        known = self._names.kind_and_key(node)
        return known[0] if known else ""

    def _kept(self, text: str) -> str:
        """One string of all that are equal."""
        return self._known.setdefault(text, text)

    def _terms(self, sparql: str) -> Iterator[tuple[IRI | Literal, ...]]:
        none = Literal("")
        for row in self._store.stream(_PREFIXES + sparql):
            yield tuple(none if term is None else term for term in row)

    def _ask(self, sparql: str) -> Iterator[tuple[str, ...]]:
        for row in self._store.stream(_PREFIXES + sparql):
            yield tuple("" if term is None else term.value for term in row)


def _few(kept: set[str], new: str) -> None:
    """Keep the first of many by key, whatever the order in which they come."""
    kept.add(new)
    if len(kept) > _MOST_ARTICLES:
        kept.discard(max(kept))


def local(iri: str) -> str:
    """The local name of a value of a closed list, of anything else the whole.

    >>> local(PREFIXES["dkgv"] + "rally"), local("12")
    ('rally', '12')
    """
    prefix = PREFIXES["dkgv"]
    return iri[len(prefix) :] if iri.startswith(prefix) else iri
