"""What a soak asks: requests of every kind that a server is for, each with how its answer is judged.

Nothing that is right is written down here beforehand. A snapshot has one answer to one question, so whatever
came under one ETag must come again; and the article that is edited all the time has one of two annotators.
"""

from __future__ import annotations

import hashlib
import json
import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote, urlencode

from diaspora_kg.index import Index
from diaspora_kg.project import Project
from diaspora_kg.queries.catalog import Catalog
from diaspora_kg.queries.expected import load
from diaspora_kg.store import Snapshots
from tests.bench.soakwire import Said

JSON, CSV, TRIPLES = "application/sparql-results+json", "text/csv", "application/n-triples"
MARKS = ("Soak Odd", "Soak Even")
"""The annotators of the edited article, in turns."""
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
WHOLE = "SELECT * WHERE { GRAPH ?g { ?s ?p ?o } }"
"""A long answer."""
_FEW = 12  # things of a kind
_KINDS = ("organization", "person", "article", "claim", "place", "polity", "post", "event", "statement")
_PROBE = "SELECT DISTINCT ?o {{ VALUES ?o {{ {} }} GRAPH ?g {{ ?s ?p ?o }} }}".format(
    " ".join(f'"{mark}"' for mark in MARKS)
)
_GRAPH = "CONSTRUCT { ?s ?p ?o } WHERE { ?s a <http://xmlns.com/foaf/0.1/Person> ; ?p ?o }"
_ANY_ORDER = frozenset({CSV, TRIPLES, "text/tab-separated-values"})
_IN_ORDER = frozenset({JSON, "application/json", "text/html"})


@dataclass(frozen=True, slots=True)
class Ask:
    """One request: its ``kind`` in the table, what it is, which statuses are right."""

    kind: str
    target: str
    method: str = "GET"
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    fine: tuple[int, ...] = (200,)
    pause: float = 0.0


def asks(folder: Path) -> dict[str, list[Ask]]:
    """Requests for a project that is built, by kind."""
    project = Project.load(folder)
    with Snapshots(project.derived).reading() as snapshot, Index(snapshot.index) as index:
        nodes = [(row.kind, row.key) for kind in _KINDS for row in list(index.of_kind(kind))[:_FEW]]
        labels = [row.label for row in list(index.of_kind("organization"))[:_FEW] if row.label]
    things = [f"{kind}/{quote(key, safe='')}" for kind, key in nodes]
    shown = [one for one in things if one.split("/")[0] not in {"claim", "statement"}]
    made = [
        *(Ask("page", f"/page/{one}") for one in shown),
        *(Ask("page", path) for path in ("/", "/gaps", "/disagreements", "/browse/person", "/vocabulary")),
        *(Ask("id", f"/id/{one}", fine=(303,), headers={"Accept": "text/html"}) for one in things),
        *(Ask("id", f"/id/{one}", fine=(303,), headers={"Accept": "text/turtle"}) for one in things),
        *(Ask("data", f"/data/{one}.nt") for one in things),
        *(Ask("search", f"/search?{urlencode({'q': label[:12]})}") for label in labels),
        *(Ask("search", f"/api/search?{urlencode({'q': label[:6]})}") for label in labels),
        *_saved(project),
        *_sparql(things, project.base),
        *_reconcile(labels),
        *(Ask("health", path) for path in ("/healthz", "/readyz", "/metrics")),
        *(Ask("head", f"/page/{one}", "HEAD") for one in shown),
        Ask("download", f"/sparql?{urlencode({'query': WHOLE})}", headers={"Accept": CSV}, pause=0.2),
    ]
    found: dict[str, list[Ask]] = {}
    for one in made:
        found.setdefault(one.kind, []).append(one)
    return found


def _saved(project: Project) -> Iterator[Ask]:
    expected = project.root / "expected"
    asked: list[tuple[str, dict[str, list[str]]]]
    if expected.is_dir():
        tables = load(expected)
        asked = [(one.query, {name: list(many) for name, many in one.parameters.items()}) for one in tables]
    else:
        queries = Catalog.load(project.folders("queries")).queries.values()
        free = [one for one in queries if one.sound and all(p.optional for p in one.parameters)]
        asked = [(one.name, {}) for one in free]
    for number, (name, values) in enumerate(asked):
        form = ("/api/queries/{}.json", "/api/queries/{}.csv", "/queries/{}")[number % 3].format(name)
        yield Ask("saved", f"{form}?{urlencode(values, doseq=True)}".rstrip("?"))


def _sparql(things: list[str], base: str) -> Iterator[Ask]:
    iris = [f"<{base}id/{one}>" for one in things[:: max(1, len(things) // 20)]]
    cheap = [f"SELECT ?p ?o {{ {iri} ?p ?o }} ORDER BY ?p ?o" for iri in iris]
    cheap += ["ASK { GRAPH ?g { ?s ?p ?o } }", _PROBE, _PROBE, _PROBE]
    cheap += ["SELECT ?c (COUNT(*) AS ?n) { GRAPH ?g { ?s a ?c } } GROUP BY ?c ORDER BY ?c"]
    for query in cheap:
        for media in (JSON, CSV, "text/tab-separated-values", "application/sparql-results+xml"):
            yield Ask("sparql get", f"/sparql?{urlencode({'query': query})}", headers={"Accept": media})
        form = urlencode({"query": query}).encode()
        yield Ask("sparql post", "/sparql", "POST", {"Accept": JSON, **FORM}, form)
        plain = {"Accept": JSON, "Content-Type": "application/sparql-query", "Accept-Encoding": "gzip"}
        yield Ask("sparql post", "/sparql", "POST", plain, query.encode())
    for media in (TRIPLES, "text/turtle", "application/ld+json", "application/rdf+xml"):
        yield Ask("sparql get", f"/sparql?{urlencode({'query': _GRAPH})}", headers={"Accept": media})
    yield Ask("refused", "/sparql", "POST", FORM, b"query=INSERT+DATA+%7B%7D", (403,))
    yield Ask("refused", "/sparql?query=SELECT+wrong", fine=(400,))
    yield Ask("refused", "/page/organization/nobody-of-this-name", fine=(404,))


def _reconcile(labels: list[str]) -> Iterator[Ask]:
    for start in range(0, len(labels), 3):
        batch = {str(n): {"query": label, "limit": 5} for n, label in enumerate(labels[start : start + 3])}
        yield Ask("reconcile", "/reconcile", "POST", FORM, urlencode({"queries": json.dumps(batch)}).encode())


class Judge:
    """Says what is wrong with an answer; it remembers what it has seen."""

    def __init__(self) -> None:
        self._seen: dict[tuple[str, str], bytes] = {}

    def wrong(self, ask: Ask, said: Said) -> str:
        """What is wrong, empty if nothing is."""
        if said.status not in ask.fine:
            return f"status {said.status}"
        if said.status == 303 and not said.headers.get("location", "").startswith("/"):
            return "no place to go to"
        if ask.method == "HEAD" or said.status != 200:
            return ""
        if not said.body:
            return "nothing in it"
        if ask.kind == "reconcile" and not all(one["result"] for one in json.loads(said.body).values()):
            return "a name that is there was not found"
        return self._marked(ask, said) or self._again(ask, said)

    def _marked(self, ask: Ask, said: Said) -> str:
        """The edited article has been published whole, or not at all."""
        if said.media != JSON or quote("Soak", safe="") not in f"{ask.target}{ask.body.decode()}":
            return ""
        rows = json.loads(said.body)["results"]["bindings"]
        return "" if len(rows) == 1 else f"{len(rows)} annotators of one article"

    def _again(self, ask: Ask, said: Said) -> str:
        """The same as all that came under this ETag before."""
        tag = said.headers.get("etag")
        if tag is None or said.media not in _ANY_ORDER | _IN_ORDER:
            return ""
        key = (f"{ask.target} {ask.headers.get('Accept')}", tag)
        lines = sorted(said.body.splitlines()) if said.media in _ANY_ORDER else [said.body]
        digest = hashlib.sha256(b"\n".join(lines)).digest()
        return "" if self._seen.setdefault(key, digest) == digest else "another answer than before"


def shuffled(found: Mapping[str, list[Ask]], weights: Mapping[str, int], seed: int) -> Iterator[Ask]:
    """Requests without end, of each kind as often as its weight says."""
    chance = random.Random(seed)
    kinds = [kind for kind in weights if found.get(kind)]
    while True:
        kind = chance.choices(kinds, [weights[kind] for kind in kinds])[0]
        yield chance.choice(found[kind])
