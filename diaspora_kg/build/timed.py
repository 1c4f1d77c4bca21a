"""How long the parts of a step took, for ``.dkg/log``: the bench makes rows of them."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager

LOG = logging.getLogger("diaspora_kg.build")


@contextmanager
def timed(part: str) -> Iterator[None]:
    """Note the seconds by the clock that the ``with`` block takes."""
    begun = time.monotonic()
    yield
    LOG.info("%s: done in %.2f s", part, time.monotonic() - begun)
