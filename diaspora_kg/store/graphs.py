"""Whole graphs over HTTP: SPARQL 1.1 Graph Store HTTP Protocol, with graphs named in the address.

Connections are kept, since a copy of a large project is a request for each of its graphs. No redirect is
followed, so that a name and password never reach another server. What a server answers is bounded in bytes
and in the time that it takes.
"""

from __future__ import annotations

import re
import time
from collections.abc import Generator, Iterator
from contextlib import contextmanager

import httpx
import pyoxigraph as ox

from diaspora_kg.credentials import Credentials
from diaspora_kg.errors import AnsweredWrong, StoreNotReachable
from diaspora_kg.store.deadlock import deadlocked, tries
from diaspora_kg.store.wire import term_of
from diaspora_kg.terms import write

LARGEST = 512 << 20
"""The longest graph that is read, in bytes."""
_SAID = 1 << 16  # bytes of an answer that says why something was not done
_MARKUP = re.compile(r"<head\b.*?</head>|<[^>]*>", re.DOTALL | re.IGNORECASE)

_TRIPLES = "application/n-triples"
_TURTLE = "text/turtle"  # N-Triples are Turtle, and every server reads that


class GraphClient:
    """The graphs of a server at one address; ``timeout`` is in seconds."""

    def __init__(self, url: str, credentials: Credentials | None = None, *, timeout: int = 60) -> None:
        self.url = url
        self._timeout = timeout
        auth = _Asked(credentials) if credentials is not None and credentials.fits(url) else None
        self._client = httpx.Client(auth=auth, timeout=timeout, follow_redirects=False)

    def send(self, graph: str, body: bytes, *, replace: bool) -> None:
        """Give a graph these N-Triples, in place of what it has (PUT) or besides (POST).

        Where two that write stood in each other's way, and the server let go of this one, it is sent again.
        Raises :class:`StoreNotReachable` when the server does not take them.
        """
        self._write("PUT" if replace else "POST", graph, body)

    def delete(self, graph: str) -> None:
        """Take a graph away; one that is not there is fine. Sends again and raises as :meth:`send`."""
        self._write("DELETE", graph)

    def triples(self, graph: str) -> Iterator[tuple[str, str, str]]:
        """The triples of a graph, their terms as N-Triples; none if there is none. Raises as :meth:`send`."""
        with self._do("GET", graph) as answer:
            if answer.status_code == httpx.codes.NOT_FOUND:
                return
            if not answer.is_success:
                raise self._refused(answer, self._said(answer))
            body = self._body(answer, LARGEST)
        if len(body) > LARGEST:
            raise AnsweredWrong(f"{self.url} answered with a graph of more than {LARGEST >> 20} MiB.")
        try:
            for triple in ox.parse(body, format=ox.RdfFormat.N_TRIPLES):
                yield tuple(
                    write(term_of(term)) for term in (triple.subject, triple.predicate, triple.object)
                )  # type: ignore[misc]
        except (SyntaxError, ValueError) as error:
            raise StoreNotReachable(
                f"{self.url} answered with something else than a graph: {error}"
            ) from error

    def close(self) -> None:
        """Let go of the connections."""
        self._client.close()

    def _write(self, method: str, graph: str, body: bytes | None = None) -> None:
        for last in tries():
            with self._do(method, graph, body) as answer:
                gone = method == "DELETE" and answer.status_code == httpx.codes.NOT_FOUND
                if answer.is_success or gone:
                    return
                said = self._said(answer)
            if last or not deadlocked(said):
                raise self._refused(answer, said)

    @contextmanager
    def _do(self, method: str, graph: str, body: bytes | None = None) -> Iterator[httpx.Response]:
        headers = {"Accept": _TRIPLES if method == "GET" else "*/*"}
        if body is not None:
            headers["Content-Type"] = _TURTLE
        try:
            with self._client.stream(
                method, self.url, params={"graph": graph}, content=body, headers=headers
            ) as answer:
                yield answer
                self._body(answer, _SAID)  # a connection is used again when its answer was read
        except httpx.HTTPError as error:
            raise StoreNotReachable(
                f"{self.url} does not answer: {_short(str(error) or type(error).__name__)}"
            ) from error

    def _body(self, answer: httpx.Response, most: int) -> bytes:
        """The beginning of an answer, a little more than ``most`` bytes if there are more."""
        if answer.is_stream_consumed:
            return b""
        parts, size, last = [], 0, time.monotonic() + self._timeout
        for part in answer.iter_bytes(_SAID):
            parts.append(part)
            size += len(part)
            if size > most:
                break
            if time.monotonic() > last:
                raise StoreNotReachable(f"{self.url} did not end its answer in {self._timeout} seconds.")
        return b"".join(parts)

    def _said(self, answer: httpx.Response) -> str:
        return self._body(answer, _SAID).decode("utf-8", "replace")

    def _refused(self, answer: httpx.Response, why: str) -> StoreNotReachable:
        said = f"{self.url} answered with {answer.status_code}"
        if answer.status_code in {401, 403}:
            return StoreNotReachable(
                f"{said}: it wants a name and a password that may write. "
                "Set DKG_STORE_ORIGIN, DKG_STORE_USER and DKG_STORE_PASSWORD."
            )
        if answer.is_redirect:
            return StoreNotReachable(f"{said}: it leads to another address, which is not followed.")
        return StoreNotReachable(f"{said}: {_short(_words(answer, why))}")


class _Asked(httpx.Auth):
    """Name and password in the way that the server asks for (RFC 7617, RFC 7616), only when it asks."""

    def __init__(self, credentials: Credentials) -> None:
        self._given = credentials
        self._way: httpx.Auth | None = None

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        if self._way is None:
            answer = yield request
            if answer.status_code != httpx.codes.UNAUTHORIZED:
                return
            digest = "digest" in answer.headers.get("www-authenticate", "").lower()
            way = httpx.DigestAuth if digest else httpx.BasicAuth
            self._way = way(self._given.user, self._given.password)
        yield from self._way.auth_flow(request)


def _words(answer: httpx.Response, said: str) -> str:
    """What an error page says, without its markup."""
    page = answer.headers.get("content-type", "").startswith("text/html") or said.startswith("<!DOCTYPE HTML")
    return _MARKUP.sub(" ", said) if page else said


def _short(text: str) -> str:
    return " ".join(text.split())[:200]
