"""What the store knows of a thing, for its page and for its data. Blocks: call it in a thread."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from diaspora_kg.endpoint.context import Asking
from diaspora_kg.endpoint.kept import Made
from diaspora_kg.index import NodeRow
from diaspora_kg.names import expand, segment
from diaspora_kg.pages.facts import Line, Name, Value
from diaspora_kg.pages.site import Site
from diaspora_kg.pages.thing import Found, anchor
from diaspora_kg.queries.cells import Cells
from diaspora_kg.queries.lookup import Lookup, ask_part
from diaspora_kg.queries.record import Row, record_of
from diaspora_kg.queries.why import why_part
from diaspora_kg.queries.wording import words_for
from diaspora_kg.store.written import Syntax, write_triples
from diaspora_kg.terms import IRI, XSD_DATE_TIME, Literal, Term, text

_ARTICLE = {
    "schema:url": "address",
    "dct:publisher": "publisher",
    "dct:creator": "author",
    "dct:language": "language",
    "dkg:textHash": "SHA-256 of the text",
}
"""What an article's page says of it besides its date."""

_FOAF, _VOID = "http://xmlns.com/foaf/0.1/", "http://rdfs.org/ns/void#"
_NAME_ORDER = ("fullName", "shortName", "acronym", "pressVariant", "selfDesignation", "formerName", "metonym")


def thing_found(node: NodeRow, asking: Asking, part: slice) -> Found:
    """Everything for the page of a node; ``part`` are the uses that are shown."""
    lookup = asking.lookup
    why, total = why_part(node.iri, lookup, part)
    return Found(
        why,
        names=names_of(node.iri, lookup),
        extra=_article(node.iri, lookup) if node.kind == "article" else (),
        former=tuple(key for key in asking.index.formers_of(node.iri) if key != node.key),
        first=part.start,
        total=total,
    )


def names_of(iri: str, lookup: Lookup) -> tuple[Name, ...]:
    """The names of a node, full names first, each once."""
    cells = Cells(lookup.names)
    found: dict[tuple[str, str, str], str] = {}
    for row in ask_part(lookup.store, "names", {"_node_iri": [IRI(iri)]}):
        kind, language = cells.cell("", row.get("kind")), row["language"].value
        name = (kind, language, row["form"].value)
        found[name] = min(found.get(name, row["name"].value), row["name"].value)
    ordered = sorted(found, key=lambda name: (_rank(name[0]), name[1:]))
    return tuple(
        Name(words, language, words_for(kind), anchor("name", cells.iri(found[kind, language, words])))
        for kind, language, words in ordered
    )


def _rank(kind: str) -> int:
    return _NAME_ORDER.index(kind) if kind in _NAME_ORDER else len(_NAME_ORDER)


def _article(iri: str, lookup: Lookup) -> tuple[Line, ...]:
    rows = [
        row
        for row in ask_part(lookup.store, "node", {"_node_iri": [IRI(iri)]})
        if row["inverse"].value in {"false", "0"}
    ]
    values: dict[str, list[Term]] = defaultdict(list)
    for row in rows:
        values[row["property"].value].append(row["value"])
    wanted = {expand(name): label for name, label in _ARTICLE.items()}
    labels = lookup.labels(v.value for name in wanted for v in values[name] if isinstance(v, IRI))
    return tuple(
        Line(label, tuple(_value(term, lookup, labels) for term in sorted(values[name], key=_text)))
        for name, label in wanted.items()
        if values[name]
    )


def _value(term: Term, lookup: Lookup, labels: Mapping[str, str]) -> Value:
    if isinstance(term, IRI):
        return Value(labels.get(term.value) or Cells(lookup.names).iri(term.value), term.value)
    return Value(term.value, term.value if term.value.startswith(("https://", "http://")) else "")


def _text(term: Term) -> str:
    return term.value


def owner_of(node: NodeRow, asking: Asking) -> NodeRow | None:
    """What a part is a part of, if that is one node."""
    rows = ask_part(asking.lookup.store, "owner", {"_node_iri": [IRI(node.iri)]})
    owners = sorted({row["owner"].value for row in rows})
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
