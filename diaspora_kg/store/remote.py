"""Asks a SPARQL 1.1 endpoint over HTTP (SPARQL 1.1 Protocol), behind the same seam as the own store.

Every query passes the guard first; only http and https addresses are opened, and none that carries a
password. Results are read by their declared type, JSON or XML, whatever was asked for; blank nodes become
IRIs as in the embedded store. Updates are those of :class:`~diaspora_kg.store.server.ServerStore` alone.
"""

from __future__ import annotations

import http.client
import io
import time
import urllib.error
import urllib.request
from collections.abc import Sequence
from urllib.parse import urljoin

from SPARQLWrapper import JSON, POST, TURTLE, SPARQLExceptions, SPARQLWrapper

from diaspora_kg.credentials import Credentials, origin
from diaspora_kg.errors import AnsweredWrong, StoreNotReachable
from diaspora_kg.sparql import Kind, guard, names_dataset, tokens
from diaspora_kg.sparql.portable import outside_graph
from diaspora_kg.store.base import QueryRefused, Result
from diaspora_kg.store.deadlock import deadlocked, tries
from diaspora_kg.store.places import Layout
from diaspora_kg.store.wire import TooMuch, read_graph, read_results

_NO_GRAPH = "urn:dkg:no-graph"

LARGEST = 256 << 20
"""The longest answer that is read, in bytes."""
_PART = 1 << 16
_REASON = 1 << 14  # bytes of an answer that says why there is none
_LESS = "Ask for less: a LIMIT, say."
_PARTIAL = ("X-SQL-State", "X-SPARQL-MaxRows")
"""What Virtuoso says of an answer that lacks rows: its time was over, or there are more than it gives."""


class AnsweredTooMuch(AnsweredWrong):
    """An answer that is longer than is read; to ask for less may help."""


class RemoteStore:
    """A SPARQL endpoint; ``timeout`` is in seconds."""

    def __init__(self, url: str, *, credentials: Credentials | None = None, timeout: int = 60) -> None:
        """Raises :class:`UsageError` for what is no http or https address; opens nothing yet."""
        origin(url)
        self.url = url
        self.timeout = timeout
        if credentials is not None and credentials.fits(url):
            _PASSWORDS.add_password(None, credentials.origin, credentials.user, credentials.password)

    def query(
        self,
        sparql: str,
        *,
        union: bool = True,
        layout: Layout | None = None,
        default: Sequence[str] | None = None,
        named: Sequence[str] | None = None,
    ) -> Result:
        """Ask the endpoint.

        What its default graph is, is its own affair, unless its ``layout`` is known: then it is the union
        of all graphs or, without ``union``, empty. ``default`` and ``named`` are the graphs of a dataset
        that whoever asks has given (SPARQL 1.1 Protocol, section 2.1.4).

        Raises :class:`~diaspora_kg.sparql.Refused` before anything is sent, :class:`QueryRefused`
        when the endpoint does not understand the query, :class:`StoreNotReachable` when it does not
        answer or answers with something else.
        """
        makes_graph = guard(sparql) in {"CONSTRUCT", "DESCRIBE"}
        client = self._client(sparql, TURTLE if makes_graph else JSON)
        if default is not None or named is not None:
            for name, graphs in (("default-graph-uri", default), ("named-graph-uri", named)):
                for graph in graphs or ():
                    client.addParameter(name, graph)
        elif layout is not None and not names_dataset(sparql):
            if layout is Layout.OXIGRAPH and union:
                client.addParameter("union-default-graph", "")
            # Virtuoso finds nothing in GRAPH <…> where a default graph is named.
            if layout in _UNITED and not union and any(True for _ in outside_graph(sparql)):
                client.addParameter("default-graph-uri", _NO_GRAPH)
        kind, body = self._send(client)
        try:
            return read_graph(kind, body) if makes_graph else read_results(kind, body)
        except TooMuch as error:
            raise AnsweredTooMuch(f"{self.url} answered with {error}. {_LESS}") from error
        except (SyntaxError, ValueError, KeyError, TypeError, AttributeError, IndexError) as error:
            raise AnsweredWrong(f"{self.url} answered with something else than results: {error}") from error
        except RecursionError as error:
            raise AnsweredWrong(f"{self.url} answered with something else than results.") from error

    def update(self, sparql: str) -> None:
        """Run an update that this program wrote, and that may be run twice.

        It is, where the server let go of it. Raises :class:`StoreNotReachable` where it is not taken.
        """
        for last in tries():
            try:
                self._send(self._client(sparql, None))
            except QueryRefused as error:
                raise AnsweredWrong(f"{self.url} does not take an update: {_short(error)}") from error
            except AnsweredWrong as error:
                if last or not deadlocked(str(error.__cause__)):
                    raise
            else:
                return

    def _client(self, sparql: str, wanted: str | None) -> SPARQLWrapper:
        client = SPARQLWrapper(self.url, returnFormat=wanted or JSON)
        client.setOnlyConneg(True)
        client.setMethod(POST)
        client.setTimeout(self.timeout)
        if wanted is None:
            client.setQuery(sparql)
        else:
            # Without comments: the client looks for the query's form and may stumble over a header.
            client.setQuery("".join(token.text for token in tokens(sparql) if token.kind is not Kind.COMMENT))
        return client

    def _send(self, client: SPARQLWrapper) -> tuple[str, bytes]:
        urllib.request.install_opener(_OPENER)
        try:
            answer = client.query().response
            with answer:
                if any(name in answer.headers for name in _PARTIAL):
                    raise AnsweredTooMuch(
                        f"{self.url} gave only a part of the answer: its own limit of time or rows was met. "
                        "Ask for less, or raise that limit."
                    )
                return answer.headers.get_content_type(), self._body(answer)
        except SPARQLExceptions.QueryBadFormed as error:
            raise QueryRefused(str(error)) from error
        except SPARQLExceptions.Unauthorized as error:
            raise StoreNotReachable(
                f"{self.url} wants a name and a password. "
                "Set DKG_STORE_ORIGIN, DKG_STORE_USER and DKG_STORE_PASSWORD."
            ) from error
        except (SPARQLExceptions.SPARQLWrapperException, urllib.error.HTTPError) as error:
            raise AnsweredWrong(f"{self.url} answered with an error: {_short(error)}") from error
        except (OSError, http.client.HTTPException) as error:
            raise StoreNotReachable(f"{self.url} does not answer: {_short(error)}") from error

    def _body(self, answer: http.client.HTTPResponse) -> bytes:
        """All of an answer, within the bounds; raises :class:`StoreNotReachable` for what goes beyond."""
        parts, size, last = [], 0, time.monotonic() + self.timeout
        while part := answer.read1(_PART):
            parts.append(part)
            size += len(part)
            if size > LARGEST:
                raise AnsweredTooMuch(f"{self.url} answered with more than {LARGEST >> 20} MiB. {_LESS}")
            if time.monotonic() > last:
                raise StoreNotReachable(f"{self.url} did not end its answer in {self.timeout} seconds.")
        if answer.length:
            raise http.client.IncompleteRead(b"", answer.length)
        return b"".join(parts)


_UNITED = frozenset({Layout.VIRTUOSO, Layout.GRAPHDB})
"""Servers whose default graph is the union of all, unless another is named."""


class _Stays(urllib.request.HTTPRedirectHandler):
    """Follows a redirect only within the same origin: nothing that was said reaches another server."""

    def redirect_request(self, req, fp, code, msg, headers, newurl):  # type: ignore[no-untyped-def]
        there = urljoin(req.full_url, newurl)
        if origin(there) != origin(req.full_url):
            raise urllib.error.HTTPError(
                req.full_url, code, "it leads to another server, which is not followed", headers, fp
            )
        return super().redirect_request(req, fp, code, msg, headers, newurl)


class _Bounded(urllib.request.HTTPDefaultErrorHandler):
    """Reads the beginning of an answer that says why there is none: SPARQLWrapper would read it all."""

    def http_error_default(self, req, fp, code, msg, hdrs):  # type: ignore[no-untyped-def]
        with fp:
            said = io.BytesIO(fp.read1(_REASON))
        raise urllib.error.HTTPError(req.full_url, code, msg, hdrs, said)


# SPARQLWrapper asks through the opener of the process, and its own way of signing in replaces that.
_PASSWORDS = urllib.request.HTTPPasswordMgrWithDefaultRealm()
_OPENER = urllib.request.build_opener(
    _Stays(),
    _Bounded(),
    urllib.request.HTTPBasicAuthHandler(_PASSWORDS),
    urllib.request.HTTPDigestAuthHandler(_PASSWORDS),
)


def _short(error: Exception) -> str:
    return " ".join(str(error).split())[:200] or type(error).__name__
