"""Triples as text in the formats of RDF, without named graphs and without blank nodes."""

from __future__ import annotations

import re
from collections.abc import Iterable
from enum import StrEnum

import pyoxigraph as ox

from diaspora_kg.names import PREFIXES
from diaspora_kg.terms import IRI, Literal, Term

# XML 1.0, section 2.2: what no XML document can hold, not even as a character reference.
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class Syntax(StrEnum):
    """A format of RDF, by the ending of its files."""

    TURTLE = "ttl"
    JSON_LD = "jsonld"
    N_TRIPLES = "nt"
    RDF_XML = "rdf"

    @property
    def media(self) -> str:
        """Its media type."""
        return _MEDIA[self]

    @property
    def words(self) -> str:
        """Its name for readers."""
        return _WORDS[self]


_MEDIA = {
    Syntax.TURTLE: "text/turtle",
    Syntax.JSON_LD: "application/ld+json",
    Syntax.N_TRIPLES: "application/n-triples",
    Syntax.RDF_XML: "application/rdf+xml",
}
_WORDS = {
    Syntax.TURTLE: "Turtle",
    Syntax.JSON_LD: "JSON-LD",
    Syntax.N_TRIPLES: "N-Triples",
    Syntax.RDF_XML: "RDF/XML",
}
_FORMATS = {
    Syntax.TURTLE: ox.RdfFormat.TURTLE,
    Syntax.JSON_LD: ox.RdfFormat.JSON_LD,
    Syntax.N_TRIPLES: ox.RdfFormat.N_TRIPLES,
    Syntax.RDF_XML: ox.RdfFormat.RDF_XML,
}


class NotWritable(ValueError):
    """A format that has no way to write one of the characters."""


def write_triples(rows: Iterable[tuple[IRI, IRI, Term]], syntax: Syntax) -> bytes:
    """The triples in that format; raises :class:`NotWritable` for control characters in RDF/XML."""
    triples = [ox.Triple(ox.NamedNode(s.value), ox.NamedNode(p.value), _object(o)) for s, p, o in rows]
    if syntax is Syntax.RDF_XML and any(_NOT_XML.search(t.object.value) for t in triples if _is_text(t)):
        raise NotWritable("A text here holds a control character, which RDF/XML cannot carry. Take Turtle.")
    used = {name: iri for name, iri in PREFIXES.items() if any(_names(t, iri) for t in triples)}
    written = ox.serialize(triples, format=_FORMATS[syntax], prefixes=used)
    return written or b""


def _object(term: Term) -> ox.NamedNode | ox.Literal:
    if isinstance(term, IRI):
        return ox.NamedNode(term.value)
    if term.language:
        return ox.Literal(term.value, language=term.language)
    return ox.Literal(term.value, datatype=ox.NamedNode(term.datatype))


def _is_text(triple: ox.Triple) -> bool:
    return isinstance(triple.object, ox.Literal)


def _names(triple: ox.Triple, namespace: str) -> bool:
    terms = (triple.predicate, triple.object)
    if any(isinstance(t, ox.NamedNode) and t.value.startswith(namespace) for t in terms):
        return True
    return isinstance(triple.object, ox.Literal) and triple.object.datatype.value.startswith(namespace)
