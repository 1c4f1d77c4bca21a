"""Full text in a saved query: the header ``text`` gives a variable the nodes in which words were found.

The index lies with the snapshot of the project, so the same question can be asked of a copy of the graph on
another server. The nodes go into the query as a VALUES block; there is a bound to it, and who asks is told.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence

from diaspora_kg.errors import UsageError
from diaspora_kg.index import worded
from diaspora_kg.queries.catalog import SavedQuery
from diaspora_kg.queries.lookup import Lookup
from diaspora_kg.sparql import variables
from diaspora_kg.terms import IRI, Term

MOST = 500
"""Nodes that a query is asked about."""

_SECONDS = 3.0
"""How long all texts of a question are searched for."""
_NOTHING = IRI("urn:dkg:nothing-found")  # a VALUES block without values is no answer but an error elsewhere

Values = Mapping[str, Sequence[Term | None]]


def searched(query: SavedQuery, values: Values, lookup: Lookup) -> tuple[Values, tuple[str, ...]]:
    """The values with those that a search gives, and what is to be told of it; no header, no change.

    Several texts are alternatives. Raises :class:`UsageError` without an index, or with too few letters.
    """
    variable, name = query.header.text
    if not name:
        return values, ()
    if lookup.index is None:
        raise UsageError(f"{query.name} searches the words of the project's built graph. Run: dkg build")
    parameter = next(one for one in query.parameters if one.name == name)
    iris: dict[str, None] = {}
    notices: dict[str, None] = {}
    end = time.monotonic() + _SECONDS
    for term in values.get(parameter.variable, ()):
        written = term.value if term is not None else ""
        if not any(len(word) > 2 for word in written.split()):
            raise UsageError(f"{name}: at least one word must have three letters or more.")
        found = worded(lookup.index, written, MOST, end - time.monotonic())
        iris |= dict.fromkeys(found.iris)
        if not found.whole:
            raise UsageError(
                f"{name}: {written[:40]!r} is found too often to be searched for. Add a rarer word."
            )
        if found.more:
            notices[_cut(written)] = None
    nodes = [IRI(iri) for iri in list(iris)[:MOST]]
    if len(iris) > MOST:
        notices[_cut(" / ".join(t.value for t in values[parameter.variable] if t is not None))] = None
    others = {key: terms for key, terms in values.items() if key in variables(query.text)}
    return {**others, variable: tuple(nodes) or (_NOTHING,)}, tuple(notices)


def _cut(written: str) -> str:
    words = " ".join(written.split())
    shown = words if len(words) <= 60 else f"{words[:60]}…"
    return f"“{shown}” is found more than {MOST} times: only the {MOST} closest were asked about."
