"""`dkg export graph`: the whole graph as one file, the same bytes for the same graph.

``nquads`` is sorted by bytes. ``turtle`` has no graphs, so that a triple which several graphs hold
stands there once. The other formats are written by a library, from quads in that same order.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

import pyoxigraph as ox

from diaspora_kg.errors import UsageError
from diaspora_kg.names import PREFIXES
from diaspora_kg.store import Store

FORMATS = ("nquads", "trig", "turtle", "jsonld")
"""What ``--output`` takes."""

_SERIALIZED = {"trig": ox.RdfFormat.TRIG, "turtle": ox.RdfFormat.TURTLE, "jsonld": ox.RdfFormat.JSON_LD}


def export(store: Store, form: str, out: BinaryIO) -> None:
    """Write the graph; raises :class:`UsageError` for a format that is not in :data:`FORMATS`."""
    if form not in FORMATS:
        raise UsageError(f"{form} is no format of the graph. There are: {', '.join(FORMATS)}.")
    if form == "nquads":
        out.writelines(f"{line}\n".encode() for line in sorted_lines(store))
    else:
        statements = _triples(store) if form == "turtle" else _quads(store)
        written = ox.serialize(statements, None, _SERIALIZED[form], prefixes=PREFIXES) or b""
        out.write(_ordered(written))


def sorted_lines(store: Store) -> list[str]:
    """Every quad as a line of N-Quads, sorted by bytes."""
    lines = [line for graph in store.graphs() for line in store.graph_lines(graph)]
    return sorted(lines, key=str.encode)


def _ordered(written: bytes) -> bytes:
    """The serializer lists its prefixes in an order that changes from run to run."""
    lines = written.split(b"\n")
    size = next((n for n, line in enumerate(lines) if not line.startswith(b"@prefix ")), len(lines))
    return b"\n".join([*sorted(lines[:size]), *lines[size:]])


def _quads(store: Store) -> Iterator[ox.Quad]:
    for graph in store.graphs():
        for line in store.graph_lines(graph):
            yield from ox.parse(line, format=ox.RdfFormat.N_QUADS)


def _triples(store: Store) -> Iterator[ox.Triple]:
    lines = {line[: line.rindex(" <")] for graph in store.graphs() for line in store.graph_lines(graph)}
    for line in sorted(lines):
        for quad in ox.parse(f"{line} .", format=ox.RdfFormat.N_TRIPLES):
            yield quad.triple
