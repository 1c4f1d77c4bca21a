"""From the files of a project to articles that are ready to be published, in as many processes as asked."""

from diaspora_kg.pipeline.decided import Identity, Published
from diaspora_kg.pipeline.pool import Progress, Quiet
from diaspora_kg.pipeline.prepare import Prepared, Words, lock_path, violated
from diaspora_kg.pipeline.run import RegisterRead, Run, records, run

__all__ = [
    "Identity",
    "Prepared",
    "Progress",
    "Published",
    "Quiet",
    "RegisterRead",
    "Run",
    "Words",
    "lock_path",
    "records",
    "run",
    "violated",
]
