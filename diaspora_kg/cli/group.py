"""The command group: what all commands share, and how errors end."""

from __future__ import annotations

import traceback
from typing import Any

import click

from diaspora_kg import __version__
from diaspora_kg.errors import DkgError
from diaspora_kg.visible import visible


class Group(click.Group):
    """Ends with an error's own exit code, and shows a traceback only with ``--verbose``."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command; a :class:`DkgError` becomes one line on stderr."""
        try:
            return super().invoke(ctx)
        except DkgError as error:
            if ctx.meta.get("diaspora_kg.verbose"):
                traceback.print_exception(error)
            click.echo(f"dkg: {visible(str(error))}", err=True)
            ctx.exit(error.exit_code)


@click.group(cls=Group, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="dkg", message="%(prog)s %(version)s")
def main() -> None:
    """Annotated articles in; a validated graph of attributed claims out.

    Exit codes: 0 fine, 1 a violation or input that cannot be read, 2 usage or configuration, 3 a store
    that cannot be reached.
    """
