"""The store that needs no server: pyoxigraph, in a folder or in memory.

pyoxigraph sees named graphs in its default graph only when told to, and then ignores FROM: the
union is asked for in one place, below. ``SERVICE`` would make real HTTP calls, so every query passes
the guard here, wherever it comes from.
"""

from __future__ import annotations

import io
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO, cast

import pyoxigraph as ox

from diaspora_kg.sparql.guard import guard, names_dataset
from diaspora_kg.sparql.tally import tally
from diaspora_kg.store.answered import node, result, row, term
from diaspora_kg.store.base import QueryRefused, Result, StoreDamaged
from diaspora_kg.terms import IRI, Term, write

_CHUNK = 1 << 20
_AGAIN = "Run: dkg build"


class EmbeddedStore:
    """A :class:`~diaspora_kg.store.base.Store` in this process; only one may write a folder."""

    def __init__(self, path: Path | None = None, *, read_only: bool = False) -> None:
        """Open or create the folder ``path`` (``None``: memory).

        Raises :class:`OSError`, and :class:`StoreDamaged` for a folder that holds no store that is whole;
        so does every method that reads.
        """
        self._store: ox.Store | None = None
        with _whole():
            if path is not None and read_only:
                if not (path / "CURRENT").is_file():
                    raise StoreDamaged(f"{path} holds no store. {_AGAIN}")
                self._store = ox.Store.read_only(str(path))
            else:
                self._store = ox.Store(str(path)) if path is not None else ox.Store()

    @property
    def _open(self) -> ox.Store:
        if self._store is None:
            raise ValueError("the store is closed")
        return self._store

    def query(self, sparql: str, *, union: bool = False) -> Result:
        """See :meth:`Store.query <diaspora_kg.store.base.Store.query>`."""
        guard(sparql)
        everywhere = union and not names_dataset(sparql)
        try:
            with _whole():
                found = self._open.query(sparql, use_default_graph_as_union=everywhere)
                return result(found)
        except (SyntaxError, RuntimeError) as error:  # the latter: a function that is not known
            raise QueryRefused(str(error)) from error

    def replace(self, graphs: Mapping[str, Iterable[str]]) -> None:
        """See :meth:`Store.replace <diaspora_kg.store.base.Store.replace>`."""
        steps = []
        for graph, lines in graphs.items():
            name = write(IRI(graph))
            steps.append(f"DROP SILENT GRAPH {name}")
            triples = [_without(line, name) for line in lines]
            if triples:
                inside = " .\n".join(triples)
                steps.append(f"INSERT DATA {{ GRAPH {name} {{\n{inside}\n}} }}")
        self._open.update(" ;\n".join(steps))

    def change(self, remove: Iterable[str], add: Iterable[str]) -> None:
        """See :meth:`Store.change <diaspora_kg.store.base.Store.change>`: one transaction; graphs stay."""
        steps = [f"DELETE DATA {{ {text} }}" for text in [_grouped(remove)] if text]
        steps += [f"INSERT DATA {{ {text} }}" for text in [_grouped(add)] if text]
        if steps:
            self._open.update(" ;\n".join(steps))

    def stream(self, sparql: str) -> Iterator[tuple[Term | None, ...]]:
        """The rows of a SELECT one by one, so that they are never held all at once; raises as ``query``."""
        found = self._solutions(sparql)
        width = len(found.variables)
        return (row(solution, width) for solution in found)

    def lines(self, sparql: str) -> list[str]:
        """The rows of a SELECT as lines, with cells between tabs (:mod:`~diaspora_kg.store.cells`).

        Raises as :meth:`query`.
        """
        guard(sparql)
        try:
            with _whole():
                found = self._open.query(sparql)
                if not isinstance(found, ox.QuerySolutions):
                    raise QueryRefused("this query has no rows")
                written = found.serialize(format=ox.QueryResultsFormat.TSV) or b""
        except (SyntaxError, RuntimeError) as error:
            raise QueryRefused(str(error)) from error
        return written.decode().split("\n")[1:-1]

    def count(self, sparql: str) -> int:
        """How many rows a SELECT has; none of them is looked at. Raises as :meth:`stream`."""
        asked = tally(sparql)
        if asked is None:
            return sum(1 for _ in self._solutions(sparql))
        return int(next(row[0].value for row in self._solutions(asked)))

    def _solutions(self, sparql: str) -> ox.QuerySolutions:
        guard(sparql)
        try:
            found = self._open.query(sparql)
        except (SyntaxError, RuntimeError) as error:
            raise QueryRefused(str(error)) from error
        if not isinstance(found, ox.QuerySolutions):
            raise QueryRefused("this query has no rows")
        return found

    def construct(self, sparql: str, graph: str) -> Iterator[str]:
        """The triples of a CONSTRUCT as N-Quads lines of a graph, one by one, perhaps some of them twice.

        Raises :class:`QueryRefused` for what is no such query.
        """
        guard(sparql)
        try:
            found = self._open.query(sparql)
        except (SyntaxError, RuntimeError) as error:
            raise QueryRefused(str(error)) from error
        if not isinstance(found, ox.QueryTriples):
            raise QueryRefused("this is no CONSTRUCT query")
        end = f"{write(IRI(graph))} ."
        return (
            f"{write(node(t.subject))} {write(node(t.predicate))} {write(term(t.object))} {end}"
            for t in found
        )

    def write_construct(self, sparql: str, into: Path) -> None:
        """Write the triples of a CONSTRUCT into a new file as N-Triples, perhaps some of them twice.

        Other threads run meanwhile, as with all that reads or writes a file by its path. Raises
        :class:`QueryRefused` for what is no such query.
        """
        guard(sparql)
        try:
            with _whole():
                found = self._open.query(sparql)
                if not isinstance(found, ox.QueryTriples):
                    raise QueryRefused("this is no CONSTRUCT query")
                found.serialize(str(into), format=ox.RdfFormat.N_TRIPLES)
        except (SyntaxError, RuntimeError) as error:
            raise QueryRefused(str(error)) from error

    def load_triples(self, file: Path, graph: str) -> None:
        """Add the lines of a file of N-Triples to a graph; raises :class:`ValueError`."""
        with _whole():
            try:
                name = ox.NamedNode(graph)
                self._open.bulk_load(path=str(file), format=ox.RdfFormat.N_TRIPLES, to_graph=name)
            except SyntaxError as error:
                raise ValueError(f"not N-Triples: {error}") from error

    def load(self, lines: Iterable[str]) -> None:
        """See :meth:`Store.load <diaspora_kg.store.base.Store.load>`; raises :class:`ValueError`."""
        try:
            self._open.bulk_load(cast("IO[bytes]", _Stream(lines)), format=ox.RdfFormat.N_QUADS)
        except SyntaxError as error:
            raise ValueError(f"not N-Quads: {error}") from error

    def load_bytes(self, lines: Iterable[bytes]) -> None:
        """The same of lines as bytes, each with its line break; raises :class:`ValueError`.

        Their IRIs and languages must be such as :mod:`diaspora_kg.terms` writes: nobody looks at them again.
        """
        try:
            self._open.bulk_load(b"".join(lines), format=ox.RdfFormat.N_QUADS, lenient=True)
        except SyntaxError as error:
            raise ValueError(f"not N-Quads: {error}") from error

    def dump(self, graph: str, into: Path) -> None:
        """Write the triples of one graph into a new file, as N-Triples in no order."""
        with _whole():
            self._open.dump(str(into), format=ox.RdfFormat.N_TRIPLES, from_graph=ox.NamedNode(graph))

    def graphs(self) -> tuple[str, ...]:
        """See :meth:`Store.graphs <diaspora_kg.store.base.Store.graphs>`."""
        with _whole():
            return tuple(sorted(graph.value for graph in self._open.named_graphs()))

    def graph_lines(self, graph: str) -> list[str]:
        """See :meth:`Store.graph_lines <diaspora_kg.store.base.Store.graph_lines>`."""
        with _whole():
            dumped = self._open.dump(format=ox.RdfFormat.N_TRIPLES, from_graph=ox.NamedNode(graph)) or b""
        end = f"{write(IRI(graph))} ."
        # A literal's own line breaks are escaped, others that str.splitlines knows are not.
        return [f"{line.decode()[:-1]}{end}" for line in sorted(dumped.split(b"\n")) if line]

    def backup(self, path: Path) -> None:
        """Copy the store into a new folder that later writes do not touch: hard links, milliseconds."""
        self._open.flush()
        self._open.backup(str(path))

    def optimize(self) -> None:
        """Compact the files; joins are several times faster afterwards."""
        self._open.optimize()

    def close(self) -> None:
        """See :meth:`Store.close <diaspora_kg.store.base.Store.close>`."""
        self._store = None  # pyoxigraph lets go of the files when the last reference goes


@contextmanager
def _whole() -> Iterator[None]:
    """A wrong checksum, which pyoxigraph tells by the words of a general error."""
    try:
        yield
    except RuntimeError as error:
        if not str(error).startswith("Corruption"):
            raise
        raise StoreDamaged(f"The graph's files are damaged. {_AGAIN} ({error})") from error


class _Stream(io.RawIOBase):
    """Lines as a readable file, so that a bulk load never holds them all."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._lines = iter(lines)
        self._rest = b""
        self._given = 0  # bytes of the rest that were read

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        limit = size if size >= 0 else _CHUNK
        if len(self._rest) - self._given < limit:  # a long line is not copied for each piece
            parts = [self._rest[self._given :]]
            have = len(parts[0])
            for line in self._lines:
                parts.append(f"{line}\n".encode())
                have += len(parts[-1])
                if have >= limit:
                    break
            self._rest, self._given = b"".join(parts), 0
        data = self._rest[self._given : self._given + limit]
        self._given += len(data)
        return data


def _grouped(lines: Iterable[str]) -> str:
    """N-Quads lines as the quads of SPARQL Update, by graph."""
    graphs: defaultdict[str, list[str]] = defaultdict(list)
    for line in lines:
        cut = line.rindex(" <")
        graphs[line[cut + 1 : -2]].append(line[:cut])
    texts = {name: " .\n".join(triples) for name, triples in graphs.items()}
    return "\n".join(f"GRAPH {name} {{\n{text}\n}}" for name, text in texts.items())


def _without(line: str, graph: str) -> str:
    end = f" {graph} ."
    if not line.endswith(end):
        raise ValueError(f"this line is not of the graph {graph}: {line}")
    return line[: -len(end)]
