"""`dkg query`: saved queries listed, shown, run, tested and begun."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

import click
from rich.console import Console

from diaspora_kg.cli.group import Ordered
from diaspora_kg.cli.options import examples, tell_notice, with_endpoint, with_output, with_project
from diaspora_kg.errors import Finding, Severity, UsageError
from diaspora_kg.ontology import Ontology
from diaspora_kg.project import Project
from diaspora_kg.queries import expected
from diaspora_kg.queries.answer import Answer, counted, run
from diaspora_kg.queries.begin import begin
from diaspora_kg.queries.catalog import Catalog, SavedQuery
from diaspora_kg.queries.chart import Chart
from diaspora_kg.queries.choices import Choice
from diaspora_kg.queries.evidence import Evidence, evidence_of
from diaspora_kg.queries.files import FORMATS
from diaspora_kg.queries.lint import lint_all
from diaspora_kg.queries.opened import opened
from diaspora_kg.queries.table import as_table
from diaspora_kg.queries.totals import SECONDS
from diaspora_kg.reports import as_text
from diaspora_kg.visible import visible


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
                "values": list(parameter.values),
                "choices": _choice(parameter.choice),
            }
            for parameter in query.parameters
        ],
        "columns": list(query.columns or ()),
        "chart": _chart(query.header.chart),
    }


def _choice(choice: Choice | None) -> dict[str, object] | None:
    if choice is None:
        return None
    parts = {
        "kind": list(choice.kinds),
        "list": choice.scheme,
        "query": choice.query,
        "column": choice.column,
    }
    return {name: value for name, value in parts.items() if value}


def _chart(chart: Chart | None) -> dict[str, object] | None:
    if chart is None:
        return None
    return {"kind": str(chart.kind), **chart.columns, **({} if chart.directed else {"directed": False})}


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
        tell_notice(graph)
        answer = run(query, _parameters(given), graph.lookup, limit=limit)
        if form != "table":
            answer = counted(answer, graph.lookup)
        claims = {claim for row in answer.rows for claim in answer.claims(row)}
        found = evidence_of(claims, graph.lookup, graph.origins) if evidence else None
        _print(answer, found, form)
        if form == "table" and not answer.counted:
            _count(counted(answer, graph.lookup))


def _count(answer: Answer) -> None:
    """Say how many rows there are, which is counted when the first ones stand there."""
    told = (
        f"{answer.total} rows in all."
        if answer.counted
        else f"To count all rows takes more than {SECONDS:.0f} s."
    )
    click.echo(told)


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
    for notice in answer.notices:
        click.echo(visible(notice), err=True)
    if answer.cut:
        total = str(answer.total) if answer.counted else f"more than {len(answer.rows)}"
        click.echo(f"{len(answer.rows)} of {total} rows: cut by the limit.", err=True)


@query_group.command("test", short_help="Look at your queries; compare answers with tables.")
@with_project
def test_command(project: Project) -> None:
    """Look at the project's own queries, and compare answers with the tables in its expected/ folder.

    A table is expected/NAME.tsv, or expected/NAME.VARIANT.tsv for other parameters: lines such as
    `# param: organization=KEY`, a header line, then the rows that you expect, parted by tabs.
    docs/queries.md in the project says more.
    """
    folder = project.own("expected")
    if folder is None:
        raise UsageError("This project has no folder expected/ with tables to compare with.")
    catalog = _catalog(project)
    findings = _lint(project, catalog)
    with opened(project) as graph:
        tell_notice(graph)
        outcomes = expected.check(catalog, expected.load(folder), graph.lookup)
    for outcome in outcomes.outcomes:
        _tell(outcome)
    compared = [outcome for outcome in outcomes.outcomes if not outcome.expected.begun]
    passed = sum(outcome.passed for outcome in compared)
    click.echo(f"{passed} of {len(compared)} tables agree (-: expected, +: answered)", err=True)
    if outcomes.without:
        click.echo(f"no table for: {', '.join(outcomes.without)}", err=True)
    sys.exit(_verdict(findings) if outcomes.passed else 1)


def _lint(project: Project, catalog: Catalog) -> tuple[Finding, ...]:
    """What is wrong with the project's own queries, told on standard error."""
    own = project.own("queries")
    files = {project.relative(path) for path in own.glob("*.rq")} if own else set()
    if not files:
        return ()
    schemes = Ontology.load(project.folders("ontology")).schemes
    findings = tuple(lint_all(catalog, files, schemes))
    if findings:
        click.echo(as_text(findings), err=True)
    return findings


def _tell(outcome: expected.Outcome) -> None:
    verdict = "todo" if outcome.expected.begun else "ok  " if outcome.passed else "FAIL"
    click.echo(visible(f"{verdict}  {outcome.expected.file}"))
    if outcome.problem:
        click.echo(visible(f"      {outcome.problem}"))
    for sign, rows in (("-", outcome.missing), ("+", outcome.extra)):
        for row in rows:
            click.echo(f"    {sign} {visible(' | '.join(row))}")


@query_group.command(
    "new", short_help="Begin a query of your own.", epilog=examples("dkg query new who-supports")
)
@click.argument("name")
@with_project
def new_command(project: Project, name: str) -> None:
    """Begin a query of the project's own: queries/NAME.rq, which runs as it is and is yours to change.

    The table of what it should answer is begun too, in expected/NAME.tsv: dkg query test.
    """
    begun = begin(project, name)
    for path in filter(None, (begun.query, begun.table)):
        click.echo(visible(f"Wrote {path}"))
    click.echo(f"Try it: dkg query run {name} --param node=KEY")


COMMANDS = (query_group,)
