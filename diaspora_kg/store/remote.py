"""Asks a SPARQL 1.1 endpoint over HTTP (SPARQL 1.1 Protocol), behind the same seam as the own store.

For questions only: nothing is ever written. Every query passes the guard first; only http and https
addresses are opened, and none that carries a password. Results are read by their declared type, JSON
or XML, whatever was asked for; blank nodes become IRIs as in the embedded store.
"""

from __future__ import annotations

import http.client
import urllib.error
from urllib.parse import urlsplit

from SPARQLWrapper import JSON, POST, TURTLE, SPARQLExceptions, SPARQLWrapper

from diaspora_kg.errors import StoreNotReachable, UsageError
from diaspora_kg.sparql import Kind, guard, tokens
from diaspora_kg.store.base import QueryRefused, Result
from diaspora_kg.store.wire import read_graph, read_results


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
            return read_graph(kind, body) if makes_graph else read_results(kind, body)
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
