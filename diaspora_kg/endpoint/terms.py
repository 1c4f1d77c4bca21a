"""What the editor completes: the prefixes, and the ontology's classes, properties, lists and values."""

from __future__ import annotations

import json
from collections.abc import Collection

from diaspora_kg.names import PREFIXES, expand
from diaspora_kg.ontology import Ontology, Term

_KINDS = (
    ("value", {expand("skos:Concept")}),
    ("list", {expand("skos:ConceptScheme")}),
    ("class", {expand("owl:Class"), expand("rdfs:Class")}),
    (
        "property",
        {
            expand("owl:ObjectProperty"),
            expand("owl:DatatypeProperty"),
            expand("owl:AnnotationProperty"),
            expand("rdf:Property"),
        },
    ),
)


def terms_json(ontology: Ontology) -> bytes:
    """Prefixes and terms as JSON: ``{"prefixes": {...}, "terms": [{iri, kind, label, definition, lists}]}``.

    A term is a class, a property, a closed list or a value of one; they are sorted by IRI.
    """
    terms = [_written(term, kind) for term in sorted(ontology.terms.values()) if (kind := _kind(term.types))]
    made = {"prefixes": PREFIXES, "terms": terms}
    return json.dumps(made, ensure_ascii=False, separators=(",", ":")).encode()


def _kind(types: Collection[str]) -> str:
    return next((kind for kind, classes in _KINDS if classes.intersection(types)), "")


def _written(term: Term, kind: str) -> dict[str, str | list[str]]:
    written: dict[str, str | list[str]] = {
        "iri": term.iri, "kind": kind, "label": term.label, "definition": term.definition
    }  # fmt: skip
    if term.lists:
        written["lists"] = list(term.lists)
    return written
