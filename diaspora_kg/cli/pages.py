"""The command that writes the static site: pages."""

from __future__ import annotations

from pathlib import Path

import click

from diaspora_kg.cli.options import examples, with_project
from diaspora_kg.cli.progress import bar
from diaspora_kg.pages.language import LANGUAGES
from diaspora_kg.project import Project
from diaspora_kg.reports import counted
from diaspora_kg.visible import visible
from diaspora_kg.website.front import write_front
from diaspora_kg.website.run import Outcome, write_site
from diaspora_kg.website.settings import Settings, languages
from diaspora_kg.website.tongues import left_behind


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
@click.option(
    "--language",
    multiple=True,
    type=click.Choice(list(LANGUAGES)),
    help="A language of the pages; each has a folder of its own. May be repeated.  [default: the project's]",
)
@with_project
def pages_command(
    project: Project,
    out: Path | None,
    kinds: tuple[str, ...],
    base_url: str | None,
    full: bool,
    no_search: bool,
    language: tuple[str, ...],
) -> None:
    """Write a site that needs no server: one page for each thing, lists, feeds, data, search.

    It shows the published snapshot. The next run makes only those pages that a change touches, and every
    other file keeps its bytes and its time. Each language has a folder of its own, such as site/en. Open
    index.html, or copy the folder to any web server.
    """
    folder = out or project.root / "site"
    codes = language or languages(project)
    for code in codes:
        settings = Settings.of(
            project, folder, kinds, base_url, search=not no_search, full=full, language=code
        )
        with bar() as progress:
            done = write_site(project, settings, progress)
        for line in _told(done):
            click.echo(visible(line), err=True)
    write_front(folder, project.title, list(dict.fromkeys((*languages(project), *LANGUAGES))))
    for code in left_behind(folder, codes):
        line = (
            f"{folder / code}: still shows an older graph. Bring it up to date: dkg pages --language {code}"
        )
        click.echo(visible(line), err=True)


def _told(done: Outcome) -> list[str]:
    lines = [f"everything was looked at again: {done.why}"] if done.why else []
    size = f"{counted(done.written, 'file')} written, {done.removed} removed"
    same = f"{done.files - done.written} as before"
    return [*lines, f"{done.out}: {counted(done.made, 'page')} made, {size}, {same}"]


COMMANDS = (pages_command,)
