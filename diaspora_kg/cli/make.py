"""The command that makes the graph: build.

While it loads what it needs, another process already looks at the files.
"""

from __future__ import annotations

import sys
from contextlib import closing, nullcontext

import click

from diaspora_kg.cli.options import (
    examples,
    with_executor,
    with_format,
    with_jobs,
    with_project,
    with_strict,
    with_trust,
)
from diaspora_kg.errors import UsageError
from diaspora_kg.glance import Glance
from diaspora_kg.project import Project
from diaspora_kg.reports import FORMATS
from diaspora_kg.trust import Trusted


@click.command(
    "build",
    short_help="Make the validated graph and publish it.",
    epilog=examples("dkg build", "dkg build --strict --jobs 4"),
)
@click.option("--full", is_flag=True, help="Read and build everything again, from nothing.")
@click.option("--rollback", "back", is_flag=True, help="Withdraw what is published: the one before answers.")
@click.option("--allow-deletions", is_flag=True, help="Let more than a tenth of the articles leave.")
@with_format(FORMATS)
@with_strict
@with_jobs
@with_executor
@with_project
@with_trust
def build_command(
    project: Project,
    full: bool,
    back: bool,
    allow_deletions: bool,
    form: str,
    strict: bool,
    trusted: Trusted,
    jobs: int,
    executor: str | None,
) -> None:
    """Make the validated graph and publish it: all of it at once, or nothing.

    An article with a violation is held back and every other one is built; of it, what was published
    before stays until it is mended. Then ask: dkg query list.

    Where dkg.toml names a store, what changed is sent there as soon as it is published here.
    """
    if back and (full or allow_deletions or executor is not None):
        raise UsageError("--rollback builds nothing: use it alone.")
    project.may_ask()
    with closing(Glance(project.articles)) if jobs > 1 and not back else nullcontext() as glance:
        from diaspora_kg.build import Options  # noqa: PLC0415 - to load this takes a third of a second
        from diaspora_kg.cli.made import built, withdrawn  # noqa: PLC0415 - as above

        if back:
            withdrawn(project)
            return
        options = Options(jobs, allow_deletions, trusted, full, every=False, glance=glance)
        report = built(project, options, executor, FORMATS[form])
    sys.exit(report.exit_code(strict=strict))


COMMANDS = (build_command,)
