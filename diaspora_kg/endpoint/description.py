"""What the service says of itself: SPARQL 1.1 Service Description, and VoID with true counts.

The counts are asked of the snapshot once and kept for as long as it is served. The partitions have the
shape that editors read for completion: ``sd:graph/void:classPartition``, with the properties of each class
and the classes or datatypes of their objects.
"""

from __future__ import annotations

import asyncio
import hashlib
import time
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

import pyoxigraph as ox
from starlette.concurrency import run_in_threadpool

from diaspora_kg.endpoint.context import Context
from diaspora_kg.endpoint.generation import Generation
from diaspora_kg.endpoint.negotiation import Media
from diaspora_kg.endpoint.pool import Broken, Job, Lane, QueryFailed
from diaspora_kg.names import PREFIXES
from diaspora_kg.store import Manifest, Solutions
from diaspora_kg.store.wire import read_results

_MOST_GRAPHS = 5000  # named graphs that are told one by one
_MOST_KEPT = 64  # bodies, of one snapshot
_AGAIN = 60.0  # seconds after which counts that could not be had are asked for again
_PREFIXES = {
    **{name: PREFIXES[name] for name in ("dct", "dkg", "foaf", "rdf", "rdfs", "skos", "xsd", "org", "prov")},
    "sd": "http://www.w3.org/ns/sparql-service-description#",
    "void": "http://rdfs.org/ns/void#",
    "void-ext": "http://ldf.fi/void-ext#",
    "formats": "http://www.w3.org/ns/formats/",
    "ent": "http://www.w3.org/ns/entailment/",
}
_FORMATS = (
    "SPARQL_Results_JSON", "SPARQL_Results_XML", "SPARQL_Results_CSV", "SPARQL_Results_TSV",
    "Turtle", "N-Triples", "RDF_XML", "JSON-LD", "TriG", "N-Quads",
)  # fmt: skip

_GRAPHS = "SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g"
_CLASSES = "SELECT ?c (COUNT(DISTINCT ?s) AS ?n) { ?s a ?c } GROUP BY ?c"
_PROPERTIES = "SELECT ?c ?p (COUNT(*) AS ?n) { ?s a ?c ; ?p ?o } GROUP BY ?c ?p"
_LINKS = "SELECT DISTINCT ?c ?p ?k { ?s a ?c ; ?p ?o . ?o a ?k }"
_DATATYPES = """SELECT DISTINCT ?c ?p ?k {
  ?s a ?c ; ?p ?o . FILTER(ISLITERAL(?o)) BIND(DATATYPE(?o) AS ?k) }"""

Node = ox.NamedNode | ox.BlankNode
Rows = list[tuple[str, ...]]
_Make = Callable[[Manifest, str, "Counts"], list[ox.Triple]]


@dataclass(frozen=True)
class Counts:
    """What a snapshot holds: rows of IRIs and numbers, as the queries above give them."""

    graphs: Rows = field(default_factory=list)
    classes: Rows = field(default_factory=list)
    properties: Rows = field(default_factory=list)
    links: Rows = field(default_factory=list)
    datatypes: Rows = field(default_factory=list)


class Descriptions:
    """The descriptions of one server, made once for each snapshot, address and media type."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._locks: dict[_Make, asyncio.Lock] = {_service: asyncio.Lock(), _void: asyncio.Lock()}
        self._made: dict[tuple[str, ...], tuple[bytes, str]] = {}
        self._counts: dict[tuple[str, ...], Counts] = {}
        self._snapshot = ""
        self._again = 0.0

    async def service(self, home: str, media: Media) -> tuple[bytes, str]:
        """The description of the service in a media type, with its ETag."""
        return await self._get(_service, home, media, (_GRAPHS,))

    async def void(self, home: str, media: Media) -> tuple[bytes, str]:
        """The description of the dataset; the first one of a snapshot takes seconds where it is large."""
        return await self._get(_void, home, media, (_GRAPHS, _CLASSES, _PROPERTIES, _LINKS, _DATATYPES))

    async def _get(self, make: _Make, home: str, media: Media, queries: Iterable[str]) -> tuple[bytes, str]:
        async with self._locks[make]:
            with self._context.pool.holding() as generation:
                return await self._made_of(generation, make, home, media, queries)

    async def _made_of(
        self, generation: Generation, make: _Make, home: str, media: Media, queries: Iterable[str]
    ) -> tuple[bytes, str]:
        manifest = generation.snapshot.manifest
        self._forget(manifest.id)
        counted = (manifest.id, make.__name__)
        key = (*counted, home, media.engine)
        if key not in self._made:
            if counted not in self._counts:
                self._counts[counted] = Counts(*[await self._rows(generation, query) for query in queries])
            counts = self._counts[counted]
            body = await run_in_threadpool(lambda: _written(make(manifest, home, counts), media))
            self._made[key] = body, _tag(body)
        return self._made[key]

    def _forget(self, snapshot: str) -> None:
        """Drop what is of another snapshot, lacks counts that could not be had, or is too much."""
        late = 0 < self._again < time.monotonic()
        if snapshot != self._snapshot or late or len(self._made) > _MOST_KEPT:
            self._made.clear()
        if snapshot != self._snapshot or late:
            self._counts.clear()
            self._snapshot, self._again = snapshot, 0.0

    async def _rows(self, generation: Generation, query: str) -> Rows:
        job = Job(query, "application/sparql-results+json", Lane.SAVED, "description")
        try:
            reply = await self._context.pool.run(job, generation)
            body = await reply.whole(self._context.settings.limits.bytes)
        except (QueryFailed, Broken):  # the rest of the description is true without it
            self._again = time.monotonic() + _AGAIN
            return []
        found = read_results(reply.media, body)
        if reply.truncated or not isinstance(found, Solutions):
            return []  # a part of the counts would not be true
        return [tuple(term.value for term in row if term is not None) for row in found.rows]


class _Sheet:
    """Triples on their way."""

    def __init__(self) -> None:
        self.triples: list[ox.Triple] = []

    def add(self, subject: Node, prefixed: str, *objects: Node | ox.Literal) -> None:
        """A property of a subject with its values."""
        self.triples += [ox.Triple(subject, _name(prefixed), one) for one in objects]


def _service(manifest: Manifest, home: str, counts: Counts) -> list[ox.Triple]:
    sheet = _Sheet()
    endpoint, dataset = ox.NamedNode(f"{home}/sparql"), ox.NamedNode(f"{home}/void.ttl#dataset")
    sheet.add(endpoint, "rdf:type", _name("sd:Service"))
    sheet.add(endpoint, "sd:endpoint", endpoint)
    sheet.add(endpoint, "sd:supportedLanguage", _name("sd:SPARQL11Query"))
    sheet.add(endpoint, "sd:resultFormat", *(_name(f"formats:{one}") for one in _FORMATS))
    sheet.add(endpoint, "sd:feature", _name("sd:UnionDefaultGraph"))
    sheet.add(endpoint, "sd:defaultEntailmentRegime", _name("ent:Simple"))
    sheet.add(endpoint, "sd:defaultDataset", dataset)
    sheet.add(endpoint, "rdfs:seeAlso", ox.NamedNode(f"{home}/void.ttl"))
    _dataset(sheet, dataset, manifest, home, counts)
    return sheet.triples


def _void(manifest: Manifest, home: str, counts: Counts) -> list[ox.Triple]:
    sheet = _Sheet()
    document, dataset = ox.NamedNode(f"{home}/void.ttl"), ox.NamedNode(f"{home}/void.ttl#dataset")
    sheet.add(document, "rdf:type", _name("void:DatasetDescription"))
    sheet.add(document, "foaf:primaryTopic", dataset)
    union = _dataset(sheet, dataset, manifest, home, counts)
    if counts.classes:
        properties = {row[1] for row in counts.properties}
        sheet.add(union, "void:classes", _number(len(counts.classes)))
        sheet.add(union, "void:properties", _number(len(properties)))
    _partitions(sheet, union, counts)
    return sheet.triples


def _dataset(sheet: _Sheet, dataset: Node, manifest: Manifest, home: str, counts: Counts) -> Node:
    """The dataset with its graphs; gives the node of the graph that is all of them together."""
    default, union = ox.BlankNode("default"), ox.BlankNode("union")
    sheet.add(dataset, "rdf:type", _name("sd:Dataset"), _name("void:Dataset"))
    sheet.add(dataset, "dct:title", ox.Literal(manifest.title))
    issued = ox.Literal(manifest.published, datatype=_name("xsd:dateTime"))
    sheet.add(dataset, "dct:issued", issued)
    sheet.add(dataset, "dct:identifier", ox.Literal(manifest.id))
    if manifest.licence.startswith(("http://", "https://")):
        sheet.add(dataset, "dct:license", ox.NamedNode(manifest.licence))
    elif manifest.licence:
        sheet.add(dataset, "dct:rights", ox.Literal(manifest.licence))
    sheet.add(dataset, "void:sparqlEndpoint", ox.NamedNode(f"{home}/sparql"))
    sheet.add(dataset, "void:uriSpace", ox.Literal(manifest.base))
    sheet.add(dataset, "void:vocabulary", ox.NamedNode(PREFIXES["dkg"]))
    triples = sum(int(count) for _, count in counts.graphs) or manifest.counts.get("quads", 0)
    sheet.add(dataset, "void:triples", _number(triples))
    sheet.add(dataset, "sd:defaultGraph", union)
    sheet.add(union, "rdf:type", _name("sd:Graph"))
    # Editors look for partitions behind sd:graph, so the union has such a step too.
    sheet.add(default, "sd:graph", union)
    for number, (graph, size) in enumerate(counts.graphs[:_MOST_GRAPHS]):
        named, content = ox.BlankNode(f"n{number}"), ox.BlankNode(f"g{number}")
        sheet.add(dataset, "sd:namedGraph", named)
        sheet.add(named, "rdf:type", _name("sd:NamedGraph"))
        sheet.add(named, "sd:name", ox.NamedNode(graph))
        sheet.add(named, "sd:graph", content)
        sheet.add(content, "rdf:type", _name("sd:Graph"))
        sheet.add(content, "void:triples", _number(int(size)))
    return union


def _partitions(sheet: _Sheet, union: Node, counts: Counts) -> None:
    objects: defaultdict[tuple[str, str], list[tuple[str, str]]] = defaultdict(list)
    for kind, rows in (("class", counts.links), ("datatype", counts.datatypes)):
        for owner, prop, target in rows:
            objects[owner, prop].append((kind, target))
    nodes: dict[str, Node] = {}
    for number, (owner, instances) in enumerate(counts.classes):
        nodes[owner] = ox.BlankNode(f"c{number}")
        sheet.add(union, "void:classPartition", nodes[owner])
        sheet.add(nodes[owner], "void:class", ox.NamedNode(owner))
        sheet.add(nodes[owner], "void:entities", _number(int(instances)))
    for number, (owner, prop, triples) in enumerate(counts.properties):
        part = ox.BlankNode(f"p{number}")
        sheet.add(nodes.get(owner, union), "void:propertyPartition", part)
        sheet.add(part, "void:property", ox.NamedNode(prop))
        sheet.add(part, "void:triples", _number(int(triples)))
        for place, (kind, target) in enumerate(objects[owner, prop]):
            leaf = ox.BlankNode(f"p{number}o{place}")
            vocabulary = "void" if kind == "class" else "void-ext"
            sheet.add(part, f"{vocabulary}:{kind}Partition", leaf)
            sheet.add(leaf, f"{vocabulary}:{kind}", ox.NamedNode(target))


def _name(prefixed: str) -> ox.NamedNode:
    prefix, _, local = prefixed.partition(":")
    return ox.NamedNode(_PREFIXES[prefix] + local)


def _number(value: int) -> ox.Literal:
    return ox.Literal(value)


def _written(triples: list[ox.Triple], media: Media) -> bytes:
    form = ox.RdfFormat.from_media_type(media.engine)
    return ox.serialize(triples, format=form, prefixes=_PREFIXES) or b""


def _tag(body: bytes) -> str:
    return f'W/"{hashlib.sha256(body).hexdigest()[:32]}"'
