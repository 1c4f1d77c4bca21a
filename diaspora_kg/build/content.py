"""What a finished graph amounts to: hashes and counts of its graphs, and the rows of its index."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from diaspora_kg.build.pieces import Piece
from diaspora_kg.build.weight import Weight
from diaspora_kg.identity import JOINED_KINDS
from diaspora_kg.index import Content, FormerRow, NodeRow, OriginRow, WordRow
from diaspora_kg.names import PREFIXES, Names
from diaspora_kg.quads import Mapped
from diaspora_kg.store import Solutions, Store
from diaspora_kg.terms import IRI, Literal

_ROLES = """
  (rdfs:label "label") (dct:title "title") (dkg:gloss "paraphrase") (skosxl:literalForm "name")
  (dkg:quote "quote") (dkg:quoteStart "quote") (dkg:quoteEnd "quote")
"""
_WORDS = f"""
SELECT DISTINCT ?node ?role ?words WHERE {{
  VALUES (?property ?role) {{ {_ROLES} }}
  GRAPH ?graph {{ ?written ?property ?words }}
  OPTIONAL {{ GRAPH ?other {{ ?owner dkg:name ?written }} }}
  BIND (COALESCE(?owner, ?written) AS ?node)
}}
"""
_LABELLED = ("label", "title", "name", "paraphrase")


def counts(weights: Mapping[str, Weight], content: Content, names: Names) -> dict[str, int]:
    """Quads, graphs, annotated articles, and nodes by kind (articles that were only relayed among them)."""
    kinds = Counter(node.kind for node in content.nodes)
    quads = sum(weight.quads for weight in weights.values())
    own = names.graph("article/")
    return {
        "quads": quads,
        "graphs": len(weights),
        "articles": sum(graph.startswith(own) for graph in weights),
        **{f"nodes.{kind}": n for kind, n in sorted(kinds.items())},
    }


def index_content(
    store: Store,
    names: Names,
    pieces: Iterable[Piece],
    others: Iterable[Mapped],
    canonical: Mapping[str, str],
) -> Content:
    """The rows of the index: nodes and words from the graph, places from what was read.

    ``others`` are the register and the decisions, ``canonical`` maps joined records to their node.
    """
    pieces = tuple(pieces)
    words = tuple(_words(store, names))
    labels = _labels(words)
    nodes = [NodeRow(iri, *kind_key, labels.get(iri, "")) for iri, kind_key in _nodes(store, names)]
    file = (OriginRow(iri, "", o.file, o.line) for other in others for iri, o in other.origins.items())
    origins = (row for piece in pieces for row in piece.origins)
    formers = (
        FormerRow(former, names.node("article", piece.key)) for piece in pieces for former in piece.formers
    )
    joined = _joined(nodes, canonical)
    return Content(tuple(nodes), (*file, *origins), (*formers, *joined), words).sorted()


def _joined(nodes: Iterable[NodeRow], canonical: Mapping[str, str]) -> Iterator[FormerRow]:
    """The keys of records that are part of another, which lead to it."""
    if canonical:
        meant = set(canonical.values())
        by_key = {node.key: node.iri for node in nodes if node.kind in JOINED_KINDS and node.key in meant}
        yield from (FormerRow(key, by_key[into]) for key, into in canonical.items() if into in by_key)


def _nodes(store: Store, names: Names) -> Iterator[tuple[str, tuple[str, str]]]:
    found = _select(store, "SELECT DISTINCT ?node WHERE { GRAPH ?graph { ?node a ?class } }")
    for row in found:
        iri = row["node"].value
        if kind_key := names.kind_and_key(iri):
            yield iri, kind_key


def _words(store: Store, names: Names) -> Iterator[WordRow]:
    for row in _select(store, _WORDS):
        node, role, words = row["node"], row["role"], row["words"]
        if isinstance(node, IRI) and isinstance(words, Literal) and names.kind_and_key(node.value):
            yield WordRow(node.value, role.value, words.language, words.value)


def _labels(words: Iterable[WordRow]) -> dict[str, str]:
    """One label a node: the best sort of words there is, English before other languages."""
    best: dict[str, tuple[int, bool, str, str]] = {}
    for row in words:
        if row.role in _LABELLED:
            rank = (_LABELLED.index(row.role), row.language != "en", row.language, row.words)
            best[row.iri] = min(best.get(row.iri, rank), rank)
    return {iri: rank[-1] for iri, rank in best.items()}


def _select(store: Store, sparql: str) -> Solutions:
    prefixes = "".join(f"PREFIX {name}: <{PREFIXES[name]}>\n" for name in ("dct", "dkg", "rdfs", "skosxl"))
    found = store.query(prefixes + sparql)
    if not isinstance(found, Solutions):
        raise TypeError("this query has rows")
    return found
