"""The project's register as a small knowledge base in Turtle, for tools that link annotations to it.

Each entry has its class, a label for each language, all further names as alternative labels, and the ids
of other registers; classes have labels too, so that a tool can show the entries by kind.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, serialize

from diaspora_kg.article import Link, Node, Text
from diaspora_kg.names import CLASS_OF_KIND, PREFIXES, Names, expand
from diaspora_kg.ontology import Ontology

_TYPE, _CLASS = NamedNode(expand("rdf:type")), NamedNode(expand("rdfs:Class"))
_LABEL, _COMMENT = NamedNode(expand("rdfs:label")), NamedNode(expand("rdfs:comment"))
_PREFIXES = ("rdfs", "skos", "dkg", "org", "foaf")
_ALSO = NamedNode(expand("skos:altLabel"))


def turtle(register: Iterable[Node], names: Names, ontology: Ontology, language: str) -> str:
    """The knowledge base; ``language`` is that of labels without one."""
    triples: list[Triple] = []
    kinds: dict[str, None] = {}
    for node in sorted(register, key=lambda node: (node.kind, node.key)):
        kinds[node.kind] = None
        triples += _entry(node, names, language)
    head = [triple for kind in kinds for triple in _class(kind, ontology)]
    prefixes: dict[str, str] = {name: PREFIXES[name] for name in _PREFIXES}
    written = serialize([*head, *triples], format=RdfFormat.TURTLE, prefixes=prefixes)
    return written.decode() if written else ""


def _class(kind: str, ontology: Ontology) -> Iterator[Triple]:
    iri = expand(CLASS_OF_KIND[kind])
    yield Triple(NamedNode(iri), _TYPE, _CLASS)
    yield Triple(NamedNode(iri), _LABEL, Literal(ontology.label(iri) or kind, language="en"))


def _entry(node: Node, names: Names, language: str) -> Iterator[Triple]:
    subject = NamedNode(names.node(node.kind, node.key))
    yield Triple(subject, _TYPE, NamedNode(expand(CLASS_OF_KIND[node.kind])))
    labelled: set[str] = set()
    for name in node.names:
        first = name.language not in labelled
        labelled.add(name.language)
        yield Triple(subject, _LABEL if first else _ALSO, Literal(name.form, language=name.language))
    for text in node.values("rdfs:label"):
        if isinstance(text, Text):
            prop = _COMMENT if labelled else _LABEL
            yield Triple(subject, prop, Literal(text.value, language=text.language or language))
            labelled.add(language)
    if not labelled:
        yield Triple(subject, _LABEL, Literal(node.key))
    for link in node.values("dkg:externalId"):
        if isinstance(link, Link):
            yield Triple(subject, NamedNode(expand("dkg:externalId")), NamedNode(link.iri))
