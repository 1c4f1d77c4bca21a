"""The hashes of a snapshot, made anew from what they are said to be."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from diaspora_kg.index import Index
from diaspora_kg.store import Snapshot


def proven(snapshot: Snapshot) -> None:
    """Assert that the manifest's hashes are those of the graph and of the rows of the index."""
    with Index(snapshot.index) as index:
        rows = {view: list(index.all_rows(view)) for view in ("nodes", "origins", "formers", "words")}
        assert index_hash(rows) == snapshot.manifest.index
    store = snapshot.store()
    try:
        parts: list[str] = []
        count = 0
        for graph in store.graphs():
            lines = sorted(line.encode() for line in store.graph_lines(graph))
            count += len(lines)
            one = "/graph/article/" in graph or "/graph/about/" in graph
            parts += ["".join(f"{line.decode()}\n" for line in lines)] if one else map(bytes.decode, lines)
    finally:
        store.close()
    assert summed(parts, count) == snapshot.manifest.id
    assert count == snapshot.manifest.counts["quads"]


def index_hash(rows: dict[str, Any]) -> str:
    """The hash of rows of an index, given as cells by table."""
    of_node: defaultdict[str, list[str]] = defaultdict(list)
    for row in sorted(rows["words"]):
        of_node[row[0]] += row
    parts = ["\0".join(["node", *row, *of_node.get(row[0], ())]) for row in rows["nodes"]]
    assert of_node.keys() <= {row[0] for row in rows["nodes"]}
    of_file: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    for iri, article, file, line, place in sorted(rows["origins"]):
        if article:
            of_file[article, file] += (iri, str(line), place)
        else:
            parts.append("\0".join(["origin", "", file, iri, str(line), place]))
    parts += ["\0".join(["origin", *who, *said]) for who, said in of_file.items()]
    parts += ["\0".join(["former", *row]) for row in rows["formers"]]
    return summed(parts, sum(map(len, rows.values())))


def summed(parts: Iterable[str], count: int) -> str:
    """The sum of the SHA-256 of each part, as one SHA-256 with the number of lines."""
    value = sum(int(hashlib.sha256(part.encode()).hexdigest(), 16) for part in parts) % 2**256
    return hashlib.sha256(f"{value:064x} {count}".encode()).hexdigest()
