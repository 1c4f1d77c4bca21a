"""Commands that record decisions on identity: link decide, link withdraw."""

from __future__ import annotations

import getpass
from typing import Any

import click

from diaspora_kg.cli.exchange import COMMANDS as EXCHANGED
from diaspora_kg.cli.group import Ordered
from diaspora_kg.cli.options import Command, examples, with_project
from diaspora_kg.errors import UsageError
from diaspora_kg.identity import Verdict
from diaspora_kg.link import Linked, decide, withdraw
from diaspora_kg.project import Project
from diaspora_kg.visible import visible

_DECIDED = [verdict.value for verdict in Verdict if verdict is not Verdict.WITHDRAW]


@click.group("link", cls=Ordered, short_help="Decide which records are one, and undo it.")
def link_group() -> None:
    """Decide which records are one, and undo it."""


def _with_who(command: Command) -> Any:
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
@_with_who
@with_project
def decide_command(project: Project, left: str, right: str, decision: str, why: str, who: str | None) -> None:
    """Decide whether the records LEFT and RIGHT (full keys, such as article.key) are one.

    Adds a line to decisions.tsv and prints its id; the next build applies it.
    """
    _tell(decide(project, left, right, Verdict(decision), _name(who), _reason(why)))


@link_group.command(
    "withdraw",
    short_help="Undo a decision.",
    epilog=examples('dkg link withdraw 5f0c2a91d3be --why "Two chairs of one name."'),
)
@click.argument("decision_id", metavar="ID")
@click.option("--why", default="", metavar="TEXT", help="Why it is undone; it stays in the file.")
@_with_who
@with_project
def withdraw_command(project: Project, decision_id: str, why: str, who: str | None) -> None:
    """Undo the decision ID: the next build is as if it had never been.

    Adds a line to decisions.tsv and prints that line's id.
    """
    _tell(withdraw(project, decision_id, _name(who), why))


def _name(who: str | None) -> str:
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
