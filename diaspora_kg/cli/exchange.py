"""Commands that exchange identities with other tools: link import, link external, export register."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from diaspora_kg.cli.options import examples, with_project
from diaspora_kg.index import Index
from diaspora_kg.interchange.importing import FORMATS, Options, add, import_file
from diaspora_kg.interchange.leaving import ftm, popolo, unsaid
from diaspora_kg.interchange.published import published
from diaspora_kg.interchange.registered import slug
from diaspora_kg.project import Project
from diaspora_kg.reports import as_text
from diaspora_kg.store import Snapshots
from diaspora_kg.visible import visible


@click.command(
    "import",
    short_help="Read FollowTheMoney or Popolo as entries of the register.",
    epilog=examples(
        "dkg link import parliament.json > found.yaml",
        "dkg link import entities.ftm.json --claims sanctions-2031 --add",
    ),
)
@click.argument("file", type=click.Path(dir_okay=False, exists=True, path_type=Path))
@click.option("--format", "form", type=click.Choice(FORMATS), help="The format. [default: told by the file]")
@click.option(
    "--keys",
    type=click.Choice(("name", "id")),
    default="name",
    show_default=True,
    help="Of what keys are made.",
)
@click.option(
    "--ids", metavar="ADDRESS", default="", help="The address before the ids of the file, to keep them."
)
@click.option("--language", metavar="TAG", default="", help="Of names in Latin letters without a language.")
@click.option(
    "--claims",
    metavar="NAME",
    default="",
    help="Make articles/NAME of what the file claims (memberships, dates).",
)
@click.option(
    "--add", "adding", is_flag=True, help="Write into register.yaml (and articles/) instead of printing."
)
@with_project
def import_command(
    project: Project,
    file: Path,
    form: str | None,
    keys: str,
    ids: str,
    language: str,
    claims: str,
    adding: bool,
) -> None:
    """Read FILE as entries of the register, and print them as YAML for you to look over and paste.

    Organizations, persons, offices, names and ids come in. Memberships and dates of founding are claims: they
    become an article only with --claims. What is left out is told on stderr.
    """
    options = Options(form or "", keys == "id", ids, language, claims)
    made = import_file(project, file, options)
    if made.findings:
        click.echo(as_text(made.findings), err=True)
    if adding:
        for name in add(project, made):
            click.echo(f"wrote {visible(name)}", err=True)
    else:
        click.echo(f"format: 1\n\n{made.entries.written()}", nl=False)
        for one in made.articles:
            click.echo(f"articles/{one.stem}: {one.claims} claims, written with --add", err=True)
    click.echo(f"{len(made.entries)} new entries, {len(made.entries.known)} known", err=True)
    sys.exit(int(made.failed))


@click.command(
    "register",
    short_help="Write the register for other tools.",
    epilog=examples(
        "dkg export register --format ftm > register.ftm.json",
        "dkg export register --format popolo --records > all.popolo.json",
    ),
)
@click.option("--format", "form", type=click.Choice(FORMATS), required=True, help="The format.")
@click.option("--records", is_flag=True, help="The actors and offices of articles too.")
@with_project
def export_register(project: Project, form: str, records: bool) -> None:
    """Write the register, as the published graph has it, to standard output.

    With the memberships that claims put plainly, each with who says so. What the format has no place for is
    told on stderr.
    """
    with Snapshots(project.derived).reading() as snapshot, Index(snapshot.index) as index:
        store = snapshot.store()
        try:
            found = published(index, store, every=records)
        finally:
            store.close()
    if form == "ftm":
        for line in ftm(found, slug(project.title) or "dkg"):
            click.echo(line)
    else:
        click.echo(popolo(found), nl=False)
    for what, count in {**found.left, **unsaid(found, form)}.items():
        click.echo(visible(f"left out: {what} ({count})"), err=True)


COMMANDS = (import_command,)
"""Commands of the group link."""
