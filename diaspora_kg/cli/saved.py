"""`dkg query`: saved queries listed, shown, run, tested and begun."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

import click
from rich.console import Console

from diaspora_kg.cli.group import Ordered
from diaspora_kg.cli.opened import opened
from diaspora_kg.cli.options import examples, with_endpoint, with_output, with_project
from diaspora_kg.errors import Finding, Severity, UsageError
from diaspora_kg.project import Project
from diaspora_kg.queries import expected
from diaspora_kg.queries.answer import Answer, run
from diaspora_kg.queries.catalog import Catalog, SavedQuery
from diaspora_kg.queries.evidence import Evidence, evidence_of
from diaspora_kg.queries.files import FORMATS
from diaspora_kg.queries.table import as_table
from diaspora_kg.reports import as_text
from diaspora_kg.visible import visible

_NEW = """\
#+ summary: Which claims are about a node
#+ description: What the answer means, and what a row is. Change the summary and this text first.
#+ parameters:
#+   node: The node that is asked about, by its key.

PREFIX dkg: <https://w3id.org/diaspora-kg/ns#>

SELECT ?claim ?modality ?article
WHERE {
  GRAPH ?said {
    ?claim dkg:about ?_node_iri ;
      dkg:modality ?modality ;
      dkg:reportedIn ?article .
  }
}
"""


@click.group(
    "query",
    cls=Ordered,
    short_help="Ask saved questions.",
    epilog=examples(
        "dkg query list",
        "dkg query run legal-history --param organization=union-of-tarvians --evidence",
    ),
)
def query_group() -> None:
    """Saved questions: one question, one .rq file. Your own lie in the project's folder queries/."""


def _complete(ctx: click.Context, _parameter: click.Parameter, incomplete: str) -> list[str]:
    """The names that a query's name may be completed to."""
    try:
        catalog = _catalog(Project.load(Path(ctx.params.get("folder") or ".")))
    except UsageError:
        return []
    return [name for name in catalog.queries if name.startswith(incomplete)]


def with_name(command: Callable[..., object]) -> Callable[..., object]:
    """The argument NAME, completed from the catalog."""
    return click.argument("name", shell_complete=_complete)(command)


def _catalog(project: Project) -> Catalog:
    return Catalog.load(project.folders("queries"))


@query_group.command("list", epilog=examples("dkg query list", "dkg query list --output json"))
@with_output(["table", "json"], "table")
@with_project
def list_command(project: Project, form: str) -> None:
    """What can be asked, with the parameters that a question needs."""
    catalog = _catalog(project)
    if catalog.findings:
        click.echo(as_text(catalog.findings), err=True)
    if form == "json":
        described = [_described(query) for query in catalog.queries.values()]
        click.echo(json.dumps(described, ensure_ascii=False, indent=2))
    else:
        _list(catalog)
    sys.exit(_verdict(catalog.findings))


def _list(catalog: Catalog) -> None:
    size = max(map(len, catalog.queries), default=0)
    for query in catalog.queries.values():
        required = [f"{p.name}=…" for p in query.parameters if not p.optional and p.default is None]
        note = f"  (--param {' --param '.join(required)})" if required else ""
        click.echo(visible(f"{query.name.ljust(size)}  {query.summary}{note}"))


def _verdict(findings: Iterable[Finding]) -> int:
    """1 when a query has a violation, which keeps it from being asked."""
    return int(any(finding.severity is Severity.VIOLATION for finding in findings))


def _described(query: SavedQuery) -> dict[str, object]:
    return {
        "name": query.name,
        "summary": query.summary,
        "description": query.header.description,
        "parameters": [
            {
                "name": parameter.name,
                "type": parameter.type,
                "optional": parameter.optional,
                "meaning": parameter.meaning,
                "default": parameter.default,
            }
            for parameter in query.parameters
        ],
    }


@query_group.command("show")
@with_name
@with_project
def show_command(project: Project, name: str) -> None:
    """The text of a query, with its header."""
    query = _catalog(project).get(name)
    click.echo("\n".join(visible(line) for line in query.text.splitlines()))


@query_group.command(
    "run",
    epilog=examples(
        "dkg query run commitments",
        "dkg query run evaluations --param target=court-ruling.dissolution --evidence",
        "dkg query run words --output csv > words.csv",
    ),
)
@with_name
@click.option(
    "--param",
    "given",
    multiple=True,
    metavar="K=V",
    help="A parameter, such as organization=KEY; may be repeated.",
)
@click.option("--evidence", is_flag=True, help="With each row, the words that it rests on.")
@click.option("--limit", type=click.IntRange(0), help="At most so many rows; a cut answer says so.")
@with_output(["table", *FORMATS], "table")
@with_endpoint
@with_project
def run_command(
    project: Project,
    name: str,
    given: tuple[str, ...],
    evidence: bool,
    limit: int | None,
    form: str,
    endpoint: str | None,
) -> None:
    """Ask a saved query.

    A node is given by its key: of the register alone (union-of-tarvians), of an article after the
    article's key and a dot (court-ruling.dissolution). `dkg query list` shows the parameters needed.
    """
    query = _catalog(project).get(name)
    with opened(project, endpoint) as graph:
        answer = run(query, _parameters(given), graph.lookup, limit=limit)
        claims = {claim for row in answer.rows for claim in answer.claims(row)}
        found = evidence_of(claims, graph.lookup, graph.origins) if evidence else None
    _print(answer, found, form)


def _parameters(given: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for pair in given:
        name, equals, value = pair.partition("=")
        if not equals or not name:
            raise UsageError(f"--param {pair}: write --param name=value.")
        found[name] = (*found.get(name, ()), value)
    return found


def _print(answer: Answer, evidence: dict[str, Evidence] | None, form: str) -> None:
    if form == "table" and answer.triples is None:
        room = Console().width if sys.stdout.isatty() else None
        click.echo(as_table(answer, evidence, room))
        return
    click.echo(FORMATS["ttl" if form == "table" else form](answer, evidence), nl=form == "json")
    if answer.cut:
        click.echo(f"{len(answer.rows)} of {answer.total} rows: cut by the limit.", err=True)


@query_group.command("test")
@with_project
def test_command(project: Project) -> None:
    """Compare answers with the tables in the project's expected/ folder.

    A table is expected/NAME.tsv, or expected/NAME.VARIANT.tsv for other parameters: lines such as
    `# param: organization=KEY`, a header line, then the rows that you expect, parted by tabs.
    docs/queries.md in the project says more.
    """
    folder = project.own("expected")
    if folder is None:
        raise UsageError("This project has no folder expected/ with tables to compare with.")
    catalog = _catalog(project)
    with opened(project) as graph:
        outcomes = expected.check(catalog, expected.load(folder), graph.lookup)
    for outcome in outcomes.outcomes:
        click.echo(visible(f"{'ok  ' if outcome.passed else 'FAIL'}  {outcome.expected.file}"))
        if outcome.problem:
            click.echo(visible(f"      {outcome.problem}"))
        for sign, rows in (("-", outcome.missing), ("+", outcome.extra)):
            for row in rows:
                click.echo(f"    {sign} {visible(' | '.join(row))}")
    passed = sum(outcome.passed for outcome in outcomes.outcomes)
    click.echo(f"{passed} of {len(outcomes.outcomes)} tables agree (-: expected, +: answered)", err=True)
    if outcomes.without:
        click.echo(f"no table for: {', '.join(outcomes.without)}", err=True)
    sys.exit(0 if outcomes.passed else 1)


@query_group.command(
    "new", short_help="Begin a query of your own.", epilog=examples("dkg query new who-supports")
)
@click.argument("name")
@with_project
def new_command(project: Project, name: str) -> None:
    """Begin a query of the project's own: queries/NAME.rq, which runs as it is and is yours to change."""
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", name):
        raise UsageError(f"{name} is no name for a query: use small letters, digits and hyphens.")
    path = project.root / "queries" / f"{name}.rq"
    if not project.holds(path):
        raise UsageError("queries/ is a link that leaves the project, and is not followed.")
    try:
        path.parent.mkdir(exist_ok=True)
        with path.open("x", encoding="utf-8", newline="\n") as new:
            new.write(_NEW)
    except FileExistsError:
        raise UsageError(f"queries/{name}.rq exists already, and is left as it is.") from None
    except OSError as error:
        raise UsageError(f"queries/{name}.rq cannot be written: {error.strerror}.") from error
    click.echo(f"Wrote {path}. Try it: dkg query run {name} --param node=KEY")


COMMANDS = (query_group,)
