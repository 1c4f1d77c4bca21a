"""The command group: what all commands share, and how errors end."""

from __future__ import annotations

import atexit
import gc
import os
import traceback
from collections.abc import Iterable
from importlib import import_module
from typing import Any

import click

from diaspora_kg import __version__
from diaspora_kg.cli.options import examples
from diaspora_kg.errors import DkgError
from diaspora_kg.visible import visible

# What a command leaves goes with its process; to look for cycles in it takes a tenth of a second or two.
atexit.register(gc.freeze)

MODULES = {
    "init": "begin",
    "new": "begin",
    "check": "checking",
    "build": "make",
    "query": "saved",
    "why": "ask",
    "sparql": "ask",
    "link": "review",
    "pages": "pages",
    "labels": "labels",
    "tools": "tools",
    "serve": "serve",
    "export": "take",
    "store": "store",
    "trust": "upkeep",
    "doctor": "upkeep",
}
"""Every command, and the module that has it: a command loads what it needs, and no other's libraries."""


class Ordered(click.Group):
    """Lists its commands in the order in which they were added, which is that of the work."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names of the commands."""
        del ctx
        return list(self.commands)


class Group(click.Group):
    """Ends with an error's own exit code, and shows a traceback only with ``--verbose``."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """The names of the commands, in the order of the work."""
        return list(MODULES)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """One command, loaded when it is asked for."""
        if cmd_name not in MODULES:
            return None
        loaded: Iterable[click.Command] = import_module(f"diaspora_kg.cli.{MODULES[cmd_name]}").COMMANDS
        return next(command for command in loaded if command.name == cmd_name)

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command; a :class:`DkgError` becomes one line on stderr."""
        # Python's children look for modules where they begin, before their own: a cloned project is data.
        os.environ["PYTHONSAFEPATH"] = "1"
        try:
            return super().invoke(ctx)
        except DkgError as error:
            if ctx.meta.get("diaspora_kg.verbose"):
                traceback.print_exception(error)
            click.echo(f"dkg: {visible(str(error))}", err=True)
            ctx.exit(error.exit_code)


_BEGIN = examples(
    "dkg init mygraph && cd mygraph",
    "dkg new articles/first.txt",
    "dkg check",
    "dkg build",
    "dkg query list",
)


@click.group(
    cls=Group,
    epilog=_BEGIN,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(__version__, prog_name="dkg", message="%(prog)s %(version)s")
def main() -> None:
    """Annotated articles in; a validated graph of attributed claims out.

    Exit codes: 0 fine, 1 a violation or input that cannot be read, 2 usage or configuration, 3 a store
    that cannot be reached.
    """
