"""Commands that ask: query, sparql, why."""

from __future__ import annotations

import sys
from pathlib import Path

import click
from rich.console import Console

from diaspora_kg.cli.opened import opened
from diaspora_kg.cli.options import with_endpoint, with_output, with_project
from diaspora_kg.cli.saved import query_group
from diaspora_kg.errors import UsageError
from diaspora_kg.project import Project
from diaspora_kg.queries.explained import as_json, as_text
from diaspora_kg.queries.results import FORMATS
from diaspora_kg.queries.results import as_text as result_as_text
from diaspora_kg.queries.table import folded
from diaspora_kg.queries.why import why
from diaspora_kg.sparql import guard
from diaspora_kg.store.base import QueryRefused


@click.command("sparql")
@click.argument("query")
@with_output(["table", *FORMATS], "table")
@with_endpoint
@with_project
def sparql_command(project: Project, query: str, form: str, endpoint: str | None) -> None:
    """Ask QUERY: SPARQL 1.1, the name of a file that holds it, or - for standard input.

    The default graph is the union of all named graphs. Updates and SERVICE are refused.
    """
    text = _text(query)
    guard(text)
    with opened(project, endpoint) as graph:
        try:
            found = graph.ask(text)
        except QueryRefused as error:
            raise UsageError(f"the query is not understood: {error}") from error
    room = Console().width if sys.stdout.isatty() else None
    if form == "table":
        click.echo(result_as_text(found, project.names, room))
    else:
        click.echo(FORMATS[form](found), nl=form == "json")


def _text(query: str) -> str:
    """The query itself: a word without white space or braces names a file."""
    if query == "-":
        return sys.stdin.read()
    if any(char in query for char in " \n{"):
        return query
    try:
        return Path(query).read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{query} is neither a query nor a file that can be read: {error}") from error


@click.command("why")
@click.argument("node")
@with_output(["text", "json"], "text")
@with_endpoint
@with_project
def why_command(project: Project, node: str, form: str, endpoint: str | None) -> None:
    """Say what NODE (a key or an IRI) rests on: claims, who says so, sentences, file and line."""
    with opened(project, endpoint) as graph:
        found = why(node, graph.lookup, graph.origins)
    room = Console().width if sys.stdout.isatty() else None
    click.echo(as_json(found) if form == "json" else "\n".join(folded(as_text(found), room)))


COMMANDS = (query_group, sparql_command, why_command)
