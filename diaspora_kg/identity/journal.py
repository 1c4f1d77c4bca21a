"""Adds lines to ``decisions.tsv``, whole or not at all, however many do so at once."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from filelock import FileLock, Timeout

from diaspora_kg.errors import RunStopped, UsageError
from diaspora_kg.identity.decisions import HEAD, Decision, Decisions, read_decisions
from diaspora_kg.names import mint

_PATIENCE = 30  # seconds to wait for others who write


def append(path: Path, lock: Path, make: Callable[[Decisions], Decision]) -> Decision:
    """Add the line that ``make`` makes of what the file holds now; see :func:`append_all`."""
    [made] = append_all(path, lock, lambda held: [make(held)])
    return made


def append_all(path: Path, lock: Path, make: Callable[[Decisions], Sequence[Decision]]) -> list[Decision]:
    """Add the lines that ``make`` makes of what the file holds now; ``lock`` is the lock's file.

    Raises :class:`UsageError` for a file that is not understood, and whatever ``make`` raises;
    :class:`RunStopped` when the disk refuses or somebody else does not let go of the lock. Then the file is
    as it was.
    """
    try:
        lock.parent.mkdir(exist_ok=True)
        with FileLock(lock, timeout=_PATIENCE):
            data = path.read_bytes() if path.exists() else b""
            held = read_decisions(data, path.name)
            understood(held)
            made = list(make(held))
            if made:
                _add(path, data, "".join(row.written() for row in made))
            return made
    except Timeout:
        raise RunStopped(f"{path.name} is being written by somebody else. Try again.") from None
    except OSError as error:
        raise RunStopped(f"{path.name} cannot be written: {error.strerror or error}") from error


def understood(held: Decisions) -> None:
    """Raise :class:`UsageError` where a file as a whole is not understood."""
    if not held.readable:
        wrong = held.findings[0]
        raise UsageError(f"{wrong.file}:{wrong.line}: {wrong.message} {wrong.hint}")


def numbered(held: Decisions, draft: Decision) -> Decision:
    """The draft with an id of its own: from what it says, so that two branches give no id twice.

    Raises :class:`UsageError` for words that no line can hold.
    """
    known = {row.id for row in held.rows}
    said = (draft.left, draft.right, draft.decision, draft.of, draft.who, draft.when, draft.why)
    try:
        draft.written().encode()
        number = 0
        while (name := mint("decision", "", *said, number)) in known:
            number += 1
    except ValueError as problem:  # UnicodeEncodeError too: bytes of the command line that are no text
        raise UsageError(f"this cannot be written into decisions.tsv: {problem}") from problem
    return replace(draft, id=name)


def _add(path: Path, data: bytes, lines: str) -> None:
    begin = HEAD if not data else "" if data.endswith(b"\n") else "\n"
    handle = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o666)
    try:
        left = memoryview((begin + lines).encode())
        while left:
            left = left[os.write(handle, left) :]
        os.fsync(handle)
    except OSError:
        os.ftruncate(handle, len(data))  # a full disk may have taken half of a line
        raise
    finally:
        os.close(handle)
