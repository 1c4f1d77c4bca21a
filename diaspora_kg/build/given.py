"""What the workers of a build from nothing share, and what each of them opens for itself."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from diaspora_kg.build.packed import Entries, Packed, RegisterDirectory
from diaspora_kg.build.stored import StoredDirectory
from diaspora_kg.identity import Directory
from diaspora_kg.pipeline.setting import Setting
from diaspora_kg.state import ReadState

_PAGES = 2048  # KiB of the state: the inner pages of its tables, and little else is asked twice


@dataclass(frozen=True)
class Given:
    """What both rounds need; ``decided`` are the keys of which decisions speak.

    The ``state`` is read in the second round only, when it has all entries. Lines are sent in files of the
    folder ``outbox``, if there is one.
    """

    setting: Setting
    register: Packed
    decided: frozenset[str]
    state: Path
    outbox: Path | None = None

    @cached_property
    def entries(self) -> Entries:
        """The register, opened once in each process."""
        return self.register.open()

    @cached_property
    def near(self) -> Directory:
        """What the register declares."""
        return RegisterDirectory(self.entries)

    @cached_property
    def reading(self) -> ReadState:
        """The state, opened once in each process."""
        reading = ReadState(self.state)
        reading.db.execute(f"PRAGMA cache_size = -{_PAGES}")
        return reading

    @cached_property
    def directory(self) -> StoredDirectory:
        """Everything that was declared, and what decisions make of it."""
        canonical = json.loads(self.reading.meta("canonical") or "{}")
        return StoredDirectory(self.reading, canonical, self.entries)

    def close(self) -> None:
        """Let go of the state and the register, as far as they were opened here."""
        if "reading" in self.__dict__:
            self.reading.close()
        if "entries" in self.__dict__:
            self.entries.close()

    def __getstate__(self) -> dict[str, object]:
        """What travels: what each process opens for itself does not."""
        return {name: held for name, held in self.__dict__.items() if name in self.__dataclass_fields__}
