"""What processes have while they are watched: memory, open files, and a folder's place on the disk."""

from __future__ import annotations

import os
import statistics
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, fields
from pathlib import Path

from tests.bench.fit import line
from tests.bench.peers import family

_MIB = 1 << 20
_FLAT = 0.05
"""Growth over the watched time, as a share of the mean, that counts as none."""
_FEW = 4  # files or processes more, which count as none too


@dataclass(frozen=True, slots=True)
class Sample:
    """One look: MiB of resident memory and open files of the server and of all processes that it started,
    how many these are, the MiB that the snapshots take on the disk, and how many are kept.
    """

    server_mib: float
    server_files: float
    workers_mib: float
    workers_files: float
    processes: float
    disk_mib: float
    snapshots: float


SERIES = tuple(one.name for one in fields(Sample))
"""The names of what is watched."""


def look(pid: int, derived: Path) -> Sample:
    """How things are now."""
    own, *others = family(pid)
    kept = [path for path in _listed(derived / "snapshots") if path.name.isdecimal()]
    return Sample(
        _resident(own),
        _files(own),
        sum(map(_resident, others)),
        sum(map(_files, others)),
        1 + len(others),
        _on_disk(kept),
        len(kept),
    )


def middle(samples: Sequence[Sample]) -> Sample:
    """The median of each series."""
    return Sample(*(statistics.median(getattr(one, name) for one in samples) for name in SERIES))


def least(samples: Sequence[Sample]) -> Sample:
    """The least of each series: what comes and goes with a switch of snapshots is no growth."""
    return Sample(*(min(getattr(one, name) for one in samples) for name in SERIES))


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a regression says of one series: its growth a minute with the half of the 95 % interval."""

    series: str
    mean: float
    slope: float
    half: float
    minutes: float

    @property
    def said(self) -> str:
        """``flat``, ``grows`` or, if neither can be told, ``not told``."""
        least, most = (self.slope - self.half) * self.minutes, (self.slope + self.half) * self.minutes
        none = max(_FLAT * self.mean, 0 if self.series.endswith("_mib") else _FEW)
        if most <= none:
            return "flat"
        return "grows" if least > none else "not told"


def verdict(series: str, minutes: Sequence[float], samples: Sequence[Sample]) -> Verdict:
    """The verdict over samples, each with its minute; raises :class:`ValueError` for fewer than two."""
    values = [getattr(one, series) for one in samples]
    found = line(minutes, values)
    return Verdict(
        series, statistics.fmean(values), found.slope, found.slope_half, max(minutes) - min(minutes)
    )


def _resident(pid: int) -> float:
    return _told(lambda: int(Path(f"/proc/{pid}/statm").read_text("ascii").split()[1])) * (
        os.sysconf("SC_PAGE_SIZE") / _MIB
    )


def _files(pid: int) -> float:
    return _told(lambda: sum(1 for _ in Path(f"/proc/{pid}/fd").iterdir()))


def _told(ask: Callable[[], float]) -> float:
    """The figure, or 0 where the process has just ended."""
    try:
        return ask()
    except (OSError, IndexError):
        return 0.0


def _listed(folder: Path) -> list[Path]:
    try:
        return list(folder.iterdir())
    except OSError:
        return []


def _on_disk(folders: Iterable[Path]) -> float:
    """MiB of all files below, each once however many names it has."""
    sizes: dict[int, int] = {}
    for folder in folders:
        for where, _, names in os.walk(folder):  # passes over what goes meanwhile, as snapshots do
            for name in names:
                with suppress(OSError):
                    about = (Path(where) / name).stat()
                    sizes[about.st_ino] = about.st_blocks * 512
    return sum(sizes.values()) / _MIB
