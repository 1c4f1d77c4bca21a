"""The rows of the index: nodes and words, asked of the finished graph."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from diaspora_kg.index import NodeRow, WordRow, Writer
from diaspora_kg.index.rows import labels_of
from diaspora_kg.names import PREFIXES, Names, expand
from diaspora_kg.pipeline.delta import portions
from diaspora_kg.quads import WORDS
from diaspora_kg.store import EmbeddedStore
from diaspora_kg.terms import IRI, Literal, write

_BATCH = 500
_PREFIXES = "".join(f"PREFIX {name}: <{PREFIXES[name]}>\n" for name in ("dct", "dkg", "rdfs", "skosxl"))
ROLES = {expand(prop): role for prop, role in WORDS.items()}
"""What the words of each property are of a node."""

_SPOKEN = f"FILTER (?property IN ({', '.join(f'<{iri}>' for iri in ROLES)}))"


def touched(store: EmbeddedStore, names: Names, subjects: Iterable[str]) -> set[str]:
    """The nodes whose rows may have changed with quads of these subjects: a name's rows are its owner's."""
    found = {node for node in subjects if names.kind_and_key(node)}
    for batch in _batches(sorted(found)):
        named = "GRAPH ?g { ?owner dkg:name ?written }"
        sparql = f"SELECT DISTINCT ?owner {{ {_values('written', batch)} {named} }}"
        found |= {node.value for (node,) in store.stream(_PREFIXES + sparql) if isinstance(node, IRI)}
    return found


def write_nodes(store: EmbeddedStore, names: Names, nodes: Iterable[str], index: Writer) -> None:
    """Let the index have the rows of nodes as the graph tells them, none of what is not in the graph."""
    for waiting in portions(nodes, _BATCH):
        batch = list(dict.fromkeys(waiting))
        typed = f"SELECT DISTINCT ?node {{ {_values('node', batch)} GRAPH ?g {{ ?node a ?class }} }}"
        known = {node.value for (node,) in store.stream(typed) if isinstance(node, IRI)}
        words = sorted(_words(store, sorted(known))) if known else []
        labels = labels_of((one.iri, one.role, one.language, one.words) for one in words)
        rows = [
            NodeRow(iri, *kind_key, labels.get(iri, ""))
            for iri in sorted(known)
            if (kind_key := names.kind_and_key(iri))
        ]
        index.renew(batch, rows, words)


def _words(store: EmbeddedStore, nodes: Sequence[str]) -> set[WordRow]:
    """The words of nodes; those of a name are its owner's."""
    of_owner = f"SELECT DISTINCT ?node {{ {_values('node', nodes)} GRAPH ?g {{ ?owner dkg:name ?node }} }}"
    owned = {node.value for (node,) in store.stream(_PREFIXES + of_owner) if isinstance(node, IRI)}
    own = f"""SELECT ?node ?property ?words {{
      {_values("node", nodes)} GRAPH ?g {{ ?node ?property ?words }} {_SPOKEN} }}"""
    named = f"""SELECT ?node ?property ?words {{
      {_values("node", nodes)} GRAPH ?g {{ ?node dkg:name ?name }}
      GRAPH ?h {{ ?name ?property ?words }} {_SPOKEN} }}"""
    found = set()
    for sparql, unless in ((own, owned), (named, set[str]())):
        for node, prop, words in store.stream(_PREFIXES + sparql):
            if isinstance(node, IRI) and node.value not in unless and prop and isinstance(words, Literal):
                found.add(WordRow(node.value, ROLES[prop.value], words.language, words.value))
    return found


def _values(name: str, nodes: Sequence[str]) -> str:
    return f"VALUES ?{name} {{ {' '.join(write(IRI(node)) for node in nodes)} }}"


def _batches(nodes: Sequence[str]) -> Iterator[Sequence[str]]:
    return (nodes[n : n + _BATCH] for n in range(0, len(nodes), _BATCH))
