"""Commands about identity: link candidates, link decide, link withdraw."""

from __future__ import annotations

import getpass
import sys
from collections.abc import Iterator
from typing import Any

import click
from rich.console import Console

from diaspora_kg.candidates import Found, Wanted, find
from diaspora_kg.candidates.forms import as_csv, as_json, as_text
from diaspora_kg.cli.exchange import COMMANDS as EXCHANGED
from diaspora_kg.cli.group import Ordered
from diaspora_kg.cli.options import Command, examples, with_jobs, with_output, with_project
from diaspora_kg.cli.progress import bar
from diaspora_kg.cli.wanted import with_wanted
from diaspora_kg.errors import UsageError
from diaspora_kg.identity import Verdict
from diaspora_kg.link import Linked, decide, withdraw
from diaspora_kg.project import Project
from diaspora_kg.queries.table import folded
from diaspora_kg.visible import visible

_DECIDED = [verdict.value for verdict in Verdict if verdict is not Verdict.WITHDRAW]


@click.group("link", cls=Ordered, short_help="Find and decide which records are one, and undo it.")
def link_group() -> None:
    """Find records that may be one, decide which are, and undo it."""


@link_group.command(
    "candidates",
    short_help="Show records that may be one.",
    epilog=examples(
        "dkg link candidates --kind organization",
        "dkg link candidates --record court-ruling.verin --threshold 0.3",
        "dkg link candidates --output csv --limit 0 > for-my-colleague.csv",
    ),
)
@with_wanted
@click.option(
    "--limit", type=click.IntRange(0), default=100, show_default=True, help="At most so many pairs; 0: all."
)
@with_output(["text", "json", "csv"], "text")
@with_jobs
@with_project
def candidates_command(
    project: Project, kind: str | None, record: str, threshold: float, limit: int, form: str, jobs: int
) -> None:
    """Show pairs of records of the published graph that may be one, the most promising first.

    Each comes with a score, every reason for it, and sentences in which the records come up. Nothing is
    decided: dkg link decide does that. Pairs that somebody has decided about are not shown again.
    """
    with bar() as progress:
        found = find(project, Wanted(kind or "", record, threshold, limit), jobs=jobs, progress=progress)
    if form == "text":
        room = Console().width if sys.stdout.isatty() else None
        click.echo("\n".join(folded(as_text(found.candidates), room)), nl=bool(found.candidates))
    else:
        click.echo({"json": as_json, "csv": as_csv}[form](found.candidates), nl=form == "json")
    for note in _notes(found):
        click.echo(visible(note), err=True)


def _notes(found: Found) -> Iterator[str]:
    """What a reader of the pairs should know: how many there are, what was left out, what is not built."""
    shown = len(found.candidates)
    of = f"{shown} of {found.total}" if shown < found.total else f"{shown}"
    pairs = "pair" if of == "1" else "pairs"
    yield f"{of} {pairs} that may be one; {found.records} records, {found.compared} pairs compared"
    if shown < found.total:
        yield "note: the rest is cut by the limit; --limit 0 shows all"
    if found.cut.keys:
        widest = ", ".join(f"{key!r} ({count} records)" for key, count in found.cut.widest[:3])
        yield f"note: {found.cut.keys} keys that too many records share were not followed, such as {widest}"
    if found.cut.records:
        yield (
            f"note: {found.cut.records} records share keys with very many others, and were compared with"
            " those only that share the rarest"
        )
    if found.decided.undone:
        yield (
            f"note: the published graph still rests on {_ids(found.decided.undone)}, withdrawn since."
            " Run: dkg build"
        )


def _ids(ids: tuple[str, ...]) -> str:
    shown = ", ".join(ids[:3])
    return f"decision {shown}" if len(ids) == 1 else f"decisions {shown}" + (" …" if ids[3:] else "")


def with_who(command: Command) -> Any:
    """``--who``: the name that is published beside a decision."""
    return click.option(
        "--who",
        metavar="NAME",
        envvar="DKG_WHO",
        help="Who decides; it is published. Default: DKG_WHO, else the name of the account.",
    )(command)


@link_group.command(
    "decide",
    short_help="Decide whether two records are one.",
    epilog=examples('dkg link decide one.choir two.singers same --why "The same chair, the same town."'),
)
@click.argument("left")
@click.argument("right")
@click.argument("decision", type=click.Choice(_DECIDED))
@click.option("--why", required=True, metavar="TEXT", help="What shows it; it is published.")
@with_who
@with_project
def decide_command(project: Project, left: str, right: str, decision: str, why: str, who: str | None) -> None:
    """Decide whether the records LEFT and RIGHT (full keys, such as article.key) are one.

    Adds a line to decisions.tsv and prints its id; the next build applies it.
    """
    _tell(decide(project, left, right, Verdict(decision), name_of(who), _reason(why)))


@link_group.command(
    "withdraw",
    short_help="Undo a decision.",
    epilog=examples('dkg link withdraw 5f0c2a91d3be --why "Two chairs of one name."'),
)
@click.argument("decision_id", metavar="ID")
@click.option("--why", default="", metavar="TEXT", help="Why it is undone; it stays in the file.")
@with_who
@with_project
def withdraw_command(project: Project, decision_id: str, why: str, who: str | None) -> None:
    """Undo the decision ID: the next build is as if it had never been.

    Adds a line to decisions.tsv and prints that line's id.
    """
    _tell(withdraw(project, decision_id, name_of(who), why))


def name_of(who: str | None) -> str:
    """Who decides; raises :class:`UsageError` where that cannot be told."""
    if who is not None and who.strip():
        return who.strip()
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        raise UsageError("this account has no name. Say who decides: --who NAME") from None


def _reason(why: str) -> str:
    if not why.strip():
        raise UsageError("--why is empty. Say what shows it.")
    return why


def _tell(done: Linked) -> None:
    click.echo(done.decision.id)
    for remark in done.remarks:
        click.echo(visible(f"note: {remark}"), err=True)


for command in EXCHANGED:
    link_group.add_command(command)

COMMANDS = (link_group,)
