"""A CAS in XMI, looked through before dkpro-cassis reads it."""

from __future__ import annotations

import io
from collections.abc import Iterator

from lxml import etree

from diaspora_kg.uima.guard import RefusedError
from diaspora_kg.uima.raw import MOST, Raw, Sofa, Structure, Told
from diaspora_kg.uima.types import Holds, Shape, Shapes

_XMI = "{http://www.omg.org/XMI}"
_CAS = "{http:///uima/cas.ecore}"
_ID = _XMI + "id"
HINT = "Export the document again as UIMA CAS JSON, or put the TypeSystem.xml of the same export beside it."


def look_through(data: bytes, shapes: Shapes, told: Told) -> Raw:
    """What an XMI file holds; raises :class:`RefusedError` where it is no XMI at all."""
    raw = Raw()
    for element in _elements(data):
        if element.tag == _CAS + "Sofa":
            _sofa(element, raw, told)
        elif element.tag == _CAS + "View":
            _view(element, raw, told)
        else:
            _structure(element, raw, shapes, told)
        if len(raw.structures) > MOST:
            raise RefusedError("file-too-large", f"The file has more than {MOST} annotations.", "Split it.")
    return raw


def _elements(data: bytes) -> Iterator[etree._Element]:
    """The children of the root, each freed after use."""
    events = etree.iterparse(
        io.BytesIO(data), events=("start", "end"), resolve_entities=False, load_dtd=False, no_network=True
    )
    depth = 0
    try:
        for event, element in events:
            depth += 1 if event == "start" else -1
            if event == "start" and depth == 1 and element.tag != _XMI + "XMI":
                message = f"The file's root is {element.tag!r}, and not xmi:XMI."
                raise RefusedError("cas-not-xmi", message, HINT, element.sourceline or 0)
            if depth > 3:
                message = "The file nests deeper than a CAS in XMI does."
                raise RefusedError("cas-not-xmi", message, HINT, element.sourceline or 0)
            if event == "end" and depth == 1:
                yield element
                element.clear()
                while element.getprevious() is not None:
                    del element.getparent()[0]
    except etree.XMLSyntaxError as error:
        message = f"The file is no well-formed XML: {error.msg}."
        raise RefusedError("xml-broken", message, "Export it again.", error.lineno or 0) from None


def _sofa(element: etree._Element, raw: Raw, told: Told) -> None:
    number = _number(element.get(_ID), element, told)
    _number(element.get("sofaNum"), element, told)
    if number in raw.sofas:
        told.wrong(element.sourceline or 0, "cas-duplicate", f"Two texts have the id {number}.")
    raw.sofas[number] = Sofa(number, element.get("sofaID", ""), element.get("sofaString"))


def _view(element: etree._Element, raw: Raw, told: Told) -> None:
    listed = tuple(_number(each, element, told) for each in element.get("members", "").split())
    raw.views.append((_number(element.get("sofa"), element, told), listed))


def _structure(element: etree._Element, raw: Raw, shapes: Shapes, told: Told) -> None:
    line, name = element.sourceline or 0, _type(element.tag)
    number = _number(element.get(_ID), element, told)
    if number in raw.structures or number in raw.sofas:
        message = f"Two annotations have the id {number}; only one would be kept."
        told.wrong(line, "cas-duplicate", message, name)
    shape = shapes.get(name)
    if shape is None:
        told.wrong(line, "cas-unknown-type", f"The type {name} is not in the type system.", name)
        raw.structures[number] = Structure(number, name, line)
        return
    values = {str(key): str(value) for key, value in element.attrib.items() if key != _ID}
    refs = tuple(_references(element, name, values, shape, told))
    place = [_number(values.get(key), element, told) if key in values else None for key in ("begin", "end")]
    begin, end = place if shape.annotation else (None, None)
    sofa = _number(values.get("sofa"), element, told) if shape.base and "sofa" in values else 0
    raw.structures[number] = Structure(number, name, line, sofa, begin, end, refs)


def _references(
    element: etree._Element, name: str, values: dict[str, str], shape: Shape, told: Told
) -> Iterator[tuple[str, int]]:
    names = [*values, *dict.fromkeys(str(child.tag) for child in element)]
    for feature in names:
        holds = shape.features.get(feature)
        if holds is None:
            message = f"The type {name} has no feature {feature}."
            told.wrong(element.sourceline or 0, "cas-unknown-feature", message, f"{name}:{feature}")
        elif holds in {Holds.ONE, Holds.MANY} and feature in values and feature != "sofa":
            for each in values[feature].split():
                yield feature, _number(each, element, told)
        elif feature in values and not _fits(values[feature], holds):
            message = f"The feature {feature} holds {values[feature][:40]!r}, and would hold {holds}."
            told.wrong(element.sourceline or 0, "cas-value", message, values[feature][:80])


def _fits(value: str, holds: Holds) -> bool:
    try:
        if holds is Holds.WHOLE:
            return len(value) < 30 and int(value) is not None
        if holds is Holds.NUMBER:
            return len(value) < 400 and float(value) is not None
    except ValueError:
        return False
    return holds is not Holds.TRUTH or value in {"true", "false"}


def _number(value: str | None, element: etree._Element, told: Told) -> int:
    if value is not None and value.isascii() and value.removeprefix("-").isdigit() and len(value) < 12:
        return int(value)
    message = "An id is missing."
    if value is not None:
        message = f"{value[:80]!r} stands where an id or a position would."
    told.wrong(element.sourceline or 0, "cas-id", message, str(value)[:80])
    return -1


def _type(tag: str) -> str:
    space, _, local = str(tag).removeprefix("{http:///").rpartition("}")
    package = space.removesuffix(".ecore").replace("/", ".")
    return local if package in {"", "uima.noNamespace"} else f"{package}.{local}"
