"""The application itself, called as a server calls it: pages for browsers, and faults."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import cast

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message

from diaspora_kg.endpoint.app import _handlers
from diaspora_kg.endpoint.context import Context
from diaspora_kg.endpoint.errors import Problem
from diaspora_kg.endpoint.manners import Gzip, Manners
from diaspora_kg.endpoint.service import routes
from diaspora_kg.endpoint.settings import Settings

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


def call(app: ASGIApp, path: str, query: str = "", accept: str = "*/*") -> list[Message]:
    """What an application sends for a GET; a fault that it raises after its answer is let go."""
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": b""}

    async def send(message: Message) -> None:
        sent.append(message)

    scope = {
        "type": "http",
        "method": "GET",
        "path": path,
        "query_string": query.encode(),
        "headers": [(b"accept", accept.encode()), (b"host", b"localhost")],
        "http_version": "1.1",
    }
    try:
        asyncio.run(app(scope, receive, send))  # type: ignore[arg-type]
    except ZeroDivisionError:
        assert sent
    return sent


def body(sent: list[Message]) -> str:
    return b"".join(message.get("body", b"") for message in sent).decode()


def headers(sent: list[Message]) -> dict[str, str]:
    return {name.decode(): value.decode() for name, value in sent[0]["headers"]}


def with_page() -> ASGIApp:
    """The endpoint with a page for browsers; nothing here gets as far as the pool."""
    context = cast(Context, SimpleNamespace(settings=Settings()))

    def page(_: Request, query: str) -> Response:
        return HTMLResponse(f"<title>[{query}]</title>")

    return Starlette(routes=routes(context, page), middleware=[Middleware(Manners, public=True)])


@pytest.mark.parametrize("path", ["/sparql", "/sparql/", "/query"])
def test_a_browser_gets_the_page(path: str) -> None:
    sent = call(with_page(), path, accept=BROWSER)
    assert body(sent) == "<title>[]</title>"
    assert headers(sent)["content-security-policy"].startswith("default-src 'none'; style-src 'self'")


def test_a_browser_that_follows_a_link_gets_the_page_with_the_query() -> None:
    assert body(call(with_page(), "/sparql", "query=ASK+%7B%7D", BROWSER)) == "<title>[ASK {}]</title>"


@pytest.mark.parametrize(
    ("query", "accept"),
    [
        ("query=ASK+%7B%7D&format=csv", BROWSER),
        ("query=ASK+%7B%7D", "*/*"),
        ("query=ASK+%7B%7D", "application/sparql-results+json, text/html;q=0.9"),
    ],
)
def test_who_asks_for_data_gets_no_page(query: str, accept: str) -> None:
    with pytest.raises(AttributeError, match="pool"):  # it goes on to the pool, which is not here
        call(with_page(), "/sparql", query, accept)


@pytest.mark.parametrize("accept", ["*/*", "application/json"])
def test_a_fault_is_told_without_what_it_was(accept: str) -> None:
    def fault(_: Request) -> Response:
        raise ZeroDivisionError("a secret place: /home/somebody/x.py")

    app = Starlette(
        routes=[Route("/fault", fault)],
        middleware=[Middleware(Manners, public=True), Middleware(Gzip)],
        exception_handlers=_handlers(None),
    )
    sent = call(app, "/fault", accept=accept)
    assert sent[0]["status"] == 500
    assert "secret" not in body(sent)
    assert "Traceback" not in body(sent)
    assert headers(sent)["x-content-type-options"] == "nosniff"


def test_a_problem_may_have_a_page_of_its_own() -> None:
    def refused(_: Request) -> Response:
        raise Problem(418, "this is <b>no</b> teapot.")

    def page(_: Request, problem: Problem) -> Response:
        return HTMLResponse("a page", problem.status)

    app = Starlette(routes=[Route("/x", refused)], exception_handlers=_handlers(page))
    assert body(call(app, "/x", accept=BROWSER)) == "a page"
    plain = call(app, "/x")
    assert body(plain) == "this is <b>no</b> teapot.\n"
    assert headers(plain)["content-type"] == "text/plain; charset=utf-8"
