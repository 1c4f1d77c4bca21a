"""A CAS in JSON (UIMA CAS JSON 0.4), looked through before dkpro-cassis reads it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import NoReturn

from diaspora_kg.uima.guard import RefusedError, text_of
from diaspora_kg.uima.raw import MOST, Raw, Sofa, Structure, Told
from diaspora_kg.uima.types import Holds, Shape, Shapes

TYPES, STRUCTURES, VIEWS = "%TYPES", "%FEATURE_STRUCTURES", "%VIEWS"
_SOFA = "uima.cas.Sofa"
_HINT = "Export the document again as UIMA CAS JSON."
_SEARCHED = 100
_NUMBERS = {"NaN", "Infinity", "-Infinity", "Inf", "-Inf"}

Object = dict[str, object]


@dataclass(frozen=True)
class Parts:
    """The three parts of a file; ``structures`` are (id, structure) as the file has them."""

    content: str
    types: Object
    structures: list[tuple[object, Object]]
    views: Object


def open_json(data: bytes) -> Parts:
    """The parts of a CAS JSON file; raises :class:`RefusedError` where it is none."""
    content = text_of(data)
    root = _parsed(content)
    if not isinstance(root, dict) or not {TYPES, STRUCTURES, VIEWS} & root.keys():
        raise RefusedError("cas-not-json", f"This is no UIMA CAS JSON 0.4: it has no {STRUCTURES}.", _HINT)
    types, views = root.get(TYPES), root.get(VIEWS)
    if not isinstance(types, dict):
        message = f"The file has no {TYPES}, so that nobody can tell what its annotations mean."
        raise RefusedError("cas-types", message, _HINT)
    if not isinstance(views, dict):
        raise RefusedError("cas-not-json", f"The file has no {VIEWS}.", _HINT)
    return Parts(content, types, list(_structures(root.get(STRUCTURES, []))), views)


def _parsed(content: str) -> object:
    try:
        return json.loads(content, object_pairs_hook=_once, parse_constant=_constant)
    except RecursionError:
        raise RefusedError("json-broken", "The file nests too deep.", _HINT) from None
    except json.JSONDecodeError as error:
        message = f"The file is no JSON: {error.msg}."
        raise RefusedError("json-broken", message, _HINT, error.lineno) from None
    except ValueError:
        raise RefusedError("json-broken", "The file holds a number that is far too long.", _HINT) from None


def _once(pairs: list[tuple[str, object]]) -> Object:
    found = dict(pairs)
    if len(found) != len(pairs):
        seen: set[str] = set()
        twice = next(name for name, _ in pairs if name in seen or seen.add(name))  # type: ignore[func-returns-value]
        raise RefusedError("json-duplicate-key", f"The key {twice[:80]!r} stands twice in one object.", _HINT)
    return found


def _constant(word: str) -> NoReturn:
    raise RefusedError("json-broken", f"{word} is no JSON number.", _HINT)


def _structures(written: object) -> Iterator[tuple[object, Object]]:
    if isinstance(written, list):
        pairs = ((each.get("%ID") if isinstance(each, dict) else None, each) for each in written)
    elif isinstance(written, dict):
        pairs = (
            (int(key) if key.isdigit() and key.isascii() else key, each) for key, each in written.items()
        )
    else:
        raise RefusedError("cas-not-json", f"{STRUCTURES} is neither a list nor an object.", _HINT)
    if len(written) > MOST:
        raise RefusedError("file-too-large", f"The file has more than {MOST} annotations.", "Split it.")
    for number, each in pairs:
        if not isinstance(each, dict):
            raise RefusedError("cas-not-json", f"{STRUCTURES} holds something that is no object.", _HINT)
        yield number, each


def _key(written: str) -> object:
    return int(written) if written.isascii() and written.isdigit() and len(written) < 12 else written


def look_through(parts: Parts, shapes: Shapes, told: Told) -> Raw:
    """What a file holds."""
    raw = Raw()
    look = _Look(raw, shapes, told, parts.content)
    for number, each in parts.structures:
        look.take(number, each)
    for name, view in parts.views.items():
        look.view(name, view)
    return raw


class _Look:
    def __init__(self, raw: Raw, shapes: Shapes, told: Told, content: str) -> None:
        self.raw, self.shapes, self.told, self.content = raw, shapes, told, content
        self.searched = 0

    def take(self, number: object, each: Mapping[str, object]) -> None:
        name = each.get("%TYPE")
        if not _is_id(number) or not isinstance(name, str):
            self.told.wrong(0, "cas-id", f"An annotation has no id or no type: {str(dict(each))[:80]}.")
            return
        assert isinstance(number, int)  # noqa: S101 - _is_id has seen to it
        if number in self.raw.structures or number in self.raw.sofas:
            message = f"Two annotations have the id {number}; only one would be kept."
            self.told.wrong(self.line(number), "cas-duplicate", message, name)
        if name == _SOFA:
            self._sofa(number, each)
            return
        shape = self.shapes.get(name)
        if shape is None:
            message = f"The type {name} is not in the type system."
            self.told.wrong(self.line(number), "cas-unknown-type", message, name)
            self.raw.structures[number] = Structure(number, name, 0)
            return
        self.raw.structures[number] = self._structure(number, name, each, shape)

    def _sofa(self, number: int, each: Mapping[str, object]) -> None:
        text = each.get("sofaString")
        if text is not None and (not isinstance(text, str) or _broken(text)):
            self.told.wrong(self.line(number), "cas-text", "The text is no string of whole characters.")
            text = None
        self.raw.sofas[number] = Sofa(number, str(each.get("sofaID", "")), text)

    def _structure(self, number: int, name: str, each: Mapping[str, object], shape: Shape) -> Structure:
        refs: list[tuple[str, int]] = []
        for key, value in each.items():
            if key == "%ELEMENTS" and "elements" in shape.features:
                if shape.features["elements"] is Holds.MANY:
                    refs += self._refs(number, key, value)
            elif not key.startswith("%"):
                refs += self._feature(number, name, (key, value), shape)
        sofa = next((target for key, target in refs if key == "sofa"), 0)
        refs = [(key, target) for key, target in refs if key != "sofa"]
        begin, end = (self._position(number, each.get(key)) for key in ("begin", "end"))
        if not shape.annotation:
            begin = end = None
        return Structure(
            number, name, self.line(number) if self.told.any else 0, sofa, begin, end, tuple(refs)
        )

    def _feature(
        self, number: int, name: str, pair: tuple[str, object], shape: Shape
    ) -> Iterator[tuple[str, int]]:
        key, value = pair
        bare = key[1:] if key[:1] in {"@", "#", "^"} else key
        holds = shape.features.get(bare)
        if holds is None or key.startswith("^"):
            message = f"The type {name} has no feature {key}."
            self.told.wrong(self.line(number), "cas-unknown-feature", message, f"{name}:{key}")
        elif key.startswith("@"):
            yield from self._refs(number, bare, value)
        elif not _fits(value, holds, special=key.startswith("#")):
            message = f"The feature {key} holds {str(value)[:40]!r}, and would hold {holds}."
            self.told.wrong(self.line(number), "cas-value", message, str(value)[:80])

    def _refs(self, number: int, key: str, value: object) -> Iterator[tuple[str, int]]:
        for each in value if isinstance(value, list) else [value]:
            if _is_id(each):
                assert isinstance(each, int)  # noqa: S101 - _is_id has seen to it
                yield key, each
            elif each is not None:
                message = f"{key} holds {str(each)[:40]!r} where the id of an annotation would stand."
                self.told.wrong(self.line(number), "cas-reference", message, str(each)[:80])

    def _position(self, number: int, value: object) -> int | None:
        if value is None:
            return None
        if isinstance(value, int) and not isinstance(value, bool):
            return value
        self.told.wrong(self.line(number), "cas-position", f"{str(value)[:40]!r} is no position.")
        return None

    def view(self, name: str, view: object) -> None:
        """One view and its members."""
        sofa = view.get("%SOFA") if isinstance(view, dict) else None
        listed = view.get("%MEMBERS") if isinstance(view, dict) else None
        if not isinstance(listed, list) or not all(_is_id(each) for each in listed):
            self.told.wrong(0, "cas-view", f"The view {name} has no list of ids as members.")
            return
        if not _is_id(sofa):
            sofa = next((each.id for each in self.raw.sofas.values() if each.name == name), 0)
        if sofa or listed:
            self.raw.views.append((int(str(sofa)), tuple(listed)))

    def line(self, number: int) -> int:
        """The line on which a structure with this id stands; 0 for the many that nobody will be told of."""
        self.searched += 1
        if self.searched > _SEARCHED:
            return 0
        found = re.search(rf'"%ID"\s*:\s*{number}\b', self.content)
        return self.content.count("\n", 0, found.start()) + 1 if found else 0


def _is_id(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**31


def _fits(value: object, holds: Holds, *, special: bool) -> bool:
    if value is None:
        return True
    if holds is Holds.TRUTH:
        return isinstance(value, bool)
    if holds is Holds.WHOLE:
        return isinstance(value, int) and not isinstance(value, bool)
    if holds is Holds.NUMBER:
        return (isinstance(value, int | float) and not isinstance(value, bool)) or (
            special and value in _NUMBERS
        )
    return isinstance(value, str) and not _broken(value) if holds is Holds.TEXT else holds is Holds.VALUES


def _broken(text: str) -> bool:
    return any("\ud800" <= letter <= "\udfff" for letter in text) if not text.isascii() else False
