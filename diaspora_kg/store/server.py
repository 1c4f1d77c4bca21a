"""A store that is a server of its own: where it answers, who may write there, and the graphs in it.

Questions and updates go by the SPARQL 1.1 Protocol (SPARQLWrapper), whole graphs by the SPARQL 1.1 Graph
Store HTTP Protocol, one PUT a graph. Only graphs below one IRI are seen or touched, so that other data on
the same server are safe. One graph below it is no data: it says which snapshot the server holds
(:mod:`~diaspora_kg.store.marker`).
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from itertools import groupby
from threading import Lock
from typing import IO, Self

import pyoxigraph as ox

from diaspora_kg.credentials import Credentials
from diaspora_kg.errors import AnsweredWrong
from diaspora_kg.names import expand
from diaspora_kg.project import Project
from diaspora_kg.store.base import QueryRefused, Result, Solutions
from diaspora_kg.store.graphs import GraphClient
from diaspora_kg.store.marker import Marker
from diaspora_kg.store.places import Layout, Places
from diaspora_kg.store.remote import RemoteStore
from diaspora_kg.terms import IRI, Literal, write

SECONDS = 60
"""How long an answer may take, unless ``[store]`` says otherwise."""
_SOON = 10  # seconds in which a server must say which snapshot it holds
_UPDATE = 1000
"""Triples of one update: Virtuoso 7 gives up at about 5,000."""
_PUT = 20_000
"""Triples of one request of the Graph Store Protocol."""
_SPOOL = 64 << 20
_SAYS = f"<{expand('dct:identifier')}>"
_END = " ."


class ServerStore:
    """A :class:`~diaspora_kg.store.base.Store` behind HTTP.

    No transaction spans graphs: what reads while several are replaced may see some of them new and others
    old. ``below`` begins the IRIs of all graphs of this store.
    """

    def __init__(
        self, places: Places, below: str, credentials: Credentials | None = None, *, timeout: int = SECONDS
    ) -> None:
        """Opens nothing yet; raises :class:`~diaspora_kg.errors.UsageError` for what is no address."""
        self.places = places
        self.below = below
        self.credentials = credentials
        self.seconds = timeout
        self._asked = RemoteStore(places.query, credentials=credentials, timeout=timeout)
        self._state = RemoteStore(places.query, credentials=credentials, timeout=min(timeout, _SOON))
        self._told = RemoteStore(places.update, credentials=credentials, timeout=timeout)
        self._graphs = GraphClient(places.graphs, credentials, timeout=timeout)
        self._marker = f"{below}published"
        self._turn: AbstractContextManager[object] = Lock() if places.layout.in_turn else nullcontext()

    @classmethod
    def of(cls, project: Project, settings: Mapping[str, str] | None = None) -> Self:
        """The store of a project, as ``[store]`` in ``dkg.toml`` says, or as other such settings do.

        Raises :class:`UsageError` where nobody has said that the project's own may be asked.
        """
        if settings is None:
            project.may_ask()
        given = project.store if settings is None else settings
        seconds = int(given.get("seconds", SECONDS))
        return cls(Places.given(given), f"{project.base}graph/", project.credentials, timeout=seconds)

    def query(self, sparql: str, *, union: bool = False) -> Result:
        """See :meth:`Store.query <diaspora_kg.store.base.Store.query>`."""
        return self._asked.query(sparql, union=union, layout=self.places.layout)

    def replace(self, graphs: Mapping[str, Iterable[str]]) -> None:
        """See :meth:`Store.replace <diaspora_kg.store.base.Store.replace>`; one graph after the other."""
        whole = {graph: [_triple(line, graph) for line in lines] for graph, lines in graphs.items()}
        for graph in whole:
            self._ours(graph)
        for graph, triples in whole.items():
            self._put(graph, triples)

    def _put(self, graph: str, triples: Sequence[str]) -> None:
        if not triples:
            with self._turn:
                self._graphs.delete(graph)
            return
        for number, part in enumerate(_parts(triples, _PUT)):
            self._send(graph, _body(part), replace=number == 0)

    def _send(self, graph: str, body: bytes, *, replace: bool) -> None:
        with self._turn:
            self._graphs.send(graph, body, replace=replace)

    def change(self, remove: Iterable[str], add: Iterable[str]) -> None:
        """Take N-Quads lines out and put others in, in several updates; a graph without quads may go."""
        for word, lines in (("DELETE DATA", remove), ("INSERT DATA", add)):
            for graph, triples in _by_graph(sorted(lines, key=_graph_of)):
                self._ours(graph)
                for part in _parts(triples, _UPDATE):
                    inside = "\n".join(part)
                    with self._turn:
                        self._told.update(f"{word} {{ GRAPH {write(IRI(graph))} {{\n{inside}\n}} }}")

    def load(self, lines: Iterable[str]) -> None:
        """See :meth:`Store.load <diaspora_kg.store.base.Store.load>`; raises :class:`ValueError`.

        All lines are read and understood before the first is sent.
        """
        with tempfile.SpooledTemporaryFile(max_size=_SPOOL) as spool:
            for line in lines:
                spool.write(f"{line}\n".encode())
            spool.seek(0)
            for graph in _understood(spool):
                self._ours(graph)
            spool.seek(0)
            text = (line.decode().rstrip("\n") for line in spool)
            for graph, triples in _by_graph(text):
                for part in _parts(triples, _PUT):
                    self._send(graph, _body(part), replace=False)

    def graphs(self) -> tuple[str, ...]:
        """See :meth:`Store.graphs <diaspora_kg.store.base.Store.graphs>`."""
        found = self._plain(
            "SELECT DISTINCT ?g WHERE { GRAPH ?g { ?s ?p ?o } "
            f"FILTER(STRSTARTS(STR(?g), {write(Literal(self.below))})) }}"
        )
        rows = found.rows if isinstance(found, Solutions) else ()
        names = (row[0].value for row in rows if isinstance(row[0], IRI))
        ours = (name for name in names if name.startswith(self.below))  # whatever a server says
        return tuple(sorted(name for name in ours if name != self._marker))

    def graph_lines(self, graph: str) -> list[str]:
        """See :meth:`Store.graph_lines <diaspora_kg.store.base.Store.graph_lines>`."""
        end = f"{write(IRI(graph))} ."
        found = {f"{s} {p} {o} {end}".encode() for s, p, o in self._graphs.triples(graph)}
        return [line.decode() for line in sorted(found)]

    def marker(self) -> Marker | None:
        """What the server says of itself; ``None``: nothing that this program wrote."""
        asked = f"SELECT ?said {{ GRAPH {write(IRI(self._marker))} {{ ?graph {_SAYS} ?said }} }} LIMIT 2"
        found = self._plain(asked, self._state, self.places.layout)
        rows = found.rows if isinstance(found, Solutions) else ()
        said = rows[0][0] if len(rows) == 1 else None
        return Marker.read(said.value) if said is not None else None

    def mark(self, marker: Marker) -> None:
        """Let the server say this of itself."""
        graph = write(IRI(self._marker))
        says = f"{graph} {_SAYS} {write(Literal(marker.write()))} .\n"
        self._send(self._marker, says.encode(), replace=True)

    def mixed(self) -> bool:
        """Whether the server holds articles that are not of this store."""
        ours = f"STRSTARTS(STR(?g), {write(Literal(self.below))})"
        article = write(IRI(expand("dkg:Article")))
        return self._plain(f"ASK {{ GRAPH ?g {{ ?article a {article} }} FILTER(!{ours}) }}") is True

    def close(self) -> None:
        """Let go of the connections."""
        self._graphs.close()

    def _plain(self, sparql: str, asked: RemoteStore | None = None, layout: Layout | None = None) -> Result:
        """The answer to a query of ours, which every server understands."""
        try:
            return (asked or self._asked).query(sparql, layout=layout)
        except QueryRefused as error:
            raise AnsweredWrong(f"{self.places.query} does not take a plain query: {error}") from error

    def _ours(self, graph: str) -> None:
        if not graph.startswith(self.below):
            raise ValueError(f"the graph {graph} is not below {self.below}")


def _triple(line: str, graph: str) -> str:
    end = f" {write(IRI(graph))} ."
    if not line.endswith(end):
        raise ValueError(f"this line is not of the graph {graph}: {line}")
    return line[: -len(end)] + _END


def _graph_of(line: str) -> str:
    return line[line.rindex(" <") + 2 : -3]


def _by_graph(lines: Iterable[str]) -> Iterator[tuple[str, list[str]]]:
    """Lines that follow each other by graph, as triples."""
    for graph, part in groupby(lines, key=_graph_of):
        yield graph, [_triple(line, graph) for line in part]


def _parts(triples: Sequence[str], size: int) -> Iterator[Sequence[str]]:
    return (triples[start : start + size] for start in range(0, len(triples), size))


def _body(triples: Sequence[str]) -> bytes:
    return "".join(f"{triple}\n" for triple in triples).encode()


def _understood(spool: IO[bytes]) -> set[str]:
    """The graphs of N-Quads that a parser of its own understands."""
    try:
        found = {quad.graph_name for quad in ox.parse(spool, format=ox.RdfFormat.N_QUADS)}
    except SyntaxError as error:
        raise ValueError(f"not N-Quads: {error}") from error
    if any(not isinstance(graph, ox.NamedNode) for graph in found):
        raise ValueError("not N-Quads of named graphs: a line names none")
    return {graph.value for graph in found if isinstance(graph, ox.NamedNode)}
