"""What the types of a CAS are to an annotator: spans, relations, chains, slots, document metadata.

INCEpTION's layers follow fixed patterns (formats.md of UIMA have no notion of them): a relation has
``Governor`` and ``Dependent``, a chain ``first`` and its links ``next``, a slot is a feature with several
references to structures that have ``role`` and ``target``, document metadata are no annotations of text.
"""

from __future__ import annotations

from enum import StrEnum

from diaspora_kg.uima.types import Holds, Shape, Shapes

_DKPRO = "de.tudarmstadt.ukp.dkpro.core.api."
TOKEN = _DKPRO + "segmentation.type.Token"
SENTENCE = _DKPRO + "segmentation.type.Sentence"
DOCUMENT = _DKPRO + "metadata.type.DocumentMetaData"
NAMED_ENTITY = _DKPRO + "ner.type.NamedEntity"

SCAFFOLD = frozenset({
    TOKEN, SENTENCE, DOCUMENT, "uima.tcas.DocumentAnnotation", "uima.cas.NULL", "uima.cas.Sofa",
    _DKPRO + "metadata.type.TagsetDescription", _DKPRO + "metadata.type.TagDescription",
    _DKPRO + "segmentation.type.Paragraph", _DKPRO + "segmentation.type.Heading",
    _DKPRO + "segmentation.type.Div",
    "de.tudarmstadt.ukp.clarin.webanno.api.type.CASMetadata",
    "de.tudarmstadt.ukp.inception.api.type.FeatureMetaData",
})  # fmt: skip
"""Types that divide and describe a document; nobody annotates them, so they are left out and not told."""

SCAFFOLDING = ("org.dkpro.core.api.xml.type.", "de.tudarmstadt.ukp.inception.support.")
GOVERNOR, DEPENDENT = "Governor", "Dependent"
_PLACE = {"sofa", "begin", "end"}


class Layer(StrEnum):
    """What a type is to an annotator."""

    SCAFFOLD = "scaffold"
    SPAN = "span"
    RELATION = "relation"
    CHAIN = "chain"
    METADATA = "metadata"
    PART = "part"


def layer_of(name: str, shape: Shape) -> Layer:
    """What a type is: part of another one (a slot's filler, an array) where it is none of the others."""
    if name in SCAFFOLD or name.startswith(SCAFFOLDING):
        return Layer.SCAFFOLD
    if shape.annotation:
        return Layer.RELATION if {GOVERNOR, DEPENDENT} <= shape.features.keys() else Layer.SPAN
    if shape.base:
        first = shape.features.get("first")
        return Layer.CHAIN if first is Holds.ONE and name.endswith("Chain") else Layer.METADATA
    return Layer.PART


class Layers:
    """What the types of one type system are, looked up by name."""

    def __init__(self, shapes: Shapes) -> None:
        self.shapes = shapes
        self._known: dict[str, Layer] = {}

    def of(self, name: str) -> Layer:
        """What a type is to an annotator."""
        if name not in self._known:
            shape = self.shapes.get(name)
            self._known[name] = Layer.PART if shape is None else layer_of(name, shape)
        return self._known[name]

    def features(self, name: str) -> dict[str, Holds]:
        """The features of a type, without its place."""
        shape = self.shapes.get(name)
        return {key: holds for key, holds in shape.features.items() if key not in _PLACE} if shape else {}
