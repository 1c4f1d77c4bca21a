"""Reads a request of the SPARQL 1.1 Protocol, query side (section 2.1 of that Recommendation).

A query comes by GET, by POST of a form, or as the body of a POST. Its dataset may come with it, in
the URL or in the form. Everything is decoded exactly once, as UTF-8, and what is not UTF-8 is refused.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import unquote_to_bytes

from starlette.requests import Request

from diaspora_kg.endpoint.errors import Problem
from diaspora_kg.endpoint.negotiation import GRAPHS, SOLUTIONS, content_type
from diaspora_kg.endpoint.settings import Limits
from diaspora_kg.terms import is_iri

FORM = "application/x-www-form-urlencoded"
QUERY = "application/sparql-query"
UPDATE = "application/sparql-update"
METHODS = ("GET", "HEAD", "POST", "OPTIONS")

_NO_UPDATE = "updates are refused: a graph is changed by dkg build, never over HTTP."
_FIELDS = 10_000  # parameters of one request
_BODY_SECONDS = 30.0
_UTF8 = frozenset({"utf-8", "utf8", "us-ascii"})

Fields = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Operation:
    """One query operation. The graphs are ``None`` when the request names no dataset, and both lists else.

    ``form`` is what ``?format=`` says, ``None`` without it.
    """

    query: str
    default_graphs: tuple[str, ...] | None = None
    named_graphs: tuple[str, ...] | None = None
    form: str | None = None


async def read(request: Request, limits: Limits) -> Operation | None:
    """The operation that is asked for; ``None`` for a GET that asks for none.

    Raises :class:`Problem`, and starlette's ``ClientDisconnect`` when the client leaves half-way.
    """
    url = _in_url(request, limits)
    if request.method == "POST":
        return await _posted(request, url, limits)
    if not any(name in {"query", "update", "default-graph-uri", "named-graph-uri"} for name, _ in url):
        return None
    return _operation(url, _one_query(url), limits, too_long=414)


async def body(request: Request, most: int) -> bytes:
    """A request's body; raises :class:`Problem`: 413 as soon as it is longer than ``most``, 408 if slow."""
    announced = request.headers.get("content-length", "0")
    if announced.isdecimal() and int(announced[:18]) > most:
        raise _too_long(most)
    parts, length = [], 0
    try:
        async with asyncio.timeout(_BODY_SECONDS):
            async for part in request.stream():
                parts.append(part)
                length += len(part)
                if length > most:
                    raise _too_long(most)
    except TimeoutError as error:
        sentence = f"the body of the request did not arrive within {_BODY_SECONDS:g} seconds."
        raise Problem(408, sentence, {"Connection": "close"}) from error
    return b"".join(parts)


def decoded(raw: bytes, where: str) -> Fields:
    """The fields of a form or of the part of a URL after the question mark, decoded once.

    Raises :class:`Problem`.

    >>> decoded(b"query=a%20%2520+b", "the URL")
    [('query', 'a %20 b')]
    """
    if raw.count(b"&") >= _FIELDS:
        raise Problem(400, f"{where} has more than {_FIELDS} parameters.")
    found = []
    for part in raw.split(b"&"):
        name, _, value = part.partition(b"=")
        if part:
            found.append((_text(name, "the name of a parameter"), _text(value, _called(name))))
    return found


async def _posted(request: Request, url: Fields, limits: Limits) -> Operation:
    header = request.headers.get("content-type", "")
    media, parameters = content_type(header)
    if media == UPDATE:
        raise Problem(403, _NO_UPDATE)
    if media not in {FORM, QUERY}:
        stated = f"{media or header!a} is no media type of a query" if header else "no Content-Type is stated"
        sentence = f"{stated}. Send {QUERY} with the query as the body, or {FORM} with the field query."
        raise Problem(415, sentence, {"Accept": f"{QUERY}, {FORM}"})
    if parameters.get("charset", "utf-8") not in _UTF8:
        raise Problem(415, f"the charset {parameters['charset']!a} is not known here. Send UTF-8.")
    if request.headers.get("content-encoding", "identity").lower() != "identity":
        raise Problem(415, "compressed requests are not read. Send the query as it is.")
    if media == QUERY:
        direct = await body(request, limits.query_bytes)
        if any(name in {"query", "update"} for name, _ in url):
            raise Problem(400, "the query is given twice: in the URL and as the body.")
        return _operation(url, _utf8(direct, "the query"), limits, too_long=413)
    form = decoded(await body(request, _most(limits)), "the form")
    fields = [*url, *form]
    return _operation(fields, _one_query(fields), limits, too_long=413)


def _in_url(request: Request, limits: Limits) -> Fields:
    raw: bytes = request.scope.get("query_string", b"")
    if len(raw) > _most(limits):
        raise Problem(414, f"the URL is longer than {_most(limits)} bytes. Send the query by POST.")
    return decoded(raw, "the URL")


def _one_query(fields: Fields) -> str:
    """The one query of a request; raises :class:`Problem` for none, for two and for an update."""
    queries = [value for name, value in fields if name == "query"]
    if any(name == "update" for name, _ in fields):
        raise Problem(403, _NO_UPDATE)
    if len(queries) > 1:
        raise Problem(400, f"the parameter query is given {len(queries)} times; one request is one query.")
    if not queries:
        raise Problem(400, "the parameter query is missing.")
    return queries[0]


def _operation(fields: Fields, query: str, limits: Limits, too_long: int) -> Operation:
    if not query.strip():
        raise Problem(400, "the query is empty.")
    if len(query.encode()) > limits.query_bytes:
        raise Problem(too_long, f"the query is longer than {limits.query_bytes} bytes.")
    default = _graphs(fields, "default-graph-uri")
    named = _graphs(fields, "named-graph-uri")
    given = bool(default or named)
    return Operation(query, default if given else None, named if given else None, wanted(fields))


def wanted(fields: Sequence[tuple[str, str]]) -> str | None:
    """What ``?format=`` asks for; raises :class:`Problem` when it asks for two things.

    SPARQLWrapper gives a form by its name and by its media types at once: then the name counts.
    """
    forms = {value for name, value in fields if name == "format" and value}
    names = [form for form in forms if "/" not in form]
    if len(forms) > 1 and (len(names) != 1 or not all(_same(names[0], form) for form in forms - {*names})):
        raise Problem(400, "the parameter format is given more than once, with different values.")
    return next(iter(names or forms), None)


def _same(name: str, types: str) -> bool:
    """Whether one of these media types, listed with commas, is what a short name means."""
    listed = {one.strip() for one in types.split(",")}
    return any(name in media.names and media.type in listed for media in (*SOLUTIONS, *GRAPHS))


def _graphs(fields: Fields, parameter: str) -> tuple[str, ...]:
    graphs = [value for name, value in fields if name == parameter]
    if wrong := next((value for value in graphs if not is_iri(value)), None):
        raise Problem(400, f"{parameter}: {_shown(wrong)} is not an absolute IRI.")
    if "" in graphs:
        raise Problem(400, f"{parameter} is empty: it must be an absolute IRI.")
    return tuple(dict.fromkeys(graphs))


def _text(raw: bytes, what: str) -> str:
    return _utf8(unquote_to_bytes(raw.replace(b"+", b" ")), what)


def _utf8(raw: bytes, what: str) -> str:
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Problem(400, f"{what} is not UTF-8 (byte {error.start + 1}).") from error


def _called(name: bytes) -> str:
    return f"the parameter {_shown(name.decode('ascii', 'replace'))}"


def _shown(value: str) -> str:
    """A value of a request as a message may carry it: short, and of printable characters only."""
    return ascii(value if len(value) <= 80 else value[:80] + "...")


def _most(limits: Limits) -> int:
    """The longest form or URL: every byte of a query may be written as three, and a dataset has room too."""
    return 3 * limits.query_bytes + (64 << 10)


def _too_long(most: int) -> Problem:
    sentence = f"the body of the request is longer than {most} bytes."
    return Problem(413, sentence, {"Connection": "close"})
