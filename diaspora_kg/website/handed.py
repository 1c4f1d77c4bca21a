"""What is asked of a panel for some claims, said so that a store begins with what these claims lead to.

A panel of ties finds the rows of a busy thing by way of its statements, of which it has thousands, before it
looks which of them some few claims are expressed in. Where each way of the panel leads from the claim to
``?content`` in one step, what the claims lead to can be told beforehand.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache

from diaspora_kg.sparql import bind, heads_of
from diaspora_kg.sparql.patterns import Aside, Graph, NotTraceable, Part, Reading, Triple, Union
from diaspora_kg.store import EmbeddedStore
from diaspora_kg.store.base import Solutions
from diaspora_kg.terms import IRI, write_iri

_GRAPH = re.compile(r"\bGRAPH\s+\S+\s*\{\Z", re.IGNORECASE)
_NOWHERE = IRI("urn:x-dkg:nowhere")


def handed(store: EmbeddedStore, text: str, claims: Sequence[str]) -> str:
    """The panel's query with ``?content`` bound to what these claims lead to, if that can be told."""
    ways = _ways(text)
    if not ways:
        return text
    path = "|".join(map(write_iri, sorted(ways)))
    asked = f"SELECT DISTINCT ?content {{ GRAPH ?said {{ ?claim {path} ?content }} }}"
    answer = store.query(bind(asked, {"claim": [IRI(one) for one in claims]}, projected=False))
    rows = answer.rows if isinstance(answer, Solutions) else ()
    found = sorted({row[0].value for row in rows if isinstance(row[0], IRI)}) or [_NOWHERE.value]
    block = f" VALUES ?content {{ {' '.join(map(write_iri, found))} }}"
    parts, done = [], 0
    for head in heads_of(text, "content"):
        if _GRAPH.search(text[:head]):
            parts += [text[done:head], block]
            done = head
    return "".join([*parts, text[done:]])


@cache
def _ways(text: str) -> frozenset[str]:
    """The properties by which a claim leads to ``?content`` in each branch that has it; empty: of one not."""
    try:
        root = Reading(text).query()
    except NotTraceable:
        return frozenset()
    found = set[str]()
    for branch in (branch for part in root if isinstance(part, Union) for branch in part.branches):
        told = list(_triples(branch))
        steps = [one.predicates for one in told if (one.subject, one.object) == ("?claim", "?content")]
        if steps and steps[0] is not None and not any(one.climb or one.inverse for one in told):
            found |= steps[0]
        elif any("?content" in (one.subject, one.object) for one in told):
            return frozenset()
    return frozenset(found)


def _triples(parts: Sequence[Part]) -> Iterator[Triple]:
    for part in parts:
        if isinstance(part, Triple):
            yield part
        elif isinstance(part, Graph | Aside):
            yield from _triples(part.inside)
        elif isinstance(part, Union):
            for branch in part.branches:
                yield from _triples(branch)
