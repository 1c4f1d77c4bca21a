"""Asks a SPARQL 1.1 endpoint over HTTP (SPARQL 1.1 Protocol), behind the same seam as the own store.

For questions only: nothing is ever written. Every query passes the guard first; only http and https
addresses are opened, and none that carries a password. Results are read by their declared type, JSON
or XML, whatever was asked for; blank nodes become IRIs as in the embedded store.
"""

from __future__ import annotations

import http.client
import json
import urllib.error
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import pyoxigraph as ox
from SPARQLWrapper import JSON, POST, TURTLE, SPARQLExceptions, SPARQLWrapper

from diaspora_kg.errors import StoreNotReachable, UsageError
from diaspora_kg.sparql import Kind, guard, tokens
from diaspora_kg.store.base import SKOLEM, QueryRefused, Result, Solutions, Triples
from diaspora_kg.terms import IRI, XSD_STRING, Literal, Term

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


class RemoteStore:
    """A SPARQL endpoint that answers queries; ``timeout`` is in seconds."""

    def __init__(self, url: str, *, timeout: int = 60) -> None:
        """Raises :class:`UsageError` for what is no http or https address; opens nothing yet."""
        parts = urlsplit(url)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise UsageError(f"{url!r} is no endpoint: write an address that begins with http:// or https://")
        if parts.username is not None:
            raise UsageError("a password does not belong in the address of an endpoint.")
        self.url = url
        self.timeout = timeout

    def query(self, sparql: str) -> Result:
        """Ask the endpoint.

        Raises :class:`~diaspora_kg.sparql.Refused` before anything is sent, :class:`QueryRefused`
        when the endpoint does not understand the query, :class:`StoreNotReachable` when it does not
        answer or answers with something else.
        """
        makes_graph = guard(sparql) in {"CONSTRUCT", "DESCRIBE"}
        kind, body = self._send(sparql, TURTLE if makes_graph else JSON)
        try:
            return _triples(kind, body) if makes_graph else _table(kind, body)
        except (SyntaxError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise StoreNotReachable(
                f"{self.url} answered with something else than results: {error}"
            ) from error

    def _send(self, sparql: str, wanted: str) -> tuple[str, bytes]:
        client = SPARQLWrapper(self.url, returnFormat=wanted)
        client.setOnlyConneg(True)
        client.setMethod(POST)
        client.setTimeout(self.timeout)
        # Without comments: the client looks for the query's form and may stumble over a header.
        client.setQuery("".join(token.text for token in tokens(sparql) if token.kind is not Kind.COMMENT))
        try:
            answer = client.query().response
            with answer:
                return answer.headers.get_content_type(), answer.read()
        except SPARQLExceptions.QueryBadFormed as error:
            raise QueryRefused(str(error)) from error
        except (SPARQLExceptions.SPARQLWrapperException, urllib.error.HTTPError) as error:
            raise StoreNotReachable(f"{self.url} answered with an error: {_short(error)}") from error
        except (OSError, http.client.HTTPException) as error:
            raise StoreNotReachable(f"{self.url} does not answer: {_short(error)}") from error


def _short(error: Exception) -> str:
    return " ".join(str(error).split())[:200] or type(error).__name__


def _table(kind: str, body: bytes) -> Solutions | bool:
    form = _RESULTS.get(kind)
    if form is None:
        raise ValueError(f"its type is {kind}")
    if form == ox.QueryResultsFormat.JSON:
        return _from_json(json.loads(body))
    found = ox.parse_query_results(body, format=form)
    if isinstance(found, ox.QueryBoolean):
        return bool(found)
    names = tuple(variable.value for variable in found.variables)
    return Solutions(names, tuple(tuple(_ox(row[n]) for n in range(len(names))) for row in found))


def _from_json(body: Any) -> Solutions | bool:
    if "boolean" in body:
        return bool(body["boolean"])
    names = tuple(str(name) for name in body["head"]["vars"])
    return Solutions(
        names, tuple(tuple(_json(row.get(name)) for name in names) for row in body["results"]["bindings"])
    )


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
    return Literal(value, cell.get("datatype", XSD_STRING))


def _triples(kind: str, body: bytes) -> Triples:
    form = _GRAPHS.get(kind)
    if form is None:
        raise ValueError(f"its type is {kind}")
    rows = set()
    for triple in ox.parse(body, format=form):
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
        return Literal(term.value, term.datatype.value)
    raise ValueError("a term that SPARQL 1.1 does not know")
