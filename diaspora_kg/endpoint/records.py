"""What the store knows of a thing, for its page and for its data. Blocks: call it in a thread."""

from __future__ import annotations

from diaspora_kg.endpoint.context import Asking
from diaspora_kg.endpoint.kept import Made
from diaspora_kg.index import NodeRow
from diaspora_kg.names import expand, segment
from diaspora_kg.pages.site import Site
from diaspora_kg.queries.lookup import ask_part
from diaspora_kg.queries.record import Row, record_of
from diaspora_kg.store.written import Syntax, write_triples
from diaspora_kg.terms import IRI, XSD_DATE_TIME, Literal, Term, text

_FOAF, _VOID = "http://xmlns.com/foaf/0.1/", "http://rdfs.org/ns/void#"


def owner_of(node: NodeRow, asking: Asking) -> NodeRow | None:
    """On the page of which node a part is shown, if that is one node."""
    rows = ask_part(asking.lookup.store, "shown-on", {"_node_iri": [IRI(node.iri)]})
    ranked = sorted({(int(row["rank"].value), row["owner"].value) for row in rows})
    owners = [owner for rank, owner in ranked if rank == ranked[0][0]]
    found = asking.index.find(owners[0]) if len(owners) == 1 else ()
    return found[0] if len(found) == 1 else None


def data_document(node: NodeRow, asking: Asking, syntax: Syntax, home: str) -> Made:
    """The record of a node in a format, and how many claims were left out; ``home`` is the server's address.

    Raises :class:`~diaspora_kg.store.written.NotWritable`.
    """
    record = record_of(IRI(node.iri), asking.lookup)
    site = Site.of(asking.snapshot.manifest)
    about = _about(node, site, home, record.left_out)
    prefixes = {"foaf": _FOAF, "void": _VOID}
    return Made(write_triples([*about, *record.rows], syntax, prefixes), record.left_out)


def _about(node: NodeRow, site: Site, home: str, left_out: int) -> list[Row]:
    """The document about itself: of what, from which dataset and snapshot, under which licence."""
    document = IRI(f"{site.base}data/{node.kind}/{segment(node.key)}")
    told: list[tuple[str, Term]] = [
        (expand("rdf:type"), IRI(f"{_FOAF}Document")),
        (f"{_FOAF}primaryTopic", IRI(node.iri)),
        (f"{_VOID}inDataset", IRI(f"{home}/void.ttl#dataset")),
        (expand("dct:issued"), Literal(site.published, XSD_DATE_TIME)),
        (expand("owl:versionInfo"), text(f"snapshot {site.number}, {site.snapshot}")),
    ]
    if site.licence_link:
        told.append((expand("dct:license"), IRI(site.licence_link)))
    elif site.licence:
        told.append((expand("dct:rights"), text(site.licence)))
    if left_out:
        told.append((expand("rdfs:comment"), text(f"{left_out} further claims are left out here.", "en")))
    return [(document, IRI(name), value) for name, value in told]
