"""How long each saved query takes on some 200,000 quads, beside the time to count them all.

``python -m tests.bench.queries`` prints a table: seconds of CPU, and the ratio to the count, which
reads every quad once. A careless join stands out by its ratio.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator

from diaspora_kg.queries.answer import prepared
from diaspora_kg.queries.lookup import Lookup
from diaspora_kg.store.embedded import EmbeddedStore
from tests.press import BASE, OF_TALKS, PARAMS, TALKS, TALKS_PARAMS, bundled, lookup_in, press_lines

COPIES = 200

SHARED = {
    "n1.league", "n1.norland", "n2.norland", "q1.guild", "q2.choir", "q1.norland", "q1.herald", "q2.gazette"
}  # fmt: skip
"""What all copies speak of, as real articles speak of the same few actors."""

OWN = re.compile(rf"<{re.escape(BASE)}(?:id/[^/>]+|graph/article)/(?P<key>[^>]+)>")
COUNT = "SELECT (COUNT(*) AS ?n) WHERE { GRAPH ?g { ?s ?p ?o } }"


def copies() -> Iterator[str]:
    """The articles many times; each copy has nodes of its own, beside the shared ones."""
    lines = [*press_lines(), *press_lines(TALKS)]
    yield from lines
    own = [line for line in lines if "graph/article" in line]
    for number in range(COPIES):
        for line in own:
            yield OWN.sub(lambda found, n=number: _numbered(found, n), line)  # type: ignore[misc]


def _numbered(found: re.Match[str], number: int) -> str:
    return found[0] if found["key"] in SHARED else f"{found[0][:-1]}-{number}>"


def seconds(many: Lookup, text: str) -> float:
    """The CPU time of one answer."""
    begun = time.process_time()
    many.store.query(text)
    return time.process_time() - begun


def main() -> None:
    """Print the table."""
    store = EmbeddedStore()
    store.load(copies())
    many = lookup_in(store)
    floor = seconds(many, COUNT)
    print(f"{'count of all quads':40} {floor:8.3f} s   1.0")  # noqa: T201
    for name in sorted(bundled().queries):
        params = (TALKS_PARAMS if name in OF_TALKS else PARAMS).get(name, {})
        taken = seconds(many, prepared(bundled().get(name), params, many))
        print(f"{name:40} {taken:8.3f} s {taken / floor:5.1f}")  # noqa: T201


if __name__ == "__main__":
    main()
