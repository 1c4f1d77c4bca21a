"""Commands for label maps: labels draft."""

from __future__ import annotations

from pathlib import Path

import click

from diaspora_kg.cli.group import Ordered
from diaspora_kg.cli.options import examples, with_verbose
from diaspora_kg.tagsets import draft_labels
from diaspora_kg.visible import visible


@click.group("labels", cls=Ordered, short_help="Say what the labels of an annotation tool mean.")
def labels_group() -> None:
    """Say what the labels of an annotation tool mean."""


@labels_group.command(
    "draft",
    short_help="Draft a label map from the labels in files.",
    epilog=examples("dkg labels draft articles/*.ann > ingest/labels/mine.toml"),
)
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--reader", default="", metavar="NAME", help="The reader of these files, where it is not clear."
)
@with_verbose
def draft_command(files: tuple[Path, ...], reader: str) -> None:
    """Print a first label map for FILES: every label, role, attribute and register that they hold.

    Each stands with its number and an example. What looks like something in the model is proposed, the
    rest is left to you as a comment. Save it in ingest/labels/ of the project, and name it in dkg.toml.
    """
    written, findings = draft_labels(files, reader)
    click.echo(written, nl=False)
    for finding in findings[:20]:
        place = f"{finding.file}, line {finding.line}" if finding.line else finding.file
        click.echo(visible(f"{place}: {finding.message}"), err=True)


COMMANDS = (labels_group,)
