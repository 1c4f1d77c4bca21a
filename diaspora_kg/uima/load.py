"""One CAS, looked through and then read by dkpro-cassis: its text, its structures, their places."""

from __future__ import annotations

import io
import json
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from cassis import Cas, TypeSystem, load_cas_from_json, load_cas_from_xmi
from cassis.typesystem import TypeNotFoundError
from lxml import etree

from diaspora_kg.errors import Report
from diaspora_kg.uima import casjson, xmi
from diaspora_kg.uima.casjson import STRUCTURES, TYPES, VIEWS
from diaspora_kg.uima.guard import RefusedError, xml_bytes
from diaspora_kg.uima.layers import Layers
from diaspora_kg.uima.raw import Raw, Told, check
from diaspora_kg.uima.types import Shapes, check_names, plainly_named, read_types

HINT = "Export the document again as UIMA CAS JSON; if it comes out the same, say so in INCEpTION's forum."
_RAISED = (TypeNotFoundError, TypeError, KeyError, ValueError, AttributeError, RuntimeError, IndexError)


@dataclass(frozen=True)
class Loaded:
    """A CAS that can be trusted: ``places`` are code points of every annotation, by its id."""

    cas: Cas
    raw: Raw
    places: dict[int, tuple[int, int]]


def load_json(data: bytes, report: Report) -> Loaded | None:
    """A CAS from CAS JSON 0.4; ``None`` where something is wrong, which the report says."""
    try:
        parts = casjson.open_json(data)
        types = _types_of(json.dumps(parts.types))
    except RefusedError as error:
        _refused(error, report)
        return None
    told = Told(report, HINT)
    raw = casjson.look_through(parts, layers_of(types).shapes, told)

    def read() -> Cas:
        return load_cas_from_json(parts.content, typesystem=types, merge_typesystem=False)

    _placeless(raw, layers_of(types).shapes, told)
    return _loaded(raw, told, read, report)


def load_xmi(data: bytes, types: bytes | None, report: Report) -> Loaded | None:
    """A CAS from XMI and the type system of its export; ``None`` where something is wrong."""
    told = Told(report, xmi.HINT)
    try:
        plain = xml_bytes(data)
        system = read_types(types) if types is not None else TypeSystem()
        raw = xmi.look_through(plain, layers_of(system).shapes, told)
    except RefusedError as error:
        _refused(error, report)
        return None
    _placeless(raw, layers_of(system).shapes, told)
    return _loaded(raw, told, lambda: load_cas_from_xmi(io.BytesIO(plain), typesystem=system), report)


def _placeless(raw: Raw, shapes: Shapes, told: Told) -> None:
    """Tell annotations that say not where they stand; of their kind every one does."""
    for each in raw.structures.values():
        shape = shapes.get(each.type)
        if shape is not None and shape.annotation and (each.begin is None or each.end is None):
            message = f"Annotation {each.id} does not say where it begins and ends."
            told.wrong(each.line, "cas-position", message, each.type)


def _loaded(raw: Raw, told: Told, read: Callable[[], Cas], report: Report) -> Loaded | None:
    places = check(raw, told)
    told.close()
    if told.any:
        return None
    try:
        with warnings.catch_warnings(record=True) as said:
            warnings.simplefilter("always")
            cas = read()
    except (*_RAISED, etree.XMLSyntaxError) as error:
        message = f"dkpro-cassis cannot read this file: {type(error).__name__}: {str(error)[:200]}."
        report.violation(0, "cas-broken", message, HINT)
        return None
    for each in dict.fromkeys(str(warning.message) for warning in said):
        report.warning(0, "cas-library", f"dkpro-cassis says: {each[:200]}")
    return Loaded(cas, raw, places)


def _refused(error: RefusedError, report: Report) -> None:
    report.violation(error.line, error.code, str(error), error.hint or HINT)


@lru_cache(maxsize=8)
def _types_of(written: str) -> TypeSystem:
    """The type system of a CAS JSON file; a project's files share one, so it is kept."""
    types = json.loads(written)
    for name, kind in types.items():  # before the library sees them
        features = [key for key in kind if not key.startswith("%")] if isinstance(kind, dict) else []
        named = kind.get("%NAME", name) if isinstance(kind, dict) else name
        check_names(named if isinstance(named, str) else name, features)
    bare = {TYPES: types, STRUCTURES: [], VIEWS: {}}
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return plainly_named(load_cas_from_json(json.dumps(bare)).typesystem)
    except _RAISED as error:
        message = f"The types of the file cannot be read: {type(error).__name__}: {str(error)[:200]}."
        raise RefusedError("cas-types", message) from None


@lru_cache(maxsize=8)
def layers_of(types: TypeSystem) -> Layers:
    """What the types of a type system are; kept, since a project's files share one."""
    return Layers(Shapes(types))
