"""The command that writes the static site: pages."""

from __future__ import annotations

from pathlib import Path

import click

from diaspora_kg.cli.options import examples, with_project
from diaspora_kg.cli.progress import bar
from diaspora_kg.project import Project
from diaspora_kg.reports import counted
from diaspora_kg.visible import visible
from diaspora_kg.website.run import Outcome, write_site
from diaspora_kg.website.settings import Settings


@click.command(
    "pages",
    short_help="Write the pages of the published graph as files.",
    epilog=examples(
        "dkg pages",
        "dkg pages --out public --base-url https://norland.example/graph",
        "dkg pages --kinds organization,person",
    ),
)
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    show_default="site/ in the project",
    help="The folder of the site. Files in it that are not dkg's stay as they are.",
)
@click.option("--kinds", multiple=True, metavar="K,...", help="Only pages of these kinds, such as person.")
@click.option(
    "--base-url", metavar="URL", help="Where the world finds the site: for canonical links, sitemap, feeds."
)
@click.option("--full", is_flag=True, help="Ask for every page again; write those that differ.")
@click.option("--no-search", is_flag=True, help="Leave the search index out.")
@with_project
def pages_command(
    project: Project,
    out: Path | None,
    kinds: tuple[str, ...],
    base_url: str | None,
    full: bool,
    no_search: bool,
) -> None:
    """Write a site that needs no server: one page for each thing, lists, feeds, data, search.

    It shows the published snapshot. The next run makes only those pages that a change touches, and every
    other file keeps its bytes and its time. Open index.html, or copy the folder to any web server.
    """
    settings = Settings.of(project, out, kinds, base_url, search=not no_search, full=full)
    with bar() as progress:
        done = write_site(project, settings, progress)
    for line in _told(done):
        click.echo(visible(line), err=True)


def _told(done: Outcome) -> list[str]:
    lines = [f"everything was looked at again: {done.why}"] if done.why else []
    size = f"{counted(done.written, 'file')} written, {done.removed} removed"
    same = f"{done.files - done.written} as before"
    return [*lines, f"{done.out}: {counted(done.made, 'page')} made, {size}, {same}"]


COMMANDS = (pages_command,)
