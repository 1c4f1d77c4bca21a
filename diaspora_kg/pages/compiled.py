"""Templates as Python's code, kept as long as the process lives.

Who writes several sites, or serves snapshots that follow each other, makes an environment for each, and
would have every template compiled again: that is a third of the time of a small site. Nothing is kept in
files: a stranger's file would be code that runs here.
"""

from __future__ import annotations

from types import CodeType

from jinja2.bccache import Bucket, BytecodeCache

_MOST = 512  # templates; there are some fifty


class Compiled(BytecodeCache):
    """What templates of one kind of environment came to, by name, file and text."""

    def __init__(self) -> None:
        self._kept: dict[tuple[str, str], CodeType] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Called before a template is compiled."""
        bucket.code = self._kept.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Called when it was."""
        if bucket.code is None:
            return
        if len(self._kept) >= _MOST:
            self._kept.clear()
        self._kept[bucket.key, bucket.checksum] = bucket.code
