"""``python -m tests.bench.cluster``: a build by two processes beside one by two workers of a Dask cluster.

A made-up corpus of each size is built from nothing with ``--jobs 2``, on a cluster of two workers on this
machine, and there once more with one worker killed in the middle. All three must publish the same. ``dkg``
is the processor time of the process that leads (with ``--jobs 2``: of its workers, too), ``workers`` that of
the cluster's; MiB is the peak of the process that leads. Nothing passes or fails but sameness.
"""

from __future__ import annotations

import argparse
import os
import shutil
import signal
import tempfile
from collections.abc import Sequence
from pathlib import Path
from threading import Timer

from diaspora_kg.store import Snapshots
from tests.bench.corpus import Corpus
from tests.bench.measure import Measure, measured
from tests.clusters import Cluster, cluster_in

_BUILD = ("-m", "diaspora_kg", "build", "--full")


def published(root: Path) -> tuple[str, str]:
    """The hashes of what is published: graph and index."""
    snapshot = Snapshots(root / ".dkg").current()
    assert snapshot is not None
    return snapshot.manifest.id, snapshot.manifest.index


def once(root: Path, *how: str) -> tuple[Measure, tuple[str, str]]:
    """One build from nothing."""
    shutil.rmtree(root / ".dkg", ignore_errors=True)
    return measured([*_BUILD, *how], root), published(root)


def row(name: str, articles: int, run: Measure, workers: str) -> str:
    """A line of the table."""
    return f"| {articles} | {name} | {run.seconds:.1f} | {run.cpu:.1f} | {workers} | {run.mib:.0f} |"


def kill_one(cluster: Cluster) -> None:
    """End a worker without a word."""
    os.kill(cluster.pids()[0], signal.SIGKILL)


def compare(articles: int, folder: Path, cluster: Cluster) -> None:
    """Print three lines for one size."""
    root = folder / f"corpus{articles}"
    Corpus(articles).write(root)
    here, wanted = once(root, "--jobs", "2")
    print(row("`--jobs 2`", articles, here, ""), flush=True)  # noqa: T201
    before = cluster.cpu()
    there, made = once(root, "--executor", cluster.address)
    print(row("two workers", articles, there, f"{cluster.cpu() - before:.1f}"), flush=True)  # noqa: T201
    assert made == wanted, "the cluster published something else"
    killing = Timer(there.seconds / 3, kill_one, (cluster,))
    killing.start()
    faulted, made = once(root, "--executor", cluster.address)
    killing.join()
    print(row("two workers, one killed", articles, faulted, ""), flush=True)  # noqa: T201
    assert made == wanted, "with a worker killed, the cluster published something else"
    cluster.ask(lambda client: client.wait_for_workers(2, timeout=120))


def main(arguments: Sequence[str] | None = None) -> None:
    """The command."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.cluster", description=__doc__)
    parser.add_argument("--articles", type=int, nargs="+", default=[500, 2000], metavar="N")
    given = parser.parse_args(arguments)
    print("| articles | run | seconds | dkg, CPU s | workers, CPU s | MiB |")  # noqa: T201
    print("|---:|---|---:|---:|---:|---:|")  # noqa: T201
    with tempfile.TemporaryDirectory(prefix="dkg-bench-") as name, cluster_in(Path(name)) as cluster:
        for articles in given.articles:
            compare(articles, Path(name), cluster)


if __name__ == "__main__":
    main()
