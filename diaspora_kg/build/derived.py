"""In a build from nothing: counts the derived quads, and tells the index of the nodes that they name."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from diaspora_kg.build.content import touched, write_nodes
from diaspora_kg.build.spoken import SPOKEN, further
from diaspora_kg.build.work import Work
from diaspora_kg.pipeline.anew import Made
from diaspora_kg.pipeline.delta import portions
from diaspora_kg.sums import digest
from diaspora_kg.terms import IRI, write

FOLDER = "rules.new"
"""Where the files of rules lie while they are run, beside the other things that are half made."""


def count_derived(work: Work, made: Sequence[Made], graph: str) -> None:
    """Take up what rules made: each line once into ``content``, its words into the index."""
    for one in made:
        seen: set[bytes] = set()
        speaks = one.properties is None or bool(one.properties & SPOKEN)
        for file in one.files:
            with file.open("rb") as lines:
                for portion in portions(lines):
                    new = _new(portion, graph, seen)
                    work.content.add_digests(new.keys())
                    if speaks:
                        words, others = further((line.decode() for line in new.values()), work.names)
                        work.stale |= others | work.index.more(words)


def index_nodes(work: Work) -> None:
    """Bring the rows of nodes up to date with the graph as it is now."""
    nodes = touched(work.store, work.names, work.stale if work.fresh else work.subjects)
    write_nodes(work.store, work.names, sorted(nodes), work.index)
    work.stale = set()


def forget_derived(work: Work, graph: str, folder: Path) -> None:
    """Empty the derived graph, as if it had not been counted; the index asks for its nodes at the end."""
    file = folder / "before.nt"
    work.store.dump(graph, file)
    with file.open("rb") as lines:
        for portion in portions(lines):
            new = _new(portion, graph, set())
            for line in new.values():
                work.stale.add(line[1 : line.index(b">")].decode())
            work.content.part_digests(new.keys())
    file.unlink()
    work.store.replace({graph: ()})


def _new(lines: Sequence[bytes], graph: str, seen: set[bytes]) -> dict[bytes, bytes]:
    """Triples by the digests of their quads, but for those that were seen before."""
    end = f"{write(IRI(graph))} .".encode()
    found = {digest(line[:-2] + end): line for line in lines}
    if not seen.isdisjoint(found):
        found = {key: line for key, line in found.items() if key not in seen}
    seen.update(found)
    return found
