"""``python -m tests.bench.part NAME`` measures one part of the table, its plan as JSON on stdin.

Each part runs in a process of its own, so that what goes wrong in one costs no other its figures. Its rows
come on stdout as lines of JSON, as soon as they are known.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from importlib import import_module
from typing import cast

from tests.bench import plan
from tests.bench.plan import Plan
from tests.bench.rows import Row

PARTS: Mapping[str, str] = {
    "mapping": "articles as quads, beside rdflib and morph-kgc",
    "validating": "what validation of an article costs, beside pyshacl, and whether both engines agree",
    "inmemory": "articles in memory to the store, beside oxigraph load",
    "builds": "first builds beside oxigraph load, memory, growth",
    "changes": "a build after one change, or none",
    "asking": "saved queries, beside oxigraph serve and rdflib",
    "sites": "pages, beside Hugo and a loop of Jinja2",
    "faulty": "a corpus with a fault in every hundredth article",
}
"""Every part by its module, in the order of the table."""


def main() -> None:
    """Measure the part that the command line names."""
    rows = cast("Callable[[Plan], Iterator[Row]]", import_module(f"tests.bench.{sys.argv[1]}").rows)
    for row in rows(plan.read(sys.stdin.readline())):
        sys.stdout.write(f"{row.told()}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
