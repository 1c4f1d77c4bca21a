"""Types of the service: our kinds of nodes, and below organizations the values of their closed list.

The id of a type is a kind (``organization``) or a kind and a value (``organization/court``). A kind of
organization is the annotator's sorting, so that an organization without it is not shut out by it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from diaspora_kg.index import NodeRow
from diaspora_kg.names import PREFIXES, Names, camel, expand, kebab, segment
from diaspora_kg.ontology import Ontology

KINDS = ("organization", "person", "collective", "polity", "post", "place", "event", "document", "article")
"""The kinds of nodes that can be found: those that have names or titles."""

_SORTED = {"organization": "OrganizationKind", "event": "EventKind"}
_NAMES = {"article": "article", "post": "office", "polity": "state or authority"}


@dataclass(frozen=True, slots=True)
class Type:
    """One type; ``value`` is the IRI of the closed list's value, empty for a kind of node."""

    id: str
    name: str
    kind: str
    value: str = ""
    about: str = ""

    def told(self) -> dict[str, object]:
        """As JSON: with the type above it."""
        above: dict[str, object] = {}
        if self.value:
            above = {"broader": [{"id": self.kind, "name": kind_name(self.kind)}]}
        return {"id": self.id, "name": self.name, **above}


def kind_name(kind: str) -> str:
    """What a kind of node is called."""
    return _NAMES.get(kind, kind.replace("-", " "))


class Types:
    """The types of one project."""

    def __init__(self, ontology: Ontology) -> None:
        made = [Type(kind, kind_name(kind), kind) for kind in KINDS]
        for kind, scheme in _SORTED.items():
            for value in ontology.values(scheme):
                iri = ontology.concept_iri(ontology.concept(scheme, value) or camel(value))
                name = ontology.label(iri) or value.replace("-", " ")
                made.append(Type(f"{kind}/{value}", name, kind, iri, ontology.definition(iri)))
        self.by_id: Mapping[str, Type] = {one.id: one for one in made}
        self._by_value = {(one.kind, one.value): one for one in made if one.value}

    def of(self, kind: str, values: Sequence[str]) -> list[Type]:
        """The types of a node of a kind that has been sorted so, the narrowest first."""
        sorted_so = [found for value in sorted(values) if (found := self._by_value.get((kind, value)))]
        return [*sorted_so, self.by_id[kind]]

    def meant(self, written: str) -> Type | None:
        """A type by its id, or by the IRI of its class or value."""
        if written in self.by_id:
            return self.by_id[written]
        local = written.removeprefix(PREFIXES["dkgv"])
        value = {one.value: one for one in self.by_id.values() if one.value}
        return value.get(written) or value.get(expand("dkgv:") + camel(local))


def id_of(node: NodeRow) -> str:
    """The identifier of an entity: what its IRI has behind ``…/id/``.

    >>> id_of(NodeRow("", "person", "ısı"))
    'person/%C4%B1s%C4%B1'
    """
    return f"{node.kind}/{segment(node.key)}"


def iri_of(identifier: str, names: Names) -> str:
    """The IRI that an identifier stands for; an IRI of the project stands for itself."""
    return identifier if identifier.startswith(names.base) else f"{names.base}id/{identifier}"


def value_name(iri: str, ontology: Ontology) -> str:
    """The words of a closed list's value."""
    return ontology.label(iri) or kebab(iri.removeprefix(PREFIXES["dkgv"])).replace("-", " ")
