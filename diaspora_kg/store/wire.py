"""Results as they come over a line, read into the terms of this program.

Blank nodes become IRIs as in the embedded store.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, TypeVar

import pyoxigraph as ox

from diaspora_kg.store.base import SKOLEM, Solutions, Triples
from diaspora_kg.terms import IRI, XSD_BOOLEAN, XSD_STRING, Literal, Term

_GRAPHS = {
    "text/turtle": ox.RdfFormat.TURTLE,
    "application/x-turtle": ox.RdfFormat.TURTLE,
    "application/turtle": ox.RdfFormat.TURTLE,
    "application/n-triples": ox.RdfFormat.N_TRIPLES,
    "text/plain": ox.RdfFormat.N_TRIPLES,
    "application/rdf+xml": ox.RdfFormat.RDF_XML,
}
_RESULTS = {
    "application/sparql-results+json": ox.QueryResultsFormat.JSON,
    "application/json": ox.QueryResultsFormat.JSON,
    "application/sparql-results+xml": ox.QueryResultsFormat.XML,
    "application/xml": ox.QueryResultsFormat.XML,
    "text/xml": ox.QueryResultsFormat.XML,
}


MOST_ROWS = 2_000_000
"""The most rows, or triples, that are taken at once."""
_MOST_PARTS = 16_000_000
"""The most braces, brackets and commas of an answer in JSON, each of which may take a hundred bytes."""

_VIRTUOSO_ASKED = "__ASK_RETVAL"  # the column in which Virtuoso 7 answers an ASK: 1, or no row


class TooMuch(ValueError):
    """An answer that would fill the memory."""


def read_results(kind: str, body: bytes) -> Solutions | bool:
    """The answer of a SELECT or ASK in the media type ``kind``.

    Raises :class:`ValueError` and what comes of a body that is not what it says it is: ``SyntaxError``,
    ``KeyError``, ``TypeError``, ``AttributeError``.
    """
    form = _RESULTS.get(kind)
    if form is None:
        raise ValueError(f"its type is {kind}")
    if form == ox.QueryResultsFormat.JSON:
        if sum(map(body.count, (b"{", b"[", b","))) > _MOST_PARTS:
            raise TooMuch(f"more than {_MOST_PARTS:,} values")
        return _from_json(json.loads(body))
    found = ox.parse_query_results(body, format=form)
    if isinstance(found, ox.QueryBoolean):
        return bool(found)
    names = tuple(variable.value for variable in found.variables)
    width = range(len(names))
    return Solutions(names, tuple(tuple(_ox(row[n]) for n in width) for row in bounded(found)))


_T = TypeVar("_T")


def bounded(rows: Iterable[_T], most: int = MOST_ROWS) -> Iterator[_T]:
    """Rows up to a number; raises :class:`TooMuch` when there are more."""
    for number, row in enumerate(rows, 1):
        if number > most:
            raise TooMuch(f"more than {most:,} rows")
        yield row


def _from_json(body: Any) -> Solutions | bool:
    if "boolean" in body:
        return bool(body["boolean"])
    names = tuple(str(name) for name in body["head"]["vars"])
    if names == (_VIRTUOSO_ASKED,):
        return any(row[_VIRTUOSO_ASKED]["value"] == "1" for row in body["results"]["bindings"])
    return Solutions(
        names, tuple(tuple(_json(row.get(name)) for name in names) for row in body["results"]["bindings"])
    )


def results_json(found: Solutions | bool) -> bytes:
    """An answer as SPARQL 1.1 Query Results JSON."""
    if isinstance(found, bool):
        return json.dumps({"head": {}, "boolean": found}).encode()
    rows = [
        {name: _cell(term) for name, term in zip(found.variables, row, strict=True) if term is not None}
        for row in found.rows
    ]
    return json.dumps({"head": {"vars": found.variables}, "results": {"bindings": rows}}).encode()


def _cell(term: Term) -> dict[str, str]:
    if isinstance(term, IRI):
        return {"type": "uri", "value": term.value}
    if term.language:
        return {"type": "literal", "value": term.value, "xml:lang": term.language}
    kind = {} if term.datatype == XSD_STRING else {"datatype": term.datatype}
    return {"type": "literal", "value": term.value, **kind}


def _json(cell: Mapping[str, str] | None) -> Term | None:
    """A cell of SPARQL 1.1 Query Results JSON; ``typed-literal`` is Virtuoso's older form."""
    if cell is None:
        return None
    value = cell["value"]
    if cell["type"] == "uri":
        return IRI(value)
    if cell["type"] == "bnode":
        return IRI(SKOLEM + value)
    if cell["type"] not in {"literal", "typed-literal"}:
        raise ValueError(f"a cell of the type {cell['type']!r}")
    if language := cell.get("xml:lang"):
        return Literal(value, language=language.lower())
    return _literal(value, cell.get("datatype", XSD_STRING))


def _literal(value: str, datatype: str) -> Literal:
    """A literal; Virtuoso says 1 and 0 for true and false (XML Schema, section 3.2.2)."""
    if datatype == XSD_BOOLEAN:
        value = {"1": "true", "0": "false"}.get(value, value)
    return Literal(value, datatype)


def read_graph(kind: str, body: bytes) -> Triples:
    """The answer of a CONSTRUCT or DESCRIBE in the media type ``kind``; raises as :func:`read_results`."""
    form = _GRAPHS.get(kind)
    if form is None:
        raise ValueError(f"its type is {kind}")
    rows = set()
    for triple in bounded(ox.parse(body, format=form)):
        subject, prop, value = _ox(triple.subject), _ox(triple.predicate), _ox(triple.object)
        if not isinstance(subject, IRI) or not isinstance(prop, IRI) or value is None:
            raise ValueError("a triple that SPARQL 1.1 does not know")
        rows.add((subject, prop, value))
    return Triples(tuple(sorted(rows, key=lambda row: (row[0], row[1], repr(row[2])))))


def _ox(term: object) -> Term | None:
    if term is None:
        return None
    if isinstance(term, ox.NamedNode):
        return IRI(term.value)
    if isinstance(term, ox.BlankNode):
        return IRI(SKOLEM + term.value)
    if isinstance(term, ox.Literal):
        if term.language:
            return Literal(term.value, language=term.language.lower())
        return _literal(term.value, term.datatype.value)
    raise ValueError("a term that SPARQL 1.1 does not know")


def term_of(term: object) -> Term:
    """A term of a parser as ours; raises :class:`ValueError` for what SPARQL 1.1 does not know."""
    found = _ox(term)
    if found is None:
        raise ValueError("a term that SPARQL 1.1 does not know")
    return found
