"""From a CAS to the common form: spans, relations, slots, chains, document metadata.

Everything that is indexed in the view with the text is taken. Structures that are in no index are left
over from deletions in the tool; where something still points to one, that is a finding.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from cassis.typesystem import FeatureStructure, is_primitive_collection

from diaspora_kg.errors import Report
from diaspora_kg.marked.model import (
    Argument,
    Attribute,
    Document,
    Equivalence,
    Frame,
    Identity,
    Relation,
    Span,
)
from diaspora_kg.uima.given import NOTE, Given
from diaspora_kg.uima.guard import RefusedError, few
from diaspora_kg.uima.layers import DEPENDENT, GOVERNOR, Layer, Layers
from diaspora_kg.uima.load import HINT, Loaded
from diaspora_kg.uima.raw import INITIAL, Sofa
from diaspora_kg.uima.types import Holds

Attributes = tuple[Attribute, ...]

_INNER = "i7n_"
"""How features begin that INCEpTION keeps for itself."""
_ARROW = "referenceRelation"
_CHAIN_PARTS = {"next"}


def document_of(loaded: Loaded, layers: Layers, given: Given, report: Report) -> Document:
    """The document; raises :class:`RefusedError` where there is no text to speak of."""
    document = _Maker(loaded, layers, given, report).document()
    few(report)
    return document


class _Maker:
    def __init__(self, loaded: Loaded, layers: Layers, given: Given, report: Report) -> None:
        self.loaded, self.layers, self.given, self.report = loaded, layers, given, report
        self.sofa = _text(loaded, report)
        self.indexed = loaded.cas.get_view(self.sofa.name).select_all_fs()
        self.ids = {fs.xmiID for fs in self.indexed}
        self._tokens: dict[int, FeatureStructure] = {}
        self._slotted: dict[str, tuple[str, ...]] = {}

    def document(self) -> Document:
        """Everything that is indexed, sorted by what it is to an annotator."""
        spans: list[Span] = []
        frames: list[Frame] = []
        relations: list[Relation] = []
        chains: list[Equivalence] = []
        metadata: list[Attribute] = []
        for fs in self.indexed:
            kind = self.layers.of(fs.type.name)
            if kind is Layer.SPAN:
                frame = self._frame(fs)
                frames += [frame] if frame else []
                spans.append(self._span(fs, trigger=frame is not None))
            elif kind is Layer.RELATION:
                relations += self._relation(fs)
            elif kind is Layer.CHAIN:
                links, arrows = self._chain(fs)
                chains.append(Equivalence(links, fs.type.name, fs.xmiID))
                relations += arrows
            elif kind is Layer.METADATA:
                metadata += self._attributes(fs)
        spans += [self._token(fs) for fs in self._tokens.values()]
        return Document(
            text=self.sofa.text,
            key=self.given.key,
            annotator=self.given.annotator,
            curated=self.given.curated,
            language=self._language(),
            metadata=tuple(metadata),
            spans=tuple(spans),
            relations=tuple(relations),
            frames=tuple(frames),
            equivalences=tuple(each for each in chains if each.members),
            inside=True,
            counts="annotation",
            offsets="UTF-16 code units",
        )

    def _language(self) -> str:
        said = self.loaded.cas.get_view(self.sofa.name).document_language
        return said if isinstance(said, str) and said != "x-unspecified" else ""

    def _span(self, fs: FeatureStructure, *, trigger: bool) -> Span:
        name, place = str(fs.xmiID), (self.loaded.places[fs.xmiID],)
        attributes, identities, note = self._said(fs)
        if trigger:
            return Span(name, fs.type.name, "", place, line=fs.xmiID, identities=identities)
        return Span(name, fs.type.name, "", place, attributes, identities, note, fs.xmiID)

    def _token(self, fs: FeatureStructure) -> Span:
        return Span(str(fs.xmiID), fs.type.name, "", (self.loaded.places[fs.xmiID],), line=fs.xmiID)

    def _said(self, fs: FeatureStructure) -> tuple[Attributes, tuple[Identity, ...], str]:
        """Its features that hold values, those that hold concepts, and its note."""
        every = self._attributes(fs)
        concepts = tuple(each for each in every if self.given.is_concept(fs.type.name, each.name))
        rest = tuple(each for each in every if each not in concepts and each.name != NOTE)
        note = "\n".join(each.value for each in every if each.name == NOTE)
        return rest, tuple(Identity("", each.value, line=fs.xmiID) for each in concepts), note

    def _attributes(self, fs: FeatureStructure) -> Attributes:
        """Its features that hold words, numbers or truth, one pair for each value."""
        found: list[Attribute] = []
        for name, holds in self.layers.features(fs.type.name).items():
            value = _get(fs, name)
            if value is None or holds is Holds.MANY or name.startswith(_INNER):
                continue
            several = _elements(value) if holds in {Holds.VALUES, Holds.ONE} else [value]
            found += [Attribute(name, _plain(each)) for each in several if not _is_structure(each)]
        return tuple(found)

    def _frame(self, fs: FeatureStructure) -> Frame | None:
        """A span whose layer has slots is a frame, whether they are filled or not."""
        slots = self._slots(fs.type.name)
        if not slots:
            return None
        found: list[Argument] = []
        for name in slots:
            value = _get(fs, name)
            targets = [each for each in _elements(value) if _is_structure(each)] if value is not None else []
            found += [pair for each in targets if (pair := self._filler(fs, name, each))]
        attributes, _, note = self._said(fs)
        number = str(fs.xmiID)
        return Frame(number, fs.type.name, "", number, tuple(found), attributes, note, fs.xmiID)

    def _slots(self, layer: str) -> tuple[str, ...]:
        if layer not in self._slotted:
            features = self.layers.features(layer).items()
            holding = (name for name, holds in features if holds in {Holds.MANY, Holds.ONE})
            self._slotted[layer] = tuple(name for name in holding if self._points(layer, name))
        return self._slotted[layer]

    def _points(self, layer: str, name: str) -> bool:
        """Whether a feature may point to annotations: not a chain's next link, nor an array of values."""
        if name in _CHAIN_PARTS:
            return False
        feature = self.layers.shapes.types.get_type(layer).get_feature(name)
        return feature is not None and not is_primitive_collection(feature.rangeType)

    def _filler(self, fs: FeatureStructure, name: str, each: FeatureStructure) -> Argument | None:
        target, role = each, ""
        if not self._is_annotation(each):
            target, role = getattr(each, "target", None), getattr(each, "role", None) or ""
            if target is None:
                self._wrong(fs, f"its {name} holds a {each.type.name} that points to no annotation")
                return None
        if target.xmiID not in self.ids:
            self._wrong(fs, f"its {name} points to annotation {target.xmiID}, which was deleted")
            return None
        return Argument(role or name, self._end(target))

    def _end(self, fs: FeatureStructure) -> str:
        """The id of what is pointed to; a token becomes a span only where something points to it."""
        if self.layers.of(fs.type.name) is Layer.SCAFFOLD and fs.xmiID in self.loaded.places:
            self._tokens[fs.xmiID] = fs
        return str(fs.xmiID)

    def _relation(self, fs: FeatureStructure) -> Iterator[Relation]:
        ends = [_get(fs, GOVERNOR), _get(fs, DEPENDENT)]
        if any(end is None or end.xmiID not in self.ids for end in ends):
            self._wrong(fs, "it has an end that is empty or was deleted")
            return
        attributes, _, note = self._said(fs)
        source, target = (self._end(end) for end in ends)
        yield Relation(str(fs.xmiID), fs.type.name, "", source, target, attributes, note, fs.xmiID)

    def _chain(self, fs: FeatureStructure) -> tuple[tuple[str, ...], list[Relation]]:
        links: list[FeatureStructure] = []
        seen: set[int] = set()
        link = _get(fs, "first")
        while link is not None:
            if link.xmiID in seen:
                self._wrong(fs, "its links run in a circle")
                return (), []
            seen.add(link.xmiID)
            links.append(link)
            link = _get(link, "next")
        if any(each.xmiID not in self.ids for each in links):
            self._wrong(fs, "it has a link that was deleted")
            return (), []
        names = tuple(str(each.xmiID) for each in links)
        arrows = [
            Relation(
                f"{one.xmiID}.next", fs.type.name, label, str(one.xmiID), str(other.xmiID), line=one.xmiID
            )
            for one, other in pairwise(links)
            if (label := _get(one, _ARROW))
        ]
        return names, arrows

    def _is_annotation(self, fs: FeatureStructure) -> bool:
        shape = self.layers.shapes.get(fs.type.name)
        return bool(shape and shape.annotation)

    def _wrong(self, fs: FeatureStructure, what: str) -> None:
        kind = fs.type.name.rpartition(".")[2]
        message = f"Annotation {fs.xmiID} ({kind}) cannot be used: {what}."
        self.report.violation(
            0, "cas-dangling", message, "Mend it in the tool and export again.", fs.type.name
        )


def _text(loaded: Loaded, report: Report) -> Sofa:
    """The text that is annotated: the view that INCEpTION shows, else the only one."""
    sofas = [sofa for sofa in loaded.raw.sofas.values() if sofa.text]
    if not sofas:
        message = "This file holds no text (it may name one that lies elsewhere, which is not fetched)."
        raise RefusedError("cas-no-text", message, HINT)
    chosen = next((sofa for sofa in sofas if sofa.name == INITIAL), sofas[0])
    counts = dict(loaded.raw.views)
    for sofa in sofas:
        if sofa is not chosen:
            left = len(counts.get(sofa.id, ()))
            message = f"The file holds a second text, {sofa.name[:80]!r}, with {left} annotations: left out."
            report.warning(
                0, "cas-view", message, "Export each text as a document of its own.", sofa.name[:80]
            )
    return chosen


def _get(fs: FeatureStructure, name: str) -> Any:
    return getattr(fs, f"{name}_" if name in {"self", "type"} else name, None)


def _is_structure(value: object) -> bool:
    return isinstance(value, FeatureStructure)


def _elements(value: Any) -> list[Any]:
    """What an array, a list of UIMA's own or a Python list holds; a single structure is its own element."""
    if isinstance(value, list):
        return [each for each in value if each is not None]
    if hasattr(value, "elements"):
        return [each for each in value.elements or () if each is not None]
    if not hasattr(value, "head"):
        return [] if _is_structure(value) and value.type.name.startswith("uima.cas.Empty") else [value]
    found: list[Any] = []
    seen: set[int] = set()
    while hasattr(value, "head") and id(value) not in seen:
        seen.add(id(value))
        found.append(value.head)
        value = value.tail
    return [each for each in found if each is not None]


def _plain(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
