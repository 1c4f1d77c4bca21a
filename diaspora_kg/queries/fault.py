"""What the readers of a header's parts raise where a part is wrong; the header's reader reports it."""

from __future__ import annotations


class HeaderFault(Exception):
    """One part of a header that cannot be read, with its line and how to mend it."""

    def __init__(self, line: int, message: str, hint: str) -> None:
        super().__init__(message)
        self.line = line
        self.message = message
        self.hint = hint
