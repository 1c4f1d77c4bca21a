"""Type systems: which types and features a CAS may have, and what each feature holds."""

from __future__ import annotations

import io
import re
import warnings
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from keyword import iskeyword
from typing import NoReturn

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

from diaspora_kg.uima.guard import RefusedError, xml_bytes
from diaspora_kg.visible import visible


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


_FEATURE_NAME = re.compile(r"(?!xmiID\b)[A-Za-z][A-Za-z0-9_]{0,299}")
_TYPE_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z_][A-Za-z0-9_]*)*(?:\[\])?")
_WHOLE = {f"uima.cas.{name}" for name in ("Integer", "Short", "Long", "Byte")}
_NUMBER = {"uima.cas.Float", "uima.cas.Double"}
_RAISED = (etree.XMLSyntaxError, TypeNotFoundError, ValueError, TypeError, KeyError, AttributeError)
_ARRAY = {"elements": Holds.VALUES}


@lru_cache(maxsize=16)
def read_types(data: bytes) -> TypeSystem:
    """The type system of a file; raises :class:`RefusedError`."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # features called `type` or `self`, which are read all the same
            return plainly_named(load_typesystem(io.BytesIO(xml_bytes(data))))
    except (
        etree.XMLSyntaxError,
        TypeNotFoundError,
        ValueError,
        TypeError,
        KeyError,
        AttributeError,
    ) as error:
        said = str(error).strip()[:200]
        raise RefusedError("cas-types", f"The type system cannot be read: {said}.") from None


def plainly_named(types: TypeSystem) -> TypeSystem:
    """The types themselves, if each name is one; raises :class:`RefusedError`.

    dkpro-cassis makes Python source of the names of features (through attrs) when it makes the first
    annotation of a type. A name that is no plain word would be run as code; found by fuzzing. One such as
    ``__init__`` or ``xmiID`` would take the place of what the library itself needs.
    """
    for kind in types.get_types():
        check_names(kind.name, [feature.name for feature in kind.features])
    return types


def check_names(kind: str, features: Iterable[str]) -> None:
    """Refuse names of a type and of its features that are no plain words."""
    if len(kind) > 1000 or not _TYPE_NAME.fullmatch(kind):
        _refuse_name("type", kind)
    for feature in features:
        if not _FEATURE_NAME.fullmatch(feature) or iskeyword(feature):
            _refuse_name("feature", feature)


def _refuse_name(what: str, name: str) -> NoReturn:
    message = f"This cannot be the name of a {what}: {visible(name[:60])!r}."
    hint = "Names are of letters, digits and _. Rename it in the tool, and export again."
    raise RefusedError("cas-name", message, hint)


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
