"""What the server counts, in the text form that Prometheus reads (exposition format 0.0.4)."""

from __future__ import annotations

import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping

_BOUNDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)

_HELP = {
    "dkg_requests_total": ("counter", "Requests by route and status."),
    "dkg_failed_total": ("counter", "Queries without an answer, by reason."),
    "dkg_killed_total": ("counter", "Workers that were killed, by reason."),
    "dkg_tries_total": ("counter", "Short answers tried before the ordinary way, by how that ended."),
    "dkg_waiting": ("gauge", "Queries that wait, by lane."),
    "dkg_free": ("gauge", "Places that are free, by lane."),
    "dkg_idle_workers": ("gauge", "Worker processes that wait for a query, by lane."),
    "dkg_draining_snapshots": ("gauge", "Older snapshots on which queries still run."),
    "dkg_snapshot_number": ("gauge", "The number of the snapshot that is served."),
    "dkg_snapshot_info": ("gauge", "The id of the snapshot that is served."),
    "dkg_snapshot_problem": ("gauge", "1 while a newer snapshot cannot be opened."),
    "dkg_store_away": ("gauge", "1 while the server that holds the graph does not answer."),
    "dkg_worker_resident_bytes": ("gauge", "Resident memory of all worker processes."),
    "dkg_resident_bytes": ("gauge", "Resident memory of the server's own process."),
    "dkg_uptime_seconds": ("gauge", "Seconds since the server started."),
}


class Metrics:
    """Counters; all of them are touched from the event loop only."""

    def __init__(self) -> None:
        self._began = time.monotonic()
        self._requests: Counter[tuple[str, int]] = Counter()
        self._failed: Counter[str] = Counter()
        self._killed: Counter[str] = Counter()
        self._tried: Counter[str] = Counter()
        self._seconds: defaultdict[str, list[int]] = defaultdict(lambda: [0] * (len(_BOUNDS) + 1))
        self._sums: defaultdict[str, float] = defaultdict(float)

    def answered(self, route: str, status: int, seconds: float) -> None:
        """A request has its answer."""
        self._requests[route, status] += 1
        slot = next((n for n, bound in enumerate(_BOUNDS) if seconds <= bound), len(_BOUNDS))
        self._seconds[route][slot] += 1
        self._sums[route] += seconds

    def failed(self, reason: str) -> None:
        """A query has no answer."""
        self._failed[reason] += 1

    def killed(self, reason: str) -> None:
        """A worker was killed."""
        self._killed[reason] += 1

    def tried(self, ended: str) -> None:
        """A request was tried in the quick way, and ``answered`` or asked ``again`` in the ordinary one."""
        self._tried[ended] += 1

    def text(self, gauges: Mapping[str, float]) -> str:
        """Everything; ``gauges`` are given by name and labels as they are written."""
        values = [
            *((f'dkg_requests_total{{route="{r}",status="{s}"}}', n) for (r, s), n in self._requests.items()),
            *((f'dkg_failed_total{{reason="{reason}"}}', n) for reason, n in self._failed.items()),
            *((f'dkg_killed_total{{reason="{reason}"}}', n) for reason, n in self._killed.items()),
            *((f'dkg_tries_total{{ended="{ended}"}}', n) for ended, n in self._tried.items()),
            *gauges.items(),
            ("dkg_uptime_seconds", time.monotonic() - self._began),
        ]
        lines: list[str] = []
        told = ""
        for name, value in values:
            family = name.partition("{")[0]
            if family != told:
                kind, meaning = _HELP[family]
                lines += [f"# HELP {family} {meaning}", f"# TYPE {family} {kind}"]
                told = family
            lines.append(f"{name} {value:g}" if isinstance(value, float) else f"{name} {value}")
        return "\n".join([*lines, *self._histogram()]) + "\n"

    def _histogram(self) -> Iterator[str]:
        name = "dkg_request_seconds"
        yield f"# HELP {name} Seconds until a request was answered, by route."
        yield f"# TYPE {name} histogram"
        for route, slots in self._seconds.items():
            below = 0
            for bound, count in zip((*map(str, _BOUNDS), "+Inf"), slots, strict=True):
                below += count
                yield f'{name}_bucket{{route="{route}",le="{bound}"}} {below}'
            yield f'{name}_sum{{route="{route}"}} {self._sums[route]:.6f}'
            yield f'{name}_count{{route="{route}"}} {below}'
