"""An article's annotations as UIMA CAS JSON in our own layers, for INCEpTION to show and change."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from cassis import Cas, TypeSystem

from diaspora_kg.marked.rules import MENTION
from diaspora_kg.marked.written import Written
from diaspora_kg.returned.entries import Entry
from diaspora_kg.returned.layers import (
    ARTICLE,
    HEADER_KEYS,
    IDENTIFIER,
    NOTE,
    SLOT,
    VALUE,
    Layer,
    layer_of,
    layers,
)
from diaspora_kg.returned.notes import note_of

_STRING, _BOOLEAN = "uima.cas.String", "uima.cas.Boolean"
_DOCUMENT = "de.tudarmstadt.ukp.dkpro.core.api.metadata.type.DocumentMetaData"


def cas_json(
    text: str,
    entries: Sequence[Entry],
    header: Mapping[str, Written],
    *,
    name: str,
    iris: Mapping[str, str] | None = None,
) -> bytes:
    """The file: ``header`` is the article's own section, ``iris`` those of register entries by key."""
    return _Writer(text, header, name, iris or {}).write(entries)


def type_system() -> TypeSystem:
    """Our layers as UIMA types, as INCEpTION makes them of its own layers."""
    types = TypeSystem()
    document = types.create_type(_DOCUMENT, supertypeName="uima.tcas.DocumentAnnotation")
    for known in ("documentTitle", "documentId"):
        types.create_feature(document, known, _STRING)
    made = {}
    for layer in layers():
        kind = made[layer.type] = types.create_type(layer.type)
        for feature in layer.features:
            types.create_feature(kind, feature.name, _BOOLEAN if feature.boolean else _STRING)
    for layer in layers():
        if layer.slotted:
            link = types.create_type(layer.link, supertypeName="uima.cas.TOP")
            types.create_feature(link, "role", _STRING)
            types.create_feature(link, "target", "uima.tcas.Annotation")
            types.create_feature(made[layer.type], SLOT, "uima.cas.FSArray", elementType=layer.link)
    article = types.create_type(ARTICLE, supertypeName="uima.cas.AnnotationBase")
    for key in HEADER_KEYS:
        types.create_feature(article, key, _STRING)
    return types


class _Writer:
    def __init__(self, text: str, header: Mapping[str, Written], name: str, iris: Mapping[str, str]) -> None:
        self.iris = iris
        self.types = type_system()
        self.cas = Cas(typesystem=self.types)
        self.cas.sofa_string = text
        self.cas.sofa_mime = "text"
        document = self.types.get_type(_DOCUMENT)
        language = str(header.get("language", "x-unspecified"))
        self.cas.add(document(begin=0, end=len(text), language=language, documentTitle=name, documentId=name))
        said = {key: value for key in HEADER_KEYS if isinstance(value := header.get(key), str)}
        self.cas.add(self.types.get_type(ARTICLE)(**said))

    def write(self, entries: Sequence[Entry]) -> bytes:
        made = {entry.id: self.annotation(entry) for entry in entries}
        for entry in entries:
            if entry.arrows:
                self.point(made[entry.id], layer_of(entry.becomes), entry, made)
        self.cas.add_all(made.values())
        return str(self.cas.to_json(pretty_print=False)).encode()

    def annotation(self, entry: Entry) -> Any:
        """One annotation: keys that have a feature, and all others in the note."""
        layer = layer_of(entry.becomes)
        features: dict[str, object] = {VALUE: entry.becomes} if len(layer.becomes) > 1 else {}
        noted: dict[str, Written] = {}
        if entry.registered and entry.key in self.iris:
            features[IDENTIFIER] = self.iris[entry.key]
        elif entry.key:
            features["id"] = entry.key
        for key, value in entry.values.items():
            feature = layer.feature(key)
            if feature is None or not isinstance(value, str) or entry.becomes == MENTION:
                noted[key] = value
            else:
                features[feature.name] = value == "true" if feature.boolean else str(value)
        if NOTE in features or noted:
            plain = {NOTE: str(features.pop(NOTE))} if NOTE in features else {}
            features[NOTE] = note_of({**noted, **plain})
        begin, end = entry.place
        return self.types.get_type(layer.type)(begin=begin, end=end, **features)

    def point(self, annotation: Any, layer: Layer, entry: Entry, made: Mapping[str, Any]) -> None:
        """Fill the slot of an annotation."""
        link = self.types.get_type(layer.link)
        fillers = [link(role=role, target=made[target]) for role, target in entry.arrows]
        setattr(annotation, SLOT, self.types.get_type("uima.cas.FSArray")(elements=fillers))
