"""Saved queries as RDF, so that SPARQL editors find them: the form of the SIB's ``sparql-examples``.

Each query is a ``sh:SPARQLExecutable`` (SHACL Advanced Features, section 5) whose IRI lies below its
endpoint, ``<endpoint>/.well-known/sparql-examples/<name>``. There are no blank nodes: the declarations of
prefixes, which others leave nameless, have IRIs of their own. The header of a file is left out, since its
words are properties here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from diaspora_kg.names import PREFIXES, expand
from diaspora_kg.queries.catalog import Catalog, SavedQuery
from diaspora_kg.sparql import declared_prefixes, form
from diaspora_kg.terms import IRI, Literal, Term, nquad, write

SPEX = "https://purl.expasy.org/sparql-examples/ontology#"
"""The vocabulary of the SIB's examples, for the one kind of query that SHACL has no word for."""

_KNOWN = {**PREFIXES, "spex": SPEX}
_FORMS = {
    "SELECT": (expand("sh:SPARQLSelectExecutable"), expand("sh:select")),
    "ASK": (expand("sh:SPARQLAskExecutable"), expand("sh:ask")),
    "CONSTRUCT": (expand("sh:SPARQLConstructExecutable"), expand("sh:construct")),
    "DESCRIBE": (f"{SPEX}SPARQLDescribeExecutable", f"{SPEX}describe"),
}
_KEYWORD = re.compile(r"\S.*\S")
_INNER_QUOTE = re.compile(r'"(?="|\Z)')
_CONTROL = re.compile(r"[\x01-\x08\x0b-\x1f\x7f]")

Triple = tuple[IRI, IRI, Term]


@dataclass(frozen=True)
class Examples:
    """The sound queries of a catalog as examples for one endpoint, whose address may end in a slash."""

    catalog: Catalog
    endpoint: str

    @property
    def folder(self) -> str:
        """The IRI below which the queries have theirs."""
        return f"{self.endpoint.rstrip('/')}/.well-known/sparql-examples"

    def iri(self, name: str) -> str:
        """The IRI of a query."""
        return f"{self.folder}/{name}"

    def quads(self, graph: str) -> tuple[str, ...]:
        """Everything as sorted N-Quads lines of one named graph."""
        triples = [*self._prefixes(), *(t for query in self.queries for t in self._query(query))]
        return tuple(sorted({nquad(*triple, IRI(graph)) for triple in triples}))

    def files(self) -> dict[str, str]:
        """A Turtle file for each query, and ``prefixes.ttl``, by their names."""
        files = {f"{query.name}.ttl": _turtle(self._query(query)) for query in self.queries}
        if own := files.pop("prefixes.ttl", ""):
            files["prefixes.query.ttl"] = own
        return {**files, "prefixes.ttl": _turtle(self._prefixes())}

    @property
    def queries(self) -> tuple[SavedQuery, ...]:
        """What can be asked: a query with a violation is nobody's example."""
        return tuple(query for query in self.catalog.queries.values() if query.sound)

    def _query(self, query: SavedQuery) -> Iterator[Triple]:
        node = IRI(self.iri(query.name))
        kind, has = _FORMS[form(query.text) or "SELECT"]
        type_ = IRI(expand("rdf:type"))
        yield node, type_, IRI(expand("sh:SPARQLExecutable"))
        yield node, type_, IRI(kind)
        yield node, IRI(expand("rdfs:comment")), Literal(query.summary or query.name, language="en")
        if query.header.description:
            words = Literal(query.header.description, language="en")
            yield node, IRI(expand("dct:description")), words
        yield node, IRI(has), Literal(body(query.text))
        yield node, IRI(expand("schema:target")), IRI(self.endpoint)
        for tag in sorted({" ".join(tag.split()) for tag in query.header.tags}):
            if _KEYWORD.fullmatch(tag):
                yield node, IRI(expand("schema:keywords")), Literal(tag)
        yield node, IRI(expand("sh:prefixes")), self._declarations

    @property
    def _declarations(self) -> IRI:
        return IRI(f"{self.folder}#prefixes")

    def _prefixes(self) -> Iterator[Triple]:
        node = self._declarations
        yield node, IRI(expand("rdf:type")), IRI(expand("owl:Ontology"))
        yield node, IRI(expand("owl:imports")), IRI(expand("sh:").rstrip("#"))
        for prefix, namespace in self._used().items():
            one = IRI(f"{self.folder}#prefix-{prefix}")
            yield node, IRI(expand("sh:declare")), one
            yield one, IRI(expand("sh:prefix")), Literal(prefix)
            yield one, IRI(expand("sh:namespace")), Literal(namespace, expand("xsd:anyURI"))

    def _used(self) -> Mapping[str, str]:
        """What the queries declare; where two differ, the program's own meaning, else that of the first."""
        found: dict[str, str] = {}
        for query in self.queries:
            for prefix, namespace in declared_prefixes(query.text).items():
                if re.fullmatch(r"[A-Za-z][A-Za-z0-9-]*", prefix):
                    found.setdefault(prefix, PREFIXES.get(prefix, namespace))
        return dict(sorted(found.items()))


def body(text: str) -> str:
    """A query without the header's lines and the blank ones around it."""
    return "\n".join(line for line in text.splitlines() if not line.startswith("#+")).strip()


def _turtle(triples: Iterator[Triple]) -> str:
    """Triples with their subjects together, and queries as they were written, line by line."""
    used: set[str] = set()
    pairs: dict[IRI, list[str]] = {}
    for subject, predicate, obj in triples:
        verb = "a" if predicate.value == expand("rdf:type") else _word(predicate, used)
        pairs.setdefault(subject, []).append(f"{verb} {_word(obj, used)}")
    blocks = [f"{write(subject)} " + " ;\n    ".join(found) + " .\n" for subject, found in pairs.items()]
    head = "".join(f"@prefix {prefix}: <{_KNOWN[prefix]}> .\n" for prefix in sorted(used))
    return "\n".join([head, *blocks])


def _word(term: Term, used: set[str]) -> str:
    """A term as Turtle; the prefix that it needs goes to ``used``."""
    if isinstance(term, Literal):
        return _long(term) if "\n" in term.value else write(term)
    for prefix, namespace in _KNOWN.items():
        local = term.value.removeprefix(namespace)
        if local != term.value and re.fullmatch(r"[A-Za-z]+", local):
            used.add(prefix)
            return f"{prefix}:{local}"
    return write(term)


def _long(term: Literal) -> str:
    """A string of several lines between three quotation marks (RDF 1.1 Turtle, section 2.5.1)."""
    escaped = _INNER_QUOTE.sub(r"\\" + '"', term.value.replace("\\", "\\\\"))
    escaped = _CONTROL.sub(lambda found: f"\\u{ord(found[0]):04X}", escaped)
    return f'"""{escaped}"""' + (f"@{term.language}" if term.language else "")
