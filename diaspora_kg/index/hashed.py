"""What the hash of an index is made of.

Rows that come and go together are hashed as one: a node with its words, and what one file says of places in
an article. Former keys, and the places of what belongs to no article, are hashed row by row.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence

from diaspora_kg.quickjson import encoder
from diaspora_kg.sums import Total, digest

Four = tuple[str, str, str, str]
"""The cells of a row of a node (IRI, kind, key, label) or of words (IRI, role, language, words)."""

Place = tuple[str, str, str, int, str]
"""The cells of an origin: IRI, article, file, line, place."""

_ENCODED = encoder(ensure_ascii=False)


def node_digests(nodes: Iterable[Four], words: Iterable[Four]) -> list[bytes]:
    """What each node adds to the hash, with those of the words that are its own."""
    said = _by_node(words)
    nothing: list[str] = []
    return [digest(_joined("node", [*node, *said.get(node[0], nothing)])) for node in nodes]


def of_nodes(nodes: Collection[Four], words: Collection[Four]) -> Total:
    """The hash of nodes, of each of which all words are given."""
    total = Total()
    known = {node[0] for node in nodes}
    unknown = (said for iri, said in _by_node(words).items() if iri not in known)
    digests = [*node_digests(nodes, words), *(digest(_joined("words", cells)) for cells in unknown)]
    total.add_digests(digests, len(nodes) + len(words))
    return total


def of_places(rows: Iterable[Place]) -> Total:
    """The hash of places; of an article, all that a file says of it must be given."""
    total = Total()
    parts: defaultdict[tuple[str, str], list[Place]] = defaultdict(list)
    for row in rows:
        parts[row[1], row[2]].append(row)
    for (article, file), some in parts.items():
        for whole in [some] if article else [[row] for row in some]:
            cells = [cell for iri, _, _, line, where in sorted(whole) for cell in (iri, str(line), where)]
            total.add_whole(_joined("origin", [article, file, *cells]), len(whole))
    return total


def of_formers(rows: Iterable[tuple[str, str]]) -> Total:
    """The hash of former keys, each with the IRI of its node."""
    total = Total()
    total.add_encoded([_joined("former", row) for row in rows])
    return total


def _by_node(words: Iterable[Four]) -> dict[str, list[str]]:
    said: dict[str, list[str]] = {}
    for row in sorted(words):
        said.setdefault(row[0], []).extend(row)
    return said


def _joined(table: str, cells: Sequence[str]) -> bytes:
    """Cells with NUL between them; where one holds NUL itself, in a form that no others can have."""
    text = "\0".join((table, *cells))
    if text.count("\0") > len(cells):
        text = f"{table} {_ENCODED(cells)}"
    return text.encode()
