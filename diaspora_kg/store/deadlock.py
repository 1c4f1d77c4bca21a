"""When two that write stand in each other's way, a server lets go of one of them, which may try again.

Virtuoso 7 does so also with writers of different graphs; it answers with 500 and says SQLSTATE 40001 (ISO/IEC
9075-2, "transaction rollback: serialization failure"). Where two bring the first of a language at once, it
says 23000 ("integrity constraint violation") of a table of its own.
"""

from __future__ import annotations

import random
import time
from collections.abc import Iterator

PAUSES = (0.05, 0.1, 0.2, 0.4, 0.8, 1.6)
"""Seconds between tries, about."""
_STATES = ("40001", "SR197: Non unique primary key on DB.DBA.RDF_")


def deadlocked(said: str) -> bool:
    """Whether a server said, in an answer that is an error, that the same may be sent again."""
    return any(state in said for state in _STATES)


def tries() -> Iterator[bool]:
    """For each try whether it is the last one; waits between them, so that the two do not meet again."""
    for pause in PAUSES:
        yield False
        time.sleep(pause * (0.5 + random.random()))  # noqa: S311 - no secret
    yield True
