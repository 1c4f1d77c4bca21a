"""Triples as text in the formats of RDF, without named graphs and without blank nodes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum

import pyoxigraph as ox

from diaspora_kg.names import PREFIXES
from diaspora_kg.terms import IRI, Term

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


def write_triples(
    rows: Iterable[tuple[IRI, IRI, Term]], syntax: Syntax, prefixes: Mapping[str, str] | None = None
) -> bytes:
    """The triples in that format, with further prefixes besides our own.

    Raises :class:`NotWritable` for control characters in RDF/XML.
    """
    rows = list(rows)
    if syntax is Syntax.RDF_XML and any(_NOT_XML.search(value.value) for _, _, value in rows):
        raise NotWritable("A text here holds a control character, which RDF/XML cannot carry. Take Turtle.")
    triples = [ox.Triple(ox.NamedNode(s.value), ox.NamedNode(p.value), _object(o)) for s, p, o in rows]
    named = {iri for row in rows for iri in _iris(row)}
    used = {
        name: iri
        for name, iri in {**PREFIXES, **(prefixes or {})}.items()
        if any(one.startswith(iri) for one in named)
    }
    written = ox.serialize(triples, format=_FORMATS[syntax], prefixes=used)
    return written or b""


def _object(term: Term) -> ox.NamedNode | ox.Literal:
    if isinstance(term, IRI):
        return ox.NamedNode(term.value)
    if term.language:
        return ox.Literal(term.value, language=term.language)
    return ox.Literal(term.value, datatype=ox.NamedNode(term.datatype))


def _iris(row: tuple[IRI, IRI, Term]) -> Iterator[str]:
    _, prop, value = row
    yield prop.value
    yield value.value if isinstance(value, IRI) else value.datatype
