"""What a worker process asks where the graph is held by another server: that server, and nothing else.

Such a worker evaluates no query. It passes one on that the guard has seen, reads the answer within bounds,
and writes it in the form and by the spellings of this program, whatever the server's are. It may connect
where others may not; it is killed for taking too long as they are.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pyoxigraph as ox

from diaspora_kg.credentials import Credentials
from diaspora_kg.endpoint.frames import Failure, Question
from diaspora_kg.errors import AnsweredWrong, StoreNotReachable
from diaspora_kg.store.base import Solutions, Triples
from diaspora_kg.store.places import Layout
from diaspora_kg.store.remote import AnsweredTooMuch, RemoteStore
from diaspora_kg.store.wire import results_json
from diaspora_kg.terms import IRI, Term

Found = ox.QuerySolutions | ox.QueryBoolean | Sequence[ox.Triple]


class Away:
    """Answers questions by asking the server."""

    def __init__(self, told: Mapping[str, str]) -> None:
        given = "origin" in told
        known = Credentials(told["origin"], told["user"], told["password"]) if given else None
        self._layout = Layout(told["layout"])
        self._store = RemoteStore(told["query"], credentials=known, timeout=int(told["seconds"]))

    def found(self, asked: Question) -> Found:
        """The answer; raises as :meth:`RemoteStore.query <diaspora_kg.store.remote.RemoteStore.query>`."""
        found = self._store.query(
            asked.query, union=asked.union, layout=self._layout, default=asked.default, named=asked.named
        )
        if isinstance(found, Triples):
            return [ox.Triple(_node(s), _node(p), _term(o)) for s, p, o in found]
        if isinstance(found, Solutions):  # one more than may be told, so that it shows
            found = Solutions(found.variables, found.rows[: asked.rows + 1])
        return ox.parse_query_results(results_json(found), format=ox.QueryResultsFormat.JSON)


def failure(error: StoreNotReachable) -> Failure:
    """How a worker tells why there is no answer."""
    if isinstance(error, AnsweredTooMuch):
        return Failure("limit", "the answer is too long. Ask for less: a LIMIT, or a narrower question.")
    return Failure("wrong" if isinstance(error, AnsweredWrong) else "away", str(error))


def _node(iri: IRI) -> ox.NamedNode:
    return ox.NamedNode(iri.value)


def _term(term: Term) -> ox.NamedNode | ox.Literal:
    if isinstance(term, IRI):
        return _node(term)
    if term.language:
        return ox.Literal(term.value, language=term.language)
    return ox.Literal(term.value, datatype=ox.NamedNode(term.datatype))
