"""The command that serves the graph over HTTP: serve."""

from __future__ import annotations

import getpass
import logging
import os
import re
import secrets

import click

from diaspora_kg.cli.options import examples, with_project
from diaspora_kg.endpoint.server import serve
from diaspora_kg.endpoint.settings import Settings
from diaspora_kg.errors import UsageError
from diaspora_kg.project import Project
from diaspora_kg.review.who import remembered

_ROOT = re.compile(r"(?:/[A-Za-z0-9\-._~]+)*")


@click.command(
    "serve",
    short_help="Serve the graph over HTTP.",
    epilog=examples("dkg serve", "dkg serve --public --host 0.0.0.0 --port 80"),
)
@click.option("--host", metavar="H", help="The address to listen at. [default: 127.0.0.1]")
@click.option(
    "--port", metavar="N", type=click.IntRange(0, 65535), help="The port; 0: any free one. [default: 8000]"
)
@click.option("--public", "profile", flag_value="public", help="For strangers: refuses to start unprotected.")
@click.option(
    "--local",
    "profile",
    flag_value="local",
    help="For this machine, with the review page. [default, without it]",
)
@click.option("--root-path", metavar="PATH", help="The path below which a proxy serves this, such as /graph.")
@with_project
def serve_command(
    project: Project, host: str | None, port: int | None, profile: str | None, root_path: str | None
) -> None:
    """Serve the published snapshot: SPARQL, saved queries, pages; a newer one is taken up by itself.

    With --local there is a page to review candidates too; its address has a token and is printed.

    The address is printed on stderr when it is ready. SIGTERM ends it once what runs is answered.
    Limits stand in the table [serve] of dkg.toml.
    """
    if root_path is not None and not _ROOT.fullmatch(root_path):
        raise UsageError(f"{root_path!r} is no path such as /graph (without a slash at its end).")
    logging.basicConfig(format="dkg: %(message)s", level=logging.INFO)
    logging.getLogger("uvicorn").setLevel(logging.WARNING)
    given = _review(project) if profile == "local" else {}
    settings = Settings.of(project.serve, host=host, port=port, profile=profile, root_path=root_path, **given)
    serve(project, settings, lambda line: click.echo(line, err=True))


def _review(project: Project) -> dict[str, str]:
    """A token for the review page, and who reviews by default."""
    try:
        who = os.environ.get("DKG_WHO") or remembered(project) or getpass.getuser()
    except (OSError, KeyError, ImportError):
        who = ""  # the page asks
    return {"review": secrets.token_urlsafe(32), "reviewer": who.strip()}


COMMANDS = (serve_command,)
