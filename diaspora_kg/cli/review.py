"""Commands that decide on pairs: link review, link split."""

from __future__ import annotations

import os
import select
import shutil
import sys
from pathlib import Path

import click

from diaspora_kg.candidates import Wanted, find
from diaspora_kg.cli.link import link_group, name_of, with_who
from diaspora_kg.cli.options import examples, tell_notice, with_jobs, with_project
from diaspora_kg.cli.progress import bar
from diaspora_kg.cli.wanted import with_wanted
from diaspora_kg.errors import Severity, UsageError
from diaspora_kg.link import split, to_split
from diaspora_kg.project import Project
from diaspora_kg.queries.opened import opened
from diaspora_kg.reports import as_text
from diaspora_kg.review.board import Board
from diaspora_kg.review.session import Session
from diaspora_kg.review.table import take_in
from diaspora_kg.review.who import remember, remembered
from diaspora_kg.visible import visible

_STYLES = {
    "head": {"bold": True},
    "name": {"fg": "cyan"},
    "alike": {"fg": "green"},
    "for": {"fg": "green"},
    "against": {"fg": "red"},
    "dim": {"dim": True},
}
_WIDEST = 160


class Terminal:
    """A terminal, or a pipe: then keys are lines, and nothing is coloured."""

    def __init__(self) -> None:
        self._keys = sys.stdin.isatty() and sys.stdout.isatty()

    @property
    def width(self) -> int:
        """Columns."""
        return min(shutil.get_terminal_size((80, 24)).columns, _WIDEST)

    def say(self, line: str = "") -> None:
        """Show a line."""
        click.echo(line)

    def style(self, text: str, how: str) -> str:
        """Text in its colour, where the output has any."""
        return click.style(text, **_STYLES[how]) if how in _STYLES and self._coloured else text  # type: ignore[arg-type]

    @property
    def _coloured(self) -> bool:
        return sys.stdout.isatty()

    def key(self, prompt: str) -> str:
        """One key, or the first letter of a line; empty where the input ends."""
        if self._keys:
            try:
                pressed = _pressed(f"{prompt}: ")
            except (EOFError, KeyboardInterrupt):
                pressed = ""
            click.echo(pressed if pressed.isprintable() else "")
            return pressed
        click.echo(f"{prompt}: ", nl=False)
        while line := sys.stdin.readline():
            if line.strip():
                click.echo(line.strip()[:1])
                return line.strip()[:1]
        click.echo()
        return ""

    def line(self, prompt: str, default: str) -> str | None:
        """A line; the default where it is empty, ``None`` where the input ends."""
        click.echo(f"{prompt} [{default}]: ", nl=False)
        try:
            line = sys.stdin.readline()
        except KeyboardInterrupt:
            line = ""
        if not self._keys:
            click.echo()
        if not line:
            return None
        return line.strip() or default


@link_group.command(
    "review",
    short_help="Go through records that may be one, and decide.",
    epilog=examples(
        'dkg link review --kind person --who "Reviewer One"',
        "dkg link candidates --output csv > for-a-colleague.csv",
        "dkg link review --csv for-a-colleague.csv --who Colleague",
    ),
)
@with_wanted
@click.option("--again", is_flag=True, help="Show pairs that were left unsure, too.")
@click.option(
    "--csv",
    "table",
    metavar="FILE",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Take in the decisions that somebody wrote into a table; no pair is shown.",
)
@with_jobs
@with_who
@with_project
def review_command(  # one option each
    project: Project,
    kind: str | None,
    record: str,
    threshold: float,
    again: bool,
    table: Path | None,
    jobs: int,
    who: str | None,
) -> None:
    """Show candidates side by side, the most promising first, and write what you decide.

    Keys: s same, d different, u unsure, k skip, z undo, q quit, ? help. Each decision asks why: that is
    published. It is written at once, to decisions.tsv; the next build applies it. What is decided is not
    shown again. Who decides is remembered in this copy of the project.
    """
    name = who or os.environ.get("DKG_WHO") or remembered(project) or name_of(None)
    if table is not None:
        _take_in(project, table, name)
        return
    if who:
        remember(project, who)
    with bar() as progress:
        found = find(
            project, Wanted(kind or "", record, threshold, again=again), jobs=jobs, progress=progress
        )
    with opened(project) as graph:
        tell_notice(graph)
        if graph.origins is None:
            raise UsageError("a review needs the project's own graph.")
        screen = Terminal()
        screen.say(f"{visible(name)} reviews {_counted(len(found.candidates))}.")
        if not found.candidates:
            screen.say(_none(threshold, again=again))
            return
        Session(Board(project, graph.origins), graph.lookup, screen, name, again).run(found.candidates)


def _counted(pairs: int) -> str:
    return f"{pairs} pair{'s' * (pairs != 1)}"


def _none(threshold: float, *, again: bool) -> str:
    """Why there may be nothing to review, and how to see more."""
    told = f"No pair of such records scores {threshold:.2f} or more that is not decided yet. "
    lower = "A lower --threshold shows less likely ones"
    return told + lower + ("." if again else "; --again those that were left unsure.")


def _take_in(project: Project, table: Path, who: str) -> None:
    taken = take_in(project, table, who)
    for row in taken.written:
        click.echo(row.id)
    if taken.findings:
        click.echo(as_text(taken.findings), err=True)
    told = f"{len(taken.written)} written, {taken.known} known already, {taken.empty} without a decision"
    click.echo(told, err=True)
    if any(finding.severity is Severity.VIOLATION for finding in taken.findings):
        click.get_current_context().exit(1)


@link_group.command(
    "split",
    short_help="Find the decisions that make two records one.",
    epilog=examples(
        "dkg link split one.choir two.singers",
        'dkg link split one.choir two.singers --withdraw --why "Two chairs of one name."',
    ),
)
@click.argument("left")
@click.argument("right")
@click.option("--withdraw", "meant", is_flag=True, help="Withdraw them; without it nothing is written.")
@click.option("--why", default="", metavar="TEXT", help="Why they are undone; it stays in the file.")
@with_who
@with_project
def split_command(project: Project, left: str, right: str, meant: bool, why: str, who: str | None) -> None:
    """Find the fewest decisions without which the records LEFT and RIGHT are not one.

    Prints a line for each: its id, the records, who decided it, when and why. With --withdraw it undoes
    them and prints the ids of the lines that do so.
    """
    if meant:
        for row in split(project, left, right, name_of(who), why):
            click.echo(row.id)
        return
    for row in to_split(project, left, right):
        told = (row.id, f"{row.left} same {row.right}", row.who, row.when[:10], row.why)
        click.echo("\t".join(visible(part) for part in told))
    click.echo("note: nothing was written; with --withdraw these are undone", err=True)


def _pressed(prompt: str) -> str:
    """One key of a terminal; what was typed before it was asked for counts."""
    try:
        import termios  # noqa: PLC0415 - not there on Windows
        import tty  # noqa: PLC0415 - as above
    except ImportError:
        click.echo(prompt, nl=False)
        return click.getchar()
    stdin = sys.stdin.fileno()
    before = termios.tcgetattr(stdin)
    try:
        tty.setcbreak(stdin, termios.TCSADRAIN)
        click.echo(prompt, nl=False)
        read = os.read(stdin, 1)
        more = {0xC0: 1, 0xD0: 1, 0xE0: 2, 0xF0: 3}.get(read[0] & 0xF0, 0) if read else 0
        if more:
            read += os.read(stdin, more)
        if read == b"\x1b":
            while select.select([stdin], [], [], 0)[0]:
                os.read(stdin, 1)  # the rest of an arrow's sequence
        return read.decode("utf-8", "replace")
    finally:
        termios.tcsetattr(stdin, termios.TCSADRAIN, before)


COMMANDS = (link_group,)
