"""Where a SPARQL server answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from diaspora_kg.credentials import origin


class Layout(StrEnum):
    """A make of server: its addresses, and how it is asked for the union of its graphs."""

    OXIGRAPH = "oxigraph"
    VIRTUOSO = "virtuoso"
    FUSEKI = "fuseki"
    GRAPHDB = "graphdb"

    @property
    def ends(self) -> tuple[str, str, str]:
        """What follows the address of a server: for queries, for updates, for graphs."""
        return _ENDS[self]

    @property
    def in_turn(self) -> bool:
        """Whether it may be written to by one only at a time.

        Virtuoso 7.2 now and then ends with a broken connection, or meets its own keys twice, while several
        write.
        """
        return self is Layout.VIRTUOSO


_ENDS = {
    Layout.OXIGRAPH: ("/query", "/update", "/store"),
    Layout.VIRTUOSO: ("/sparql", "/sparql-auth", "/sparql-graph-crud-auth"),
    Layout.FUSEKI: ("/query", "/update", "/data"),
    Layout.GRAPHDB: ("", "/statements", "/rdf-graphs/service"),
}


@dataclass(frozen=True, slots=True)
class Places:
    """The three addresses of a server (SPARQL 1.1 Protocol, Graph Store HTTP Protocol)."""

    query: str
    update: str
    graphs: str
    layout: Layout = Layout.OXIGRAPH

    @classmethod
    def of(cls, url: str, layout: Layout = Layout.OXIGRAPH) -> Places:
        """The usual addresses of a server at ``url``; raises :class:`UsageError` for what is no address.

        >>> Places.of("https://graph.example.org/", Layout.VIRTUOSO).update
        'https://graph.example.org/sparql-auth'
        """
        origin(url)
        query, update, graphs = (url.rstrip("/") + end for end in layout.ends)
        return cls(query, update, graphs, layout)

    @classmethod
    def given(cls, settings: Mapping[str, str]) -> Places:
        """The addresses that the table ``[store]`` of ``dkg.toml`` gives; raises as :meth:`of`.

        >>> Places.given({"url": "http://127.0.0.1:7878", "query": "http://127.0.0.1:9/q"}).query
        'http://127.0.0.1:9/q'
        """
        layout = Layout(settings.get("layout", Layout.OXIGRAPH))
        usual = cls.of(settings["url"], layout)
        query, update, graphs = (settings.get(name, getattr(usual, name)) for name in _NAMES)
        for url in (query, update, graphs):
            origin(url)
        return cls(query, update, graphs, layout)


_NAMES = ("query", "update", "graphs")
