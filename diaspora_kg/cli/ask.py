"""Commands that ask the graph: sparql, why."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import click
from rich.console import Console

from diaspora_kg.cli.options import examples, tell_notice, with_endpoint, with_output, with_project
from diaspora_kg.errors import UsageError
from diaspora_kg.names import PREFIXES
from diaspora_kg.project import Project
from diaspora_kg.queries.explained import as_json, as_text
from diaspora_kg.queries.opened import opened
from diaspora_kg.queries.results import FORMATS
from diaspora_kg.queries.results import as_text as result_as_text
from diaspora_kg.queries.table import folded
from diaspora_kg.queries.why import why
from diaspora_kg.sparql import guard
from diaspora_kg.store.base import QueryRefused

_LONG = 200  # characters of the engine's own words
_QUOTED = re.compile(r"""<[^<>\s]*>|"[^"]*"|'[^']*'|#.*""")
_PREFIXED = re.compile(r"(?<![\w:?$])([A-Za-z][\w-]*):(?=\w)")
_SELECT = "SELECT ?c ?says WHERE { ?c a dkg:Claim ; dkg:gloss ?says } LIMIT 5"


@click.command(
    "sparql",
    short_help="Ask a SPARQL query.",
    epilog=examples(
        f"dkg sparql 'PREFIX dkg: <{PREFIXES['dkg']}>",
        f"              {_SELECT}'",
        "dkg sparql question.rq --output csv",
    ),
)
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
        tell_notice(graph)
        try:
            found = graph.ask(text)
        except QueryRefused as error:
            raise UsageError(_refused(text, str(error))) from error
    room = Console().width if sys.stdout.isatty() else None
    if form == "table":
        click.echo(result_as_text(found, project.names, room))
    else:
        click.echo(FORMATS[form](found), nl=form == "json")


def _refused(query: str, said: str) -> str:
    """Why a query is not understood; a prefix without its line is what most often goes wrong."""
    bare = _QUOTED.sub(" ", query)
    used = dict.fromkeys(_PREFIXED.findall(bare))
    missing = [name for name in used if not re.search(rf"(?i)\bPREFIX\s+{re.escape(name)}:", bare)]
    lines = [f"PREFIX {name}: <{PREFIXES[name]}>" for name in missing if name in PREFIXES]
    if lines:
        return "the query uses a prefix without saying what it stands for. Write first: " + " ".join(lines)
    return f"the query is not understood: {said if len(said) < _LONG else said[:_LONG] + ' …'}"


def _text(query: str) -> str:
    """The query itself: a word without white space or braces names a file."""
    if query == "-":
        return sys.stdin.read()
    if any(char in query for char in " \n{"):
        return query
    try:
        return Path(query).read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        why_not = (error.strerror or str(error)) if isinstance(error, OSError) else "it is not UTF-8"
        message = f"{query} is neither a query nor a file that can be read: {why_not}."
        raise UsageError(message) from error


@click.command(
    "why",
    short_help="Say what a node rests on.",
    epilog=examples("dkg why court-ruling.dissolution", "dkg why union-of-tarvians --output json"),
)
@click.argument("node")
@click.option(
    "--limit",
    type=click.IntRange(0),
    default=100,
    show_default=True,
    help="At most so many claims of each sort, with their true number; 0: all.",
)
@with_output(["text", "json"], "text")
@with_endpoint
@with_project
def why_command(project: Project, node: str, limit: int, form: str, endpoint: str | None) -> None:
    """Say what NODE rests on: claims, who says so, how, in which words, file and line.

    NODE is a key or an IRI. A key of the register stands alone (union-of-tarvians); one that an article
    declares follows the article's key and a dot (court-ruling.dissolution).
    """
    with opened(project, endpoint) as graph:
        tell_notice(graph)
        found = why(node, graph.lookup, graph.origins, limit or None)
    room = Console().width if sys.stdout.isatty() else None
    click.echo(as_json(found) if form == "json" else "\n".join(folded(as_text(found), room)))


COMMANDS = (sparql_command, why_command)
