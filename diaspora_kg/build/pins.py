"""A snapshot that was withdrawn stays withdrawn: ``.dkg/pin`` keeps what it was made from.

A build publishes again only when an input differs from those, and from those of which the last build found
that they make the same snapshot. The pin is written before the pointer goes
back, so that a crash between the two withdraws nothing and publishes nothing.
"""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

from diaspora_kg.errors import UsageError
from diaspora_kg.state import State
from diaspora_kg.store import Snapshot, Snapshots
from diaspora_kg.store.snapshots import replace_text, sync


def pinned(derived: Path) -> tuple[str, ...]:
    """The hashes of inputs that are not to be published again."""
    try:
        found = json.loads((derived / "pin").read_text("utf-8"))
        return tuple(str(one) for one in found["inputs"])
    except FileNotFoundError:
        return ()
    except (ValueError, KeyError, TypeError):
        return ()


def unpin(derived: Path) -> None:
    """Something else was published: the pin has done its work."""
    if (derived / "pin").exists():
        (derived / "pin").unlink()
        sync(derived)


def roll_back(derived: Path) -> Snapshot:
    """Withdraw the current snapshot; raises :class:`UsageError` when there is none to go back to."""
    snapshots = Snapshots(derived)
    current = snapshots.current()
    if current is None:
        raise UsageError("Nothing has been built here yet. Run: dkg build")
    if not any(number < current.manifest.number for number in snapshots.numbers()):
        raise UsageError(
            f"Snapshot {current.manifest.number} is the oldest that is kept: there is none to go back to."
        )
    withdrawn = [*pinned(derived), current.manifest.inputs, *_found_same(derived, current)]
    replace_text(derived / "pin", json.dumps({"inputs": list(dict.fromkeys(withdrawn))}) + "\n")
    back = snapshots.back()
    if back is None:
        raise UsageError("There is no snapshot to go back to.")
    return back


def _found_same(derived: Path, snapshot: Snapshot) -> tuple[str, ...]:
    """The hash of the last build's inputs, where that build found this snapshot to say all of them."""
    if not (derived / "state.sqlite").exists():
        return ()
    try:
        with closing(State(derived / "state.sqlite")) as state:
            ours = state.meta("snapshot") == str(snapshot.manifest.number)
            return (state.meta("inputs"),) if ours and state.meta("inputs") else ()
    except sqlite3.DatabaseError:
        return ()
