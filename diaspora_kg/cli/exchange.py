"""Commands that take identities in from other tools: link import, link external."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from diaspora_kg.cli.options import examples, with_output, with_project
from diaspora_kg.errors import Severity, UsageError
from diaspora_kg.interchange.external import FORMATS as EXTERNAL
from diaspora_kg.interchange.external import Wanted, accept, authorities, propose
from diaspora_kg.interchange.importing import FORMATS, Options, add, import_file
from diaspora_kg.interchange.proposing import LEAST, MOST
from diaspora_kg.project import Project
from diaspora_kg.reports import as_text
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
    if adding and made.failed:
        click.echo(
            "nothing was written: mend what is wrong in the file first, or paste without --add", err=True
        )
    elif adding:
        for name in add(project, made):
            click.echo(f"wrote {visible(name)}", err=True)
    else:
        click.echo(f"format: 1\n\n{made.entries.written()}", nl=False)
        for one in made.articles:
            click.echo(f"articles/{one.stem}: {one.claims} claims, written with --add", err=True)
    click.echo(f"{len(made.entries)} new entries, {len(made.entries.known)} known", err=True)
    sys.exit(int(made.failed))


@click.command(
    "external",
    short_help="Propose ids of other registers: Wikidata, VIAF, ISNI, ROR, OpenSanctions.",
    epilog=examples(
        "dkg link external --from targets.simple.csv",
        "dkg link external league --service https://norland.example/reconcile --output json",
        "dkg link external --accept league=wikidata:Q990042",
    ),
)
@click.argument("keys", nargs=-1, metavar="[KEY]...")
@click.option(
    "--from",
    "files",
    multiple=True,
    metavar="FILE",
    type=click.Path(dir_okay=False, exists=True, path_type=Path),
    help="A table, FollowTheMoney, Popolo, or a dump of Wikidata or ROR.",
)
@click.option(
    "--service", metavar="URL", default="", help="Ask this reconciliation service. It gets the names."
)
@click.option("--type", "kind", metavar="ID", default="", help="Of which type, as the service names it.")
@click.option(
    "--authority",
    metavar="NAME",
    default="",
    help=f"Of which register the ids of a table are: {authorities()}.",
)
@click.option("--ids", metavar="ADDRESS", default="", help="The address before the ids of a file.")
@click.option(
    "--threshold",
    "least",
    type=click.FloatRange(0, 1),
    default=LEAST,
    show_default=True,
    help="The least score of a proposal.",
)
@click.option(
    "--limit", type=click.IntRange(1, 50), default=MOST, show_default=True, help="Proposals for each."
)
@click.option(
    "--accept", "accepted", multiple=True, metavar="KEY=ID", help="Write this id into register.yaml."
)
@with_output(EXTERNAL, "text")
@with_project
def external_command(
    project: Project,
    keys: tuple[str, ...],
    files: tuple[Path, ...],
    service: str,
    kind: str,
    authority: str,
    ids: str,
    least: float,
    limit: int,
    accepted: tuple[str, ...],
    form: str,
) -> None:
    """Propose ids of other registers for the entries of the register, or for the records KEY.

    From files on this machine, or from a service that you name: nothing is asked otherwise, and nothing is
    accepted by itself. Each score is shown with its parts. --output yaml gives lines to paste.
    """
    if accepted:
        for line in accept(project, accepted):
            click.echo(visible(f"register.yaml: {line}"), err=True)
        return
    if not files and not service:
        raise UsageError("say where to look: --from FILE, or --service URL.")
    if service:
        click.echo(visible(f"asking {service}: it gets the names that are looked for"), err=True)
    wanted = Wanted(keys, files, service, kind, authority, ids, least, limit)
    found = propose(project, wanted)
    if found.findings:
        click.echo(as_text(found.findings), err=True)
    click.echo(EXTERNAL[form](found), nl=bool(found.proposals) or form != "text")
    click.echo(f"{len(found.proposals)} proposals for {found.asked} entries", err=True)
    sys.exit(int(any(one.severity is Severity.VIOLATION for one in found.findings)))


COMMANDS = (import_command, external_command)
"""Commands of the group link."""
