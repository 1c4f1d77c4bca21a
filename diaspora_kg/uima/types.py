"""Type systems: which types and features a CAS may have, and what each feature holds."""

from __future__ import annotations

import io
import warnings
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from cassis import TypeSystem, load_typesystem
from cassis.typesystem import (
    TYPE_NAME_FS_ARRAY,
    TYPE_NAME_FS_LIST,
    Feature,
    Type,
    TypeNotFoundError,
    is_primitive,
    is_primitive_collection,
)
from lxml import etree

from diaspora_kg.uima.guard import RefusedError, named, xml_bytes


class Holds(StrEnum):
    """What a feature holds, as far as looking through a file needs to know."""

    TEXT = "text"
    WHOLE = "whole number"
    NUMBER = "number"
    TRUTH = "true or false"
    VALUES = "values"
    ONE = "one reference"
    MANY = "references"


@dataclass(frozen=True)
class Shape:
    """One type: its features by the name in files, and whether it is an annotation."""

    features: dict[str, Holds]
    annotation: bool
    base: bool


_WHOLE = {f"uima.cas.{name}" for name in ("Integer", "Short", "Long", "Byte")}
_NUMBER = {"uima.cas.Float", "uima.cas.Double"}
_RAISED = (etree.XMLSyntaxError, TypeNotFoundError, ValueError, TypeError, KeyError, AttributeError)
_ARRAY = {"elements": Holds.VALUES}


@lru_cache(maxsize=16)
def read_types(data: bytes) -> TypeSystem:
    """The type system of a file; raises :class:`RefusedError`."""
    plain = xml_bytes(data)
    try:
        _named(plain)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # features called `type` or `self`, which are read all the same
            return load_typesystem(io.BytesIO(plain))
    except (
        etree.XMLSyntaxError,
        TypeNotFoundError,
        ValueError,
        TypeError,
        KeyError,
        AttributeError,
        SyntaxError,
    ) as error:
        said = str(error).strip()[:200]
        raise RefusedError("cas-types", f"The type system cannot be read: {said}.") from None


def _named(plain: bytes) -> None:
    """Refuse names in a type system that are none; raises :class:`RefusedError`."""
    names: dict[str, list[str]] = {"typeDescription": [], "featureDescription": []}
    for element in etree.fromstring(plain).iter("{*}name"):
        parent = element.getparent()
        kind = etree.QName(parent).localname if parent is not None else ""
        if kind in names:
            names[kind].append((element.text or "").strip())
    named(names["typeDescription"], names["featureDescription"])


class Shapes:
    """The types of one type system, looked up by name."""

    def __init__(self, types: TypeSystem) -> None:
        self.types = types
        self._known: dict[str, Shape | None] = {}

    def get(self, name: str) -> Shape | None:
        """The shape of a type, or ``None`` where there is no such type."""
        if name not in self._known:
            self._known[name] = self._shape(name)
        return self._known[name]

    def _shape(self, name: str) -> Shape | None:
        if name.endswith("[]"):
            return Shape(_ARRAY, False, False)
        if not self.types.contains_type(name, match_exactly=True):
            return None
        kind = self.types.get_type(name, match_exactly=True)
        features = {written(feature): _holds(feature) for feature in kind.all_features}
        if name == TYPE_NAME_FS_ARRAY:
            features["elements"] = Holds.MANY
        elif name.startswith("uima.cas.") and name.endswith("Array"):
            features = dict(_ARRAY)
        return Shape(
            features,
            self.types.is_instance_of(kind, "uima.tcas.Annotation"),
            self.types.is_instance_of(kind, "uima.cas.AnnotationBase"),
        )


def written(feature: Feature) -> str:
    """A feature's name as files have it (the library adds ``_`` to ``self`` and ``type``)."""
    name: str = feature.name
    return name[:-1] if name in {"self_", "type_"} else name


def _holds(feature: Feature) -> Holds:
    kind: Type = feature.rangeType
    name = kind.name
    if name in _WHOLE:
        return Holds.WHOLE
    if name in _NUMBER:
        return Holds.NUMBER
    if name == "uima.cas.Boolean":
        return Holds.TRUTH
    if is_primitive(kind):
        return Holds.TEXT
    shared = bool(feature.multipleReferencesAllowed)
    if name in {TYPE_NAME_FS_ARRAY, TYPE_NAME_FS_LIST} and not shared:
        return Holds.MANY
    return Holds.VALUES if is_primitive_collection(kind) and not shared else Holds.ONE
