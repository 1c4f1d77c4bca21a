"""Which snapshot a server holds: one quad there, written last, so that a push that was ended shows.

The words are the id of the snapshot, how many graphs are not there yet (at most), and a name of the push,
which another one never has. The quad stands in a graph of its own that is no part of the snapshot.
"""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass
from typing import Self

from diaspora_kg.store.snapshots import Manifest

_WORDS = re.compile(r"([0-9a-f]{1,64}) (0|[1-9][0-9]{0,11}) ([0-9a-f]{0,32})")


@dataclass(frozen=True, slots=True)
class Marker:
    """What a server says of itself; ``id`` is that of a snapshot, ``behind`` counts graphs."""

    id: str
    behind: int = 0
    push: str = ""

    @classmethod
    def begin(cls, snapshot: str, behind: int) -> Self:
        """A push that has not sent anything yet."""
        return cls(snapshot, behind, secrets.token_hex(8))

    def write(self) -> str:
        """As it stands on the server."""
        return f"{self.id} {self.behind} {self.push}"

    @classmethod
    def read(cls, text: str) -> Self | None:
        """What stands on a server; ``None`` where this program did not write it.

        >>> Marker.read("0f3a 2 77aa")
        Marker(id='0f3a', behind=2, push='77aa')
        """
        found = _WORDS.fullmatch(text)
        return cls(found[1], int(found[2]), found[3]) if found else None


def unlike(marker: Marker | None, manifest: Manifest, url: str) -> str:
    """How what a server holds differs from a snapshot, and how to mend it; empty: not at all."""
    if marker is None:
        return f"{url} holds nothing of this project yet. Run: dkg build"
    if marker.id == manifest.id and marker.behind == 0:
        return ""
    if marker.behind:
        graphs = "1 graph" if marker.behind == 1 else f"{marker.behind} graphs"
        said = f"{url} is behind by up to {graphs}: a push is under way, or was ended half way."
        return f"{said} If nobody builds now, run: dkg build"
    said = f"{url} holds another snapshot than this folder: somebody else has pushed theirs."
    return f"{said} To send the one of this folder, run: dkg build"
