"""The options by which pairs of records are chosen: --kind, --record, --threshold."""

from __future__ import annotations

import click

from diaspora_kg.candidates import THRESHOLD
from diaspora_kg.cli.options import Command
from diaspora_kg.identity import JOINED_KINDS


def with_wanted(command: Command) -> Command:
    """Which pairs are wanted: the command gets ``kind``, ``record`` and ``threshold``."""
    score = click.option(
        "--threshold",
        type=click.FloatRange(0, 1),
        default=THRESHOLD,
        show_default=True,
        help="Only pairs with this score or more, from 0 to 1.",
    )
    record = click.option("--record", metavar="KEY", default="", help="Only pairs with this record.")
    kind = click.option("--kind", type=click.Choice(sorted(JOINED_KINDS)), help="Only records of this kind.")
    return kind(record(score(command)))
